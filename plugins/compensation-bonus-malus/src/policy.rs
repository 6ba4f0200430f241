//! What is decided, on plain data.

mod base;
mod config;
mod quality;
mod settle;
#[cfg(test)]
mod tests;

use stellwerk_plugin_sdk::prelude::*;

pub use config::{Base, Better, Config, Corridor, Criterion, KnockOut, Paid};

/// What the bonus or malus of the period is taken of.
const BASE: &str = "base";
const BONUS: &str = "bonus";
const MALUS: &str = "malus";

/// Bonus and malus by measures.
pub struct BonusMalus {
    config: Config,
    /// The measure's column of each criterion, and of each knock-out.
    criteria: Vec<Word>,
    knock_outs: Vec<Word>,
    words: Words,
}

/// Names that are compared in each call.
struct Words {
    won: Word,
    cancelled: Word,
    claimer: Word,
    base: Word,
    bonus: Word,
    malus: Word,
    balance_base: Word,
}

impl Policy for BonusMalus {
    type Config = Config;

    fn manifest() -> Manifest {
        let account = |name: &str, kind, about| Account {
            name: name.to_owned(),
            unit: Unit::Money,
            holder: "partner",
            resets: Resets::Never,
            kind,
            about,
        };
        Manifest::new(
            "compensation-bonus-malus",
            env!("CARGO_PKG_VERSION"),
            "Adds a bonus to what was earned, or takes a malus off it, by measures of the period.",
        )
        .event("won")
        .event("cancelled")
        .measure("satisfaction")
        .measure("rework-share")
        .attribute(AttributeUse {
            name: "value".to_owned(),
            of: "event",
            kind: "money",
            about: "the deal's value, where it has no lines",
        })
        .account(account(
            BASE,
            "base",
            "what bonus and malus are taken of; each close takes it in",
        ))
        .account(account(
            BONUS,
            "bonus",
            "for measures beyond their corridors",
        ))
        .account(account(
            MALUS,
            "malus",
            "for measures short of their corridors",
        ))
        // No bonus or malus is beyond the most that is agreed.
        .declares("cap")
        // What is called off after its period lessens the next base; bonus and malus of
        // the period that is over stay.
        .declares("bonus-of-period")
        .reason(
            "base-of-deal",
            "Part of the base: a deal of {0}.",
            "Teil der Basis: ein Auftrag über {0}.",
        )
        .reason(
            "base-of-event",
            "Part of the base: {0}.",
            "Teil der Basis: {0}.",
        )
        .reason(
            "no-value",
            "The deal has no value that could be part of the base.",
            "Der Auftrag hat keinen Wert, der Teil der Basis sein könnte.",
        )
        .reason("nobody", "It is nobody's doing.", "Niemand hat es getan.")
        .reason(
            "cancelled",
            "The deal was called off.",
            "Der Auftrag wurde storniert.",
        )
        .reason(
            "settled",
            "Taken in by bonus and malus of {0}.",
            "In Bonus und Malus von {0} eingegangen.",
        )
        .reason(
            "bonus",
            "A bonus of {1} % of {0}, in per cent: {2}.",
            "Ein Bonus von {1} % auf {0}, in Prozent: {2}.",
        )
        .reason(
            "malus",
            "A malus of {1} % of {0}, in per cent: {2}.",
            "Ein Malus von {1} % auf {0}, in Prozent: {2}.",
        )
        .reason(
            "knocked-out",
            "The full malus of {1} % of {0}: {2} is {3}.",
            "Der volle Malus von {1} % auf {0}: {2} ist {3}.",
        )
        .reason(
            "quality",
            "Bonus or malus, as a share of the base",
            "Bonus oder Malus, als Anteil der Basis",
        )
        .golden(include_str!("../golden/part-of-the-base.json"))
        .golden(include_str!("../golden/better-and-worse.json"))
        .golden(include_str!("../golden/knocked-out.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let column = |measure: Word| Word::of(&format!("measure/{}", measure.text()));
        Ok(Self {
            criteria: config
                .criteria
                .iter()
                .map(|one| column(one.measure))
                .collect(),
            knock_outs: config
                .knock_outs
                .iter()
                .map(|one| column(one.measure))
                .collect(),
            config,
            words: Words {
                won: Word::of("won"),
                cancelled: Word::of("cancelled"),
                claimer: Word::of("claimer"),
                base: Word::of(BASE),
                bonus: Word::of(BONUS),
                malus: Word::of(MALUS),
                balance_base: Word::of(&format!("account/{BASE}")),
            },
        })
    }
}

impl Compensation for BonusMalus {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        self.add_to_base(input)
    }

    fn settle(&self, _context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        Ok(self.settle_period(input))
    }
}
