//! Business that comes of leads, and some that comes of none: registered, won,
//! lost, cancelled.

pub(super) mod change;
mod check;
pub(super) mod conclude;
mod register;

pub use change::{Altering, change, decide_change};
pub use conclude::{Ending, Outcome, conclude, decide, problems};
pub use register::{NewDeal, Registered, register};

use crate::domain::attribute::AttributeValue;
use crate::domain::deal::Deal;
use crate::domain::happening::Event;
use crate::domain::ids::TokenId;
use crate::domain::time::Micros;
use crate::host::Host;

/// The event that tells of a deal. Where the deal came of a lead, the caller
/// says of which cycle.
fn event_of(
    host: &Host,
    deal: &Deal,
    code: &str,
    occurred_at: Micros,
    now: Micros,
    actor: Option<TokenId>,
) -> Event {
    let attributes = deal
        .value
        .map(|value| ("value".to_owned(), AttributeValue::Money(value)))
        .into_iter()
        .collect();
    Event {
        manufacturer: deal.manufacturer.clone(),
        id: host.ids.next(now),
        contract: deal.contract.clone(),
        lead: deal.lead.clone(),
        cycle: 0,
        deal: Some(deal.id.clone()),
        partner: Some(deal.partner.clone()),
        code: code.to_owned(),
        occurred_at,
        recorded_at: now,
        attributes,
        lines: deal.lines.clone(),
        decision: None,
        actor,
    }
}
