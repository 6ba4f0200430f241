//! Digests as the project writes them.

use sha2::{Digest, Sha256};

/// SHA-256, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A SHA-256 as bytes.
pub type Hash = [u8; 32];

/// SHA-256 of some pieces, one after the other, as bytes.
pub fn sha256_of(pieces: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    for piece in pieces {
        digest.update(piece);
    }
    digest.finalize().into()
}

/// SHA-256 of what comes piece by piece.
#[derive(Default)]
pub struct Pieces(Sha256);

impl Pieces {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Hexadecimal.
    pub fn digest(self) -> String {
        hex::encode(self.0.finalize())
    }
}
