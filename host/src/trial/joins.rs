//! Files of a trial that do not join: names that one of them has and another one lacks.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::setup::{CONTRACT_FILE, HistoryFile, Setup};
use crate::import::Kind;

/// Names of one kind that are written out; all are counted.
pub const NAMED: usize = 1_000;
/// Names that a sentence has.
const SAID: usize = 10;

/// Names on one side that the other side lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unjoined {
    /// The side that has them.
    pub side: String,
    /// The side that lacks them.
    pub lacks: String,
    pub of: Of,
    pub count: u64,
    pub names: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    Leads,
    Partners,
}

impl Of {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Partners => "partners",
        }
    }
}

/// What does not join, each side of it.
pub fn unjoined(setup: &Setup) -> Vec<Unjoined> {
    let mut found = Vec::new();
    let of_kind = |kind: Kind| setup.history.iter().filter(move |file| file.kind == kind);
    let leads: Vec<&HistoryFile> = of_kind(Kind::Leads).collect();
    let outcomes: Vec<&HistoryFile> = of_kind(Kind::Outcomes).collect();
    if !outcomes.is_empty() {
        let came_in = union(leads.iter().map(|file| &file.survey.leads));
        let ended = union(leads.iter().map(|file| &file.survey.ended));
        let concluded = union(outcomes.iter().map(|file| &file.survey.leads));
        for file in &outcomes {
            let names = file.survey.leads.iter();
            let names = names.filter(|name| !came_in.contains(name));
            found.extend(side(Of::Leads, file.name(), names_of(&leads), names));
        }
        // What has an outcome of its own needs none.
        let open: BTreeSet<&String> = came_in.difference(&ended).copied().collect();
        let names = open.difference(&concluded).copied();
        found.extend(side(
            Of::Leads,
            names_of(&leads),
            names_of(&outcomes),
            names,
        ));
    }
    let partners: Vec<&HistoryFile> = of_kind(Kind::Partners).collect();
    let document = &setup.variants[0].document;
    let of_contract = document.partners.iter().map(|partner| &partner.code);
    let of_files = partners.iter().flat_map(|file| &file.survey.partners);
    let known: BTreeSet<&String> = of_contract.chain(of_files).collect();
    let mut sources = vec![CONTRACT_FILE.to_owned()];
    sources.extend(partners.iter().map(|file| file.name()));
    let sources = sources.join(", ");
    let naming: Vec<&HistoryFile> = setup
        .history
        .iter()
        .filter(|file| matches!(file.kind, Kind::Leads | Kind::Outcomes | Kind::Measures))
        .collect();
    for file in &naming {
        let names = file.survey.partners.iter();
        let names = names.filter(|name| !known.contains(name));
        found.extend(side(Of::Partners, file.name(), sources.clone(), names));
    }
    let named = union(naming.iter().map(|file| &file.survey.partners));
    let names = known.difference(&named).copied();
    found.extend(side(Of::Partners, sources, names_of(&naming), names));
    found
}

fn union<'a>(sets: impl Iterator<Item = &'a BTreeSet<String>>) -> BTreeSet<&'a String> {
    sets.flatten().collect()
}

fn names_of(files: &[&HistoryFile]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.name()).collect();
    names.join(", ")
}

/// One side of what does not join; none where nothing is missing.
fn side<'a>(
    of: Of,
    side: String,
    lacks: String,
    names: impl Iterator<Item = &'a String>,
) -> Option<Unjoined> {
    let (mut count, mut some) = (0, Vec::new());
    for name in names {
        count += 1;
        if some.len() < NAMED {
            some.push(name.clone());
        }
    }
    (count > 0).then_some(Unjoined {
        side,
        lacks,
        of,
        count,
        names: some,
    })
}

impl Unjoined {
    /// The first of the names, and how many more there are.
    pub fn some(&self) -> String {
        let said = &self.names[..self.names.len().min(SAID)];
        match self.count.saturating_sub(said.len() as u64) {
            0 => said.join(", "),
            others => format!("{} and {others} more", said.join(", ")),
        }
    }
}

impl fmt::Display for Unjoined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} has {} {} that {} does not have: {}",
            self.side,
            self.count,
            self.of.as_str(),
            self.lacks,
            self.some()
        )
    }
}
