//! What a trial is asked to try.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Table;

use crate::apply::{BindingTable, written};
use crate::contracts::{Error, plan_trial, plugin};
use crate::domain::contract::Contract;
use crate::domain::plan_trial::PlanTrial;
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::host::{Host, Origin};
use crate::trial::live::Scope;
use crate::trial::variant::{IN_FORCE, Variant};

/// Each is played over the whole history.
const PLANS_MAX: usize = 20;

/// What is tried, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Request {
    pub scope: Scope,
    pub plans: Vec<Plan>,
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

/// Asks for a trial. Its plans are held against the contract as it is in force now.
///
/// # Errors
/// `Invalid`, with each plan that cannot be.
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
        for slot in plan.slots() {
            if let Some(bound) = variant.document.bindings.get(slot) {
                let below = format!("{at}/plan/bindings/{}", crate::host::problem::segment(slot));
                let holds = holds(host, contract, &variant, slot, bound).await;
                holds.map_err(|error| error.under(&below))?;
            }
        }
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

/// Whether a plugin is there, and takes its configuration and the plan's terms.
async fn holds(
    host: &Host,
    contract: &Contract,
    variant: &Variant,
    slot: &str,
    bound: &BindingTable,
) -> Result<(), Error> {
    let component = plugin::resolve(host, &contract.manufacturer, &bound.plugin, None).await?;
    let plugin = &component.plugin;
    let default = &plugin.manifest().configuration.default;
    let configuration = bound.configuration.as_ref().unwrap_or(default);
    let terms = variant.document.terms.canonical_json();
    let taken = host.engine.bind_uncompiled(plugin, configuration, &terms);
    taken.await.map_err(|error| Error::of_slot(slot, error))?;
    Ok(())
}

/// The contract as it is in force, with its plugins by their digests.
pub(super) async fn contract_table(host: &Host, contract: &Contract) -> Result<Table, Error> {
    let document = written(host, contract).await?;
    Table::try_from(&document).map_err(|error| Error::invalid("", error.to_string()))
}
