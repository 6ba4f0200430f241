//! What a component that is tried would have paid: it is asked about the events of
//! the open periods in their order, from the balances at their beginning, with a book
//! of its own. Nothing of it is booked; what is kept is how it differs.

use std::collections::{BTreeMap, HashMap};

use super::ask::{self, Awarded, Recorded};
use super::books::Books;
use super::lane::Lane;
use super::recompute::Computation;
use super::{Error, award, close};
use crate::domain::book::{self, Entry};
use crate::domain::calendar::Period;
use crate::domain::contract::Binding;
use crate::domain::decision::Decision;
use crate::domain::generation::{
    CandidateAnswer, CandidateLedger, LedgerDifference, LedgerOutcome, Role,
};
use crate::domain::happening::Positioned;
use crate::domain::ids::{ContractId, EventId, ManufacturerId, PartnerId};
use crate::domain::ledger::HolderKind;
use crate::host::Host;
use crate::policy::question::{AwardInput, Question};
use crate::policy::{Kind, canonical};
use crate::store::changes::{Changes, Command};

/// Events of a period that a candidate is asked about; the others are not looked at.
const EVENTS_MAX: usize = 5_000;
/// Partners whose differences are kept.
const PARTNERS_MAX: usize = 1_000;
/// Answers in one commit.
const ANSWERS_AT_ONCE: usize = 100;
/// Characters of a text about differences.
const TEXT_MAX: usize = 300;

/// Computes what the candidates would have paid, wherever something was paid since.
/// Answers the codes of what failed, which is tried again and keeps no other waiting.
pub async fn compare_waiting(host: &Host) -> Result<Vec<&'static str>, Error> {
    let mut failed = Vec::new();
    for paying in host.store.paying_contracts().await? {
        let (manufacturer, contract) = (&paying.manufacturer, &paying.contract);
        let courses = host.store.courses(manufacturer, contract).await?;
        for (slot, course) in courses {
            let trial = course.shadow(host.clock.now());
            let Some(trial) = trial.filter(|_| Kind::of_slot(&slot) == Some(Kind::Compensation))
            else {
                continue;
            };
            match compare(host, manufacturer, contract, &slot, trial.generation).await {
                Ok(()) => {}
                Err(error) if error.is_outage() => return Err(error),
                Err(error) => {
                    failed.push(error.code());
                    tracing::warn!(
                        contract = %contract,
                        slot,
                        code = error.code(),
                        "it could not be computed what a candidate would have paid; it is tried again: {error}"
                    );
                }
            }
        }
    }
    Ok(failed)
}

async fn compare(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    slot: &str,
    generation: i64,
) -> Result<(), Error> {
    let known = host
        .store
        .candidate_ledgers(manufacturer, contract, slot, generation)
        .await?;
    let position = host.store.lane(manufacturer, contract).await?.position;
    // Of the open periods the last one is always computed.
    if known.iter().any(|ledger| ledger.position == position) {
        return Ok(());
    }
    let candidate = host
        .store
        .generation(manufacturer, contract, slot, generation)
        .await?
        .ok_or(Error::NotFound { what: "generation" })?;
    let lane = Lane::look(host, manufacturer, contract).await?;
    let current = lane.period_of(host.clock.now())?;
    let first = close::next(&lane).await?;
    // What is not closed yet, and what is under way; both where they differ.
    for period in first
        .filter(|first| first.name != current.name)
        .iter()
        .chain([&current])
    {
        compute(&lane, period, &candidate).await?;
    }
    Ok(())
}

async fn compute(lane: &Lane<'_>, period: &Period, candidate: &Binding) -> Result<(), Error> {
    let up_to = lane.position();
    let mut trial = Trial::begin(lane, period, candidate).await?;
    let mut after = (period.begins, String::new());
    while let Some(events) = trial.computation.next_events(&mut after, up_to).await? {
        let left = EVENTS_MAX.saturating_sub(trial.events);
        trial.is_cut |= events.len() > left;
        trial.page(&events[..events.len().min(left)]).await?;
        if trial.is_cut {
            break;
        }
    }
    trial.finish(up_to).await
}

/// A period at work.
struct Trial<'a> {
    computation: Computation<'a>,
    candidate: &'a Binding,
    component: String,
    incumbent: Option<i64>,
    events: usize,
    is_cut: bool,
    /// By partner and unit: what was booked, and what would have been.
    sums: BTreeMap<(PartnerId, String), (i64, i64)>,
    answers: Vec<CandidateAnswer>,
}

