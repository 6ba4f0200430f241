//! Plugins: components that have passed every check and are kept by their
//! digest.

use std::path::Path;
use std::sync::Arc;

use super::{Amendment, Error};
use crate::domain::audit::{AuditEntry, Change};
use crate::domain::digest::sha256;
use crate::domain::ids::{ManufacturerId, TokenId};
use crate::domain::plugin::PluginRecord;
use crate::domain::text::shown;
use crate::domain::time::Micros;
use crate::host::again::{Again, on_stale};
use crate::host::{Host, Origin};
use crate::policy::{Code, Plugin, PolicyError, shipped};
use crate::store;
use crate::store::changes::Changes;

const DIGEST_CHARS: usize = 64;

/// A plugin with its bytes.
#[derive(Clone, Debug)]
pub struct Component {
    pub plugin: Arc<Plugin>,
    pub bytes: Arc<[u8]>,
}

/// What has become of an upload.
#[derive(Clone, Debug)]
pub struct Uploaded {
    /// Without the bytes.
    pub record: PluginRecord,
    /// Whether it was there already.
    pub known: bool,
}

impl Component {
    /// What somebody has just sent.
    async fn take_in(
        host: &Host,
        manufacturer: &ManufacturerId,
        bytes: Arc<[u8]>,
    ) -> Result<Self, Error> {
        let taken = host
            .engine
            .take_in(manufacturer.as_str(), bytes.clone())
            .await;
        let plugin = taken.map_err(|error| Error::Policy { slot: None, error })?;
        Ok(Self { plugin, bytes })
    }

    async fn load(host: &Host, bytes: Arc<[u8]>) -> Result<Self, PolicyError> {
        Ok(Self {
            plugin: host.engine.load(bytes.clone()).await?,
            bytes,
        })
    }

    /// As it is kept for a manufacturer, or under nobody's name for all.
    fn record(&self, manufacturer: &ManufacturerId, now: Micros) -> PluginRecord {
        let manifest = self.plugin.manifest();
        PluginRecord {
            manufacturer: manufacturer.clone(),
            digest: self.plugin.digest().to_owned(),
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: self.plugin.kind().as_str().to_owned(),
            manifest: self.plugin.described().to_owned(),
            size_bytes: self.bytes.len() as i64,
            component: self.bytes.to_vec(),
            uploaded_at: now,
        }
    }
}

impl Amendment {
    /// Keeps the component, unless the manufacturer has it. Answers what was
    /// kept before.
    ///
    /// # Errors
    /// `PluginVersionTaken` when name and version are those of other bytes.
    pub(super) async fn plugin(
        &mut self,
        host: &Host,
        component: &Component,
    ) -> Result<Option<PluginRecord>, Error> {
        let manifest = component.plugin.manifest();
        let known = host
            .store
            .plugin_by_version(&self.manufacturer, &manifest.name, &manifest.version)
            .await?;
        match known {
            Some(known) if known.digest == component.plugin.digest() => Ok(Some(known)),
            Some(_) => Err(Error::PluginVersionTaken {
                title: component.plugin.title().to_owned(),
            }),
            None => {
                let record = component.record(&self.manufacturer, self.now);
                let there = self.rows.plugins.iter();
                if !there
                    .map(|row| &row.digest)
                    .any(|digest| *digest == record.digest)
                {
                    self.rows.plugins.push(record);
                }
                Ok(None)
            }
        }
    }
}

/// Takes in a component: the whole load pipeline runs, then it is kept.
///
/// # Errors
/// `Policy` with the step that refused it; `PluginVersionTaken`.
pub async fn upload(
    host: &Host,
    manufacturer: &ManufacturerId,
    bytes: Arc<[u8]>,
    origin: &Origin<Uploaded>,
) -> Result<Uploaded, Error> {
    let component = Component::take_in(host, manufacturer, bytes).await?;
    on_stale(|| async {
        let mut amendment = Amendment::new(host, manufacturer);
        let known = amendment.plugin(host, &component).await?;
        let uploaded = Uploaded {
            known: known.is_some(),
            record: known.unwrap_or_else(|| PluginRecord {
                component: Vec::new(),
                ..component.record(manufacturer, amendment.now)
            }),
        };
        if !uploaded.known {
            amendment.created(line("plugin", &component));
        }
        match amendment.commit(host, origin, &uploaded).await {
            // Somebody has just uploaded other bytes of that version.
            Err(store::Error::Conflict { .. }) => Err(Error::PluginVersionTaken {
                title: component.plugin.title().to_owned(),
            }),
            other => Ok(other.map(|()| uploaded)?),
        }
    })
    .await
}

fn line(what: &str, component: &Component) -> String {
    let plugin = &component.plugin;
    format!("{what} {}, {}", plugin.title(), plugin.digest())
}

