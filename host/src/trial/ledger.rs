//! What a variant has paid: its own ledger, read and added up.

mod written;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::lacking::{self, Bounds, GoneBy, Input, Unread};
use super::play::{self, PlayError, Taken};
use super::routing::{self, Routing};
use super::setup::Setup;
use super::variant::Variant;
use crate::domain::account::AccountKind;
use crate::domain::event::EventCode;
use crate::domain::ids::PartnerId;
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Plans};
use crate::pay;

pub use written::{LeadPaid, Posted};

/// Leads read at once.
const LEADS_AT_ONCE: u32 = 500;
/// Events read at once.
const EVENTS_AT_ONCE: u32 = 1_000;
/// History has an end, and everything in the store is of it.
const EVER: Micros = Micros(i64::MAX);
/// So many leads are named of a component and code; all are counted.
pub const FAILURES_NAMED: usize = 1_000;

/// How one variant went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    pub plan: String,
    pub name: String,
    pub policies: Vec<Bound>,
    pub files: Vec<FileRead>,
    pub periods: Vec<PeriodState>,
    pub failures: Vec<Failure>,
    /// What its components go by, and history may not tell.
    pub gone_by: Vec<GoneBy>,
    /// What of it is neither told nor declared.
    pub lacking: Vec<GoneBy>,
    /// Attributes that no file tells, and its policies are asked without.
    pub unread: Vec<Unread>,
    /// Between what its pay lies then.
    #[serde(skip)]
    pub bounds: Option<Bounds>,
    /// By period, partner and account.
    pub paid: Vec<Paid>,
    /// The file of what is due in money, by lead and partner: `LeadPaid`.
    #[serde(skip)]
    pub leads: PathBuf,
    /// The file of every posting: `Posted`.
    #[serde(skip)]
    pub postings: PathBuf,
    /// What its rules of routing would have decided.
    pub routing: Routing,
}

/// Where what is not held in memory goes.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    pub leads: &'a Path,
    pub postings: &'a Path,
}

/// What was bound to a slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bound {
    pub slot: String,
    /// Name and version.
    pub plugin: String,
    pub plugin_digest: String,
    pub configuration: serde_json::Value,
}

/// What became of a file of history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileRead {
    pub file: String,
    pub rows: u64,
    pub rejected: u64,
}

/// A period with whether it is final.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PeriodState {
    pub period: String,
    pub closed: bool,
}

/// Questions that a component did not answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failure {
    pub component: String,
    pub code: String,
    pub count: u64,
    /// Numbers of some of the leads.
    pub leads: Vec<String>,
}

/// What a partner's account comes to in a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Paid {
    pub period: String,
    pub partner: String,
    pub component: String,
    pub account: String,
    #[serde(with = "kind")]
    pub kind: AccountKind,
    /// money, points, count.
    pub unit: String,
    pub amount: i64,
    pub postings: i64,
}

/// Kinds by their names.
mod kind {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::domain::account::AccountKind;

    pub fn serialize<S: Serializer>(kind: &AccountKind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<AccountKind, D::Error> {
        let name = String::deserialize(from)?;
        AccountKind::parse(&name).ok_or_else(|| D::Error::custom("no kind of account"))
    }
}

impl Paid {
    /// Money that is due to the partner.
    pub fn is_due_money(&self) -> bool {
        self.unit == "money" && self.kind.is_due()
    }
}

impl Outcome {
    /// How many questions of history it left without an answer.
    pub fn unanswered(&self) -> u64 {
        let failures = self.failures.iter().chain(&self.routing.failures);
        failures.map(|failure| failure.count).sum()
    }

