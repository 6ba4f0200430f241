//! Secrets are made and hashed in one place for all ways in.

use crate::domain::digest::sha256;

const SECRET_BYTES: usize = 32;

/// This machine gives no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("this machine gives no random numbers: {0}")]
pub struct NoRandom(getrandom::Error);

/// A new token's secret.
pub fn secret() -> Result<String, NoRandom> {
    Ok(format!("stw_{}", hex::encode(random()?)))
}

/// Bytes that nobody can guess.
pub fn random() -> Result<[u8; SECRET_BYTES], NoRandom> {
    let mut random = [0; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(NoRandom)?;
    Ok(random)
}

/// What is kept of a secret.
pub fn hash(secret: &str) -> String {
    sha256(secret.as_bytes())
}
