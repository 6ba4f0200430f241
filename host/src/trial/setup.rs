//! A trial as somebody has written it: a folder with the contract, the files of its
//! history, and the plans that are tried.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

use super::lacking::{self, Declared};
use super::live::{PAID_FILE, PAID_LEADS_FILE};
use super::variant::{self, Variant};
use crate::apply::Document;
use crate::domain::digest::Pieces;
use crate::domain::text;
use crate::import::{self, Kind, Mapping, Survey};

/// What is tried: the span of history, and the files that it comes from.
pub const TRIAL_FILE: &str = "trial.toml";
/// The contract as it is in force.
pub const CONTRACT_FILE: &str = "contract.toml";
/// What a simulation of the plans assumes; without it none is made.
pub const ASSUMPTIONS_FILE: &str = "simulation.toml";
/// One file a plan.
pub const PLANS_FOLDER: &str = "plans";

/// A trial that can be run.
#[derive(Debug)]
pub struct Setup {
    pub folder: PathBuf,
    pub name: String,
    /// The last day of history, by the contract's time zone.
    pub until: Date,
    /// What may be paid in all, in minor units.
    pub budget: Option<i64>,
    pub history: Vec<HistoryFile>,
    /// So many local days after it came in an open lead counts as lost; none: never.
    pub lost_after_days: Option<u32>,
    /// What is taken for what history does not tell.
    pub declared: Declared,
    /// What is in force first, then the plans by their files' names.
    pub variants: Vec<Variant>,
    /// What a simulation assumes, as it is written.
    pub assumptions: Option<String>,
    /// What was really paid, where the files were made of a contract that is in use.
    pub paid: Option<WasPaid>,
    /// Of everything that the trial is made of, in hexadecimal.
    pub digest: String,
}

/// What was really paid up to the end of history, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasPaid {
    pub components: BTreeMap<String, i64>,
    /// The file of what was paid for each lead.
    pub leads: PathBuf,
}

/// A file of history with how it is read.
#[derive(Debug)]
pub struct HistoryFile {
    pub kind: Kind,
    pub file: PathBuf,
    pub mapping_file: PathBuf,
    pub mapping: Mapping,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
    pub survey: Survey,
}

/// What is wrong with a file of the folder, and where.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", file.display())]
pub struct SetupError {
    pub file: PathBuf,
    pub message: String,
}

/// trial.toml.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct TrialFile {
    name: String,
    until: Date,
    lost_after_days: Option<u32>,
    /// Minor units.
    budget: Option<i64>,
    /// Whether history tells all that has happened.
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    assume: lacking::Table,
    #[serde(default)]
    history: Vec<HistoryTable>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct HistoryTable {
    kind: String,
    file: PathBuf,
    mapping: PathBuf,
}

