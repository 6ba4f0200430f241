//! A generation is put somewhere.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::DateTime;
use serde::Deserialize;

use super::super::bindings::put::may_bind;
use super::super::named;
use super::view::StepView;
use crate::contracts::binding::{self, Move, Wish};
use crate::domain::generation::WHOLE;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_MAKERS};
use crate::http::body::{Json, json};
use crate::http::problem::Problem;

/// Where a generation is wanted.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Asked beside what is in force, and never followed.
    Shadow,
    /// Decides for a share of the leads.
    Canary,
    /// In force.
    Activate,
    /// A second person agrees to an activation.
    Approve,
    /// Ready again: what it was put to, or was to be, is over.
    Cancel,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StepBody {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    generation: i64,
    action: Action,
    /// Of a shadow: the share of the questions that it is asked, 100 if left out;
    /// of a canary: the share of the leads.
    #[serde(default)]
    share_percent: Option<f64>,
    /// Of a canary that pays, which is not possible yet: codes of partners.
    #[serde(default)]
    partners: Vec<String>,
    /// Of an activation: from when it counts, by the contract's clock, such as
    /// 2027-01-01T00:00; what pays takes a day. Without it at once, and what pays with
    /// the next period.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Option<DateTime>,
    /// Why, for those who look at the history later.
    #[serde(default)]
    comment: String,
}

/// Put a generation beside what is in force, in force, or back
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/steps",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier")),
    request_body = StepBody,
    responses(
        (status = 201, description = "The step; `requested` where a second person has to agree", body = StepView),
        (status = 409, description = "It stands elsewhere, or one's own request is approved", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    body: Json<StepBody>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    may_bind(&caller, &contract, &body.value.slot)?;
    let wish = wish(&host, &caller, body.value).await?;
    let origin = caller.origin();
    let step = binding::take(&host, &caller.manufacturer, &contract.id, &wish, &origin).await?;
    Ok(json(StatusCode::CREATED, &StepView::of(&step)))
}

async fn wish(host: &Host, caller: &Caller, body: StepBody) -> Result<Wish, Problem> {
    let mut partners = BTreeSet::new();
    for code in &body.partners {
        let partner = named::partner_of_body(host, caller, code).await;
        partners.insert(partner.map_err(|_| no_partner(code))?.id);
    }
    let share = |percent: f64| (percent * WHOLE as f64 / 100.0).round() as i64;
    let to = match body.action {
        Action::Shadow => Move::Shadow {
            share: share(body.share_percent.unwrap_or(100.0)),
        },
        Action::Canary => Move::Canary {
            // Partners that are named are the share.
            share: match (body.share_percent, partners.is_empty()) {
                (Some(percent), _) => share(percent),
                (None, false) => WHOLE,
                (None, true) => {
                    let message = "is missing: which share of the leads, such as 5";
                    return Err(Problem::field("/share-percent", message));
                }
            },
            partners,
        },
        Action::Activate => Move::Activate { from: body.from },
        Action::Approve => Move::Approve,
        Action::Cancel => Move::Cancel,
    };
    Ok(Wish {
        slot: body.slot,
        generation: body.generation,
        to,
        comment: body.comment,
    })
}

fn no_partner(code: &str) -> Problem {
    Problem::field(
        "/partners",
        format!(
            "there is no partner of the code `{}`; /api/v1/partners lists them",
            crate::domain::text::shown(code)
        ),
    )
}
