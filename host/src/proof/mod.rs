//! Proves what was decided: a recorded decision is asked again, and compared bit for
//! bit with what was recorded; receipts are closed under signed seals, and checked
//! against each other and against what was made of them. And explains it.

pub mod bundle;
pub mod check;
pub mod explain;
pub mod explained;
pub mod finding;
pub mod key;
mod makers;
pub mod otherwise;
pub mod receipt;
pub mod recorded;
pub mod replay;
mod sample;
pub mod seal;
mod verdict;
pub mod verify;

use crate::access::NoRandom;
use crate::policy::canonical::CanonicalError;
use crate::store;

pub use crate::domain::seal::DECISIONS_MAX;
pub use key::{KeyFileError, KeyPlace, SigningKey};
pub use sample::Sampler;
pub use verdict::{Part, Verdict};

/// Why decisions could not be sealed, or proofs not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Decisions are plain values, so this is a fault.
    #[error("a decision cannot be digested: {0}")]
    Canonical(#[from] CanonicalError),
    #[error("form {0} is of a newer version of Stellwerk")]
    Form(i64),
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    #[error("the signing key that the database keeps is none")]
    Key,
    /// Something was taken out of the chain: going on from there would hide it.
    #[error(
        "seal {number} of manufacturer {manufacturer} is missing; nothing more is sealed there. \
         `stellwerk audit verify` says what else is wrong"
    )]
    SealMissing { manufacturer: String, number: i64 },
    #[error(
        "decision number {number} of manufacturer {manufacturer} is missing; nothing more is \
         sealed there. `stellwerk audit verify` says what else is wrong"
    )]
    DecisionMissing { manufacturer: String, number: i64 },
}

impl Error {
    /// Of the closed lists of errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::SealMissing { .. } | Self::DecisionMissing { .. } => "proof.broken",
            Self::Canonical(_) | Self::Form(_) | Self::NoRandom(_) | Self::Key => "host.internal",
        }
    }
}
