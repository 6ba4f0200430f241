//! Postings against the receipts that made them. An account is the sum of its
//! postings and a posting a transfer between two sides, so both are right where every
//! posting is: where all postings of a line come to what its decision has answered.

use std::collections::HashMap;

use super::Check;
use crate::domain::decision::Decision;
use crate::domain::ids::{ContractId, DecisionId, EventId, PartnerId, PostingId};
use crate::domain::ledger::{HolderKind, Posting};
use crate::policy::canonical::{self, CanonicalError};
use crate::policy::question::{
    self, Answer, AwardInput, Earnings, Question, Reason, SettleInput, Settlement,
};
use crate::proof::Error;
use crate::proof::finding::Kind;
use crate::store;

const POSTINGS_AT_ONCE: u32 = 250;

/// Partners by the number that policies know them by.
type Partners = HashMap<u64, PartnerId>;
type Decisions = HashMap<DecisionId, Result<Decision, store::Error>>;

/// Account, holder and reason of lines.
type Line = (String, HolderKind, String, String);

/// What a decision has answered: of each line the amounts, with the position of the
/// earlier line that it takes back or changes.
type Answered = HashMap<Line, Vec<(Option<u32>, i128)>>;

impl Check<'_> {
    pub(super) async fn ledger(&mut self) -> Result<(), Error> {
        let (store, of) = (self.store, &self.of.id);
        let partners = store.partners(of).await?.into_iter();
        let partners: Partners = partners.map(|partner| (partner.key, partner.id)).collect();
        let mut units = HashMap::new();
        let mut after = String::new();
        loop {
            let page = store.postings_after(of, &after, POSTINGS_AT_ONCE).await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after.clone_from(last);
            let mut postings = Vec::new();
            for (id, posting) in page {
                self.counted.postings += 1;
                match posting {
                    Ok(posting) => postings.push(posting),
                    Err(error) => self
                        .findings
                        .add(Kind::PostingUnreadable, || format!("posting {id}: {error}")),
                }
            }
            self.units(&postings, &mut units);
            self.page(postings, &partners).await?;
            self.sign();
        }
    }

    /// An account of a component holds one unit.
    fn units(
        &mut self,
        postings: &[Posting],
        units: &mut HashMap<(ContractId, String, String), (String, PostingId)>,
    ) {
        for posting in postings {
            let key = (
                posting.contract.clone(),
                posting.component.clone(),
                posting.account.clone(),
            );
            let first = || (posting.unit.clone(), posting.id.clone());
            let (unit, other) = units.entry(key).or_insert_with(first);
            if *unit != posting.unit {
                self.findings.add(Kind::PostingUnit, || {
                    format!(
                        "posting {} is of {}, and posting {other} to the same account, {} of {}, \
                         is of {unit}",
                        posting.id, posting.unit, posting.account, posting.component
                    )
                });
            }
        }
    }

    async fn page(&mut self, postings: Vec<Posting>, partners: &Partners) -> Result<(), Error> {
        let (store, of) = (self.store, &self.of.id);
        let positions: Vec<i64> = postings.iter().map(|one| one.event_position).collect();
        let events = store.events_at(of, &positions).await?;
        let (first, adjusting): (Vec<Posting>, Vec<Posting>) =
            postings.into_iter().partition(|one| one.adjusts.is_none());
        let ids: Vec<PostingId> = first.iter().map(|one| one.id.clone()).collect();
        let mut lines: HashMap<PostingId, Vec<Posting>> = HashMap::new();
        for posting in store.postings_adjusting(of, &ids).await? {
            let line = posting.adjusts.clone().into_iter();
            line.for_each(|line| lines.entry(line).or_default().push(posting.clone()));
        }
        self.adjusted(&adjusting).await?;
        let all = || first.iter().chain(lines.values().flatten());
        let decisions: Vec<DecisionId> = all().filter_map(|one| one.decision.clone()).collect();
        let decisions = store.decisions_among(of, &decisions).await?;
        let answered = decisions.iter().filter_map(|(id, decision)| {
            let decision = decision.as_ref().ok()?;
            // Whether one that cannot be read was altered, its seal says.
            Some((id, answered(decision, partners).ok()?))
        });
        let answered: HashMap<&DecisionId, Answered> = answered.collect();
        for posting in first.iter().chain(&adjusting) {
            self.event(posting, &events);
        }
        for posting in all() {
            self.decision(posting, &decisions);
        }
        for posting in first {
            let mut line = lines.remove(&posting.id).unwrap_or_default();
            line.push(posting);
            // As recomputing reads them.
            line.sort_by(|one, other| order(one).cmp(&order(other)));
            self.line(&line, &answered);
        }
        Ok(())
    }

    /// What is adjusted is there, and of the same line.
    async fn adjusted(&mut self, adjusting: &[Posting]) -> Result<(), Error> {
        let ids: Vec<PostingId> = adjusting
            .iter()
            .filter_map(|one| one.adjusts.clone())
            .collect();
        let found = self.store.postings_among(&self.of.id, &ids).await?;
        let found: HashMap<&PostingId, &Posting> = found.iter().map(|one| (&one.id, one)).collect();
        for posting in adjusting {
            let Some(adjusts) = &posting.adjusts else {
                continue;
            };
            let is_of_line = |first: &&Posting| {
                first.contract == posting.contract
                    && first.component == posting.component
                    && first.account == posting.account
                    && first.unit == posting.unit
                    && first.holder == posting.holder
                    && first.event == posting.event
                    && first.period == posting.period
            };
            match found.get(adjusts) {
                None => self.findings.add(Kind::PostingLine, || {
                    format!("posting {} adjusts {adjusts}, which is missing", posting.id)
                }),
                Some(first) if !is_of_line(first) => self.findings.add(Kind::PostingLine, || {
                    format!(
                        "posting {} adjusts {adjusts}, which is of another line",
                        posting.id
                    )
                }),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn event(&mut self, posting: &Posting, events: &HashMap<i64, (EventId, ContractId)>) {
        let wrong = match (&posting.event, posting.event_position) {
            (None, 0) => return,
            (None, position) => format!("is of a settlement, and of position {position}"),
            // What follows from nothing any more is taken back at no position.
            (Some(_), 0) if posting.adjusts.is_some() => return,
            (Some(event), position) => match events.get(&position) {
                Some((id, contract)) if id == event && *contract == posting.contract => return,
                _ => format!("is of event {event} at position {position}, where another one is"),
            },
        };
        self.findings.add(Kind::PostingEvent, || {
            format!("posting {} {wrong}", posting.id)
        });
    }

    /// The decision that made it: of its contract, component and event.
    fn decision(&mut self, posting: &Posting, decisions: &Decisions) {
        let Some(named) = &posting.decision else {
            self.findings.add(Kind::PostingDecision, || {
                format!("posting {} names no decision", posting.id)
            });
            return;
        };
        let wrong = match decisions.get(named) {
            None => "which is missing",
            Some(Err(_)) => "which cannot be read",
            Some(Ok(decision)) => {
                let slot = format!("compensation/{}", posting.component);
                let function = match posting.event {
                    Some(_) => "award",
                    None => "settle",
                };
                let fits = decision.contract == posting.contract
                    && decision.slot == slot
                    && decision.function == function
                    && decision.event == posting.event;
                match fits {
                    true => return,
                    false => "which was asked something else",
                }
            }
        };
        self.findings.add(Kind::PostingDecision, || {
            format!("posting {} names decision {named}, {wrong}", posting.id)
        });
    }

    /// Each posting of a line brings it to what its decision has answered.
    fn line(&mut self, line: &[Posting], answered: &HashMap<&DecisionId, Answered>) {
        let made_by = line.first().and_then(|first| first.decision.as_ref());
        let mut sum: i128 = 0;
        for posting in line {
            sum += i128::from(posting.amount);
            let Some(decision) = &posting.decision else {
                continue;
            };
            let Some(answered) = answered.get(decision) else {
                continue;
            };
            let key = (
                posting.account.clone(),
                posting.holder.kind,
                posting.holder.id.clone(),
                posting.reason.clone(),
            );
            let amounts = answered.get(&key).map_or(&[][..], Vec::as_slice);
            let corrects = posting.corrects.is_some();
            let mut amounts = amounts.iter().filter(|(of, _)| of.is_some() == corrects);
            let fits = amounts.clone().any(|(_, amount)| *amount == sum);
            // A line that a later answer no longer has is taken back in the name of
            // the decision that made it.
            let is_gone = amounts.clone().next().is_none() || Some(decision) == made_by;
            if fits || posting.adjusts.is_some() && sum == 0 && is_gone {
                continue;
            }
            self.findings.add(Kind::PostingAmount, || {
                let said = amounts.next().map_or(0, |(_, amount)| *amount);
                let (kind, holder) = (posting.holder.kind.as_str(), &posting.holder.id);
                format!(
                    "posting {} over {} brings {} of {kind} {holder} to {sum}; decision \
                     {decision} has answered {said}",
                    posting.id, posting.amount, posting.account
                )
            });
            return;
        }
    }
}

fn order(posting: &Posting) -> (bool, i64, i64, &str) {
    let (at, position) = (posting.booked_at.0, posting.event_position);
    (posting.adjusts.is_some(), at, position, posting.id.as_str())
}

/// The lines that a decision's answer comes to.
fn answered(decision: &Decision, partners: &Partners) -> Result<Answered, CanonicalError> {
    if decision.output.is_empty() {
        return Ok(Answered::new());
    }
    let (postings, reasons, keys, customer): (_, _, Vec<u64>, _) = match decision.function.as_str()
    {
        "award" => {
            let asked: Question<AwardInput> = canonical::from_cbor(&decision.input)?;
            let answer: Answer<Earnings> = canonical::from_cbor(&decision.output)?;
            let Answer::Given(earnings) = answer else {
                return Ok(Answered::new());
            };
            let payees = asked.input.payees.iter();
            let keys = payees.map(|payee| payee.partner.key).collect();
            let customer = asked.input.customer.map(|customer| customer.reference);
            (earnings.postings, earnings.reasons, keys, customer)
        }
        _ => {
            let asked: Question<SettleInput> = canonical::from_cbor(&decision.input)?;
            let answer: Answer<Settlement> = canonical::from_cbor(&decision.output)?;
            let Answer::Given(settlement) = answer else {
                return Ok(Answered::new());
            };
            let keys = asked.input.partners.keys;
            (settlement.postings, settlement.reasons, keys, None)
        }
    };
    let holder = |holder: question::Holder| {
        let id = |id: &str| id.to_owned();
        Some(match holder {
            question::Holder::Partner(position) => {
                let key = keys.get(position as usize)?;
                (HolderKind::Partner, id(partners.get(key)?.as_str()))
            }
            question::Holder::Contract => (HolderKind::Contract, id(decision.contract.as_str())),
            question::Holder::Plan => (HolderKind::Plan, id(decision.contract.as_str())),
            question::Holder::Lead => (HolderKind::Lead, id(decision.lead.as_ref()?.as_str())),
            question::Holder::Deal => (HolderKind::Deal, id(decision.deal.as_ref()?.as_str())),
            question::Holder::Customer => (HolderKind::Customer, customer.clone()?),
        })
    };
    Ok(added_up(&postings, &reasons, holder))
}

/// What is posted twice for the same reason is one line.
fn added_up(
    postings: &[question::Posting],
    reasons: &[Reason],
    holder: impl Fn(question::Holder) -> Option<(HolderKind, String)>,
) -> Answered {
    let mut lines = Answered::new();
    for posting in postings {
        let reason = reasons.get(posting.reason as usize);
        let (Some((kind, holder)), Some(reason)) = (holder(posting.holder), reason) else {
            continue;
        };
        let key = (posting.account.clone(), kind, holder, reason.code.clone());
        let amounts = lines.entry(key).or_default();
        let amount = i128::from(posting.amount);
        match amounts.iter_mut().find(|(of, _)| *of == posting.corrects) {
            Some((_, sum)) => *sum += amount,
            None => amounts.push((posting.corrects, amount)),
        }
    }
    lines
}
