//! The key of a lead: what policies are told in a person's own words is kept under it.
//! Whoever is forgotten, is forgotten with it.

use std::fmt;

use super::ids::{LeadId, ManufacturerId};

/// A key of ChaCha20-Poly1305 (RFC 8439).
pub const SECRET_BYTES: usize = 32;

/// One lead's.
#[derive(Clone, PartialEq, Eq)]
pub struct LeadKey {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub secret: [u8; SECRET_BYTES],
}

impl fmt::Debug for LeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeadKey({})", self.lead)
    }
}
