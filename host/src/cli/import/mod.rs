//! `stellwerk import KIND FILE`: takes in what others have written.

mod at_server;
mod bar;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde::Serialize;

use self::bar::Bar;
use super::store::block_on;
use super::target::Target;
use super::{CliError, Console, Exit};
use crate::domain::contract::Contract;
use crate::host::Host;
use crate::import::{self, Assumed, ImportError, Kind, Mapping, Mode, RejectFile, Report};

/// What the file is about.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Leads,
    Partners,
    Outcomes,
    Measures,
    Places,
}

impl What {
    fn kind(self) -> Kind {
        match self {
            Self::Leads => Kind::Leads,
            Self::Partners => Kind::Partners,
            Self::Outcomes => Kind::Outcomes,
            Self::Measures => Kind::Measures,
            Self::Places => Kind::Places,
        }
    }
}

/// Bad rows go to a file with the line, the column and the reason; the others are
/// imported. Running it again imports nothing twice, and goes on where it was
/// interrupted.
#[derive(Debug, Args)]
pub struct Import {
    #[arg(value_name = "KIND")]
    what: What,
    /// CSV, or NDJSON where it ends in .ndjson or .jsonl
    file: PathBuf,
    /// Code of the contract
    #[arg(long, value_name = "CODE")]
    contract: String,
    /// Code of the manufacturer, where several have a contract of that code
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
    /// Which column feeds which field, in TOML
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// Where bad rows go [default: FILE.rejects.csv]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Check everything, write nothing; policies are not asked
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    target: Target,
}

impl Import {
    fn rejects_path(&self) -> PathBuf {
        self.rejects.clone().unwrap_or_else(|| {
            let mut name = self.file.clone().into_os_string();
            name.push(".rejects.csv");
            name.into()
        })
    }
}

/// What has become of the rows.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Outcome {
    #[serde(flatten)]
    report: Report,
    rows_per_second: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejects: Option<PathBuf>,
    dry_run: bool,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            f.write_str("nothing was written; it would be ")?;
        }
        write!(f, "{}; {} rows/s", self.report, self.rows_per_second)?;
        if let Some(rejects) = &self.rejects {
            write!(f, "\nwhat was rejected, and why: {}", rejects.display())?;
        }
        Ok(())
    }
}

pub fn run(import: &Import, console: &Console) -> Result<Exit, CliError> {
    let text = std::fs::read_to_string(&import.mapping)
        .map_err(|error| CliError::file(&import.mapping, error))?;
    let mapping = Mapping::parse(&text, format_of(&import.file))
        .map_err(|problems| CliError::document(&import.mapping, problems))?;
    let rejects_path = import.rejects_path();
    let mut rejects = RejectFile::new(rejects_path.clone(), &mapping.dialect);
    let begun = Instant::now();
    let report = match import.target.server(import.manufacturer.as_deref())? {
        Some(client) => at_server::import(import, &client, &text, &mapping, &mut rejects)?,
        None => block_on(in_data(import, &mapping, &mut rejects))?,
    };
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    console.result(&Outcome {
        rows_per_second: (report.rows() as f64 / seconds) as u64,
        rejects: (report.rejected > 0).then_some(rejects_path),
        report,
        dry_run: import.dry_run,
    })?;
    Ok(Exit::Done)
}

async fn in_data(
    import: &Import,
    mapping: &Mapping,
    rejects: &mut RejectFile,
) -> Result<Report, CliError> {
    let file_error = |error| CliError::file(&import.file, error);
    let file = File::open(&import.file).map_err(file_error)?;
    let bytes = file.metadata().map_err(file_error)?.len();
    let file_digest = import::digest(&import.file).map_err(file_error)?;
    let data = async |host: &Host| {
        let contract = contract(host, import).await?;
        let work = import::Import {
            kind: import.what.kind(),
            manufacturer: contract.manufacturer,
            contract: contract.id,
            mapping,
            file_digest,
            actor: None,
            mode: if import.dry_run {
                Mode::DryRun
            } else {
                Mode::Keep
            },
            assumed: Assumed::default(),
        };
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            file,
            read: read.clone(),
        };
        let mut bar = Bar::new(bytes);
        let report = import::run(host, &work, counted, rejects, |report| {
            bar.show(read.load(Ordering::Relaxed), report);
        })
        .await;
        bar.clear();
        report.map_err(|error| refused(import, &import.rejects_path(), error))
    };
    import.target.with_data(data).await
}

/// What the file's name tells of how it is written.
fn format_of(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()? {
        "ndjson" | "jsonl" => Some("ndjson"),
        _ => Some("csv"),
    }
}

/// The contract that is meant.
async fn contract(host: &Host, import: &Import) -> Result<Contract, CliError> {
    let mut found = Vec::new();
    for manufacturer in host.store.manufacturers().await? {
        if import
            .manufacturer
            .as_ref()
            .is_some_and(|meant| *meant != manufacturer.code)
        {
            continue;
        }
        let contract = host
            .store
            .contract_by_code(&manufacturer.id, &import.contract)
            .await?;
        found.extend(contract.map(|contract| (manufacturer.code, contract)));
    }
    match found.len() {
        0 => Err(CliError::Refused {
            code: "not-found".to_owned(),
            message: format!("there is no contract `{}`", import.contract),
        }),
        1 => Ok(found.remove(0).1),
        _ => {
            let codes: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
            Err(CliError::Usage(format!(
                "several manufacturers have a contract `{}`: say which with --manufacturer, one \
                 of {}",
                import.contract,
                codes.join(", ")
            )))
        }
    }
}

fn refused(import: &Import, rejects: &Path, error: ImportError) -> CliError {
    match error {
        ImportError::Mapping(problems) => CliError::document(&import.mapping, problems),
        ImportError::File(error) => CliError::document(&import.file, error),
        ImportError::Rejects(error) => CliError::file(rejects, error),
        ImportError::Store(error) => error.into(),
        error @ (ImportError::Busy | ImportError::Overloaded(_)) => {
            CliError::Unavailable(error.to_string())
        }
        error @ (ImportError::Contract(_) | ImportError::Fault(_)) => {
            CliError::Fault(error.to_string())
        }
    }
}

/// A file that tells how much of it has been read.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
