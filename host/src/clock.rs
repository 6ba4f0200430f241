//! The host's time and identifiers: one source each, so that tests and the
//! demo can move the one and repeat the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

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
    fn a_simulated_clock_never_goes_back() {
        let clock = Clock::simulated(Micros(10));
        clock.advance_to(Micros(20));
        clock.advance_to(Micros(15));
        assert_eq!(clock.now(), Micros(20));
    }
}