impl Setup {
    /// Reads a trial's folder. Every file is read and checked before anything is run.
    ///
    /// # Errors
    /// Says which file is wrong, and where.
    pub fn read(folder: &Path) -> Result<Self, SetupError> {
        let mut pieces = Pieces::default();
        let trial_path = folder.join(TRIAL_FILE);
        let trial_text = read(&trial_path, &mut pieces)?;
        let trial: TrialFile = parsed(&trial_path, &trial_text)?;
        if trial.budget.is_some_and(|budget| budget <= 0) {
            return Err(wrong(&trial_path, "budget: has to be more than 0"));
        }
        let contract_path = folder.join(CONTRACT_FILE);
        let contract = read(&contract_path, &mut pieces)?;
        Document::parse(&contract).map_err(|error| wrong(&contract_path, error))?;
        let contract: toml::Table = parsed(&contract_path, &contract)?;
        let mut history = trial
            .history
            .iter()
            .map(|table| history_file(folder, &trial_path, table, &mut pieces))
            .collect::<Result<Vec<_>, _>>()?;
        if history.is_empty() {
            return Err(wrong(
                &trial_path,
                "names no file of history; add a table [[history]] with kind, file and mapping",
            ));
        }
        let in_force = variant::in_force(contract.clone());
        let mut variants = vec![in_force.map_err(|message| wrong(&contract_path, message))?];
        for path in plans(&folder.join(PLANS_FOLDER))? {
            let text = read(&path, &mut pieces)?;
            let plan = Variant::read(&code_of(&path), &text, &contract);
            variants.push(plan.map_err(|message| wrong(&path, message))?);
        }
        let declared = declared(&trial, &trial_text, &variants);
        let declared = declared.map_err(|message| wrong(&trial_path, message))?;
        survey(&mut history, &variants[0])?;
        components(folder, &variants, &mut pieces)?;
        let path = folder.join(ASSUMPTIONS_FILE);
        let assumptions = match path.exists() {
            true => Some(read(&path, &mut pieces)?),
            false => None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            name: trial.name,
            until: trial.until,
            lost_after_days: trial.lost_after_days,
            budget: trial.budget,
            history,
            declared,
            variants,
            assumptions,
            paid: paid(folder, &mut pieces)?,
            digest: pieces.digest(),
        })
    }
}

impl Setup {
    /// Whether any plan decides by other rules who gets which leads.
    pub fn tries_routing(&self) -> bool {
        let mut variants = self.variants.iter();
        let in_force = variants.next();
        in_force.is_some_and(|in_force| variants.any(|plan| plan.routes_otherwise(in_force)))
    }

    /// Whether the files of history tell something of any lead that somebody had, such as
    /// `claimed-at`.
    pub fn tells(&self, field: &str) -> bool {
        let mut files = self.history.iter();
        files.any(|file| file.survey.told.contains_key(field))
    }

    /// The same of files of one kind.
    pub fn tells_in(&self, kind: Kind, field: &str) -> bool {
        let mut files = self.history.iter().filter(|file| file.kind == kind);
        files.any(|file| file.survey.told.contains_key(field))
    }

    /// The last day that any plan's counts are made of: later leads judge all plans alike.
    pub fn counted_until(&self) -> Option<Date> {
        let counts = self.variants.iter().filter_map(|plan| plan.counts.as_ref());
        counts.map(|counting| counting.until).max()
    }

    /// The file that says what a variant is.
    pub fn file_of(&self, variant: &Variant) -> PathBuf {
        match variant.code.as_str() {
            variant::IN_FORCE => self.folder.join(CONTRACT_FILE),
            code => self.folder.join(PLANS_FOLDER).join(format!("{code}.toml")),
        }
    }
}

impl HistoryFile {
    /// What the file is called.
    pub fn name(&self) -> String {
        let name = self.file.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

fn wrong(file: &Path, message: impl ToString) -> SetupError {
    SetupError {
        file: file.to_owned(),
        message: message.to_string(),
    }
}

/// A text file; what it is called and what it holds are of the trial's digest.
fn read(path: &Path, pieces: &mut Pieces) -> Result<String, SetupError> {
    let text = std::fs::read_to_string(path).map_err(|error| wrong(path, error))?;
    add(pieces, path, text.as_bytes());
    Ok(text)
}

/// Each piece with its length, so that no two trials are one text.
fn add(pieces: &mut Pieces, path: &Path, bytes: &[u8]) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for piece in [name.as_bytes(), bytes] {
        pieces.add(&(piece.len() as u64).to_be_bytes());
        pieces.add(piece);
    }
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path, toml: &str) -> Result<T, SetupError> {
    toml::from_str(toml).map_err(|error| {
        let place = error.span().map(|span| text::place_in(toml, span.start));
        match place {
            Some(place) => wrong(path, format!("{place}: {}", error.message())),
            None => wrong(path, error.message()),
        }
    })
}

fn history_file(
    folder: &Path,
    trial: &Path,
    table: &HistoryTable,
    pieces: &mut Pieces,
) -> Result<HistoryFile, SetupError> {
    let kind = Kind::parse(&table.kind).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let message = format!(
            "history: `{}` is no kind of file; these are: {}",
            table.kind,
            known.join(", ")
        );
        wrong(trial, message)
    })?;
    let mapping_file = folder.join(&table.mapping);
    let text = read(&mapping_file, pieces)?;
    let format = match table.file.extension().and_then(|ending| ending.to_str()) {
        Some("ndjson" | "jsonl") => "ndjson",
        _ => "csv",
    };
    let mapping =
        Mapping::parse(&text, Some(format)).map_err(|error| wrong(&mapping_file, error))?;
    let file = folder.join(&table.file);
    let digest = import::digest(&file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => wrong(
            &file,
            format!("is not there; put it into {}", folder.display()),
        ),
        _ => wrong(&file, error),
    })?;
    add(pieces, &file, digest.as_bytes());
    Ok(HistoryFile {
        kind,
        file,
        mapping_file,
        mapping,
        digest,
        survey: Survey::default(),
    })
}

