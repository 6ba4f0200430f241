//! Deciding outside the transaction means that somebody may have been faster.
//! Then the command is decided again on what is there now.

use std::future::Future;

use crate::store;
use crate::store::changes::Guard;

/// A command that stays stale this often gives up: something is wrong, or the
/// rows are fought over harder than any partner would.
const TRIES_MAX: u32 = 8;

/// An error of a use-case, as far as trying again is concerned.
pub trait Again: From<store::Error> {
    /// What the database said, where that is what went wrong.
    fn stored(&self) -> Option<&store::Error>;

    /// Others kept changing the same.
    fn busy() -> Self;

    /// What has changed since the command was decided.
    fn stale(&self) -> Option<&Guard> {
        match self.stored() {
            Some(store::Error::Stale { guard }) => Some(guard),
            _ => None,
        }
    }

    /// Whether the database is to blame, for the time being.
    fn is_outage(&self) -> bool {
        self.stored().is_some_and(|error| error.trouble().is_some())
    }

    /// Whether the same request has been answered meanwhile.
    fn is_answered(&self) -> bool {
        matches!(self.stale(), Some(Guard::NewAnswer { .. }))
    }
}

/// Runs `decide` until its commit is not stale. A request that its twin has
/// overtaken is not decided again: the twin's answer counts.
pub async fn on_stale<T, E, F, Fut>(mut decide: F) -> Result<T, E>
where
    E: Again,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    for _ in 0..TRIES_MAX {
        match decide().await {
            Err(error) if error.stale().is_some() && !error.is_answered() => {}
            other => return other,
        }
    }
    Err(E::busy())
}
