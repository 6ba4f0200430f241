//! A component that has passed every check.

use std::sync::{Arc, OnceLock};

use super::compile::Compiled;
use super::inspect::Identity;
use crate::policy::kind::Kind;
use crate::policy::limits::{Limits, SizeClass};
use crate::policy::manifest::Manifest;

/// A component that can be bound.
pub struct Plugin {
    pub(super) identity: Identity,
    pub(super) bytes: Arc<[u8]>,
    pub(super) class: SizeClass,
    pub(super) compiled: Arc<Compiled>,
    pub(super) manifest: Manifest,
    pub(super) described: String,
    pub(super) title: String,
    /// Of the configuration; built once.
    pub(super) schema: jsonschema::Validator,
    /// The copy in which configurations are baked, made at first use; none where
    /// the component cannot be baked.
    pub(super) copy: OnceLock<Option<Compiled>>,
}

impl Plugin {
    /// SHA-256 of the component, hexadecimal.
    pub fn digest(&self) -> &str {
        &self.compiled.digest
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest as `describe` has answered it.
    pub fn described(&self) -> &str {
        &self.described
    }

    pub fn kind(&self) -> Kind {
        self.identity.kind
    }

    /// Version of the kind's interface that the component was built against.
    pub fn interface(&self) -> &'static str {
        self.identity.interface.version()
    }

    /// Name and version, such as matching-weighted@0.1.0.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Of the component file.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The host's maximum for components of this size.
    pub fn limits(&self) -> Limits {
        self.class.limits()
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("title", &self.title)
            .field("digest", &self.digest())
            .finish_non_exhaustive()
    }
}
