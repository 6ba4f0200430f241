//! So many at once, and a bounded time for those who wait.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub struct Gate {
    free: Mutex<usize>,
    changed: Condvar,
}

/// A place that is held, until this is dropped.
pub struct Passed(Arc<Gate>);

impl Gate {
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            free: Mutex::new(places),
            changed: Condvar::new(),
        })
    }

    /// Waits for a place; none where it takes too long.
    pub fn pass(self: &Arc<Self>, wait_max: Duration) -> Option<Passed> {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), wait_max, |free| *free == 0);
        let (mut free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1)?;
        Some(Passed(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Passed {
    fn drop(&mut self) {
        *self.0.lock() += 1;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_when_all_places_are_taken_waits_for_one_and_not_for_ever() {
        let gate = Gate::new(1);
        let held = gate.pass(Duration::ZERO).unwrap();
        assert!(gate.pass(Duration::from_millis(1)).is_none());
        let (other, long) = (gate.clone(), Duration::from_secs(60));
        let waiting = std::thread::spawn(move || other.pass(long).is_some());
        drop(held);
        assert!(waiting.join().unwrap());
        assert!(gate.pass(long).is_some());
    }
}
