//! What all kinds of policies have in common.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Manifest, Problem, Terms};

/// A policy with its configuration. Besides, it implements the trait of its kind.
pub trait Policy: Sized + 'static {
    /// Doc comments of the type become help texts of its JSON Schema; its
    /// default is the plugin's default configuration.
    type Config: Serialize + DeserializeOwned + JsonSchema + Default;

    /// What the plugin is. Always the same.
    fn manifest() -> Manifest;

    /// Takes the configuration in, once. What is left to check is what the
    /// schema cannot say; what is computed here costs nothing in the calls.
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
