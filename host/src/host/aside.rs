//! Questions beside the requests: what a candidate would have answered, or what is
//! in force where a candidate has decided.
//!
//! Architecture invariant: nothing here is followed, and no request waits for it. A
//! question is handed over when what it stands beside is committed, and left out,
//! which is counted, where the queue is full; it is asked in no slot, one at a time,
//! while a slot is free that nobody wants.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Host, InForce, Slot};
use crate::domain::decision::Decision;
use crate::domain::generation::{CandidateAnswer, LeftOut, Role, is_chosen};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::metrics;
use crate::policy::differ::{self, Difference, Names, Said};
use crate::policy::question::Context;
use crate::policy::{self, CallOptions, Code, Place, Receipt, free_text};
use crate::store::changes::{Changes, Command};

/// Questions that wait.
const WAITING_MAX: usize = 128;
/// Answers in one commit.
const ANSWERS_AT_ONCE: usize = 16;
/// Characters of a text about differences.
const TEXT_MAX: usize = 300;
/// How long what was left out waits to be counted in the database.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// Who is asked beside a decision.
#[derive(Clone)]
pub struct Tried {
    /// What the one that is asked is: a shadow, or the incumbent of a canary.
    pub role: Role,
    pub candidate: i64,
    pub incumbent: Option<i64>,
    /// None where this host has nothing that could be asked.
    pub asked: Option<Slot>,
}

impl InForce {
    /// Who is asked beside the slot's decision about a subject: the shadow, of its
    /// share of what is in force decides; what is in force, where a canary decides. What
    /// a shadow says of a lead that stays with earlier rules would never come true.
    /// `snapshot` is as it is in force for whoever begins now.
    pub fn tried(&self, snapshot: &Self, slot: &str, subject: &str) -> Option<Tried> {
        let deciding = self.slots.get(slot)?.generation;
        let in_force = snapshot.slots.get(slot);
        let incumbent = in_force.map(|slot| slot.generation);
        let beside = snapshot.beside.get(slot)?;
        let now = snapshot.taken_at;
        let is_canary =
            matches!(beside.course.canary(now), Some(trial) if trial.generation == deciding);
        if is_canary && incumbent != Some(deciding) {
            return Some(Tried {
                role: Role::Incumbent,
                candidate: deciding,
                incumbent,
                asked: in_force.filter(|slot| !slot.quarantined).cloned(),
            });
        }
        let trial = beside.course.shadow(now)?;
        let contract = self.contract.id.as_str();
        let chosen = is_chosen(trial.share, contract, slot, trial.generation, subject);
        if !chosen || incumbent != Some(deciding) {
            return None;
        }
        Some(Tried {
            role: Role::Shadow,
            candidate: trial.generation,
            incumbent,
            asked: Some(beside.shadow.clone()?),
        })
    }
}

/// An answer that is still to be given, or only to be kept.
pub struct Aside {
    answer: CandidateAnswer,
    asking: Mutex<Option<Asking>>,
    /// Codes of the manufacturer and the contract.
    of: (String, String),
    /// Of the decision that it stands beside.
    input: Vec<u8>,
    /// Whether that decision is kept with its question.
    is_decided: bool,
}

type Asking = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Told> + Send>> + Send>;

/// What came of asking, and in what both differ where both have answered; nothing
/// where there was no room after all.
type Told = Option<(Receipt, Option<Vec<Difference>>)>;

/// In what the candidate's outcome and output differ; none where one of both is no
/// answer.
fn compared(
    names: Names<'_>,
    asked: &Receipt,
    in_force: (&str, &[u8]),
    candidate: (&str, &[u8]),
) -> Option<Vec<Difference>> {
    if in_force.1.is_empty() || candidate.1.is_empty() {
        return None;
    }
    let [before, after] = [in_force, candidate].map(|(outcome, output)| Said::of(outcome, output));
    differ::differences(names, asked.function, &asked.input, before, after).ok()
}

