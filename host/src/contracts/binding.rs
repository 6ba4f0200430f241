//! Which plugin, with which configuration, is in force in a contract's slots.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;

use super::error::expect;
use super::plugin::{Component, resolve};
use super::{Amendment, Error, terms};
use crate::domain::contract::{Binding, Contract};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::terms::Terms;
use crate::domain::text;
use crate::host::again::on_stale;
use crate::host::{Host, Origin};
use crate::policy::manifest::Account;
use crate::policy::{Code, Kind, Manifest, PolicyError};

/// A binding as it is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub slot: String,
    /// See [`resolve`].
    pub plugin: String,
    /// None: the plugin's default.
    pub configuration: Option<Value>,
    /// Why, for those who look at the generations later.
    pub comment: String,
    /// The local day from which a compensation pays; none: with the next period,
    /// or from the beginning where nothing has happened yet.
    pub from: Option<Date>,
}

/// A binding with the plugin's name.
#[derive(Clone, Debug)]
pub struct Bound {
    pub binding: Binding,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
}

/// What a binding is made in.
pub struct Ground<'a> {
    pub contract: &'a Contract,
    pub terms: &'a Terms,
    /// What is in force in the contract's slots.
    pub stored: &'a [Binding],
}

/// What is wrong with a slot's name.
pub fn slot_problem(slot: &str) -> Option<String> {
    let component = slot.split_once('/').map(|(_, component)| component);
    let fits = Kind::of_slot(slot).is_some() && component.is_none_or(text::is_code);
    (!fits)
        .then(|| "is no slot: qualification, matching, escalation, or compensation/NAME".to_owned())
}

impl Amendment {
    /// Binds the plugin to the slot: a new generation, unless the same plugin and
    /// configuration are in force.
    pub async fn bind(
        &mut self,
        host: &Host,
        ground: &Ground<'_>,
        component: &Component,
        wanted: &Wanted,
    ) -> Result<Bound, Error> {
        check(wanted, component)?;
        let plugin = &component.plugin;
        let configuration = match &wanted.configuration {
            Some(configuration) => configuration,
            None => &plugin.manifest().configuration.default,
        };
        let bound = host
            .engine
            .bind(plugin, configuration, &ground.terms.canonical_json())
            .await
            .map_err(|error| Error::of_slot(&wanted.slot, error))?;
        let known = ground
            .stored
            .iter()
            .find(|binding| binding.slot == wanted.slot);
        let title = plugin.title().to_owned();
        if let Some(known) = known
            && known.plugin_digest == plugin.digest()
            && known.configuration_digest == bound.configuration_digest()
        {
            return Ok(Bound {
                binding: known.clone(),
                plugin: title,
            });
        }
        if known.is_some() {
            keep_accounts(host, ground.contract, &wanted.slot, plugin.manifest()).await?;
        }
        let active_from = host
            .begins(ground.contract, ground.terms, &wanted.slot, wanted.from)
            .await?
            .map_err(|bad| Error::invalid("/from", bad.to_string()))?;
        self.plugin(host, component).await?;
        let binding = Binding {
            manufacturer: self.manufacturer.clone(),
            contract: ground.contract.id.clone(),
            slot: wanted.slot.clone(),
            generation: known.map_or(1, |known| known.generation + 1),
            plugin_digest: plugin.digest().to_owned(),
            configuration: bound.configuration().to_owned(),
            configuration_digest: bound.configuration_digest().to_owned(),
            active_from,
            comment: wanted.comment.clone(),
        };
        self.created(format!(
            "{} of {}, generation {}: {title}",
            wanted.slot, ground.contract.code, binding.generation
        ));
        self.rows.bindings.push(binding.clone());
        Ok(Bound {
            binding,
            plugin: title,
        })
    }
}

/// What is wrong with a binding before anything is tried.
fn check(wanted: &Wanted, component: &Component) -> Result<(), Error> {
    if let Some(message) = slot_problem(&wanted.slot) {
        return Err(Error::invalid("/slot", message));
    }
    if Kind::of_slot(&wanted.slot) != Some(component.plugin.kind()) {
        return Err(Error::invalid(
            "/plugin",
            format!(
                "{} is for {}; the slot takes another kind",
                component.plugin.title(),
                component.plugin.kind()
            ),
        ));
    }
    if !wanted.comment.is_empty() {
        text::check_note(&wanted.comment)
            .map_err(|bad| Error::invalid("/comment", bad.to_string()))?;
    }
    Ok(())
}

