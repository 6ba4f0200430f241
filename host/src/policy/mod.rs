//! Policies: the plugins that decide, what they are asked, and what is in force.
//!
//! Architecture invariant: nothing outside [`engine`] knows Wasmtime, and
//! nothing here knows the store. Use-cases load what a question needs, ask, and
//! commit the answer with its receipt.

pub mod canonical;
pub mod codes;
pub mod differ;
pub mod engine;
pub mod error;
pub mod free_text;
pub mod golden;
pub mod kind;
pub mod limits;
pub mod manifest;
pub mod question;
pub mod reason;
pub mod receipt;
mod schema;
pub mod shipped;
pub mod view;
pub mod why;

pub use engine::{Asked, Bound, CallOptions, Engine, EngineSettings, HeldSlot, Place, Plugin};
pub use error::{Code, PolicyError, Problem};
pub use kind::{Function, Kind};
pub use limits::Limits;
pub use manifest::Manifest;
pub use receipt::{Decided, Decision, Failed, Outcome, Receipt};
