//! Uploads: one after the other, and apart from everything that serves.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Inner;
use super::compile::Lane;
use super::plugin::Plugin;
use super::pool::{Pool, PoolSettings, Turn};
use crate::policy::error::{Code, PolicyError};

/// Uploads that may wait, of all manufacturers together.
const WAITING_MAX: usize = 64;
/// What these may have in memory together.
const WAITING_BYTES_MAX: usize = 256 * 1024 * 1024;
/// How long each of them may wait.
const WAIT_MAX: Duration = Duration::from_secs(180);

/// Where uploads wait for their turn.
pub struct Taking {
    pool: Pool,
    bytes: Arc<AtomicUsize>,
    /// The last one, held so that who has sent the same meanwhile is given it.
    last: Mutex<Option<Arc<Plugin>>>,
}

/// What an upload that waits or is under way has in memory.
struct Held {
    all: Arc<AtomicUsize>,
    own: usize,
}

impl Taking {
    pub fn new() -> std::io::Result<Self> {
        let pool = Pool::new(PoolSettings {
            name: "upload",
            slots: 1,
            waiting_max: WAITING_MAX,
            wait_max: WAIT_MAX,
        })?;
        Ok(Self {
            pool,
            bytes: Arc::default(),
            last: Mutex::default(),
        })
    }

    fn hold(&self, bytes: usize) -> Option<Held> {
        let held = Held {
            all: self.bytes.clone(),
            own: bytes,
        };
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        (before + bytes <= WAITING_BYTES_MAX).then_some(held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.fetch_sub(self.own, Ordering::Relaxed);
    }
}

impl Inner {
    pub(super) async fn take_in(
        self: &Arc<Self>,
        manufacturer: &str,
        component: Arc<[u8]>,
    ) -> Result<Arc<Plugin>, PolicyError> {
        let held = self.taking.hold(component.len()).ok_or_else(overloaded)?;
        let (answer, answered) = tokio::sync::oneshot::channel();
        let inner = self.clone();
        let work = move |turn: Turn| {
            let _held = held;
            let taken = match turn {
                Turn::Run => inner.load(component, Lane::Upload),
                Turn::Overloaded => Err(overloaded()),
            };
            if let Ok(plugin) = &taken {
                let last = inner.taking.last.lock();
                *last.unwrap_or_else(PoisonError::into_inner) = Some(plugin.clone());
            }
            // Who asked may have gone.
            let _ = answer.send(taken);
        };
        self.taking
            .pool
            .submit(&manufacturer.into(), Box::new(work));
        answered.await.unwrap_or_else(|_| {
            let message = "taking the plugin in has panicked";
            Err(PolicyError::new(Code::HostInternal, message))
        })
    }
}

fn overloaded() -> PolicyError {
    let message = "too many uploads wait to be checked";
    PolicyError::new(Code::HostOverloaded, message)
}
