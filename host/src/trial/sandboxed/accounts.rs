//! What a plan's accounts hold of one provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Component;
use super::question::Earlier;
use crate::domain::account::AccountKind;
use crate::domain::simulation::{Booked, Event};
use crate::policy::manifest::Unit;
use crate::policy::question::{Holder, Posting};

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

/// Who holds an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The lead or the deal.
    subject: Held,
    /// As it is told later.
    posted: Earlier,
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

    /// What a component has posted on the event's deal, or on its lead where it has none.
    pub(super) fn earlier(&self, component: usize, event: &Event<'_>) -> Vec<Earlier> {
        let subject = subject_of(event);
        let of = |line: &&Line| line.component == component && line.subject == subject;
        let lines = self.0.lines.iter().filter(of);
        lines.map(|line| line.posted.clone()).collect()
    }
}

/// On what is posted: the deal, or the lead where there is none.
fn subject_of(event: &Event<'_>) -> Held {
    event.deal.map_or(Held::Lead(event.lead), Held::Deal)
}

/// An answer that is entered.
pub(super) struct Entering<'a> {
    pub component: &'a Component,
    pub position: usize,
    /// None: a period is settled.
    pub about: Option<&'a Event<'a>>,
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
            if let Some(event) = self.about {
                let reason = self.reasons.get(posting.reason as usize);
                book.lines.push(Line {
                    component: self.position,
                    subject: subject_of(event),
                    posted: Earlier {
                        account: index,
                        held: match held {
                            Held::Lead(_) => Held::Lead(0),
                            Held::Deal(_) => Held::Deal(0),
                            held => held,
                        },
                        amount: posting.amount,
                        reason: reason.cloned().unwrap_or_default(),
                        event: event.code,
                        week: event.week,
                        corrects: posting
                            .corrects
                            .filter(|corrected| (*corrected as usize) < self.earlier),
                    },
                });
            }
        }
    }

    fn held(&self, holder: Holder) -> Option<Held> {
        match (holder, self.about) {
            (Holder::Partner(0), _) => Some(Held::Provider),
            (Holder::Contract, _) => Some(Held::Contract),
            (Holder::Plan, _) => Some(Held::Plan),
            (Holder::Lead, Some(event)) => Some(Held::Lead(event.lead)),
            (Holder::Deal, Some(event)) => event.deal.map(Held::Deal),
            _ => None,
        }
    }
}
