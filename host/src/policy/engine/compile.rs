//! Components to native code: from the cache, or by the compiler, one at a time
//! and on a thread of its own.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use wasmtime::component::{Component, Linker};

use super::cache::Cache;
use super::config::Machine;
use super::guest::Guest;
use super::inspect::{Identity, Interface};
use super::interface::Policy;
use super::wit::v0_1;
use crate::domain::digest::sha256;
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::SizeClass;

/// Compiles, and keeps what it has compiled.
pub struct Compiler {
    machine: Arc<Machine>,
    cache: Option<Cache>,
    linker: Linker<Guest>,
    // The compiler takes all cores for one component as it is.
    turn: Arc<Mutex<()>>,
}

/// A component that can be instantiated, by the digest of its bytes.
pub struct Compiled {
    pub policy: Policy,
    pub digest: String,
}

impl Compiler {
    pub fn new(machine: Arc<Machine>, cache: Option<Cache>) -> Result<Self, PolicyError> {
        let mut linker = Linker::new(&machine.engine);
        v0_1::add_log(&mut linker)
            .map_err(|error| PolicyError::new(Code::HostInternal, format!("{error:#}")))?;
        Ok(Self {
            machine,
            cache,
            linker,
            turn: Arc::default(),
        })
    }

    /// The component as a policy of its kind. It has to have been inspected.
    pub fn prepare(
        &self,
        identity: Identity,
        bytes: Arc<[u8]>,
        digest: String,
    ) -> Result<Compiled, PolicyError> {
        let component = match self.cached(&digest) {
            Some(component) => component,
            None => {
                let component = self.compile(bytes)?;
                if let Some(cache) = &self.cache {
                    cache.put(&self.machine, &digest, &component);
                }
                component
            }
        };
        let policy = self
            .linker
            .instantiate_pre(&component)
            .and_then(|pre| match identity.interface {
                Interface::V0_1 => v0_1::policy(identity.kind, pre),
            })
            .map_err(|error| {
                PolicyError::new(Code::PluginUnsupportedInterface, format!("{error:#}"))
            })?;
        Ok(Compiled { policy, digest })
    }

    /// As [`Self::prepare`], for a component that this server has made.
    pub fn prepare_made(
        &self,
        identity: Identity,
        bytes: Vec<u8>,
    ) -> Result<Compiled, PolicyError> {
        let digest = sha256(&bytes);
        self.prepare(identity, bytes.into(), digest)
    }

    /// Whether the plugin's golden examples have held here before.
    pub fn is_proven(&self, digest: &str) -> bool {
        self.cache
            .as_ref()
            .is_some_and(|cache| cache.is_proven(&self.machine, digest))
    }

    /// Remembers that they held.
    pub fn mark_proven(&self, digest: &str) {
        if let Some(cache) = &self.cache {
            cache.mark_proven(&self.machine, digest);
        }
    }

    fn cached(&self, digest: &str) -> Option<Component> {
        self.cache.as_ref()?.get(&self.machine, digest)
    }

    /// The compiler cannot be interrupted. When it takes too long nobody waits
    /// for it any more, but it keeps its turn until it is done.
    fn compile(&self, bytes: Arc<[u8]>) -> Result<Component, PolicyError> {
        let class = SizeClass::of(bytes.len()).ok_or_else(too_large)?;
        let (done, compiled) = mpsc::channel();
        let machine = self.machine.clone();
        let turn = self.turn.clone();
        let limit = Duration::from_secs(class.compile_seconds_max());
        let (begun, begins) = mpsc::channel();
        std::thread::Builder::new()
            .name("compile".into())
            .spawn(move || {
                let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = begun.send(());
                let _ = done.send(Component::new(&machine.engine, &bytes));
            })
            .map_err(|error| PolicyError::new(Code::HostInternal, error.to_string()))?;
        // Waiting for one's turn is not compiling.
        let _ = begins.recv();
        match compiled.recv_timeout(limit) {
            Ok(Ok(component)) => Ok(component),
            // It was valid: what the compiler or the pool refuses is a matter of
            // what the component asks for.
            Ok(Err(error)) => Err(PolicyError::new(
                Code::PluginUnsupportedFeature,
                format!("{error:#}"),
            )),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(PolicyError::new(
                Code::PluginTooLarge,
                format!("compiling it takes longer than {} s", limit.as_secs()),
            )),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(PolicyError::new(
                Code::HostInternal,
                "the compiler has panicked",
            )),
        }
    }
}

pub fn too_large() -> PolicyError {
    PolicyError::new(
        Code::PluginTooLarge,
        format!(
            "it has more than {} bytes",
            crate::policy::limits::COMPONENT_BYTES_MAX
        ),
    )
}
