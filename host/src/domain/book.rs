//! The ledger as a compensation policy sees it while events are paid one after
//! the other: balances, and the lines that a deal or a lead has had so far.
//!
//! A line is what is due to one holder for one reason of one event. Its amount
//! is what all its postings come to, so that a line looks the same whether it
//! was booked at once or found by recomputing the period.

use std::collections::HashMap;
use std::sync::Arc;

use super::calendar::Cadence;
use super::ids::{DealId, DecisionId, EventId, LeadId, PostingId};
use super::ledger::{Holder, HolderKind, Overflow, Posting};
use super::time::Micros;

/// What makes two postings one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    pub component: String,
    pub account: String,
    pub holder: Holder,
    /// None: the settlement of the period.
    pub event: Option<EventId>,
    /// A reason code of the plugin's manifest.
    pub reason: String,
    /// The line that it takes back or changes, by its identifier.
    pub corrects: Option<PostingId>,
}

/// A line with its amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Of the line's first posting.
    pub id: PostingId,
    pub line: Line,
    /// money, points, count.
    pub unit: String,
    /// In the account's unit.
    pub amount: i64,
    pub occurred_at: Micros,
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
    /// The arguments of the reason's text, as JSON.
    pub reason_args: String,
    pub decision: Option<DecisionId>,
}

/// An account of one holder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountOf {
    pub component: String,
    pub account: String,
    pub holder: Holder,
}

impl AccountOf {
    /// The account that a posting is booked to.
    pub fn of(posting: &Posting) -> Self {
        Self {
            component: posting.component.clone(),
            account: posting.account.clone(),
            holder: posting.holder.clone(),
        }
    }
}

/// The time between two resets of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// None: the account is never reset.
    pub cadence: Option<Cadence>,
    pub begins: Micros,
    /// The instant after the last one.
    pub ends: Micros,
}

impl Span {
    /// All the time there is: the span of an account that is never reset.
    pub const ALWAYS: Self = Self {
        cadence: None,
        begins: Micros(i64::MIN),
        ends: Micros(i64::MAX),
    };

    fn holds(self, at: Micros) -> bool {
        self.begins <= at && at < self.ends
    }
}

/// What an event is about: earlier lines are those of its deal, or of its lead
/// where it has no deal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Deal(DealId),
    Lead(LeadId),
}

impl Subject {
    /// The deal's identifier, of a deal.
    pub fn deal(&self) -> Option<&str> {
        match self {
            Self::Deal(id) => Some(id.as_str()),
            Self::Lead(_) => None,
        }
    }

    /// The lead's identifier, of a lead.
    pub fn lead(&self) -> Option<&str> {
        match self {
            Self::Lead(id) => Some(id.as_str()),
            Self::Deal(_) => None,
        }
    }

    /// What a deal and a lead stand for together, as far as there are any.
    pub fn of(deal: Option<&DealId>, lead: Option<&LeadId>) -> impl Iterator<Item = Self> {
        let deal = deal.cloned().map(Self::Deal);
        let lead = lead.cloned().map(Self::Lead);
        deal.into_iter().chain(lead)
    }
}

/// Balances and lines, brought up to date by each entry.
#[derive(Debug, Default)]
pub struct Book {
    spans: HashMap<Span, HashMap<AccountOf, i64>>,
    /// What was booked before, by subject, oldest first.
    booked: HashMap<Subject, Vec<Entry>>,
    /// What was entered here, by subject, in its order.
    entered: HashMap<Subject, Vec<Arc<Entry>>>,
    /// The same as balances need it, also of subjects that were let go. It grows with
    /// every entry, so it holds no more than that.
    moved: HashMap<AccountOf, Vec<(Micros, i64)>>,
}

impl Book {
    /// Whether the balances of a span are there.
    pub fn has_span(&self, span: Span) -> bool {
        self.spans.contains_key(&span)
    }

    /// Takes in the balances of a span as they are booked, all but those of leads
    /// and deals; what was entered here meanwhile is added.
    ///
    /// # Errors
    /// Where a balance is beyond 64 bits.
    pub fn open_span(
        &mut self,
        span: Span,
        booked: impl IntoIterator<Item = (AccountOf, i64)>,
    ) -> Result<(), Overflow> {
        let mut balances: HashMap<AccountOf, i64> = booked.into_iter().collect();
        for (account, amounts) in &self.moved {
            for (_, amount) in amounts.iter().filter(|(at, _)| span.holds(*at)) {
                let balance = balances.entry(account.clone()).or_insert(0);
                *balance = balance.checked_add(*amount).ok_or(Overflow)?;
            }
        }
        self.spans.insert(span, balances);
        Ok(())
    }

