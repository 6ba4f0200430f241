//! What a trial is asked to try.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Table;

use crate::apply::{BindingTable, written};
use crate::contracts::{Error, plan_trial, plugin};
use crate::domain::contract::Contract;
use crate::domain::plan_trial::PlanTrial;
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::host::problem::segment;
use crate::host::{Host, Origin, Problem};
use crate::policy::Bound;
use crate::trial::assumptions::Assumptions;
use crate::trial::lacking::Declared;
use crate::trial::live::Scope;
use crate::trial::variant::{self, IN_FORCE, Variant};

/// Each is played over the whole history.
const PLANS_MAX: usize = 20;

/// What slots begin with whose components pay.
const PAYING: &str = "compensation/";

/// What is tried, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    pub scope: Scope,
    pub plans: Vec<Plan>,
    /// By what is assumed what people would do is played, too: a file's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulation: Option<String>,
    /// What is taken for what nothing here tells, as a trial's file has it in `[assume]`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub assume: Map<String, Value>,
}

impl Request {
    /// What is taken for what nothing here tells, as a piece of a trial's file.
    pub fn assume_toml(&self) -> Result<String, String> {
        let table = Map::from_iter([("assume".to_owned(), self.assume.clone().into())]);
        toml::to_string(&table).map_err(|error| error.to_string())
    }
}

/// A plan, as its file would have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plan {
    /// What the plan is called among the others.
    pub code: String,
    /// `name`, and what it replaces of the contract: `bindings` by slot, each with `plugin`
    /// and `configuration`, or with `remove`; and `terms`.
    #[schema(value_type = Object)]
    pub plan: Map<String, Value>,
}

impl Plan {
    /// The slots that it binds otherwise.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        let bindings = self.plan.get("bindings").and_then(Value::as_object);
        bindings
            .into_iter()
            .flatten()
            .map(|(slot, _)| slot.as_str())
    }

    /// Whether it changes what is agreed as well.
    pub fn has_terms(&self) -> bool {
        self.plan.contains_key("terms")
    }

    /// As a file.
    pub fn toml(&self) -> Result<String, String> {
        toml::to_string(&self.plan).map_err(|error| error.to_string())
    }

    /// The contract by this plan.
    pub fn variant(&self, contract: &Table) -> Result<Variant, String> {
        Variant::read(&self.code, &self.toml()?, contract)
    }
}

/// Asks for a trial. Its plans are held against the contract as it is in force now, and
/// what is assumed against what they read.
///
/// # Errors
/// `Invalid`, with each plan that cannot be, or each field that cannot be assumed.
pub async fn ask(
    host: &Host,
    contract: &Contract,
    request: &Request,
    name: String,
    comment: String,
    origin: &Origin<PlanTrial>,
) -> Result<PlanTrial, Error> {
    let plans = &request.plans;
    if plans.is_empty() || plans.len() > PLANS_MAX {
        let message = format!("has to name one plan at least, and {PLANS_MAX} at most");
        return Err(Error::invalid("/plans", message));
    }
    let table = contract_table(host, contract).await?;
    let mut codes = BTreeSet::from([IN_FORCE]);
    let mut paying = Vec::new();
    let today = variant::in_force(table.clone());
    let today = today.map_err(|message| Error::invalid("", message))?;
    let mut reports = reports_of(&today);
    for (position, plan) in plans.iter().enumerate() {
        let at = format!("/plans/{position}");
        if !text::is_code(&plan.code) || !codes.insert(&plan.code) {
            let message = "is no code, or another plan is called so; what is in force is called \
                 in-force";
            return Err(Error::invalid(format!("{at}/code"), message));
        }
        let variant = plan
            .variant(&table)
            .map_err(|message| Error::invalid(format!("{at}/plan"), message))?;
        if let Err(bad) = text::check_line(&variant.name, NAME_CHARS_MAX) {
            return Err(Error::invalid(format!("{at}/plan/name"), bad.to_string()));
        }
        reports.extend(reports_of(&variant));
        for slot in plan.slots() {
            if let Some(bound) = variant.document.bindings.get(slot) {
                let below = format!("{at}/plan/bindings/{}", segment(slot));
                let bound = bound_by(host, contract, &variant, slot, bound).await;
                let bound = bound.map_err(|error| error.under(&below))?;
                paying.extend(slot.starts_with(PAYING).then_some(bound));
            }
        }
    }
    can_be_taken(&request.assume, &reports)?;
    if let Some(text) = &request.simulation {
        paying.extend(paying_today(host, contract, &today).await?);
        can_be_assumed(text, &paying)?;
    }
    let request = serde_json::to_string(request)
        .map_err(|error| Error::invalid("/plans", error.to_string()))?;
    let wish = plan_trial::Wish {
        name,
        comment,
        request,
    };
    plan_trial::ask(host, contract, wish, origin).await
}

