//! Where a build goes: a slot of a test contract, at a server or in the data.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ureq::http::Method;

use super::Arguments;
use crate::cli::CliError;
use crate::cli::client::{Client, segment};
use crate::cli::plugin::compile::VERSION_VARIABLE;
use crate::cli::plugin::upload;
use crate::cli::store::block_on;
use crate::cli::target::{self, Of, Target};
use crate::contracts::binding::{self, Wanted, When};
use crate::contracts::plugin;
use crate::host::Origin;
use crate::policy::Kind;

/// The slot, however it is reached.
pub struct Place<'a> {
    pub contract: &'a str,
    slot: Option<&'a str>,
    configuration: Option<&'a Path>,
    of: &'a Of,
    target: &'a Target,
    server: Option<Client>,
}

/// What is in force; also as a server answers it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bound {
    pub slot: String,
    pub generation: i64,
    /// Such as matching-nearest@0.1.0-dev-0123456789ab.
    pub plugin: String,
}

#[derive(Serialize)]
struct Body<'a> {
    plugin: &'a str,
    configuration: Option<Value>,
    comment: &'a str,
}

#[derive(Deserialize)]
struct Contract {
    test: bool,
}

impl<'a> Place<'a> {
    pub fn of(arguments: &'a Arguments) -> Result<Self, CliError> {
        Ok(Self {
            contract: &arguments.contract,
            slot: arguments.slot.as_deref(),
            configuration: arguments.configuration.as_deref(),
            of: &arguments.of,
            target: &arguments.target,
            server: arguments
                .target
                .server(arguments.of.manufacturer.as_deref())?,
        })
    }

    /// The slot that is named, or the one that a plugin of its kind is for.
    fn slot(&self, kind: &str, plugin: &str) -> String {
        match self.slot {
            Some(slot) => slot.to_owned(),
            None if kind == Kind::Compensation.as_str() => format!("{kind}/{plugin}"),
            None => kind.to_owned(),
        }
    }

    /// Refuses a contract that is none for tests: nobody has looked at what was just
    /// saved.
    pub fn permits(&self) -> Result<(), CliError> {
        let is_test = match &self.server {
            Some(client) => {
                let path = format!("/api/v1/contracts/{}", segment(self.contract));
                client.get::<Contract>(&path)?.test
            }
            None => block_on(self.target.with_data(async |host| {
                let of = self.of.find(host).await?;
                Ok(target::contract(host, &of, self.contract).await?.test)
            }))?,
        };
        match is_test {
            true => Ok(()),
            false => Err(CliError::Refused {
                code: "contract.live".to_owned(),
                message: format!(
                    "{} is no test contract, and `plugin dev` binds whatever is saved: name \
                     another one, made with `test = true`; to bind here, use `stellwerk policy \
                     bind`",
                    self.contract
                ),
            }),
        }
    }

    /// Uploads the component and puts it in force.
    pub fn bind(&self, component: &[u8], version: &str) -> Result<Bound, CliError> {
        // It may have become a live one meanwhile.
        self.permits()?;
        let configuration = self.configuration.map(document).transpose()?;
        let component: Arc<[u8]> = component.into();
        if !names(&component, version) {
            return Err(CliError::PluginRefused(format!(
                "each of these builds has to have a version of its own, this one {version}: give \
                 the manifest `option_env!(\"{VERSION_VARIABLE}\").unwrap_or(env!(\"\
                 CARGO_PKG_VERSION\"))` in place of `env!(\"CARGO_PKG_VERSION\")`"
            )));
        }
        let comment = "saved, built and bound by `plugin dev`";
        match &self.server {
            Some(client) => {
                let uploaded = upload::at_server(client, &component)?;
                let slot = self.slot(&uploaded.kind, &uploaded.name);
                let path = format!(
                    "/api/v1/contracts/{}/bindings/{}",
                    segment(self.contract),
                    segment(&slot)
                );
                let body = Body {
                    plugin: &uploaded.digest,
                    configuration,
                    comment,
                };
                client.send_json(Method::PUT, &path, &body)
            }
            None => block_on(self.target.with_data(async |host| {
                let of = self.of.find(host).await?;
                let contract = target::contract(host, &of, self.contract).await?;
                let uploaded =
                    plugin::upload(host, &of.id, component.clone(), &Origin::host()).await?;
                let record = uploaded.record;
                let wanted = Wanted {
                    slot: self.slot(&record.kind, &record.name),
                    plugin: record.digest,
                    configuration,
                    limits: None,
                    comment: comment.to_owned(),
                    when: When::Default,
                };
                let bound =
                    binding::put(host, &of.id, &contract.id, &wanted, None, &Origin::host())
                        .await?;
                Ok(Bound {
                    slot: bound.binding.slot,
                    generation: bound.binding.generation,
                    plugin: bound.plugin,
                })
            })),
        }
    }
}

/// Whether the text is somewhere in the component.
fn names(component: &[u8], text: &str) -> bool {
    component
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// A document in TOML or JSON, as its name says.
fn document(path: &Path) -> Result<Value, CliError> {
    let text = fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => toml::from_str(&text).map_err(|error| CliError::document(path, error)),
        _ => serde_json::from_str(&text).map_err(|error| CliError::document(path, error)),
    }
}
