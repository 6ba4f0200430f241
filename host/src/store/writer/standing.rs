//! Whether the database takes commits: what the last one came to.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::store::Error;
use crate::store::outage::Trouble;

/// Well, until a commit meets an outage; again, when one is done.
#[derive(Debug, Default)]
pub(super) struct Standing(Mutex<Option<(Trouble, Instant)>>);

impl Standing {
    /// The trouble there is.
    pub(super) fn ask(&self) -> Result<(), Error> {
        let trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*trouble {
            Some((trouble, _)) => Err(Error::Unavailable(trouble.clone())),
            None => Ok(()),
        }
    }

    /// A commit came to this error, or to none. One line of the log says when an
    /// outage begins, or becomes another one, and one when it has ended.
    pub(super) fn note(&self, error: Option<&Error>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (error.and_then(Error::trouble), &*known) {
            (Some(trouble), Some((before, since))) => {
                if trouble.outage != before.outage {
                    say(trouble);
                }
                *known = Some((trouble.clone(), *since));
            }
            (Some(trouble), None) => {
                say(trouble);
                *known = Some((trouble.clone(), Instant::now()));
            }
            (None, Some((before, since))) => {
                tracing::info!(
                    code = before.outage.code(),
                    seconds = since.elapsed().as_secs(),
                    "the database takes commits again"
                );
                *known = None;
            }
            (None, None) => {}
        }
    }
}

fn say(trouble: &Trouble) {
    tracing::error!(
        code = trouble.outage.code(),
        "the database takes no commits: {trouble}; {}, and this server goes on by itself",
        trouble.outage.next_step()
    );
}
