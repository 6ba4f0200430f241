//! A component as it is kept: the file's digest is its identity.

use super::ids::ManufacturerId;
use super::time::Micros;

#[derive(Clone, Debug, PartialEq)]
pub struct PluginRecord {
    pub manufacturer: ManufacturerId,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    pub name: String,
    pub version: String,
    /// qualification, matching, escalation, compensation.
    pub kind: String,
    /// As `describe` has answered it.
    pub manifest: String,
    pub size_bytes: i64,
    /// Empty where only the plugin's description was read.
    pub component: Vec<u8>,
    pub uploaded_at: Micros,
}

impl PluginRecord {
    /// Name and version, such as matching-weighted@0.1.0.
    pub fn title(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}
