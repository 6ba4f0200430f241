//! From what a policy has posted to lines of the ledger, and from those to rows.

use super::lane::Lane;
use crate::domain::book::{Difference, Entry, Line};
use crate::domain::ids::{DealId, DecisionId, EventId, LeadId, PartnerId, PostingId};
use crate::domain::ledger::{self, Holder, HolderKind, Overflow};
use crate::domain::time::Micros;
use crate::policy::manifest::{Manifest, Unit};
use crate::policy::question::{self, Posting, Reason};

/// What an answer's postings are about.
pub(super) struct About<'a> {
    pub component: &'a str,
    pub manifest: &'a Manifest,
    pub contract: &'a str,
    /// None: a settlement.
    pub event: Option<&'a EventId>,
    pub occurred_at: Micros,
    pub lead: Option<&'a LeadId>,
    pub deal: Option<&'a DealId>,
    pub customer: Option<&'a str>,
    /// The partners that the answer names by position.
    pub partners: &'a [PartnerId],
    /// The earlier lines that it names by position.
    pub earlier: &'a [PostingId],
    pub decision: &'a DecisionId,
}

/// The lines that an answer comes to: what it posts twice for the same reason is
/// one line. `id_of` gives each its identifier.
///
/// What the answer names is there: the engine has checked it against the input
/// and the manifest.
pub(super) fn entries(
    about: &About<'_>,
    postings: &[Posting],
    reasons: &[Reason],
    id_of: impl Fn(&Line) -> PostingId,
) -> Result<Vec<Entry>, Overflow> {
    let mut entries: Vec<Entry> = Vec::new();
    for posting in postings {
        let (Some(holder), Some(account), Some(reason)) = (
            about.holder(posting.holder),
            about.manifest.account(&posting.account),
            reasons.get(posting.reason as usize),
        ) else {
            continue;
        };
        let corrects = posting
            .corrects
            .and_then(|position| about.earlier.get(position as usize))
            .cloned();
        let line = Line {
            component: about.component.to_owned(),
            account: posting.account.clone(),
            holder,
            event: about.event.cloned(),
            reason: reason.code.clone(),
            corrects,
        };
        match entries.iter_mut().find(|entry| entry.line == line) {
            Some(entry) => {
                entry.amount = entry.amount.checked_add(posting.amount).ok_or(Overflow)?;
            }
            None => entries.push(Entry {
                id: id_of(&line),
                line,
                unit: unit(account.unit).to_owned(),
                amount: posting.amount,
                occurred_at: about.occurred_at,
                lead: about.lead.cloned(),
                deal: about.deal.cloned(),
                // Values have no form that fails.
                reason_args: serde_json::to_string(&reason.args).unwrap_or_default(),
                decision: Some(about.decision.clone()),
            }),
        }
    }
    entries.retain(|entry| entry.amount != 0);
    Ok(entries)
}

impl About<'_> {
    fn holder(&self, holder: question::Holder) -> Option<Holder> {
        let (kind, id) = match holder {
            question::Holder::Partner(position) => (
                HolderKind::Partner,
                self.partners.get(position as usize)?.as_str(),
            ),
            question::Holder::Contract => (HolderKind::Contract, self.contract),
            question::Holder::Plan => (HolderKind::Plan, self.contract),
            question::Holder::Lead => (HolderKind::Lead, self.lead?.as_str()),
            question::Holder::Deal => (HolderKind::Deal, self.deal?.as_str()),
            question::Holder::Customer => (HolderKind::Customer, self.customer?),
        };
        Some(Holder {
            kind,
            id: id.to_owned(),
        })
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Points => "points",
        Unit::Count => "count",
    }
}

/// Where and when a row is booked.
pub(super) struct Booking<'a> {
    pub lane: &'a Lane<'a>,
    /// The period of the event …
    pub period: &'a str,
    /// … and the one whose statements show the row.
    pub booked_period: &'a str,
    /// Of the event; 0 for a settlement.
    pub position: i64,
}

impl Booking<'_> {
    /// The row of a new line.
    pub fn line(&self, entry: &Entry) -> ledger::Posting {
        self.row(entry, entry.id.clone(), None)
    }

    /// The row that makes a line come to what it should.
    pub fn difference(&self, difference: &Difference) -> ledger::Posting {
        let entry = &difference.entry;
        let id = match &difference.adjusts {
            Some(_) => self.lane.host.ids.next(self.lane.host.clock.now()),
            None => entry.id.clone(),
        };
        self.row(entry, id, difference.adjusts.clone())
    }

    fn row(&self, entry: &Entry, id: PostingId, adjusts: Option<PostingId>) -> ledger::Posting {
        let contract = &self.lane.force().contract;
        ledger::Posting {
            manufacturer: contract.manufacturer.clone(),
            id,
            contract: contract.id.clone(),
            component: entry.line.component.clone(),
            account: entry.line.account.clone(),
            unit: entry.unit.clone(),
            holder: entry.line.holder.clone(),
            amount: entry.amount,
            reason: entry.line.reason.clone(),
            reason_args: entry.reason_args.clone(),
            event: entry.line.event.clone(),
            event_position: self.position,
            lead: entry.lead.clone(),
            deal: entry.deal.clone(),
            period: self.period.to_owned(),
            booked_period: self.booked_period.to_owned(),
            occurred_at: entry.occurred_at,
            booked_at: self.lane.host.clock.now(),
            corrects: entry.line.corrects.clone(),
            adjusts,
            decision: entry.decision.clone(),
        }
    }
}
