//! Versions of what can be changed: `ETag` tells which one was read, `If-Match`
//! for which one a change is meant.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::body::json;
use super::problem::Problem;

/// The version that a change is meant for; none: whichever there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.headers.get(header::IF_MATCH) {
            None => Ok(Self(None)),
            Some(value) => value.to_str().ok().and_then(read).ok_or_else(|| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "if-match.unreadable",
                    "The If-Match header cannot be read",
                )
                .detail("send one ETag as it was answered, such as \"7\", or *")
            }),
        }
    }
}

fn read(text: &str) -> Option<IfMatch> {
    let text = text.trim();
    if text == "*" {
        return Some(IfMatch(None));
    }
    let version = text.strip_prefix('"')?.strip_suffix('"')?;
    version.parse().ok().map(|version| IfMatch(Some(version)))
}

/// An answer in JSON, with the version of what it shows.
pub fn tagged<T: Serialize>(status: StatusCode, value: &T, version: i64) -> Response {
    let mut response = json(status, value);
    if let Ok(tag) = HeaderValue::try_from(format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_as_it_was_answered() {
        assert_eq!(read("\"7\""), Some(IfMatch(Some(7))));
        assert_eq!(read("*"), Some(IfMatch(None)));
        for text in ["7", "W/\"7\"", "\"7\", \"8\"", "\"x\"", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
