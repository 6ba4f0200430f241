//! A turn of the lane: its components are asked one after the other on one thread, in a
//! slot that is held, and for a bounded time, because others want slots too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::Error;
use super::lane::Lane;
use crate::policy::HeldSlot;

/// The slot that the lane holds, while it is at its turn.
#[derive(Default)]
pub(super) struct Turn(Mutex<Option<Arc<HeldSlot>>>);

impl Turn {
    /// None between turns.
    pub fn slot(&self) -> Option<Arc<HeldSlot>> {
        self.lock().clone()
    }

    /// Whether it is for others to have the slot.
    pub fn is_over(&self) -> bool {
        self.lock().as_ref().is_none_or(|slot| slot.is_over())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<HeldSlot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane<'_> {
    /// Does work in which components are asked one after the other, in a turn of its own:
    /// the work looks itself whether that is over.
    ///
    /// # Errors
    /// `NotNow` where no slot has become free in time, and what the work says.
    pub async fn in_a_turn<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let slot = self.host.hold_slot(self.force()).await?;
        *self.turn.lock() = Some(Arc::new(slot));
        let worked = on_this_thread(work).await;
        *self.turn.lock() = None;
        worked
    }
}

/// Work that keeps its thread: where others wait for that, they are given another one. What
/// is done beside it in the same task waits, so nothing may be that the work waits for.
async fn on_this_thread<T>(work: impl Future<Output = T>) -> T {
    let runtime = Handle::current();
    match runtime.runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(|| runtime.block_on(work)),
        _ => work.await,
    }
}
