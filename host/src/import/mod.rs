//! Files of others become leads, partners, outcomes, measures and places.

mod field;
mod mapping;
mod read;
mod value;
