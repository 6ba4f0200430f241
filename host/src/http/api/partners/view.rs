//! A partner as callers see it.

use serde::Serialize;

use crate::contracts::Tree;
use crate::contracts::partner::parent_code;
use crate::domain::partner::Partner;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PartnerView {
    pub id: String,
    /// The manufacturer's own short name for it.
    pub code: String,
    pub name: String,
    /// Stands for the partner in every policy call.
    pub key: u64,
    /// Code of the partner above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    pub version: i64,
}

impl PartnerView {
    pub fn of(partner: &Partner, tree: &Tree) -> Self {
        Self {
            id: partner.id.to_string(),
            code: partner.code.clone(),
            name: partner.name.clone(),
            key: partner.key,
            parent: parent_code(partner, tree).map(str::to_owned),
            country: partner.country.clone(),
            postcode: partner.postcode.clone(),
            latitude: partner.position.map(|position| position.latitude),
            longitude: partner.position.map(|position| position.longitude),
            version: partner.version,
        }
    }
}
