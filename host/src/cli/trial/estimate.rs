//! `stellwerk trial estimate`: what history tells of the numbers that a simulation assumes,
//! before plans are compared.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::run::{opened, refused};
use super::workplace::{Workplace, write};
use crate::cli::store::block_on_one_thread;
use crate::cli::{CliError, Console, Exit};
use crate::config::Config;
use crate::telemetry;
use crate::trial::estimate::{Estimates, known_leads, written};
use crate::trial::play::{self, PlayError};
use crate::trial::setup::{ASSUMPTIONS_FILE, Setup};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The trial's folder, with a simulation.toml in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    telemetry::begin(Config::default().log.format, "error");
    let setup = Setup::read(&arguments.folder)
        .map_err(|error| CliError::document(&error.file, error.message))?;
    let file = setup.folder.join(ASSUMPTIONS_FILE);
    let Some(text) = &setup.assumptions else {
        let message = "is not there; `stellwerk trial new` writes one";
        return Err(CliError::document(&file, message));
    };
    let results = setup.folder.join("results");
    fs::create_dir_all(&results).map_err(|error| CliError::file(&results, error))?;
    let workplace = Workplace::open(&setup.folder, None)?;
    let estimates = workplace.in_place("history", |data| {
        block_on_one_thread(estimated(&setup, data, &results, &workplace, console))
    })?;
    let text = written(text, &estimates).map_err(|error| CliError::document(&file, error))?;
    write(&file, text.as_bytes())?;
    console.result(&Done::of(&estimates, file))?;
    Ok(Exit::Done)
}

async fn estimated(
    setup: &Setup,
    data: &Path,
    results: &Path,
    workplace: &Workplace,
    console: &Console,
) -> Result<Estimates, CliError> {
    let in_force = &setup.variants[0];
    let host = opened(setup, in_force, data, workplace).await?;
    let step = |line: &str| console.step(line);
    let estimates = async {
        // What is assumed of history is no part of it.
        let declared = Default::default();
        let (force, _) = play::history(&host, setup, in_force, &declared, results, step).await?;
        let known = known_leads(&host, &force, setup).await?;
        Ok::<_, PlayError>(Estimates::of(&known, &in_force.document.terms))
    };
    let estimates = estimates.await;
    host.store.close().await;
    estimates.map_err(|error| refused(setup, in_force, error))
}

/// What history told.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Done {
    leads: usize,
    days: i64,
    /// Groups of providers of which it is known how soon they answer.
    providers: usize,
    /// Kinds of leads of which it is known what comes of them.
    kinds: usize,
    file: PathBuf,
}

impl Done {
    fn of(estimates: &Estimates, file: PathBuf) -> Self {
        let answers = estimates.providers.iter();
        let ends = estimates.kinds.iter();
        Self {
            leads: estimates.leads,
            days: estimates.days,
            providers: answers
                .filter(|group| group.response_hours.is_some())
                .count(),
            kinds: ends.filter(|kind| kind.is_told()).count(),
            file,
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} leads in {} days of history tell:",
            self.leads, self.days
        )?;
        writeln!(f, "  how many leads come in, and of which kinds")?;
        writeln!(
            f,
            "  how soon {} groups of providers answer",
            self.providers
        )?;
        writeln!(f, "  what comes of {} kinds of leads", self.kinds)?;
        write!(
            f,
            "everything else stays assumed: read {} before plans are compared",
            self.file.display()
        )
    }
}
