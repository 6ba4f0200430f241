//! Answers are kept for a day, so that a request sent again gets the same one;
//! then they are forgotten.

use crate::domain::time::Micros;
use crate::host::Host;
use crate::store;

/// How long an answer is kept.
const KEPT_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// How often old ones are looked for.
pub const EVERY_MICROS: i64 = 10 * 60 * 1_000_000;
/// Answers forgotten by one statement, which others wait for.
const FORGOTTEN_AT_ONCE: u32 = 1_000;

/// Forgets every answer that is older than a day. Answers how many there were.
pub async fn forget_old(host: &Host) -> Result<u64, store::Error> {
    let before = Micros(host.clock.now().0.saturating_sub(KEPT_MICROS));
    let mut forgotten = 0;
    loop {
        let now = host.store.forget_answers(before, FORGOTTEN_AT_ONCE).await?;
        forgotten += now;
        if now < u64::from(FORGOTTEN_AT_ONCE) {
            return Ok(forgotten);
        }
    }
}
