//! By what a partner is paid on trial, or has a share in what others are paid by: its
//! statement says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Error;
use crate::domain::generation::PaidTrial;
use crate::domain::ids::{DecisionId, PartnerId};
use crate::domain::ledger::{PeriodRecord, Posting};
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Plans};

/// A component pays by another generation than the others, with whom somebody has chosen
/// for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnTrial {
    pub component: String,
    pub tried_with: TriedWith,
    pub paid_by: PaidBy,
    /// By what others are paid; none: by nothing.
    pub instead_of: Option<PaidBy>,
    /// The first instant of it; it may lie before the period.
    pub since: Micros,
    /// Why, in the words of who has chosen.
    pub comment: String,
}

/// Whom somebody has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriedWith {
    /// The partner, whatever it does.
    Itself,
    /// Others, in whose leads and deals the partner has a share.
    Others,
}

impl TriedWith {
    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Others => "others",
        }
    }
}

/// A generation of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidBy {
    pub generation: i64,
    /// Such as compensation-care-first@0.1.0.
    pub plugin: String,
}

/// By what a partner is paid on trial in a period, of which it has these lines.
pub(super) async fn of(
    host: &Host,
    force: &Arc<InForce>,
    period: &PeriodRecord,
    partner: &PartnerId,
    lines: &[Posting],
) -> Result<Vec<OnTrial>, Error> {
    let plans = Plans::load(host, force.clone()).await?;
    let begins = period.begins;
    let mut found = Vec::new();
    for (slot, course) in plans.courses() {
        let own = course.paid_trial(begins, partner);
        let mut trials: Vec<(&PaidTrial, TriedWith, Micros)> = own
            .map(|trial| (trial, TriedWith::Itself, course.paid_since(trial, partner)))
            .into_iter()
            .collect();
        let mut of_others: Vec<&PaidTrial> = course.paid_trials_at(begins).collect();
        of_others.retain(|trial| !trial.names(partner));
        if !of_others.is_empty() {
            let paying = paying(host, force, slot, period, lines).await?;
            let has_share = |trial: &&PaidTrial| paying.contains(&trial.generation);
            let shared = of_others.into_iter().filter(has_share);
            trials.extend(shared.map(|trial| (trial, TriedWith::Others, trial.from)));
        }
        for (trial, tried_with, since) in trials {
            let instead_of = course.in_force(begins);
            found.push(OnTrial {
                component: component_of(slot).to_owned(),
                tried_with,
                paid_by: paid_by(host, &plans, slot, trial.generation).await?,
                instead_of: match instead_of {
                    Some(generation) => Some(paid_by(host, &plans, slot, generation).await?),
                    None => None,
                },
                since,
                comment: trial.comment.clone(),
            });
        }
    }
    Ok(found)
}

/// The generations of a component that have paid lines of the period.
async fn paying(
    host: &Host,
    force: &InForce,
    slot: &str,
    period: &PeriodRecord,
    lines: &[Posting],
) -> Result<BTreeSet<i64>, Error> {
    let of_component = lines
        .iter()
        .filter(|line| line.component == component_of(slot) && line.period == period.name);
    let decisions: BTreeSet<&DecisionId> = of_component
        .filter_map(|line| line.decision.as_ref())
        .collect();
    let decisions: Vec<DecisionId> = decisions.into_iter().cloned().collect();
    let manufacturer = &force.contract.manufacturer;
    let made = host
        .store
        .generations_of_decisions(manufacturer, &decisions)
        .await?;
    Ok(made.into_iter().map(|(_, generation)| generation).collect())
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
