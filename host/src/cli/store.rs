//! Where a command finds its configuration and the data, and the host it makes
//! of them.

use std::path::PathBuf;

use clap::Args;

use super::CliError;
use crate::clock::{Clock, Ids};
use crate::config::{Config, Configured, Flag, Sources};
use crate::host::Host;
use crate::policy::Engine;
use crate::policy::engine::EngineSettings;
use crate::store::{Store, StoreSettings};

/// Where the data is. What is not given here is looked for in the environment,
/// then in the file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the data is")]
pub struct Data {
    /// Configuration file [env: STELLWERK_CONFIG] [default: stellwerk.toml where
    /// there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Folder for compiled policies; the server's own, for what lies there is
    /// executed [env: STELLWERK_CACHE] [default: `compiled` in the data folder;
    /// none with PostgreSQL]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Any other setting, such as engine.slots=4; `config show` lists them
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// The database alone.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the data is")]
pub struct Place {
    /// Folder of the data, in SQLite [env: STELLWERK_DATA] [default:
    /// stellwerk-data]
    #[arg(long, value_name = "DIR", conflicts_with = "postgres")]
    data: Option<PathBuf>,
    /// PostgreSQL instead, such as postgres://user@host/database [env:
    /// STELLWERK_POSTGRES]
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

impl Place {
    fn flags(&self) -> impl Iterator<Item = Flag> {
        [
            flag("data", text(self.data.as_ref())),
            flag("postgres", self.postgres.clone()),
        ]
        .into_iter()
        .flatten()
    }
}

impl Data {
    /// The configuration, with flags of the command's own.
    pub fn configured(&self, more: impl IntoIterator<Item = Flag>) -> Result<Configured, CliError> {
        let mut flags: Vec<Flag> = self.place.flags().collect();
        flags.extend(flag("cache", text(self.cache.as_ref())));
        for set in &self.set {
            let (key, value) = set.split_once('=').ok_or_else(|| {
                CliError::Usage(format!(
                    "--set takes KEY=VALUE, such as engine.slots=4, not `{set}`"
                ))
            })?;
            flags.push(Flag {
                flag: "--set".to_owned(),
                key: key.trim().to_owned(),
                value: value.to_owned(),
            });
        }
        flags.extend(more);
        configured(self.config.clone(), flags)
    }

    /// Opens the database, made if it is missing, and starts the engine.
    pub async fn host(&self, clock: Clock, ids: Ids) -> Result<Host, CliError> {
        host(&self.configured([])?.config, clock, ids).await
    }

    /// The same with data that is there already.
    pub async fn existing_host(&self, clock: Clock, ids: Ids) -> Result<Host, CliError> {
        let config = self.configured([])?.config;
        exists(&config)?;
        host(&config, clock, ids).await
    }

    /// The same, to read, beside the server that may be working on it.
    pub async fn host_beside(&self) -> Result<Host, CliError> {
        let config = self.configured([])?.config;
        exists(&config)?;
        let store = Store::open_beside(&config.store(), &config.store).await?;
        let settings = EngineSettings {
            // The folder is the server's own.
            cache_folder: None,
            compiler: this_program(),
            ..config.engine()
        };
        let engine = Engine::new(settings)?;
        Ok(Host::new(store, engine, Clock::System, Ids::random()))
    }

    /// Whether a flag names a folder or database.
    pub fn is_named(&self) -> bool {
        self.place.data.is_some() || self.place.postgres.is_some()
    }
}

/// Refuses a folder without data: a mistyped name must not make an empty one.
pub fn exists(config: &Config) -> Result<(), CliError> {
    match config.store() {
        StoreSettings::Sqlite { folder } if !Store::is_there(&folder) => {
            Err(CliError::NoData(folder))
        }
        _ => Ok(()),
    }
}

/// A folder as a flag has it.
pub fn text(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

fn configured(file: Option<PathBuf>, flags: Vec<Flag>) -> Result<Configured, CliError> {
    let environment = std::env::vars_os();
    Ok(Configured::read(&Sources {
        file,
        folder: PathBuf::new(),
        environment: environment
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        flags,
    })?)
}

/// A setting that has a flag of its own.
pub fn flag(key: &str, value: Option<String>) -> Option<Flag> {
    value.map(|value| Flag {
        flag: format!("--{}", key.replace('.', "-")),
        key: key.to_owned(),
        value,
    })
}

/// This very program, whatever has become of its file since it was started.
pub fn this_program() -> Option<PathBuf> {
    match cfg!(target_os = "linux") {
        true => Some("/proc/self/exe".into()),
        false => std::env::current_exe().ok(),
    }
}

/// Opens the database and starts the engine.
pub async fn host(config: &Config, clock: Clock, ids: Ids) -> Result<Host, CliError> {
    let store = Store::open_within(&config.store(), &config.store).await?;
    let engine = Engine::new(EngineSettings {
        compiler: this_program(),
        ..config.engine()
    })?;
    let mut host = Host::new(store, engine, clock, ids);
    host.lane_lease_micros = config.worker.lease_micros();
    host.erasures = config.erasures().map(Into::into);
    Ok(host)
}

/// Runs a command's asynchronous part.
pub fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::runtime)?
        .block_on(work)
}

/// The same on this thread alone: faster for what does one thing after another.
pub fn block_on_one_thread<T>(
    work: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::runtime)?
        .block_on(work)
}
