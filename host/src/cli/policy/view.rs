//! Bindings as they are printed.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contracts::binding::Stands;
use crate::domain::generation::{self, Action, per_cent};

/// A generation of a slot; also as a server answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Generation {
    pub slot: String,
    pub generation: i64,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub plugin_digest: String,
    pub configuration: Value,
    pub configuration_digest: String,
    pub standing: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waits_for_approval: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_from: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trials: Vec<PaidTrial>,
    pub comment: String,
}

/// Whom a generation pays on trial, as a server answers it, too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaidTrial {
    pub generation: i64,
    pub partners: Vec<String>,
    pub from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    pub comment: String,
}

/// What was done with a generation, as a server answers it, too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    pub slot: String,
    pub step: i64,
    pub generation: i64,
    pub action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_percent: Option<f64>,
    /// Of a canary of what pays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    pub comment: String,
}

/// The history of a slot.
#[derive(Debug, Serialize)]
pub struct Steps {
    pub steps: Vec<Step>,
}

/// What is bound to a contract's slots.
#[derive(Debug, Serialize)]
pub struct Bindings {
    pub bindings: Vec<Generation>,
}

impl Generation {
    pub fn of(stands: &Stands) -> Self {
        let binding = &stands.binding;
        let limits = binding.limits.as_deref();
        Self {
            slot: binding.slot.clone(),
            generation: binding.generation,
            plugin: stands.plugin.clone(),
            plugin_digest: binding.plugin_digest.clone(),
            configuration: serde_json::from_str(&binding.configuration).unwrap_or_default(),
            configuration_digest: binding.configuration_digest.clone(),
            standing: stands.standing.as_str().to_owned(),
            waits_for_approval: stands.waits,
            limits: limits.and_then(|limits| serde_json::from_str(limits).ok()),
            active_from: stands.from().map(|from| from.to_string()),
            trials: stands.trials.iter().map(PaidTrial::of).collect(),
            comment: binding.comment.clone(),
        }
    }

    /// Where it stands, and since or from when.
    fn standing(&self) -> String {
        let waits = match self.waits_for_approval {
            true => ", waits for approval",
            false => "",
        };
        match self.active_from.as_deref().map(seconds) {
            Some(from) if matches!(self.standing.as_str(), "shadow" | "canary") => {
                format!("{}{waits}, in force from {from}", self.standing)
            }
            Some(from) => format!("{}{waits}, from {from}", self.standing),
            None => format!("{}{waits}", self.standing),
        }
    }

    fn comment(&self) -> String {
        match self.comment.as_str() {
            "" => String::new(),
            comment => format!("  {comment}"),
        }
    }
}

impl PaidTrial {
    pub fn of(trial: &generation::PaidTrial) -> Self {
        Self {
            generation: trial.generation,
            partners: trial.partners.iter().map(|of| of.code.clone()).collect(),
            from: trial.from.to_string(),
            until: trial.ends().map(|until| until.to_string()),
            comment: trial.comment.clone(),
        }
    }
}

/// Such as `generation 2 pays a, b from 2027-04-01T00:00:00Z on: fairer`.
impl fmt::Display for PaidTrial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (partners, from) = (self.partners.join(", "), seconds(&self.from));
        write!(
            f,
            "generation {} pays {partners} from {from}",
            self.generation
        )?;
        match self.until.as_deref().map(seconds) {
            Some(until) => write!(f, " until {until}")?,
            None => f.write_str(" on")?,
        }
        write!(f, ": {}", self.comment)
    }
}

/// Whole: with the configuration.
impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "slot           {}", self.slot)?;
        writeln!(f, "generation     {}", self.generation)?;
        writeln!(f, "plugin         {}", self.plugin)?;
        writeln!(f, "digest         {}", self.plugin_digest)?;
        writeln!(f, "stands         {}", self.standing())?;
        for trial in &self.trials {
            writeln!(f, "on trial       {trial}")?;
        }
        if let Some(limits) = &self.limits {
            writeln!(f, "limits         {limits}")?;
        }
        if !self.comment.is_empty() {
            writeln!(f, "comment        {}", self.comment)?;
        }
        writeln!(f, "configuration")?;
        writeln!(f, "{:#}", self.configuration)
    }
}

impl Step {
    pub fn of(step: &generation::Step) -> Self {
        let tried = matches!(step.action, Action::Shadowed | Action::Canaried);
        let is_drawn = tried && step.partners.is_empty();
        let counts = matches!(step.action, Action::Activated | Action::Requested);
        let counts = counts || step.from != step.at;
        Self {
            slot: step.slot.clone(),
            step: step.number,
            generation: step.generation,
            action: step.action.as_str().to_owned(),
            before: step.before,
            share_percent: is_drawn.then(|| per_cent(step.share)),
            partners: step.partners.iter().map(|of| of.code.clone()).collect(),
            from: counts.then(|| step.from.to_string()),
            at: step.at.to_string(),
            actor: step.actor.as_ref().map(ToString::to_string),
            comment: step.comment.clone(),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = seconds(&self.at);
        let what = match self.share_percent {
            Some(share) => format!("{} {share} %", self.action),
            None if !self.partners.is_empty() => {
                format!("{} with {}", self.action, self.partners.join(", "))
            }
            None => self.action.clone(),
        };
        let from = match self.from.as_deref().map(seconds) {
            Some(from) if from != at => format!(" from {from}"),
            _ => String::new(),
        };
        let before = match self.before {
            Some(before) if before != self.generation => format!(" (was {before})"),
            _ => String::new(),
        };
        let actor = self.actor.as_deref().unwrap_or("host");
        writeln!(
            f,
            "{:>4}  {at}  generation {}{before}  {what}{from}  by {actor}: {}",
            self.step, self.generation, self.comment
        )
    }
}

/// A line each.
impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| write!(f, "{step}"))
    }
}

/// An instant to the second, or where the contract's life begins.
pub(in crate::cli) fn seconds(instant: &str) -> String {
    match instant.parse::<jiff::Timestamp>() {
        Ok(instant) if instant == jiff::Timestamp::UNIX_EPOCH => "the beginning".to_owned(),
        Ok(instant) => format!("{instant:.0}"),
        Err(_) => instant.to_owned(),
    }
}

impl fmt::Display for Bindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bindings.is_empty() {
            return f.write_str("nothing is bound");
        }
        for of in &self.bindings {
            writeln!(
                f,
                "{:28}  {:36}  generation {}, {}{}",
                of.slot,
                of.plugin,
                of.generation,
                of.standing(),
                of.comment()
            )?;
            for trial in &of.trials {
                writeln!(f, "  on trial: {trial}")?;
            }
        }
        Ok(())
    }
}
