//! Why an import ends before its file does.

use std::io;

use super::mapping::MappingProblems;
use super::read::ReadError;
use crate::contracts;
use crate::host::{ContractError, Overloaded};
use crate::routing;
use crate::store;

/// What was imported before stays; running the import again goes on after it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    Mapping(#[from] MappingProblems),
    #[error("{0}")]
    File(#[from] ReadError),
    #[error("the rejects cannot be written: {0}")]
    Rejects(io::Error),
    #[error(transparent)]
    Contract(ContractError),
    #[error("others kept changing the same rows; run the import again, it goes on from here")]
    Busy,
    /// The sandboxes have no room.
    #[error("{0}; run the import again, it goes on from here")]
    Overloaded(Overloaded),
    #[error("a row could not be decided: {0}")]
    Fault(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<io::Error> for ImportError {
    fn from(error: io::Error) -> Self {
        Self::File(error.into())
    }
}

impl From<ContractError> for ImportError {
    fn from(error: ContractError) -> Self {
        match error {
            ContractError::Store(error) => Self::Store(error),
            other => Self::Contract(other),
        }
    }
}

impl From<contracts::Error> for ImportError {
    fn from(error: contracts::Error) -> Self {
        match error {
            contracts::Error::Store(error) => Self::Store(error),
            contracts::Error::Contract(error) => Self::Contract(error),
            contracts::Error::Busy => Self::Busy,
            other => Self::Fault(other.to_string()),
        }
    }
}

/// Of an error that no single row is to blame for.
impl From<routing::Error> for ImportError {
    fn from(error: routing::Error) -> Self {
        match error {
            routing::Error::Store(error) => Self::Store(error),
            routing::Error::Contract(error) => Self::Contract(error),
            routing::Error::Busy => Self::Busy,
            routing::Error::Overloaded(error) => Self::Overloaded(error),
            other => Self::Fault(other.to_string()),
        }
    }
}
