//! The database: SQL, migrations, the two engines, one writer per host.
//!
//! Architecture invariants: nothing else writes SQL; every statement is the same
//! text on SQLite and PostgreSQL, but for how a transaction begins, how due deadlines
//! are leased, and that hosts on PostgreSQL tell each other of changes; everything that changes a tenant's data goes through
//! [`Store::commit`].

mod access;
mod audit;
pub mod backup;
mod binding;
mod candidate;
pub mod changes;
mod connections;
mod contract;
mod counted;
mod deadline;
mod deal;
mod decision;
mod dispute;
mod duplicate;
mod erasure;
mod error;
mod event;
mod failure;
mod file;
mod heard;
mod host;
mod imports;
mod lane;
mod lead;
mod lead_key;
mod ledger;
mod lock;
mod manufacturer;
mod measure;
mod migrate;
mod observed;
mod offer;
mod outage;
mod packed;
mod paid;
mod partner;
mod period;
mod plan_trial;
mod plugin;
mod pool;
mod seal;
mod sql;
mod statistics;
#[cfg(test)]
mod tests;
mod walk;
mod writer;

pub use deal::{DealFilter, RegisteredDeal};
pub use decision::Decided;
pub use dispute::DisputeFilter;
pub use duplicate::{KeyUse, KeyUses, UsingLead};
pub use error::Error;
pub use heard::Heard;
pub use lane::PayingContract;
pub use lead::LeadFilter;
pub use ledger::{Balance, BookedTotal, LedgerFilter};
pub use lock::Holder;
pub use measure::MeasureFilter;
pub use observed::{Feed, Manual, Usage, Watched};
pub use offer::ClaimCounts;
pub use outage::{Outage, Trouble};
pub use paid::{PaidForLead, PaidInPeriod};
pub use pool::{Store, StoreLimits, StoreSettings};
pub use seal::{Chain, PublicKey, SealedBatch};
pub use walk::{Placed, Row};
pub use writer::Committed;