impl<'a> Trial<'a> {
    async fn begin(
        lane: &'a Lane<'a>,
        period: &'a Period,
        candidate: &'a Binding,
    ) -> Result<Self, Error> {
        let mut computation = Computation::begin(lane, period, &period.name).await?;
        let in_force = computation.plan.slots.get(&candidate.slot);
        let incumbent = in_force.map(|slot| slot.generation);
        let plans = &lane.plans;
        computation.plan = plans
            .of_candidate(lane.host, period.begins, candidate.clone())
            .await?;
        let component = candidate.slot.split_once('/');
        Ok(Self {
            computation,
            component: component.map_or("", |(_, component)| component).to_owned(),
            candidate,
            incumbent,
            events: 0,
            is_cut: false,
            sums: BTreeMap::new(),
            answers: Vec::new(),
        })
    }

    async fn page(&mut self, events: &[Positioned]) -> Result<(), Error> {
        let events = Vec::from_iter(events);
        let lane = self.computation.lane;
        self.computation.books.recall(lane, &events).await?;
        let ids: Vec<EventId> = events.iter().map(|event| event.event.id.clone()).collect();
        let owner = &self.candidate.manufacturer;
        let decisions = lane.host.store.awards_of_events(owner, &ids).await?;
        let mut decided: HashMap<EventId, Decision> = decisions
            .into_iter()
            .filter(|decision| decision.slot == self.candidate.slot)
            .filter_map(|decision| Some((decision.event.clone()?, decision)))
            .collect();
        for positioned in events {
            let event = &positioned.event;
            let asked = award::components(&self.computation.plan, event);
            if asked.contains(&self.component) {
                self.event(positioned, decided.remove(&event.id)).await?;
            }
        }
        Ok(())
    }

    async fn event(
        &mut self,
        positioned: &Positioned,
        decided: Option<Decision>,
    ) -> Result<(), Error> {
        let event = &positioned.event;
        let computation = &mut self.computation;
        let before = computation.take_booked(&self.component, Some(&event.id));
        let id_of = computation.id_of(&before);
        let (lane, plan) = (computation.lane, computation.plan.clone());
        let question: Option<Question<AwardInput>> = decided
            .as_ref()
            .and_then(|decision| canonical::from_cbor(&decision.input).ok());
        let recorded = question.map_or(Recorded::Nothing, |question| {
            Recorded::Incumbents(question.input)
        });
        let books: &mut Books = &mut computation.books;
        let awarded = ask::award(lane, &plan, &self.component, event, books, recorded, id_of);
        let (entries, decision, code) = match awarded.await? {
            Awarded::Paid {
                entries, decision, ..
            } => (Some(entries), decision, "ok"),
            Awarded::Failed { code, decision, .. } => {
                // So that the events after it are asked about all the same.
                books.book.enter(&before)?;
                (None, decision, code)
            }
        };
        self.events += 1;
        self.note(
            positioned,
            &before,
            entries.as_deref(),
            decision,
            code,
            decided,
        )
    }

