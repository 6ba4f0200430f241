//! What becomes of a slot's generations, step by step.

pub mod create;
pub mod list;
pub mod view;
