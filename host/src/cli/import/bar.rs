//! How far an import is, on a terminal.

use std::time::Duration;

use crate::cli::line::Line;
use crate::import::Report;

const WIDTH: u64 = 30;

/// For a file of so many bytes.
pub struct Bar {
    bytes: u64,
    line: Line,
}

impl Bar {
    pub fn new(bytes: u64) -> Self {
        Self {
            bytes,
            line: Line::new(),
        }
    }

    pub fn show(&mut self, read: u64, report: &Report) {
        let bytes = self.bytes;
        self.line.show(|elapsed| line(read, bytes, report, elapsed));
    }

    /// Leaves the line to whatever is printed next.
    pub fn clear(&self) {
        self.line.clear();
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
