//! `stellwerk trial new`: a folder to fill in, or one of a contract that is in use.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;

use crate::cli::store::{Data, block_on};
use crate::cli::target::{Of, contract};
use crate::cli::{CliError, Console, Exit};
use crate::trial::live::{self, Scope};

/// What is written, by its path in the folder.
const FILES: [(&str, &str); 7] = [
    ("trial.toml", include_str!("templates/trial.toml")),
    ("contract.toml", include_str!("templates/contract.toml")),
    ("leads.toml", include_str!("templates/leads.toml")),
    ("measures.toml", include_str!("templates/measures.toml")),
    ("simulation.toml", crate::trial::assumptions::TEMPLATE),
    (
        "plans/bonus-malus.toml",
        include_str!("templates/plans/bonus-malus.toml"),
    ),
    (
        "plans/care-first.toml",
        include_str!("templates/plans/care-first.toml"),
    ),
];

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to make it: a new folder, or an empty one
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    live: Live,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    data: Data,
}

/// A contract that is in use.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A contract that is in use")]
struct Live {
    /// Of this contract, as it is in force, and of what has happened under it: without
    /// names, contacts and what people wrote. Reads the data beside its server
    #[arg(long, value_name = "CODE")]
    contract: Option<String>,
    /// Leads that came in on that day or later
    #[arg(long, value_name = "DAY", requires = "contract")]
    since: Option<Date>,
    /// The last day of history [default: today]
    #[arg(long, value_name = "DAY", requires = "contract")]
    until: Option<Date>,
    /// Leads about that product alone
    #[arg(long, value_name = "CODE", requires = "contract")]
    product: Option<String>,
    /// Leads from that source alone
    #[arg(long, value_name = "CODE", requires = "contract")]
    source: Option<String>,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let folder = &arguments.folder;
    let is_occupied = folder
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if is_occupied {
        return Err(CliError::document(
            folder,
            "is there already, and not empty",
        ));
    }
    match &arguments.live.contract {
        None => console.result(&to_fill_in(folder)?)?,
        Some(code) => console.result(&of_contract(arguments, code)?)?,
    }
    Ok(Exit::Done)
}

fn to_fill_in(folder: &Path) -> Result<Made, CliError> {
    for (name, text) in FILES {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| CliError::file(&file, error))?;
    }
    Ok(Made {
        folder: folder.to_owned(),
        files: FILES.map(|(name, _)| name).to_vec(),
    })
}

fn of_contract(arguments: &Arguments, code: &str) -> Result<MadeOfContract, CliError> {
    let Live {
        since,
        until,
        product,
        source,
        ..
    } = &arguments.live;
    let scope = Scope {
        since: *since,
        until: *until,
        product: product.clone(),
        source: source.clone(),
    };
    let folder = &arguments.folder;
    let made = block_on(async {
        let host = arguments.data.host_beside().await?;
        let made = async {
            let of = arguments.of.find(&host).await?;
            let contract = contract(&host, &of, code).await?;
            let name = format!("{}: plans compared", contract.name);
            let made = live::make(&host, &contract, &scope, &name, folder).await?;
            live::plan_to_fill_in(folder)?;
            Ok(made)
        };
        let made = made.await;
        host.store.close().await;
        made
    })?;
    Ok(MadeOfContract {
        folder: folder.clone(),
        made,
    })
}

impl From<live::Error> for CliError {
    fn from(error: live::Error) -> Self {
        match error {
            live::Error::File { path, source } => Self::File { path, source },
            live::Error::Contract(error) => error.into(),
            live::Error::Store(error) => error.into(),
            live::Error::Lines(error) => Self::file(&error.path, error.source),
            live::Error::Toml { path, message } => Self::document(&path, message),
            error @ (live::Error::Day(_) | live::Error::Calendar(_)) => {
                Self::Usage(error.to_string())
            }
        }
    }
}

#[derive(Debug, Serialize)]
struct Made {
    folder: PathBuf,
    files: Vec<&'static str>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        writeln!(f, "made {folder} with {}; next:", self.files.join(", "))?;
        writeln!(
            f,
            "  put leads.csv into {folder}, and measures.csv if you have one"
        )?;
        writeln!(f, "  say in leads.toml which column is what")?;
        writeln!(
            f,
            "  write into contract.toml who is paid, and by what today"
        )?;
        writeln!(
            f,
            "  stellwerk trial estimate {folder}, so that simulation.toml assumes less"
        )?;
        write!(f, "  stellwerk trial run {folder}")
    }
}

#[derive(Debug, Serialize)]
struct MadeOfContract {
    folder: PathBuf,
    #[serde(flatten)]
    made: live::Made,
}

impl fmt::Display for MadeOfContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        let live::Made {
            until,
            files,
            untold,
        } = &self.made;
        let rows = |kind: &str| files.get(kind).copied().unwrap_or(0);
        writeln!(
            f,
            "made {folder} of {} leads and {} measures up to {until}",
            rows("leads"),
            rows("measures")
        )?;
        let untold = untold.said();
        if !untold.is_empty() {
            writeln!(f, "the files do not tell of {}", untold.join(", "))?;
        }
        writeln!(f, "next:")?;
        writeln!(
            f,
            "  change {folder}/plans/other.toml into what is to be tried"
        )?;
        write!(f, "  stellwerk trial run {folder}")
    }
}
