//! Files of others become leads, partners, outcomes, measures and places.
//!
//! A file is read row by row; a mapping says which column feeds which field.
//! Rows become changes through the same use-cases as over the API, many in one
//! command, together with how far the file has been imported: interrupted at any
//! point, the next run goes on where this one was. What cannot be imported is
//! rejected row by row, with the column and the reason.

mod at_once;
mod carried;
mod digest;
mod error;
mod field;
mod kinds;
mod mapping;
mod read;
pub mod rejects;
mod report;
mod run;
mod survey;
#[cfg(test)]
mod tests;
mod value;
mod when;

pub use carried::{Carried, carry};
pub use digest::digest;
pub use error::ImportError;
pub use field::Kind;
pub use mapping::{Mapping, MappingProblem, MappingProblems};
pub use read::ReadError;
pub use rejects::{Reject, RejectFile, RejectList, Rejects};
pub use report::Report;
pub use run::{Import, Mode, run};
pub use survey::Survey;

pub use crate::routing::assumed::{Assumed, AssumedEvent, WHOLE};
