//! Secrets are made and hashed, and partner trees walked, in one place for all
//! ways in.

use crate::domain::digest::{hexadecimal, sha256};
use crate::domain::ids::{ManufacturerId, PartnerId};
use crate::store::{self, Store};

const SECRET_BYTES: usize = 32;

/// This machine gives no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("this machine gives no random numbers: {0}")]
pub struct NoRandom(getrandom::Error);

/// A new token's secret.
pub fn secret() -> Result<String, NoRandom> {
    let mut random = [0; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(NoRandom)?;
    Ok(format!("stw_{}", hexadecimal(&random)))
}

/// What is kept of a secret.
pub fn hash(secret: &str) -> String {
    sha256(secret.as_bytes())
}

/// A partner and all below it in the tree.
pub async fn with_those_below(
    store: &Store,
    manufacturer: &ManufacturerId,
    partner: &PartnerId,
) -> Result<Vec<PartnerId>, store::Error> {
    let all = store.partners(manufacturer).await?;
    let mut found = vec![partner.clone()];
    let mut next = 0;
    while let Some(above) = found.get(next).cloned() {
        next += 1;
        for below in &all {
            // A tree has no cycles; one that was written by hand ends here too.
            if below.parent.as_ref() == Some(&above) && !found.contains(&below.id) {
                found.push(below.id.clone());
            }
        }
    }
    Ok(found)
}
