//! What a plan's accounts hold of one provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Component;
use super::told::{About, age};
use crate::domain::account::AccountKind;
use crate::domain::simulation::Booked;
use crate::domain::time::Micros;
use crate::policy::manifest::{Manifest, Unit};
use crate::policy::question::{EarlierPosting, Holder, Posting};

/// What the accounts of one provider hold. Shared until something is posted, for most
/// questions are about what might be.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Arc<Book>);

#[derive(Clone, Debug, Default)]
struct Book {
    balances: BTreeMap<Key, i64>,
    lines: Vec<Line>,
}

/// Component and account by their positions, and who holds it.
pub(super) type Key = (usize, usize, Held);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    Provider,
    Contract,
    Plan,
    Lead(u32),
    Deal(u32),
}

/// Something posted on a lead, or on its deal.
#[derive(Clone, Debug)]
struct Line {
    component: usize,
    account: usize,
    held: Held,
    amount: i64,
    reason: String,
    event: String,
    at: Micros,
    subject: Held,
    /// Position among the lines of its component and subject.
    corrects: Option<u32>,
}

impl Accounts {
    pub(super) fn balance(&self, key: Key) -> i64 {
        self.0.balances.get(&key).copied().unwrap_or(0)
    }

    /// Those of a component and account by their positions go back to 0.
    pub(super) fn reset(&mut self, is_reset: impl Fn(usize, usize) -> bool) {
        let is_reset = |(component, account, _): &Key| is_reset(*component, *account);
        if self.0.balances.keys().any(is_reset) {
            let book = Arc::make_mut(&mut self.0);
            book.balances.retain(|key, _| !is_reset(key));
        }
    }

    fn lines(&self, component: usize, subject: Held) -> impl Iterator<Item = &Line> {
        let of = move |line: &&Line| line.component == component && line.subject == subject;
        self.0.lines.iter().filter(of)
    }

    pub(super) fn earlier(
        &self,
        component: usize,
        about: &About,
        manifest: &Manifest,
    ) -> Vec<EarlierPosting> {
        self.lines(component, about.subject())
            .map(|line| EarlierPosting {
                account: manifest.accounts[line.account].name.clone(),
                holder: line.held.told(about),
                amount: line.amount,
                reason: line.reason.clone(),
                event: line.event.clone(),
                age: age((about.at.0 - line.at.0) / 1_000_000),
                corrects: line.corrects,
            })
            .collect()
    }
}

impl Held {
    /// As a question names the holder, where it is at hand.
    fn told(self, about: &About) -> Option<Holder> {
        match self {
            Self::Provider => Some(Holder::Partner(0)),
            Self::Contract => Some(Holder::Contract),
            Self::Plan => Some(Holder::Plan),
            Self::Lead(lead) => (lead == about.lead).then_some(Holder::Lead),
            Self::Deal(deal) => (Some(deal) == about.deal).then_some(Holder::Deal),
        }
    }
}

/// An answer that is entered.
pub(super) struct Entering<'a> {
    pub component: &'a Component,
    pub position: usize,
    /// None: a period is settled.
    pub about: Option<&'a About>,
    /// How many earlier lines the component was told of.
    pub earlier: usize,
    /// Codes of reasons, as postings name them by position.
    pub reasons: &'a [String],
}

impl Entering<'_> {
    /// What the answer names is there: the engine has checked it.
    pub(super) fn enter(&self, booked: &mut Booked<Accounts>, postings: &[Posting]) {
        for posting in postings.iter().filter(|posting| posting.amount != 0) {
            let accounts = &self.component.manifest().accounts;
            let index = accounts.iter().position(|one| one.name == posting.account);
            let (Some(index), Some(held)) = (index, self.held(posting.holder)) else {
                continue;
            };
            let account = &accounts[index];
            let kind = AccountKind::parse(&account.kind);
            let is_due = account.unit == Unit::Money && kind.is_some_and(AccountKind::is_due);
            if is_due && held == Held::Provider {
                booked.paid = booked.paid.saturating_add(posting.amount);
            }
            let book = Arc::make_mut(&mut booked.accounts.0);
            let balance = book
                .balances
                .entry((self.position, index, held))
                .or_default();
            *balance = balance.saturating_add(posting.amount);
            if let Some(about) = self.about {
                let reason = self.reasons.get(posting.reason as usize);
                book.lines.push(Line {
                    component: self.position,
                    account: index,
                    held,
                    amount: posting.amount,
                    reason: reason.cloned().unwrap_or_default(),
                    event: about.event.clone(),
                    at: about.at,
                    subject: about.subject(),
                    corrects: posting
                        .corrects
                        .filter(|corrected| (*corrected as usize) < self.earlier),
                });
            }
        }
    }

    fn held(&self, holder: Holder) -> Option<Held> {
        match (holder, self.about) {
            (Holder::Partner(0), _) => Some(Held::Provider),
            (Holder::Contract, _) => Some(Held::Contract),
            (Holder::Plan, _) => Some(Held::Plan),
            (Holder::Lead, Some(about)) => Some(Held::Lead(about.lead)),
            (Holder::Deal, Some(about)) => about.deal.map(Held::Deal),
            _ => None,
        }
    }
}
