//! Back to what was in force before.

pub mod create;
