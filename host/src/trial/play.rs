//! A variant played: history is taken into an empty store of the variant's own, and
//! worked there by its rules as if these had been in force from the first day.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Time;

use super::lacking::{self, Declared};
use super::lines;
use super::routing::counts;
use super::setup::{HistoryFile, Setup};
use super::variant::Variant;
use crate::apply::{self, ApplyError};
use crate::domain::calendar::Calendar;
use crate::domain::time::Micros;
use crate::host::{ContractError, Host, InForce, Origin, Plans};
use crate::import::{self, ImportError, Mode, RejectFile, Report};
use crate::{pay, store, worker};

/// Why a variant could not be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    #[error("{0}")]
    Apply(#[from] ApplyError),
    #[error("{}: {error}", file.display())]
    Import {
        file: std::path::PathBuf,
        error: ImportError,
    },
    #[error("{0}")]
    Contract(#[from] ContractError),
    #[error("{0}")]
    Pay(#[from] pay::Error),
    #[error("{0}")]
    Store(#[from] store::Error),
    #[error("{0}")]
    Lines(#[from] lines::Error),
    #[error("counts: {0}")]
    Counts(String),
    #[error("the day `until` is beyond what calendars reach")]
    Until,
}

/// What became of a file of history.
#[derive(Debug, Clone)]
pub struct Taken {
    /// As trial.toml names it.
    pub file: String,
    pub report: Report,
}

/// The last instant of history.
///
/// # Errors
/// Where that day is beyond all calendars.
pub fn end(setup: &Setup, variant: &Variant) -> Result<Micros, PlayError> {
    let calendar = Calendar::of(&variant.document.terms).map_err(|_| PlayError::Until)?;
    let next = setup.until.tomorrow().map_err(|_| PlayError::Until)?;
    let begins = calendar.instant_at(next.to_datetime(Time::midnight()));
    Ok(Micros(begins.ok_or(PlayError::Until)?.0 - 1))
}

/// Makes the variant's contract, takes history in, with what is assumed of it, pays it, and
/// closes every period that is over. `step` hears what is done.
///
/// # Errors
/// What was done by then stays in the store, which is worth nothing any more.
pub async fn play(
    host: &Host,
    setup: &Setup,
    variant: &Variant,
    declared: &Declared,
    rejects: &Path,
    mut step: impl FnMut(&str),
) -> Result<(Arc<InForce>, Vec<Taken>), PlayError> {
    let (force, taken) = history(host, setup, variant, declared, rejects, &mut step).await?;
    if let Some(counting) = &variant.counts {
        let document = counts::filled_in(host, &force, setup, &variant.document, counting).await?;
        apply::apply(host, &document, Some(&setup.folder), &Origin::host()).await?;
    }
    step(&format!("{}: paying", variant.name));
    pay_history(host, &contract(host, variant).await?).await?;
    Ok((contract(host, variant).await?, taken))
}

/// Makes the variant's contract, and takes history in, with what is assumed of it. Nothing
/// is paid.
///
/// # Errors
/// What was done by then stays in the store.
pub async fn history(
    host: &Host,
    setup: &Setup,
    variant: &Variant,
    declared: &Declared,
    rejects: &Path,
    mut step: impl FnMut(&str),
) -> Result<(Arc<InForce>, Vec<Taken>), PlayError> {
    apply::apply(
        host,
        &variant.document,
        Some(&setup.folder),
        &Origin::host(),
    )
    .await?;
    let force = contract(host, variant).await?;
    let mut taken = Vec::new();
    for history in &setup.history {
        let file = history.name();
        step(&format!("{}: reading {file}", variant.name));
        let report = take(
            host,
            &force,
            history,
            declared,
            &rejects.join(format!("{file}.rejects.csv")),
        )
        .await;
        let report = report.map_err(|error| PlayError::Import {
            file: history.file.clone(),
            error,
        })?;
        taken.push(Taken { file, report });
    }
    lacking::fill_in(host, &force.contract, declared).await?;
    Ok((force, taken))
}

/// The variant's contract in a store that has nothing else, with what pays in force.
/// Components that are files are looked for from `folder`.
///
/// # Errors
/// What is wrong with the contract by this variant.
pub async fn rules(
    host: &Host,
    folder: &Path,
    variant: &Variant,
) -> Result<Arc<InForce>, PlayError> {
    let origin = Origin::host();
    apply::apply(host, &variant.document, Some(folder), &origin).await?;
    let plans = Plans::load(host, contract(host, variant).await?).await?;
    Ok(plans.of_period(host, host.clock.now(), None).await?)
}

async fn contract(host: &Host, variant: &Variant) -> Result<Arc<InForce>, PlayError> {
    let document = &variant.document;
    let (maker, contract) = host
        .store
        .contract_by_codes(&document.manufacturer.code, &document.contract.code)
        .await?
        .ok_or(ContractError::NotFound)?;
    Ok(host.contract(&maker.id, &contract.id).await?)
}

async fn take(
    host: &Host,
    force: &InForce,
    history: &HistoryFile,
    declared: &Declared,
    rejects: &Path,
) -> Result<Report, ImportError> {
    let import = import::Import {
        kind: history.kind,
        manufacturer: force.contract.manufacturer.clone(),
        contract: force.contract.id.clone(),
        mapping: &history.mapping,
        file_digest: history.digest.clone(),
        actor: None,
        mode: Mode::Keep,
        assumed: declared.events(),
    };
    let file = File::open(&history.file)?;
    let mut rejects = RejectFile::new(rejects.to_owned(), &history.mapping.dialect);
    import::run(host, &import, file, &mut rejects, |_| {}).await
}

/// Does what was due by the end of history, pays what has happened, and closes what is over.
async fn pay_history(host: &Host, force: &Arc<InForce>) -> Result<(), PlayError> {
    let ended_at = host.clock.now();
    worker::work_due(host).await?;
    let contract = &force.contract;
    pay::pay_history(host, &contract.manufacturer, &contract.id, ended_at).await?;
    Ok(())
}
