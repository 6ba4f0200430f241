//! The host's time and identifiers: one source each, so that tests and the
//! demo can move the one and repeat the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::domain::seed;
use crate::domain::time::Micros;

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Stands still until it is moved.
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    pub fn simulated(start: Micros) -> Self {
        Self::Simulated(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present instant.
    pub fn now(&self) -> Micros {
        match self {
            Self::System => {
                let since_epoch = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Simulated(micros) => Micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a simulated clock forward to `instant`; never back. The machine's
    /// clock is left alone.
    pub fn advance_to(&self, instant: Micros) {
        if let Self::Simulated(micros) = self {
            micros.fetch_max(instant.0, Ordering::SeqCst);
        }
    }
}

/// What time itself and a clock may differ by from one look to the next; more is
/// no drift.
const STEP_MICROS_MIN: i64 = 2_000_000;

/// Notices when the machine's clock is set. Nothing is done about it: what is due
/// is due by the clock, and what has happened is in the order of the feed.
#[derive(Debug)]
pub struct Steps {
    clock: Clock,
    seen: Option<(Micros, Instant)>,
}

impl Steps {
    pub fn of(clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            seen: None,
        }
    }

    /// By how many microseconds the machine's clock was set since the last look:
    /// forward, or back where the number is negative.
    pub fn look(&mut self) -> Option<i64> {
        match self.clock {
            Clock::System => self.compare(self.clock.now(), Instant::now()),
            Clock::Simulated(_) => None,
        }
    }

    fn compare(&mut self, shown: Micros, at: Instant) -> Option<i64> {
        let (shown_before, before) = self.seen.replace((shown, at))?;
        let passed = i64::try_from(at.duration_since(before).as_micros()).unwrap_or(i64::MAX);
        let step = shown
            .0
            .saturating_sub(shown_before.0.saturating_add(passed));
        (step.abs() >= STEP_MICROS_MIN).then_some(step)
    }
}

/// Makes identifiers: UUIDv7, in the order in which they are made, however
/// many fall into one millisecond.
#[derive(Clone, Debug)]
pub struct Ids {
    /// Milliseconds and a count of 12 bits, of the last identifier.
    last: Arc<AtomicU64>,
    tail: Tail,
}

/// Where an identifier's last 62 bits come from.
#[derive(Clone, Debug)]
enum Tail {
    /// The machine's random source.
    Random,
    /// The same sequence for the same seed.
    Seeded(Arc<AtomicU64>),
}

impl Ids {
    /// Identifiers that nobody can guess.
    pub fn random() -> Self {
        Self {
            last: Arc::default(),
            tail: Tail::Random,
        }
    }

    /// Identifiers that repeat with the seed: for the demo, whose run can be
    /// repeated.
    pub fn seeded(seed: u64) -> Self {
        Self {
            last: Arc::default(),
            tail: Tail::Seeded(Arc::new(AtomicU64::new(seed))),
        }
    }

    /// A new identifier, later in order than those made before.
    pub fn next<T: From<String>>(&self, now: Micros) -> T {
        let (millis, count) = self.count(now);
        let mut random = [0u8; 10];
        match &self.tail {
            // Unique by time, count and the store's key even where the machine
            // has no random source; the store refuses a second one.
            Tail::Random => {
                let _ = getrandom::fill(&mut random[2..]);
            }
            Tail::Seeded(state) => {
                random[2..].copy_from_slice(&split_mix(state).to_be_bytes());
            }
        }
        random[..2].copy_from_slice(&count.to_be_bytes());
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        T::from(Uuid::to_string(&id))
    }

    /// A new identifier that does not tell when it was made: UUIDv4.
    pub fn without_order<T: From<String>>(&self) -> T {
        let mut random = [0u8; 16];
        match &self.tail {
            // Without a random source it would be another's: then it is made of
            // time and count after all.
            Tail::Random if getrandom::fill(&mut random).is_err() => {
                return self.next(Clock::System.now());
            }
            Tail::Random => {}
            Tail::Seeded(state) => {
                random[..8].copy_from_slice(&split_mix(state).to_be_bytes());
                random[8..].copy_from_slice(&split_mix(state).to_be_bytes());
            }
        }
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        T::from(Uuid::to_string(&id))
    }

    /// The millisecond and the count within it; a full or a past millisecond
    /// goes on in the one after the last.
    fn count(&self, now: Micros) -> (u64, u16) {
        let wanted = u64::try_from(now.0 / 1_000).unwrap_or(0) << 12;
        let advance = |last: u64| Some(wanted.max(last + 1));
        let last = self
            .last
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, advance)
            .unwrap_or_default();
        let next = wanted.max(last + 1);
        (next >> 12, (next & 0xfff) as u16)
    }
}

fn split_mix(state: &AtomicU64) -> u64 {
    let before = state.fetch_add(seed::STEP, Ordering::SeqCst);
    seed::mixed(before.wrapping_add(seed::STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_in_the_order_in_which_they_are_made() {
        for ids in [Ids::random(), Ids::seeded(1)] {
            let now = Micros(1_772_445_600_000_000);
            let made: Vec<String> = (0..10_000).map(|_| ids.next(now)).collect();
            assert!(made.is_sorted_by(|a, b| a < b));
            let earlier: String = ids.next(Micros(0));
            assert!(made.last() < Some(&earlier));
        }
    }

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_drifts_is_not() {
        const HOUR: i64 = 3_600_000_000;
        let mut steps = Steps::of(&Clock::System);
        let begin = Instant::now();
        let at = |seconds| begin + std::time::Duration::from_secs(seconds);
        assert_eq!(steps.compare(Micros(0), at(0)), None);
        assert_eq!(steps.compare(Micros(10_100_000), at(10)), None);
        assert_eq!(steps.compare(Micros(11_100_000 + HOUR), at(11)), Some(HOUR));
        assert_eq!(steps.compare(Micros(12_100_000 + HOUR), at(12)), None);
        assert_eq!(steps.compare(Micros(13_100_000), at(13)), Some(-HOUR));
    }

    #[test]
    fn a_simulated_clock_never_goes_back() {
        let clock = Clock::simulated(Micros(10));
        clock.advance_to(Micros(20));
        clock.advance_to(Micros(15));
        assert_eq!(clock.now(), Micros(20));
    }
}
