//! The log: events with fields, one line per thing that happened, no personal
//! data ever.

mod spans;
mod traces;

use std::io::IsTerminal;

use serde::{Deserialize, Serialize};
use tracing::Subscriber;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

pub use self::spans::{TRACED, answered, request};
pub use self::traces::{TraceSettings, Traces, check_endpoint};

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document per line
    Json,
}

impl LogFormat {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

/// What is wrong with a filter such as `info,stellwerk=debug`.
pub fn check_filter(filter: &str) -> Result<(), String> {
    EnvFilter::try_new(filter)
        .map(|_| ())
        .map_err(|error| format!("takes a filter such as info,stellwerk=debug: {error}"))
}

/// Begins to log to the standard error. A filter that is none lets everything
/// from `info` on through.
pub fn begin(format: LogFormat, filter: &str) {
    // A second call in one process, as tests make it, changes nothing.
    let _ = tracing_subscriber::registry()
        .with(lines(format, filter))
        .try_init();
}

/// The same, and sends spans to a collector.
pub fn begin_with_traces(format: LogFormat, filter: &str, traces: &Traces) {
    let _ = tracing_subscriber::registry()
        .with(lines(format, filter))
        .with(traces.layer())
        .try_init();
}

fn lines<S>(format: LogFormat, filter: &str) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
    }
}
