//! The sandbox: loads plugins, binds configurations, and asks.
//!
//! Architecture invariant: nothing outside this folder knows Wasmtime.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::{Code, PolicyError};
use super::kind::Kind;
use super::limits::Limits;
use super::manifest::Manifest;
use super::question::{
    Admission, AdmitInput, AssessInput, Assessment, AwardInput, Context, Earnings, EscalateInput,
    Escalation, RankInput, Ranking, SettleInput, Settlement, Vocabulary,
};
use super::receipt::Decision;

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Where compiled components are kept between runs; nowhere if none. The
    /// folder has to belong to this server: what lies there is executed.
    pub cache_folder: Option<PathBuf>,
    /// Calls at once, each on a thread of its own.
    pub slots: usize,
    /// Calls that may wait for a slot.
    pub waiting_max: usize,
    /// How long a call may wait for a slot.
    pub waiting_ms_max: u64,
    /// No call gets more than this.
    pub limits: Limits,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            cache_folder: None,
            slots: std::thread::available_parallelism().map_or(1, usize::from),
            waiting_max: 1024,
            waiting_ms_max: 250,
            limits: Limits::default(),
        }
    }
}

/// Runs all policies of the process.
#[derive(Clone, Debug)]
pub struct Engine {}

/// A component that has passed every check and can be bound.
#[derive(Debug)]
pub struct Plugin {
    digest: String,
    manifest: Manifest,
    interface: &'static str,
}

impl Plugin {
    /// SHA-256 of the component, hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn kind(&self) -> Kind {
        self.manifest.kind
    }

    /// Version of the kind's interface that the component was built against.
    pub fn interface(&self) -> &'static str {
        self.interface
    }
}

/// A plugin with its configuration and the contract's terms: ready to be asked.
#[derive(Debug)]
pub struct Bound {
    plugin: Arc<Plugin>,
    configuration: String,
    configuration_digest: String,
    artifact_digest: String,
    vocabulary: Vocabulary,
    baked: bool,
}

impl Bound {
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.plugin
    }

    /// Canonical JSON (RFC 8785).
    pub fn configuration(&self) -> &str {
        &self.configuration
    }

    /// SHA-256 of the canonical configuration, hexadecimal.
    pub fn configuration_digest(&self) -> &str {
        &self.configuration_digest
    }

    /// SHA-256 of the component that is asked, hexadecimal.
    pub fn artifact_digest(&self) -> &str {
        &self.artifact_digest
    }

    /// The names and codes that this configuration reads and answers. What it
    /// does not name need not be loaded for a question.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Whether configuration and terms are part of the component that is asked.
    pub fn baked(&self) -> bool {
        self.baked
    }
}

/// On whose behalf a call is made, and what it may use.
#[derive(Clone, Debug)]
pub struct CallOptions {
    /// Whose slots it takes.
    pub manufacturer: Arc<str>,
    /// As the contract has them; the host's maximum is in force besides.
    pub limits: Limits,
}

impl CallOptions {
    /// With the host's limits.
    pub fn new(manufacturer: impl Into<Arc<str>>) -> Self {
        Self {
            manufacturer: manufacturer.into(),
            limits: Limits::default(),
        }
    }
}

impl Engine {
    pub fn new(_settings: EngineSettings) -> Result<Self, PolicyError> {
        Ok(Self {})
    }

    /// The whole way of a component to a plugin that can be bound: size, digest,
    /// validation, kind and imports, compilation, a first instance, manifest,
    /// golden examples, the probe of determinism. Known components come back at
    /// once.
    pub async fn load(&self, _component: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        Err(unfinished())
    }

    /// As [`Self::load`], on this thread.
    pub fn load_blocking(&self, _component: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        Err(unfinished())
    }

    /// Gives a plugin its configuration and the contract's terms, which have to
    /// be complete and canonical.
    pub async fn bind(
        &self,
        _plugin: &Arc<Plugin>,
        _configuration: &serde_json::Value,
        _terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        Err(unfinished())
    }

    /// As [`Self::bind`], on this thread.
    pub fn bind_blocking(
        &self,
        _plugin: &Arc<Plugin>,
        _configuration: &serde_json::Value,
        _terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        Err(unfinished())
    }
}

fn unfinished() -> PolicyError {
    PolicyError::new(Code::HostInternal, "the engine is not there yet")
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
                self: &Arc<Self>,
                options: &CallOptions,
                context: Context,
                input: $input,
            ) -> Decision<$answer> {
                self.ask_blocking(options, context, input)
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

impl Bound {
    async fn ask<I: super::question::Input>(
        self: &Arc<Self>,
        options: &CallOptions,
        context: Context,
        input: I,
    ) -> Decision<I::Answer> {
        self.ask_blocking(options, context, input)
    }

    fn ask_blocking<I: super::question::Input>(
        self: &Arc<Self>,
        options: &CallOptions,
        context: Context,
        mut input: I,
    ) -> Decision<I::Answer> {
        use super::receipt::{Failed, Outcome, Receipt};
        use super::{canonical, question::Question};
        input.keep_named(&self.vocabulary);
        let error = unfinished();
        Err(Box::new(Failed {
            receipt: Receipt {
                function: I::FUNCTION,
                interface: self.plugin.interface,
                plugin: self.plugin.manifest.title(),
                plugin_digest: self.plugin.digest.clone(),
                configuration_digest: self.configuration_digest.clone(),
                artifact_digest: self.artifact_digest.clone(),
                engine: String::new(),
                baked: self.baked,
                limits: options.limits,
                input: canonical::to_cbor(&Question { context, input }).unwrap_or_default(),
                output: Vec::new(),
                log: Vec::new(),
                fuel: 0,
                memory_bytes: 0,
                outcome: Outcome::Failed(error.code),
            },
            error,
        }))
    }
}
