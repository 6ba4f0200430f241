//! The server's configuration: one typed struct, from a file, the environment
//! and flags. Each later one wins.
//!
//! A setting is named by its place in the file: `listen`, `engine.slots`. Its
//! variable is the same in capitals, `STELLWERK_ENGINE_SLOTS`, and its flag
//! `--set engine.slots=4`; the usual ones have flags of their own.

mod bounds;
mod layers;
mod place;
mod shown;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::HttpSettings;
use crate::policy::engine::EXAMPLES_TIME_MAX;
use crate::policy::limits::Limits;
use crate::policy::{EngineSettings, Kind};
use crate::store::{StoreLimits, StoreSettings};
use crate::telemetry::{LogFormat, TraceSettings};
use crate::worker::WorkerSettings;

use self::layers::Entry;
pub use self::layers::{Flag, Origin, Sources, variable};
pub use self::place::PostgresUrl;
pub use self::shown::{Settings, Shown, shown};

/// Where a server looks for its file when none is named.
pub const FILE: &str = "stellwerk.toml";

/// Everything that is an option of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// Folder of the data; SQLite.
    pub data: PathBuf,
    /// PostgreSQL in place of the folder.
    pub postgres: Option<PostgresUrl>,
    /// Folder for compiled policies.
    pub cache: Option<PathBuf>,
    /// File that lists which leads were erased, kept apart from backups. In the data
    /// folder where no other is named; none with PostgreSQL.
    pub erasures: Option<PathBuf>,
    /// Folder that says what is in force in the slots of contracts.
    pub policies: Option<PathBuf>,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address for operators: health and metrics. None by default: whoever
    /// reaches it is asked for no token, so nobody has it who did not want it,
    /// and two servers on one machine do not want the same one.
    pub admin_listen: Option<SocketAddr>,
    /// Where callers find the server, such as https://leads.example.com; for the
    /// links that it makes.
    pub public_url: Option<String>,
    pub log: Log,
    pub traces: TraceSettings,
    pub http: HttpSettings,
    pub store: StoreLimits,
    pub worker: WorkerSettings,
    pub seals: Seals,
    pub engine: Engine,
}

/// How the server writes its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// What is written, such as `info,stellwerk=debug`.
    pub filter: String,
}

/// How decisions are closed under signed seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seals {
    /// How long decisions are gathered; many are sealed at once.
    pub every_ms: u64,
    /// File with the private key, 64 hexadecimal digits; the same one on every
    /// host. By default the database keeps a key.
    pub key_file: Option<PathBuf>,
}

/// The sandboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Engine {
    /// Calls at once, each on a thread of its own.
    pub slots: usize,
    /// Calls that may wait for a slot.
    pub waiting_max: usize,
    /// How long a call may wait for a slot.
    pub waiting_ms_max: u64,
    /// No call gets more than this.
    pub limits: Limits,
    /// No call of that kind gets more than this.
    pub kinds: KindLimits,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KindLimits {
    pub qualification: Limits,
    pub matching: Limits,
    pub escalation: Limits,
    pub compensation: Limits,
}

impl Default for Config {
    fn default() -> Self {
        let engine = EngineSettings::default();
        Self {
            data: "stellwerk-data".into(),
            postgres: None,
            cache: None,
            erasures: None,
            policies: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            admin_listen: None,
            public_url: None,
            log: Log {
                format: LogFormat::default(),
                filter: "info".to_owned(),
            },
            traces: TraceSettings::default(),
            http: HttpSettings::default(),
            store: StoreLimits::default(),
            worker: WorkerSettings::default(),
            seals: Seals {
                every_ms: 10_000,
                key_file: None,
            },
            engine: Engine {
                slots: engine.slots,
                waiting_max: engine.waiting_max,
                waiting_ms_max: engine.waiting_ms_max,
                limits: engine.limits,
                kinds: KindLimits::default(),
            },
        }
    }
}

impl Config {
    /// Where the data is.
    pub fn store(&self) -> StoreSettings {
        match &self.postgres {
            Some(url) => StoreSettings::Postgres {
                url: url.with_password().to_owned(),
            },
            None => StoreSettings::Sqlite {
                folder: self.data.clone(),
            },
        }
    }

    /// Where the list of erasures is.
    pub fn erasures(&self) -> Option<PathBuf> {
        match (&self.erasures, &self.postgres) {
            (Some(file), _) => Some(file.clone()),
            (None, None) => Some(self.data.join("erasures")),
            (None, Some(_)) => None,
        }
    }

