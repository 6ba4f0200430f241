//! Back to what was in force before, in one step.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use super::{Amendment, Approval, Slots, Stands, When, check_comment, holds};
use crate::contracts::Error;
use crate::domain::contract::{Binding, Contract};
use crate::domain::generation::Action;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::{Host, Origin};

/// What is to be taken out of force.
#[derive(Clone, Debug)]
pub struct Rollback {
    pub slot: String,
    /// Whose content comes back; none: what was in force before.
    pub to: Option<i64>,
    /// Of what pays: from which local day on; none: with the next period.
    pub from: Option<DateTime>,
    pub comment: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// The new generation, with the earlier content.
    pub bound: Stands,
    /// The one that was taken out of force.
    pub bad: i64,
    /// Since when that was in force.
    pub since: Micros,
}

/// Makes a new generation with earlier content and puts it in force; leads that
/// began with the bad one go on with it. Nobody has to agree.
///
/// # Errors
/// `NotFound` where nothing was in force before, or no such generation is there.
pub async fn roll_back(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wanted: &Rollback,
    origin: &Origin<RolledBack>,
) -> Result<RolledBack, Error> {
    check_comment(&wanted.comment)?;
    on_stale(|| async {
        let slots = Slots::load(host, manufacturer, contract).await?;
        let ground = slots.ground();
        let course = ground.course(&wanted.slot);
        let in_force = course
            .activation(slots.now)
            .ok_or(Error::NotFound { what: "binding" })?;
        let bad = in_force.generation;
        let earlier = match wanted.to {
            Some(to) if to == bad => return Err(Error::invalid("/to", "is what is in force")),
            Some(to) => host
                .store
                .generation(manufacturer, contract, &wanted.slot, to)
                .await?
                .ok_or(Error::NotFound { what: "generation" })?,
            None => last_good(host, &slots, &wanted.slot)
                .await?
                .ok_or(Error::Standing {
                    generation: bad,
                    standing: course.standing(bad, slots.now),
                    wanted: "nothing else that was good was in force before; activate another \
                             generation, or name one with --to",
                })?,
        };
        let to = earlier.generation;
        holds(host, &earlier, &slots.terms.canonical_json())
            .await?
            .map_err(|error| Error::of_slot(&wanted.slot, error))?;
        let mut amendment = Amendment::new(host, manufacturer);
        let mut step = amendment.step(&ground, &wanted.slot, &course, bad);
        step.action = Action::RolledBack;
        step.comment = wanted.comment.clone();
        amendment.rows.steps.push(step);
        let bound = amendment
            .again(
                host,
                &slots,
                earlier,
                &wanted.comment,
                When::from(wanted.from),
            )
            .await?;
        amendment.altered(
            format!("{} of {}", wanted.slot, slots.contract.code),
            &format!("generation {bad}"),
            &format!(
                "generation {}, with the content of {to}",
                bound.binding.generation
            ),
        );
        let rolled_back = RolledBack {
            bound,
            bad,
            since: in_force.from,
        };
        amendment.touch(slots.contract.clone());
        amendment.commit(host, origin, &rolled_back).await?;
        Ok(rolled_back)
    })
    .await
}

/// What was in force before and is good: it has not been taken out of force itself,
/// nor has another generation with the same content, be it the one of now.
pub(super) async fn last_good(
    host: &Host,
    slots: &Slots,
    slot: &str,
) -> Result<Option<Binding>, Error> {
    let course = slots.ground().course(slot);
    let Contract {
        manufacturer, id, ..
    } = &slots.contract;
    let mut bad: BTreeSet<Content> = BTreeSet::new();
    for generation in course.bad().chain(course.in_force(slots.now)) {
        let found = host.store.generation(manufacturer, id, slot, generation);
        bad.extend(found.await?.as_ref().map(content));
    }
    for generation in course.earlier(slots.now) {
        let found = host.store.generation(manufacturer, id, slot, generation);
        if let Some(found) = found.await?
            && !bad.contains(&content(&found))
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The digests of plugin and configuration.
type Content = (String, String);

fn content(binding: &Binding) -> Content {
    let configuration = binding.configuration_digest.clone();
    (binding.plugin_digest.clone(), configuration)
}

impl Amendment {
    /// Puts an earlier content in force as a new generation; that needs nobody's
    /// approval.
    pub(super) async fn again(
        &mut self,
        host: &Host,
        slots: &Slots,
        earlier: Binding,
        comment: &str,
        when: When,
    ) -> Result<Stands, Error> {
        let ground = slots.ground();
        let course = ground.course(&earlier.slot);
        let record = host
            .store
            .plugin(&earlier.manufacturer, &earlier.plugin_digest)
            .await?;
        let title = record.map_or_else(String::new, |record| record.title());
        let binding = Binding {
            generation: course.generation_next(),
            comment: comment.to_owned(),
            ..earlier
        };
        self.put_in_force(host, &ground, binding, title, when, Approval::NotNeeded)
            .await
    }
}
