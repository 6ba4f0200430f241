//! What can be set.

use stellwerk_plugin_sdk::prelude::*;

/// Who is asked, in which order and how many at once.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// How much each criterion counts; 0 leaves it out.
    pub weights: Weights,
    /// Kilometres beyond which a partner is too far, and at which its nearness
    /// counts nothing.
    pub distance_km_max: f64,
    /// The conversion rate, in thousandths, that a partner without history is
    /// taken to have.
    pub conversion_expected: i64,
    /// How many leads of history that expectation weighs.
    pub conversion_smoothing: i64,
    /// The partner attribute (a set) that names the products it sells; a partner
    /// without it sells all.
    pub portfolio: Word,
    /// The lead attribute (a text or a set) that names the certificates asked for.
    pub certificates_asked: Word,
    /// Whether a partner that lacks an asked certificate is left out; otherwise
    /// it only scores less.
    pub certificates_needed: bool,
    /// The lead attribute that names the contact's language, and the partner
    /// attribute (a set) that has to hold it.
    pub language: Word,
    /// The partner attribute (a set) that names the countries it may work in; a
    /// partner without it may work in its own.
    pub regions: Word,
    /// How many partners each wave asks.
    pub waves: Waves,
}

/// How much each criterion counts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Weights {
    /// How near the partner is.
    pub distance: i64,
    /// Which share of the asked certificates it holds.
    pub certificates: i64,
    /// Its level: nothing for the lowest, all for the highest.
    pub level: i64,
    /// Its smoothed conversion rate of the last year.
    pub conversion: i64,
    /// How much of its capacity is free.
    pub capacity: i64,
    /// The share of its claims that it contacted in time.
    pub diligence: i64,
}

/// How many partners each wave asks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Waves {
    /// The best so many.
    pub first: u32,
    /// The next so many; from the third wave on all that are left are asked.
    pub second: u32,
    /// Whether those that let an earlier offer lapse are asked again from the
    /// third wave on.
    pub ask_lapsed_again: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            distance_km_max: 150.0,
            conversion_expected: 200,
            conversion_smoothing: 20,
            portfolio: Word::of("products"),
            certificates_asked: Word::of("certificates-asked"),
            certificates_needed: true,
            language: Word::of("language"),
            regions: Word::of("regions"),
            waves: Waves::default(),
        }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            distance: 30,
            certificates: 10,
            level: 10,
            conversion: 20,
            capacity: 10,
            diligence: 20,
        }
    }
}

impl Default for Waves {
    fn default() -> Self {
        Self {
            first: 3,
            second: 5,
            ask_lapsed_again: true,
        }
    }
}

impl Config {
    /// What a schema cannot say.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let weights = [
            ("distance", self.weights.distance),
            ("certificates", self.weights.certificates),
            ("level", self.weights.level),
            ("conversion", self.weights.conversion),
            ("capacity", self.weights.capacity),
            ("diligence", self.weights.diligence),
        ];
        for (name, weight) in weights {
            if !(0..=1_000_000).contains(&weight) {
                problems.push(Problem::at(
                    format!("/weights/{name}"),
                    "has to lie between 0 and 1000000",
                ));
            }
        }
        if weights.iter().all(|(_, weight)| *weight == 0) {
            problems.push(Problem::at("/weights", "needs one weight above 0"));
        }
        if !(self.distance_km_max > 0.0 && self.distance_km_max.is_finite()) {
            problems.push(Problem::at("/distance-km-max", "has to be more than 0"));
        }
        if !(0..=1_000).contains(&self.conversion_expected) {
            problems.push(Problem::at(
                "/conversion-expected",
                "is a rate in thousandths, from 0 to 1000",
            ));
        }
        if !(0..=1_000_000).contains(&self.conversion_smoothing) {
            problems.push(Problem::at(
                "/conversion-smoothing",
                "has to lie between 0 and 1000000",
            ));
        }
        if self.waves.first == 0 {
            problems.push(Problem::at("/waves/first", "has to ask at least one"));
        }
        problems
    }
}
