//! Lines for the author: the one thing a policy may reach outside. The host
//! keeps a limited number of them with each decision, `stellwerk plugin run`
//! prints them; natively they go to the standard error.

/// How much a line matters.
#[derive(Clone, Copy, Debug)]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

fn write(level: Level, line: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        #[link(wasm_import_module = "stellwerk:host/log@0.1.0")]
        unsafe extern "C" {
            #[link_name = "write"]
            fn host_write(level: i32, line: *const u8, length: usize);
        }
        // SAFETY: the canonical ABI of `write: func(level, line: string)`, which
        // every world imports: a discriminant, then pointer and length of UTF-8
        // that outlives the call.
        unsafe { host_write(level as i32, line.as_ptr(), line.len()) }
    }
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("{level:?}: {line}");
}

/// Writes why there is no answer. A panic writes its own.
///
/// ```
/// use stellwerk_plugin_sdk::log;
/// use stellwerk_plugin_sdk::prelude::*;
///
/// fn rate(rates: &[(Word, i64)], level: Word) -> Result<i64, PolicyError> {
///     let Some((_, rate)) = rates.iter().find(|(known, _)| *known == level) else {
///         log::error(&format!("no rate for the level `{level}` among {rates:?}"));
///         return Err(PolicyError::Internal(format!("no rate for {level}")));
///     };
///     Ok(*rate)
/// }
/// assert!(rate(&[(Word::of("gold"), 30_000)], Word::of("silver")).is_err());
/// ```
pub fn error(line: &str) {
    write(Level::Error, line);
}

/// Writes what looks wrong but can be answered.
///
/// ```
/// use stellwerk_plugin_sdk::log;
///
/// fn share_within_sla(told: Option<i64>) -> i64 {
///     let share = told.unwrap_or(1_000);
///     if !(0..=1_000).contains(&share) {
///         log::warn(&format!("a share of {share} thousandths is taken as its end"));
///     }
///     share.clamp(0, 1_000)
/// }
/// assert_eq!(share_within_sla(Some(1_200)), 1_000);
/// ```
pub fn warn(line: &str) {
    write(Level::Warn, line);
}

/// Writes which way was taken.
///
/// ```
/// use stellwerk_plugin_sdk::log;
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: RankInput = testing::input(r#"{ "lead": { "value": 7500000 }, "wave": 2 }"#);
/// let is_large = input.lead.value >= Some(Money(5_000_000));
/// if is_large {
///     log::info(&format!("wave {}: large, so gold and platinum are asked", input.wave));
/// }
/// assert!(is_large);
/// ```
pub fn info(line: &str) {
    write(Level::Info, line);
}

/// Writes a step of a calculation.
///
/// ```
/// use stellwerk_plugin_sdk::{log, math};
///
/// let (points, age_days) = (80.0, 45.0);
/// let faded = points * math::exp2(-age_days / 30.0);
/// log::debug(&format!("{points} points of {age_days} days ago count {faded:.1}"));
/// assert_eq!(faded.round(), 28.0);
/// ```
pub fn debug(line: &str) {
    write(Level::Debug, line);
}
