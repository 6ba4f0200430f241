//! The database: SQL, migrations, the two engines, one writer per host.

pub mod changes;
