//! What happens without anybody asking: due deadlines are worked.

mod deadlines;

pub use deadlines::{run, work_due};
