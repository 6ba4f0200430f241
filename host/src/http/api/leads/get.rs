//! One lead.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::{LeadView, Slice, slice};
use crate::domain::access::Role;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::version::tagged;

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
    let view = LeadView::of(&lead);
    let view = match seen {
        Slice::Whole => {
            let contact = host.store.contact(&caller.manufacturer, &lead.id).await?;
            view.with_contact(&contact.unwrap_or_default())
        }
        Slice::WithoutContact => view,
    };
    Ok(tagged(StatusCode::OK, &view, lead.version))
}

/// The lead, and what of it the caller may see.
pub async fn visible(host: &Host, caller: &Caller, id: &LeadId) -> Result<(Lead, Slice), Problem> {
    let lead = host
        .store
        .lead(&caller.manufacturer, id)
        .await?
        .ok_or_else(|| Problem::not_found("lead"))?;
    let (partners, offered) = if caller.role == Role::Partner {
        let partners = caller.partners(host).await?;
        let offers = host
            .store
            .offers_of_lead(&caller.manufacturer, id, lead.cycle)
            .await?;
        let offered = offers
            .iter()
            .any(|offer| offer.state.may_be_claimed() && partners.contains(&offer.partner));
        (partners, offered)
    } else {
        (Vec::new(), false)
    };
    let force = host
        .contract(&caller.manufacturer, &lead.contract)
        .await
        .map_err(crate::routing::Error::from)?;
    let slice = slice(
        caller,
        &lead,
        &partners,
        offered,
        force.terms.contact_visible_above,
    )?;
    Ok((lead, slice))
}
