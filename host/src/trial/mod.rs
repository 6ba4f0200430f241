//! Looks back: reads what was decided, and asks again.

pub mod recorded;
