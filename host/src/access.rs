//! Tokens are made and checked, and partner trees walked, in one place for all
//! ways in.

use crate::clock::{Clock, Ids};
use crate::domain::access::{Role, Token};
use crate::domain::digest::{hexadecimal, sha256};
use crate::domain::ids::{ManufacturerId, PartnerId, UserId};
use crate::domain::time::Micros;
use crate::store::{self, Store};

const DAY_MICROS: i64 = 86_400_000_000;

/// What a token is for.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub role: Role,
    /// None for an operator's.
    pub manufacturer: Option<ManufacturerId>,
    pub partner: Option<PartnerId>,
    pub user: Option<UserId>,
    pub label: String,
    /// Days until it expires.
    pub days: u32,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("this machine gives no random numbers: {0}")]
    NoRandom(getrandom::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Makes a token. The secret is in the answer and nowhere else.
pub async fn create_token(
    store: &Store,
    clock: &Clock,
    ids: &Ids,
    new: NewToken,
) -> Result<(Token, String), TokenError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(TokenError::NoRandom)?;
    let secret = format!("stw_{}", hexadecimal(&random));
    let now = clock.now();
    let token = Token {
        id: ids.next(now),
        hash: hash(&secret),
        role: new.role,
        manufacturer: new.manufacturer,
        partner: new.partner,
        user: new.user,
        label: new.label,
        created_at: now,
        expires_at: Micros(now.0.saturating_add(i64::from(new.days) * DAY_MICROS)),
        revoked_at: None,
    };
    store.add_token(&token).await?;
    Ok((token, secret))
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
