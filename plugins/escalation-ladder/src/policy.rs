//! What is decided, on plain data.

mod climb;
mod gate;
#[cfg(test)]
mod tests;

use stellwerk_plugin_sdk::prelude::*;
use stellwerk_plugin_sdk::{Leg, ServiceLevel};

/// What follows when nobody acts, and who may claim.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// After which share of a promised time a reminder goes out, in per cent; 0:
    /// none does.
    pub remind_at_per_cent: u32,
    /// After how many waves the ladder begins.
    pub waves_max: u32,
    /// Whom the ladder tells, rung by rung. With the last rung the customer is
    /// told too, and the lead goes to the manual queue.
    pub rungs: Vec<Word>,
    /// How long a rung has to act.
    pub rung_time: Span,
    /// Who may claim.
    pub gate: Gate,
}

/// Who may claim: those that report.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Gate {
    /// A partner with this many leads that it never reported on may not claim.
    pub open_without_feedback_max: i64,
    /// A partner with this many recalls within 90 days gets no offers for a while.
    pub recalls_max: i64,
    /// For how long.
    pub blocked_for: Span,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            remind_at_per_cent: 50,
            waves_max: 3,
            rungs: ["channel-manager", "head-of-channel", "direct-sales"]
                .map(Word::of)
                .to_vec(),
            rung_time: Span::of([Leg::BusinessDays(1)]),
            gate: Gate::default(),
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            open_without_feedback_max: 3,
            recalls_max: 3,
            blocked_for: Span::of([Leg::CalendarDays(30)]),
        }
    }
}

/// Temperature ladder and feedback gate.
pub struct Ladder {
    config: Config,
    /// Promised times: hot, warm, cold.
    service_levels: [ServiceLevel; 3],
    feedback_every: Span,
    words: Words,
}

/// Names that are compared in each call.
struct Words {
    offered: Word,
    unmatched: Word,
    claimed: Word,
    declined: Word,
    due: Word,
    won: Word,
    lost: Word,
    key: Word,
    claim: Word,
    claim_reminder: Word,
    contact: Word,
    contact_reminder: Word,
    feedback: Word,
    ladder: Word,
    overdue: Word,
    without_feedback: Word,
    recalled: Word,
    capacity: Word,
    capacity_used: Word,
    blocked_until: Word,
}

impl Policy for Ladder {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            "escalation-ladder",
            env!("CARGO_PKG_VERSION"),
            "Reminds, recalls and escalates by temperature, and lets those claim that report.",
        )
        .figure("feedback-overdue")
        .figure("open-without-feedback")
        .figure("recalled")
        .reason(
            "promised",
            "A {0} lead is to be claimed within {1}.",
            "Eine Anfrage ({0}) ist binnen {1} zu übernehmen.",
        )
        .reason(
            "contact-promised",
            "The first contact is promised within {0}.",
            "Der erste Kontakt ist binnen {0} zugesagt.",
        )
        .reason(
            "half-time",
            "Half of the promised time is over.",
            "Die halbe Zeit ist um.",
        )
        .reason(
            "nobody-claimed",
            "Nobody has claimed in time.",
            "Niemand hat rechtzeitig übernommen.",
        )
        .reason(
            "nobody-there",
            "There was nobody to ask.",
            "Es gab niemanden, den man fragen konnte.",
        )
        .reason(
            "rung",
            "The lead goes up to {0}.",
            "Die Anfrage geht hinauf an {0}.",
        )
        .reason(
            "not-contacted",
            "The contact was not reached for within the promised time.",
            "Der Kontakt wurde nicht rechtzeitig gesucht.",
        )
        .reason(
            "too-many-recalls",
            "{0} leads were taken back within 90 days.",
            "{0} Anfragen wurden binnen 90 Tagen zurückgeholt.",
        )
        .reason(
            "feedback-due",
            "Feedback is due.",
            "Eine Rückmeldung ist fällig.",
        )
        .reason(
            "feedback-overdue",
            "Feedback on {0} leads is overdue; reporting unlocks at once.",
            "Zu {0} Anfragen ist eine Rückmeldung überfällig; jede Meldung schaltet sofort frei.",
        )
        .reason(
            "too-many-silent",
            "{0} open leads have had no feedback yet; {1} are allowed.",
            "{0} offene Anfragen sind ohne Rückmeldung; erlaubt sind {1}.",
        )
        .reason(
            "no-capacity",
            "The partner holds {0} of the {1} leads that it wants.",
            "Der Partner hat {0} von {1} gewünschten Anfragen.",
        )
        .reason(
            "blocked",
            "The partner is blocked.",
            "Der Partner ist gesperrt.",
        )
        .reason(
            "has-declined",
            "The partner has declined this lead.",
            "Der Partner hat abgelehnt.",
        )
        .reason("nothing-to-do", "Nothing follows.", "Es folgt nichts.")
        .golden(include_str!("../golden/warm-lead-offered.json"))
        .golden(include_str!("../golden/third-wave-unclaimed.json"))
        .golden(include_str!("../golden/gate-is-shut.json"))
    }

    fn configure(config: Config, terms: &Terms) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if config.remind_at_per_cent >= 100 {
            problems.push(Problem::at(
                "/remind-at-per-cent",
                "has to be less than 100: a reminder after the promised time comes too late",
            ));
        }
        if config.waves_max == 0 {
            problems.push(Problem::at("/waves-max", "has to allow one wave at least"));
        }
        if config.rung_time.is_none() {
            problems.push(Problem::at(
                "/rung-time",
                "is empty; write such as `1 business day`",
            ));
        }
        if config.gate.blocked_for.is_none() {
            problems.push(Problem::at(
                "/gate/blocked-for",
                "is empty; write such as `30 days`",
            ));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let levels = [Temperature::Hot, Temperature::Warm, Temperature::Cold];
        Ok(Self {
            config,
            service_levels: levels.map(|temperature| terms.service_level(temperature)),
            feedback_every: terms.feedback_every.clone(),
            words: Words {
                offered: Word::of("offered"),
                unmatched: Word::of("unmatched"),
                claimed: Word::of("claimed"),
                declined: Word::of("declined"),
                due: Word::of("due"),
                won: Word::of("won"),
                lost: Word::of("lost"),
                key: Word::of("key"),
                claim: Word::of("claim"),
                claim_reminder: Word::of("claim-reminder"),
                contact: Word::of("contact"),
                contact_reminder: Word::of("contact-reminder"),
                feedback: Word::of("feedback"),
                ladder: Word::of("ladder"),
                overdue: Word::of("figure/feedback-overdue"),
                without_feedback: Word::of("figure/open-without-feedback"),
                recalled: Word::of("figure/recalled@90d"),
                capacity: Word::of("capacity"),
                capacity_used: Word::of("capacity-used"),
                blocked_until: Word::of("blocked-until"),
            },
        })
    }
}

impl Ladder {
    /// The promised times; those of a cold lead where the temperature is not
    /// known.
    fn service_level(&self, temperature: Option<Temperature>) -> &ServiceLevel {
        &self.service_levels[match temperature {
            Some(Temperature::Hot) => 0,
            Some(Temperature::Warm) => 1,
            Some(Temperature::Cold) | None => 2,
        }]
    }
}
