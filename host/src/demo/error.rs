//! Why the demo could not be played.

use crate::apply::ApplyError;
use crate::domain::calendar::CalendarError;
use crate::host::ContractError;
use crate::policy::canonical::CanonicalError;
use crate::trial::live;
use crate::{pay, proof, routing, store};

/// Anything but `NotEmpty` is a fault of the program or of the machine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database is not empty; the demo moves the clock, so it needs one of its own")]
    NotEmpty,
    #[error("{0}")]
    Contract(String),
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error(transparent)]
    InForce(#[from] ContractError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Routing(#[from] routing::Error),
    #[error(transparent)]
    Pay(#[from] pay::Error),
    #[error("a receipt cannot be read: {0}")]
    Receipt(#[from] CanonicalError),
    #[error(transparent)]
    Proof(#[from] proof::Error),
    #[error(transparent)]
    Trial(#[from] live::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}
