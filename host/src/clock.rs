//! The host's time and identifiers: one source each, so that tests and the
//! demo can move the one and repeat the other.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

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

/// Makes identifiers: UUIDv7 by the clock's milliseconds.
#[derive(Clone, Debug)]
pub enum Ids {
    /// From the machine's random source.
    Random,
    /// The same sequence for the same seed: for the demo, whose run can be repeated.
    Seeded(Arc<Mutex<u64>>),
}

impl Ids {
    /// Identifiers that repeat with the seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(seed)))
    }

    /// A new identifier, later in order than those made at an earlier `now`.
    pub fn next<T: From<String>>(&self, now: Micros) -> T {
        let mut random = [0u8; 10];
        match self {
            // Unique by time and by the store's key even where the machine has no
            // random source; the store refuses a second one.
            Self::Random => {
                let _ = getrandom::fill(&mut random);
            }
            Self::Seeded(state) => {
                let mut state = state
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                random[..8].copy_from_slice(&split_mix(&mut state).to_be_bytes());
                random[8..].copy_from_slice(&split_mix(&mut state).to_be_bytes()[..2]);
            }
        }
        let millis = u64::try_from(now.0 / 1_000).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        T::from(Uuid::to_string(&id))
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
