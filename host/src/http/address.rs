//! Addresses that can be read: what they stand for is text, without characters
//! that nobody sees.

use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use super::problem::Problem;
use crate::domain::text::BadText;

/// Refuses a request whose path or query is none.
pub async fn readable(request: Request, next: Next) -> Response {
    match check(request.uri()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(uri: &Uri) -> Result<(), Problem> {
    for (part, text) in [("path", uri.path()), ("query", uri.query().unwrap_or(""))] {
        let unreadable = |what: String| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "address.unreadable",
                "The address cannot be read",
            )
            .detail(format!("its {part} {what}"))
        };
        let decoded = percent_decode_str(text).decode_utf8().map_err(|_| {
            unreadable("stands for bytes that are no UTF-8; write others as %XX".to_owned())
        })?;
        if let Some(character) = decoded.chars().find(|character| character.is_control()) {
            return Err(unreadable(BadText::Control(character).to_string()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(uri: &str) -> Option<String> {
        check(&uri.parse().unwrap()).err()?.detail
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(detail("/api/v1/leads/M%C3%BCller?after=a+b"), None);
        for (uri, said) in [
            ("/api/%00", "its path holds the control character U+0000"),
            (
                "/api?after=%0a",
                "its query holds the control character U+000A",
            ),
            (
                "/api/%ff",
                "its path stands for bytes that are no UTF-8; write others as %XX",
            ),
        ] {
            assert_eq!(detail(uri).as_deref(), Some(said), "{uri}");
        }
    }
}
