//! The way of a component to a plugin that can be bound. Each step has its own
//! error code.

use std::sync::{Arc, OnceLock};

use super::Inner;
use super::compile::{Lane, too_large};
use super::golden;
use super::inspect::inspect;
use super::plugin::Plugin;
use super::sandbox::Sandbox;
use crate::domain::digest::sha256;
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::{DOCUMENT_BYTES_MAX, SizeClass};
use crate::policy::manifest::Manifest;

impl Inner {
    /// The plugin of these bytes: loaded once, however many ask.
    pub(super) fn load(
        self: &Arc<Self>,
        bytes: Arc<[u8]>,
        lane: Lane,
    ) -> Result<Arc<Plugin>, PolicyError> {
        let class = SizeClass::of(bytes.len()).ok_or_else(too_large)?;
        let digest = sha256(&bytes);
        self.plugins.get_or_make(digest.clone(), || {
            let plugin = Arc::new(self.make_plugin(bytes, class, digest, lane)?);
            if !self.compiler.is_proven(plugin.digest()) {
                golden::check(self, &plugin, lane).map_err(|error| error.of(plugin.title()))?;
                self.compiler.mark_proven(plugin.digest());
            }
            // Nobody else has it yet: what golden examples were bound to is gone.
            Arc::try_unwrap(plugin).map_err(|_| {
                PolicyError::new(
                    Code::HostInternal,
                    "a golden example still holds the plugin",
                )
            })
        })
    }

    /// The plugin of these bytes, whatever its golden examples say.
    pub(super) fn load_unproved(&self, bytes: Arc<[u8]>) -> Result<Arc<Plugin>, PolicyError> {
        let class = SizeClass::of(bytes.len()).ok_or_else(too_large)?;
        let digest = sha256(&bytes);
        self.make_plugin(bytes, class, digest, Lane::InForce)
            .map(Arc::new)
    }

    fn make_plugin(
        &self,
        bytes: Arc<[u8]>,
        class: SizeClass,
        digest: String,
        lane: Lane,
    ) -> Result<Plugin, PolicyError> {
        let identity = inspect(&bytes)?;
        let compiled = self
            .compiler
            .prepare(identity, bytes.clone(), digest, lane)?;
        let limits = self.limits_of(class, identity.kind);
        let component = compiled.policy.component();

        // A record that differs by a field shows up in an instance only.
        let mut first = Sandbox::start(&self.machine, component, &limits)?;
        first.check(component)?;
        let described = first.describe(component)?;
        let mut second = Sandbox::start(&self.machine, component, &limits)?;
        if second.describe(component)? != described {
            return Err(PolicyError::new(
                Code::PluginNondeterministic,
                "`describe` has answered two different manifests",
            ));
        }

        if described.len() > DOCUMENT_BYTES_MAX {
            return Err(PolicyError::new(
                Code::PluginBadManifest,
                format!("it has more than {DOCUMENT_BYTES_MAX} bytes"),
            ));
        }
        let manifest = Manifest::parse(&described)?;
        let title = manifest.title();
        if manifest.kind != identity.kind {
            return Err(PolicyError::new(
                Code::PluginKindMismatch,
                format!(
                    "it exports a {} policy, and its manifest says {}",
                    identity.kind, manifest.kind
                ),
            )
            .of(&title));
        }
        let schema = manifest.check().map_err(|error| error.of(&title))?;
        Ok(Plugin {
            identity,
            bytes,
            class,
            compiled: Arc::new(compiled),
            manifest,
            described,
            title,
            schema,
            copy: OnceLock::new(),
        })
    }
}
