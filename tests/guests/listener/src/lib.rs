//! Looks for a word in what people wrote.

use stellwerk_plugin_sdk::log;
use stellwerk_plugin_sdk::prelude::*;

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Words that make a lead hot.
    pub hot: Vec<Word>,
    /// How what it was told is repeated; not at all where this is empty.
    pub repeat: Repeat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    #[default]
    Never,
    /// As an argument of a reason.
    Reason,
    /// As an attribute that goes on to matching.
    Attribute,
    /// As a question to somebody.
    Question,
    /// As the reason of having nothing to say.
    NotApplicable,
    /// As what went wrong.
    Error,
}

pub struct Listener {
    config: Config,
    note: Word,
}

impl Policy for Listener {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            "qualification-listener",
            env!("CARGO_PKG_VERSION"),
            "Looks for a word in what people wrote.",
        )
        .attribute(AttributeUse {
            name: "contact/note".to_owned(),
            of: "lead",
            kind: "text",
            about: "what people wrote",
        })
        .reason("said", "The text says {0}.", "Der Text sagt {0}.")
        .reason(
            "not-said",
            "The text says nothing.",
            "Der Text sagt nichts.",
        )
        .reason("not-told", "There is no text.", "Es gibt keinen Text.")
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        Ok(Self {
            config,
            note: Word::of("contact/note"),
        })
    }
}

impl Qualification for Listener {
    fn assess(&self, _context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError> {
        let Some(told) = input.lead.attributes.text(self.note) else {
            return Ok(qualified(Temperature::Cold, Reason::of("not-told")));
        };
        let text = told.text();
        log::info(&format!("was told: {text}"));
        match self.config.repeat {
            Repeat::Never => {}
            Repeat::Reason => {
                return Ok(qualified(Temperature::Cold, Reason::of("said").with(told)));
            }
            Repeat::Attribute => {
                let attributes = Attributes::new().with("said", told);
                return Ok(Assessment::of(Outcome::Qualified { attributes }));
            }
            Repeat::Question => {
                let questions = vec![told];
                return Ok(Assessment::of(Outcome::NeedsInfo { questions }));
            }
            Repeat::NotApplicable => return Err(PolicyError::NotApplicable(told)),
            Repeat::Error => return Err(PolicyError::Internal(text)),
        }
        let mut hot = self.config.hot.iter();
        Ok(match hot.find(|word| text.contains(&word.text())) {
            Some(word) => qualified(Temperature::Hot, Reason::of("said").with(*word)),
            None => qualified(Temperature::Cold, Reason::of("not-said")),
        })
    }
}

fn qualified(temperature: Temperature, reason: Reason) -> Assessment {
    Assessment {
        temperature: Some(temperature),
        reasons: vec![reason],
        ..Assessment::of(Outcome::qualified())
    }
}

stellwerk_plugin_sdk::export!(qualification: Listener);
