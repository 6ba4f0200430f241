//! What is decided, on plain data.

mod attainment;
mod config;
mod sales;
#[cfg(test)]
mod tests;
mod tiers;

use stellwerk_plugin_sdk::prelude::*;

use attainment::Goals;
pub use config::{
    Accelerator, Actual, AmountTier, Attainment, Base, Config, Goal, RateTier, Sales, Tiers,
};
use sales::SalesTiers;

/// What sales have earned by their tiers.
const COMMISSION: &str = "commission";
/// The day on which a deal was counted, in days since 1970; 0 where it is not.
const COUNTED_ON: &str = "counted-on";
/// For how far targets were reached.
const ATTAINMENT: &str = "attainment";

/// Tiers of sales, or weighted attainment of targets.
pub struct TiersPlan(Mode);

enum Mode {
    Sales(SalesTiers),
    Attainment(Goals),
}

impl Policy for TiersPlan {
    type Config = Config;

    fn manifest() -> Manifest {
        let earning = |name: &str, about| Account {
            name: name.to_owned(),
            unit: Unit::Money,
            holder: "partner",
            resets: Resets::Never,
            kind: "earning",
            about,
        };
        let counted = |base: Base, resets, about| Account {
            resets,
            kind: "base",
            ..earning(base.account().unwrap_or_default(), about)
        };
        Manifest::new(
            "compensation-tiers",
            env!("CARGO_PKG_VERSION"),
            "Pays by tiers of sales, or by how far targets are reached.",
        )
        .event("won")
        .event("cancelled")
        .attribute(AttributeUse {
            name: "value".to_owned(),
            of: "event",
            kind: "money",
            about: "the deal's value, where it has no lines",
        })
        .account(earning(COMMISSION, "what sales have earned by their tiers"))
        .account(Account {
            kind: "bonus",
            ..earning(ATTAINMENT, "for how far targets were reached")
        })
        .account(Account {
            holder: "deal",
            ..counted(Base::Deal, Resets::Never, "sales of the deal")
        })
        .account(counted(Base::Month, Resets::Month, "sales of the month"))
        .account(counted(
            Base::Quarter,
            Resets::Quarter,
            "sales of the quarter",
        ))
        .account(counted(Base::Year, Resets::Year, "sales of the year"))
        .account(Account {
            unit: Unit::Count,
            holder: "deal",
            kind: "base",
            ..earning(COUNTED_ON, "the day on which the deal was counted")
        })
        // Attainment below the threshold pays nothing, beyond the cap nothing more.
        .declares("threshold")
        .declares("cap")
        // Slabs pay two deals less than one of their size, interpolated tiers end, and
        // where rates fall with size, two deals earn more than one.
        .declares("slab")
        .declares("falling-rates")
        .reason(
            "marginal",
            "Each slice of the sales at its own rate, from {0} to {1}.",
            "Jeder Teil des Umsatzes zu seinem eigenen Satz, von {0} bis {1}.",
        )
        .reason(
            "slab",
            "All sales of {1} at {2} %, less what those of {0} had earned.",
            "Der ganze Umsatz von {1} zu {2} %, abzüglich dessen, was {0} verdient hatten.",
        )
        .reason(
            "interpolated",
            "Earned within the tiers, for sales from {0} to {1}.",
            "Innerhalb der Stufen verdient, für Umsätze von {0} bis {1}.",
        )
        .reason(
            "by-line",
            "By tiers, each line of the deal of {0} by itself.",
            "Nach Stufen, jede Position des Auftrags über {0} für sich.",
        )
        .reason(
            "counted",
            "Sales of {0} that the tiers count.",
            "Umsatz von {0}, den die Stufen zählen.",
        )
        .reason(
            "counted-on",
            "The day on which the deal was counted.",
            "Der Tag, an dem der Auftrag gezählt wurde.",
        )
        .reason(
            "no-value",
            "The deal has no value that tiers could count.",
            "Der Auftrag hat keinen Wert, den Stufen zählen könnten.",
        )
        .reason(
            "nobody",
            "Nobody has claimed what was sold.",
            "Niemand hat übernommen, was verkauft wurde.",
        )
        .reason(
            "cancelled",
            "The deal was called off.",
            "Der Auftrag wurde storniert.",
        )
        .reason(
            "attained",
            "{0} % of the targets are reached, which pays {1} % of {2}.",
            "Die Ziele sind zu {0} % erreicht, das zahlt {1} % von {2}.",
        )
        .reason(
            "below-threshold",
            "{0} % of the targets are reached; nothing is paid below {1} %.",
            "Die Ziele sind zu {0} % erreicht; unter {1} % wird nichts gezahlt.",
        )
        .reason(
            "no-target",
            "There is no target {0} for a partner with other targets: it counts as missed.",
            "Für einen Partner mit anderen Zielen gibt es kein Ziel {0}: es zählt als verfehlt.",
        )
        .example(include_str!("../golden/configurations/quarter-slab.json"))
        .example(include_str!("../golden/configurations/attainment.json"))
        .golden(include_str!("../golden/marginal-of-a-deal.json"))
        .golden(include_str!("../golden/slab-of-a-quarter.json"))
        .golden(include_str!("../golden/interpolated-by-line.json"))
        .golden(include_str!("../golden/called-off-in-time.json"))
        .golden(include_str!("../golden/called-off-later.json"))
        .golden(include_str!("../golden/targets-exceeded.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self(match config {
            Config::Sales(sales) => Mode::Sales(SalesTiers::of(sales)),
            Config::Attainment(attainment) => Mode::Attainment(Goals::of(attainment)),
        }))
    }
}

impl Compensation for TiersPlan {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        match &self.0 {
            Mode::Sales(sales) => sales.award(input),
            Mode::Attainment(_) => Ok(Earnings::none()),
        }
    }

    fn settle(&self, _context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        Ok(match &self.0 {
            Mode::Sales(_) => Settlement::none(),
            Mode::Attainment(goals) => goals.settle(input),
        })
    }
}
