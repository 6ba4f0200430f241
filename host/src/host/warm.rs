//! What was bound last is kept for a while, so that whoever tries a change and
//! commits it does not bind twice.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::Host;
use crate::memory;
use crate::policy::{Bound, Plugin, PolicyError};

/// Bindings that are kept though nothing in force uses them: each is about 2 MB, and one
/// that went comes back from the cache in milliseconds.
const WARM_MAX: usize = 4;

/// The latest bindings, the newest last.
#[derive(Default)]
pub(super) struct Warm(Mutex<VecDeque<Arc<Bound>>>);

impl Warm {
    fn keep(&self, bound: &Arc<Bound>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known| !Arc::ptr_eq(known, bound));
        if kept.len() >= WARM_MAX {
            kept.pop_front();
        }
        kept.push_back(bound.clone());
    }
}

impl Host {
    /// Gives a plugin its configuration and the contract's terms, which have to be
    /// complete and canonical, and keeps it warm.
    ///
    /// # Errors
    /// What the plugin has against them.
    pub async fn bind(
        &self,
        plugin: &Arc<Plugin>,
        configuration: &Value,
        terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        let bound = self.engine.bind(plugin, configuration, terms).await?;
        self.warm.keep(&bound);
        // Every change binds, and lets go of what was in force before the last one.
        tokio::task::spawn_blocking(memory::give_back);
        Ok(bound)
    }
}
