//! The use-cases of a person behind leads: to be found by what tells duplicates, to
//! be told what is kept, and to be forgotten, for good: whoever comes back with a backup is forgotten again.

pub mod erase;
pub mod find;
pub mod known;
pub mod list;
pub mod retention;
pub mod view;

pub use crate::routing::Error;