    /// What an account holds in a span that is open here; 0 where nothing was
    /// booked. Leads and deals are many, and only events of their own are booked
    /// to them: theirs is what the lines on them come to.
    pub fn balance(&self, span: Span, account: &AccountOf) -> i64 {
        match subject_held(account) {
            Some(subject) => self
                .lines_on(&subject)
                .filter(|entry| span.holds(entry.occurred_at) && entry.is_of(account))
                .fold(0, |sum, entry| sum.wrapping_add(entry.amount)),
            None => self
                .spans
                .get(&span)
                .and_then(|balances| balances.get(account))
                .copied()
                .unwrap_or(0),
        }
    }

    /// Whether the lines that were booked on a subject before are there.
    pub fn knows(&self, subject: &Subject) -> bool {
        self.booked.contains_key(subject)
    }

    /// Takes in what was booked on a subject before, oldest first.
    pub fn remember(&mut self, subject: Subject, booked: Vec<Entry>) {
        self.booked.insert(subject, booked);
    }

    /// Forgets what was booked before; balances stay. Keeps the memory of a long
    /// run in bounds.
    pub fn forget_booked(&mut self) {
        self.booked.clear();
    }

    /// What was entered here is booked now, and found in the ledger from now on.
    pub fn forget_entered(&mut self) {
        self.entered.clear();
        self.moved.clear();
    }

    /// Whether lines were entered here that are of the subject.
    pub fn has_entered_on(&self, subject: &Subject) -> bool {
        self.entered.contains_key(subject)
    }

    /// Forgets the lines that were entered on a subject: nothing that follows is about
    /// it. Balances stay.
    pub fn let_go(&mut self, subject: &Subject) {
        self.entered.remove(subject);
    }

    /// The lines of a component on a subject so far, oldest first.
    pub fn earlier(&self, component: &str, subject: &Subject) -> Vec<&Entry> {
        self.lines_on(subject)
            .filter(|entry| entry.line.component == component)
            .collect()
    }

    fn lines_on(&self, subject: &Subject) -> impl Iterator<Item = &Entry> {
        let booked = self.booked.get(subject).into_iter().flatten();
        let entered = self.entered.get(subject).into_iter().flatten();
        booked.chain(entered.map(Arc::as_ref))
    }

    /// Enters new lines: all of them or, where a balance would go beyond 64
    /// bits, none.
    pub fn enter(&mut self, entries: &[Entry]) -> Result<(), Overflow> {
        let spans = self.spans.keys().copied().chain([Span::ALWAYS]);
        for span in spans {
            let mut sums: HashMap<AccountOf, i128> = HashMap::new();
            for entry in entries {
                if span.holds(entry.occurred_at) {
                    *sums.entry(entry.account_of()).or_insert(0) += i128::from(entry.amount);
                }
            }
            for (account, sum) in sums {
                let before = self.balance(span, &account);
                i64::try_from(i128::from(before) + sum).map_err(|_| Overflow)?;
            }
        }
        for entry in entries {
            let account = entry.account_of();
            if subject_held(&account).is_none() {
                for (span, balances) in &mut self.spans {
                    if span.holds(entry.occurred_at) {
                        // Some order of the same sum may pass beyond 64 bits on its way.
                        let balance = balances.entry(account.clone()).or_insert(0);
                        *balance = balance.wrapping_add(entry.amount);
                    }
                }
                let moved = self.moved.entry(account).or_default();
                moved.push((entry.occurred_at, entry.amount));
            }
            let entered = Arc::new(entry.clone());
            for subject in Subject::of(entry.deal.as_ref(), entry.lead.as_ref()) {
                let on_subject = self.entered.entry(subject).or_default();
                on_subject.push(entered.clone());
            }
        }
        Ok(())
    }
}

