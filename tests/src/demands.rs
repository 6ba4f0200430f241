//! What a machine has to have for some of the tests. Where it is missing they are
//! skipped, which is said, or fail, where it is demanded.

/// Names what has to be there, with spaces between: `curl`, `openssl`, `disk` (a
/// small one can be mounted), `systemd-analyze`, and `rights` (the tests run as somebody
/// who may not read every file).
const DEMANDS: &str = "STELLWERK_TEST_DEMANDS";

/// Says that something is missing here, and what is not tried without it.
///
/// # Panics
/// Where it is demanded.
pub fn is_missing(name: &str, untried: &str) {
    let demands = std::env::var(DEMANDS).unwrap_or_default();
    let is_demanded = demands.split_whitespace().any(|demand| demand == name);
    assert!(
        !is_demanded,
        "{DEMANDS} demands {name}, which is missing here"
    );
    eprintln!("{name} is missing here: {untried}");
}
