//! Files of others become leads, partners, outcomes, measures and places.

mod read;
