//! A closed period is computed anew by a person's word.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Money;
use super::deviations::Deviations;
use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::pay;

/// Compute a closed period anew
///
/// With the closed ones after it. What differs is booked in the open period and names
/// what it adjusts, as if something had come late; asked again, nothing does. Of a
/// large one it is done even where the answer does not come in time.
#[utoipa::path(
    post,
    path = "/api/v1/contracts/{contract}/periods/{period}/recalculation",
    tag = "money",
    params(("contract" = String, Path, description = "Its code"), ("period" = String, Path)),
    responses(
        (status = 200, description = "What was booked", body = Deviations),
        (status = 409, description = "It is not closed: closing it computes it anew", body = Problem)
    )
)]
pub async fn recalculate(
    State(host): State<Host>,
    caller: Caller,
    Path((contract, period)): Path<(String, String)>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::VendorManager])?;
    let Money { force, .. } = super::money(&host, &caller, &contract).await?;
    let currency = force.terms.currency.clone();
    let done = super::on_its_own_feet(async move {
        let contract = &force.contract;
        let (owner, contract) = (&contract.manufacturer, &contract.id);
        pay::recalculate(&host, owner, contract, &period, Some(&caller.token)).await
    });
    let view = Deviations::of(&done.await?, &currency, true);
    Ok(json(StatusCode::OK, &view))
}
