//! Gives a plugin its configuration and the contract's terms.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::Value;

use super::Inner;
use super::compile::{Compiled, Lane};
use super::interface::Policy;
use super::plugin::Plugin;
use super::sandbox::Sandbox;
use super::snapshot;
use crate::domain::digest::sha256;
use crate::policy::canonical;
use crate::policy::error::{Code, PolicyError, Problem};
use crate::policy::limits::{DOCUMENT_BYTES_MAX, Limits};
use crate::policy::question::Vocabulary;
use crate::policy::schema::violations;

/// A plugin with its configuration and the contract's terms: ready to be asked.
pub struct Bound {
    pub(super) engine: Arc<Inner>,
    plugin: Arc<Plugin>,
    configuration: String,
    configuration_digest: String,
    terms: String,
    terms_digest: String,
    vocabulary: Vocabulary,
    artifact: Artifact,
}

/// What is bound once, by the digests of plugin, configuration and terms.
fn key(plugin: &str, configuration: &str, terms: &str) -> String {
    format!("{plugin}/{configuration}/{terms}")
}

/// What is instantiated for a call.
enum Artifact {
    /// Configuration and terms are in its initial memory.
    Baked(Compiled),
    /// The plugin itself, configured in every fresh instance.
    Plain,
}

/// How configuration and terms come into an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Baked where the component allows it.
    Best,
    /// Configured in every instance.
    Plain,
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

    /// SHA-256 of the terms as they were given, hexadecimal.
    pub fn terms_digest(&self) -> &str {
        &self.terms_digest
    }

    /// SHA-256 of the component that is asked, hexadecimal: the plugin's own, or
    /// that of its snapshot.
    pub fn artifact_digest(&self) -> &str {
        match &self.artifact {
            Artifact::Baked(compiled) => &compiled.digest,
            Artifact::Plain => self.plugin.digest(),
        }
    }

    /// The names and codes that this configuration reads and answers. What it
    /// does not name need not be loaded for a question.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Whether configuration and terms are part of the component that is asked.
    pub fn baked(&self) -> bool {
        matches!(self.artifact, Artifact::Baked(_))
    }

    /// What a call gets at most: the host's limits for the plugin's size and kind.
    pub fn limits(&self) -> Limits {
        self.engine.limits_of(self.plugin.class, self.plugin.kind())
    }

    pub(super) fn policy(&self) -> &Policy {
        match &self.artifact {
            Artifact::Baked(compiled) => &compiled.policy,
            Artifact::Plain => &self.plugin.compiled.policy,
        }
    }

    /// What every fresh instance is given, where that is not baked in.
    pub(super) fn to_configure(&self) -> Option<(&str, &str)> {
        match self.artifact {
            Artifact::Baked(_) => None,
            Artifact::Plain => Some((&self.configuration, &self.terms)),
        }
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound")
            .field("plugin", &self.plugin.title())
            .field("configuration", &self.configuration_digest)
            .field("baked", &self.baked())
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// The policy of these three: bound once, however many ask.
    pub(super) fn bind(
        self: &Arc<Self>,
        plugin: &Arc<Plugin>,
        configuration: &Value,
        terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        let canonical = check_configuration(plugin, configuration)?;
        let (configuration, of) = (sha256(canonical.as_bytes()), sha256(terms.as_bytes()));
        self.bounds
            .get_or_make(key(plugin.digest(), &configuration, &of), || {
                self.bind_new(plugin, canonical, terms, Way::Best, Lane::InForce)
            })
            .map_err(|error| error.of(plugin.title()))
    }

    /// The policy of these three, for a few questions.
    pub(super) fn bind_uncompiled(
        self: &Arc<Self>,
        plugin: &Arc<Plugin>,
        configuration: &Value,
        terms: &str,
    ) -> Result<Arc<Bound>, PolicyError> {
        let canonical = check_configuration(plugin, configuration)?;
        self.bind_new(plugin, canonical, terms, Way::Plain, Lane::InForce)
            .map(Arc::new)
            .map_err(|error| error.of(plugin.title()))
    }

    /// The policy of these three digests, if it is there.
    pub(super) fn warm(
        &self,
        plugin: &str,
        configuration: &str,
        terms: &str,
    ) -> Option<Arc<Bound>> {
        self.bounds.get(&key(plugin, configuration, terms))
    }

    pub(super) fn bind_new(
        self: &Arc<Self>,
        plugin: &Arc<Plugin>,
        configuration: String,
        terms: &str,
        way: Way,
        lane: Lane,
    ) -> Result<Bound, PolicyError> {
        let words = self.configure(plugin, &configuration, terms)?;
        let vocabulary = Vocabulary::new(words).map_err(|word| {
            PolicyError::new(
                Code::GuestOutputInvalid,
                format!("`configure` answers the word {word:?}, which is empty, not whole, or there twice"),
            )
        })?;
        let baked = match way {
            Way::Best => self.bake(plugin, &configuration, terms, lane)?,
            Way::Plain => None,
        };
        Ok(Bound {
            engine: self.clone(),
            plugin: plugin.clone(),
            configuration_digest: sha256(configuration.as_bytes()),
            configuration,
            terms: terms.to_owned(),
            terms_digest: sha256(terms.as_bytes()),
            vocabulary,
            artifact: baked.map_or(Artifact::Plain, Artifact::Baked),
        })
    }

    /// Asks a plain instance; answers its vocabulary.
    fn configure(
        &self,
        plugin: &Plugin,
        configuration: &str,
        terms: &str,
    ) -> Result<Vec<String>, PolicyError> {
        let component = plugin.compiled.policy.component();
        let limits = self.limits_of(plugin.class, plugin.kind());
        let mut sandbox = Sandbox::start(&self.machine, component, &limits)?;
        sandbox.configure(component, configuration, terms)
    }

    /// The component with configuration and terms in its initial memory; none
    /// where it cannot be made. Interpreters with several core modules are such.
    fn bake(
        &self,
        plugin: &Plugin,
        configuration: &str,
        terms: &str,
        lane: Lane,
    ) -> Result<Option<Compiled>, PolicyError> {
        // The snapshot maker stops with a panic at what it does not know (vector
        // globals, for one). It shares nothing with us, so there is nothing that
        // a panic could leave half done.
        let attempt = AssertUnwindSafe(|| self.try_bake(plugin, configuration, terms, lane));
        let error = match catch_unwind(attempt) {
            Ok(Ok(baked)) => return Ok(Some(baked)),
            Ok(Err(error)) if !error.reproducible() && error.code != Code::HostInternal => {
                return Err(error);
            }
            Ok(Err(error)) => error,
            Err(_) => unbakeable("taking the snapshot has panicked"),
        };
        tracing::info!(
            plugin = plugin.title(),
            error = error.to_string(),
            "the configuration is not baked in but given to every instance"
        );
        Ok(None)
    }

    fn try_bake(
        &self,
        plugin: &Plugin,
        configuration: &str,
        terms: &str,
        lane: Lane,
    ) -> Result<Compiled, PolicyError> {
        let (instrumented, bytes) = snapshot::instrument(&plugin.bytes)
            .map_err(|error| unbakeable(format!("{error:#}")))?;
        let copy = plugin
            .copy
            .get_or_init(|| {
                let made = self.compiler.prepare_made(plugin.identity, bytes, lane);
                made.ok()
            })
            .as_ref()
            .ok_or_else(|| unbakeable("the copy for snapshots cannot be compiled"))?;
        let component = copy.policy.component();
        let limits = self.limits_of(plugin.class, plugin.kind());
        let mut sandbox = Sandbox::start(&self.machine, component, &limits)?;
        sandbox.configure(component, configuration, terms)?;
        let (store, instance) = sandbox.parts_for_reading();
        let bytes = instrumented
            .snapshot(store, instance)
            .map_err(|error| unbakeable(format!("{error:#}")))?;
        self.compiler.prepare_made(plugin.identity, bytes, lane)
    }
}

fn unbakeable(why: impl Into<String>) -> PolicyError {
    PolicyError::new(Code::HostInternal, why)
}

/// Holds a configuration to the plugin's schema; answers its canonical form.
pub(super) fn check_configuration(
    plugin: &Plugin,
    configuration: &Value,
) -> Result<String, PolicyError> {
    let invalid = |problems: Vec<Problem>| {
        Err(PolicyError::at(Code::ConfigInvalid, problems).of(plugin.title()))
    };
    let canonical = match canonical::canonical_json(configuration) {
        Ok(canonical) => canonical,
        Err(problems) => return invalid(problems),
    };
    if canonical.len() > DOCUMENT_BYTES_MAX {
        return Err(PolicyError::new(
            Code::ConfigTooLarge,
            format!(
                "it has {} bytes of at most {DOCUMENT_BYTES_MAX}",
                canonical.len()
            ),
        )
        .of(plugin.title()));
    }
    match violations(&plugin.schema, configuration) {
        problems if problems.is_empty() => Ok(canonical),
        problems => invalid(problems),
    }
}
