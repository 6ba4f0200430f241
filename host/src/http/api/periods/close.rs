//! A period is closed by a person's word.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Money;
use super::view::PeriodView;
use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::pay;

/// Close a period
///
/// Its events are paid again in the order in which they occurred, every
/// component settles it, and differences are booked. Periods close in their
/// order; each closes by itself once its time of grace is over. A large one is
/// closed even where the answer does not come in time.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/periods/{period}/close",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), ("period" = String, Path)),
    responses(
        (status = 200, description = "It is closed", body = PeriodView),
        (status = 409, description = "It cannot be closed yet, or is closed already", body = Problem)
    )
)]
pub async fn close(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, period)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::VendorManager])?;
    let Money { force, .. } = super::money(&host, &caller, &contract).await?;
    let calendar = force.calendar.clone();
    let closing = super::on_its_own_feet(async move {
        let contract = &force.contract;
        let (owner, contract) = (&contract.manufacturer, &contract.id);
        pay::close(&host, owner, contract, &period, Some(&caller.token)).await
    });
    let closed = closing.await?;
    Ok(json(StatusCode::OK, &PeriodView::of(&closed, &calendar)))
}
