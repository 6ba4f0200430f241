//! What was bound last is kept for a while, so that whoever tries a change and
//! commits it does not bind twice.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::Host;
use crate::policy::{Bound, Plugin, PolicyError};

/// Bindings that are kept though nothing in force uses them.
const WARM_MAX: usize = 16;

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
        Ok(bound)
    }
}
