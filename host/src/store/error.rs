//! What can go wrong with the database.

use std::io;
use std::path::{Path, PathBuf};

use super::changes::Guard;
use super::lock::Holder;
use super::outage::{Outage, Trouble, is_undone};

/// Closed; told apart by type, never by text.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the decision rested on has changed meanwhile: decide again.
    #[error("what the decision rested on has changed meanwhile ({guard:?})")]
    Stale { guard: Guard },
    /// A rule of the schema does not allow the rows.
    #[error("the rows contradict what is stored ({kind})")]
    Conflict { kind: &'static str },
    /// The database takes nothing for the time being. Nothing was written.
    #[error("{0}")]
    Unavailable(Trouble),
    /// The database has not said whether it has done a commit: it may be there.
    #[error("whether a commit was done is not known: {0}")]
    Unknown(Trouble),
    /// Too many commands wait for the writer.
    #[error("too many commands wait to be committed")]
    Overloaded,
    #[error("the data in {} is held by {holder}", folder.display())]
    Held { folder: PathBuf, holder: Holder },
    #[error("the data folder {} cannot be used: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("the data was written by a newer version of Stellwerk (migration {0})")]
    Newer(i64),
    #[error("the data was written by an older version of Stellwerk (migration {0})")]
    Older(i64),
    #[error("the stored column {column} holds {found}, which this version cannot read")]
    Corrupt { column: String, found: String },
    /// There was no memory for it.
    #[error("a value cannot be packed: {0}")]
    Packing(io::Error),
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
            Self::Unavailable(trouble) => trouble.outage.code(),
            Self::Unknown(_) => "store.unknown",
            Self::Overloaded => "host.overloaded",
            Self::Held { .. } => "store.held",
            Self::Folder { .. } => "store.folder",
            Self::Newer(_) => "store.newer",
            Self::Older(_) => "store.older",
            Self::Corrupt { .. } => "store.corrupt",
            Self::Packing(_) => "host.internal",
            Self::Database(_) => "store.refused",
            Self::Migration(_) => "store.migration",
        }
    }

    /// What passes without anybody touching this server.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Unavailable(trouble) | Self::Unknown(trouble) => Some(trouble),
            _ => None,
        }
    }

    /// Of a COMMIT that was sent and not confirmed.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        match Trouble::of(&error) {
            Some(trouble) if is_undone(&error) => Self::Unavailable(trouble),
            Some(trouble) => Self::Unknown(trouble),
            None => error.into(),
        }
    }

    pub(super) fn gone(detail: &str) -> Self {
        Self::Unavailable(Trouble {
            outage: Outage::Gone,
            detail: detail.to_owned(),
        })
    }

    pub(super) fn locked(detail: &str) -> Self {
        Self::Unavailable(Trouble {
            outage: Outage::Locked,
            detail: detail.to_owned(),
        })
    }

    pub(super) fn folder(folder: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Folder {
            folder: folder.to_owned(),
            source,
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
        if let Some(trouble) = Trouble::of(&error) {
            return Self::Unavailable(trouble);
        }
        match error {
            sqlx::Error::Database(refused) => match refused.kind() {
                ErrorKind::UniqueViolation => Self::Conflict { kind: "unique" },
                ErrorKind::ForeignKeyViolation => Self::Conflict { kind: "reference" },
                ErrorKind::NotNullViolation => Self::Conflict { kind: "missing" },
                ErrorKind::CheckViolation => Self::Conflict { kind: "range" },
                _ => Self::Database(sqlx::Error::Database(refused)),
            },
            other => Self::Database(other),
        }
    }
}