    /// How policies run. Compiled ones are kept in the data folder where no
    /// other is named, and nowhere with PostgreSQL.
    pub fn engine(&self) -> EngineSettings {
        let cache_folder = match (&self.cache, &self.postgres) {
            (Some(folder), _) => Some(folder.clone()),
            (None, None) => Some(self.data.join("compiled")),
            (None, Some(_)) => None,
        };
        let kinds = &self.engine.kinds;
        EngineSettings {
            cache_folder,
            compiler: None,
            slots: self.engine.slots,
            waiting_max: self.engine.waiting_max,
            waiting_ms_max: self.engine.waiting_ms_max,
            examples_time_max: EXAMPLES_TIME_MAX,
            limits: self.engine.limits,
            kind_limits: BTreeMap::from([
                (Kind::Qualification, kinds.qualification),
                (Kind::Matching, kinds.matching),
                (Kind::Escalation, kinds.escalation),
                (Kind::Compensation, kinds.compensation),
            ]),
        }
    }
}

/// A configuration, and where each value comes from.
#[derive(Clone, Debug)]
pub struct Configured {
    pub config: Config,
    /// By the setting's name; what is missing is by default.
    origins: BTreeMap<String, Origin>,
}

/// What is wrong with a setting, and where it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub origin: Origin,
    pub message: String,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// Every mistake, in the order of the sources.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
}

impl ConfigError {
    /// Whether nothing but flags is wrong.
    pub fn is_of_command_line(&self) -> bool {
        match self {
            Self::File { .. } => false,
            Self::Invalid(problems) => problems
                .iter()
                .all(|problem| matches!(problem.origin, Origin::Flag(_))),
        }
    }
}

fn lines(problems: &[Problem]) -> String {
    let line = |problem: &Problem| format!("{}: {}", problem.origin, problem.message);
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Configured {
    /// Reads the sources and lays them over each other.
    ///
    /// # Errors
    /// Every unknown name, with the nearest known one, and every value that
    /// cannot be.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let mut document = defaults();
        let (entries, mut problems) = sources.entries(&document)?;
        let mut origins = BTreeMap::new();
        for entry in entries {
            match lay_over(&mut document, &entry) {
                Ok(()) => {
                    origins.insert(entry.key, entry.origin);
                }
                Err(message) => problems.push(Problem {
                    message: format!("{}: {message}", entry.key),
                    origin: entry.origin,
                }),
            }
        }
        problems.extend(place::settle(&mut document, &origins));
        if !problems.is_empty() {
            problems.sort_by(|one, other| one.origin.cmp(&other.origin));
            return Err(ConfigError::Invalid(problems));
        }
        let config = serde_json::from_value(document).map_err(|error| {
            // Each value was tried when it was laid over the others.
            ConfigError::Invalid(vec![Problem {
                origin: Origin::Default,
                message: error.to_string(),
            }])
        })?;
        Ok(Self { config, origins })
    }

    /// Where a setting's value comes from.
    pub fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }
}

/// The default configuration as a document.
fn defaults() -> Value {
    serde_json::to_value(Config::default()).unwrap_or_default()
}

/// Puts one value into the document, if a configuration can have it.
fn lay_over(document: &mut Value, entry: &Entry) -> Result<(), String> {
    let pointer = format!("/{}", entry.key.replace('.', "/"));
    let Some(before) = document.pointer(&pointer).cloned() else {
        return Err("is no setting".to_owned());
    };
    let mut wrong = None;
    for value in entry.readings() {
        if let Some(place) = document.pointer_mut(&pointer) {
            *place = value;
        }
        match serde_json::from_value::<Config>(document.clone()) {
            Ok(_) => {
                return bounds::check(&entry.key, document.pointer(&pointer)).inspect_err(|_| {
                    restore(document, &pointer, before);
                });
            }
            Err(error) => wrong = Some(error.to_string()),
        }
    }
    let message = match (entry.key.as_str(), &before) {
        (_, Value::Number(_)) => "takes a whole number".to_owned(),
        ("seals.key-file" | "erasures", _) => "takes a file".to_owned(),
        ("data" | "cache" | "policies", _) => "takes a folder".to_owned(),
        ("listen" | "admin-listen", _) => "takes an address such as 127.0.0.1:8080".to_owned(),
        _ => wrong.unwrap_or_default(),
    };
    restore(document, &pointer, before);
    Err(message)
}

fn restore(document: &mut Value, pointer: &str, before: Value) {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = before;
    }
}

#[cfg(test)]
mod tests;
