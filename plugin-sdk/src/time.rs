//! Instants, ages and dates. There is no clock in a policy: time comes in.

/// A day of the contract's calendar, in days since 1970-01-01.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A bonus for what is won from 1 March to 31 May 2026.
/// let window = Date(20_513)..Date(20_605);
/// let input: AwardInput =
///     testing::input(r#"{ "event": { "occurred": { "micros": 1772445600000000 } } }"#);
/// assert!(window.contains(&input.event.occurred.date()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct Date(pub i32);

/// A point in time, with the contract's clock and calendar applied by the host.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // Half past eleven in the evening, UTC, of 28 February: in Berlin it is March.
/// let context: Context = testing::input(
///     r#"{ "now": {
///         "micros": 1772321400000000, "offset-seconds": 3600, "in-working-time": false
///     } }"#,
/// );
/// assert_eq!(context.now.date(), Date(20_513));
/// // Nobody can be called now: the deadline waits for the next working hour.
/// assert!(!context.now.in_working_time);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case", deny_unknown_fields)
)]
pub struct Instant {
    /// Microseconds since 1970-01-01T00:00:00Z.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub micros: i64,
    /// What the contract's wall clock is ahead of UTC at that instant, daylight
    /// saving included.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub offset_seconds: i32,
    /// Whether it lies in the contract's working hours.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub in_working_time: bool,
}

impl Instant {
    /// The contract-local day.
    pub fn date(self) -> Date {
        let local = self.micros + i64::from(self.offset_seconds) * 1_000_000;
        // 64 bits of microseconds are fewer days than 32 bits hold.
        Date(local.div_euclid(86_400_000_000) as i32)
    }
}

/// How long ago something was; negative when it is still to come.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A call-back was asked for on Friday at 16:00; now it is Monday, 9:00.
/// let event: PastEvent = testing::input(
///     r#"{ "code": "call-back",
///          "age": { "elapsed-seconds": 234000, "working-seconds": 7200 } }"#,
/// );
/// assert_eq!(event.age.days(), 2);
/// // Four working hours were promised, and are not over yet.
/// assert!(event.age.working_seconds < 4 * 3_600);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case", deny_unknown_fields)
)]
pub struct Age {
    /// Seconds on the clock.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub elapsed_seconds: i64,
    /// Seconds of the contract's working time.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(with = "crate::testing::wide", default)
    )]
    pub working_seconds: i64,
}

impl Age {
    /// Whole days on the clock, rounded down.
    pub fn days(self) -> i64 {
        self.elapsed_seconds.div_euclid(86_400)
    }
}

/// Under which circumstances a question is asked. Asking again asks with the
/// same.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let context: Context =
///     testing::input(r#"{ "now": { "micros": 1772445600000000 }, "seed": "42" }"#);
/// let blocked_until: i64 = 1_772_532_000_000_000;
/// assert!(blocked_until > context.now.micros);
/// // Equally good partners are asked in an order that is as good as drawn.
/// let mut keys = [3, 5, 8];
/// keys.sort_by_key(|key| context.draw(*key));
/// let first = keys[0];
/// // Who else is there changes nothing.
/// let others_gone = [first, keys[2]];
/// assert_eq!(others_gone.into_iter().min_by_key(|key| context.draw(*key)), Some(first));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Context {
    /// The instant that the question is about: in `award` when the event
    /// occurred, in `settle` the end of the period.
    pub now: Instant,
    /// Hash of contract, lead, cycle and kind: the only chance there is.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(with = "crate::testing::wide", default)
    )]
    pub seed: u64,
}

impl Context {
    /// A number for one of several, such as a partner, that is as good as drawn:
    /// the same for the same lead, and independent of who else is there.
    pub fn draw(&self, key: u64) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014) over both.
        let mut z = self
            .seed
            .wrapping_add(key.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
