//! A host runs the trials that are asked for, one at a time, beside everything else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::child::{Played, Playing};
use super::folder::{self, Made};
use super::{REPORT, Request, kind_of};
use crate::domain::ids::PlanTrialId;
use crate::domain::plan_trial::{End, PlanTrial, Wanted};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::metrics;
use crate::policy::engine::free_bytes;
use crate::store;
use crate::trial::live;

/// Between two looks for a trial to run.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After one that failed.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// Between two looks at the process that plays it.
const WATCH_EVERY: Duration = Duration::from_millis(100);
/// So many of these are a sign of life.
const SIGN_AFTER: u32 = 10;
/// Whoever has given no sign for so long is at it no more.
const LEASE_MICROS: i64 = 10_000_000;
/// What a trial leaves of the disk, for the live system may lie on the same one.
const FREE_BYTES_MIN: u64 = 512 * 1024 * 1024;
const FULL: &str = "trial.disk-full";
/// A larger file is not kept: the live system's database is no place for it.
const KEPT_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Runs trials on this host.
pub struct Runner {
    pub host: Host,
    /// As the host is on record.
    pub name: String,
    /// Where the trials' folders lie.
    pub folder: PathBuf,
    /// This program.
    pub program: PathBuf,
}

/// Why a trial did not come to its end here.
enum Cut {
    /// Somebody has stopped it, or another host has it.
    Stopped,
    /// With code and text.
    Failed(String, String),
    Store(store::Error),
}

