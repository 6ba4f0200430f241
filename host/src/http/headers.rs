//! Headers: how many of a request, and what every answer carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::settings::HttpSettings;

/// An answer is data for whoever has asked: no browser shows it, keeps it, takes
/// it for something else, or tells others where it was.
pub const OF_EVERY_ANSWER: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Adds them; a page that is meant to be shown has brought a policy of its own.
pub async fn protective(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in OF_EVERY_ANSWER {
        let headers = response.headers_mut();
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Refuses requests with too many headers, or too large ones.
pub async fn bounded_headers(
    State(settings): State<Arc<HttpSettings>>,
    request: Request,
    next: Next,
) -> Response {
    let refused = |code: &str, title: &str, detail: String| {
        Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, code, title)
            .detail(detail)
            .into_response()
    };
    let headers = request.headers();
    if headers.len() > settings.headers_max {
        let detail = format!(
            "there are {}; at most {} are taken",
            headers.len(),
            settings.headers_max
        );
        return refused("headers.too-many", "There are too many headers", detail);
    }
    let bytes = header_bytes(headers) + request.uri().to_string().len();
    if bytes > settings.header_bytes_max {
        let detail = format!(
            "address and headers have {bytes} bytes; at most {} are taken",
            settings.header_bytes_max
        );
        return refused("headers.too-large", "The headers are too large", detail);
    }
    next.run(request).await
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}
