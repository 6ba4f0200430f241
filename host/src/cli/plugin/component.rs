//! A core module made a component.

use wit_component::ComponentEncoder;

use crate::cli::CliError;

/// Turns a core module, which carries its interface with it, into a component.
pub fn encode(module: &[u8]) -> Result<Vec<u8>, CliError> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| CliError::PluginRefused(format!("it makes no component: {error:#}")))
}
