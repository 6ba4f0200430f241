//! What is decided, on plain data.

mod config;
mod earn;
mod settle;
#[cfg(test)]
mod tests;

use stellwerk_plugin_sdk::prelude::*;

pub use config::{Config, Contact, Expire, Fund, Temperatures};

const POINTS: &str = "points";
/// Marketing development funds.
const FUND: &str = "fund";
/// The last cycle of a lead that was given points for.
const COMPLETED: &str = "completed-cycle";

/// Points that turn into marketing funds, and expire.
pub struct Points {
    config: Config,
    words: Words,
}

/// Names that are compared in each call.
struct Words {
    data_complete: Word,
    claimer: Word,
    temperature: Word,
    hot: Word,
    warm: Word,
    cold: Word,
    worked_after: Word,
    points: Word,
    fund: Word,
    completed: Word,
    balance_points: Word,
}

impl Policy for Points {
    type Config = Config;

    fn manifest() -> Manifest {
        let account = |name: &str, unit, kind, about| Account {
            name: name.to_owned(),
            unit,
            holder: "partner",
            resets: Resets::Never,
            kind,
            about,
        };
        let of_event = |name: &str, kind, about| AttributeUse {
            name: name.to_owned(),
            of: "event",
            kind,
            about,
        };
        Manifest::new(
            "compensation-points",
            env!("CARGO_PKG_VERSION"),
            "Gives points for leads with complete feedback, more for colder ones and for fast contact.",
        )
        .event("data-complete")
        .attribute(of_event("claim/temperature", "text", "how warm the lead is: colder is worth more"))
        .attribute(of_event(
            "claim/worked-after-seconds",
            "integer",
            "how soon after the claim it was first worked",
        ))
        .account(account(POINTS, Unit::Points, "points", "points that were not turned yet"))
        .account(account(FUND, Unit::Money, "mdf", "marketing funds that points have turned into"))
        .account(Account {
            holder: "lead",
            ..account(
                COMPLETED,
                Unit::Count,
                "base",
                "the last cycle of the lead that was given points for",
            )
        })
        // Fewer points than the least do not turn.
        .declares("minimum")
        .reason(
            "points",
            "Complete feedback on a {0} lead, first worked after {1} minutes.",
            "Vollständige Rückmeldung zu einer Anfrage ({0}), nach {1} Minuten erstmals bearbeitet.",
        )
        .reason(
            "points-late",
            "Complete feedback on a {0} lead.",
            "Vollständige Rückmeldung zu einer Anfrage ({0}).",
        )
        .reason(
            "completed-cycle",
            "Points are given for cycle {0} of the lead.",
            "Für Runde {0} der Anfrage sind Punkte vergeben.",
        )
        .reason(
            "complete-before",
            "Points were given for this cycle of the lead already.",
            "Für diese Runde der Anfrage sind schon Punkte vergeben.",
        )
        .reason(
            "nobody",
            "Nobody held the lead.",
            "Niemand hatte die Anfrage übernommen.",
        )
        .reason(
            "turned",
            "{0} points turned into marketing funds, at {1} each.",
            "{0} Punkte wurden zu Werbegeld, je {1}.",
        )
        .reason(
            "expired",
            "{0} points have expired: fewer than the {1} that turn.",
            "{0} Punkte sind verfallen: weniger als die {1}, die zu Werbegeld werden.",
        )
        .golden(include_str!("../golden/cold-and-fast.json"))
        .golden(include_str!("../golden/turned.json"))
        .golden(include_str!("../golden/expired.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            config,
            words: Words {
                data_complete: Word::of("data-complete"),
                claimer: Word::of("claimer"),
                temperature: Word::of("claim/temperature"),
                hot: Word::of("hot"),
                warm: Word::of("warm"),
                cold: Word::of("cold"),
                worked_after: Word::of("claim/worked-after-seconds"),
                points: Word::of(POINTS),
                fund: Word::of(FUND),
                completed: Word::of(COMPLETED),
                balance_points: Word::of(&format!("account/{POINTS}")),
            },
        })
    }
}

impl Compensation for Points {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        Ok(self.earn(input))
    }

    fn settle(&self, _context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        self.turn_and_expire(input)
    }
}
