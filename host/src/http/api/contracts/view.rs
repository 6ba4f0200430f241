//! A contract as callers see it.

use serde::Serialize;

use super::super::values::instant;
use crate::domain::contract::Contract;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ContractView {
    pub id: String,
    /// Short and unique with the manufacturer.
    pub code: String,
    pub name: String,
    /// Integrators may bind on test contracts only.
    pub test: bool,
    /// The version of the terms in force.
    pub terms_version: i64,
    pub created_at: String,
    /// Counts the changes of terms, bindings and of the contract itself.
    pub version: i64,
}

impl ContractView {
    pub fn of(contract: &Contract) -> Self {
        Self {
            id: contract.id.to_string(),
            code: contract.code.clone(),
            name: contract.name.clone(),
            test: contract.test,
            terms_version: contract.terms_version,
            created_at: instant(contract.created_at),
            version: contract.version,
        }
    }
}