/// A plugin that is there, and takes its configuration and the plan's terms.
async fn bound_by(
    host: &Host,
    contract: &Contract,
    variant: &Variant,
    slot: &str,
    bound: &BindingTable,
) -> Result<Arc<Bound>, Error> {
    let component = plugin::resolve(host, &contract.manufacturer, &bound.plugin, None).await?;
    let plugin = &component.plugin;
    let default = &plugin.manifest().configuration.default;
    let configuration = bound.configuration.as_ref().unwrap_or(default);
    let terms = variant.document.terms.canonical_json();
    let taken = host.engine.bind_uncompiled(plugin, configuration, &terms);
    taken.await.map_err(|error| Error::of_slot(slot, error))
}

/// The components that pay now.
async fn paying_today(
    host: &Host,
    contract: &Contract,
    today: &Variant,
) -> Result<Vec<Arc<Bound>>, Error> {
    let mut paying = Vec::new();
    for (slot, bound) in &today.document.bindings {
        if slot.starts_with(PAYING) {
            paying.push(bound_by(host, contract, today, slot, bound).await?);
        }
    }
    Ok(paying)
}

/// What holders may report by a plan.
fn reports_of(variant: &Variant) -> BTreeSet<String> {
    let codes = variant.document.terms.feedback_codes();
    codes.into_iter().map(str::to_owned).collect()
}

/// Whether this can be taken for what nothing here tells.
fn can_be_taken(assume: &Map<String, Value>, reports: &BTreeSet<String>) -> Result<(), Error> {
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    let wrong = assume.iter().filter_map(|(name, value)| {
        let value = toml::Value::try_from(value).map_err(|error| error.to_string());
        let read = value.and_then(|value| Declared::one(name, &value, &reports));
        let at = format!("/assume/{}", segment(name));
        read.err().map(|message| Problem::new(at, message))
    });
    let wrong: Vec<Problem> = wrong.collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(wrong)),
    }
}

/// Whether a file of assumptions can be played with these components.
fn can_be_assumed(text: &str, paying: &[Arc<Bound>]) -> Result<(), Error> {
    let words = || paying.iter().flat_map(|bound| bound.vocabulary().words());
    let behind = |prefix: &str| -> Vec<&str> {
        words()
            .filter_map(|word| word.strip_prefix(prefix))
            .collect()
    };
    let read = Assumptions::parse(text, &behind("measure/"), &behind("target/"));
    read.map(drop).map_err(|problems| {
        let problem = |said: &dyn ToString| Problem::new("/simulation", said.to_string());
        Error::Invalid(problems.iter().map(|said| problem(said)).collect())
    })
}

/// The contract as it is in force, with its plugins by their digests.
pub(super) async fn contract_table(host: &Host, contract: &Contract) -> Result<Table, Error> {
    let document = written(host, contract).await?;
    Table::try_from(&document).map_err(|error| Error::invalid("", error.to_string()))
}
