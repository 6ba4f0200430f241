//! How one generation of a slot differs from another: in what they are, and in what
//! they would have decided.

mod examples;
mod replay;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::contracts::Error;
use crate::domain::contract::{Binding, Contract};
use crate::domain::decision::Decision;
use crate::host::{Host, InForce};
use crate::policy::differ::document::{self, Change};
use crate::policy::differ::manifest::{self, Part};
use crate::policy::{Bound, CallOptions, Code, Limits, PolicyError};

pub use examples::Examples;
pub use replay::{Flip, Replay};

/// Recorded decisions that are asked again, unless somebody wants another number.
pub const LAST_DEFAULT: u32 = 50;
/// And at most.
pub const LAST_MAX: u32 = 300;

/// What is to be compared.
#[derive(Clone, Debug)]
pub struct Pair {
    pub slot: String,
    /// None: what is in force.
    pub from: Option<i64>,
    pub to: i64,
    /// How many of the slot's last decisions are asked again.
    pub last: u32,
}

/// A generation, as it is named here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Side {
    pub generation: i64,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub plugin_digest: String,
    pub configuration_digest: String,
    pub standing: String,
    pub comment: String,
}

/// How the second generation differs from the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Compared {
    pub slot: String,
    pub from: Side,
    pub to: Side,
    /// Field by field.
    pub configuration: Vec<Change>,
    /// What calls may use: field by field.
    pub limits: Vec<Change>,
    /// What the plugins take as configuration: the schema, field by field.
    pub schema: Vec<Change>,
    /// What else the plugins say of themselves: accounts, reasons, what they read,
    /// golden examples.
    pub manifest: Vec<Part>,
    /// What both answer to the golden examples of either.
    pub examples: Examples,
    pub decisions: Replay,
}

/// Two generations that are ready to be asked, and what they are to be asked.
pub struct Versions {
    contract: Contract,
    force: Arc<InForce>,
    slot: String,
    from: Version,
    to: Version,
    /// The latest first. Who may not see one takes it out.
    pub decisions: Vec<Decision>,
    /// How many were taken out.
    pub hidden: u32,
}

struct Version {
    side: Side,
    binding: Binding,
    bound: Arc<Bound>,
}

impl Version {
    fn options(&self) -> CallOptions {
        CallOptions {
            limits: limits(&self.binding),
            ..CallOptions::new(self.binding.manufacturer.as_str())
        }
    }
}

/// As the binding lowers them.
fn limits(binding: &Binding) -> Limits {
    let text = binding.limits.as_deref();
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

impl Versions {
    /// Makes both ready under the terms of now.
    ///
    /// # Errors
    /// `NotFound` where there is no such generation, or nothing is in force;
    /// `Policy` where one cannot be asked under the terms of now.
    pub async fn load(host: &Host, contract: &Contract, pair: &Pair) -> Result<Self, Error> {
        let Contract {
            manufacturer, id, ..
        } = contract;
        let force = host.contract(manufacturer, id).await?;
        let mut courses = host.store.courses(manufacturer, id).await?;
        let course = courses.remove(&pair.slot).unwrap_or_default();
        let now = host.clock.now();
        let from = pair.from.or_else(|| course.in_force(now));
        let from = from.ok_or(Error::NotFound { what: "binding" })?;
        let terms = force.terms.canonical_json();
        let version = async |generation: i64| {
            let binding = host
                .store
                .generation(manufacturer, id, &pair.slot, generation)
                .await?
                .ok_or(Error::NotFound { what: "generation" })?;
            let bound = bound(host, &binding, &terms)
                .await?
                .map_err(|error| Error::of_slot(&pair.slot, error))?;
            let side = Side {
                generation,
                plugin: bound.plugin().title().to_owned(),
                plugin_digest: binding.plugin_digest.clone(),
                configuration_digest: binding.configuration_digest.clone(),
                standing: course.standing(generation, now).as_str().to_owned(),
                comment: binding.comment.clone(),
            };
            Ok::<_, Error>(Version {
                side,
                binding,
                bound,
            })
        };
        let (from, to) = (version(from).await?, version(pair.to).await?);
        let last = pair.last.min(LAST_MAX);
        let decisions = match last {
            0 => Vec::new(),
            last => {
                host.store
                    .last_decisions(contract, &pair.slot, last)
                    .await?
            }
        };
        Ok(Self {
            contract: contract.clone(),
            force,
            slot: pair.slot.clone(),
            from,
            to,
            decisions,
            hidden: 0,
        })
    }

    /// Compares them, and asks both what was asked, and what their examples ask.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn compare(self, host: &Host) -> Result<Compared, Error> {
        let decisions = replay::replay(host, &self).await?;
        let examples = examples::ask(host, &self).await;
        let Self { slot, from, to, .. } = self;
        let (old, new) = (from.bound.plugin(), to.bound.plugin());
        let (old, new) = (old.manifest(), new.manifest());
        Ok(Compared {
            slot,
            configuration: document::changes(
                &read(&from.binding.configuration),
                &read(&to.binding.configuration),
            ),
            limits: document::changes(
                &json!(from.bound.limits().lowered_to(limits(&from.binding))),
                &json!(to.bound.limits().lowered_to(limits(&to.binding))),
            ),
            schema: document::changes(&old.configuration.schema, &new.configuration.schema),
            manifest: manifest::parts(old, new),
            from: from.side,
            to: to.side,
            examples,
            decisions,
        })
    }
}

fn read(document: &str) -> Value {
    serde_json::from_str(document).unwrap_or_default()
}

/// A generation that can be asked.
async fn bound(
    host: &Host,
    binding: &Binding,
    terms: &str,
) -> Result<Result<Arc<Bound>, PolicyError>, Error> {
    let bytes = host
        .store
        .plugin_bytes(&binding.manufacturer, &binding.plugin_digest)
        .await?;
    let Some(bytes) = bytes else {
        let message = format!("the component {} is not stored", binding.plugin_digest);
        return Ok(Err(PolicyError::new(Code::HostInternal, message)));
    };
    let plugin = match host.engine.load(bytes.into()).await {
        Ok(plugin) => plugin,
        Err(error) => return Ok(Err(error)),
    };
    Ok(host
        .bind(&plugin, &read(&binding.configuration), terms)
        .await)
}
