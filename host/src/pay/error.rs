//! What can go wrong with money. A component that fails is none of these: its
//! event says so, and the next computation asks it again.

use crate::domain::calendar::CalendarError;
use crate::domain::ledger::{Overflow, PeriodRecord};
use crate::domain::time::Micros;
use crate::host::again::Again;
use crate::host::{ContractError, Overloaded, Problem};
use crate::store;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// Another host, or another request of this one, is at the contract's money.
    #[error("the contract's money is being worked on; try again in a moment")]
    Busy,
    #[error("the period {name} ends only at {ends}")]
    NotOver { name: String, ends: Micros },
    #[error("the period {name} may be closed from {until} on, when its time of grace is over")]
    InGrace { name: String, until: Micros },
    #[error("the period {name} is closed already, since {at}, by {by}")]
    AlreadyClosed {
        name: String,
        at: Micros,
        by: String,
    },
    #[error("the period {name} is not closed: closing it computes it anew")]
    Open { name: String },
    #[error("the period {first} has to be closed before {name}")]
    NotNext { name: String, first: String },
    #[error("fields are not valid")]
    Invalid(Vec<Problem>),
    #[error("the posting {posting} is disputed already, and not answered yet")]
    Disputed { posting: String },
    #[error("the dispute is answered already")]
    Answered,
    /// Asked again it may succeed.
    #[error("a component could not be asked: {code}: {detail}")]
    NotNow { code: &'static str, detail: String },
    #[error("the component {component} could not settle the period: {code}: {detail}")]
    NotSettled {
        component: String,
        code: &'static str,
        detail: String,
    },
    #[error(transparent)]
    Overflow(#[from] Overflow),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Contract(ContractError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::Busy => "busy",
            Self::NotOver { .. } => "period.not-over",
            Self::InGrace { .. } => "period.in-grace",
            Self::AlreadyClosed { .. } => "period.closed",
            Self::Open { .. } => "period.open",
            Self::NotNext { .. } => "period.not-next",
            Self::Invalid(_) => "invalid",
            Self::Disputed { .. } => "dispute.open",
            Self::Answered => "dispute.answered",
            Self::NotNow { code, .. } | Self::NotSettled { code, .. } => code,
            Self::Overflow(_) => "money.overflow",
            Self::Calendar(_) => "calendar.beyond",
            Self::Contract(_) => "contract.unusable",
            Self::Store(error) => error.code(),
        }
    }

    /// Says who was faster, and when.
    pub(super) fn already_closed(period: &PeriodRecord) -> Self {
        Self::AlreadyClosed {
            name: period.name.clone(),
            at: period.closed_at.unwrap_or(period.ends),
            by: match &period.closed_by {
                Some(token) => format!("the token {token}"),
                None => "the host".to_owned(),
            },
        }
    }

    /// Whether the database is to blame, for the time being: no contract can be
    /// paid then.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Store(error) if error.trouble().is_some())
    }
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

impl From<Overloaded> for Error {
    fn from(error: Overloaded) -> Self {
        Self::NotNow {
            code: Overloaded::code(),
            detail: error.to_string(),
        }
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
