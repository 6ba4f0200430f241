//! Which failures are a policy's own.

/// Codes of answers that a policy could not give by its own fault: the same question
/// to the same component ends the same way. What the host had no time or room for may
/// be the fault of others' load, and counts for nothing.
const OWN: [&str; 6] = [
    "policy.error",
    "guest.trap",
    "guest.out_of_fuel",
    "guest.out_of_memory",
    "guest.output_invalid",
    "guest.output_too_large",
];

/// Whether a decision of that outcome counts against its generation.
pub fn is_own_failure(outcome: &str) -> bool {
    OWN.contains(&outcome)
}

/// Whether a decision of that outcome tells nothing of its generation: the host has
/// ended it.
pub fn is_hosts(outcome: &str) -> bool {
    outcome.starts_with("host.")
}
