//! Attributes that plans read and history does not tell. Nothing can be played for them as
//! little and as much as there may be: policies are asked without them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::MARKS_OF_CLAIM;
use crate::domain::terms::Of;
use crate::host::InForce;
use crate::import::Kind;
use crate::policy::manifest::Entity;
use crate::trial::setup::Setup;

/// An attribute that a policy reads, and no file tells of any lead that somebody had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unread {
    pub slot: String,
    /// What would carry it, and its name, such as `lead/building-year`.
    pub attribute: String,
}

/// What history is told of. Partners are the contract's, as it is now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Lead,
    Deal,
    Event,
    Line,
}

/// Those of the slots of a plan that are asked about history.
pub fn unread(plan: &InForce, setup: &Setup) -> Vec<Unread> {
    if setup.declared.is_complete {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    for (slot, of) in &plan.slots {
        let Ok(bound) = &of.bound else { continue };
        if !slot.starts_with("compensation/") && !setup.tries_routing() {
            continue;
        }
        let read = bound.plugin().manifest().attributes.iter();
        let read = read.map(|read| (Carrier::read(read.of), read.name.as_str()));
        let agreed = plan.terms.attributes.iter();
        let agreed = agreed
            .map(|agreed| (Carrier::agreed(agreed.of), agreed.name.as_str()))
            .filter(|(_, name)| bound.vocabulary().contains(name));
        for (carrier, name) in read.chain(agreed) {
            if let Some(carrier) = carrier.filter(|carrier| !carrier.is_told(name, setup)) {
                found.insert(Unread {
                    slot: slot.clone(),
                    attribute: format!("{}/{name}", carrier.as_str()),
                });
            }
        }
    }
    found.into_iter().collect()
}

impl Carrier {
    /// As a manifest says it.
    fn read(of: Entity) -> Option<Self> {
        match of {
            Entity::Lead => Some(Self::Lead),
            Entity::Deal => Some(Self::Deal),
            Entity::Event => Some(Self::Event),
            Entity::Line => Some(Self::Line),
            Entity::Partner | Entity::Claim | Entity::Customer | Entity::Source => None,
        }
    }

    /// As terms say it.
    fn agreed(of: Of) -> Option<Self> {
        match of {
            Of::Lead => Some(Self::Lead),
            Of::Deal => Some(Self::Deal),
            Of::Event => Some(Self::Event),
            Of::Line => Some(Self::Line),
            Of::Partner | Of::Claim | Of::Customer => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Event => "event",
            Self::Line => "line",
        }
    }

    /// Whether files tell it, or the host itself knows it.
    fn is_told(self, name: &str, setup: &Setup) -> bool {
        let attribute = format!("attributes.{name}");
        match self {
            _ if name.contains('/') || MARKS_OF_CLAIM.contains(&name) => true,
            Self::Event if name == "value" => setup.tells("won-value"),
            Self::Lead => setup.tells_in(Kind::Leads, &attribute),
            // What is told of an outcome its event carries.
            Self::Event => setup.tells_in(Kind::Outcomes, &attribute),
            // Files have a deal's value alone.
            Self::Deal | Self::Line => false,
        }
    }
}
