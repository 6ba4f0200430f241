//! What a plan does in a slot becomes a candidate.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::civil::DateTime;
use serde::Deserialize;

use super::super::bindings::put::may_bind;
use super::super::named;
use super::super::steps::view::StepView;
use crate::domain::generation::{Step, of_per_cent};
use crate::host::Host;
use crate::http::auth::{Caller, RULE_MAKERS};
use crate::http::body::{Json, rendered};
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::trial::served::{Beginning, PromoteError, Promotion, promote};

/// One of `shadow-percent` and `from`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PromotionBody {
    /// The plan's code.
    plan: String,
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    /// Asked beside what is in force, of that share of the questions.
    #[serde(default)]
    shadow_percent: Option<f64>,
    /// In force from then on, by the contract's clock, such as 2027-01-01T00:00.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Option<DateTime>,
    /// Why, for those who look at the history later; the trial and the plan are named there.
    comment: String,
}

/// Make a candidate of what a plan has shown
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/plan-trials/{id}/promotions",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier"), ("id" = String, Path)),
    request_body = PromotionBody,
    responses(
        (status = 201, description = "The step of the generation that was made", body = StepView),
        (status = 409, description = "The trial is not done, or the contract's rules are others since", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Json<PromotionBody>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let trial = super::find(&host, &caller, &contract, &id).await?;
    let Json {
        value: body,
        digest,
    } = body;
    may_bind(&caller, &contract, &body.slot)?;
    let beginning = match (body.shadow_percent, body.from) {
        (Some(percent), None) => Beginning::Shadow {
            share: of_per_cent(percent),
        },
        (None, Some(from)) => Beginning::From(from),
        _ => {
            return Err(Problem::field(
                "/from",
                "or /shadow-percent has to be there, one of both",
            ));
        }
    };
    let promotion = Promotion {
        plan: body.plan,
        slot: body.slot,
        beginning,
        comment: body.comment,
    };
    let origin = match idempotency::request(&host, &caller, &headers, &digest, render).await? {
        idempotency::Request::New(origin) => origin,
        idempotency::Request::Answered(response) => return Ok(response),
    };
    let step = promote(&host, &contract, &trial, &promotion, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &digest, render, step).await
}

fn render(step: &Step) -> (u16, Vec<u8>) {
    (201, rendered(&StepView::of(step)))
}

impl From<PromoteError> for Problem {
    fn from(error: PromoteError) -> Self {
        let detail = error.to_string();
        let title = match &error {
            PromoteError::NotDone(_) => "The trial is not done",
            PromoteError::RulesChanged => "The contract's rules have changed since",
            PromoteError::InForce => "It is in force already",
            PromoteError::Contract(_) => "",
        };
        match error {
            PromoteError::Contract(error) => error.into(),
            error => Self::new(StatusCode::CONFLICT, error.code(), title).detail(&detail),
        }
    }
}
