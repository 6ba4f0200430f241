//! A share of leads or partners that stays the same whoever asks.

use crate::domain::seed;

/// Parts of a share that are everything: a million.
pub const WHOLE: i64 = 1_000_000;

/// The share that is so many per cent.
pub fn of_per_cent(percent: f64) -> i64 {
    (percent * WHOLE as f64 / 100.0).round() as i64
}

/// A share in per cent.
pub fn per_cent(share: i64) -> f64 {
    share as f64 * 100.0 / WHOLE as f64
}

/// Whether the subject is of those for whom the candidate answers at that share.
/// Who is chosen at a share is chosen at every larger one, too.
pub fn is_chosen(share: i64, contract: &str, slot: &str, generation: i64, subject: &str) -> bool {
    let generation = u32::try_from(generation).unwrap_or(u32::MAX);
    let hash = seed::of(contract, subject, generation, slot);
    // The remainder favours nobody: 2^64 is many times a million.
    (hash % WHOLE as u64) < share.clamp(0, WHOLE) as u64
}
