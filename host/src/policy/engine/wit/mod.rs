//! One folder per released version of the interface. The newest is written by
//! hand against the host's own types; an older one stays as it is.

pub mod v0_1;
