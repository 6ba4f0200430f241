//! Why something cannot be agreed on.

use crate::access::NoRandom;
use crate::domain::generation::Standing;
use crate::host::again::Again;
use crate::host::{ContractError, Problem};
use crate::policy::PolicyError;
use crate::store;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("{}", problems_text(.0))]
    Invalid(Vec<Problem>),
    /// Somebody has changed it since the caller has looked.
    #[error("it is version {now} now, not the one that the change was made for")]
    OtherVersion { now: i64 },
    #[error("the code `{code}` is taken by another {what}")]
    Taken { what: &'static str, code: String },
    #[error("{title} is known with other bytes; give the new build another version")]
    PluginVersionTaken { title: String },
    /// A component that is refused, or a configuration that its plugin refuses.
    #[error("{}{error}", slot_prefix(.slot.as_deref()))]
    Policy {
        /// Where a slot is concerned.
        slot: Option<String>,
        error: PolicyError,
    },
    /// A step that does not follow from where a generation stands.
    #[error("generation {generation} is {}: {wanted}", .standing.as_str())]
    Standing {
        generation: i64,
        standing: Standing,
        /// What is in the way, and what to do.
        wanted: &'static str,
    },
    #[error("who has asked to put it in force cannot agree to it; somebody else has to")]
    OwnApproval,
    /// A trial that cannot be stopped, or go on, any more.
    #[error("the trial is {state}")]
    TrialEnded { state: &'static str },
    #[error("others kept changing the same rows; nothing was written")]
    Busy,
    #[error(transparent)]
    Contract(ContractError),
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::Invalid(_) => "invalid",
            Self::OtherVersion { .. } => "version.other",
            Self::Taken { .. } => "code.taken",
            Self::PluginVersionTaken { .. } => "plugin.version_taken",
            Self::Policy { error, .. } => error.code.as_str(),
            Self::Standing { .. } => "generation.standing",
            Self::OwnApproval => "approval.own",
            Self::TrialEnded { .. } => "trial.over",
            Self::Busy => "busy",
            Self::Contract(_) => "contract.unusable",
            Self::NoRandom(_) => "host.internal",
            Self::Store(error) => error.code(),
        }
    }

    /// A single field that is wrong.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(pointer, message)])
    }

    /// What is refused of a slot.
    pub fn of_slot(slot: &str, error: PolicyError) -> Self {
        Self::Policy {
            slot: Some(slot.to_owned()),
            error,
        }
    }

    /// The same, as a part of a document that lies at `prefix`.
    pub fn under(self, prefix: &str) -> Self {
        match self {
            Self::Invalid(problems) => Self::Invalid(
                problems
                    .into_iter()
                    .map(|problem| problem.under(prefix))
                    .collect(),
            ),
            other => other,
        }
    }
}

/// Refuses what has problems.
pub(super) fn refuse(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Refuses a change that was made for another version.
pub(super) fn expect(version: Option<i64>, now: i64) -> Result<(), Error> {
    match version {
        Some(version) if version != now => Err(Error::OtherVersion { now }),
        _ => Ok(()),
    }
}

fn problems_text(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{}: {}", problem.place(), problem.message))
        .collect::<Vec<_>>()
        .join("\n")
}

fn slot_prefix(slot: Option<&str>) -> String {
    slot.map_or_else(String::new, |slot| format!("bindings.{slot}: "))
}

impl Again for Error {
    fn stored(&self) -> Option<&store::Error> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }

    fn busy() -> Self {
        Self::Busy
    }
}

impl From<ContractError> for Error {
    fn from(error: ContractError) -> Self {
        match error {
            ContractError::NotFound => Self::NotFound { what: "contract" },
            ContractError::Store(error) => Self::Store(error),
            other => Self::Contract(other),
        }
    }
}
