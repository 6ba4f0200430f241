//! `stellwerk trial run`: every plan over the same history, each in a store of its own
//! that goes afterwards, and a report of what differs.

use std::fmt::{self, Write as _};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::store::{block_on_one_thread, host, this_program};
use crate::cli::{CliError, Console, Exit};
use crate::clock::{Clock, Ids};
use crate::config::Config;
use crate::domain::digest::sha256;
use crate::domain::money;
use crate::policy::engine::step_back;
use crate::policy::reason::Language;
use crate::telemetry;
use crate::trial::compare::{Comparison, compare};
use crate::trial::ledger::Outcome;
use crate::trial::play::{self, PlayError};
use crate::trial::report::{self, Report};
use crate::trial::results;
use crate::trial::setup::Setup;
use crate::trial::variant::Variant;

/// What a trial keeps of variants that were played, so that one that was interrupted
/// goes on with the others.
const KEPT: &str = ".trial";
/// Identifiers repeat from run to run.
const SEED: u64 = 1;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The trial's folder, made by `trial new`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Of the report: de or en [default: the contract's first language]
    #[arg(long, value_name = "LANGUAGE", value_parser = ["de", "en"])]
    language: Option<String>,
    /// As a server runs it: with what the machine has left, and to the end of the server
    #[arg(long, hide = true)]
    beside: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    telemetry::begin(Config::default().log.format, "error");
    if arguments.beside {
        step_back();
        end_with_standard_input();
    }
    let setup = Setup::read(&arguments.folder)
        .map_err(|error| CliError::document(&error.file, error.message))?;
    let results = setup.folder.join("results");
    fs::create_dir_all(&results).map_err(|error| CliError::file(&results, error))?;
    let outcomes = setup
        .variants
        .iter()
        .map(|variant| outcome(&setup, variant, &results, console))
        .collect::<Result<Vec<_>, _>>()?;
    let comparison = compare(&outcomes);
    let terms = &setup.variants[0].document.terms;
    let language = arguments.language.as_ref().or(terms.languages.first());
    let page = report::html(&Report {
        language: Language::of(language.map_or("", String::as_str)),
        name: &setup.name,
        until: setup.until,
        currency: &terms.currency,
        counted_until: setup.counted_until(),
        lost_after_days: setup.lost_after_days,
        digest: &setup.digest,
        outcomes: &outcomes,
        comparison: &comparison,
    });
    let report = setup.folder.join("report.html");
    write(&report, page.as_bytes())?;
    let files = results::files(&outcomes)
        .map_err(|error| CliError::Fault(format!("the results cannot be written: {error}")))?;
    for (name, bytes) in files {
        write(&results.join(name), &bytes)?;
    }
    console.result(&Done {
        digest: setup.digest.clone(),
        currency: terms.currency.clone(),
        comparison,
        report,
        results,
    })?;
    Ok(Exit::Done)
}

/// Who has begun this process holds its standard input: when they have gone, whoever goes on
/// with the trial finds nobody at it.
fn end_with_standard_input() {
    std::thread::spawn(|| {
        // Nothing is ever said there.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(Exit::Fault as i32);
    });
}

/// What came of a variant: played now, unless the same was played before.
fn outcome(
    setup: &Setup,
    variant: &Variant,
    results: &Path,
    console: &Console,
) -> Result<Outcome, CliError> {
    let kept = setup.folder.join(KEPT);
    fs::create_dir_all(&kept).map_err(|error| CliError::file(&kept, error))?;
    let key = sha256(format!("{}\n{}\n{}", setup.digest, variant.code, program()).as_bytes());
    let file = kept.join(format!("{key}.json"));
    if let Ok(bytes) = fs::read(&file)
        && let Ok(known) = serde_json::from_slice(&bytes)
    {
        console.step(format!("{}: was played before", variant.name));
        return Ok(known);
    }
    let data = kept.join(format!("{key}.data"));
    // What an interrupted run has left is played anew.
    remove(&data)?;
    let outcome = block_on_one_thread(played(setup, variant, &data, results, console))?;
    remove(&data)?;
    let bytes = serde_json::to_vec(&outcome)
        .map_err(|error| CliError::Fault(format!("what was played cannot be kept: {error}")))?;
    write(&file, &bytes)?;
    Ok(outcome)
}

async fn played(
    setup: &Setup,
    variant: &Variant,
    data: &Path,
    results: &Path,
    console: &Console,
) -> Result<Outcome, CliError> {
    let config = Config {
        data: data.to_owned(),
        // One for all plans: what they have in common is compiled once.
        cache: Some(compiled(setup)),
        ..Config::default()
    };
    let ended_at = play::end(setup, variant).map_err(|error| refused(setup, variant, error))?;
    let clock = Clock::simulated(ended_at);
    let host = host(&config, clock, Ids::seeded(SEED)).await?;
    let step = |line: &str| console.step(line);
    let played = async {
        let (force, taken) = play::play(&host, setup, variant, results, step).await?;
        Outcome::read(&host, &force, setup, variant, &taken).await
    };
    let outcome = played.await;
    host.store.close().await;
    outcome.map_err(|error| refused(setup, variant, error))
}

/// Where compiled policies are kept.
fn compiled(setup: &Setup) -> PathBuf {
    match std::env::var_os("STELLWERK_CACHE") {
        Some(folder) => folder.into(),
        None => setup.folder.join(KEPT).join("compiled"),
    }
}

fn refused(setup: &Setup, variant: &Variant, error: PlayError) -> CliError {
    let file = setup.file_of(variant);
    match error {
        PlayError::Store(error) => error.into(),
        PlayError::Import { file, error } => CliError::document(&file, error),
        error => CliError::document(&file, error),
    }
}

/// Which program plays: what another one has played is not taken for this one's.
fn program() -> String {
    let read = this_program().and_then(|path| fs::read(path).ok());
    read.map_or_else(String::new, |bytes| sha256(&bytes))
}

fn remove(folder: &Path) -> Result<(), CliError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CliError::file(folder, error))
        }
        _ => Ok(()),
    }
}

/// Whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut unfinished = path.to_owned().into_os_string();
    unfinished.push(".new");
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|error| CliError::file(path, error))
}

/// What a trial has found, in short.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Done {
    digest: String,
    currency: String,
    #[serde(flatten)]
    comparison: Comparison,
    report: PathBuf,
    results: PathBuf,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = money::exponent(&self.currency).unwrap_or(2);
        let amount = |minor| format!("{} {}", money::display(minor, exponent), self.currency);
        let plans = &self.comparison.plans;
        let width = plans.iter().map(|plan| plan.name.chars().count()).max();
        let width = width.unwrap_or(0);
        for plan in plans {
            let mut line = format!("{:width$}  {:>16}", plan.name, amount(plan.total));
            if plan.plan != plans[0].plan {
                let sign = if plan.difference > 0 { "+" } else { "" };
                let _ = write!(line, "  {sign}{}", amount(plan.difference));
                let _ = write!(line, ", {} leads paid otherwise", plan.leads_paid_otherwise);
            }
            writeln!(f, "{line}")?;
        }
        writeln!(f, "report: {}", self.report.display())?;
        write!(f, "every figure: {}", self.results.display())
    }
}
