//! Whether the components are there that sealed decisions were made with, as they were.

use super::Check;
use crate::domain::digest::sha256;
use crate::proof::finding::Kind;
use crate::proof::{Error, makers};

impl Check<'_> {
    /// Names all of them at once: each has to be brought back.
    pub(super) async fn components(&mut self) -> Result<(), Error> {
        let (mut missing, mut altered) = (Vec::new(), Vec::new());
        for ((plugin, digest), decisions) in &self.made {
            let stored = self.store.plugin_bytes(&self.of.id, digest).await?;
            let (named, found) = match stored {
                None => (&mut missing, makers::not_stored(plugin, digest)),
                Some(bytes) if sha256(&bytes) != *digest => (
                    &mut altered,
                    format!("what is stored as the component {plugin} ({digest}) is another one"),
                ),
                Some(_) => continue,
            };
            named.push(format!(
                "{found}; {decisions} sealed decisions cannot be asked again"
            ));
        }
        for (kind, named) in [
            (Kind::ComponentMissing, missing),
            (Kind::ComponentAltered, altered),
        ] {
            if !named.is_empty() {
                self.findings.add(kind, || named.join("\n    "));
            }
        }
        Ok(())
    }
}
