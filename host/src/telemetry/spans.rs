//! Spans: what a trace is made of. They are apart from the log's lines: nobody
//! pays for them where no collector is named, and no line of the log gets longer
//! by them.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The target of every span that is sent to a collector, at the level `debug`.
pub const TRACED: &str = "stellwerk::traced";

/// A request's span. `route` is a route's pattern, never a path. Where the caller
/// says which trace it belongs to (W3C Trace Context), it does.
pub fn request(method: &str, route: &str, id: &str, traceparent: Option<&str>) -> Span {
    let span = tracing::debug_span!(
        target: TRACED,
        "request",
        "otel.name" = format_args!("{method} {route}"),
        "otel.kind" = "server",
        "otel.status_code" = Empty,
        "http.request.method" = method,
        "http.route" = route,
        "http.response.status_code" = Empty,
        "request.id" = id,
    );
    if let (false, Some(traceparent)) = (span.is_disabled(), traceparent) {
        let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
        let parent = TraceContextPropagator::new().extract(&carrier);
        // Without a collector there is nothing to belong to.
        let _ = span.set_parent(parent);
    }
    span
}

/// The request of that span has been answered.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}
