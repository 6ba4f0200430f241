//! Serving: limits, request lines in the log, and an end that finishes what was
//! begun.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;

use super::api;
use super::problem::Problem;
use crate::host::Host;

const BODY_BYTES_MAX: usize = 1024 * 1024;
const REQUEST_SECONDS_MAX: u64 = 30;
const REQUEST_ID: &str = "x-request-id";

/// Serves until `stop` is done; then finishes what was begun.
pub async fn serve(
    host: Host,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(host))
        .with_graceful_shutdown(stop)
        .await
}

fn router(host: Host) -> Router {
    let (routes, document) = api::routes().split_for_parts();
    let document = rendered(&document);
    routes
        .route(
            "/api/v1/openapi.json",
            get(move || async move {
                (
                    [(axum::http::header::CONTENT_TYPE, "application/json")],
                    document,
                )
            }),
        )
        .route("/health/live", get(|| async { "live" }))
        .route("/health/ready", get(ready))
        .fallback(|| async { Problem::not_found("resource") })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The resource does not take this method",
            )
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                Problem::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "host.internal",
                    "Something is wrong with the server",
                )
                .into_response()
            },
        ))
        .layer(middleware::from_fn(request_line))
        .with_state(host)
}

fn rendered(document: &utoipa::openapi::OpenApi) -> String {
    document.to_json().unwrap_or_default()
}

async fn ready(axum::extract::State(host): axum::extract::State<Host>) -> Response {
    if host.store.is_reachable().await {
        return "ready".into_response();
    }
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "store.unavailable",
        "The database cannot be reached",
    )
    .into_response()
}

/// One line per request: no query, no body, no person.
async fn request_line(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().to_string();
    let span = tracing::info_span!("request", id);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let begin = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    tracing::info!(
        %method,
        path,
        status = response.status().as_u16(),
        micros = begin.elapsed().as_micros() as u64,
        "answered"
    );
    if let Ok(id) = id.parse() {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
