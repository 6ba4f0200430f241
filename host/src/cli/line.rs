//! A line on a terminal that is written over again and again.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// No more often than anybody can see.
const EVERY: Duration = Duration::from_millis(100);

/// How far something is; nothing where standard error is no terminal.
pub struct Line {
    begun: Instant,
    shown: Option<Instant>,
    on_terminal: bool,
}

impl Line {
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
            shown: None,
            on_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Shows what `line` says after so much time, where it is not too early.
    pub fn show<T: Display>(&mut self, line: impl FnOnce(Duration) -> T) {
        if !self.on_terminal || self.shown.is_some_and(|shown| shown.elapsed() < EVERY) {
            return;
        }
        self.shown = Some(Instant::now());
        // Whoever cannot see it loses nothing.
        let _ = write!(std::io::stderr(), "\r\x1b[2K{}", line(self.begun.elapsed()));
    }

    /// Leaves the line to whatever is printed next.
    pub fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}
