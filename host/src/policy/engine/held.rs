//! A slot that is held for many short calls in a row: they run on the thread of whoever
//! holds it. To hand each of them to another thread and back costs more than they do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Engine;
use super::bind::Bound;
use super::call::{OVERLOADED, count};
use super::interface::Asked;
use super::pool::Turn;
use crate::metrics;
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::Limits;
use crate::policy::question::Context;
use crate::policy::receipt::Decision;

/// How long a slot should be held at most, so that others come to their turn.
const HELD_MAX: Duration = Duration::from_millis(20);

/// A slot of the pool, until this is dropped. A call is made where its holder is, which
/// must not be a thread that somebody else waits for.
pub struct HeldSlot {
    since: Instant,
    /// The pool's thread waits for its end.
    _end: mpsc::Sender<()>,
}

impl HeldSlot {
    /// Whether it is time to give it back.
    pub fn is_over(&self) -> bool {
        self.since.elapsed() >= HELD_MAX
    }
}

impl Engine {
    /// Waits a bounded time for a slot, as a call does.
    ///
    /// # Errors
    /// `host.overloaded` where none has become free.
    pub async fn hold(&self, manufacturer: &Arc<str>) -> Result<HeldSlot, PolicyError> {
        let (give, given) = oneshot::channel();
        let submitted = Instant::now();
        let work = move |turn: Turn| {
            metrics::calls::waited(submitted.elapsed());
            if turn == Turn::Overloaded {
                return;
            }
            let (end, ended) = mpsc::channel();
            let held = HeldSlot {
                since: Instant::now(),
                _end: end,
            };
            if give.send(held).is_ok() {
                // Nothing is ever said there.
                let _ = ended.recv();
            }
        };
        self.inner.pool.submit(manufacturer, Box::new(work));
        given
            .await
            .map_err(|_| PolicyError::new(Code::HostOverloaded, OVERLOADED))
    }
}

impl Bound {
    /// Asks on this thread, in the slot that is held.
    pub fn ask_held<I: Asked>(
        &self,
        _slot: &HeldSlot,
        limits: Limits,
        context: Context,
        input: I,
    ) -> Decision<I::Answer> {
        let asking = AssertUnwindSafe(|| self.ask_measured(&limits, context, input));
        let Ok((decision, taken)) = catch_unwind(asking) else {
            return self.panicked::<I>(limits);
        };
        count::<I>(&decision, taken);
        decision
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::EngineSettings;

    #[tokio::test]
    async fn a_slot_that_is_held_is_nobody_elses_until_it_is_given_back() {
        let engine = Engine::new(EngineSettings {
            slots: 1,
            waiting_ms_max: 20,
            ..EngineSettings::default()
        });
        let (engine, maker) = (engine.unwrap(), "maker".into());
        let held = engine.hold(&maker).await.unwrap();
        let refused = engine.hold(&maker).await.err().unwrap();
        assert_eq!(refused.code, Code::HostOverloaded);
        // Who has nothing under way does not wait for another.
        assert!(engine.hold(&"other".into()).await.is_ok());
        drop(held);
        let again = engine.hold(&maker).await.unwrap();
        assert!(!again.is_over());
    }
}
