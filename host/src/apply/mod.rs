//! One readable file describes a manufacturer's contract: terms, partners,
//! people, and the policies bound to its slots. Applying it makes it so, all or
//! nothing; applying it again changes nothing.

mod check;
mod document;
mod plan;
#[cfg(test)]
mod tests;
mod written;

use std::path::Path;

use crate::host::again::on_stale;
use crate::host::{Host, Origin};

pub use crate::contracts::Error as ApplyError;
pub use crate::domain::audit::Change;
pub use document::{BindingTable, Document, PlaceTable, Unreadable};
pub use plan::{Plan, plan};
pub use written::written;

/// What applying a document has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub changes: Vec<Change>,
}

/// Makes the contract what the document says, and answers what that changed.
/// `folder` is where component files are looked for, if they may be.
pub async fn apply(
    host: &Host,
    document: &Document,
    folder: Option<&Path>,
    origin: &Origin<Applied>,
) -> Result<Applied, ApplyError> {
    on_stale(|| async {
        let plan = plan(host, document, folder).await?;
        plan.carry_out(host, origin).await
    })
    .await
}
