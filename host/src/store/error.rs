//! What can go wrong with the database.

use std::path::PathBuf;

use super::changes::Guard;
use super::lock::Holder;

/// Closed; told apart by type, never by text.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the decision rested on has changed meanwhile: decide again.
    #[error("what the decision rested on has changed meanwhile ({guard:?})")]
    Stale { guard: Guard },
    /// A rule of the schema does not allow the rows.
    #[error("the rows contradict what is stored ({kind})")]
    Conflict { kind: &'static str },
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// Too many commands wait for the writer.
    #[error("too many commands wait to be committed")]
    Overloaded,
    #[error("the data in {} is held by {holder}", folder.display())]
    Held { folder: PathBuf, holder: Holder },
    #[error(
        "the data was written by a newer version of Stellwerk (migration {0}); start that version or a newer one"
    )]
    Newer(i64),
    #[error("the stored column {column} holds {found}, which this version cannot read")]
    Corrupt { column: String, found: String },
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the database refused a statement: {0}")]
    Database(sqlx::Error),
    #[error("the migration failed: {0}")]
    Migration(String),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } => "store.stale",
            Self::Conflict { .. } => "store.conflict",
            Self::Unavailable(_) => "store.unavailable",
            Self::Overloaded => "host.overloaded",
            Self::Held { .. } => "store.held",
            Self::Newer(_) => "store.newer",
            Self::Corrupt { .. } => "store.corrupt",
            Self::Io(_) => "store.io",
            Self::Database(_) => "store.refused",
            Self::Migration(_) => "store.migration",
        }
    }

    pub(super) fn corrupt(column: &str, found: &str) -> Self {
        Self::Corrupt {
            column: column.to_owned(),
            found: found.to_owned(),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        match error {
            sqlx::Error::Database(refused) => match refused.kind() {
                ErrorKind::UniqueViolation => Self::Conflict { kind: "unique" },
                ErrorKind::ForeignKeyViolation => Self::Conflict { kind: "reference" },
                ErrorKind::NotNullViolation => Self::Conflict { kind: "missing" },
                ErrorKind::CheckViolation => Self::Conflict { kind: "range" },
                _ => Self::Database(sqlx::Error::Database(refused)),
            },
            sqlx::Error::Io(error) => Self::Unavailable(error.to_string()),
            error @ (sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_)) => Self::Unavailable(error.to_string()),
            other => Self::Database(other),
        }
    }
}
