//! A whole contract as one document.

pub mod create;
