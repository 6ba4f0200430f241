//! A manufacturer as callers see it.

use serde::Serialize;

use super::super::values::instant;
use crate::domain::contract::Manufacturer;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ManufacturerView {
    pub id: String,
    /// Short and unique on this server.
    pub code: String,
    pub name: String,
    pub created_at: String,
}

impl ManufacturerView {
    pub fn of(manufacturer: &Manufacturer) -> Self {
        Self {
            id: manufacturer.id.to_string(),
            code: manufacturer.code.clone(),
            name: manufacturer.name.clone(),
            created_at: instant(manufacturer.created_at),
        }
    }
}
