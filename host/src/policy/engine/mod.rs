//! The sandbox: loads plugins, binds configurations, and asks.
//!
//! Architecture invariant: nothing outside this folder knows Wasmtime.

mod apart;
mod bind;
mod cache;
mod call;
mod compile;
mod config;
mod confine;
mod flights;
mod functions;
mod gate;
mod golden;
mod guest;
mod held;
mod inspect;
mod interface;
mod load;
mod plugin;
mod pool;
mod sandbox;
mod snapshot;
mod taking;
#[cfg(test)]
mod tests;
mod wit;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::CacheStore;

use self::cache::Cache;
use self::compile::{Compiler, Lane};
use self::config::Machine;
use self::flights::Flights;
use self::functions::Functions;
use self::pool::{Pool, PoolSettings};
use self::taking::Taking;
use super::error::{Code, PolicyError};
use super::kind::Kind;
use super::limits::{Limits, SizeClass};
use super::question::{
    Admission, AdmitInput, AssessInput, Assessment, AwardInput, Context, Earnings, EscalateInput,
    Escalation, RankInput, Ranking, SettleInput, Settlement,
};
use super::receipt::Decision;
use crate::metrics;

pub use self::apart::run as compile_apart;
pub use self::bind::Bound;
pub use self::confine::{free_bytes, step_back};
pub use self::held::HeldSlot;
pub use self::interface::Asked;
pub use self::plugin::Plugin;

/// Loads and binds at once; more wait.
const PREPARATIONS_MAX: usize = 4;
/// How long they may wait: as long as the slowest of those before them may take.
const PREPARATION_WAIT_MAX: Duration = Duration::from_secs(300);

/// Each example, and each configuration that one brings, has limits of its own; a hundred
/// of the slowest would keep the place of uploads for half an hour.
pub const EXAMPLES_TIME_MAX: Duration = Duration::from_secs(120);

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Where compiled components are kept between runs; nowhere if none. The
    /// folder has to belong to this server: what lies there is executed.
    pub cache_folder: Option<PathBuf>,
    /// This program, where uploads are to be compiled in a process of its own, with
    /// limits of memory and time; in this one if none.
    pub compiler: Option<PathBuf>,
    /// Calls at once, each on a thread of its own.
    pub slots: usize,
    /// Calls that may wait for a slot.
    pub waiting_max: usize,
    /// How long a call may wait for a slot.
    pub waiting_ms_max: u64,
    /// How long the golden examples of an upload may take together: to compile what they
    /// are asked under, and to answer.
    pub examples_time_max: Duration,
    /// No call gets more than this.
    pub limits: Limits,
    /// No call of that kind gets more than this.
    pub kind_limits: BTreeMap<Kind, Limits>,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            cache_folder: None,
            compiler: None,
            slots: std::thread::available_parallelism().map_or(1, usize::from),
            waiting_max: 1024,
            waiting_ms_max: 250,
            examples_time_max: EXAMPLES_TIME_MAX,
            limits: Limits::default(),
            kind_limits: BTreeMap::new(),
        }
    }
}

/// Runs all policies of the process. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// What plugins and bindings share.
struct Inner {
    machine: Arc<Machine>,
    compiler: Compiler,
    pool: Pool,
    taking: Taking,
    examples_time_max: Duration,
    limits: Limits,
    kind_limits: BTreeMap<Kind, Limits>,
    plugins: Flights<String, Plugin>,
    bounds: Flights<String, Bound>,
    preparations: tokio::sync::Semaphore,
    /// Who is asked beside the slots: one at a time.
    beside: tokio::sync::Mutex<()>,
}

/// On whose behalf a call is made, and what it may use.
#[derive(Clone, Debug)]
pub struct CallOptions {
    /// Whose slots it takes.
    pub manufacturer: Arc<str>,
    /// As the contract has them; the host's maximum is in force besides.
    pub limits: Limits,
    pub place: Place,
}

