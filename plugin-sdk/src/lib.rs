//! What an author needs to write a Stellwerk policy in Rust.
//!
//! A policy is a type that implements one kind's trait, with a typed
//! configuration. The same code compiles natively, for tests and debuggers, and
//! to WebAssembly, for the host:
//!
//! ```
//! use stellwerk_plugin_sdk::prelude::*;
//!
//! /// Who is nearest gets the lead.
//! struct Nearest {
//!     distance: Word,
//!     take: u32,
//! }
//!
//! /// How many partners are asked at once.
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! #[serde(deny_unknown_fields, default)]
//! struct Config {
//!     /// The first so many by distance.
//!     take: u32,
//! }
//!
//! impl Default for Config {
//!     fn default() -> Self {
//!         Self { take: 3 }
//!     }
//! }
//!
//! impl Policy for Nearest {
//!     type Config = Config;
//!
//!     fn manifest() -> Manifest {
//!         Manifest::new("matching-nearest", "0.1.0", "Offers to the nearest partners.")
//!             .reason("no-place", "Its place is not known.", "Der Ort ist nicht bekannt.")
//!     }
//!
//!     fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
//!         Ok(Self {
//!             distance: Word::of("distance-km"),
//!             take: config.take,
//!         })
//!     }
//! }
//!
//! impl Matching for Nearest {
//!     fn rank(&self, _context: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
//!         let candidates = &input.candidates;
//!         let distance = candidates.numbers(self.distance);
//!         let mut ranking = Ranking::of(candidates);
//!         let mut near: Vec<usize> = Vec::new();
//!         for row in 0..candidates.len() {
//!             match distance.get(row) {
//!                 Some(_) => near.push(row),
//!                 None => ranking.exclude(row, "no-place"),
//!             }
//!         }
//!         near.sort_by(|a, b| {
//!             let key = |row: usize| (distance.get(row), candidates.key(row));
//!             key(*a).partial_cmp(&key(*b)).unwrap()
//!         });
//!         near.truncate(self.take as usize);
//!         ranking.offer(near);
//!         Ok(ranking)
//!     }
//! }
//!
//! stellwerk_plugin_sdk::export!(matching: Nearest);
//!
//! // In a test of the plugin:
//! let input: RankInput = stellwerk_plugin_sdk::testing::input(
//!     r#"{ "candidates": { "keys": [7, 9, 12], "columns": {
//!         "distance-km": { "numbers": [80.5, 3.2, null] } } } }"#,
//! );
//! let policy: Nearest = stellwerk_plugin_sdk::testing::default();
//! let ranking = policy.rank(&Context::default(), &input).unwrap();
//! assert_eq!(ranking.groups(), [[1, 0]]);
//! assert_eq!(ranking.excluded_by(2), Some(Word::of("no-place")));
//! ```
//!
//! Names cross the sandbox's border as numbers. Authors do not see that: they
//! write [`Word::of`] in `configure`, keep the word, and compare words.

// A guest is built with one kind, and leaves those of the others unused.
#![cfg_attr(target_arch = "wasm32", allow(dead_code))]

#[cfg(target_arch = "wasm32")]
mod allocator;
mod attributes;
pub mod compensation;
mod error;
pub mod escalation;
mod export;
pub mod log;
mod manifest;
pub mod matching;
pub mod math;
mod money;
mod open_case;
mod panic;
mod parties;
mod policy;
pub mod qualification;
mod reason;
mod span;
mod table;
mod terms;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod time;
mod value;
#[doc(hidden)]
pub mod wire;
mod word;

pub use attributes::Attributes;
pub use error::{PolicyError, Problem};
pub use manifest::{Account, AttributeUse, Manifest, Resets, Unit};
pub use money::{Money, split};
pub use parties::{Assessed, Coordinate, Lead, Partner, PastEvent, Temperature};
pub use policy::Policy;
pub use reason::Reason;
pub use span::{Leg, Span};
pub use table::{Column, Flags, Integers, Numbers, Sets, Table, Texts};
pub use terms::{Periods, Product, ServiceLevel, Terms, ValueBand};
pub use time::{Age, Context, Date, Instant};
pub use value::Value;
pub use word::Word;

/// Everything that a policy usually names.
pub mod prelude {
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};

    pub use crate::compensation::{AwardInput, SettleInput};
    pub use crate::compensation::{
        Compensation, Earnings, Holder, Notice, Posting, Settlement, WakeUp,
    };
    pub use crate::escalation::{
        Action, Admission, AdmitInput, EscalateInput, Escalation, EscalationAnswer, Refusal,
    };
    pub use crate::matching::{Matching, RankInput, Ranking};
    pub use crate::qualification::{AssessInput, Assessment, FieldState, Outcome, Qualification};
    pub use crate::{
        Account, Age, Assessed, AttributeUse, Attributes, Context, Coordinate, Date, Instant, Lead,
        Manifest, Money, Partner, PastEvent, Policy, PolicyError, Problem, Reason, Resets, Span,
        Table, Temperature, Terms, Unit, Value, Word, split,
    };
}
