//! The time that a request has.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::drain::Rest;
use super::problem::Problem;
use super::settings::HttpSettings;

/// Gives the request its time. Whose body does not come in it is told so.
pub async fn bounded_time(
    State(settings): State<Arc<HttpSettings>>,
    request: Request,
    next: Next,
) -> Response {
    let (request, rest) = Rest::of(request);
    match tokio::time::timeout(settings.request_time(), next.run(request)).await {
        Ok(response) => response,
        Err(_) if rest.is_awaited() => body_too_slow(&settings),
        Err(_) => request_too_slow(&settings),
    }
}

fn body_too_slow(settings: &HttpSettings) -> Response {
    let problem = Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "body.too-slow",
        "The body took too long to come",
    )
    .detail(format!(
        "it was given {} s; nothing was done",
        settings.request_seconds_max
    ));
    // The rest of it is not waited for.
    ([(header::CONNECTION, "close")], problem).into_response()
}

fn request_too_slow(settings: &HttpSettings) -> Response {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "request.too-slow",
        "The request took too long",
    )
    .detail(format!(
        "it was given {} s, and may have been done all the same: look, or send it again with the \
         same Idempotency-Key",
        settings.request_seconds_max
    ))
    .into_response()
}