/// Where a call runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In a slot, for which it waits a bounded time.
    #[default]
    Slot,
    /// On a thread beside the slots, one call at a time, and not before a slot is
    /// free that no other call wants: somebody waits for the others, and nobody for
    /// this one.
    Beside,
}

impl CallOptions {
    /// With the host's limits.
    pub fn new(manufacturer: impl Into<Arc<str>>) -> Self {
        Self {
            manufacturer: manufacturer.into(),
            limits: Limits::default(),
            place: Place::Slot,
        }
    }
}

impl Engine {
    pub fn new(settings: EngineSettings) -> Result<Self, PolicyError> {
        let folder = settings.cache_folder.as_deref();
        let functions = folder.map(Functions::open).transpose().map_err(|error| {
            let message = format!("the folder for compiled functions cannot be used: {error}");
            PolicyError::new(Code::HostInternal, message)
        })?;
        let functions = functions.map(|functions| Arc::new(functions) as Arc<dyn CacheStore>);
        let machine = Arc::new(Machine::keeping(settings.slots, functions)?);
        let cache = folder
            .map(|folder| Cache::open(folder, &machine))
            .transpose()?;
        let unthreaded =
            |error: std::io::Error| PolicyError::new(Code::HostInternal, error.to_string());
        let pool = Pool::new(PoolSettings {
            name: "guest",
            slots: settings.slots,
            waiting_max: settings.waiting_max,
            wait_max: Duration::from_millis(settings.waiting_ms_max),
        })
        .map_err(unthreaded)?;
        Ok(Self {
            inner: Arc::new(Inner {
                compiler: Compiler::new(machine.clone(), cache, settings.compiler)?,
                machine,
                pool,
                taking: Taking::new().map_err(unthreaded)?,
                examples_time_max: settings.examples_time_max,
                limits: settings.limits,
                kind_limits: settings.kind_limits,
                plugins: Flights::new(),
                bounds: Flights::new(),
                preparations: tokio::sync::Semaphore::new(PREPARATIONS_MAX),
                beside: tokio::sync::Mutex::default(),
            }),
        })
    }

    /// Version, platform and settings of what runs the policies. Fuel is
    /// comparable under equal fingerprints only.
    pub fn fingerprint(&self) -> &str {
        &self.inner.machine.fingerprint
    }

    /// Whether sandboxes come from a pool. Without one, which happens where
    /// address space is short, a call costs about 1.6 times as much.
    pub fn pooling(&self) -> bool {
        self.inner.machine.pooling
    }

    /// Calls that wait for a slot.
    pub fn waiting(&self) -> usize {
        self.inner.pool.waiting()
    }

    /// Tells whoever watches how the slots are now.
    pub fn observe(&self) {
        let pool = &self.inner.pool;
        metrics::calls::slots(pool.slots(), pool.running(), pool.waiting(), self.pooling());
    }

    /// The whole way of a component to a plugin that can be bound: size, digest,
    /// validation, kind and imports, compilation, a first instance, manifest,
    /// golden examples, the probe of determinism. Known components come back at
    /// once.
    pub async fn load(&self, component: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        let engine = self.clone();
        self.prepare(move || engine.load_blocking(component)).await
    }

    /// As [`Self::load`], for what somebody has just sent: one after the other,
    /// each manufacturer in its turn.
    ///
    /// # Errors
    /// Beside those of loading `host.overloaded`, where too many wait already.
    pub async fn take_in(
        &self,
        manufacturer: &str,
        component: Arc<[u8]>,
    ) -> Result<Arc<Plugin>, PolicyError> {
        self.inner.take_in(manufacturer, component).await
    }

    /// As [`Self::take_in`], on this thread and at once.
    pub fn take_in_blocking(&self, component: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        self.inner.load(component, Lane::Upload)
    }

    /// As [`Self::load`], on this thread.
    pub fn load_blocking(&self, component: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        self.inner.load(component, Lane::InForce)
    }

    /// Loads without running golden examples, for an author who wants to see why
    /// one fails. What comes from here is never put in force.
    pub fn load_unproved_blocking(&self, component: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        self.inner.load_unproved(component)
    }

