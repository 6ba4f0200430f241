//! The rules of the field on plain data: no I/O, no clock, no wire formats.

pub mod access;
pub mod attribute;
pub mod contract;
pub mod deadline;
pub mod deal;
pub mod decision;
pub mod happening;
pub mod ids;
pub mod lead;
pub mod lifecycle;
pub mod measure;
pub mod offer;
pub mod partner;
pub mod span;
pub mod temperature;
pub mod time;
