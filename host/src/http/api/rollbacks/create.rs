//! What is in force is taken out of it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::super::bindings::put::may_bind;
use super::super::bindings::view::BindingView;
use super::super::named;
use super::super::values::instant;
use crate::contracts::binding::{self, Rollback, RolledBack};
use crate::host::Host;
use crate::http::auth::{Caller, RULE_MAKERS};
use crate::http::body::{Json, json};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RollbackBody {
    /// qualification, matching, escalation, or compensation/NAME.
    slot: String,
    /// The generation whose content comes back; none: what was in force before.
    #[serde(default)]
    to: Option<i64>,
    /// Of what pays: the local day from which on; none: with the next period.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Option<DateTime>,
    /// Why, for those who look at the history later.
    #[serde(default)]
    comment: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RollbackView {
    /// In force now, with the earlier content.
    binding: BindingView,
    /// Taken out of force. What it has decided is listed at `generations/decided`;
    /// leads that began with it go on with what is in force.
    taken_out: i64,
    /// Since when that was in force.
    since: String,
}

impl RollbackView {
    fn of(rolled_back: &RolledBack) -> Self {
        Self {
            binding: BindingView::of(&rolled_back.bound),
            taken_out: rolled_back.bad,
            since: instant(rolled_back.since),
        }
    }
}

/// Go back to what was in force before
///
/// Makes a new generation with the earlier content, at once; nobody has to agree.
/// Claims stand.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/rollbacks",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier")),
    request_body = RollbackBody,
    responses(
        (status = 201, description = "What is in force now", body = RollbackView),
        (status = 409, description = "Nothing was in force before", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
    body: Json<RollbackBody>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_MAKERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    may_bind(&caller, &contract, &body.value.slot)?;
    let wanted = Rollback {
        slot: body.value.slot,
        to: body.value.to,
        from: body.value.from,
        comment: body.value.comment,
    };
    let (owner, origin) = (&caller.manufacturer, caller.origin());
    let rolled_back = binding::roll_back(&host, owner, &contract.id, &wanted, &origin).await?;
    Ok(json(StatusCode::CREATED, &RollbackView::of(&rolled_back)))
}
