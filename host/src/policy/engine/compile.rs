//! Components to native code: from the cache, or by the compiler, on threads of its
//! own. What was just uploaded waits for what was uploaded before, and never keeps
//! what is in force waiting.

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use wasmtime::component::{Component, Linker};

use super::apart;
use super::cache::Cache;
use super::config::Machine;
use super::gate::{Gate, Passed};
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
    /// Compiles uploads, in a process of its own; none: they are compiled here.
    program: Option<PathBuf>,
    uploads: Arc<Gate>,
    in_force: Arc<Gate>,
}

/// For what something is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// To see whether it can be taken in, one at a time.
    Upload,
    /// To decide with it: on half of the processors at most, for the other half
    /// serves.
    InForce,
}

/// How long somebody may wait for the compiler, and for processors to compile on.
pub const WAIT_MAX: Duration = Duration::from_secs(240);

/// A component that can be instantiated, by the digest of its bytes.
pub struct Compiled {
    pub policy: Policy,
    pub digest: String,
}

impl Compiler {
    pub fn new(
        machine: Arc<Machine>,
        cache: Option<Cache>,
        program: Option<PathBuf>,
    ) -> Result<Self, PolicyError> {
        let mut linker = Linker::new(&machine.engine);
        v0_1::add_log(&mut linker)
            .map_err(|error| PolicyError::new(Code::HostInternal, format!("{error:#}")))?;
        Ok(Self {
            machine,
            cache,
            linker,
            program,
            uploads: Gate::new(1),
            in_force: Gate::new((processors() / 2).max(1)),
        })
    }

    /// The component as a policy of its kind. It has to have been inspected.
    pub fn prepare(
        &self,
        identity: Identity,
        bytes: Arc<[u8]>,
        digest: String,
        lane: Lane,
    ) -> Result<Compiled, PolicyError> {
        let component = match self.cached(&digest) {
            Some(component) => component,
            None => {
                let component = self.compile(bytes, lane)?;
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
        lane: Lane,
    ) -> Result<Compiled, PolicyError> {
        let digest = sha256(&bytes);
        self.prepare(identity, bytes.into(), digest, lane)
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

    fn compile(&self, bytes: Arc<[u8]>, lane: Lane) -> Result<Component, PolicyError> {
        let class = SizeClass::of(bytes.len()).ok_or_else(too_large)?;
        let place = self.gate(lane).pass(WAIT_MAX).ok_or_else(|| {
            let seconds = WAIT_MAX.as_secs();
            let message = format!("others have kept the compiler at work for {seconds} s");
            PolicyError::new(Code::HostOverloaded, message)
        })?;
        match (&self.program, lane) {
            // What it writes is for an engine with a pool, as it has one itself.
            (Some(program), Lane::Upload) if self.machine.pooling => {
                apart::compile(program, &self.machine, class, &bytes)
            }
            _ => self.compile_here(bytes, class, place),
        }
    }

    /// The compiler cannot be interrupted. When it takes too long nobody waits
    /// for it any more, but it keeps its place until it is done.
    fn compile_here(
        &self,
        bytes: Arc<[u8]>,
        class: SizeClass,
        place: Passed,
    ) -> Result<Component, PolicyError> {
        let (done, compiled) = mpsc::channel();
        let machine = self.machine.clone();
        let limit = Duration::from_secs(class.compile_seconds_max());
        std::thread::Builder::new()
            .name("compile".into())
            .spawn(move || {
                let _place = place;
                let _ = done.send(Component::new(&machine.engine, &bytes));
            })
            .map_err(|error| PolicyError::new(Code::HostInternal, error.to_string()))?;
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

    fn gate(&self, lane: Lane) -> &Arc<Gate> {
        match lane {
            Lane::Upload => &self.uploads,
            Lane::InForce => &self.in_force,
        }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
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
