//! What can be set. Amounts are minor units of the contract's currency.

use stellwerk_plugin_sdk::prelude::*;

/// base * clamp(sum(weight * g), -most, most), for each period.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// What bonus and malus are taken of. Set it as the component is that pays it: no
    /// component sees the accounts of another.
    pub base: Base,
    /// By what they are measured.
    pub criteria: Vec<Criterion>,
    /// The most that they come to, in parts per million of the base.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub most: i64,
    /// What cancels any bonus and gives the full malus.
    pub knock_outs: Vec<KnockOut>,
}

/// What bonus and malus are taken of: what the claimer earns in the period.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Base {
    /// The share of the value of won deals, in parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub rate: i64,
    /// What else is paid, event by event.
    pub events: Vec<Paid>,
}

/// What an event is worth in the base.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Paid {
    /// Its code, such as care-contact.
    pub event: Word,
    pub amount: Money,
}

/// A measure with what is expected of it. Inside the corridor g is 0, outside it grows
/// linearly up to 1 and -1.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Criterion {
    /// The name of the measure that is set for each partner. Without one, g is 0.
    pub measure: Word,
    /// Its direction.
    pub better: Better,
    /// What is agreed.
    pub corridor: Corridor,
    /// Where g reaches 1.
    pub bonus_at: f64,
    /// Where g reaches -1.
    pub malus_at: f64,
    /// What it counts at 1, in parts per million of the base.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub weight: i64,
}

/// Which values of a measure are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    Higher,
    Lower,
}

/// Values that give neither bonus nor malus, both ends included.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Corridor {
    pub from: f64,
    pub to: f64,
}

/// A measure that may not be that high.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KnockOut {
    pub measure: Word,
    /// From this value on.
    pub from: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base: Base::default(),
            criteria: vec![
                Criterion {
                    measure: Word::of("satisfaction"),
                    better: Better::Higher,
                    corridor: Corridor { from: 7.5, to: 8.5 },
                    bonus_at: 9.5,
                    malus_at: 5.5,
                    weight: 100_000,
                },
                Criterion {
                    measure: Word::of("rework-share"),
                    better: Better::Lower,
                    corridor: Corridor {
                        from: 0.05,
                        to: 0.1,
                    },
                    bonus_at: 0.0,
                    malus_at: 0.2,
                    weight: 150_000,
                },
            ],
            most: 200_000,
            knock_outs: vec![KnockOut {
                measure: Word::of("rework-share"),
                from: 0.3,
            }],
        }
    }
}

impl Default for Base {
    fn default() -> Self {
        Self {
            rate: 30_000,
            events: Vec::new(),
        }
    }
}

impl Config {
    /// What a schema cannot say.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (position, paid) in self.base.events.iter().enumerate() {
            if paid.amount < Money::ZERO {
                problems.push(Problem::at(
                    format!("/base/events/{position}/amount"),
                    "has to be 0 or more",
                ));
            }
        }
        for (position, criterion) in self.criteria.iter().enumerate() {
            let Corridor { from, to } = criterion.corridor;
            let is_ordered = match criterion.better {
                Better::Higher => criterion.malus_at < from && to < criterion.bonus_at,
                Better::Lower => criterion.bonus_at < from && to < criterion.malus_at,
            };
            if from > to || !is_ordered {
                problems.push(Problem::at(
                    format!("/criteria/{position}"),
                    "has to have its corridor between `malus-at` and `bonus-at`, in the direction of `better`",
                ));
            }
        }
        problems
    }
}
