//! What is decided, on plain data.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use stellwerk_plugin_sdk::prelude::*;

/// What makes a lead complete and how warm it is.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Contact fields and attributes required of every lead, beside those that
    /// the terms require for its product.
    pub required: Vec<Word>,
    /// The flag attribute by which the contact has agreed to be contacted; empty
    /// where no consent is needed.
    pub consent: Word,
    /// How warm a source or an activity makes a lead; the warmest counts.
    pub warmth: Vec<WarmthRule>,
    /// How warm a lead is that no rule fits.
    pub otherwise: Temperature,
    /// An activity older than this many days no longer warms.
    pub activity_days: u32,
}

/// How warm a source or an activity makes a lead.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WarmthRule {
    /// A source code of the terms, or the code of an activity.
    pub when: Word,
    pub temperature: Temperature,
}

impl Default for Config {
    fn default() -> Self {
        let rule = |when: &str, temperature| WarmthRule {
            when: Word::of(when),
            temperature,
        };
        Self {
            required: Vec::new(),
            consent: Word::of("consent"),
            warmth: vec![
                rule("configurator", Temperature::Hot),
                rule("test-drive", Temperature::Hot),
                rule("call-back", Temperature::Hot),
                rule("trade-fair", Temperature::Warm),
                rule("white-paper", Temperature::Cold),
            ],
            otherwise: Temperature::Cold,
            activity_days: 30,
        }
    }
}

/// Mandatory fields and honest temperature.
pub struct MandatoryFields {
    config: Config,
    warmth: BTreeMap<Word, Temperature>,
    /// By product code.
    required: BTreeMap<Word, Vec<Word>>,
}

impl Policy for MandatoryFields {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            "qualification-mandatory-fields",
            env!("CARGO_PKG_VERSION"),
            "Qualifies leads whose required fields are there, and says honestly how warm they are.",
        )
        .attribute(AttributeUse {
            name: "consent".to_owned(),
            of: "lead",
            kind: "flag",
            about: "whether the contact has agreed to be contacted",
        })
        .reason(
            "complete",
            "Everything that the product asks for is there.",
            "Alles, was das Produkt verlangt, liegt vor.",
        )
        .reason("missing", "Missing: {0}.", "Es fehlt: {0}.")
        .reason(
            "invalid",
            "Filled in, but cannot be right: {0}.",
            "Ausgefüllt, kann aber nicht stimmen: {0}.",
        )
        .reason(
            "no-consent",
            "The contact has not agreed to be contacted.",
            "Es liegt keine Einwilligung zur Kontaktaufnahme vor.",
        )
        .reason(
            "warmed-by",
            "{0} makes it {1}.",
            "Durch {0} ist die Anfrage {1}.",
        )
        .reason(
            "nothing-warms",
            "No source or activity tells how warm it is; taken as {0}.",
            "Weder Herkunft noch Verhalten sagen, wie warm die Anfrage ist; angenommen: {0}.",
        )
        .golden(include_str!("../golden/complete-and-hot.json"))
        .golden(include_str!("../golden/asks-back.json"))
    }

    fn configure(config: Config, terms: &Terms) -> Result<Self, Vec<Problem>> {
        let mut warmth = BTreeMap::new();
        let mut problems = Vec::new();
        for (position, rule) in config.warmth.iter().enumerate() {
            if warmth.insert(rule.when, rule.temperature).is_some() {
                problems.push(Problem::at(
                    format!("/warmth/{position}/when"),
                    format!("`{}` has a rule already; leave one", rule.when),
                ));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let required = terms
            .products
            .iter()
            .map(|product| {
                let names = product.required.iter().map(|name| Word::of(name));
                (Word::of(&product.code), names.collect())
            })
            .collect();
        // Contact fields go by these names.
        for name in ["email", "phone", "name", "street", "city", "company"] {
            Word::of(name);
        }
        Ok(Self {
            config,
            warmth,
            required,
        })
    }
}

impl Qualification for MandatoryFields {
    fn assess(&self, _context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError> {
        let mut reasons = Vec::new();
        let (temperature, reason) = self.temperature(input);
        reasons.push(reason);
        let mut questions = Vec::new();
        for name in self.required_of(input) {
            match standing(input, name) {
                Standing::There => {}
                Standing::Missing => {
                    questions.push(name);
                    reasons.push(Reason::of("missing").with(name));
                }
                Standing::Invalid => {
                    questions.push(name);
                    reasons.push(Reason::of("invalid").with(name));
                }
            }
        }
        let consent = self.config.consent;
        if !consent.is_none() && flag(input, consent) != Some(true) {
            questions.push(consent);
            reasons.push(Reason::of("no-consent"));
        }
        let outcome = if questions.is_empty() {
            reasons.push(Reason::of("complete"));
            Outcome::qualified()
        } else {
            Outcome::NeedsInfo { questions }
        };
        Ok(Assessment {
            temperature: Some(temperature),
            score: match temperature {
                Temperature::Hot => 1_000,
                Temperature::Warm => 500,
                Temperature::Cold => 100,
            },
            expected_value: input.lead.value,
            reasons,
            ..Assessment::of(outcome)
        })
    }
}

impl MandatoryFields {
    /// The warmest of what source and activities say.
    fn temperature(&self, input: &AssessInput) -> (Temperature, Reason) {
        let limit = i64::from(self.config.activity_days) * 86_400;
        let recent = input
            .activities
            .iter()
            .filter(|activity| activity.age.elapsed_seconds <= limit)
            .map(|activity| activity.code);
        let warmest = input
            .lead
            .source
            .into_iter()
            .chain(recent)
            .filter_map(|code| Some((*self.warmth.get(&code)?, code)))
            .max_by_key(|(temperature, _)| *temperature);
        match warmest {
            Some((temperature, code)) => (
                temperature,
                Reason::of("warmed-by")
                    .with(code)
                    .with(name_of(temperature)),
            ),
            None => (
                self.config.otherwise,
                Reason::of("nothing-warms").with(name_of(self.config.otherwise)),
            ),
        }
    }

    /// Each once, in the order of the terms, then of the configuration.
    fn required_of(&self, input: &AssessInput) -> Vec<Word> {
        let of_product = input
            .lead
            .product
            .and_then(|product| self.required.get(&product))
            .into_iter()
            .flatten();
        let mut names: Vec<Word> = Vec::new();
        for name in of_product.chain(&self.config.required) {
            if !names.contains(name) {
                names.push(*name);
            }
        }
        names
    }
}

enum Standing {
    There,
    Missing,
    Invalid,
}

/// Whether a contact field or an attribute is there: as given, or answered by a
/// qualifier.
fn standing(input: &AssessInput, name: Word) -> Standing {
    if let Some(field) = input.contact.iter().find(|field| field.name == name) {
        return match field.state {
            FieldState::Valid => Standing::There,
            FieldState::Invalid => Standing::Invalid,
        };
    }
    if input.lead.attributes.has(name) || input.answers.has(name) {
        Standing::There
    } else {
        Standing::Missing
    }
}

fn flag(input: &AssessInput, name: Word) -> Option<bool> {
    input
        .answers
        .flag(name)
        .or_else(|| input.lead.attributes.flag(name))
}

fn name_of(temperature: Temperature) -> &'static str {
    match temperature {
        Temperature::Hot => "hot",
        Temperature::Warm => "warm",
        Temperature::Cold => "cold",
    }
}
