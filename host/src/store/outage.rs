//! Why a database takes nothing for the time being: what its errors mean, told
//! by their types and codes, never by their texts.

use std::borrow::Cow;
use std::io;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

/// A page of the log could not be written. The one that makes a commit valid
/// comes last.
const SQLITE_IOERR_WRITE: &str = "778";

/// Something is the matter with the database or with what lies between; it may
/// pass without anybody touching this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// It cannot be reached, or does not let us in.
    Gone,
    /// It has not answered in the time it is given.
    Slow,
    /// Others hold what is needed.
    Locked,
    DiskFull,
    ReadOnly,
    /// The disk cannot be read or written.
    DiskFailing,
}

impl Outage {
    #[cfg(test)]
    const ALL: [Self; 6] = [
        Self::Gone,
        Self::Slow,
        Self::Locked,
        Self::DiskFull,
        Self::ReadOnly,
        Self::DiskFailing,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gone => "store.unavailable",
            Self::Slow => "store.slow",
            Self::Locked => "store.locked",
            Self::DiskFull => "store.full",
            Self::ReadOnly => "store.read-only",
            Self::DiskFailing => "store.io",
        }
    }

    /// What is the matter, in a sentence without its end.
    pub fn title(self) -> &'static str {
        match self {
            Self::Gone => "The database cannot be reached",
            Self::Slow => "The database does not answer in time",
            Self::Locked => "Others hold the database",
            Self::DiskFull => "The disk of the database is full",
            Self::ReadOnly => "The database is read-only",
            Self::DiskFailing => "The disk of the database cannot be used",
        }
    }

    /// What whoever runs the server has to do; it goes on by itself afterwards.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Gone => "start the database, or open the way to it",
            Self::Slow => "look at the database's load, its disk, and the network between",
            Self::Locked => "look for what holds the database's locks for so long",
            Self::DiskFull => "free space where the database lies",
            Self::ReadOnly => "make the database writable again",
            Self::DiskFailing => "look at the disk and the permissions where the database lies",
        }
    }

    pub(super) fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Some(Self::Slow),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Some(Self::Gone),
            sqlx::Error::Database(refused) => of_refusal(&**refused),
            _ => None,
        }
    }
}

/// An outage as it was met.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", outage.title())]
pub struct Trouble {
    pub outage: Outage,
    /// What the database or the machine has said; for those who run the server.
    pub detail: String,
}

impl Trouble {
    /// What an error of the driver says; none where the database is well and
    /// refuses a statement.
    pub(super) fn of(error: &sqlx::Error) -> Option<Self> {
        Some(Self {
            outage: Outage::of(error)?,
            detail: error.to_string(),
        })
    }
}

/// Whether a commit that ended with this outage was certainly not done: the
/// database has said so itself, before what makes a commit valid was on the disk.
pub(super) fn is_undone(error: &sqlx::Error) -> bool {
    let is_write = || {
        let refused = error.as_database_error();
        let code = refused.and_then(|refused| {
            refused.try_downcast_ref::<SqliteError>()?;
            refused.code()
        });
        code.as_deref() == Some(SQLITE_IOERR_WRITE)
    };
    match Outage::of(error) {
        Some(Outage::DiskFull | Outage::ReadOnly | Outage::Locked) => true,
        // Not so where the disk may have kept what it could not confirm.
        Some(Outage::DiskFailing) => is_write(),
        Some(Outage::Gone | Outage::Slow) | None => false,
    }
}

fn of_refusal(refused: &dyn DatabaseError) -> Option<Outage> {
    let code: Cow<'_, str> = refused.code()?;
    if refused.try_downcast_ref::<SqliteError>().is_some() {
        of_sqlite(code.parse().ok()?)
    } else if refused.try_downcast_ref::<PgDatabaseError>().is_some() {
        of_postgres(&code)
    } else {
        None
    }
}

/// The lowest byte of an extended result code of SQLite is its class.
fn of_sqlite(code: u32) -> Option<Outage> {
    match code & 0xff {
        5 | 6 | 15 => Some(Outage::Locked),
        8 => Some(Outage::ReadOnly),
        13 => Some(Outage::DiskFull),
        // A file that cannot be opened.
        14 => Some(Outage::Gone),
        // No memory, or an error of the disk.
        7 | 10 => Some(Outage::DiskFailing),
        _ => None,
    }
}

/// The first two characters of PostgreSQL's codes are their class.
fn of_postgres(code: &str) -> Option<Outage> {
    match code {
        "25006" => return Some(Outage::ReadOnly),
        // A transaction that idled, which ours do only while a message is on its
        // way.
        "25P03" => return Some(Outage::Slow),
        // Deadlocks, serialisation, and locks that were waited for in vain.
        "40001" | "40P01" | "55P03" => return Some(Outage::Locked),
        "53100" => return Some(Outage::DiskFull),
        _ => {}
    }
    match code.get(..2) {
        // Connections, passwords, names, lack of memory or of connections, and a
        // server that stops or starts.
        Some("08" | "28" | "3D" | "53" | "57") => Some(Outage::Gone),
        Some("58") => Some(Outage::DiskFailing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outage_has_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<&str> =
            Outage::ALL.into_iter().map(Outage::code).collect();
        assert_eq!(codes.len(), Outage::ALL.len());
    }

    #[test]
    fn what_sqlite_says_is_told_by_its_class() {
        for (code, outage) in [
            (5, Some(Outage::Locked)),
            (261, Some(Outage::Locked)),
            (8, Some(Outage::ReadOnly)),
            (13, Some(Outage::DiskFull)),
            (778, Some(Outage::DiskFailing)),
            (14, Some(Outage::Gone)),
            // A rule of the schema, a damaged file, and a mistake of ours.
            (2067, None),
            (11, None),
            (1, None),
        ] {
            assert_eq!(of_sqlite(code), outage, "{code}");
        }
    }

    #[test]
    fn what_postgresql_says_is_told_by_its_class() {
        for (code, outage) in [
            ("08006", Some(Outage::Gone)),
            ("57P01", Some(Outage::Gone)),
            ("3D000", Some(Outage::Gone)),
            ("53300", Some(Outage::Gone)),
            ("53100", Some(Outage::DiskFull)),
            ("25006", Some(Outage::ReadOnly)),
            ("40P01", Some(Outage::Locked)),
            ("58030", Some(Outage::DiskFailing)),
            ("23505", None),
            ("42601", None),
            ("XX001", None),
        ] {
            assert_eq!(of_postgres(code), outage, "{code}");
        }
    }
}
