//! One lead.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::{LeadView, Slice, Standing, slice};
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::lifecycle::State as LeadState;
use crate::domain::offer::ClaimEnding;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

/// Roles that see leads: those of their own, or all without the person.
const LEAD_READERS: [Role; 6] = [
    Role::Manufacturer,
    Role::Integrator,
    Role::VendorManager,
    Role::Auditor,
    Role::Agency,
    Role::Partner,
];

/// Look at a lead
#[utoipa::path(
    get,
    path = "/api/v1/leads/{id}",
    tag = "leads",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "What the caller may see of it", body = LeadView),
        (status = 404, description = "There is none, or it is not the caller's", body = Problem)
    )
)]
pub async fn get(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (lead, seen) = visible(&host, &caller, &LeadId::from(id)).await?;
    let mut view = seen.of(&lead);
    if seen.has_contact() {
        let contact = host.store.contact(&caller.manufacturer, &lead.id).await?;
        view = view.with_contact(&contact.unwrap_or_default());
    }
    Ok(tagged(StatusCode::OK, &view, lead.version))
}

/// The lead, and what of it the caller may see.
pub async fn visible(host: &Host, caller: &Caller, id: &LeadId) -> Result<(Lead, Slice), Problem> {
    caller.must_be(&LEAD_READERS)?;
    let lead = host
        .store
        .lead(&caller.manufacturer, id)
        .await?
        .ok_or_else(|| Problem::not_found("lead"))?;
    let standing = match caller.role {
        Role::Partner => standing(host, caller, &lead).await?,
        _ => Standing::default(),
    };
    let force = host
        .contract(&caller.manufacturer, &lead.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let slice = slice(caller, &lead, &standing, force.terms.contact_visible_above)?;
    Ok((lead, slice))
}

/// How the partner that asks, and those below it, stand to a lead.
async fn standing(host: &Host, caller: &Caller, lead: &Lead) -> Result<Standing, Problem> {
    let owner = &caller.manufacturer;
    let partners = caller.partners(host).await?;
    let offers = host
        .store
        .offers_of_lead(owner, &lead.id, lead.cycle)
        .await?;
    let claimer = match &lead.holder {
        // Who has won it, has won the customer.
        None if lead.state == LeadState::Won => {
            let claims = host.store.claims_of_lead(owner, &lead.id).await?;
            let won = claims.into_iter().rev();
            let mut won = won.filter(|claim| claim.ending == Some(ClaimEnding::Won));
            won.find(|claim| claim.cycle == lead.cycle)
                .map(|claim| claim.partner)
        }
        holder => holder.clone(),
    };
    Ok(Standing {
        offered: offers
            .iter()
            .any(|offer| offer.state.may_be_claimed() && partners.contains(&offer.partner)),
        partners,
        claimer,
    })
}
