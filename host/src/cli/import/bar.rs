//! How far an import is, on a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::import::Report;

const WIDTH: u64 = 30;
/// No more often than anybody can see.
const EVERY: Duration = Duration::from_millis(100);

/// A line that is written over again and again; nothing where standard error is
/// no terminal.
pub struct Bar {
    bytes: u64,
    begun: Instant,
    shown: Option<Instant>,
    on_terminal: bool,
}

impl Bar {
    /// For a file of so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self {
            bytes,
            begun: Instant::now(),
            shown: None,
            on_terminal: std::io::stderr().is_terminal(),
        }
    }

    pub fn show(&mut self, read: u64, report: &Report) {
        if !self.on_terminal || self.shown.is_some_and(|shown| shown.elapsed() < EVERY) {
            return;
        }
        self.shown = Some(Instant::now());
        let line = line(read, self.bytes, report, self.begun.elapsed());
        // Whoever cannot see it loses nothing.
        let _ = write!(std::io::stderr(), "\r\x1b[2K{line}");
    }

    /// Leaves the line to whatever is printed next.
    pub fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

fn line(read: u64, bytes: u64, report: &Report, elapsed: Duration) -> String {
    let share = |of: u64| (read * of).checked_div(bytes).unwrap_or(of).min(of);
    let done = share(WIDTH);
    let bar: String = (0..WIDTH)
        .map(|place| if place < done { '#' } else { '.' })
        .collect();
    let seconds = elapsed.as_secs_f64().max(0.001);
    format!(
        "[{bar}] {:3} %  {} rows, {} rejected, {} rows/s",
        share(100),
        report.rows() + report.done_before,
        report.rejected,
        (report.rows() as f64 / seconds) as u64
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is() {
        let report = Report {
            done_before: 500,
            imported: 990,
            rejected: 10,
            ..Report::default()
        };
        assert_eq!(
            line(30, 60, &report, Duration::from_secs(2)),
            "[###############...............]  50 %  1500 rows, 10 rejected, 500 rows/s"
        );
        assert!(line(0, 0, &report, Duration::ZERO).contains("100 %"));
    }
}
