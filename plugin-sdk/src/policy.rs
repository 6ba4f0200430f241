//! What all kinds of policies have in common.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Manifest, Problem, Terms};

/// A policy with its configuration. Besides, it implements the trait of its kind.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// /// Who is asked.
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
/// struct Config {
///     /// Beyond so many kilometres nobody is.
///     kilometres_max: u32,
/// }
/// # impl Default for Config {
/// #     fn default() -> Self {
/// #         Self { kilometres_max: 150 }
/// #     }
/// # }
///
/// struct Nearby {
///     kilometres_max: f64,
///     distance: Word,
/// }
///
/// impl Policy for Nearby {
///     type Config = Config;
///
///     fn manifest() -> Manifest {
///         Manifest::new("matching-nearby", "0.1.0", "Asks partners that are near.")
///     }
///
///     fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
///         if config.kilometres_max == 0 {
///             return Err(vec![Problem::at("/kilometres-max", "is 0: nobody would be asked")]);
///         }
///         Ok(Self {
///             kilometres_max: config.kilometres_max.into(),
///             distance: Word::of("distance-km"),
///         })
///     }
/// }
///
/// let problems = testing::configured::<Nearby>(r#"{ "kilometres-max": 0 }"#).err().unwrap();
/// assert_eq!(problems[0].pointer, "/kilometres-max");
/// ```
pub trait Policy: Sized + 'static {
    /// Doc comments of the type become help texts of its JSON Schema; its
    /// default is the plugin's default configuration.
    type Config: Serialize + DeserializeOwned + JsonSchema + Default;

    /// What the plugin is, reads and answers. Always the same.
    fn manifest() -> Manifest;

    /// Takes the configuration in, once. What is left to check is what the
    /// schema cannot say; what is computed here costs nothing in the calls. Words
    /// that are made here are what the policy is told.
    ///
    /// # Errors
    /// All that is wrong with the configuration, or with the terms for it.
    fn configure(config: Self::Config, terms: &Terms) -> Result<Self, Vec<Problem>>;
}

/// The document that `describe` answers.
#[allow(dead_code)] // Needed by guests and by native tests.
pub(crate) fn document<P: Policy>(kind: &str) -> serde_json::Value {
    let schema = schemars::schema_for!(P::Config).to_value();
    // A configuration is plain data, which JSON can write.
    let default = serde_json::to_value(P::Config::default()).unwrap_or_default();
    P::manifest().document(kind, schema, default)
}
