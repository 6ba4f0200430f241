//! What is decided, on plain data.

mod config;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use stellwerk_plugin_sdk::math;
use stellwerk_plugin_sdk::prelude::*;

pub use config::{Config, Counts, FieldCounts, ValueCount};

/// Added to each count, so that a value with which none was won yet does not rule a lead
/// out.
const SMOOTHING: f64 = 0.1;
/// Log-odds are added up as whole numbers of this part, so that the order of the fields
/// changes nothing.
const ONE: f64 = 1_000_000.0;

/// The chance of a lead by how earlier ones with the same values have ended, each field
/// by itself: naive Bayes, in log-odds.
pub struct Frequency {
    config: Config,
    /// ln(W/L), in millionths; none without counts.
    base: Option<i64>,
    fields: Vec<Field>,
    names: Names,
}

struct Field {
    name: Word,
    /// By value.
    evidence: BTreeMap<Word, Evidence>,
}

/// What a value says.
#[derive(Clone, Copy)]
struct Evidence {
    /// ln(((w+0.1)/W)/((l+0.1)/L)), in millionths.
    log_odds: i64,
    won: u64,
    lost: u64,
}

/// Of fields that are no attributes, and the values of a flag.
struct Names {
    source: Word,
    product: Word,
    country: Word,
    yes: Word,
    no: Word,
}

impl Policy for Frequency {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            "qualification-frequency",
            env!("CARGO_PKG_VERSION"),
            "Scores leads by how earlier ones with the same values have ended.",
        )
        .reason(
            "earlier-leads",
            "Of {0} earlier leads {1} were won.",
            "Von {0} früheren Anfragen wurden {1} gewonnen.",
        )
        .reason(
            "evidence",
            "{0} is {1}: of those {2} were won and {3} lost.",
            "{0} ist {1}: davon wurden {2} gewonnen und {3} verloren.",
        )
        .reason(
            "never-seen",
            "{0} is {1}, which no earlier lead had: it says nothing.",
            "{0} ist {1}, was keine frühere Anfrage hatte: das sagt nichts.",
        )
        .reason("chance", "A chance of {0} %.", "Eine Chance von {0} %.")
        .reason(
            "no-counts",
            "It was not told how earlier leads ended.",
            "Es ist nicht angegeben, wie frühere Anfragen endeten.",
        )
        .example(include_str!(
            "../golden/configurations/source-and-roof.json"
        ))
        .golden(include_str!("../golden/good-source-bad-roof.json"))
        .golden(include_str!("../golden/never-seen.json"))
        .golden(include_str!("../golden/no-counts.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let counts = &config.counts;
        let (won, lost) = (counts.won as f64, counts.lost as f64);
        let evidence = |count: &ValueCount| {
            let share = |of: u64, all: f64| (of as f64 + SMOOTHING) / all;
            let ratio = share(count.won, won) / share(count.lost, lost);
            let evidence = Evidence {
                log_odds: in_millionths(math::log(ratio)),
                won: count.won,
                lost: count.lost,
            };
            (count.value, evidence)
        };
        let fields = counts.fields.iter().map(|counts| Field {
            name: counts.field,
            evidence: counts.values.iter().map(evidence).collect(),
        });
        Ok(Self {
            base: (!counts.is_empty()).then(|| in_millionths(math::log(won / lost))),
            fields: fields.collect(),
            names: Names {
                source: Word::of("source"),
                product: Word::of("product"),
                country: Word::of("country"),
                yes: Word::of("true"),
                no: Word::of("false"),
            },
            config,
        })
    }
}

impl Qualification for Frequency {
    fn assess(&self, _context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError> {
        let Some(base) = self.base else {
            return Err(PolicyError::not_applicable("no-counts"));
        };
        let Counts { won, lost, .. } = self.config.counts;
        let mut log_odds = base;
        let mut reasons = vec![
            Reason::of("earlier-leads")
                .with(whole(won.saturating_add(lost)))
                .with(whole(won))
                .weighing(in_thousandths(base)),
        ];
        for field in &self.fields {
            for value in self.values(&input.lead, field.name) {
                let reason = match field.evidence.get(&value) {
                    Some(evidence) => {
                        log_odds = log_odds.saturating_add(evidence.log_odds);
                        Reason::of("evidence")
                            .with(field.name)
                            .with(value)
                            .with(whole(evidence.won))
                            .with(whole(evidence.lost))
                            .weighing(in_thousandths(evidence.log_odds))
                    }
                    None => Reason::of("never-seen").with(field.name).with(value),
                };
                reasons.push(reason);
            }
        }
        let chance = chance(log_odds);
        reasons.push(Reason::of("chance").with(chance as f64 / 10.0));
        let outcome = match chance >= self.config.qualified_from {
            true => Outcome::qualified(),
            false => Outcome::Nurture {
                until: self.config.rest.clone(),
            },
        };
        Ok(Assessment {
            temperature: Some(self.temperature(chance)),
            score: chance,
            expected_value: input.lead.value,
            reasons,
            ..Assessment::of(outcome)
        })
    }
}

impl Frequency {
    /// Every value that the lead has in a field; none where the field is empty, which
    /// says nothing.
    fn values(&self, lead: &Lead, field: Word) -> Vec<Word> {
        let names = &self.names;
        let of_lead = match field {
            field if field == names.source => lead.source,
            field if field == names.product => lead.product,
            field if field == names.country => lead.country,
            _ => None,
        };
        if let Some(value) = of_lead {
            return vec![value];
        }
        match lead.attributes.get(field) {
            Some(Value::Text(text)) => vec![*text],
            Some(Value::Texts(texts)) => texts.clone(),
            Some(Value::Flag(true)) => vec![names.yes],
            Some(Value::Flag(false)) => vec![names.no],
            _ => Vec::new(),
        }
    }

    fn temperature(&self, chance: i64) -> Temperature {
        match chance {
            chance if chance >= self.config.hot_from => Temperature::Hot,
            chance if chance >= self.config.warm_from => Temperature::Warm,
            _ => Temperature::Cold,
        }
    }
}

/// Log-odds in millionths as a chance in thousandths.
fn chance(log_odds: i64) -> i64 {
    let odds = math::exp(log_odds as f64 / ONE);
    // Beyond what a number holds it is certain.
    match odds.is_finite() {
        true => (1_000.0 * odds / (1.0 + odds)).round() as i64,
        false => 1_000,
    }
}

fn in_millionths(log_odds: f64) -> i64 {
    (log_odds * ONE).round() as i64
}

fn in_thousandths(millionths: i64) -> i64 {
    (millionths as f64 / 1_000.0).round() as i64
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
