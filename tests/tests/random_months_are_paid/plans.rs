//! Five components beside each other, of each two generations: what is in force, and
//! what follows for all, or is tried with some, from a day on.

use jiff::civil::Date;
use serde_json::{Value, json};
use stellwerk_tests::Chance;

use super::PARTNERS;

/// By what a deal called off later goes back in part.
pub const LIABLE_MONTHS: i64 = 2;

/// The numbers of a generation of each component. Rates are millionths.
pub struct Numbers {
    pub split: i64,
    /// From that many sales of the quarter on, at that rate.
    pub tiers: [(i64, i64); 2],
    pub base: i64,
    pub most: i64,
    pub points: i64,
    pub per_point: i64,
    pub points_least: i64,
    pub lifetime: i64,
    pub reserve: i64,
    pub recovery: i64,
}

const NUMBERS: [Numbers; 2] = [
    Numbers {
        split: 30_000,
        tiers: [(0, 20_000), (1_000_000, 30_000)],
        base: 20_000,
        most: 200_000,
        points: 10,
        per_point: 100,
        points_least: 50,
        lifetime: 30_000,
        reserve: 100_000,
        recovery: 500_000,
    },
    Numbers {
        split: 50_000,
        tiers: [(0, 10_000), (500_000, 45_000)],
        base: 70_000,
        most: 90_000,
        points: 17,
        per_point: 30,
        points_least: 20,
        lifetime: 40_000,
        reserve: 333_333,
        recovery: 1_000_000,
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    Split,
    Tiers,
    Quality,
    Points,
    Lifetime,
}

impl Component {
    pub const ALL: [Self; 5] = [
        Self::Split,
        Self::Tiers,
        Self::Quality,
        Self::Points,
        Self::Lifetime,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Tiers => "tiers",
            Self::Quality => "quality",
            Self::Points => "points",
            Self::Lifetime => "lifetime",
        }
    }

    pub fn plugin(self) -> &'static str {
        match self {
            Self::Split => "compensation-flat-split",
            Self::Tiers => "compensation-tiers",
            Self::Quality => "compensation-bonus-malus",
            Self::Points => "compensation-points",
            Self::Lifetime => "compensation-lifetime",
        }
    }

    /// Of the first generation, or the second one.
    pub fn configuration(self, generation: usize) -> Value {
        let numbers = &NUMBERS[generation - 1];
        match self {
            Self::Split => json!({ "rate": numbers.split }),
            Self::Tiers => {
                let tiers = numbers
                    .tiers
                    .map(|(from, rate)| json!({ "from": from, "rate": rate }));
                json!({ "sales": { "base": "quarter", "tiers": { "marginal": tiers } } })
            }
            Self::Quality => json!({ "base": { "rate": numbers.base }, "most": numbers.most }),
            Self::Points => json!({
                "points": numbers.points,
                "fund": { "per-point": numbers.per_point, "least": numbers.points_least },
            }),
            Self::Lifetime => json!({
                "commission": {
                    "rate": numbers.lifetime, "reserve": numbers.reserve,
                    "liable-months": LIABLE_MONTHS,
                },
                "draw": { "recovery": numbers.recovery },
            }),
        }
    }
}

/// The second generation of a component begins.
#[derive(Clone, Debug)]
pub struct Begins {
    pub component: Component,
    pub from: Date,
    /// With whom it is tried; none: it is in force for all.
    pub with: Option<Vec<usize>>,
}

/// What becomes of the components.
#[derive(Debug)]
pub struct Plans(pub Vec<Begins>);

impl Plans {
    /// Most components change, each on a day of its own.
    pub fn of(chance: &mut Chance, days: &[Date]) -> Self {
        let mut begins = Vec::new();
        for component in Component::ALL {
            let from = *chance.one_of(days).expect("days");
            let with = match chance.below(4) {
                0 => continue,
                1 => Some(vec![1 + chance.below(PARTNERS as u64) as usize]),
                _ => None,
            };
            begins.push(Begins {
                component,
                from,
                with,
            });
        }
        Self(begins)
    }

    /// By which numbers a component pays what a partner does on a day.
    pub fn numbers(&self, component: Component, day: Date, partner: usize) -> &'static Numbers {
        let has_begun = self.0.iter().any(|begins| {
            let is_meant = begins
                .with
                .as_ref()
                .is_none_or(|with| with.contains(&partner));
            begins.component == component && begins.from <= day && is_meant
        });
        &NUMBERS[usize::from(has_begun)]
    }

    /// The first days of plans: each ends a period.
    pub fn cuts(&self) -> impl Iterator<Item = Date> {
        self.0.iter().map(|begins| begins.from)
    }
}
