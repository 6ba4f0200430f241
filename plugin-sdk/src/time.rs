//! Instants, ages and dates. There is no clock in a policy: time comes in.

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct Date(pub i32);

/// A point in time, with the contract's clock and calendar applied by the host.
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
    /// What the contract's wall clock is ahead of UTC at that instant.
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
    /// Whole days on the clock.
    pub fn days(self) -> i64 {
        self.elapsed_seconds.div_euclid(86_400)
    }
}

/// Under which circumstances a question is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Context {
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
