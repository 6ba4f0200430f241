//! What is left to chance in this demonstration.

pub use crate::domain::chance::Chance;

/// Distinguishes this demonstration's draws from any other's.
const DEMO: &str = "demo";

/// What is drawn about a subject, such as a lead's number, on an occasion.
pub fn about(subject: &str, occasion: &str) -> Chance {
    Chance::about(DEMO, subject, occasion)
}
