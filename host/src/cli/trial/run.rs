//! `stellwerk trial run`: every plan over the same history, each in a store of its own
//! that goes afterwards, what people would do under it, and a report of what differs.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use serde::Serialize;

use super::bounds::{bounds, unused};
use super::workplace::{Workplace, write};
use crate::cli::store::{block_on_one_thread, host};
use crate::cli::{CliError, Console, Exit};
use crate::clock::{Clock, Ids};
use crate::config::Config;
use crate::domain::money;
use crate::host::Host;
use crate::policy::engine::step_back;
use crate::policy::reason::Language;
use crate::store::StoreLimits;
use crate::telemetry;
use crate::trial::assumptions::Assumptions;
use crate::trial::behaviour::{Behaved, Simulated, UnworkedOf};
use crate::trial::compare::{Comparison, compare};
use crate::trial::joins::unjoined;
use crate::trial::ledger::{self, Outcome};
use crate::trial::play::{self, PlayError};
use crate::trial::report::{self, Report};
use crate::trial::results;
use crate::trial::sandboxed::Sandboxed;
use crate::trial::setup::{ASSUMPTIONS_FILE, Setup};
use crate::trial::variant::Variant;

/// Identifiers repeat from run to run.
const SEED: u64 = 1;
/// The files of what a variant pays for each lead, and of its postings.
const LEADS: &str = "leads";
const POSTINGS: &str = "postings";

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
    let means = Means {
        language: arguments.language.clone(),
        compiled: None,
        // A trial may be large: one store at a time.
        plans_at_once: 1,
    };
    let tried = tried(&arguments.folder, means, console)?;
    console.result(&Done::of(tried))?;
    Ok(Exit::Done)
}

/// By what a trial is run.
pub struct Means {
    /// Of the report; none: the contract's first one.
    pub language: Option<String>,
    /// Where compiled policies are kept; none: beside what else of the trial is kept.
    pub compiled: Option<PathBuf>,
    /// Plans whose history is played at the same time.
    pub plans_at_once: usize,
}

/// A trial that was run.
pub struct Tried {
    pub digest: String,
    pub currency: String,
    pub comparison: Comparison,
    /// None where nothing was assumed.
    pub simulated: Option<Simulated>,
    pub report: PathBuf,
    pub results: PathBuf,
}

/// Runs the trial of a folder, and writes report and results there. Blocks its thread.
pub fn tried(folder: &Path, means: Means, console: &Console) -> Result<Tried, CliError> {
    let setup =
        Setup::read(folder).map_err(|error| CliError::document(&error.file, error.message))?;
    let unjoined = unjoined(&setup);
    for side in &unjoined {
        console.step(side);
    }
    let results = setup.folder.join("results");
    fs::create_dir_all(&results).map_err(|error| CliError::file(&results, error))?;
    let workplace = Workplace::open(&setup.folder, means.compiled)?;
    // First, so that what is wrong with the assumptions is said before anything is played.
    let behaviour = setup
        .assumptions
        .as_deref()
        .map(|text| behaviour(&setup, text, &workplace, console))
        .transpose()?;
    let mut outcomes = each(&setup.variants, means.plans_at_once, |variant| {
        outcome(&setup, variant, &results, &workplace, console)
    })?;
    unused(&setup, &outcomes)?;
    let bounded = setup.variants.iter().zip(&mut outcomes);
    for (variant, outcome) in bounded {
        outcome.bounds = bounds(&setup, variant, outcome, &results, &workplace, console)?;
    }
    let comparison = compare(&outcomes, setup.paid.as_ref())
        .map_err(|error| CliError::file(&error.path, error.source))?;
    let terms = &setup.variants[0].document.terms;
    let language = means.language.as_ref().or(terms.languages.first());
    let page = report::html(&Report {
        language: Language::of(language.map_or("", String::as_str)),
        name: &setup.name,
        until: setup.until,
        currency: &terms.currency,
        counted_until: setup.counted_until(),
        lost_after_days: setup.lost_after_days,
        declared: &setup.declared,
        tells_offers: setup.tells("offered-at"),
        unjoined: &unjoined,
        budget: setup.budget,
        digest: &setup.digest,
        outcomes: &outcomes,
        comparison: &comparison,
        behaviour: behaviour.as_ref(),
    });
    let report = setup.folder.join("report.html");
    write(&report, page.as_bytes())?;
    let files = results::files(&outcomes, &unjoined, behaviour.as_ref())
        .map_err(|error| CliError::Fault(format!("the results cannot be written: {error}")))?;
    for (name, bytes) in files {
        write(&results.join(name), &bytes)?;
    }
    results::write_postings(&outcomes, &results)
        .map_err(|error| CliError::file(&error.path, error.source))?;
    Ok(Tried {
        digest: setup.digest.clone(),
        currency: terms.currency.clone(),
        comparison,
        simulated: behaviour,
        report,
        results,
    })
}

