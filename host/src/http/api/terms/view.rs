//! Terms as callers see them: complete, with every default filled in.

use serde::Serialize;
use serde_json::Value;

use super::super::values::instant;
use crate::domain::contract::TermsVersion;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TermsView {
    pub version: i64,
    pub created_at: String,
    /// By wit/terms.schema.json.
    #[schema(value_type = Object)]
    pub terms: Value,
}

impl TermsView {
    pub fn of(version: &TermsVersion) -> Self {
        Self {
            version: version.version,
            created_at: instant(version.created_at),
            terms: serde_json::from_str(&version.document).unwrap_or_default(),
        }
    }
}
