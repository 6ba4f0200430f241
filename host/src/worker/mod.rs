//! What happens without anybody asking: due deadlines are worked.

mod deadlines;
#[cfg(test)]
mod tests;

pub use deadlines::{run, work_due};
