//! A manufacturer lets somebody in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::values::instant;
use crate::access::{self, NewToken, TokenError};
use crate::domain::access::Role;
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Json, json};
use crate::http::problem::Problem;

const DAYS_MAX: u32 = 3_650;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TokenBody {
    /// manufacturer, integrator, vendor-manager, agency, partner, auditor.
    role: String,
    /// Code of the partner or agency that the token speaks for.
    #[serde(default)]
    partner: Option<String>,
    /// What it is for.
    #[serde(default)]
    label: Option<String>,
    /// Days until it expires; 365 if none is given.
    #[serde(default)]
    days: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TokenMade {
    id: String,
    /// Shown this once, and kept nowhere.
    token: String,
    expires_at: String,
}

/// Make a token
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    tag = "tokens",
    request_body = TokenBody,
    responses((status = 201, description = "The secret is in the answer and nowhere else", body = TokenMade))
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    body: Json<TokenBody>,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Operator])?;
    let body = body.value;
    let role = Role::parse(&body.role)
        .filter(|role| *role != Role::Operator)
        .ok_or_else(|| {
            Problem::field(
                "/role",
                "is none of manufacturer, integrator, vendor-manager, agency, partner, auditor",
            )
        })?;
    let speaks_for_one = matches!(role, Role::Partner | Role::Agency);
    let partner = match &body.partner {
        Some(code) if speaks_for_one => {
            let partners = host.store.partners(&caller.manufacturer).await?;
            let partner = partners.into_iter().find(|partner| partner.code == *code);
            Some(
                partner
                    .ok_or_else(|| Problem::field("/partner", "there is no partner of that code"))?
                    .id,
            )
        }
        Some(_) => {
            return Err(Problem::field(
                "/partner",
                "only tokens of the roles partner and agency speak for a partner",
            ));
        }
        None if speaks_for_one => {
            return Err(Problem::field(
                "/partner",
                "is missing: whom does the token speak for?",
            ));
        }
        None => None,
    };
    if let Some(label) = &body.label {
        text::check_line(label, NAME_CHARS_MAX)
            .map_err(|bad| Problem::field("/label", bad.to_string()))?;
    }
    let days = body.days.unwrap_or(365);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Problem::field(
            "/days",
            format!("has to lie between 1 and {DAYS_MAX}"),
        ));
    }
    let new = NewToken {
        role,
        manufacturer: Some(caller.manufacturer.clone()),
        partner,
        user: None,
        label: body.label.unwrap_or_default(),
        days,
    };
    let (token, secret) = access::create_token(&host.store, &host.clock, &host.ids, new)
        .await
        .map_err(|error| match error {
            TokenError::Store(error) => Problem::from(error),
            TokenError::NoRandom(_) => {
                tracing::error!("{error}");
                Problem::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "host.internal",
                    "Something is wrong with the server",
                )
            }
        })?;
    let made = TokenMade {
        id: token.id.to_string(),
        token: secret,
        expires_at: instant(token.expires_at),
    };
    Ok(json(StatusCode::CREATED, &made))
}