/// Takes in a component that every manufacturer may bind: as [`upload`], but for
/// whom it is kept, and where that is recorded.
///
/// # Errors
/// `Policy` with the step that refused it; `PluginVersionTaken`.
pub async fn share(
    host: &Host,
    bytes: Arc<[u8]>,
    origin: &Origin<Uploaded>,
) -> Result<Uploaded, Error> {
    let component = Component::take_in(host, &ManufacturerId::nobody(), bytes).await?;
    let (now, nobody) = (host.clock.now(), ManufacturerId::nobody());
    let record = component.record(&nobody, now);
    let known = host
        .store
        .visible_plugin_by_version(&nobody, &record.name, &record.version)
        .await?;
    let (name, version) = (&record.name, &record.version);
    let taken = match &known {
        Some(known) => Some(known.digest.clone()),
        None => host.store.withdrawn_digest(name, version).await?,
    };
    if taken.is_some_and(|digest| digest != record.digest) {
        return Err(Error::PluginVersionTaken {
            title: component.plugin.title().to_owned(),
        });
    }
    let mut changes = Changes::default();
    if known.is_none() {
        let what = line("shared plugin", &component);
        changes.audit.push(AuditEntry {
            manufacturer: nobody,
            id: host.ids.next(now),
            at: now,
            actor: origin.actor.clone(),
            change: Change::Create { what }.to_string(),
        });
        changes.plugins.push(record.clone());
    }
    let uploaded = Uploaded {
        known: known.is_some(),
        record: known.unwrap_or_else(|| PluginRecord {
            component: Vec::new(),
            ..record
        }),
    };
    origin.keep_answer(&uploaded, now, &mut changes);
    match host.store.commit_shared(&changes).await {
        // Somebody has just shared it, or other bytes of that version.
        Err(store::Error::Conflict { .. }) => Err(Error::busy()),
        other => Ok(other.map(|()| uploaded)?),
    }
}

/// The plugin of a digest or `name@version`: the manufacturer's own, or shared; of nobody
/// the shared one.
pub async fn find(
    host: &Host,
    manufacturer: &ManufacturerId,
    reference: &str,
) -> Result<PluginRecord, Error> {
    let store = &host.store;
    let found = match reference.split_once('@') {
        Some((name, version)) => {
            store
                .visible_plugin_by_version(manufacturer, name, version)
                .await?
        }
        None => store.visible_plugin(manufacturer, reference).await?,
    };
    found.ok_or(Error::NotFound { what: "plugin" })
}

/// Shares a plugin no more. Whoever has bound it has it as an own one since, and keeps
/// it; for all others it is as if it had never been there.
///
/// # Errors
/// `NotFound` where none of that digest or `name@version` is shared.
pub async fn withdraw(
    host: &Host,
    reference: &str,
    actor: Option<&TokenId>,
) -> Result<PluginRecord, Error> {
    let nobody = ManufacturerId::nobody();
    let shared = find(host, &nobody, reference).await?;
    let now = host.clock.now();
    let what = format!(
        "shared plugin {}@{}, {}",
        shared.name, shared.version, shared.digest
    );
    let changes = Changes {
        audit: vec![AuditEntry {
            manufacturer: nobody,
            id: host.ids.next(now),
            at: now,
            actor: actor.cloned(),
            change: Change::Remove { what }.to_string(),
        }],
        ..Changes::default()
    };
    match host.store.withdraw_shared(&shared.digest, &changes).await? {
        true => Ok(shared),
        // Somebody was faster.
        false => Err(Error::NotFound { what: "plugin" }),
    }
}

/// The plugin that a text means: one that ships with Stellwerk by its name, one
/// that the manufacturer has uploaded or the operator shares by its digest or as
/// `name@version`, or a component file, where a folder to look in is given. Those
/// of others are looked for as what nobody has.
pub async fn resolve(
    host: &Host,
    manufacturer: &ManufacturerId,
    reference: &str,
    folder: Option<&Path>,
) -> Result<Component, Error> {
    let bytes = match uploaded(host, manufacturer, reference).await? {
        Some(bytes) => bytes.into(),
        None => match shipped(reference)? {
            Some(bytes) => bytes,
            None => file(reference, folder)?,
        },
    };
    let component = Component::load(host, bytes)
        .await
        .map_err(|error| Error::Policy { slot: None, error })?;
    if reference.contains('@') && component.plugin.title() != reference {
        return Err(unknown(reference, "none that was uploaded"));
    }
    Ok(component)
}

async fn uploaded(
    host: &Host,
    manufacturer: &ManufacturerId,
    reference: &str,
) -> Result<Option<Vec<u8>>, Error> {
    let is_digest =
        reference.len() == DIGEST_CHARS && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digest = match reference.split_once('@') {
        Some((name, version)) => host
            .store
            .visible_plugin_by_version(manufacturer, name, version)
            .await?
            .map(|record| record.digest),
        None => is_digest.then(|| reference.to_ascii_lowercase()),
    };
    match digest {
        Some(digest) => Ok(host.store.visible_component(manufacturer, &digest).await?),
        None => Ok(None),
    }
}

/// A plugin of the program: by its name, with or without a version, or by its
/// digest.
fn shipped(reference: &str) -> Result<Option<Arc<[u8]>>, Error> {
    let name = reference.split('@').next().unwrap_or_default();
    let folder = std::env::var_os(shipped::FOLDER_VARIABLE);
    let all = shipped::all(folder.as_deref().map(Path::new)).map_err(|error| Error::Policy {
        slot: None,
        error: PolicyError::new(
            Code::HostInternal,
            format!("{}: {error}", shipped::FOLDER_VARIABLE),
        ),
    })?;
    Ok(all
        .into_iter()
        .find(|shipped| {
            shipped.name == name
                || (reference.len() == DIGEST_CHARS && sha256(&shipped.component) == reference)
        })
        .map(|shipped| Arc::from(shipped.component.as_ref())))
}

fn file(reference: &str, folder: Option<&Path>) -> Result<Arc<[u8]>, Error> {
    let Some(folder) = folder else {
        return Err(unknown(
            reference,
            "none that was uploaded; give its digest or name@version",
        ));
    };
    let path = folder.join(reference);
    std::fs::read(&path)
        .map(Arc::from)
        .map_err(|error| unknown(reference, &format!("{}: {error}", path.display())))
}

fn unknown(reference: &str, found: &str) -> Error {
    Error::invalid(
        "/plugin",
        format!(
            "`{}` is no plugin that ships with Stellwerk, and {found}",
            shown(reference)
        ),
    )
}
