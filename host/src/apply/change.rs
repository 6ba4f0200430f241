//! What a file would change, in lines that people read.

use std::fmt;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Create {
        what: String,
    },
    Alter {
        what: String,
        from: String,
        to: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { what } => write!(f, "+ {what}"),
            Self::Alter { what, from, to } => write!(f, "~ {what}: {from} -> {to}"),
        }
    }
}