/// What comes of each, in their order, so many at the same time.
fn each<T: Sync, R: Send>(
    all: &[T],
    at_once: usize,
    work: impl Fn(&T) -> Result<R, CliError> + Sync,
) -> Result<Vec<R>, CliError> {
    let mut made = Vec::with_capacity(all.len());
    for some in all.chunks(at_once.max(1)) {
        let results: Vec<_> = thread::scope(|scope| {
            let work = &work;
            let begun: Vec<_> = some
                .iter()
                .map(|one| scope.spawn(move || work(one)))
                .collect();
            begun.into_iter().map(|one| one.join()).collect()
        });
        for result in results {
            made.push(result.unwrap_or_else(|panic| resume_unwind(panic))?);
        }
    }
    Ok(made)
}

/// Who has begun this process holds its standard input: when they have gone, whoever goes on
/// with the trial finds nobody at it.
fn end_with_standard_input() {
    thread::spawn(|| {
        // Nothing is ever said there.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(Exit::Fault as i32);
    });
}

/// What people would do under each variant, by what is assumed.
fn behaviour(
    setup: &Setup,
    text: &str,
    workplace: &Workplace,
    console: &Console,
) -> Result<Simulated, CliError> {
    let plans = setup
        .variants
        .iter()
        .map(|variant| {
            let place = format!("{}.rules", variant.code);
            workplace.in_place(&place, |data| {
                block_on_one_thread(sandboxed(setup, variant, data, workplace))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let reads = |prefix: &str| -> BTreeSet<String> {
        plans.iter().flat_map(|plan| plan.reads(prefix)).collect()
    };
    let (measures, targets) = (reads("measure/"), reads("target/"));
    let measures: Vec<&str> = measures.iter().map(String::as_str).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let assumptions = Assumptions::parse(text, &measures, &targets).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError::document(&setup.folder.join(ASSUMPTIONS_FILE), lines.join("\n"))
    })?;
    let mut behaved = Vec::with_capacity(plans.len());
    for (variant, plan) in setup.variants.iter().zip(plans) {
        let plan = plan.settled_after(assumptions.parameters.period_weeks);
        // Other plans of the trial, and its history, do not matter here.
        let of = [text, &variant.code, &variant.name, &plan.digest()].join("\n");
        let made = workplace.or_made(&of, |_| {
            console.step(format!("{}: what people would do", variant.name));
            Behaved::under(&plan, (&variant.code, &variant.name), &assumptions)
                .map_err(|error| CliError::document(&setup.file_of(variant), error))
        });
        let (made, _) = made?;
        behaved.push(made);
    }
    Ok(Simulated::new(assumptions, behaved))
}

/// The components of a variant, from a store that has nothing else.
async fn sandboxed(
    setup: &Setup,
    variant: &Variant,
    data: &Path,
    workplace: &Workplace,
) -> Result<Sandboxed, CliError> {
    let host = opened(setup, variant, data, workplace).await?;
    let rules = play::rules(&host, &setup.folder, variant).await;
    host.store.close().await;
    let rules = rules.map_err(|error| refused(setup, variant, error))?;
    Sandboxed::of(&rules).map_err(|error| CliError::document(&setup.file_of(variant), error))
}

/// What came of a variant: played now, unless the same was played before.
fn outcome(
    setup: &Setup,
    variant: &Variant,
    results: &Path,
    workplace: &Workplace,
    console: &Console,
) -> Result<Outcome, CliError> {
    let of = format!("{}\n{}", setup.digest, variant.code);
    let [leads, postings] = [LEADS, POSTINGS].map(|file| workplace.beside(&of, file));
    let files = ledger::Files {
        leads: &leads,
        postings: &postings,
    };
    let (mut outcome, is_new): (Outcome, bool) = workplace.or_made(&of, |data| {
        let places = Places {
            data,
            results,
            files,
        };
        block_on_one_thread(played(setup, variant, places, workplace, console))
    })?;
    outcome.leads.clone_from(&leads);
    outcome.postings.clone_from(&postings);
    if !is_new {
        console.step(format!("{}: was played before", variant.name));
    }
    Ok(outcome)
}

/// Where what belongs to a variant lies.
struct Places<'a> {
    /// Its store, while it is played.
    data: &'a Path,
    /// Beside the results, rows of history that are no such rows.
    results: &'a Path,
    files: ledger::Files<'a>,
}

async fn played(
    setup: &Setup,
    variant: &Variant,
    places: Places<'_>,
    workplace: &Workplace,
    console: &Console,
) -> Result<Outcome, CliError> {
    let host = opened(setup, variant, places.data, workplace).await?;
    let step = |line: &str| console.step(line);
    let played = async {
        let (force, taken) =
            play::play(&host, setup, variant, &setup.declared, places.results, step).await?;
        Outcome::read(&host, &force, setup, variant, &taken, places.files).await
    };
    let outcome = played.await;
    host.store.close().await;
    outcome.map_err(|error| refused(setup, variant, error))
}

/// A store of a variant's own, at the end of history.
pub(super) async fn opened(
    setup: &Setup,
    variant: &Variant,
    data: &Path,
    workplace: &Workplace,
) -> Result<Host, CliError> {
    let config = Config {
        data: data.to_owned(),
        // One for all plans: what they have in common is compiled once.
        cache: Some(workplace.compiled()),
        store: StoreLimits {
            may_be_lost: true,
            ..StoreLimits::default()
        },
        ..Config::default()
    };
    let ended_at = play::end(setup, variant).map_err(|error| refused(setup, variant, error))?;
    let mut host = host(&config, Clock::simulated(ended_at), Ids::seeded(SEED)).await?;
    host.is_throwaway = true;
    Ok(host)
}

/// What is wrong with a variant, and in which file.
pub(super) fn refused(setup: &Setup, variant: &Variant, error: PlayError) -> CliError {
    let file = setup.file_of(variant);
    match error {
        PlayError::Store(error) => error.into(),
        PlayError::Lines(error) => CliError::file(&error.path, error.source),
        PlayError::Import { file, error } => CliError::document(&file, error),
        error => CliError::document(&file, error),
    }
}

/// What a trial has found, in short.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Done {
    digest: String,
    currency: String,
    #[serde(flatten)]
    comparison: Comparison,
    /// By plan, where a simulation was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    behaviour: Vec<UnworkedOf>,
    report: PathBuf,
    results: PathBuf,
}

impl Done {
    fn of(tried: Tried) -> Self {
        let simulated = tried.simulated.as_ref();
        Self {
            behaviour: simulated.map_or_else(Vec::new, Simulated::in_short),
            digest: tried.digest,
            currency: tried.currency,
            comparison: tried.comparison,
            report: tried.report,
            results: tried.results,
        }
    }
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
            if let Some(bounds) = &plan.bounds {
                let [low, high] = [bounds.total.low, bounds.total.high].map(amount);
                let _ = write!(line, ", from {low} to {high} by what history does not tell");
            }
            if let Some(difference) = &plan.difference_bounds {
                let [low, high] = [difference.low, difference.high].map(amount);
                let _ = write!(line, ", from {low} to {high} against today");
            }
            if plan.unanswered > 0 {
                let _ = write!(line, ", {} questions without an answer", plan.unanswered);
            }
            writeln!(f, "{line}")?;
        }
        for plan in &self.behaviour {
            writeln!(f, "{plan}")?;
        }
        writeln!(f, "report: {}", self.report.display())?;
        write!(f, "every figure: {}", self.results.display())
    }
}
