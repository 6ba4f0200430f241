//! Spans on their way to a collector, over OTLP and HTTP. They go in batches from
//! a thread of their own: a collector that is slow or dead costs spans, never a
//! request, and is spoken of once.

use std::future::Future;
use std::io::Read;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use serde::{Deserialize, Serialize};
use tracing::Subscriber;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;
use ureq::http::Uri;

use super::spans::TRACED;
use crate::outgoing::{self, Patience};

/// Spans that wait to be sent; more are dropped.
const WAITING_MAX: usize = 8_192;
/// Spans in one request to the collector.
const TOGETHER_MAX: usize = 512;
/// How long spans are collected before they are sent.
const COLLECT: Duration = Duration::from_secs(1);
const PATIENCE: Patience = Patience {
    connect_max: Duration::from_secs(2),
    answer_max: Duration::from_secs(5),
};
/// How long a server that stops waits for its last spans to be taken.
const FINISH_MAX: Duration = Duration::from_secs(5);
/// What is read of a collector's answer.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// Where a collector takes spans.
const PATH: &str = "/v1/traces";

/// Where spans go, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TraceSettings {
    /// A collector's URL; none: nothing is traced.
    pub endpoint: Option<String>,
    /// Of a thousand requests so many are traced, where the caller does not say.
    pub per_thousand: u32,
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self {
            endpoint: None,
            per_thousand: 1_000,
        }
    }
}

/// What is wrong with a collector's URL. It is shown in the log: secrets have no
/// place in it.
pub fn check_endpoint(endpoint: &str) -> Result<(), String> {
    let is_url = endpoint.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some()
            && uri.query().is_none()
    });
    match is_url && !endpoint.contains('@') {
        true => Ok(()),
        false => Err(
            "takes a URL such as http://127.0.0.1:4318; a token goes into \
             OTEL_EXPORTER_OTLP_HEADERS"
                .to_owned(),
        ),
    }
}

/// Sends spans until it is told to finish.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Prepares to send to the collector that the settings name; none where they
    /// name none.
    ///
    /// # Errors
    /// What is wrong with the URL, or with a variable of OpenTelemetry's.
    pub fn to(settings: &TraceSettings) -> Result<Option<Self>, String> {
        let Some(endpoint) = &settings.endpoint else {
            return Ok(None);
        };
        let url = format!("{}{PATH}", endpoint.trim_end_matches('/'));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::at(&url))
            .with_endpoint(url)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE.answer_max)
            .build()
            .map_err(|error| error.to_string())?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING_MAX)
            .with_max_export_batch_size(TOGETHER_MAX)
            .with_scheduled_delay(COLLECT)
            .build();
        let share = f64::from(settings.per_thousand) / 1_000.0;
        let resource = Resource::builder()
            .with_service_name("stellwerk")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new(
                "service.instance.id",
                uuid::Uuid::now_v7().to_string(),
            ))
            .build();
        Ok(Some(Self(
            SdkTracerProvider::builder()
                .with_span_processor(
                    BatchSpanProcessor::builder(exporter)
                        .with_batch_config(batches)
                        .build(),
                )
                .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                    share,
                ))))
                .with_resource(resource)
                .build(),
        )))
    }

    pub(super) fn layer<S>(&self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + Send + Sync + for<'span> LookupSpan<'span>,
    {
        // Spans alone: what the log says stays in the log.
        let is_traced = filter_fn(|about| about.is_span() && about.target() == TRACED);
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("stellwerk"))
            .with_location(false)
            .with_threads(false)
            .with_level(false)
            .with_target(false)
            .with_filter(is_traced)
            .boxed()
    }

    /// Sends what is there, as far as it is taken in time.
    pub fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(FINISH_MAX) {
            tracing::warn!("the last spans could not be sent: {error}");
        }
    }
}

/// The collector, as the sending thread speaks with it.
#[derive(Debug)]
struct Collector {
    agent: ureq::Agent,
    url: String,
    is_silent: AtomicBool,
}

impl Collector {
    fn at(url: &str) -> Self {
        Self {
            agent: outgoing::agent(url, PATIENCE),
            url: url.to_owned(),
            is_silent: AtomicBool::new(false),
        }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.agent.run(Request::from_parts(parts, body.as_ref()))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("it answers {status}").into());
        }
        let (parts, body) = answer.into_parts();
        let mut bytes = Vec::new();
        body.into_reader()
            .take(ANSWER_BYTES_MAX)
            .read_to_end(&mut bytes)?;
        Ok(Response::from_parts(parts, bytes.into()))
    }

    /// Says so once when the collector goes silent, and once when it is back.
    fn note(&self, trouble: Option<&HttpError>) {
        let was_silent = self.is_silent.swap(trouble.is_some(), Ordering::Relaxed);
        match (was_silent, trouble) {
            (false, Some(error)) => tracing::warn!(
                collector = self.url,
                "spans are dropped until the collector takes them: {error}"
            ),
            (true, None) => tracing::info!(collector = self.url, "spans are taken again"),
            _ => {}
        }
    }
}

impl HttpClient for Collector {
    // As `async_trait` writes it. It blocks: the thread is the sender's own.
    fn send_bytes<'collector, 'answer>(
        &'collector self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'answer>>
    where
        'collector: 'answer,
        Self: 'answer,
    {
        Box::pin(async move {
            let answer = self.send(request);
            self.note(answer.as_ref().err());
            answer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_without_secrets() {
        for good in [
            "http://127.0.0.1:4318",
            "https://collector.example.com/otlp/",
        ] {
            assert_eq!(check_endpoint(good), Ok(()), "{good}");
        }
        for bad in [
            "127.0.0.1:4318",
            "grpc://collector:4317",
            "http://me:geheim@collector",
            "http://collector?token=geheim",
        ] {
            let said = check_endpoint(bad).unwrap_err();
            assert!(!said.contains("geheim"), "{said}");
        }
    }
}