/// In words, the first ones of many.
fn told(differences: &[Difference]) -> String {
    let all: Vec<String> = differences.iter().map(Difference::to_string).collect();
    let text = all.join("; ");
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl Aside {
    /// A question to `slot`, which is asked as the decision was.
    pub fn question<I: policy::Asked>(
        answer: CandidateAnswer,
        force: &InForce,
        slot: &Slot,
        decision: &Decision,
        context: Context,
        input: I,
    ) -> Option<Self> {
        let bound = slot.bound.as_ref().ok()?.clone();
        let options = CallOptions {
            limits: slot.limits,
            place: Place::Beside,
            ..CallOptions::new(force.contract.manufacturer.as_str())
        };
        let role = answer.role;
        let (outcome, output) = (decision.outcome.clone(), decision.output.clone());
        let currency = force.terms.currency.clone();
        let asking: Asking = Box::new(move || {
            Box::pin(async move {
                let receipt = match bound.ask(&options, context, input).await {
                    Ok(given) => given.receipt,
                    Err(failed) if failed.error.code == Code::HostOverloaded => return None,
                    Err(failed) => failed.receipt,
                };
                let asked = (receipt.outcome.as_str(), receipt.output.as_slice());
                let decided = (outcome.as_str(), output.as_slice());
                let (in_force, candidate) = match role {
                    Role::Incumbent => (asked, decided),
                    Role::Shadow | Role::Canary => (decided, asked),
                };
                let names = Names {
                    partner: &|key| format!("partner {key}"),
                    manifest: bound.plugin().manifest(),
                    currency: &currency,
                };
                let found = compared(names, &receipt, in_force, candidate);
                Some((receipt, found))
            })
        });
        Some(Self {
            asking: Mutex::new(Some(asking)),
            ..Self::kept(answer, force, decision)
        })
    }

    /// An answer that only has to be kept.
    pub fn kept(answer: CandidateAnswer, force: &InForce, decision: &Decision) -> Self {
        Self {
            answer,
            asking: Mutex::new(None),
            of: (force.manufacturer.clone(), force.contract.code.clone()),
            input: decision.input.clone(),
            is_decided: true,
        }
    }

    /// The decision was refused to whoever wanted it, and is not kept: question and
    /// answer have to be.
    pub fn undecided(mut self) -> Self {
        self.is_decided = false;
        self.answer.decision = None;
        self
    }

    fn counted(&self) -> Counted {
        let answer = &self.answer;
        (
            answer.manufacturer.clone(),
            answer.contract.clone(),
            answer.slot.clone(),
            answer.generation,
        )
    }

    /// The answer; none where there was no room for the question.
    async fn answered(self) -> Option<CandidateAnswer> {
        let mut answer = self.answer;
        let asking = self.asking.into_inner();
        let Some(asking) = asking.unwrap_or_else(PoisonError::into_inner) else {
            if !self.is_decided {
                answer.input = self.input;
            }
            return Some(answer);
        };
        let (receipt, differences) = asking().await?;
        answer.outcome = receipt.outcome.as_str().to_owned();
        answer.fuel = i64::try_from(receipt.fuel).unwrap_or(i64::MAX);
        answer.micros = i64::try_from(receipt.micros).unwrap_or(i64::MAX);
        if !self.is_decided || receipt.input != self.input {
            // It is never asked again: what people wrote is not kept with it.
            answer.input = free_text::left_out(receipt.function, receipt.input);
        }
        answer.output = receipt.output;
        answer.agrees = differences.as_deref().map(|found| !differ::flips(found));
        answer.difference = differences.as_deref().map_or_else(String::new, told);
        let outcome = match (answer.agrees, answer.outcome.as_str()) {
            (Some(true), _) => "agrees",
            (Some(false), _) => "flips",
            (None, "ok" | "not-applicable") => "alone",
            (None, code) => code,
        };
        metrics::candidates::answered(&self.of.0, &self.of.1, &answer.slot, outcome);
        Some(answer)
    }
}

/// Manufacturer, contract, slot and generation.
type Counted = (ManufacturerId, ContractId, String, i64);

/// The questions that wait, and those that were left out.
pub(super) struct Asides {
    questions: mpsc::Sender<Aside>,
    /// Until somebody asks them.
    waiting: Mutex<Option<mpsc::Receiver<Aside>>>,
    left_out: Mutex<BTreeMap<Counted, i64>>,
}

impl Default for Asides {
    fn default() -> Self {
        let (questions, waiting) = mpsc::channel(WAITING_MAX);
        Self {
            questions,
            waiting: Mutex::new(Some(waiting)),
            left_out: Mutex::default(),
        }
    }
}

impl Asides {
    fn leave_out(&self, aside: &Aside) {
        metrics::candidates::left_out(&aside.of.0, &aside.of.1, &aside.answer.slot);
        self.count(aside.counted(), 1);
    }

    fn count(&self, of: Counted, questions: i64) {
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        *left_out.entry(of).or_default() += questions;
    }

    fn take_left_out(&self) -> BTreeMap<Counted, i64> {
        std::mem::take(&mut *self.left_out.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host {
    /// Whether a question would find room: what is asked need not be copied else.
    pub fn has_room_aside(&self) -> bool {
        self.asides.questions.capacity() > 0
    }

    /// Hands a question over, or leaves it out.
    pub fn put_aside(&self, aside: Aside) {
        if let Err(full) = self.asides.questions.try_send(aside) {
            self.asides.leave_out(&full.into_inner());
        }
    }

    /// Counts a question that found no room.
    pub fn leave_out(&self, force: &InForce, slot: &str, candidate: i64) {
        metrics::candidates::left_out(&force.manufacturer, &force.contract.code, slot);
        let contract = &force.contract;
        let (manufacturer, id) = (contract.manufacturer.clone(), contract.id.clone());
        self.asides
            .count((manufacturer, id, slot.to_owned(), candidate), 1);
    }

    /// Asks what waits, until `stop` is done. Whoever begins first does it.
    pub async fn ask_asides(&self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let waiting = self.asides.waiting.lock();
        let waiting = waiting.unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut waiting) = waiting else {
            return stop.await;
        };
        let mut stopped = false;
        while !stopped {
            let mut asides = Vec::new();
            tokio::select! {
                biased;
                () = &mut stop => stopped = true,
                _ = waiting.recv_many(&mut asides, ANSWERS_AT_ONCE) => {}
                () = tokio::time::sleep(COUNT_EVERY) => {}
            }
            let mut answers = Vec::new();
            for aside in asides {
                if stopped {
                    self.asides.leave_out(&aside);
                    continue;
                }
                let of = (aside.counted(), aside.of.clone());
                let answer = tokio::select! {
                    biased;
                    () = &mut stop => {
                        stopped = true;
                        None
                    }
                    answer = aside.answered() => answer,
                };
                match answer {
                    Some(answer) => answers.push(answer),
                    None => {
                        let (counted, (manufacturer, contract)) = of;
                        metrics::candidates::left_out(&manufacturer, &contract, &counted.2);
                        self.asides.count(counted, 1);
                    }
                }
            }
            if stopped {
                waiting.close();
                while let Ok(aside) = waiting.try_recv() {
                    self.asides.leave_out(&aside);
                }
            }
            self.keep_asides(answers).await;
        }
    }

    /// Commits answers, and what was left out. What cannot be committed is counted
    /// as left out, for the next time.
    async fn keep_asides(&self, answers: Vec<CandidateAnswer>) {
        let mut changes: BTreeMap<ManufacturerId, Changes> = BTreeMap::new();
        let now = self.clock.now();
        for mut answer in answers {
            // Whoever follows the answers goes by their identifiers, and finds those
            // of now.
            answer.id = self.ids.next(now);
            let of = changes.entry(answer.manufacturer.clone()).or_default();
            of.candidate_answers.push(answer);
        }
        for ((manufacturer, contract, slot, generation), questions) in self.asides.take_left_out() {
            let id: String = self.ids.next(now);
            let of = changes.entry(manufacturer.clone()).or_default();
            of.left_out.push(LeftOut {
                manufacturer,
                contract,
                slot,
                generation,
                id,
                questions,
                at: now,
            });
        }
        for (manufacturer, changes) in changes {
            let kept = self.store.commit(Command {
                manufacturer,
                changes: changes.clone(),
            });
            let Err(error) = kept.await else { continue };
            metrics::candidates::not_kept(error.code());
            tracing::warn!(
                code = error.code(),
                "answers of candidates were not kept: {error}"
            );
            let answers = changes.candidate_answers.into_iter();
            let counted = answers
                .map(|answer| {
                    let of = (answer.manufacturer, answer.contract, answer.slot);
                    ((of.0, of.1, of.2, answer.generation), 1)
                })
                .chain(changes.left_out.into_iter().map(|left| {
                    let of = (left.manufacturer, left.contract, left.slot);
                    ((of.0, of.1, of.2, left.generation), left.questions)
                }));
            counted.for_each(|(of, questions)| self.asides.count(of, questions));
        }
    }
}
