//! Tries other rules, and looks back.
//!
//! - A trial is the same contract by other rules, played over history in a store of its
//!   own: `setup` reads its folder, `joins` says which names its files do not share,
//!   `variant` lays a plan over the contract, `play` works history by it, `lacking` says
//!   what history does not tell, `ledger` adds up what was paid and keeps it lead by lead
//!   and posting by posting in files of `lines`, `compare` puts plans side by side, `results` and `report` write that down.
//!   `live` makes a folder of a contract that is in use, and of what has happened under it;
//!   `served` has hosts run such trials beside the live system.
//! - `routing`: what a variant's rules of routing would have decided about each lead.
//! - What people would do by other rules: `assumptions` says what is assumed, `estimate`
//!   what history tells of that, `sandboxed` asks a plan's components about what might be, and `behaviour` plays and probes plans.
//! - `candidate` and `summary`: what candidates have answered beside what is in force.

pub mod assumptions;
pub mod behaviour;
pub mod candidate;
pub mod compare;
pub mod estimate;
pub mod joins;
pub mod lacking;
pub mod ledger;
pub mod lines;
pub mod live;
pub mod play;
pub mod report;
pub mod results;
pub mod routing;
pub mod sandboxed;
pub mod served;
pub mod setup;
pub mod summary;
pub mod variant;
