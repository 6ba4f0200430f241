//! What is decided, on plain data.

mod config;
mod earn;
mod settle;
#[cfg(test)]
mod tests;

use stellwerk_plugin_sdk::prelude::*;

pub use config::{Config, Project, Unworked};

/// For complete data and care contacts.
const CARE: &str = "care";
/// For won projects; apart, because the unworked share of a period bears on it.
const PROJECT: &str = "project";
/// For what was left unworked.
const MALUS: &str = "malus";
/// The last cycle of a lead whose complete data was paid.
const COMPLETED: &str = "completed-cycle";

/// Complete data first, then care, then the project.
pub struct CareFirst {
    config: Config,
    words: Words,
}

/// Names that are compared in each call.
struct Words {
    data_complete: Word,
    care_contact: Word,
    won: Word,
    cancelled: Word,
    unworked: Word,
    within_sla: Word,
    claimer: Word,
    care: Word,
    project: Word,
    malus: Word,
    completed: Word,
    figure_claimed: Word,
    figure_unworked: Word,
    balance_project: Word,
}

impl Policy for CareFirst {
    type Config = Config;

    fn manifest() -> Manifest {
        let earning = |name: &str, about| Account {
            name: name.to_owned(),
            unit: Unit::Money,
            holder: "partner",
            resets: Resets::Month,
            kind: "earning",
            about,
        };
        Manifest::new(
            "compensation-care-first",
            env!("CARGO_PKG_VERSION"),
            "Pays for keeping the customer's data, then for caring, and only then for the project.",
        )
        .event("data-complete")
        .event("care-contact")
        .event("won")
        .event("cancelled")
        .event("unworked")
        .figure("claimed")
        .figure("unworked")
        .attribute(AttributeUse {
            name: "within-sla".to_owned(),
            of: "event",
            kind: "flag",
            about: "whether the claim was worked within the promised time",
        })
        .attribute(AttributeUse {
            name: "value".to_owned(),
            of: "event",
            kind: "money",
            about: "the project's value, where it has no lines",
        })
        .account(earning(CARE, "for complete data and care contacts"))
        .account(earning(PROJECT, "for won projects"))
        .account(Account {
            kind: "malus",
            ..earning(MALUS, "for leads that were left unworked")
        })
        .account(Account {
            name: COMPLETED.to_owned(),
            unit: Unit::Count,
            holder: "lead",
            resets: Resets::Never,
            kind: "base",
            about: "the last cycle of the lead whose complete data was paid",
        })
        // What a project pays at least and at most.
        .declares("floor")
        .declares("cap")
        // A cancellation after the period gives back no malus of that period.
        .declares("malus-of-period")
        .reason(
            "complete",
            "Complete data, and the lead was worked within the promised time.",
            "Vollständige Daten, und die Anfrage wurde rechtzeitig bearbeitet.",
        )
        .reason(
            "completed-cycle",
            "Complete data is paid for cycle {0} of the lead.",
            "Vollständige Daten sind für Runde {0} der Anfrage vergütet.",
        )
        .reason(
            "complete-late",
            "The data is complete, but the lead was not worked within the promised time.",
            "Die Daten sind vollständig, die Anfrage wurde aber nicht rechtzeitig bearbeitet.",
        )
        .reason(
            "complete-before",
            "Complete data of this lead was paid in this cycle already.",
            "Die vollständigen Daten dieser Anfrage sind in dieser Runde schon vergütet.",
        )
        .reason(
            "care",
            "A documented care contact.",
            "Ein dokumentierter Betreuungskontakt.",
        )
        .reason(
            "project",
            "Share of a project of {0}.",
            "Anteil an einem Projekt über {0}.",
        )
        .reason(
            "project-least",
            "The least that a project pays; the share of {0} would be less.",
            "Der Mindestbetrag je Projekt; der Anteil an {0} läge darunter.",
        )
        .reason(
            "project-most",
            "The most that a project pays; the share of {0} would be more.",
            "Der Höchstbetrag je Projekt; der Anteil an {0} läge darüber.",
        )
        .reason(
            "no-value",
            "The project has no value to take a share of.",
            "Das Projekt hat keinen Wert, an dem es einen Anteil gäbe.",
        )
        .reason(
            "cancelled",
            "The project was called off.",
            "Das Projekt wurde storniert.",
        )
        .reason(
            "unworked",
            "The lead was left unworked.",
            "Die Anfrage blieb unbearbeitet.",
        )
        .reason(
            "nobody",
            "Nobody held the lead.",
            "Niemand hatte die Anfrage übernommen.",
        )
        .reason(
            "unworked-share",
            "Of {1} claimed leads, {0} were left unworked in the period: less for the projects.",
            "Von {1} übernommenen Anfragen blieben im Zeitraum {0} unbearbeitet: weniger für die Projekte.",
        )
        .reason(
            "project-part",
            "Earned with projects in the period",
            "Mit Projekten im Zeitraum verdient",
        )
        .golden(include_str!("../golden/complete-in-time.json"))
        .golden(include_str!("../golden/large-project.json"))
        .golden(include_str!("../golden/called-off.json"))
        .golden(include_str!("../golden/too-much-unworked.json"))
    }

    fn configure(config: Config, terms: &Terms) -> Result<Self, Vec<Problem>> {
        let problems = config.problems(terms);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            config,
            words: Words {
                data_complete: Word::of("data-complete"),
                care_contact: Word::of("care-contact"),
                won: Word::of("won"),
                cancelled: Word::of("cancelled"),
                unworked: Word::of("unworked"),
                within_sla: Word::of("within-sla"),
                claimer: Word::of("claimer"),
                care: Word::of(CARE),
                project: Word::of(PROJECT),
                malus: Word::of(MALUS),
                completed: Word::of(COMPLETED),
                figure_claimed: Word::of("figure/claimed"),
                figure_unworked: Word::of("figure/unworked"),
                balance_project: Word::of(&format!("account/{PROJECT}")),
            },
        })
    }
}

impl Compensation for CareFirst {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        self.earn(input)
    }

    fn settle(&self, _context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        Ok(self.settle_period(input))
    }
}
