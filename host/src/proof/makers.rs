//! What decisions were made with, made ready again: the component with its
//! configuration and the terms of then.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::domain::decision::Decision;
use crate::host::Host;
use crate::policy::{Bound, Limits, PolicyError};
use crate::store;

/// A generation with the terms that it was asked under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    contract: String,
    slot: String,
    generation: i64,
    terms_version: i64,
}

impl Key {
    pub fn of(decision: &Decision) -> Self {
        Self {
            contract: decision.contract.as_str().to_owned(),
            slot: decision.slot.clone(),
            generation: decision.generation,
            terms_version: decision.terms_version,
        }
    }
}

/// What makes a decision once more.
#[derive(Clone)]
pub(super) struct Maker {
    pub bound: Arc<Bound>,
    pub limits: Limits,
}

/// Those that are ready; or what they lack.
pub(super) struct Makers {
    ready: HashMap<Key, Result<Maker, String>>,
    most: usize,
}

impl Makers {
    /// Keeps no more than so many ready. Decisions are asked in the order in which they
    /// were made, so that few alternate.
    pub fn of_at_most(most: usize) -> Self {
        Self {
            ready: HashMap::new(),
            most,
        }
    }

    /// What made the decision.
    pub async fn of(
        &mut self,
        host: &Host,
        decision: &Decision,
    ) -> Result<Result<Maker, String>, store::Error> {
        let key = Key::of(decision);
        if let Some(known) = self.ready.get(&key) {
            return Ok(known.clone());
        }
        if self.ready.len() >= self.most {
            self.ready.clear();
        }
        let maker = make(host, decision).await?;
        self.ready.insert(key, maker.clone());
        Ok(maker)
    }
}

/// What is said of a component that is not there, and what to do.
pub(super) fn not_stored(plugin: &str, digest: &str) -> String {
    format!(
        "the component {plugin} ({digest}) is not stored: bring the same file back with \
         `stellwerk plugin upload`"
    )
}

async fn make(host: &Host, decision: &Decision) -> Result<Result<Maker, String>, store::Error> {
    let Decision {
        manufacturer,
        contract,
        slot,
        generation,
        terms_version,
        ..
    } = decision;
    let binding = host
        .store
        .generation(manufacturer, contract, slot, *generation)
        .await?;
    let Some(binding) = binding else {
        return Ok(Err(format!(
            "generation {generation} of {slot} is not stored"
        )));
    };
    let terms = host
        .store
        .terms(manufacturer, contract, *terms_version)
        .await?;
    let Some(terms) = terms else {
        return Ok(Err(format!(
            "version {terms_version} of the terms is not stored"
        )));
    };
    let component = host
        .store
        .plugin_bytes(manufacturer, &decision.plugin_digest)
        .await?;
    let Some(component) = component else {
        return Ok(Err(not_stored(&decision.plugin, &decision.plugin_digest)));
    };
    let engine = host.engine.clone();
    let configuration = binding.configuration.clone();
    let making = move || -> Result<Arc<Bound>, PolicyError> {
        let configuration: Value = serde_json::from_str(&configuration).unwrap_or(Value::Null);
        let plugin = engine.load_unproved_blocking(component.into())?;
        engine.bind_blocking(&plugin, &configuration, &terms.document)
    };
    Ok(match tokio::task::spawn_blocking(making).await {
        Ok(Ok(bound)) => is_of(&bound, decision).map(|()| Maker {
            bound,
            limits: Limits::kept(binding.limits.as_deref()),
        }),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    })
}

/// What is stored under a digest has to have it.
fn is_of(bound: &Bound, decision: &Decision) -> Result<(), String> {
    if bound.plugin().digest() != decision.plugin_digest {
        return Err(format!(
            "the component stored as {} is {}",
            decision.plugin_digest,
            bound.plugin().digest()
        ));
    }
    if bound.configuration_digest() != decision.configuration_digest {
        return Err(format!(
            "generation {} of {} is stored with the configuration {}, and was asked with {}",
            decision.generation,
            decision.slot,
            bound.configuration_digest(),
            decision.configuration_digest
        ));
    }
    if let Some(terms) = &decision.terms_digest
        && terms != bound.terms_digest()
    {
        return Err(format!(
            "version {} of the terms is stored as {}, and was {terms}",
            decision.terms_version,
            bound.terms_digest()
        ));
    }
    Ok(())
}

/// What the call might use then, or what is said in its place; but for the clock on the
/// wall: how fast this machine is has nothing to do with what was decided.
pub(super) fn limits(decision: &Decision, otherwise: Limits) -> Limits {
    let recorded = decision.limits.as_deref();
    let recorded = recorded.and_then(|text| serde_json::from_str(text).ok());
    Limits {
        wall_clock_ms: Limits::default().wall_clock_ms,
        ..recorded.unwrap_or(otherwise)
    }
}
