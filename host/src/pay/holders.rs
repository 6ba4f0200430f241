//! Holders of accounts: as a question names them, and as the ledger does.

use crate::domain::ids::PartnerId;
use crate::domain::ledger::{self, HolderKind};
use crate::policy::manifest::AccountHolder;
use crate::policy::question::Holder;

/// Who may hold what in a question.
pub(super) struct Holders<'a> {
    pub contract: &'a str,
    pub partners: &'a [PartnerId],
    pub lead: Option<&'a str>,
    pub deal: Option<&'a str>,
    pub customer: Option<&'a str>,
}

impl Holders<'_> {
    /// Those at hand that hold an account of that kind, as the question and as
    /// the ledger name them.
    pub fn of(&self, kind: AccountHolder) -> Vec<(Holder, ledger::Holder)> {
        let holder = |kind, id: &str| ledger::Holder {
            kind,
            id: id.to_owned(),
        };
        let one = |told, kind, id: Option<&str>| {
            id.map(|id| (told, holder(kind, id))).into_iter().collect()
        };
        match kind {
            AccountHolder::Partner => (0..)
                .zip(self.partners)
                .map(|(position, id)| {
                    (
                        Holder::Partner(position),
                        holder(HolderKind::Partner, id.as_str()),
                    )
                })
                .collect(),
            AccountHolder::Contract => {
                one(Holder::Contract, HolderKind::Contract, Some(self.contract))
            }
            AccountHolder::Plan => one(Holder::Plan, HolderKind::Plan, Some(self.contract)),
            AccountHolder::Lead => one(Holder::Lead, HolderKind::Lead, self.lead),
            AccountHolder::Deal => one(Holder::Deal, HolderKind::Deal, self.deal),
            AccountHolder::Customer => one(Holder::Customer, HolderKind::Customer, self.customer),
        }
    }

    /// A holder of the ledger as the question names it, where it is at hand.
    pub fn told(&self, holder: &ledger::Holder) -> Option<Holder> {
        let id = Some(holder.id.as_str());
        match holder.kind {
            HolderKind::Partner => (0..)
                .zip(self.partners)
                .find(|(_, partner)| partner.as_str() == holder.id)
                .map(|(position, _)| Holder::Partner(position)),
            HolderKind::Contract => Some(Holder::Contract),
            HolderKind::Plan => Some(Holder::Plan),
            HolderKind::Lead => (self.lead == id).then_some(Holder::Lead),
            HolderKind::Deal => (self.deal == id).then_some(Holder::Deal),
            HolderKind::Customer => (self.customer == id).then_some(Holder::Customer),
        }
    }
}
