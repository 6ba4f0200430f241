//! Whom a command works with: a server, or the data itself.

use std::sync::Arc;

use clap::Args;

use super::CliError;
use super::client::Client;
use super::store::Data;
use crate::clock::{Clock, Ids};
use crate::domain::contract::{Contract, Manufacturer};
use crate::domain::ids::ContractId;
use crate::host::{Host, InForce};
use crate::pay;

const SERVER_VARIABLE: &str = "STELLWERK_SERVER";

/// A server, or the data itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the data is")]
pub struct Target {
    /// Speak with this server, under the token in STELLWERK_TOKEN, in place of
    /// opening the data [env: STELLWERK_SERVER]
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "postgres"])]
    server: Option<String>,
    #[command(flatten)]
    data: Data,
}

/// The manufacturer that a command is about.
#[derive(Debug, Args)]
pub struct Of {
    /// Code of the manufacturer; needed where the data holds several, or for an
    /// operator's token
    #[arg(long, value_name = "CODE")]
    pub manufacturer: Option<String>,
}

impl Target {
    /// A client, where a server is named.
    pub fn server(&self, manufacturer: Option<&str>) -> Result<Option<Client>, CliError> {
        let named = match &self.server {
            Some(url) => Some(url.clone()),
            // A flag that names data wins over the environment.
            None if self.data.is_named() => None,
            None => std::env::var(SERVER_VARIABLE)
                .ok()
                .filter(|url| !url.is_empty()),
        };
        named.map(|url| Client::new(&url, manufacturer)).transpose()
    }

    /// Opens data that is there, works with it, and closes it.
    pub async fn with_data<T>(
        &self,
        work: impl AsyncFnOnce(&Host) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let host = self
            .data
            .existing_host(Clock::System, Ids::random())
            .await?;
        let done = work(&host).await;
        host.store.close().await;
        done
    }

    /// Opens data that is there beside its server, and reads.
    pub async fn read_data<T>(
        &self,
        work: impl AsyncFnOnce(&Host) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let host = self.data.host_beside().await?;
        let done = work(&host).await;
        host.store.close().await;
        done
    }

    /// The same with data that is made if it is missing.
    pub async fn with_new_data<T>(
        &self,
        work: impl AsyncFnOnce(&Host) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let host = self.data.host(Clock::System, Ids::random()).await?;
        let done = work(&host).await;
        host.store.close().await;
        done
    }

    pub fn data(&self) -> &Data {
        &self.data
    }
}

impl Of {
    /// The manufacturer of that code, or the only one.
    pub async fn find(&self, host: &Host) -> Result<Manufacturer, CliError> {
        match &self.manufacturer {
            Some(code) => manufacturer(host, code).await,
            None => only(host.store.manufacturers().await?),
        }
    }
}

fn only(mut all: Vec<Manufacturer>) -> Result<Manufacturer, CliError> {
    if all.len() > 1 {
        let codes: Vec<&str> = all.iter().map(|one| one.code.as_str()).collect();
        return Err(CliError::Usage(format!(
            "name one with --manufacturer: {}",
            codes.join(", ")
        )));
    }
    all.pop().ok_or_else(|| not_found("manufacturer", "yet"))
}

/// The manufacturer of that code.
pub async fn manufacturer(host: &Host, code: &str) -> Result<Manufacturer, CliError> {
    let found = host.store.manufacturer_by_code(code).await?;
    found.ok_or_else(|| not_found("manufacturer", code))
}

/// The contract of that code or identifier.
pub async fn contract(host: &Host, of: &Manufacturer, name: &str) -> Result<Contract, CliError> {
    let found = match host.store.contract_by_code(&of.id, name).await? {
        Some(found) => Some(found),
        None => host.store.contract(&of.id, &ContractId::from(name)).await?,
    };
    found.ok_or_else(|| not_found("contract", name))
}

/// The same, as it is in force.
pub async fn in_force(host: &Host, of: &Of, name: &str) -> Result<Arc<InForce>, CliError> {
    let of = of.find(host).await?;
    let contract = contract(host, &of, name).await?;
    let force = host.contract(&of.id, &contract.id).await;
    force.map_err(|error| CliError::from(pay::Error::from(error)))
}

pub fn not_found(what: &str, name: &str) -> CliError {
    CliError::Refused {
        code: "not-found".to_owned(),
        message: format!("there is no {what} {name}"),
    }
}
