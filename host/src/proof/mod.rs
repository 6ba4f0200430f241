//! Proves what was decided: a recorded decision is asked again, and compared bit for
//! bit with what was recorded; and explains it.

pub mod explain;
pub mod explained;
mod makers;
pub mod otherwise;
pub mod replay;
mod sample;
mod verdict;

pub use sample::Sampler;
pub use verdict::{Part, Verdict};
