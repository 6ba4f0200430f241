//! Files of others.

pub mod create;
