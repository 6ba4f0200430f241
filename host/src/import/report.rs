//! What has become of a file's rows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Every row is counted once, but for those routed, which are imported too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// In an earlier run.
    pub done_before: u64,
    pub imported: u64,
    /// Leads that the policies were asked about.
    pub routed: u64,
    /// Here already, and the same.
    pub unchanged: u64,
    /// Not meant, by the mapping's `rows`.
    pub left_out: u64,
    pub rejected: u64,
}

impl Report {
    /// Rows of this run.
    pub fn rows(&self) -> u64 {
        self.imported + self.unchanged + self.left_out + self.rejected
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows: {} imported", self.rows(), self.imported)?;
        if self.routed > 0 {
            write!(f, " ({} of them routed)", self.routed)?;
        }
        write!(f, ", {} unchanged", self.unchanged)?;
        if self.left_out > 0 {
            write!(f, ", {} left out", self.left_out)?;
        }
        write!(f, ", {} rejected", self.rejected)?;
        if self.done_before > 0 {
            write!(f, "; {} rows were done before", self.done_before)?;
        }
        Ok(())
    }
}
