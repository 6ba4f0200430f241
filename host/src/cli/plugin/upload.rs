//! `stellwerk plugin upload`: a component comes to where it can be bound.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ureq::http::{Method, StatusCode};

use super::documents;
use crate::cli::client::{Body, Client};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::plugin;
use crate::host::Origin;

const PATH: &str = "/api/v1/plugins";
const SHARED_PATH: &str = "/api/v1/plugins?shared=true";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component
    file: PathBuf,
    /// For all manufacturers: each may bind it. With a server this takes an operator's
    /// token
    #[arg(long, conflicts_with = "manufacturer")]
    shared: bool,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let component = documents::component(&arguments.file)?;
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let uploaded = match server {
        Some(client) if arguments.shared => send(&client, SHARED_PATH, &component)?,
        Some(client) => at_server(&client, &component)?,
        None => block_on(arguments.target.with_data(async |host| {
            let origin = Origin::host();
            let uploaded = if arguments.shared {
                plugin::share(host, component, &origin).await?
            } else {
                let of = arguments.of.find(host).await?;
                plugin::upload(host, &of.id, component, &origin).await?
            };
            let record = uploaded.record;
            Ok(Uploaded {
                known: uploaded.known,
                digest: record.digest,
                name: record.name,
                version: record.version,
                kind: record.kind,
                size_bytes: record.size_bytes,
                shared: arguments.shared,
            })
        }))?,
    };
    console.result(&uploaded)?;
    Ok(Exit::Done)
}

/// A plugin that can be bound now; also as a server answers it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uploaded {
    /// Whether it was there already.
    #[serde(default)]
    known: bool,
    pub digest: String,
    pub name: String,
    version: String,
    pub kind: String,
    size_bytes: i64,
    /// With all manufacturers.
    #[serde(default)]
    shared: bool,
}

/// Sends the component to the server.
pub fn at_server(client: &Client, component: &[u8]) -> Result<Uploaded, CliError> {
    send(client, PATH, component)
}

fn send(client: &Client, path: &str, component: &[u8]) -> Result<Uploaded, CliError> {
    let body = Body::Bytes {
        content_type: "application/wasm",
        bytes: component,
    };
    let (status, uploaded): (_, Uploaded) = client.send(Method::POST, path, &body)?;
    Ok(Uploaded {
        known: status == StatusCode::OK,
        ..uploaded
    })
}

impl fmt::Display for Uploaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = match (self.known, self.shared) {
            (true, _) => "was there",
            (false, true) => "shared",
            (false, false) => "uploaded",
        };
        writeln!(f, "{done}  {}@{}", self.name, self.version)?;
        writeln!(f, "kind      {}", self.kind)?;
        writeln!(f, "size      {} bytes", self.size_bytes)?;
        writeln!(f, "digest    {}", self.digest)
    }
}
