//! Money with the real components, the real store, and a clock that is moved.

mod candidates;
mod histories;
mod lane;
mod model;
mod recalculation;
mod stories;
mod trials;
mod whole;
pub mod world;
