//! What is decided, on plain data.

use stellwerk_plugin_sdk::prelude::*;

/// When a lead is worth a partner's time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// One of these contact fields has to be valid: email, phone, name, street,
    /// city, company.
    pub reachable_by: Vec<Word>,
    /// Sources whose leads are hot; all others are warm.
    pub hot_sources: Vec<Word>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reachable_by: vec![Word::of("phone"), Word::of("email")],
            hot_sources: vec![Word::of("configurator")],
        }
    }
}

/// Takes leads whose contact can be reached.
pub struct Reachable {
    config: Config,
}

impl Policy for Reachable {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            env!("CARGO_PKG_NAME"),
            // `stellwerk plugin dev` gives each build a version of its own.
            option_env!("STELLWERK_PLUGIN_VERSION").unwrap_or(env!("CARGO_PKG_VERSION")),
            "Takes leads whose contact can be reached.",
        )
        .reason(
            "reachable",
            "The contact can be reached by {0}.",
            "Der Kontakt ist erreichbar: {0}.",
        )
        .reason(
            "unreachable",
            "No way to reach the contact is known.",
            "Es ist kein Weg bekannt, den Kontakt zu erreichen.",
        )
        .golden(include_str!("../golden/example.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        if config.reachable_by.is_empty() {
            return Err(vec![Problem::at(
                "/reachable-by",
                "is empty: name at least one contact field",
            )]);
        }
        Ok(Self { config })
    }
}

impl Qualification for Reachable {
    fn assess(&self, _context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError> {
        let reachable = self.config.reachable_by.iter().find(|name| {
            input
                .contact
                .iter()
                .any(|field| field.name == **name && field.state == FieldState::Valid)
        });
        let hot = input
            .lead
            .source
            .is_some_and(|source| self.config.hot_sources.contains(&source));
        let (outcome, reason) = match reachable {
            Some(name) => (Outcome::qualified(), Reason::of("reachable").with(*name)),
            None => (
                Outcome::NeedsInfo {
                    questions: self.config.reachable_by.clone(),
                },
                Reason::of("unreachable"),
            ),
        };
        Ok(Assessment {
            temperature: Some(if hot {
                Temperature::Hot
            } else {
                Temperature::Warm
            }),
            reasons: vec![reason],
            ..Assessment::of(outcome)
        })
    }
}

#[cfg(test)]
mod tests {
    use stellwerk_plugin_sdk::qualification::ContactField;
    use stellwerk_plugin_sdk::testing;

    use super::*;

    fn assess(phone: FieldState) -> Outcome {
        let input = AssessInput {
            contact: vec![ContactField {
                name: Word::of("phone"),
                state: phone,
            }],
            ..AssessInput::default()
        };
        testing::default::<Reachable>()
            .assess(&Context::default(), &input)
            .unwrap()
            .outcome
    }

    #[test]
    fn the_golden_example_comes_out() {
        testing::golden_qualification::<Reachable>();
    }

    #[test]
    fn who_cannot_be_reached_is_asked_about() {
        assert_eq!(assess(FieldState::Valid), Outcome::qualified());
        assert!(matches!(
            assess(FieldState::Invalid),
            Outcome::NeedsInfo { .. }
        ));
    }
}
