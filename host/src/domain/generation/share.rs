//! A share of leads or partners that stays the same whoever asks.

use crate::domain::seed;

/// Parts of a share that are everything: a million.
pub const WHOLE: i64 = 1_000_000;

/// Whether the subject is of those for whom the candidate answers at that share.
/// Who is chosen at a share is chosen at every larger one, too.
pub fn is_chosen(share: i64, contract: &str, slot: &str, generation: i64, subject: &str) -> bool {
    let generation = u32::try_from(generation).unwrap_or(u32::MAX);
    let hash = seed::of(contract, subject, generation, slot);
    // The remainder favours nobody: 2^64 is many times a million.
    (hash % WHOLE as u64) < share.clamp(0, WHOLE) as u64
}
