//! Who asks: a token, its role, and whose it is.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use super::problem::Problem;
use crate::access;
use crate::domain::access::{Role, Token};
use crate::domain::ids::{ManufacturerId, PartnerId, TokenId, UserId};
use crate::host::Host;

/// An operator names the manufacturer it acts for.
const MANUFACTURER_HEADER: &str = "stellwerk-manufacturer";

/// Who asks, within one manufacturer.
#[derive(Clone, Debug)]
pub struct Caller {
    pub token: TokenId,
    pub role: Role,
    pub manufacturer: ManufacturerId,
    /// The partner or agency that the token speaks for.
    pub partner: Option<PartnerId>,
    pub user: Option<UserId>,
}

impl Caller {
    /// Refuses all but these roles.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Problem> {
        if roles.contains(&self.role) {
            return Ok(());
        }
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        Err(Problem::forbidden(&format!(
            "the token's role is {}; this takes {}",
            self.role.as_str(),
            names.join(" or ")
        )))
    }

    /// The partner that the caller is.
    pub fn partner(&self) -> Result<&PartnerId, Problem> {
        self.must_be(&[Role::Partner])?;
        self.partner
            .as_ref()
            .ok_or_else(|| Problem::forbidden("the token speaks for no partner"))
    }

    /// The partner and those below it in the tree.
    pub async fn partners(&self, host: &Host) -> Result<Vec<PartnerId>, Problem> {
        let own = self.partner()?;
        Ok(access::with_those_below(&host.store, &self.manufacturer, own).await?)
    }
}

impl FromRequestParts<Host> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Problem> {
        let secret = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| unauthorized("send `Authorization: Bearer TOKEN`"))?;
        let token = token(host, secret).await?;
        let manufacturer = match (&token.manufacturer, token.role) {
            (Some(manufacturer), _) => manufacturer.clone(),
            (None, Role::Operator) => named(parts, host).await?,
            (None, _) => return Err(unauthorized("the token belongs to no manufacturer")),
        };
        Ok(Self {
            token: token.id,
            role: token.role,
            manufacturer,
            partner: token.partner,
            user: token.user,
        })
    }
}

/// The token, when it is one and still holds. Looked up by its hash: how long
/// that takes says nothing about the secret.
async fn token(host: &Host, secret: &str) -> Result<Token, Problem> {
    let token = host
        .store
        .token_by_hash(&access::hash(secret))
        .await?
        .ok_or_else(|| unauthorized("there is no such token"))?;
    if token.revoked_at.is_some() {
        return Err(unauthorized("the token was revoked"));
    }
    if token.expires_at <= host.clock.now() {
        return Err(unauthorized("the token has expired"));
    }
    Ok(token)
}

async fn named(parts: &Parts, host: &Host) -> Result<ManufacturerId, Problem> {
    let code = parts
        .headers
        .get(MANUFACTURER_HEADER)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "manufacturer.unnamed",
                "Which manufacturer is meant?",
            )
            .detail("an operator sends `Stellwerk-Manufacturer: CODE`")
        })?;
    let manufacturer = host
        .store
        .manufacturer_by_code(code)
        .await?
        .ok_or_else(|| Problem::not_found("manufacturer"))?;
    Ok(manufacturer.id)
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "The request carries no valid token",
    )
    .detail(detail)
}
