//! A generation is put somewhere.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::DateTime;
use serde::Deserialize;

use super::super::bindings::put::may_bind;
use super::super::named;
use super::view::StepView;
use crate::contracts::binding::{self, Move, Sample, Wish};
use crate::domain::generation::{WHOLE, of_per_cent};
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
    /// Decides for a share of the leads or, of what pays, pays what concerns some
    /// partners.
    Canary,
    /// In force.
    Activate,
    /// A second person agrees to an activation.
    Approve,
    /// Ready again: what it was put to, and was to be, is over.
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
    /// Of a canary of what pays, in place of the share: codes of the contract's partners
    /// that it pays. Their statements say so, and why, with the comment.
    #[serde(default)]
    partners: Vec<String>,
    /// Of an activation, and of a canary of what pays: from when it counts, by the
    /// contract's clock, such as 2027-01-01T00:00; what pays takes a day. Without it at
    /// once, and what pays with the next period.
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
    let wish = wish(body.value);
    let origin = caller.origin();
    let step = binding::take(&host, &caller.manufacturer, &contract.id, &wish, &origin).await?;
    Ok(json(StatusCode::CREATED, &StepView::of(&step)))
}

fn wish(body: StepBody) -> Wish {
    let to = match body.action {
        Action::Shadow => Move::Shadow {
            share: body.share_percent.map_or(WHOLE, of_per_cent),
        },
        Action::Canary => Move::Canary(Sample {
            share: body.share_percent.map(of_per_cent),
            partners: body.partners,
            from: body.from,
        }),
        Action::Activate => Move::Activate { from: body.from },
        Action::Approve => Move::Approve,
        Action::Cancel => Move::Cancel,
    };
    Wish {
        slot: body.slot,
        generation: body.generation,
        to,
        comment: body.comment,
    }
}
