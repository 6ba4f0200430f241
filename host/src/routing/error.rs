//! What can go wrong in a use-case. Texts for people are made at the edge.

use crate::domain::lifecycle::State;
use crate::host::again::Again;
use crate::host::{ContractError, Overloaded, Problem};
use crate::store;

/// Why a command of the routing could not be carried out. A policy that fails
/// is none of these: its lead goes to the manual queue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    #[error("{}", problems_text(.0))]
    Invalid(Vec<Problem>),
    #[error("the lead is {}, which does not allow to {wanted} it", state.as_str())]
    WrongState { state: State, wanted: &'static str },
    #[error("the lead is held by another partner")]
    Taken,
    #[error("the lead is not offered to this partner")]
    NotOffered,
    /// A claim that was taken back, or an offer that was never claimed.
    #[error("nobody holds the lead; claim it first, if it is still offered")]
    NotHeld,
    #[error("the contract's escalation policy refuses the claim")]
    Refused(Vec<Refusal>),
    #[error("the policy that has to decide this could not: {code}")]
    Policy { code: &'static str, detail: String },
    /// The sandboxes have no room; nothing was written.
    #[error("{0}")]
    Overloaded(#[from] Overloaded),
    /// Somebody has changed it since the caller has looked.
    #[error("it is version {now} now, not the one that the change was made for")]
    OtherVersion { now: i64 },
    #[error("others kept changing the same rows; nothing was written")]
    Busy,
    #[error(transparent)]
    Contract(ContractError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why a claim was refused and what would unlock it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// feedback, capacity, wait, never.
    pub code: String,
    pub attributes: crate::policy::question::Attributes,
}

impl Error {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::Invalid(_) => "invalid",
            Self::WrongState { .. } => "lead.wrong-state",
            Self::Taken => "lead.taken",
            Self::NotOffered => "lead.not-offered",
            Self::NotHeld => "lead.not-held",
            Self::Refused(_) => "claim.refused",
            Self::Policy { code, .. } => code,
            Self::Overloaded(_) => Overloaded::code(),
            Self::OtherVersion { .. } => "version.other",
            Self::Busy => "busy",
            Self::Contract(_) => "contract.unusable",
            Self::Store(error) => error.code(),
        }
    }

    /// A single invalid field.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(pointer, message)])
    }
}

fn problems_text(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{}: {}", problem.pointer, problem.message))
        .collect::<Vec<_>>()
        .join("; ")
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