/// An account keeps its unit, holder and cadence, whatever generation posts to
/// it: its balance would mean something else.
async fn keep_accounts(
    host: &Host,
    contract: &Contract,
    slot: &str,
    new: &Manifest,
) -> Result<(), Error> {
    if new.accounts.is_empty() {
        return Ok(());
    }
    let earlier: BTreeSet<String> = host
        .store
        .generations(&contract.manufacturer, &contract.id, slot)
        .await?
        .into_iter()
        .map(|binding| binding.plugin_digest)
        .collect();
    for digest in earlier {
        let record = host.store.plugin(&contract.manufacturer, &digest).await?;
        let Some(old) = record.and_then(|record| Manifest::parse(&record.manifest).ok()) else {
            continue;
        };
        if let Some(message) = changed_account(&old, new) {
            return Err(Error::invalid("/plugin", message));
        }
    }
    Ok(())
}

fn changed_account(old: &Manifest, new: &Manifest) -> Option<String> {
    let shape = |account: &Account| (account.unit, account.holder, account.resets);
    new.accounts.iter().find_map(|account| {
        let before = old.account(&account.name)?;
        (shape(before) != shape(account)).then(|| {
            format!(
                "{} changes unit, holder or cadence of the account `{}`, which {} has posted to; \
                 give it another name",
                new.title(),
                account.name,
                old.title()
            )
        })
    })
}

/// Whether what is bound takes these terms, which are complete and canonical.
///
/// # Errors
/// `Policy`, naming the first slot that does not.
pub async fn hold(host: &Host, bindings: &[Binding], terms: &str) -> Result<(), Error> {
    for binding in bindings {
        holds(host, binding, terms)
            .await?
            .map_err(|error| Error::of_slot(&binding.slot, error))?;
    }
    Ok(())
}

async fn holds(
    host: &Host,
    binding: &Binding,
    terms: &str,
) -> Result<Result<(), PolicyError>, Error> {
    let internal = |message: String| PolicyError::new(Code::HostInternal, message);
    let bytes = host
        .store
        .plugin_bytes(&binding.manufacturer, &binding.plugin_digest)
        .await?;
    let Some(bytes) = bytes else {
        let digest = &binding.plugin_digest;
        return Ok(Err(internal(format!(
            "the component {digest} is not stored"
        ))));
    };
    let plugin = match host.engine.load(bytes.into()).await {
        Ok(plugin) => plugin,
        Err(error) => return Ok(Err(error)),
    };
    let configuration = match serde_json::from_str(&binding.configuration) {
        Ok(configuration) => configuration,
        Err(error) => return Ok(Err(internal(error.to_string()))),
    };
    let bound = host.engine.bind(&plugin, &configuration, terms).await;
    Ok(bound.map(|_| ()))
}

/// Binds a plugin to a slot. The same plugin and configuration again change
/// nothing.
///
/// # Errors
/// `Policy` when the plugin refuses the configuration; `OtherVersion` when the
/// generation in force is not the `expected` one.
pub async fn put(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wanted: &Wanted,
    expected: Option<i64>,
    origin: &Origin<Bound>,
) -> Result<Bound, Error> {
    let component = resolve(host, manufacturer, &wanted.plugin, None).await?;
    on_stale(|| async {
        let contract = host
            .store
            .contract(manufacturer, contract)
            .await?
            .ok_or(Error::NotFound { what: "contract" })?;
        let (_, terms) = terms::current(host, &contract).await?;
        let stored = host.store.bindings(manufacturer, &contract.id).await?;
        let generation = stored
            .iter()
            .find(|binding| binding.slot == wanted.slot)
            .map_or(0, |binding| binding.generation);
        expect(expected, generation)?;
        let ground = Ground {
            contract: &contract,
            terms: &terms,
            stored: &stored,
        };
        let mut amendment = Amendment::new(host, manufacturer);
        let bound = amendment.bind(host, &ground, &component, wanted).await?;
        amendment.touch(contract);
        amendment.commit(host, origin, &bound).await?;
        Ok(bound)
    })
    .await
}
