//! A policy of qualification that answers with all that it was told.

#[path = "../../told.rs"]
mod told;

use stellwerk_plugin_sdk::prelude::*;

pub struct Mirror;

impl Policy for Mirror {
    type Config = told::Config;

    fn manifest() -> Manifest {
        told::manifest("qualification")
    }

    fn configure(_config: told::Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        told::configure();
        Ok(Self)
    }
}

impl Qualification for Mirror {
    fn assess(&self, context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError> {
        Ok(Assessment {
            temperature: Some(Temperature::Warm),
            score: -1,
            expected_value: Some(Money(i64::MAX)),
            reasons: told::reasons(context, input),
            ..Assessment::of(Outcome::Qualified {
                attributes: told::attributes(),
            })
        })
    }
}

stellwerk_plugin_sdk::export!(qualification: Mirror);
