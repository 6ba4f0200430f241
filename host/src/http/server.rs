//! The frame around every request: its limits, its line in the log, its
//! identifier.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use utoipa::openapi::Server;

use super::crowd::{Room, bounded_crowd};
use super::door::Inside;
use super::headers::{OF_EVERY_ANSWER, bounded_headers, protective};
use super::problem::Problem;
use super::rate::{Rates, bounded_rate};
use super::settings::HttpSettings;
use super::time::bounded_time;
use super::{address, api, body, connections, crowd, door, drain};
use crate::host::Host;
use crate::{metrics, telemetry};

/// Taken from the caller, or made here; given back, and in every line of the
/// log that the request writes.
const REQUEST_ID: &str = "x-request-id";
const REQUEST_ID_CHARS_MAX: usize = 128;
/// Whether a server lives is asked for when it has much to do, too.
const HEALTH: &str = "/health/";
const DESCRIBED: &str = "what there is, and how to ask for it, stands at /api/v1/openapi.json";

/// How the server looks from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    pub settings: HttpSettings,
    /// Where callers find it, if they were told.
    pub public_url: Option<String>,
}

/// What is wrong with a URL of the server's own.
pub fn check_public_url(url: &str) -> Result<(), String> {
    let is_one = url.parse::<Uri>().is_ok_and(|uri| {
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        is_web && uri.host().is_some() && uri.query().is_none()
    });
    match is_one && !url.contains('@') {
        true => Ok(()),
        false => Err("takes a URL such as https://leads.example.com".to_owned()),
    }
}

/// Serves until `stop` is done; then finishes what was begun.
///
/// # Errors
/// The machine gives no thread for it.
pub async fn serve(
    host: Host,
    listener: TcpListener,
    front: Front,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = router(host, &front, Inside::here());
    door::stand(listener, async move |listener| {
        connections::serve(listener, router, &front.settings, stop).await;
    })
    .await
}

fn router(host: Host, front: &Front, inside: Inside) -> Router {
    let (routes, mut document) = api::routes().split_for_parts();
    if let Some(url) = &front.public_url {
        document.servers = Some(vec![Server::new(url.trim_end_matches('/'))]);
    }
    let document = rendered(&document);
    let routes = routes
        .route(
            "/api/v1/openapi.json",
            get(move || async move {
                (
                    [(axum::http::header::CONTENT_TYPE, "application/json")],
                    document,
                )
            }),
        )
        .fallback(|| async { Problem::not_found("resource").detail(DESCRIBED) })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The resource does not take this method",
            )
            .detail(DESCRIBED)
        });
    let room = Arc::new(Room::new(&front.settings, inside));
    let routes = routes
        .with_state(host.clone())
        .layer(middleware::from_fn_with_state(room.clone(), bounded_crowd))
        .merge(health(host));
    framed(routes, &front.settings).layer(middleware::from_fn_with_state(room, turned_away))
}

/// Whether the server lives, and whether it can do its work.
pub(super) fn health(host: Host) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live" }))
        .route("/health/ready", get(ready))
        .with_state(host)
}

/// What every request goes through before a handler sees it.
fn framed(routes: Router, settings: &HttpSettings) -> Router {
    let rates = Arc::new(Rates::new(settings));
    let routes = routes.layer(middleware::from_fn_with_state(rates, bounded_rate));
    limited(routes, settings).layer(middleware::from_fn(request_line))
}

/// The limits of every request.
pub(super) fn limited(routes: Router, settings: &HttpSettings) -> Router {
    let shared = Arc::new(settings.clone());
    routes
        .layer(body::limit(settings.body_bytes_max))
        .layer(middleware::from_fn(address::readable))
        .layer(middleware::from_fn_with_state(
            shared.clone(),
            bounded_headers,
        ))
        .layer(middleware::from_fn_with_state(shared, bounded_time))
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
        .layer(middleware::from_fn(drain::in_step))
        .layer(middleware::from_fn(protective))
}

fn rendered(document: &utoipa::openapi::OpenApi) -> String {
    document.to_json().unwrap_or_default()
}

/// Whether requests can be answered. What the database itself has said stands in
/// the log alone: anybody may ask here.
async fn ready(State(host): State<Host>) -> Response {
    match host.store.is_ready().await {
        Ok(()) => "ready".into_response(),
        Err(error) => match error.trouble() {
            Some(trouble) => Problem::outage(trouble)
                .detail(trouble.outage.next_step())
                .into_response(),
            None => Problem::from(error).into_response(),
        },
    }
}

/// Refuses what there is no room for before anything else is done about it: of a
/// crowd most are refused, and what that costs the others pay. No line of the log
/// tells of each; the metrics count them.
async fn turned_away(State(room): State<Arc<Room>>, request: Request, next: Next) -> Response {
    if !room.is_full() || request.uri().path().starts_with(HEALTH) {
        return next.run(request).await;
    }
    let mut response = crowd::full().into_response();
    for (name, value) in OF_EVERY_ANSWER {
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(value));
    }
    identify(&mut response, &id_of(request.headers()));
    let status = response.status().as_u16();
    metrics::requests::refused(request.method().as_str(), status);
    response
}

/// One line per request: no query, no body, no person.
async fn request_line(request: Request, next: Next) -> Response {
    let id = id_of(request.headers());
    let span = tracing::info_span!("request", id);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let traceparent = request.headers().get("traceparent");
    let traceparent = traceparent.and_then(|parent| parent.to_str().ok());
    let traced = telemetry::request(method.as_str(), route, &id, traceparent);
    let open = metrics::requests::begun();
    let begin = std::time::Instant::now();
    let answering = next.run(request).instrument(traced.clone());
    let mut response = answering.instrument(span.clone()).await;
    drop(open);
    let status = response.status().as_u16();
    telemetry::answered(&traced, status);
    metrics::requests::answered(method.as_str(), route, status, begin.elapsed());
    let _entered = span.enter();
    tracing::info!(
        %method,
        path,
        status,
        micros = begin.elapsed().as_micros() as u64,
        "answered"
    );
    identify(&mut response, &id);
    response
}

fn id_of(headers: &HeaderMap) -> String {
    given_id(headers).unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

fn identify(response: &mut Response, id: &str) {
    if let Ok(id) = id.parse() {
        response.headers_mut().insert(REQUEST_ID, id);
    }
}

/// The caller's own identifier, where it is one that a line of the log can
/// hold.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_plain = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | ':' | '/' | '+')
    };
    let is_taken = !id.is_empty() && id.len() <= REQUEST_ID_CHARS_MAX && id.chars().all(is_plain);
    is_taken.then(|| id.to_owned())
}

#[cfg(test)]
mod tests;
