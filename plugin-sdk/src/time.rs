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

impl Date {
    /// The day of that year, month and day of the month; a month or a day that is
    /// none counts on: the 32nd of January is the 1st of February.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// // By configuration a bonus begins on 1 March 2026.
    /// assert_eq!(Date::of(2026, 3, 1), Date(20_513));
    /// // The day after the last one of a quarter that begins in October.
    /// assert_eq!(Date::of(2026, 10 + 3, 1), Date::of(2027, 1, 1));
    /// ```
    pub fn of(year: i32, month: i32, day: i32) -> Self {
        // Years are counted from March, so that the day that leap years add is the last.
        let months = i64::from(year) * 12 + i64::from(month) - 3;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let days = year * 365 + leap_days + (153 * month + 2) / 5 + i64::from(day) - 1;
        let days = days - TO_MARCH_0000;
        Self(days.clamp(i32::MIN.into(), i32::MAX.into()) as i32)
    }

    /// Year, month and day of the month.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// // Was it won in the quarter in which it was called off?
    /// let quarter = |day: Date| {
    ///     let (year, month, _) = day.year_month_day();
    ///     (year, (month - 1) / 3)
    /// };
    /// assert_ne!(quarter(Date::of(2026, 3, 31)), quarter(Date::of(2026, 4, 1)));
    /// ```
    pub fn year_month_day(self) -> (i32, i32, i32) {
        let days = i64::from(self.0) + TO_MARCH_0000;
        let era_day = days.rem_euclid(146_097);
        let era_year = (era_day - era_day / 1_460 + era_day / 36_524 - era_day / 146_096) / 365;
        let year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
        let march_month = (5 * year_day + 2) / 153;
        let day = year_day - (153 * march_month + 2) / 5 + 1;
        let year = days.div_euclid(146_097) * 400 + era_year + march_month / 10;
        let month = (march_month + 2) % 12 + 1;
        (year as i32, month as i32, day as i32)
    }

    /// How many months of the calendar are over since an earlier day, as a span of
    /// months counts them: on the last day where the month is too short.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// let won = Date::of(2026, 1, 31);
    /// assert_eq!(Date::of(2026, 2, 27).months_since(won), 0);
    /// assert_eq!(Date::of(2026, 2, 28).months_since(won), 1);
    /// assert_eq!(Date::of(2027, 1, 31).months_since(won), 12);
    /// ```
    pub fn months_since(self, earlier: Self) -> i32 {
        let (year, month, day) = self.year_month_day();
        let (year_then, month_then, day_then) = earlier.year_month_day();
        let (_, _, last_day) = Self::of(year, month + 1, 0).year_month_day();
        let months = (year - year_then) * 12 + month - month_then;
        months - i32::from(day < day_then.min(last_day))
    }
}

/// Days from 1 March of the year 0 to 1 January 1970.
const TO_MARCH_0000: i64 = 719_468;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_day_is_that_of_its_year_month_and_day(day in -1_000_000i32..1_000_000) {
            let (year, month, of_month) = Date(day).year_month_day();
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&of_month));
            prop_assert_eq!(Date::of(year, month, of_month), Date(day));
            // The next day is the next of the month, or the first one of the next.
            let next = Date(day + 1).year_month_day();
            let begins = Date::of(year, month + 1, 1).year_month_day();
            prop_assert!(next == (year, month, of_month + 1) || next == begins);
        }

        #[test]
        fn months_are_over_one_after_the_other(day in 0i32..40_000, later in 0i32..4_000) {
            let months = Date(day + later).months_since(Date(day));
            let (year, month, of_month) = Date(day).year_month_day();
            let after = |months: i32| {
                let (_, _, last_day) = Date::of(year, month + months + 1, 0).year_month_day();
                Date::of(year, month + months, of_month.min(last_day))
            };
            prop_assert!(after(months) <= Date(day + later));
            prop_assert!(after(months + 1) > Date(day + later));
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let day = |year, month, of_month| Date::of(year, month, of_month).0;
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(day(2000, 2, 29), 11_016);
        assert_eq!(day(2000, 3, 1), 11_017);
        assert_eq!(day(2100, 3, 1) - day(2100, 2, 28), 1, "no leap year");
        assert_eq!(Date(-1).year_month_day(), (1969, 12, 31));
        let months = |until: Date| until.months_since(Date::of(2026, 1, 31));
        assert_eq!(months(Date::of(2026, 2, 27)), 0);
        assert_eq!(months(Date::of(2026, 2, 28)), 1, "as good as the 31st");
        assert_eq!(months(Date::of(2026, 3, 30)), 1);
    }
}
