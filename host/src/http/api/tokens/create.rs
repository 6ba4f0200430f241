//! A manufacturer lets somebody in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::values::instant;
use crate::contracts::people::WantedRole;
use crate::contracts::token::{self, DAYS_DEFAULT, Made};
use crate::domain::whole;
use crate::host::Host;
use crate::http::auth::{Caller, OWNERS};
use crate::http::body::{Json, rendered};
use crate::http::idempotency::{self, Request};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TokenBody {
    /// manufacturer, integrator, vendor-manager, agency, partner, auditor.
    role: String,
    /// Code of the partner or agency that the token speaks for.
    #[serde(default)]
    partner: Option<String>,
    /// Identifier of the user whose it is, who has to have the role.
    #[serde(default)]
    user: Option<String>,
    /// What it is for.
    #[serde(default)]
    label: Option<String>,
    /// Days until it expires, at most 3,650; 365 if none is given.
    #[serde(default, deserialize_with = "whole::maybe_days")]
    days: Option<u32>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TokenMade {
    id: String,
    /// Shown this once, and kept nowhere: where an Idempotency-Key asks for the
    /// answer again, it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
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
    headers: HeaderMap,
    body: Json<TokenBody>,
) -> Result<Response, Problem> {
    caller.must_be(&OWNERS)?;
    let wanted = body.value;
    let wanted = token::Wanted {
        role: WantedRole {
            role: wanted.role,
            partner: wanted.partner,
        },
        user: wanted.user.map(Into::into),
        label: wanted.label.unwrap_or_default(),
        days: wanted.days.unwrap_or(DAYS_DEFAULT),
    };
    let origin = match idempotency::request(&host, &caller, &headers, &body.digest, kept).await? {
        Request::New(origin) => origin,
        Request::Answered(response) => return Ok(response),
    };
    let made = token::create(&host, &caller.manufacturer, &wanted, &origin).await;
    idempotency::outcome(&host, &caller, &headers, &body.digest, render, made).await
}

fn render(made: &Made) -> (u16, Vec<u8>) {
    (201, rendered(&view(made, Some(made.secret.clone()))))
}

/// The secret is kept nowhere, so not in the kept answer either.
fn kept(made: &Made) -> (u16, Vec<u8>) {
    (201, rendered(&view(made, None)))
}

fn view(made: &Made, token: Option<String>) -> TokenMade {
    TokenMade {
        id: made.token.id.to_string(),
        token,
        expires_at: instant(made.token.expires_at),
    }
}