    /// Reads what a variant that was played has left in its store; what it pays for each
    /// lead, and each posting, goes into files.
    ///
    /// # Errors
    /// Where the store cannot be read, or a file not be written.
    pub async fn read(
        host: &Host,
        force: &Arc<InForce>,
        setup: &Setup,
        variant: &Variant,
        taken: &[Taken],
        files: Files<'_>,
    ) -> Result<Self, PlayError> {
        let ended_at = play::end(setup, variant)?;
        let contract = &force.contract;
        let reading = Reading::of(host, force).await?;
        let periods = pay::periods(host, force).await?;
        let mut told = lacking::measures_told(host, contract).await?;
        let paid = reading.paid().await?;
        let paid_for = paid.iter().map(|paid| paid.period.as_str());
        reading.write(files, paid_for.collect()).await?;
        let (failures, known) = reading.events().await?;
        let plans = Plans::load(host, force.clone()).await?;
        let plan = plans.of_period(host, ended_at, None).await?;
        let claimed = EventCode::Claimed.as_str();
        // Each lead that somebody had is claimed in the store, whenever that was.
        let known = known
            .into_iter()
            .filter(|code| code != claimed || setup.tells("claimed-at"));
        told.extend(known.map(Input::Event));
        let gone_by = lacking::gone_by(&plan);
        Ok(Self {
            plan: variant.code.clone(),
            name: variant.name.clone(),
            lacking: lacking::lacking(&gone_by, &told, &setup.declared),
            unread: lacking::unread(&plan, setup),
            gone_by,
            bounds: None,
            policies: policies(&plan, force),
            files: taken
                .iter()
                .map(|taken| FileRead {
                    file: taken.file.clone(),
                    rows: taken.report.rows(),
                    rejected: taken.report.rejected,
                })
                .collect(),
            periods: periods
                .into_iter()
                .map(|period| PeriodState {
                    closed: period.state == crate::domain::ledger::PeriodState::Closed,
                    period: period.name,
                })
                .collect(),
            failures,
            paid,
            leads: files.leads.to_owned(),
            postings: files.postings.to_owned(),
            routing: routing::replay(host, force, setup, variant).await?,
        })
    }
}

/// What a variant that was played has paid, by period, partner and account.
///
/// # Errors
/// Where the store cannot be read.
pub async fn paid(host: &Host, force: &Arc<InForce>) -> Result<Vec<Paid>, PlayError> {
    Reading::of(host, force).await?.paid().await
}

/// What each slot is decided by, in the order of the slots.
fn policies(plan: &InForce, force: &InForce) -> Vec<Bound> {
    let of_routing = force
        .slots
        .iter()
        .filter(|(slot, _)| ["qualification", "matching", "escalation"].contains(&slot.as_str()));
    let slots = plan.slots.iter().chain(of_routing);
    let mut bound: Vec<Bound> = slots
        .filter_map(|(slot, of)| {
            let bound = of.bound.as_ref().ok()?;
            let manifest = bound.plugin().manifest();
            Some(Bound {
                slot: slot.clone(),
                plugin: format!("{}@{}", manifest.name, manifest.version),
                plugin_digest: bound.plugin().digest().to_owned(),
                configuration: serde_json::from_str(bound.configuration()).unwrap_or_default(),
            })
        })
        .collect();
    bound.sort_by(|one, other| one.slot.cmp(&other.slot));
    bound
}

struct Reading<'a> {
    host: &'a Host,
    force: &'a InForce,
    /// By component and account.
    kinds: HashMap<(String, String), AccountKind>,
    codes: HashMap<PartnerId, String>,
}

impl<'a> Reading<'a> {
    async fn of(host: &'a Host, force: &'a Arc<InForce>) -> Result<Self, PlayError> {
        let partners = host.store.partners(&force.contract.manufacturer).await?;
        Ok(Self {
            host,
            force,
            kinds: pay::account_kinds(host, &force.contract).await?,
            codes: partners
                .into_iter()
                .map(|partner| (partner.id, partner.code))
                .collect(),
        })
    }

    fn code(&self, partner: &PartnerId) -> String {
        self.codes.get(partner).cloned().unwrap_or_default()
    }

    fn kind(&self, component: &str, account: &str) -> AccountKind {
        let key = (component.to_owned(), account.to_owned());
        self.kinds
            .get(&key)
            .copied()
            .unwrap_or(AccountKind::Adjustment)
    }

    async fn paid(&self) -> Result<Vec<Paid>, PlayError> {
        let contract = &self.force.contract;
        let rows = self
            .host
            .store
            .paid_in_periods(&contract.manufacturer, &contract.id)
            .await?;
        let mut paid: Vec<Paid> = rows
            .into_iter()
            .map(|row| Paid {
                kind: self.kind(&row.component, &row.account),
                partner: self.code(&row.partner),
                period: row.period,
                component: row.component,
                account: row.account,
                unit: row.unit,
                amount: row.amount,
                postings: row.postings,
            })
            .collect();
        // By what is the same in every run: identifiers are not.
        paid.sort_by(|one, other| one.key().cmp(&other.key()));
        Ok(paid)
    }

    /// Questions that were not answered, by component and code; and which events there
    /// are.
    async fn events(&self) -> Result<(Vec<Failure>, BTreeSet<String>), PlayError> {
        let contract = &self.force.contract;
        let mut known = BTreeSet::new();
        let mut failures: BTreeMap<(String, String), Failure> = BTreeMap::new();
        let mut after = 0;
        loop {
            let events = self
                .host
                .store
                .events_of_contract(&contract.manufacturer, &contract.id, after, EVENTS_AT_ONCE)
                .await?;
            let Some(last) = events.last() else {
                return Ok((failures.into_values().collect(), known));
            };
            after = last.position;
            for positioned in &events {
                let event = &positioned.event;
                if !known.contains(&event.code) {
                    known.insert(event.code.clone());
                }
                if event.code != EventCode::PolicyFailed.as_str() {
                    continue;
                }
                let text = |name: &str| match event.attributes.get(name) {
                    Some(crate::domain::attribute::AttributeValue::Text(text)) => text.clone(),
                    _ => String::new(),
                };
                let (component, code) = (text("component"), text("code"));
                let failure = failures
                    .entry((component.clone(), code.clone()))
                    .or_insert_with(|| Failure {
                        component,
                        code,
                        ..Failure::default()
                    });
                failure.count += 1;
                if let Some(lead) = &event.lead
                    && failure.leads.len() < FAILURES_NAMED
                {
                    let known = self.host.store.lead(&contract.manufacturer, lead).await?;
                    failure.leads.extend(known.as_ref().map(routing::number));
                }
            }
        }
    }
}

impl Paid {
    fn key(&self) -> (&str, &str, &str, &str) {
        (&self.period, &self.partner, &self.component, &self.account)
    }
}
