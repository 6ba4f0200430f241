//! Deciding outside the transaction means that somebody may have been faster.
//! Then the command is decided again on what is there now.

use std::future::Future;

use super::Error;
use crate::store;

/// A command that stays stale this often gives up: something is wrong, or the
/// rows are fought over harder than any partner would.
const TRIES_MAX: u32 = 8;

/// Runs `decide` until its commit is not stale.
pub(super) async fn on_stale<T, F, Fut>(mut decide: F) -> Result<T, Error>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    for _ in 0..TRIES_MAX {
        match decide().await {
            Err(Error::Store(store::Error::Stale { .. })) => {}
            other => return other,
        }
    }
    Err(Error::Busy)
}
