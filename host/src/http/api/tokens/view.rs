//! A token as callers see it: everything but the secret.

use serde::Serialize;

use super::super::values::{instant, maybe_instant};
use crate::contracts::Tree;
use crate::domain::access::Token;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TokenView {
    pub id: String,
    pub role: String,
    /// Code of the partner or agency that it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// The user whose it is; none: a program's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    pub label: String,
    pub created_at: String,
    pub expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
}

impl TokenView {
    pub fn of(token: &Token, partners: &Tree) -> Self {
        let partner = token.partner.as_ref();
        Self {
            id: token.id.to_string(),
            role: token.role.as_str().to_owned(),
            partner: partner
                .and_then(|id| partners.by_id(id))
                .map(|partner| partner.code.clone()),
            user: token.user.as_ref().map(ToString::to_string),
            label: token.label.clone(),
            created_at: instant(token.created_at),
            expires_at: instant(token.expires_at),
            revoked_at: maybe_instant(token.revoked_at),
        }
    }
}