/// The lead or deal that holds an account.
fn subject_held(account: &AccountOf) -> Option<Subject> {
    let id = account.holder.id.as_str();
    match account.holder.kind {
        HolderKind::Lead => Some(Subject::Lead(id.into())),
        HolderKind::Deal => Some(Subject::Deal(id.into())),
        HolderKind::Partner | HolderKind::Contract | HolderKind::Customer | HolderKind::Plan => {
            None
        }
    }
}

impl Entry {
    fn is_of(&self, account: &AccountOf) -> bool {
        self.line.component == account.component
            && self.line.account == account.account
            && self.line.holder == account.holder
    }

    fn account_of(&self) -> AccountOf {
        AccountOf {
            component: self.line.component.clone(),
            account: self.line.account.clone(),
            holder: self.line.holder.clone(),
        }
    }
}

impl Line {
    /// Which line a posting belongs to.
    pub fn of(posting: &Posting) -> Self {
        Self {
            component: posting.component.clone(),
            account: posting.account.clone(),
            holder: posting.holder.clone(),
            event: posting.event.clone(),
            reason: posting.reason.clone(),
            corrects: posting.corrects.clone(),
        }
    }
}

/// The lines that postings come to, in the order of their first ones.
pub fn lines(postings: impl IntoIterator<Item = Posting>) -> Result<Vec<Entry>, Overflow> {
    // The settlements of two periods can have lines that differ in nothing else.
    let mut known: HashMap<(Line, String), usize> = HashMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    for posting in postings {
        let line = Line::of(&posting);
        match known.get(&(line.clone(), posting.period.clone())) {
            Some(position) => {
                let entry = &mut entries[*position];
                entry.amount = entry.amount.checked_add(posting.amount).ok_or(Overflow)?;
            }
            None => {
                known.insert((line.clone(), posting.period), entries.len());
                entries.push(Entry {
                    id: posting.id,
                    line,
                    unit: posting.unit,
                    amount: posting.amount,
                    occurred_at: posting.occurred_at,
                    lead: posting.lead,
                    deal: posting.deal,
                    reason_args: posting.reason_args,
                    decision: posting.decision,
                });
            }
        }
    }
    Ok(entries)
}

/// The lines that several answers come to together. A line that two of them have, as on
/// an account that no partner holds, is one.
pub fn added_up<'e>(
    answers: impl IntoIterator<Item = &'e [Entry]>,
) -> Result<Vec<Entry>, Overflow> {
    let mut added: Vec<Entry> = Vec::new();
    for entry in answers.into_iter().flatten() {
        match added.iter_mut().find(|known| known.line == entry.line) {
            Some(known) => {
                known.amount = known.amount.checked_add(entry.amount).ok_or(Overflow)?;
            }
            None => added.push(entry.clone()),
        }
    }
    added.retain(|entry| entry.amount != 0);
    Ok(added)
}

/// What takes lines back.
pub fn reversed(entries: &[Entry]) -> Result<Vec<Entry>, Overflow> {
    entries
        .iter()
        .map(|entry| {
            let amount = entry.amount.checked_neg().ok_or(Overflow)?;
            Ok(Entry {
                amount,
                ..entry.clone()
            })
        })
        .collect()
}

/// Something that has to be booked so that a line comes to what it should.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The line, with the amount that is to be booked.
    pub entry: Entry,
    /// The line's first posting; none where nothing was booked of it.
    pub adjusts: Option<PostingId>,
}

/// What has to be booked so that what was booked comes to what was computed
/// anew. Applied twice, the second time gives nothing.
pub fn differences(booked: &[Entry], wanted: &[Entry]) -> Result<Vec<Difference>, Overflow> {
    let mut found = Vec::new();
    for entry in wanted {
        let before = booked.iter().find(|before| before.line == entry.line);
        let amount = match before {
            Some(before) => entry.amount.checked_sub(before.amount).ok_or(Overflow)?,
            None => entry.amount,
        };
        if amount != 0 {
            found.push(Difference {
                entry: Entry {
                    amount,
                    ..entry.clone()
                },
                adjusts: before.map(|before| before.id.clone()),
            });
        }
    }
    for before in booked {
        let is_wanted = wanted.iter().any(|entry| entry.line == before.line);
        if !is_wanted && before.amount != 0 {
            found.push(Difference {
                entry: Entry {
                    amount: before.amount.checked_neg().ok_or(Overflow)?,
                    ..before.clone()
                },
                adjusts: Some(before.id.clone()),
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
