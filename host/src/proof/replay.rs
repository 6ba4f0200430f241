//! Recorded decisions asked again, one or all.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::makers::{self, Maker, Makers};
use super::{Part, Verdict};
use crate::domain::decision::Decision;
use crate::domain::ids::{ContractId, DecisionId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::host::free_text::{self, Keys};
use crate::policy::canonical::CanonicalError;
use crate::policy::receipt::Receipt;
use crate::policy::{CallOptions, Code, Function, Place, view};
use crate::store::{self, Row};

/// Decisions that are read at once; the largest questions have tens of kilobytes.
const PAGE: u32 = 256;
/// Decisions that are told of by name; the others are counted.
const NAMED_MAX: usize = 100;
/// What is said of a receipt that is not what was written, nor anything else.
const UNREADABLE: &str = "the record cannot be read any more: `stellwerk audit verify` names it";
/// Generations that are kept ready at once.
const READY_MAX: usize = 32;

/// Which decisions are asked again.
#[derive(Clone, Debug)]
pub struct Scope {
    pub manufacturer: ManufacturerId,
    /// Of this contract alone.
    pub contract: Option<ContractId>,
    /// Made at this instant or later.
    pub since: Option<Micros>,
}

/// What came of asking many again.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// By verdict, in its name.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Of those that differ: how often each part does.
    pub parts: BTreeMap<Part, u64>,
    /// What is missing, and for how many decisions.
    pub missing: BTreeMap<String, u64>,
    /// Those that differ, the first of them.
    pub named: Vec<(DecisionId, Vec<Part>)>,
}

impl Counts {
    /// How many were looked at.
    pub fn all(&self) -> u64 {
        self.verdicts.values().sum()
    }

    /// How many came to that verdict.
    pub fn of(&self, verdict: &str) -> u64 {
        self.verdicts.get(verdict).copied().unwrap_or_default()
    }

    /// Whether nothing speaks against what was recorded.
    pub fn hold(&self) -> bool {
        self.of("differs") == 0 && self.of("missing") == 0 && self.of("not-now") == 0
    }

    /// Adds those of another scope.
    pub fn add(&mut self, other: Self) {
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
        for (part, count) in other.parts {
            *self.parts.entry(part).or_default() += count;
        }
        for (what, count) in other.missing {
            *self.missing.entry(what).or_default() += count;
        }
        let room = NAMED_MAX - self.named.len();
        self.named.extend(other.named.into_iter().take(room));
    }

    /// Adds one.
    pub fn count(&mut self, id: &DecisionId, verdict: &Verdict) {
        *self.verdicts.entry(verdict.as_str()).or_default() += 1;
        match verdict {
            Verdict::Differs(parts) => {
                for part in parts {
                    *self.parts.entry(*part).or_default() += 1;
                }
                if self.named.len() < NAMED_MAX {
                    self.named.push((id.clone(), parts.clone()));
                }
            }
            Verdict::Missing(what) | Verdict::NotNow(what) => {
                *self.missing.entry(what.clone()).or_default() += 1;
            }
            Verdict::Same
            | Verdict::OtherFuel
            | Verdict::NotReproducible
            | Verdict::Erased
            | Verdict::Encrypted => {}
        }
    }
}

/// Asks one again.
pub async fn one(host: &Host, decision: &Decision) -> Result<Verdict, store::Error> {
    beside(host, &mut Makers::of_at_most(1), decision).await
}

/// Asks one again beside all other calls: nobody waits for it.
pub(super) async fn beside(
    host: &Host,
    makers: &mut Makers,
    decision: &Decision,
) -> Result<Verdict, store::Error> {
    if !is_reproducible(decision) {
        return Ok(Verdict::NotReproducible);
    }
    let decision = match free_text::open(&host.store, decision).await? {
        Ok(decision) => decision,
        Err(closed) => return Ok(closed.into()),
    };
    let decision = decision.as_ref();
    let maker = match makers.of(host, decision).await? {
        Ok(maker) => maker,
        Err(missing) => return Ok(Verdict::Missing(missing)),
    };
    let Some(function) = Function::parse(&decision.function) else {
        return Ok(unknown_function(decision));
    };
    let options = CallOptions {
        limits: makers::limits(decision, maker.limits),
        place: Place::Beside,
        ..CallOptions::new(decision.manufacturer.as_str())
    };
    let asked = view::ask(&maker.bound, &options, function, &decision.input).await;
    Ok(compare(decision, asked))
}