    fn note(
        &mut self,
        positioned: &Positioned,
        before: &[Entry],
        entries: Option<&[Entry]>,
        decision: Option<Decision>,
        code: &str,
        decided: Option<Decision>,
    ) -> Result<(), Error> {
        let event = &positioned.event;
        let differences = match entries {
            Some(entries) => book::differences(before, entries)?,
            None => Vec::new(),
        };
        // One that fails would have paid what is not known: nothing is compared.
        for (place, entry) in before
            .iter()
            .filter(|_| entries.is_some())
            .map(|entry| (0, entry))
            .chain(entries.into_iter().flatten().map(|entry| (1, entry)))
        {
            if entry.line.holder.kind != HolderKind::Partner {
                continue;
            }
            let partner = PartnerId::from(entry.line.holder.id.as_str());
            let sums = self.sums.entry((partner, entry.unit.clone())).or_default();
            let sum = if place == 0 { &mut sums.0 } else { &mut sums.1 };
            *sum = sum.saturating_add(entry.amount);
        }
        let paid = differences.iter().map(|difference| &difference.entry);
        let money = paid
            .clone()
            .filter(|entry| entry.line.holder.kind == HolderKind::Partner && entry.unit == "money")
            .fold(0_i64, |sum, entry| sum.saturating_add(entry.amount));
        let lead = self.computation.books.subjects.lead(event.lead.as_ref());
        let teaser = lead.map(|lead| &lead.teaser);
        let sold = event.lines.first().map(|line| line.product.clone());
        let region = |postcode: &String| postcode.chars().take(2).collect();
        let (other_fuel, input) = match &decided {
            Some(decided) => (Some(decided.fuel), Some(&decided.input)),
            None => (None, None),
        };
        let asked = decision.as_ref();
        let answer = CandidateAnswer {
            manufacturer: self.candidate.manufacturer.clone(),
            contract: self.candidate.contract.clone(),
            slot: self.candidate.slot.clone(),
            generation: self.candidate.generation,
            id: event.id.as_str().to_owned(),
            role: Role::Shadow,
            incumbent: self.incumbent,
            decision: decided.as_ref().map(|decided| decided.id.clone()),
            lead: event.lead.clone(),
            partner: event
                .partner
                .clone()
                .or(lead.and_then(|lead| lead.holder.clone())),
            function: "award".to_owned(),
            outcome: asked
                .map_or(code, |asked| asked.outcome.as_str())
                .to_owned(),
            agrees: entries.map(|_| differences.is_empty()),
            difference: told(self.computation.lane, paid),
            fuel: asked.map_or(0, |asked| asked.fuel),
            micros: asked.map_or(0, |asked| asked.micros),
            other_fuel,
            other_micros: None,
            product: sold.or(teaser.and_then(|teaser| teaser.product.clone())),
            country: teaser.and_then(|teaser| teaser.country.clone()),
            region: teaser.and_then(|teaser| teaser.postcode.as_ref().map(region)),
            value_difference: entries.map(|_| money),
            input: asked
                .filter(|asked| Some(&asked.input) != input)
                .map(|asked| asked.input.clone())
                .unwrap_or_default(),
            output: asked.map(|asked| asked.output.clone()).unwrap_or_default(),
            asked_at: event.occurred_at,
        };
        self.answers.push(answer);
        Ok(())
    }

    /// Keeps what came of it. Of two hosts that compute the same the last one's stays.
    async fn finish(self, position: i64) -> Result<(), Error> {
        let lane = self.computation.lane;
        let contract = &lane.force().contract;
        let is_cut = self.is_cut || self.sums.len() > PARTNERS_MAX;
        let differences = self.sums.into_iter().take(PARTNERS_MAX);
        let ledger = CandidateLedger {
            manufacturer: contract.manufacturer.clone(),
            contract: contract.id.clone(),
            slot: self.candidate.slot.clone(),
            generation: self.candidate.generation,
            period: self.computation.period.name.clone(),
            position,
            outcome: LedgerOutcome {
                events: self.events as i64,
                differences: differences
                    .map(|((partner, unit), (booked, candidate))| LedgerDifference {
                        partner,
                        unit,
                        booked,
                        candidate,
                    })
                    .collect(),
                is_cut,
            },
            computed_at: lane.host.clock.now(),
        };
        let mut commits: Vec<Changes> = self
            .answers
            .chunks(ANSWERS_AT_ONCE)
            .map(|answers| Changes {
                candidate_answers: answers.to_vec(),
                ..Changes::default()
            })
            .collect();
        commits.push(Changes {
            candidate_ledgers: vec![ledger],
            ..Changes::default()
        });
        for changes in commits {
            let manufacturer = contract.manufacturer.clone();
            let command = Command {
                manufacturer,
                changes,
            };
            lane.host.store.commit(command).await?;
        }
        Ok(())
    }
}

/// Who would get how much more or less, by account and reason.
fn told<'e>(lane: &Lane<'_>, differences: impl Iterator<Item = &'e Entry>) -> String {
    let all: Vec<String> = differences
        .map(|entry| {
            let holder = &entry.line.holder;
            let partner = PartnerId::from(holder.id.as_str());
            let code = match (holder.kind, lane.parties.row_of(&partner)) {
                (HolderKind::Partner, Some((_, partner))) => partner.code.as_str(),
                _ => holder.id.as_str(),
            };
            format!(
                "{} {} of {code}: {:+} {}",
                entry.line.account, entry.line.reason, entry.amount, entry.unit
            )
        })
        .collect();
    let text = all.join("; ");
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
