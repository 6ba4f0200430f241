//! Finds the leads of a person or of a number. A request with a body, because
//! addresses of requests are logged and what is looked for is personal.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use super::view::LeadView;
use crate::domain::access::Role;
use crate::domain::duplicate;
use crate::domain::lead::Contact;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, json};
use crate::http::problem::{FieldProblem, Problem};

/// Leads that one search finds; the latest ones.
const FOUND_MAX: u32 = 50;

/// One of them at least.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SearchBody {
    /// The contract's code.
    contract: String,
    /// The sender's own identifier.
    external_id: Option<String>,
    email: Option<String>,
    /// In any notation; without a country's code it is one of the contract's
    /// country.
    phone: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Found {
    /// At most 50, the latest first.
    leads: Vec<LeadView>,
}

/// Find leads by identifier, e-mail or phone
#[utoipa::path(
    post,
    path = "/api/v1/leads/search",
    tag = "leads",
    request_body = SearchBody,
    responses((status = 200, description = "Leads to which one of them belongs", body = Found))
)]
pub async fn search(
    State(host): State<Host>,
    caller: Caller,
    body: Json<SearchBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer])?;
    let wanted = body.value;
    let owner = &caller.manufacturer;
    let force = named::contract_in_force(&host, &caller, &wanted.contract).await?;
    let contract = &force.contract.id;
    let mut digests = Vec::new();
    let mut problems = Vec::new();
    for (pointer, what, contact) in [
        (
            "/email",
            "e-mail address",
            Contact {
                email: wanted.email,
                ..Contact::default()
            },
        ),
        (
            "/phone",
            "phone number",
            Contact {
                phone: wanted.phone,
                ..Contact::default()
            },
        ),
    ] {
        let named = contact.email.is_some() || contact.phone.is_some();
        let keys = duplicate::keys(&contact, Some(&force.terms.country), None);
        if named && keys.is_empty() {
            let bad = format!("is no {what}; leave it out to look for the others");
            problems.push(FieldProblem::new(pointer, bad));
        }
        digests.extend(keys.into_iter().map(|key| key.digest));
    }
    if !problems.is_empty() {
        return Err(Problem::invalid(problems));
    }
    if digests.is_empty() && wanted.external_id.is_none() {
        return Err(Problem::field(
            "",
            "names nothing to look for: give external-id, email or phone",
        ));
    }
    let mut leads = host
        .store
        .leads_of_person(owner, contract, &digests, FOUND_MAX)
        .await?;
    if let Some(external_id) = &wanted.external_id {
        let numbered = host
            .store
            .lead_by_external_id(owner, contract, external_id)
            .await?;
        leads.extend(numbered.filter(|numbered| leads.iter().all(|lead| lead.id != numbered.id)));
    }
    let found = Found {
        leads: leads.iter().map(LeadView::of).collect(),
    };
    Ok(json(StatusCode::OK, &found))
}