    /// Gives a plugin its configuration and the contract's terms, which have to
    /// be complete and canonical.
    pub async fn bind(
        &self,
        plugin: &Arc<Plugin>,
        configuration: &serde_json::Value,
        terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        let engine = self.clone();
        let (plugin, configuration) = (plugin.clone(), configuration.clone());
        let terms = terms.to_owned();
        self.prepare(move || engine.bind_blocking(&plugin, &configuration, &terms))
            .await
    }

    /// As [`Self::bind`], for a few questions: nothing is compiled for it, each question
    /// configures an instance of its own, and nobody else is given it. Plugins that were
    /// taken in have shown that they answer the same either way.
    pub async fn bind_uncompiled(
        &self,
        plugin: &Arc<Plugin>,
        configuration: &serde_json::Value,
        terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        let inner = self.inner.clone();
        let (plugin, configuration) = (plugin.clone(), configuration.clone());
        let terms = terms.to_owned();
        self.prepare(move || inner.bind_uncompiled(&plugin, &configuration, &terms))
            .await
    }

    /// What was bound of these three digests, if it is there.
    pub fn warm(&self, plugin: &str, configuration: &str, terms: &str) -> Option<Arc<Bound>> {
        self.inner.warm(plugin, configuration, terms)
    }

    /// How many bound policies somebody holds.
    pub fn live(&self) -> usize {
        self.inner.bounds.live()
    }

    /// As [`Self::bind`], on this thread.
    pub fn bind_blocking(
        &self,
        plugin: &Arc<Plugin>,
        configuration: &serde_json::Value,
        terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        self.inner.bind(plugin, configuration, terms)
    }

    /// Off the threads that serve requests, a few at a time.
    async fn prepare<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PolicyError> + Send + 'static,
    ) -> Result<T, PolicyError> {
        let internal =
            |error: &dyn std::fmt::Display| PolicyError::new(Code::HostInternal, error.to_string());
        let turn = self.inner.preparations.acquire();
        let _permit = tokio::time::timeout(PREPARATION_WAIT_MAX, turn)
            .await
            .map_err(|_| PolicyError::new(Code::HostOverloaded, "others are being prepared"))?
            .map_err(|error| internal(&error))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| internal(&error))?
    }
}

impl Inner {
    /// What a component of that size and kind may use at most.
    fn limits_of(&self, class: SizeClass, kind: Kind) -> Limits {
        let kind = self.kind_limits.get(&kind).copied().unwrap_or_default();
        class.limits().lowered_to(self.limits).lowered_to(kind)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("fingerprint", &self.fingerprint())
            .field("pooling", &self.pooling())
            .finish_non_exhaustive()
    }
}

/// Defines the two ways to ask each function.
macro_rules! functions {
    ($($(#[$doc:meta])* $function:ident, $blocking:ident: $input:ident -> $answer:ident;)+) => {
        impl Bound {$(
            $(#[$doc])*
            pub async fn $function(
                self: &Arc<Self>,
                options: &CallOptions,
                context: Context,
                input: $input,
            ) -> Decision<$answer> {
                self.ask(options, context, input).await
            }

            /// The same on this thread, without waiting for a slot.
            pub fn $blocking(
                &self,
                options: &CallOptions,
                context: Context,
                input: $input,
            ) -> Decision<$answer> {
                self.ask_blocking(&options.limits, context, input)
            }
        )+}
    };
}

functions! {
    /// Is the lead worth a partner's time, and how warm is it?
    assess, assess_blocking: AssessInput -> Assessment;
    /// Which partners may take the lead, in which order?
    rank, rank_blocking: RankInput -> Ranking;
    /// What follows from what has happened to the lead?
    escalate, escalate_blocking: EscalateInput -> Escalation;
    /// May this partner claim the lead now?
    admit, admit_blocking: AdmitInput -> Admission;
    /// What does the event earn, cost or claw back?
    award, award_blocking: AwardInput -> Earnings;
    /// What does the period earn?
    settle, settle_blocking: SettleInput -> Settlement;
}
