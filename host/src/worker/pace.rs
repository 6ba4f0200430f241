//! How long a loop of the worker rests between two looks: longer and longer
//! while what it needs is out of order.

use std::time::Duration;

/// However long an outage lasts, its end is noticed within this time.
const PAUSE_MAX: Duration = Duration::from_secs(10);

pub(super) struct Pace {
    poll: Duration,
    /// Looks that have failed one after the other.
    failures: u32,
}

impl Pace {
    pub(super) fn new(poll: Duration) -> Self {
        Self { poll, failures: 0 }
    }

    /// After a look that did not fail.
    pub(super) fn rest(&mut self) -> Duration {
        self.failures = 0;
        self.poll
    }

    /// After one that failed.
    pub(super) fn back_off(&mut self) -> Duration {
        let longer = self.poll.saturating_mul(1 << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        longer.clamp(self.poll, PAUSE_MAX.max(self.poll))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_are_short_again_at_once() {
        let mut pace = Pace::new(Duration::from_millis(500));
        let pauses: Vec<u128> = (0..8).map(|_| pace.back_off().as_millis()).collect();
        assert_eq!(
            pauses,
            [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]
        );
        assert_eq!(pace.rest().as_millis(), 500);
        assert_eq!(pace.back_off().as_millis(), 500);
        let mut slow = Pace::new(Duration::from_secs(60));
        assert_eq!(slow.back_off().as_secs(), 60);
    }
}
