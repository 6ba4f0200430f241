//! What a partner has earned in a period, line by line.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Error;
use super::books::span_of;
use super::on_trial::{self, OnTrial};
use super::periods::{named, periods};
use crate::domain::account::AccountKind;
use crate::domain::contract::Contract;
use crate::domain::ids::PartnerId;
use crate::domain::ledger::{Overflow, PeriodRecord, Posting};
use crate::host::{Host, InForce};
use crate::policy::Manifest;
use crate::policy::manifest::{Account, AccountHolder, Resets};
use crate::store::{self, BookedTotal, LedgerFilter};

/// Lines on one statement.
const LINES_MAX: u32 = 100_000;

/// A partner's statement of a period. The postings of a period that is not
/// closed are provisional.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub period: PeriodRecord,
    pub lines: Vec<Posting>,
    /// What the lines come to.
    pub totals: Vec<Total>,
    /// By what the partner is paid on trial.
    pub trials: Vec<OnTrial>,
}

/// What an account comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub component: String,
    pub account: String,
    /// money, points, count.
    pub unit: String,
    pub kind: AccountKind,
    /// What earlier statements have come to since the account last began anew.
    pub carried: i64,
    /// Of the statement's lines.
    pub amount: i64,
}

/// By component and account.
type Totals = BTreeMap<(String, String), Total>;

/// The statement of a partner for a period.
///
/// # Errors
/// `NotFound` where there is no such period.
pub async fn statement(
    host: &Host,
    force: &Arc<InForce>,
    period: &str,
    partner: &PartnerId,
) -> Result<Statement, Error> {
    let known = periods(host, force).await?;
    let period = named(&known, period)?;
    let contract = &force.contract;
    let filter = LedgerFilter {
        contract: contract.id.clone(),
        booked_period: Some(period.name.clone()),
        component: None,
        account: None,
        partners: Some(vec![partner.clone()]),
        after: None,
        limit: LINES_MAX,
    };
    let lines = host.store.ledger(&contract.manufacturer, &filter).await?;
    let accounts = Accounts::load(host, &force.contract).await?;
    let mut totals = Totals::new();
    for booked in booked(host, force, partner, &accounts).await? {
        let resets = accounts.resets(&booked.component, &booked.account);
        let span = span_of(&force.calendar, resets, period.begins)?;
        // By the period that has shown a line, so that none is counted twice.
        let is_before = named(&known, &booked.booked_period)
            .is_ok_and(|shown| span.begins <= shown.begins && shown.begins < period.begins);
        if is_before {
            let total = accounts.total(
                &mut totals,
                &booked.component,
                &booked.account,
                &booked.unit,
            );
            total.carried = total.carried.checked_add(booked.amount).ok_or(Overflow)?;
        }
    }
    for line in &lines {
        let total = accounts.total(&mut totals, &line.component, &line.account, &line.unit);
        total.amount = total.amount.checked_add(line.amount).ok_or(Overflow)?;
    }
    Ok(Statement {
        trials: on_trial::of(host, force, period, partner, &lines).await?,
        period: period.clone(),
        lines,
        totals: totals.into_values().collect(),
    })
}

/// What the accounts of a contract's components are for, by component and account.
///
/// # Errors
/// Where the store cannot be read.
pub async fn account_kinds(
    host: &Host,
    contract: &Contract,
) -> Result<HashMap<(String, String), AccountKind>, store::Error> {
    let accounts = Accounts::load(host, contract).await?.0.into_iter();
    Ok(accounts
        .filter_map(|(key, account)| Some((key, AccountKind::parse(&account.kind)?)))
        .collect())
}

/// What the partner has in its accounts, by the period that has booked it.
async fn booked(
    host: &Host,
    force: &InForce,
    partner: &PartnerId,
    accounts: &Accounts,
) -> Result<Vec<BookedTotal>, Error> {
    let contract = &force.contract;
    let (components, names) = accounts.of_partners();
    let (components, names) = (Vec::from_iter(components), Vec::from_iter(names));
    let owner = &contract.manufacturer;
    let booked = host
        .store
        .booked_of_partner(owner, &contract.id, partner, &components, &names);
    Ok(booked.await?)
}

/// The accounts of a contract's components, as their manifests declare them.
struct Accounts(HashMap<(String, String), Account>);

impl Accounts {
    async fn load(host: &Host, contract: &Contract) -> Result<Self, store::Error> {
        let (owner, id) = (&contract.manufacturer, &contract.id);
        let mut known = HashMap::new();
        let mut read: HashMap<String, Vec<Account>> = HashMap::new();
        // In the order of generations: what the last one declares counts.
        for binding in host.store.compensation_bindings(owner, id).await? {
            let digest = &binding.plugin_digest;
            if !read.contains_key(digest) {
                let record = host.store.plugin(owner, digest).await?;
                let manifest = record.and_then(|record| Manifest::parse(&record.manifest).ok());
                let accounts = manifest.map(|manifest| manifest.accounts);
                read.insert(digest.clone(), accounts.unwrap_or_default());
            }
            let component = binding.slot.trim_start_matches("compensation/");
            for account in &read[digest] {
                let key = (component.to_owned(), account.name.clone());
                known.insert(key, account.clone());
            }
        }
        Ok(Self(known))
    }

    /// The components with accounts of partners, and the names of these.
    fn of_partners(&self) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let accounts = self.0.iter();
        accounts
            .filter(|(_, account)| account.holder == AccountHolder::Partner)
            .map(|((component, name), _)| (component.as_str(), name.as_str()))
            .unzip()
    }

    fn account(&self, component: &str, account: &str) -> Option<&Account> {
        self.0.get(&(component.to_owned(), account.to_owned()))
    }

    fn resets(&self, component: &str, account: &str) -> Resets {
        let account = self.account(component, account);
        account.map_or(Resets::Never, |account| account.resets)
    }

    /// The total of an account among others.
    fn total<'a>(
        &self,
        totals: &'a mut Totals,
        component: &str,
        account: &str,
        unit: &str,
    ) -> &'a mut Total {
        let key = (component.to_owned(), account.to_owned());
        totals.entry(key).or_insert_with(|| {
            let declared = self.account(component, account);
            let kind = declared.and_then(|account| AccountKind::parse(&account.kind));
            Total {
                component: component.to_owned(),
                account: account.to_owned(),
                unit: unit.to_owned(),
                // Of a component that nobody knows any more nothing is left out.
                kind: kind.unwrap_or(AccountKind::Adjustment),
                carried: 0,
                amount: 0,
            }
        })
    }
}
