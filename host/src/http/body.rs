//! Bodies as JSON, refused with a place and a reason when they are not.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::drain::Rest;
use super::problem::Problem;
use crate::domain::digest::sha256;
use crate::host::Host;

/// A JSON body, with the digest of what was really sent.
pub struct Json<T> {
    pub value: T,
    /// SHA-256 of method, path and body, hexadecimal.
    pub digest: String,
}

impl<T: DeserializeOwned> FromRequest<Host> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, host: &Host) -> Result<Self, Problem> {
        let line = format!("{} {}\n", request.method(), request.uri().path());
        let bytes = bytes(request, host).await?;
        let value = read(&bytes)?;
        let mut sent = line.into_bytes();
        sent.extend_from_slice(&bytes);
        Ok(Self {
            value,
            digest: sha256(&sent),
        })
    }
}

/// The whole body, when it is within the route's limit.
pub async fn bytes(request: Request, host: &Host) -> Result<Bytes, Problem> {
    let (request, rest) = Rest::of(request);
    let error = match Bytes::from_request(request, host).await {
        Ok(bytes) => return Ok(bytes),
        Err(error) => error,
    };
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        rest.drain().await;
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "input.too_large",
            "The body is too large",
        ));
    }
    Err(Problem::new(
        StatusCode::BAD_REQUEST,
        "body.broken",
        "The body could not be read",
    ))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        if error.is_data() {
            Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "The request is not valid",
            )
            .detail(error.to_string())
        } else {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "body.no_json",
                "The body is no JSON",
            )
            .detail(format!("{error} (at {place})"))
        }
    })
}

/// An answer in JSON.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    sent(status.as_u16(), rendered(value))
}

/// The bytes of an answer; the API's own types have no form that fails.
pub fn rendered<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// An answer of which the bytes are there already.
pub fn sent(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (
        status,
        [(axum::http::header::CONTENT_TYPE, "application/json")],
        body,
    )
        .into_response()
}