/// Asks all of a scope again, in the order in which they were made and `at_once` at the
/// same time, and tells how far it is after each page. Memory stays the same however
/// many there are.
pub async fn all(
    host: &Host,
    scope: &Scope,
    at_once: usize,
    mut progress: impl FnMut(&Counts),
) -> Result<Counts, store::Error> {
    let mut counts = Counts::default();
    let mut makers = Makers::of_at_most(READY_MAX);
    let mut page = read(host, scope, None).await?;
    while let Some(last) = page.last().map(|(id, _)| id.as_str().into()) {
        let read_whole = page
            .iter()
            .filter_map(|(_, decision)| decision.as_ref().ok());
        let keys = Keys::of(&host.store, &scope.manufacturer, read_whole).await?;
        let mut ready = Vec::with_capacity(page.len());
        for (id, decision) in page {
            let asked = match decision {
                Err(_) => Err(Verdict::Missing(UNREADABLE.to_owned())),
                Ok(decision) if !is_reproducible(&decision) => Err(Verdict::NotReproducible),
                Ok(decision) => match keys.open(&decision).map(Cow::into_owned) {
                    Err(closed) => Err(closed.into()),
                    Ok(decision) => match makers.of(host, &decision).await? {
                        Ok(maker) => Ok((maker, decision)),
                        Err(missing) => Err(Verdict::Missing(missing)),
                    },
                },
            };
            ready.push((id.into(), asked));
        }
        let (verdicts, next) =
            tokio::join!(ask_all(ready, at_once), read(host, scope, Some(&last)));
        for (id, verdict) in verdicts {
            counts.count(&id, &verdict);
        }
        progress(&counts);
        page = next?;
    }
    Ok(counts)
}

async fn read(
    host: &Host,
    scope: &Scope,
    after: Option<&DecisionId>,
) -> Result<Vec<Row<Decision>>, store::Error> {
    let contract = scope.contract.as_ref();
    host.store
        .decisions(&scope.manufacturer, contract, scope.since, after, PAGE)
        .await
}

/// A decision with what it is asked of, or what there is to say without asking.
type Ready = (DecisionId, Result<(Maker, Decision), Verdict>);

/// On threads of their own, and back in order.
async fn ask_all(ready: Vec<Ready>, at_once: usize) -> Vec<(DecisionId, Verdict)> {
    let ready = Arc::new(ready);
    let next = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..at_once.clamp(1, ready.len().max(1)))
        .map(|_| {
            let (ready, next) = (ready.clone(), next.clone());
            tokio::task::spawn_blocking(move || {
                let mut done = Vec::new();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, asked)) = ready.get(place) else {
                        return done;
                    };
                    let verdict = match asked {
                        Ok((maker, decision)) => ask(maker, decision),
                        Err(verdict) => verdict.clone(),
                    };
                    done.push((place, verdict));
                }
            })
        })
        .collect();
    let mut verdicts: Vec<Option<Verdict>> = vec![None; ready.len()];
    for thread in threads {
        for (place, verdict) in thread.await.unwrap_or_default() {
            verdicts[place] = Some(verdict);
        }
    }
    let lost = || Verdict::NotNow("asking it has panicked".to_owned());
    let ids = ready.iter().map(|(id, _)| id.clone());
    ids.zip(
        verdicts
            .into_iter()
            .map(|verdict| verdict.unwrap_or_else(lost)),
    )
    .collect()
}

/// Asks the question that was recorded, and compares.
fn ask(maker: &Maker, decision: &Decision) -> Verdict {
    let Some(function) = Function::parse(&decision.function) else {
        return unknown_function(decision);
    };
    let limits = makers::limits(decision, maker.limits);
    let asked = view::ask_again(&maker.bound, &limits, function, &decision.input);
    compare(decision, asked)
}

fn unknown_function(decision: &Decision) -> Verdict {
    Verdict::Missing(format!("no policy has a function {}", decision.function))
}

/// What came of asking again.
pub(super) fn compare(decision: &Decision, asked: Result<Receipt, CanonicalError>) -> Verdict {
    match asked {
        Ok(receipt) if !is_reproducible_outcome(receipt.outcome.as_str()) => {
            Verdict::NotNow(receipt.outcome.as_str().to_owned())
        }
        Ok(receipt) => Verdict::of(decision, &receipt),
        // What cannot be read any more is not what was written.
        Err(_) => Verdict::Differs(vec![Part::Input]),
    }
}

/// Whether asking again proves anything.
pub(super) fn is_reproducible(decision: &Decision) -> bool {
    is_reproducible_outcome(&decision.outcome)
}

fn is_reproducible_outcome(outcome: &str) -> bool {
    Code::parse(outcome).is_none_or(Code::reproducible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_counted_by_its_parts_and_named_as_far_as_there_is_room() {
        let mut counts = Counts::default();
        counts.count(&"same".into(), &Verdict::Same);
        assert!(counts.hold());
        for number in 0..=NAMED_MAX {
            let verdict = Verdict::Differs(vec![Part::Output, Part::Fuel]);
            counts.count(&number.to_string().as_str().into(), &verdict);
        }
        counts.count(&"lost".into(), &Verdict::Missing("a component".to_owned()));
        assert!(!counts.hold());
        assert_eq!(counts.all(), NAMED_MAX as u64 + 3);
        assert_eq!(counts.parts[&Part::Output], NAMED_MAX as u64 + 1);
        assert_eq!(counts.named.len(), NAMED_MAX);
        assert_eq!(counts.missing["a component"], 1);
    }

    #[test]
    fn a_failure_of_its_surroundings_proves_nothing() {
        assert!(is_reproducible_outcome("ok"));
        assert!(is_reproducible_outcome("not-applicable"));
        assert!(is_reproducible_outcome("guest.out_of_fuel"));
        assert!(!is_reproducible_outcome("host.deadline"));
    }
}
