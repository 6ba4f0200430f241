//! Now and then a decision is asked again that nobody has doubted: what does not come
//! out as recorded is told before somebody relies on it.

use std::collections::BTreeSet;

use super::makers::Makers;
use super::{Part, Verdict, replay};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::decision::Decision;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::DecisionId;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::metrics;
use crate::store;
use crate::store::changes::{Changes, Command};

/// Those that have been told of; more than so many are counted alone.
const TOLD_MAX: usize = 1_000;
/// Generations that are kept ready: most decisions are of what is in force anyway.
const READY_MAX: usize = 4;

/// Asks decisions again, one at a time.
pub struct Sampler {
    makers: Makers,
    told: BTreeSet<DecisionId>,
}

impl Default for Sampler {
    fn default() -> Self {
        Self {
            makers: Makers::of_at_most(READY_MAX),
            told: BTreeSet::new(),
        }
    }
}

impl Sampler {
    /// Asks any decision again, beside all other calls, and tells of it where it does
    /// not come out as recorded: once for each decision. False where there is none.
    pub async fn one(&mut self, host: &Host) -> Result<bool, store::Error> {
        let Some(decision) = any(host).await? else {
            return Ok(false);
        };
        let verdict = replay::beside(host, &mut self.makers, &decision).await?;
        metrics::proof::replayed(verdict.as_str());
        if let Verdict::Differs(parts) = &verdict
            && self.told.len() < TOLD_MAX
            && self.told.insert(decision.id.clone())
        {
            tracing::error!(
                decision = decision.id.as_str(),
                plugin = decision.plugin,
                "a decision that was asked again does not come out as recorded"
            );
            tell(host, &decision, parts).await?;
        }
        Ok(true)
    }
}

/// A decision of any instant since the first one: each instant is as likely as another.
async fn any(host: &Host) -> Result<Option<Decision>, store::Error> {
    let manufacturers = host.store.manufacturers().await?;
    let Some(manufacturer) = pick(manufacturers.len()).map(|place| &manufacturers[place].id) else {
        return Ok(None);
    };
    let Some((first, last)) = host.store.decided_between(manufacturer).await? else {
        return Ok(None);
    };
    let span = usize::try_from(last.0.saturating_sub(first.0)).unwrap_or_default();
    let at = pick(span.saturating_add(1)).unwrap_or_default();
    let at = i64::try_from(at).unwrap_or_default();
    let since = Micros(first.0.saturating_add(at));
    let found = host
        .store
        .decisions(manufacturer, None, Some(since), None, 1);
    found.await?.pop().map(|(_, decision)| decision).transpose()
}

/// Any place below `count`.
fn pick(count: usize) -> Option<usize> {
    let mut bytes = [0; 8];
    // Without randomness it is the first one: it is a sample all the same.
    let _ = getrandom::fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes))
        .ok()?
        .checked_rem(count)
}

async fn tell(host: &Host, decision: &Decision, parts: &[Part]) -> Result<(), store::Error> {
    let now = host.clock.now();
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
    let event = Event {
        manufacturer: decision.manufacturer.clone(),
        id: host.ids.next(now),
        contract: decision.contract.clone(),
        lead: None,
        cycle: 0,
        deal: None,
        partner: None,
        code: EventCode::NotReproduced.as_str().to_owned(),
        occurred_at: now,
        recorded_at: now,
        attributes: Attributes::from([
            ("decision".to_owned(), text(decision.id.as_str())),
            ("slot".to_owned(), text(&decision.slot)),
            ("parts".to_owned(), text(&parts.join(" "))),
        ]),
        lines: Vec::new(),
        decision: Some(decision.id.clone()),
        actor: None,
    };
    let command = Command {
        manufacturer: decision.manufacturer.clone(),
        changes: Changes {
            events: vec![event],
            ..Changes::default()
        },
    };
    host.store.commit(command).await?;
    Ok(())
}
