//! A person is forgotten. A request with a body, because addresses of requests are
//! logged; and none whose answer is kept for an Idempotency-Key, for with the answer a
//! digest of the request would be kept, and so of the person.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, json};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::persons::erase::erase;
use crate::persons::find::{Named, Reach, find};
use crate::persons::view::ErasureView;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ErasureQuery {
    /// Only tell which leads are the person's.
    #[serde(default)]
    dry_run: bool,
}

/// One of lead, email and phone.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ErasureBody {
    lead: Option<String>,
    email: Option<String>,
    /// In any notation; without a country's code it is one of the contracts' countries.
    phone: Option<String>,
    /// Not the leads as well that have the same e-mail address or phone number as one
    /// that is found.
    #[serde(default)]
    exactly: bool,
}

/// Forget a person
///
/// Name, contact and whatever people wrote about them go, of all the person's leads at
/// once; figures, money, deals and receipts stay as they are. It cannot be taken back.
/// Sent again it finds nobody. No answer is kept for an Idempotency-Key.
#[utoipa::path(
    post,
    path = "/api/v1/erasures",
    tag = "leads",
    params(ErasureQuery),
    request_body = ErasureBody,
    responses(
        (status = 200, description = "The leads that were erased, or would be", body = ErasureView),
        (status = 404, description = "There is no such lead", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<ErasureQuery>,
    body: Json<ErasureBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer])?;
    let body = body.value;
    let reach = match body.exactly {
        true => Reach::Named,
        false => Reach::Person,
    };
    let named = named(body)?;
    let of = &caller.manufacturer;
    let view = match query.dry_run {
        true => ErasureView::found(find(&host, of, &named, reach).await?),
        false => ErasureView::done(erase(&host, of, &named, reach, Some(&caller.token)).await?),
    };
    Ok(json(StatusCode::OK, &view))
}

fn named(body: ErasureBody) -> Result<Named, Problem> {
    match (body.lead, body.email, body.phone) {
        (Some(lead), None, None) => Ok(Named::Lead(LeadId::from(lead))),
        (None, Some(email), None) => Ok(Named::Email(email)),
        (None, None, Some(phone)) => Ok(Named::Phone(phone)),
        _ => Err(Problem::field(
            "",
            "names the person by one of lead, email and phone",
        )),
    }
}
