//! What the partners have earned.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::Error;
use super::super::world::World;
use super::traces::text;
use crate::domain::happening::Positioned;
use crate::domain::ids::PartnerId;
use crate::domain::ledger::{HolderKind, PeriodState};
use crate::domain::time::Micros;
use crate::host::Host;

/// The ledger's totals, in minor units of the contract's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Money {
    pub currency: String,
    /// Components and accounts that hold money, in order.
    pub accounts: Vec<(String, String)>,
    /// Who has earned or lost anything.
    pub earned: Vec<Earned>,
    /// Notices that settling gave, by their code.
    pub notices: BTreeMap<String, u32>,
    /// The periods that are closed: what is earned in others is provisional.
    pub closed: Vec<String>,
}

/// What a partner has on each account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Earned {
    pub code: String,
    pub name: String,
    /// In the order of the accounts.
    pub amounts: Vec<i64>,
}

pub async fn of(host: &Host, world: &World, events: &[Positioned]) -> Result<Money, Error> {
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    let force = host.contract(manufacturer, contract).await?;
    let balances = host
        .store
        .balances(manufacturer, contract, Micros(i64::MIN), Micros(i64::MAX))
        .await?;
    let held: Vec<_> = balances
        .into_iter()
        .filter(|balance| {
            balance.unit == "money" && balance.account.holder.kind == HolderKind::Partner
        })
        .collect();
    let accounts: BTreeSet<(String, String)> = held
        .iter()
        .map(|balance| {
            (
                balance.account.component.clone(),
                balance.account.account.clone(),
            )
        })
        .collect();
    let accounts: Vec<(String, String)> = accounts.into_iter().collect();
    let mut earned: BTreeMap<PartnerId, Vec<i64>> = BTreeMap::new();
    for balance in held {
        let account = (balance.account.component, balance.account.account);
        let amounts = earned
            .entry(PartnerId::from(balance.account.holder.id))
            .or_insert_with(|| vec![0; accounts.len()]);
        if let Some(position) = accounts.iter().position(|known| *known == account) {
            amounts[position] += balance.amount;
        }
    }
    let mut notices: BTreeMap<String, u32> = BTreeMap::new();
    for Positioned { event, .. } in events {
        if let Some(notice) = text(event, "notice") {
            *notices.entry(notice.to_owned()).or_default() += 1;
        }
    }
    let periods = host.store.periods(manufacturer, contract).await?;
    Ok(Money {
        currency: force.terms.currency.clone(),
        accounts,
        earned: earned
            .into_iter()
            .filter_map(|(partner, amounts)| {
                let partner = &world.partners.get(&partner)?.partner;
                Some(Earned {
                    code: partner.code.clone(),
                    name: partner.name.clone(),
                    amounts,
                })
            })
            .collect(),
        notices,
        closed: periods
            .into_iter()
            .filter(|period| period.state == PeriodState::Closed)
            .map(|period| period.name)
            .collect(),
    })
}
