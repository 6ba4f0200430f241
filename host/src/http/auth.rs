//! Who asks: a token, its role, and whose it is.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use super::problem::Problem;
use super::rate::Rates;
use crate::access;
use crate::domain::access::{Role, Token};
use crate::domain::ids::{ManufacturerId, PartnerId, TokenId, UserId};
use crate::host::{Host, Origin};

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

/// What is asked about: one manufacturer's, or by an operator that names none
/// what is the server's own.
#[derive(Clone, Debug)]
pub enum Scope {
    Server(Bearer),
    Within(Caller),
}

/// Who asks, whichever manufacturer it is about.
#[derive(Clone, Debug)]
pub struct Bearer(Token);

impl Bearer {
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// Refuses all but these roles.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Problem> {
        must_be(self.role(), roles)
    }

    /// Whose the token is; none for an operator's.
    pub fn manufacturer(&self) -> Option<&ManufacturerId> {
        self.0.manufacturer.as_ref()
    }

    /// The same, within a manufacturer.
    pub fn within(self, manufacturer: ManufacturerId) -> Caller {
        Caller {
            token: self.0.id,
            role: self.0.role,
            manufacturer,
            partner: self.0.partner,
            user: self.0.user,
        }
    }
}

/// Roles that run a manufacturer's contracts.
pub const OWNERS: [Role; 2] = [Role::Manufacturer, Role::Operator];

/// Roles that may change by which rules a contract works: integrators on test
/// contracts, vendor managers what pays.
pub const RULE_MAKERS: [Role; 4] = [
    Role::Manufacturer,
    Role::Operator,
    Role::Integrator,
    Role::VendorManager,
];

/// Roles that see by which rules a contract works.
pub const RULE_READERS: [Role; 5] = [
    Role::Manufacturer,
    Role::Operator,
    Role::Integrator,
    Role::VendorManager,
    Role::Auditor,
];

/// Roles that see what was decided about every lead.
pub const DECISION_READERS: [Role; 4] = [
    Role::Manufacturer,
    Role::Integrator,
    Role::VendorManager,
    Role::Auditor,
];

/// Roles that see what has been done and earned, a partner its own and that of
/// those below it.
pub const BUSINESS_READERS: [Role; 4] = [
    Role::Manufacturer,
    Role::VendorManager,
    Role::Auditor,
    Role::Partner,
];

/// Roles that see what a contract pays all of its partners.
pub const MONEY_READERS: [Role; 3] = [Role::Manufacturer, Role::VendorManager, Role::Auditor];

/// Roles that see who has access, and who has changed what.
pub const OVERSEERS: [Role; 3] = [Role::Manufacturer, Role::Operator, Role::Auditor];

/// Roles that send in leads and answer questions about them.
pub const SENDERS: [Role; 2] = [Role::Manufacturer, Role::Agency];

impl Scope {
    /// The caller, where these roles may ask; without a manufacturer where the
    /// server's own is meant.
    pub fn caller(self, roles: &[Role]) -> Result<Caller, Problem> {
        match self {
            Self::Server(bearer) => Ok(bearer.within(ManufacturerId::nobody())),
            Self::Within(caller) => {
                caller.must_be(roles)?;
                Ok(caller)
            }
        }
    }
}

impl Caller {
    /// A change that the caller makes, without an Idempotency-Key.
    pub fn origin<T>(&self) -> Origin<T> {
        Origin {
            actor: Some(self.token.clone()),
            keep: None,
        }
    }

    /// The partners that the caller may see; all of them if none are named. A
    /// partner or an agency sees itself and those below.
    pub async fn tree(&self, host: &Host) -> Result<Option<Vec<PartnerId>>, Problem> {
        if !self.role.speaks_for_partner() {
            return Ok(None);
        }
        let own = self
            .partner
            .as_ref()
            .ok_or_else(|| Problem::forbidden("the token speaks for no partner"))?;
        Ok(Some(
            host.store.with_those_below(&self.manufacturer, own).await?,
        ))
    }

    /// Refuses all but these roles.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Problem> {
        must_be(self.role, roles)
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
        Ok(host.store.with_those_below(&self.manufacturer, own).await?)
    }
}

fn must_be(role: Role, roles: &[Role]) -> Result<(), Problem> {
    if roles.contains(&role) {
        return Ok(());
    }
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    Err(Problem::forbidden(&format!(
        "the token's role is {}; this takes {}",
        role.as_str(),
        names.join(" or ")
    )))
}

impl FromRequestParts<Host> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Problem> {
        let secret = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| unauthorized("send `Authorization: Bearer TOKEN`"))?;
        let token = token(host, secret).await?;
        if let Some(rates) = parts.extensions.get::<Arc<Rates>>() {
            rates.token(&token.id)?;
        }
        Ok(Self(token))
    }
}

impl FromRequestParts<Host> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Problem> {
        let bearer = Bearer::from_request_parts(parts, host).await?;
        caller(bearer, parts, host).await
    }
}

impl FromRequestParts<Host> for Scope {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Problem> {
        let bearer = Bearer::from_request_parts(parts, host).await?;
        let names_one = parts.headers.contains_key(MANUFACTURER_HEADER);
        if bearer.role() == Role::Operator && !names_one {
            return Ok(Self::Server(bearer));
        }
        Ok(Self::Within(caller(bearer, parts, host).await?))
    }
}

/// Whoever has a manufacturer's token is that one's, whatever else the request
/// names.
async fn caller(bearer: Bearer, parts: &Parts, host: &Host) -> Result<Caller, Problem> {
    let manufacturer = match (bearer.manufacturer(), bearer.role()) {
        (Some(manufacturer), _) => manufacturer.clone(),
        (None, Role::Operator) => named(parts, host).await?,
        (None, _) => return Err(unauthorized("the token belongs to no manufacturer")),
    };
    Ok(bearer.within(manufacturer))
}

/// The token, when it is one and still holds. Looked up by its hash: how long
/// that takes says nothing about the secret.
async fn token(host: &Host, secret: &str) -> Result<Token, Problem> {
    let token = host
        .token_by_hash(access::hash(secret))
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
        .ok_or_else(unnamed)?;
    let manufacturer = host
        .store
        .manufacturer_by_code(code)
        .await?
        .ok_or_else(|| Problem::not_found("manufacturer"))?;
    Ok(manufacturer.id)
}

/// An operator has named none where one is needed.
pub fn unnamed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "manufacturer.unnamed",
        "Which manufacturer is meant?",
    )
    .detail("an operator sends `Stellwerk-Manufacturer: CODE`")
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "The request carries no valid token",
    )
    .detail(detail)
}
