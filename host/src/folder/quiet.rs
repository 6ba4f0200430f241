//! When a burst of changes is over: at its trailing edge, and not while a file is
//! still being written, as far as the machine tells.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(100);
/// A burst without end is looked at meanwhile.
const BURST_MAX: Duration = Duration::from_secs(1);
/// A file that is never closed is looked at all the same.
const WRITING_MAX: Duration = Duration::from_secs(30);
/// More files than this at once are not waited for.
const WRITTEN_MAX: usize = 1_000;

/// What has happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Bytes were written, by somebody who has it open and will close it.
    Written,
    /// Whoever was writing has closed it, or it is another file now.
    Closed,
    /// Anything else.
    Changed,
}

/// What has happened since the last look.
#[derive(Debug, Default)]
pub struct Quiet {
    burst: Option<Burst>,
}

#[derive(Debug)]
struct Burst {
    first: Instant,
    last: Instant,
    /// Files that are being written.
    open: BTreeSet<PathBuf>,
}

impl Quiet {
    pub fn happened(&mut self, what: Happening, paths: Vec<PathBuf>, at: Instant) {
        let burst = self.burst.get_or_insert_with(|| Burst {
            first: at,
            last: at,
            open: BTreeSet::new(),
        });
        burst.last = at;
        for path in paths {
            match what {
                Happening::Written if burst.open.len() < WRITTEN_MAX => {
                    burst.open.insert(path);
                }
                Happening::Closed => {
                    burst.open.remove(&path);
                }
                Happening::Written | Happening::Changed => {}
            }
        }
    }

    /// When to look, if nothing more happens; none where nothing has happened.
    pub fn settles_at(&self) -> Option<Instant> {
        let burst = self.burst.as_ref()?;
        Some(match burst.open.is_empty() {
            true => (burst.last + QUIET).min(burst.first + BURST_MAX),
            false => burst.first + WRITING_MAX,
        })
    }

    /// The look begins: what happens from now on is for the next one.
    pub fn begin(&mut self) {
        self.burst = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When it is looked, in milliseconds after the first event.
    fn looked(events: &[(u64, Happening, &str)]) -> u64 {
        let begin = Instant::now();
        let mut quiet = Quiet::default();
        assert_eq!(quiet.settles_at(), None);
        for (ms, what, path) in events {
            let at = begin + Duration::from_millis(*ms);
            quiet.happened(*what, vec![PathBuf::from(path)], at);
        }
        let at = quiet.settles_at().unwrap();
        quiet.begin();
        assert_eq!(quiet.settles_at(), None);
        (at - begin).as_millis() as u64
    }

    #[test]
    fn a_burst_is_looked_at_when_it_is_over() {
        use Happening::{Changed, Closed};
        assert_eq!(looked(&[(0, Changed, "a")]), 100);
        let burst = [
            (0, Changed, "a"),
            (60, Closed, "a"),
            (120, Changed, "b"),
            (180, Changed, "a"),
        ];
        assert_eq!(looked(&burst), 280);
    }

    #[test]
    fn a_burst_without_end_is_looked_at_meanwhile() {
        let endless: Vec<_> = (0..20)
            .map(|step| (step * 50, Happening::Changed, "a"))
            .collect();
        assert_eq!(looked(&endless), 1_000);
    }

    #[test]
    fn a_file_is_waited_for_while_it_is_written_but_not_for_ever() {
        use Happening::{Closed, Written};
        let slow = [(0, Written, "a"), (5_000, Written, "a")];
        assert_eq!(looked(&slow), 30_000);
        let closed = [(0, Written, "a"), (500, Closed, "a")];
        assert_eq!(looked(&closed), 600);
        let other = [(0, Written, "a"), (500, Written, "b"), (600, Closed, "a")];
        assert_eq!(looked(&other), 30_000);
    }
}
