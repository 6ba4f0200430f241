//! `stellwerk plugin dev`: the author's loop. Whatever is saved is built, tested,
//! and bound to a test contract, so that the next lead there is routed by it.

mod bind;
mod sources;

use std::fmt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;

use self::bind::Place;
use self::sources::Sources;
use super::build::{self, ToolchainArguments};
use super::compile::{Lock, Version};
use super::project::{self, Project};
use super::toolchain::{self, Toolchain};
use crate::cli::process;
use crate::cli::target::{Of, Target};
use crate::cli::{CliError, Console, Exit};

/// How often the sources are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Tests that take longer are no loop.
const TESTS_MAX: Duration = Duration::from_secs(600);

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the plugin's project
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Code of the contract; it has to be a test contract
    #[arg(long, value_name = "CODE")]
    contract: String,
    /// qualification, matching, escalation or compensation/NAME [default: the slot
    /// of the plugin's kind; compensation/PLUGIN]
    #[arg(long, value_name = "SLOT")]
    slot: Option<String>,
    /// Configuration of the plugin, in TOML or JSON [default: the plugin's own]
    #[arg(long, value_name = "FILE")]
    configuration: Option<PathBuf>,
    /// End after what is there now
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    toolchain: ToolchainArguments,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let place = Place::of(arguments)?;
    // Before anything is built for it.
    place.permits()?;
    let project = project::open(&arguments.folder)?;
    let toolchain = toolchain::find(arguments.toolchain.toolchain, &project.folder, console)?;
    let mut sources = Sources::of(&project.folder, arguments.configuration.as_deref());
    loop {
        let digest = sources.digest()?;
        // What was there before is not waited for since it was saved.
        let saved = match sources.looks() {
            1 => SystemTime::now(),
            _ => sources.saved(),
        };
        let round = Round {
            project: &project,
            toolchain: &toolchain,
            place: &place,
            console,
        };
        match round.go(&digest, saved) {
            Ok(bound) => console.result(&bound)?,
            Err(error) if arguments.once => return Err(error),
            Err(error) => {
                console.failure(&error);
                console.step("what is bound stays; waiting for the next change");
            }
        }
        if arguments.once {
            return Ok(Exit::Done);
        }
        while sources.digest()? == digest {
            thread::sleep(LOOK_EVERY);
        }
        settle(&mut sources)?;
    }
}

/// Waits until nobody has written for a moment.
fn settle(sources: &mut Sources) -> Result<(), CliError> {
    let mut before = sources.digest()?;
    loop {
        thread::sleep(LOOK_EVERY);
        let now = sources.digest()?;
        if now == before {
            return Ok(());
        }
        before = now;
    }
}

/// From sources to a bound plugin.
struct Round<'a> {
    project: &'a Project,
    toolchain: &'a Toolchain,
    place: &'a Place<'a>,
    console: &'a Console,
}

impl Round<'_> {
    /// Builds and tests side by side, and binds what has passed: its golden examples
    /// run where it is uploaded.
    fn go(&self, digest: &str, saved: SystemTime) -> Result<Bound, CliError> {
        let version = version(&self.project.version, digest);
        let (built, tested) = thread::scope(|scope| {
            let tests = scope.spawn(|| timed(|| self.test()));
            let built = timed(|| {
                let told = Version::Told(&version);
                build::build(
                    self.project,
                    self.toolchain,
                    Lock::MayChange,
                    told,
                    self.console,
                )
            });
            let tested = tests.join();
            (built, tested)
        });
        let (component, built_in) = built;
        let component = component?;
        let (tested, tested_in) =
            tested.map_err(|_| CliError::Fault("the tests could not be run".to_owned()))?;
        tested?;
        let bound = self.place.bind(&component, &version)?;
        Ok(Bound {
            plugin: bound.plugin,
            contract: self.place.contract.to_owned(),
            slot: bound.slot,
            generation: bound.generation,
            saved_to_bound_ms: saved.elapsed().unwrap_or_default().as_millis() as u64,
            build_ms: built_in.as_millis() as u64,
            tests_ms: tested_in.as_millis() as u64,
        })
    }

    fn test(&self) -> Result<(), CliError> {
        let mut cargo = project::cargo();
        cargo
            .current_dir(&self.project.folder)
            .args(["test", "--quiet"]);
        let ended = process::run(&mut cargo, TESTS_MAX)
            .map_err(|error| CliError::Fault(error.to_string()))?;
        if ended.status.success() {
            return Ok(());
        }
        Err(CliError::PluginRefused(format!(
            "{}{}the tests of {} fail; it is not bound",
            ended.stdout, ended.stderr, self.project.name
        )))
    }
}

/// A version of this build alone: the same one never means other bytes.
fn version(of: &str, digest: &str) -> String {
    let mark = digest.get(..12).unwrap_or(digest);
    // A manifest's version takes no more dots, and build metadata comes last.
    let (of, _) = of.split_once('+').unwrap_or((of, ""));
    format!("{of}-dev-{mark}")
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed())
}

/// What the next lead is decided by.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Bound {
    plugin: String,
    contract: String,
    slot: String,
    generation: i64,
    /// From when the last file was saved.
    saved_to_bound_ms: u64,
    build_ms: u64,
    tests_ms: u64,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |ms: u64| ms as f64 / 1_000.0;
        write!(
            f,
            "bound {} to {} of {}, generation {}: {:.1} s after it was saved (build {:.1} s, \
             beside it tests {:.1} s)",
            self.plugin,
            self.slot,
            self.contract,
            self.generation,
            seconds(self.saved_to_bound_ms),
            seconds(self.build_ms),
            seconds(self.tests_ms),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_build_has_a_version_of_its_own() {
        let digest = "0123456789abcdef";
        assert_eq!(version("0.1.0", digest), "0.1.0-dev-0123456789ab");
        assert_eq!(version("0.1.0-rc1", digest), "0.1.0-rc1-dev-0123456789ab");
        assert_eq!(version("0.1.0+5", digest), "0.1.0-dev-0123456789ab");
    }
}
