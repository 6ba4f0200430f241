//! The process itself, under the names that every server has for this.

use std::time::{SystemTime, UNIX_EPOCH};

use super::Instrument;

const BUILD: Instrument = Instrument::gauge(
    "stellwerk_build_info",
    &["version"],
    "Always 1; the version is in the label.",
);
const STARTED: Instrument = Instrument::gauge(
    "process_start_time_seconds",
    &[],
    "When the server was started, in seconds since 1970.",
);
const RESIDENT: Instrument = Instrument::gauge(
    "process_resident_memory_bytes",
    &[],
    "Memory in use; on Linux alone.",
);
const OPEN_FILES: Instrument = Instrument::gauge(
    "process_open_fds",
    &[],
    "Open files and connections; on Linux alone.",
);

pub const GROUP: [Instrument; 4] = [BUILD, STARTED, RESIDENT, OPEN_FILES];

pub(super) fn begin() {
    BUILD.level(&[env!("CARGO_PKG_VERSION")]).set(1);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    STARTED
        .level(&[])
        .set(since.map_or(0.0, |since| since.as_secs_f64()));
}

/// How the process is now.
pub fn look() {
    if let Some(bytes) = resident_bytes() {
        RESIDENT.level(&[]).set(bytes);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        OPEN_FILES.level(&[]).set(files.count() as f64);
    }
}

fn resident_bytes() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024.0)
}
