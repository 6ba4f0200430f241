//! Bodies as JSON, refused with a place and a reason when they are not.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::crowd::Turn;
use super::document;
use super::drain::Rest;
use super::problem::Problem;
use crate::domain::digest::sha256;
use crate::host::Host;

/// A body as it was sent.
pub struct Raw {
    pub bytes: Bytes,
    /// What the sender says it is, without parameters.
    pub content_type: Option<String>,
    /// SHA-256 of method, path with query, and body, hexadecimal.
    pub digest: String,
}

impl FromRequest<Host> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, host: &Host) -> Result<Self, Problem> {
        let mut sent = format!("{} {}\n", request.method(), request.uri()).into_bytes();
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|value| value.trim().to_ascii_lowercase());
        let bytes = bytes(request, host).await?;
        sent.extend_from_slice(&bytes);
        Ok(Self {
            bytes,
            content_type,
            digest: sha256(&sent),
        })
    }
}

/// A JSON body, with the digest of what was really sent.
pub struct Json<T> {
    pub value: T,
    /// SHA-256 of method, path and body, hexadecimal.
    pub digest: String,
}

impl<T: DeserializeOwned> FromRequest<Host> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, host: &Host) -> Result<Self, Problem> {
        let raw = Raw::from_request(request, host).await?;
        document::without_nul(&raw.bytes)?;
        Ok(Self {
            value: document::read(&raw.bytes)?,
            digest: raw.digest,
        })
    }
}

/// A field of a change: left out, it stays; null takes the value away.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Patch<T> {
    #[default]
    Keep,
    Set(Option<T>),
}

impl<T: Clone> Patch<T> {
    /// Puts it in the place of what is there.
    pub fn put_into(&self, field: &mut Option<T>) {
        if let Self::Set(value) = self {
            field.clone_from(value);
        }
    }

    /// The value that was given.
    pub fn given(&self) -> Option<T> {
        match self {
            Self::Set(value) => value.clone(),
            Self::Keep => None,
        }
    }

    /// The same of another type.
    pub fn try_map<U, E>(&self, read: impl Fn(&T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Self::Keep => Patch::Keep,
            Self::Set(value) => Patch::Set(value.as_ref().map(read).transpose()?),
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Set)
    }
}

/// How large a body a route takes; see [`limit`].
#[derive(Clone, Copy, Debug)]
struct Limit(usize);

/// A layer that bounds bodies, and lets refusals say by how much.
pub fn limit(bytes_max: usize) -> (DefaultBodyLimit, Extension<impl Clone + Send + Sync>) {
    (
        DefaultBodyLimit::max(bytes_max),
        Extension(Limit(bytes_max)),
    )
}

/// The whole body, when it is within the route's limit and there is room for the
/// request.
pub async fn bytes(request: Request, host: &Host) -> Result<Bytes, Problem> {
    let limit = request.extensions().get::<Limit>().copied();
    let turn = request.extensions().get::<Turn>().cloned();
    let (request, rest) = Rest::of(request);
    let error = match Bytes::from_request(request, host).await {
        Ok(bytes) => {
            if let Some(turn) = turn {
                turn.take().await?;
            }
            return Ok(bytes);
        }
        Err(error) => error,
    };
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        rest.drain().await;
        let problem = Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "input.too_large",
            "The body is too large",
        );
        return Err(match limit {
            Some(Limit(max)) => problem.detail(format!("at most {max} bytes are taken here")),
            None => problem,
        });
    }
    Err(broken())
}

/// What is told whose body has ended before its end.
pub fn broken() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "body.broken",
        "The body could not be read",
    )
    .detail("it has ended before its end; nothing was done, send it again")
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
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
