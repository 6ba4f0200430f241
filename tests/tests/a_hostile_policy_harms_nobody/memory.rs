//! How much memory this process had at most, where the system tells.

use std::fs;

/// The most from here on.
pub struct Peak {
    before: u64,
}

impl Peak {
    pub fn begin() -> Self {
        // Sets the highest mark back to what is in use.
        let _ = fs::write("/proc/self/clear_refs", "5");
        Self { before: highest() }
    }

    /// Bytes beyond what there was at the beginning.
    pub fn grown(&self) -> u64 {
        highest().saturating_sub(self.before)
    }
}

fn highest() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024
}
