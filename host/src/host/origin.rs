//! Whose request a command is, and what to keep of its answer.

use crate::domain::ids::TokenId;
use crate::domain::time::Micros;
use crate::store::changes::{Changes, Guard, KeptAnswer};

/// Where a command comes from.
#[derive(Debug)]
pub struct Origin<T> {
    /// None for the host itself.
    pub actor: Option<TokenId>,
    /// Set where the request carried an Idempotency-Key.
    pub keep: Option<Keep<T>>,
}

/// How the answer is kept, in the same commit as what it answers for.
#[derive(Debug)]
pub struct Keep<T> {
    pub actor: String,
    pub key: String,
    /// SHA-256 of method, path and body, hexadecimal.
    pub request_digest: String,
    /// The answer as it is sent: status and body.
    pub render: fn(&T) -> (u16, Vec<u8>),
}

impl<T> Origin<T> {
    /// The host's own doing.
    pub fn host() -> Self {
        Self {
            actor: None,
            keep: None,
        }
    }

    /// Adds the kept answer, if one is asked for, to what is committed.
    pub fn keep_answer(&self, outcome: &T, now: Micros, changes: &mut Changes) {
        let Some(keep) = &self.keep else { return };
        let (status, body) = (keep.render)(outcome);
        changes.guards.push(Guard::NewAnswer {
            actor: keep.actor.clone(),
            key: keep.key.clone(),
        });
        changes.answer = Some(KeptAnswer {
            actor: keep.actor.clone(),
            key: keep.key.clone(),
            request_digest: keep.request_digest.clone(),
            status,
            body,
            at: now,
        });
    }
}
