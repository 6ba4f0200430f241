//! What keeps failing is taken out of force, and the contract's fallback decides.

use std::collections::BTreeSet;

use super::rollback::last_good;
use super::stop::Stopped;
use super::{Amendment, Slots, When, holds};
use crate::contracts::Error;
use crate::domain::contract::Binding;
use crate::domain::generation::Action;
use crate::domain::terms::Fallback;
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::{Decider, Host};

const MINUTE_MICROS: i64 = 60_000_000;

/// Takes a generation out of force, or a canary back, where it has failed as often
/// within the window as the terms say. The failures are those that all hosts have
/// committed, each decision once, since it was last put there; so a person's word
/// begins anew. Nothing where it has not failed so often, or no longer decides.
pub async fn quarantine(host: &Host, decider: &Decider) -> Result<Option<Stopped>, Error> {
    on_stale(|| async {
        let Decider {
            manufacturer,
            contract,
            slot,
            generation,
        } = decider;
        let slots = Slots::load(host, manufacturer, contract).await?;
        let course = slots.ground().course(slot);
        let rule = &slots.terms.swaps.quarantine;
        let Some(since) = course.decides_since(*generation, slots.now) else {
            return Ok(None);
        };
        if rule.failures == 0 {
            return Ok(None);
        }
        let window = rule.window_minutes.saturating_mul(MINUTE_MICROS);
        let since = since.max(Micros(slots.now.0.saturating_sub(window)));
        let enough = u32::try_from(rule.failures).unwrap_or(u32::MAX);
        let codes = host
            .store
            .failures(manufacturer, contract, slot, *generation, since, enough)
            .await?;
        if codes.len() < enough as usize {
            return Ok(None);
        }
        let failed = failed(&codes, rule.window_minutes);
        let in_force = course.in_force(slots.now);
        let mut amendment = Amendment::new(host, manufacturer);
        let (reason, good) = if in_force != Some(*generation) {
            let reason = format!("{failed}; what is in force decides the leads of the canary");
            (reason, None)
        } else if rule.fallback == Fallback::ManualQueue {
            (format!("{failed}; its leads wait for a person"), None)
        } else {
            match last_good_that_holds(host, &slots, slot).await? {
                Some(good) => {
                    let next = course.generation_next();
                    let of = good.generation;
                    let reason =
                        format!("{failed}; generation {next} decides, with the content of {of}");
                    (reason, Some(good))
                }
                None => {
                    let reason = format!(
                        "{failed}; nothing good was in force before, so its leads wait for a person"
                    );
                    (reason, None)
                }
            }
        };
        let (action, at) = (Action::Quarantined, slots.now);
        amendment.take_out(&slots, &course, decider, action, at, &reason);
        let instead = match good {
            Some(good) => {
                let bound = amendment
                    .again(host, &slots, good, &reason, When::Default)
                    .await?;
                Some(bound.binding.generation)
            }
            None => in_force.filter(|in_force| in_force != generation),
        };
        let stopped = Stopped {
            decider: decider.clone(),
            reason,
            instead,
        };
        amendment.commit_stop(host, &slots, &stopped).await?;
        Ok(Some(stopped))
    })
    .await
}

/// How often, and by which codes.
fn failed(codes: &[String], window_minutes: i64) -> String {
    let different: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    let different: Vec<&str> = different.into_iter().collect();
    format!(
        "{} answers failed within {window_minutes} minutes ({})",
        codes.len(),
        different.join(", ")
    )
}

/// What was in force before and is good, where it takes the terms as they are now.
async fn last_good_that_holds(
    host: &Host,
    slots: &Slots,
    slot: &str,
) -> Result<Option<Binding>, Error> {
    let Some(good) = last_good(host, slots, slot).await? else {
        return Ok(None);
    };
    let held = holds(host, &good, &slots.terms.canonical_json()).await?;
    Ok(held.is_ok().then_some(good))
}
