//! Where a command finds the data, and the host it makes of it.

use std::path::PathBuf;

use clap::Args;

use super::CliError;
use crate::clock::{Clock, Ids};
use crate::host::Host;
use crate::policy::{Engine, EngineSettings};
use crate::store::{Store, StoreSettings};

/// Where the data is.
#[derive(Debug, Args)]
pub struct Data {
    /// Folder of the data; SQLite, made if it is missing
    #[arg(
        long,
        value_name = "DIR",
        env = "STELLWERK_DATA",
        default_value = "stellwerk-data",
        conflicts_with = "postgres"
    )]
    data: PathBuf,
    /// PostgreSQL instead, such as postgres://user@host/database
    #[arg(
        long,
        value_name = "URL",
        env = "STELLWERK_POSTGRES",
        hide_env_values = true
    )]
    postgres: Option<String>,
    /// Folder for compiled policies; the server's own, for what lies there is
    /// executed [default: `compiled` in the data folder; none with PostgreSQL]
    #[arg(long, value_name = "DIR", env = "STELLWERK_CACHE")]
    cache: Option<PathBuf>,
}

impl Data {
    fn settings(&self) -> StoreSettings {
        match &self.postgres {
            Some(url) => StoreSettings::Postgres { url: url.clone() },
            None => StoreSettings::Sqlite {
                folder: self.data.clone(),
            },
        }
    }

    /// Opens a database that is there already, for reading: a mistyped name must
    /// not make an empty one.
    pub async fn existing(&self) -> Result<Store, CliError> {
        let settings = self.settings();
        if let StoreSettings::Sqlite { folder } = &settings {
            folder
                .metadata()
                .map_err(|error| CliError::file(folder, error))?;
        }
        Ok(Store::open(&settings).await?)
    }

    /// Opens the database and starts the engine.
    pub async fn host(&self, clock: Clock, ids: Ids) -> Result<Host, CliError> {
        let settings = self.settings();
        let store = Store::open(&settings).await?;
        let cache_folder = match (&self.cache, settings) {
            (Some(folder), _) => Some(folder.clone()),
            (None, StoreSettings::Sqlite { folder }) => Some(folder.join("compiled")),
            (None, StoreSettings::Postgres { .. }) => None,
        };
        let engine = Engine::new(EngineSettings {
            cache_folder,
            ..EngineSettings::default()
        })?;
        Ok(Host::new(store, engine, clock, ids))
    }
}

/// Runs a command's asynchronous part.
pub fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::runtime)?
        .block_on(work)
}