/// What is to be taken for what history does not tell.
fn declared(trial: &TrialFile, text: &str, variants: &[Variant]) -> Result<Declared, String> {
    let terms = variants.iter().map(|variant| &variant.document.terms);
    let reports: BTreeSet<&str> = terms.flat_map(|terms| terms.feedback_codes()).collect();
    let reports: Vec<&str> = reports.into_iter().collect();
    Declared::read(&trial.assume, text, trial.complete, &reports)
}

/// Reads what the files of history name and tell.
fn survey(history: &mut [HistoryFile], in_force: &Variant) -> Result<(), SetupError> {
    // Where outcomes have a file of their own, they have to find their leads.
    let with_leads = history.iter().any(|file| file.kind == Kind::Outcomes);
    for history in history {
        let path = &history.file;
        let file = File::open(path).map_err(|error| wrong(path, error))?;
        let (kind, terms) = (history.kind, &in_force.document.terms);
        let survey = Survey::of(kind, &history.mapping, terms, file, with_leads);
        history.survey = survey.map_err(|error| wrong(path, error))?;
    }
    Ok(())
}

/// What was really paid, where files say so.
fn paid(folder: &Path, pieces: &mut Pieces) -> Result<Option<WasPaid>, SetupError> {
    let path = folder.join(PAID_FILE);
    if !path.exists() {
        return Ok(None);
    }
    let text = read(&path, pieces)?;
    let leads = folder.join(PAID_LEADS_FILE);
    let digest = import::digest(&leads).map_err(|error| wrong(&leads, error))?;
    add(pieces, &leads, digest.as_bytes());
    let components = serde_json::from_str(&text).map_err(|error| wrong(&path, error))?;
    Ok(Some(WasPaid { components, leads }))
}

/// Components that lie in the folder are of the trial's digest, too.
fn components(folder: &Path, variants: &[Variant], pieces: &mut Pieces) -> Result<(), SetupError> {
    let bindings = variants
        .iter()
        .flat_map(|variant| variant.document.bindings.values());
    let files: BTreeSet<&str> = bindings.map(|bound| bound.plugin.as_str()).collect();
    for file in files {
        let path = folder.join(file);
        if path.is_file() {
            let digest = import::digest(&path).map_err(|error| wrong(&path, error))?;
            add(pieces, &path, digest.as_bytes());
        }
    }
    Ok(())
}

/// The plans' files, in the order of their names.
fn plans(folder: &Path) -> Result<Vec<PathBuf>, SetupError> {
    let entries = std::fs::read_dir(folder).map_err(|error| wrong(folder, error))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| wrong(folder, error))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
    found.sort();
    match found.is_empty() {
        true => Err(wrong(folder, "holds no plan; write one as NAME.toml")),
        false => Ok(found),
    }
}

fn code_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