impl From<store::Error> for Cut {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Runner {
    /// Runs trials until `stop` is done. One that is being played then is left where it
    /// is, for the next start.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        metrics::trials::running(0);
        loop {
            let looked = tokio::select! {
                biased;
                () = &mut stop => return,
                looked = self.run_one() => looked,
            };
            let pause = match looked {
                Ok(true) => Duration::ZERO,
                Ok(false) => LOOK_EVERY,
                Err(error) => {
                    tracing::warn!(code = error.code(), "trials are looked for again: {error}");
                    LOOK_AGAIN
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Runs the oldest trial that waits; false where none does.
    async fn run_one(&self) -> Result<bool, store::Error> {
        let store = &self.host.store;
        let now = self.host.clock.now();
        let lease: PlanTrialId = self.host.ids.next(now);
        let lease = lease.as_str();
        let leased = store
            .lease_plan_trial(now, until(now), lease, &self.name)
            .await?;
        let Some(trial) = leased else {
            return Ok(false);
        };
        let folder = self.folder.join(trial.id.as_str());
        let begun = Instant::now();
        metrics::trials::running(1);
        let played = self.played(&trial, lease, &folder).await;
        metrics::trials::running(0);
        metrics::trials::played(outcome(&played), begun.elapsed().as_secs_f64());
        let cut = match played {
            Ok(found) => {
                let end = End {
                    at: self.host.clock.now(),
                    error: None,
                };
                store
                    .end_plan_trial(&trial, lease, &end, Some(&found.to_string()))
                    .await?;
                if let Err(error) = folder::remove(&folder) {
                    tracing::warn!("what a trial was played in stays: {error}");
                }
                return Ok(true);
            }
            Err(cut) => cut,
        };
        match cut {
            Cut::Failed(code, text) => {
                tracing::warn!(trial = %trial.id, code, "a trial has failed: {text}");
                let end = End {
                    at: self.host.clock.now(),
                    error: Some((code, text)),
                };
                store.end_plan_trial(&trial, lease, &end, None).await?;
            }
            Cut::Stopped => store.release_plan_trial(&trial, lease).await?,
            // Its lease runs out.
            Cut::Store(error) => return Err(error),
        }
        Ok(true)
    }

    /// Plays a trial to its end, and keeps its files.
    async fn played(&self, trial: &PlanTrial, lease: &str, folder: &Path) -> Result<Value, Cut> {
        let failed = |code: &str, text: String| Cut::Failed(code.to_owned(), text);
        let request: Request = serde_json::from_str(&trial.request)
            .map_err(|error| failed("trial.unreadable", error.to_string()))?;
        let store = &self.host.store;
        let contract = store.contract(&trial.manufacturer, &trial.contract).await?;
        let contract =
            contract.ok_or_else(|| failed("not-found", "there is no such contract".to_owned()))?;
        self.has_room()?;
        let making = folder::made(&self.host, &contract, trial, &request, folder);
        let made = tokio::select! {
            made = making => made.map_err(not_made)?,
            cut = self.signs(trial, lease) => return Err(cut),
        };
        let mut playing = Playing::begin(&self.program, folder)
            .map_err(|error| failed("trial.ended", format!("it cannot be played: {error}")))?;
        let played = self.watched(trial, lease, &mut playing).await?;
        if let Some((code, text)) = played.error {
            // Where this host keeps it is nothing to those who have asked.
            let text = text.replace(&format!("{}/", folder.display()), "");
            return Err(match is_full(&text) {
                true => failed(FULL, text),
                false => failed(&code, text),
            });
        }
        let unreadable = |error: io::Error| {
            let text = format!("{}: {error}", folder.display());
            failed("trial.ended", text)
        };
        let Files { kept, left_out } = files(folder).map_err(unreadable)?;
        for (name, path) in kept {
            let content = fs::read(path).map_err(unreadable)?;
            store.keep_plan_trial_file(trial, &name, &content).await?;
        }
        Ok(found(&made, played, left_out))
    }

    /// Gives signs of life until it is cut.
    async fn signs(&self, trial: &PlanTrial, lease: &str) -> Cut {
        loop {
            if let Err(cut) = self.sign(trial, lease, "history is written").await {
                return cut;
            }
            tokio::time::sleep(WATCH_EVERY * SIGN_AFTER).await;
        }
    }

    async fn sign(&self, trial: &PlanTrial, lease: &str, step: &str) -> Result<(), Cut> {
        let until = until(self.host.clock.now());
        let store = &self.host.store;
        match store.keep_plan_trial(trial, lease, until, step).await? {
            Some(Wanted::Run) => Ok(()),
            Some(Wanted::Stop) | None => Err(Cut::Stopped),
        }
    }

    /// Until the process has ended, or has to.
    async fn watched(
        &self,
        trial: &PlanTrial,
        lease: &str,
        playing: &mut Playing,
    ) -> Result<Played, Cut> {
        let mut looks = 0;
        loop {
            let ended = playing.ended();
            let ended =
                ended.map_err(|error| Cut::Failed("trial.ended".to_owned(), error.to_string()))?;
            if let Some(played) = ended {
                return Ok(played);
            }
            if looks % SIGN_AFTER == 0 {
                self.sign(trial, lease, &playing.step()).await?;
                self.has_room()?;
            }
            looks = looks.wrapping_add(1);
            tokio::time::sleep(WATCH_EVERY).await;
        }
    }

    /// A trial that would fill the disk ends before it has.
    fn has_room(&self) -> Result<(), Cut> {
        let full = |text: String| Cut::Failed(FULL.to_owned(), text);
        fs::create_dir_all(&self.folder)
            .map_err(|error| full(format!("{}: {error}", self.folder.display())))?;
        match free_bytes(&self.folder) {
            Ok(free) if free < FREE_BYTES_MIN => Err(full(format!(
                "the disk of {} has less than {} MiB left, which are the live system's: make \
                 room, and resume it",
                self.folder.display(),
                FREE_BYTES_MIN / (1024 * 1024)
            ))),
            // A disk that cannot be asked may be written to.
            _ => Ok(()),
        }
    }
}

/// As it is counted.
fn outcome(played: &Result<Value, Cut>) -> &'static str {
    match played {
        Ok(_) => "done",
        Err(Cut::Stopped) => "stopped",
        Err(Cut::Failed(code, _)) if code == FULL => "disk-full",
        Err(Cut::Failed(..) | Cut::Store(_)) => "failed",
    }
}

/// What a trial has come to.
struct Files {
    /// The report, and every table of its results, by their names.
    kept: Vec<(String, PathBuf)>,
    /// Names of those that are too large to be kept.
    left_out: Vec<String>,
}

fn files(folder: &Path) -> io::Result<Files> {
    let mut kept = vec![(REPORT.to_owned(), folder.join(REPORT))];
    let mut left_out = Vec::new();
    for entry in fs::read_dir(folder.join("results"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind_of(&name).is_none() {
            continue;
        }
        match entry.metadata()?.len() > KEPT_BYTES_MAX {
            true => left_out.push(name),
            false => kept.push((name, entry.path())),
        }
    }
    left_out.sort();
    Ok(Files { kept, left_out })
}

fn until(now: Micros) -> Micros {
    Micros(now.0.saturating_add(LEASE_MICROS))
}

/// What is kept of what it found: without the paths of this host.
fn found(made: &Made, played: Played, left_out: Vec<String>) -> Value {
    let mut all = match played.found {
        Some(Value::Object(all)) => all,
        _ => Map::new(),
    };
    all.remove("report");
    all.remove("results");
    all.insert("rules".to_owned(), json!(made.rules));
    all.insert("until".to_owned(), json!(made.until));
    all.insert("untold".to_owned(), json!(made.untold));
    if !left_out.is_empty() {
        all.insert("left-out".to_owned(), json!(left_out));
    }
    Value::Object(all)
}

fn not_made(error: live::Error) -> Cut {
    let code = match &error {
        live::Error::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => FULL,
        live::Error::Lines(error) if error.source.kind() == io::ErrorKind::StorageFull => FULL,
        live::Error::Contract(error) => error.code(),
        _ => "trial.ended",
    };
    let (code, text) = (code.to_owned(), error.to_string());
    match error {
        live::Error::Store(error) => Cut::Store(error),
        _ => Cut::Failed(code, text),
    }
}

/// Whether what a process says is that the disk is full: of files, and of SQLite.
fn is_full(text: &str) -> bool {
    text.contains("os error 28") || text.contains("disk is full")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_too_large_is_named_and_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let results = folder.path().join("results");
        fs::create_dir(&results).unwrap();
        fs::write(results.join("paid.csv"), "plan\n").unwrap();
        fs::write(results.join("leads.csv.rejects.csv"), "line\n").unwrap();
        let large = fs::File::create(results.join("postings.csv")).unwrap();
        large.set_len(KEPT_BYTES_MAX + 1).unwrap();
        let Files { kept, left_out } = files(folder.path()).unwrap();
        let kept: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(kept, [REPORT, "paid.csv"]);
        assert_eq!(left_out, ["postings.csv"]);
    }
}
