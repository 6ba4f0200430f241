//! The only chance that policies have.

use sha2::{Digest, Sha256};

/// Hash of contract, lead, cycle and kind: the first eight bytes, big-endian, of
/// SHA-256 over the parts, each after its length as eight bytes.
pub fn of(contract: &str, lead: &str, cycle: u32, kind: &str) -> u64 {
    let cycle = cycle.to_be_bytes();
    let mut hash = Sha256::new();
    for part in [
        contract.as_bytes(),
        lead.as_bytes(),
        &cycle,
        kind.as_bytes(),
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

/// The step between the states of [`mixed`] that make a sequence.
pub const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The number that belongs to a state: SplitMix64 (Steele, Lea, Flood 2014).
pub fn mixed(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn every_part_counts() {
        let seeds = [
            of("c", "l", 1, "matching"),
            of("c", "l", 2, "matching"),
            of("cl", "", 1, "matching"),
            of("c", "l", 1, "escalation"),
        ];
        let distinct: std::collections::BTreeSet<_> = seeds.iter().collect();
        assert_eq!(distinct.len(), seeds.len());
    }
}
