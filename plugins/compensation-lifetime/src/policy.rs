//! What is decided, on plain data.

mod accounts;
mod config;
mod draw;
mod liability;
#[cfg(test)]
mod tests;
mod tranches;

use stellwerk_plugin_sdk::prelude::*;

use accounts::Accounts;
pub use config::{Commission, Config, Draw, Tranches};

/// The wake-up at the end of a deal's liability.
const LIABILITY_ENDS: &str = "liability-ends";
/// The wake-up at the end of a customer's year.
const YEAR_ENDS: &str = "year-ends";
/// The attribute of that wake-up: which year ends, the first is 1.
const YEAR: &str = "year";

/// Commission with a liability, a draw, and tranches.
pub struct Lifetime {
    config: Config,
    accounts: Accounts,
    words: Words,
}

/// Names that are compared in each call.
struct Words {
    won: Word,
    cancelled: Word,
    due: Word,
    key: Word,
    liability_ends: Word,
    year_ends: Word,
    year: Word,
    claimer: Word,
    balance_earned: Word,
    balance_draw: Word,
    /// The column of the draw's target.
    target: Word,
}

impl Policy for Lifetime {
    type Config = Config;

    fn manifest() -> Manifest {
        let of_event = |name: &str, kind, about| AttributeUse {
            name: name.to_owned(),
            of: "event",
            kind,
            about,
        };
        let manifest = Manifest::new(
            "compensation-lifetime",
            env!("CARGO_PKG_VERSION"),
            "Pays over the life of a customer: a commission with clawback and reserve, a draw, tranches.",
        )
        .event("won")
        .event("cancelled")
        .event("due")
        .target("draw")
        .attribute(of_event("value", "money", "the deal's value, where it has no lines"))
        .attribute(of_event("margin", "money", "the margin of a year, for tranches"))
        // What the draw advances is at least what was agreed.
        .declares("floor")
        .reason(
            "commission",
            "Commission on a deal of {0}.",
            "Provision auf einen Auftrag über {0}.",
        )
        .reason(
            "held",
            "Reserve of {0}, held until the liability of {1} months ends.",
            "Rücklage von {0}, einbehalten bis zum Ende der Haftung von {1} Monaten.",
        )
        .reason(
            "liable",
            "The day from which the deal is liable.",
            "Der Tag, ab dem für den Auftrag gehaftet wird.",
        )
        .reason(
            "released",
            "The liability has ended: the reserve is released.",
            "Die Haftung ist zu Ende: die Rücklage wird frei.",
        )
        .reason(
            "cancelled",
            "The deal was called off.",
            "Der Auftrag wurde storniert.",
        )
        .reason(
            "clawback",
            "Called off after {1} of {2} liable months: the rest of {0} goes back.",
            "Storniert nach {1} von {2} Haftungsmonaten: der Rest von {0} geht zurück.",
        )
        .reason(
            "no-longer-liable",
            "Called off after the liability has ended: nothing goes back.",
            "Nach dem Ende der Haftung storniert: nichts geht zurück.",
        )
        .reason(
            "no-value",
            "The deal has no value to take a commission of.",
            "Der Auftrag hat keinen Wert, auf den es Provision gäbe.",
        )
        .reason(
            "nobody",
            "It is nobody's deal.",
            "Der Auftrag gehört niemandem.",
        )
        .reason(
            "margin",
            "Margin of {0} with the customer.",
            "Marge von {0} mit dem Kunden.",
        )
        .reason(
            "tranche",
            "Year {0} with the customer: {1} % of a margin of {2}.",
            "Jahr {0} mit dem Kunden: {1} % einer Marge von {2}.",
        )
        .reason(
            "no-margin",
            "Year {0} with the customer had no margin.",
            "Jahr {0} mit dem Kunden hatte keine Marge.",
        )
        .reason(
            "year-over",
            "The year's margin has been paid for.",
            "Die Marge des Jahres ist vergütet.",
        )
        .reason(
            "earned",
            "Earned in the period, to be compared with the draw.",
            "Im Zeitraum verdient, mit dem Vorschuss zu vergleichen.",
        )
        .reason(
            "settled",
            "Compared with the draw of {0}.",
            "Mit dem Vorschuss von {0} verglichen.",
        )
        .reason(
            "advanced",
            "Of the draw of {0}, {1} were earned: the rest is advanced.",
            "Vom Vorschuss von {0} sind {1} verdient: der Rest wird vorgestreckt.",
        )
        .reason(
            "recovered",
            "{1} were earned beyond the draw of {0}: a part pays back the {2} advanced.",
            "Über den Vorschuss von {0} hinaus sind {1} verdient: ein Teil tilgt die vorgestreckten {2}.",
        )
        .example(include_str!("../golden/configurations/draw.json"))
        .example(include_str!("../golden/configurations/usage.json"))
        .golden(include_str!("../golden/a-tenth-is-held.json"))
        .golden(include_str!("../golden/called-off-in-mid-liability.json"))
        .golden(include_str!("../golden/released.json"))
        .golden(include_str!("../golden/second-tranche.json"))
        .golden(include_str!("../golden/advanced-and-recovered.json"));
        accounts::declared()
            .into_iter()
            .fold(manifest, Manifest::account)
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        let draw = config.draw.as_ref();
        let target = draw.map_or(String::new(), |draw| {
            format!("target/{}", draw.target.text())
        });
        Ok(Self {
            config,
            accounts: Accounts::named(),
            words: Words {
                won: Word::of("won"),
                cancelled: Word::of("cancelled"),
                due: Word::of("due"),
                key: Word::of("key"),
                liability_ends: Word::of(LIABILITY_ENDS),
                year_ends: Word::of(YEAR_ENDS),
                year: Word::of(YEAR),
                claimer: Word::of("claimer"),
                balance_earned: Word::of(&format!("account/{}", accounts::EARNED)),
                balance_draw: Word::of(&format!("account/{}", accounts::DRAW)),
                target: Word::of(&target),
            },
        })
    }
}

impl Compensation for Lifetime {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let words = &self.words;
        let code = input.event.code;
        let key = input.event.attributes.text(words.key);
        let mut earnings = Earnings::none();
        if code == words.won {
            self.begin_liability(input, &mut earnings);
        } else if code == words.cancelled {
            self.claw_back(input, &mut earnings)?;
            self.end_tranches(input, &mut earnings)?;
        } else if code == words.due && key == Some(words.liability_ends) {
            self.end_liability(input, &mut earnings)?;
        } else if code == words.due && key == Some(words.year_ends) {
            self.end_year(input, &mut earnings);
        }
        self.note_margin(input, &mut earnings);
        self.note_earned(&mut earnings);
        Ok(earnings)
    }

    fn settle(&self, _context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        Ok(match &self.config.draw {
            Some(draw) => self.settle_draw(draw, input),
            None => Settlement::none(),
        })
    }
}
