//! The log: events with fields, one line per thing that happened, no personal
//! data ever.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document per line
    Json,
}

/// Begins to log to the standard error. `STELLWERK_LOG` filters, such as
/// `info,stellwerk=debug`; without it everything from `info` on is written.
pub fn begin(format: LogFormat) {
    let filter =
        EnvFilter::try_from_env("STELLWERK_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second call in one process, as tests make it, changes nothing.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
