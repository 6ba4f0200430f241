//! What the partner may claim now.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::leads::view::TeaserView;
use super::super::values::{instant, maybe_instant};
use crate::domain::ids::OfferId;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::json;
use crate::http::paging::{PageQuery, next};
use crate::http::problem::Problem;
use crate::http::query::Query;

/// A lead that is offered: the teaser, never the person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OfferView {
    id: String,
    lead: String,
    /// The partner that it is offered to.
    partner: String,
    wave: u32,
    offered_at: String,
    /// Until then the first valid claim wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    teaser: TeaserView,
    /// The ranking it came from, whose explanation says why; none where a person made
    /// the offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferPage {
    offers: Vec<OfferView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// List my open offers, and those of partners below me
#[utoipa::path(
    get,
    path = "/api/v1/offers",
    tag = "offers",
    params(PageQuery),
    responses((status = 200, description = "Oldest first", body = OfferPage))
)]
pub async fn list(
    State(host): State<Host>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    let partners = caller.partners(&host).await?;
    let limit = query.limit();
    let after = query.after.map(OfferId::from);
    let offers = host
        .store
        .open_offers(&caller.manufacturer, &partners, after.as_ref(), limit)
        .await?;
    let next = next(&offers, limit, |offer| offer.id.to_string());
    let mut views = Vec::with_capacity(offers.len());
    for offer in offers {
        let Some(lead) = host.store.lead(&caller.manufacturer, &offer.lead).await? else {
            continue;
        };
        views.push(OfferView {
            id: offer.id.to_string(),
            lead: offer.lead.to_string(),
            partner: offer.partner.to_string(),
            wave: offer.wave,
            offered_at: instant(offer.offered_at),
            until: maybe_instant(offer.until),
            teaser: TeaserView::of(&lead),
            decision: offer.decision.map(|id| id.to_string()),
        });
    }
    Ok(json(
        StatusCode::OK,
        &OfferPage {
            offers: views,
            next,
        },
    ))
}
