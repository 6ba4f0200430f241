//! Native tests of policies: configured as the host would, asked in JSON, and
//! their golden examples run.

mod answers;
mod attributes;
mod golden;
mod tables;
pub(crate) mod wide;

use serde::de::DeserializeOwned;

use crate::{Policy, Problem, Terms};

pub use golden::{golden_compensation, golden_escalation, golden_matching, golden_qualification};

/// Terms that are enough for most tests: euros, four levels, the usual promised
/// times.
const TERMS: &str = include_str!("../../../wit/example-terms.json");

/// An input of a policy, or a part of one, from JSON as golden examples have it.
/// What is left out is missing.
///
/// # Panics
/// Where the text is no such input: with what is wrong, and where.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: RankInput = testing::input(
///     r#"{
///         "lead": { "value": 2500000, "attributes": { "roof": { "text": "flat" } } },
///         "wave": 1,
///         "candidates": { "keys": [7, 9], "columns": { "level": { "texts": ["gold", null] } } }
///     }"#,
/// );
/// assert_eq!(input.lead.attributes.text(Word::of("roof")), Some(Word::of("flat")));
/// assert_eq!(input.candidates.texts(Word::of("level")).get(1), None);
/// ```
pub fn input<I: DeserializeOwned>(json: &str) -> I {
    match serde_json::from_str(json) {
        Ok(input) => input,
        Err(error) => panic!("no {}: {error}", std::any::type_name::<I>()),
    }
}

/// The policy with a configuration, as JSON, for the terms of [`terms`].
///
/// # Errors
/// The problems that `configure` finds, and a text that is no configuration.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
/// # #[derive(Default, Serialize, Deserialize, JsonSchema)]
/// # #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
/// # struct Config {
/// #     wave_size: u32,
/// # }
/// # struct Nearest;
/// # impl Policy for Nearest {
/// #     type Config = Config;
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("matching-nearest", "0.1.0", "Offers to the nearest.")
/// #     }
/// #     fn configure(config: Config, _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         if config.wave_size == 0 {
/// #             return Err(vec![Problem::at("/wave-size", "is 0: nobody would be asked")]);
/// #         }
/// #         Ok(Self)
/// #     }
/// # }
///
/// let problems = |config| testing::configured::<Nearest>(config).err().unwrap_or_default();
/// assert!(problems(r#"{ "wave-size": 3 }"#).is_empty());
/// assert_eq!(problems(r#"{ "wave-size": 0 }"#)[0].pointer, "/wave-size");
/// assert!(problems(r#"{ "wave": 3 }"#)[0].message.contains("unknown field `wave`"));
/// ```
pub fn configured<P: Policy>(config: &str) -> Result<P, Vec<Problem>> {
    let config: P::Config =
        serde_json::from_str(config).map_err(|error| vec![Problem::at("", error.to_string())])?;
    P::configure(config, &terms())
}

/// The policy with its default configuration, for the terms of [`terms`].
///
/// # Panics
/// Where that is refused.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
/// # struct Everybody;
/// # impl Policy for Everybody {
/// #     type Config = ();
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("matching-everybody", "0.1.0", "Asks everybody at once.")
/// #     }
/// #     fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         Ok(Self)
/// #     }
/// # }
/// # impl Matching for Everybody {
/// #     fn rank(&self, _: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
/// #         let mut ranking = Ranking::of(&input.candidates);
/// #         ranking.offer(0..input.candidates.len());
/// #         Ok(ranking)
/// #     }
/// # }
///
/// let policy: Everybody = testing::default();
/// let input: RankInput = testing::input(r#"{ "candidates": { "keys": [7, 9] } }"#);
/// let ranking = policy.rank(&Context::default(), &input).unwrap();
/// assert_eq!(ranking.groups(), [[0, 1]]);
/// ```
pub fn default<P: Policy>() -> P {
    match P::configure(P::Config::default(), &terms()) {
        Ok(policy) => policy,
        Err(problems) => panic!("the default configuration is refused: {problems:?}"),
    }
}

/// Terms that are enough for most tests: euros, four levels, the usual promised
/// times. A test changes what it is about.
///
/// # Panics
/// Never, as long as the document is one.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A contract that pays by the quarter.
/// let mut terms = testing::terms();
/// terms.periods.cadence = "quarter".to_owned();
/// assert_eq!(terms.levels.len(), 4);
/// assert_eq!(terms.service_level(Temperature::Hot).claim.to_string(), "15 minutes");
/// ```
pub fn terms() -> Terms {
    input(TERMS)
}
