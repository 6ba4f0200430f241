//! What can be set. Amounts are minor units of the contract's currency.

use stellwerk_plugin_sdk::prelude::*;

/// Beyond this nothing is paid for: a slip of the pen, and sums that overflow.
const AMOUNT_MAX: i64 = 1_000_000_000_000;

/// What is paid for: sales, or targets. For both, the plugin is bound twice.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Config {
    /// Sales, event by event.
    Sales(Sales),
    /// How far targets were reached, when a period closes.
    Attainment(Attainment),
}

/// Sales by tiers, to the claimer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Sales {
    /// What the tiers are applied to.
    pub base: Base,
    /// What it earns.
    pub tiers: Tiers,
}

/// What tiers are applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// Each line of what was sold.
    Line,
    /// The whole deal.
    Deal,
    /// What the partner has sold in the month so far.
    Month,
    /// In the quarter.
    Quarter,
    /// In the year.
    Year,
}

/// What a base earns. The first tier begins at 0, each ends where the next one
/// begins, and a base that is just there is in the higher one.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tiers {
    /// Each slice at the rate of its tier.
    Marginal(Vec<RateTier>),
    /// All of it at the rate of the tier that is reached.
    Slab(Vec<RateTier>),
    /// Each tier's amount is earned linearly within it, and added to those below.
    Interpolated(Vec<AmountTier>),
}

/// A tier with a rate; it ends where the next one begins, the last one never.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RateTier {
    /// Where it begins; 0 for the first one.
    pub from: Money,
    /// In parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub rate: i64,
}

/// A tier with an amount; it begins where the one before ends. Beyond the last one
/// nothing more is earned.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AmountTier {
    /// Where it ends.
    pub to: Money,
    /// What it has earned there.
    pub amount: Money,
}

/// nominal * sum(weight * actual / target), the weights taken as parts of their sum.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Attainment {
    /// What a whole period pays where every target is just reached.
    pub nominal: Money,
    /// What is to be reached.
    pub goals: Vec<Goal>,
    /// Below this attainment nothing is paid; in parts per million.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub threshold: i64,
    /// What attainment beyond some point counts for; up to the first one it counts
    /// as it is.
    pub accelerators: Vec<Accelerator>,
    /// The most that is paid, in parts per million of the nominal amount.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub cap: i64,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Goal {
    /// What tells how far it is.
    pub actual: Actual,
    /// The name of the target that is set for each partner.
    pub target: Word,
    /// Its part of the sum of all weights.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub weight: i64,
}

/// What tells how far a target is reached.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Actual {
    /// What the host counts in the period: won, sales, care-contacts … Where a plan
    /// changed in mid-period, its part of the target is to be reached.
    Figure(Word),
    /// A number that is set or imported.
    Measure(Word),
}

/// What attainment counts for from some point on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Accelerator {
    /// Where it begins, in parts per million.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub from: i64,
    /// Times what it counts, in parts per million.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub factor: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self::Sales(Sales::default())
    }
}

impl Default for Sales {
    fn default() -> Self {
        let tier = |from, rate| RateTier {
            from: Money(from),
            rate,
        };
        Self {
            base: Base::Quarter,
            tiers: Tiers::Marginal(vec![
                tier(0, 20_000),
                tier(10_000_000, 30_000),
                tier(30_000_000, 40_000),
            ]),
        }
    }
}

impl Default for Attainment {
    fn default() -> Self {
        Self {
            nominal: Money(100_000),
            goals: vec![Goal {
                actual: Actual::Figure(Word::of("won")),
                target: Word::of("deals"),
                weight: 1,
            }],
            threshold: 500_000,
            accelerators: vec![Accelerator {
                from: 1_000_000,
                factor: 1_500_000,
            }],
            cap: 2_000_000,
        }
    }
}

impl Base {
    /// The account that remembers what was counted before; none for lines, of which
    /// each stands for itself.
    pub(super) fn account(self) -> Option<&'static str> {
        match self {
            Self::Line => None,
            Self::Deal => Some("deal-sales"),
            Self::Month => Some("month-sales"),
            Self::Quarter => Some("quarter-sales"),
            Self::Year => Some("year-sales"),
        }
    }
}

impl Config {
    /// What a schema cannot say.
    pub(super) fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Sales(sales) => sales.tiers.problems(),
            Self::Attainment(attainment) => attainment.problems(),
        }
    }
}

impl Tiers {
    fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Marginal(tiers) => of_rates("/sales/tiers/marginal", tiers),
            Self::Slab(tiers) => of_rates("/sales/tiers/slab", tiers),
            Self::Interpolated(tiers) => of_amounts("/sales/tiers/interpolated", tiers),
        }
    }
}

fn of_rates(pointer: &str, tiers: &[RateTier]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if tiers.first().is_none_or(|first| first.from != Money::ZERO) {
        problems.push(Problem::at(pointer, "needs a first tier from 0 on"));
    }
    for (position, pair) in tiers.windows(2).enumerate() {
        if pair[1].from <= pair[0].from {
            problems.push(Problem::at(
                format!("{pointer}/{}/from", position + 1),
                "has to be more than that of the tier before",
            ));
        }
    }
    problems
}

fn of_amounts(pointer: &str, tiers: &[AmountTier]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if tiers.is_empty() {
        problems.push(Problem::at(pointer, "needs a tier"));
    }
    let mut begins = Money::ZERO;
    for (position, tier) in tiers.iter().enumerate() {
        if tier.to <= begins {
            problems.push(Problem::at(
                format!("{pointer}/{position}/to"),
                "has to be more than 0, and more than that of the tier before",
            ));
        }
        begins = tier.to;
        if !(0..=AMOUNT_MAX).contains(&tier.amount.0) {
            problems.push(Problem::at(
                format!("{pointer}/{position}/amount"),
                format!("has to be from 0 to {AMOUNT_MAX}"),
            ));
        }
    }
    problems
}

impl Attainment {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !(0..=AMOUNT_MAX).contains(&self.nominal.0) {
            problems.push(Problem::at(
                "/attainment/nominal",
                format!("has to be from 0 to {AMOUNT_MAX}"),
            ));
        }
        if self.goals.is_empty() {
            problems.push(Problem::at("/attainment/goals", "needs a goal"));
        }
        for (position, pair) in self.accelerators.windows(2).enumerate() {
            if pair[1].from <= pair[0].from {
                problems.push(Problem::at(
                    format!("/attainment/accelerators/{}/from", position + 1),
                    "has to be more than that of the one before",
                ));
            }
        }
        problems
    }
}
