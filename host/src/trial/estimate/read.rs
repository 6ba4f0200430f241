//! The leads of a history that was taken in, with what became of them.

use super::Known;
use crate::host::{Host, InForce};
use crate::store;
use crate::trial::routing::{courses, known};
use crate::trial::setup::Setup;

/// All leads of a trial's history, as it is known at its end.
///
/// # Errors
/// Where the store cannot be read.
pub async fn known_leads(
    host: &Host,
    force: &InForce,
    setup: &Setup,
) -> Result<Vec<Known>, store::Error> {
    let courses = courses(host, &force.contract).await?;
    let (now, tells_claims) = (host.clock.now(), setup.tells("claimed-at"));
    let leads = known::leads(host, &force.contract).await?;
    let leads = leads.iter().filter(|lead| lead.received_at <= now);
    Ok(leads
        .map(|lead| {
            let course = courses.get(&lead.id).cloned().unwrap_or_default();
            let stale_at = known::stale_at(&force.calendar, lead, setup.lost_after_days);
            Known::of(lead, &course, course.ending(now, stale_at), tells_claims)
        })
        .collect())
}
