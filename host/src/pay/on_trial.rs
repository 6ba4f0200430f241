//! By what a partner is paid on trial: its statement says so.

use std::sync::Arc;

use super::Error;
use crate::domain::ids::PartnerId;
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Plans};

/// A component pays the partner by another generation than the others: somebody has
/// chosen the partner for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnTrial {
    pub component: String,
    pub paid_by: PaidBy,
    /// By what others are paid; none: by nothing.
    pub instead_of: Option<PaidBy>,
    /// The first instant of it; it may lie before the period.
    pub since: Micros,
    /// Why, in the words of who has chosen.
    pub comment: String,
}

/// A generation of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidBy {
    pub generation: i64,
    /// Such as compensation-care-first@0.1.0.
    pub plugin: String,
}

/// By what a partner is paid on trial in the period that begins at `begins`.
pub(super) async fn of(
    host: &Host,
    force: &Arc<InForce>,
    begins: Micros,
    partner: &PartnerId,
) -> Result<Vec<OnTrial>, Error> {
    let plans = Plans::load(host, force.clone()).await?;
    let mut found = Vec::new();
    for (slot, course) in plans.courses() {
        let Some(trial) = course.paid_trial(begins, partner) else {
            continue;
        };
        let instead_of = course.in_force(begins);
        found.push(OnTrial {
            component: component_of(slot).to_owned(),
            paid_by: paid_by(host, &plans, slot, trial.generation).await?,
            instead_of: match instead_of {
                Some(generation) => Some(paid_by(host, &plans, slot, generation).await?),
                None => None,
            },
            since: course.paid_since(trial, partner),
            comment: trial.comment.clone(),
        });
    }
    Ok(found)
}

async fn paid_by(host: &Host, plans: &Plans, slot: &str, generation: i64) -> Result<PaidBy, Error> {
    let manufacturer = &plans.force().contract.manufacturer;
    let plugin = match plans.binding(slot, generation) {
        Some(binding) => {
            host.store
                .plugin(manufacturer, &binding.plugin_digest)
                .await?
        }
        None => None,
    };
    Ok(PaidBy {
        generation,
        plugin: plugin.map_or_else(String::new, |plugin| plugin.title()),
    })
}

fn component_of(slot: &str) -> &str {
    slot.split_once('/')
        .map_or(slot, |(_, component)| component)
}
