//! What a canary has to keep to: a gate that trips takes it back.

use super::stop::Stopped;
use super::{Amendment, Slots, step};
use crate::contracts::{Error, terms};
use crate::domain::contract::Contract;
use crate::domain::generation::{Action, Standing, Tally, Trial};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::host::again::on_stale;
use crate::host::{Decider, Host};

/// A slot's canary, with what its answers tell of the gates.
#[derive(Clone, Debug)]
pub struct Watched {
    pub trial: Trial,
    /// Parts per million of the leads; none where it pays partners that are named.
    pub share: Option<i64>,
    pub tally: Tally,
}

/// The canary of a slot, as its gates see it now; none where none runs.
pub async fn watched(
    host: &Host,
    contract: &Contract,
    slot: &str,
) -> Result<Option<Watched>, Error> {
    let Contract {
        manufacturer, id, ..
    } = contract;
    let mut courses = host.store.courses(manufacturer, id).await?;
    let course = courses.remove(slot).unwrap_or_default();
    let Some(trial) = course.canary(host.clock.now()).cloned() else {
        return Ok(None);
    };
    let (_, terms) = terms::current(host, contract).await?;
    let tally = host.followed(contract, &terms, slot, &trial).await?;
    let share = (!step::pays(slot)).then_some(trial.share);
    Ok(Some(Watched {
        trial,
        share,
        tally,
    }))
}

/// Looks at the gates of a contract's canaries, and takes back those that a gate
/// says no to. Leads that began with them go on with what is in force; partners that
/// one pays are paid by it to the end of the period, as where a person cancels it.
pub async fn watch(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
) -> Result<Vec<Stopped>, Error> {
    let slots = Slots::load(host, manufacturer, contract).await?;
    let mut stopped = Vec::new();
    for (slot, course) in &slots.courses {
        let Some(trial) = course.canary(slots.now) else {
            continue;
        };
        let tally = host
            .followed(&slots.contract, &slots.terms, slot, trial)
            .await?;
        if let Some(tripped) = tally.tripped() {
            let decider = Decider {
                manufacturer: manufacturer.clone(),
                contract: contract.clone(),
                slot: slot.clone(),
                generation: trial.generation,
            };
            let next = course.next(slots.now);
            let planned = match next.is_some_and(|next| next.generation == trial.generation) {
                true => ", and it does not come in force as was planned",
                false => "",
            };
            let instead = match step::pays(slot) {
                true => "pays the partners of the canary from the next period on",
                false => "decides the leads of the canary",
            };
            let reason = format!(
                "the gate {} has tripped: {}; what is in force {instead}{planned}",
                tripped.gate.as_str(),
                tripped.found()
            );
            stopped.extend(take_back(host, &decider, trial, &reason).await?);
        }
    }
    Ok(stopped)
}

/// Takes a canary back, unless somebody has meanwhile.
async fn take_back(
    host: &Host,
    decider: &Decider,
    trial: &Trial,
    reason: &str,
) -> Result<Option<Stopped>, Error> {
    on_stale(|| async {
        let slots = Slots::load(host, &decider.manufacturer, &decider.contract).await?;
        let course = slots.ground().course(&decider.slot);
        let same = course
            .canary(slots.now)
            .filter(|now| (now.generation, now.since) == (trial.generation, trial.since));
        if same.is_none() {
            return Ok(None);
        }
        let from = step::ends(host, &slots.ground(), &decider.slot, Standing::Canary).await?;
        let mut amendment = Amendment::new(host, &decider.manufacturer);
        amendment.take_out(&slots, &course, decider, Action::Cancelled, from, reason);
        let stopped = Stopped {
            decider: decider.clone(),
            reason: reason.to_owned(),
            instead: course.in_force(slots.now),
        };
        amendment.commit_stop(host, &slots, &stopped).await?;
        Ok(Some(stopped))
    })
    .await
}
