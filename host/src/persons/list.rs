//! The list of what was erased, in a file that no backup has: so that whoever is in an
//! older backup is forgotten again when it is restored.
//!
//! A line a lead: when it was erased, the manufacturer's identifier and the lead's.
//! Nothing in it tells of a person.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
use super::erase::{erase_leads, wipe};
use crate::domain::erasure::{Erasure, Words};
use crate::domain::ids::{LeadId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::metrics;
use crate::store;

/// Longer than any of its lines.
const LINE_BYTES_MAX: u64 = 512;

/// Where the list is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct List(Arc<Path>);

/// Why a list could not be followed or kept.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("line {line} is none of a list of erasures")]
    Line { path: PathBuf, line: usize },
    #[error(transparent)]
    Erase(#[from] Error),
}

impl From<store::Error> for ListError {
    fn from(error: store::Error) -> Self {
        Self::Erase(error.into())
    }
}

impl List {
    pub fn at(path: PathBuf) -> Self {
        Self(path.into())
    }

    /// The host's own, where it keeps one.
    pub fn of(host: &Host) -> Option<Self> {
        host.erasures.clone().map(Self)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    fn failed(&self) -> impl FnOnce(io::Error) -> ListError {
        let path = self.0.to_path_buf();
        |source| ListError::File { path, source }
    }

    /// What it lists; nothing where there is none.
    ///
    /// # Errors
    /// It cannot be read, or is something else. A last line that was cut off, as where a
    /// machine has stopped, is left out.
    pub fn read(&self) -> Result<Vec<Erasure>, ListError> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed()(error)),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().zip(1..);
        lines
            .map(|(text, line)| {
                read_line(text).ok_or_else(|| ListError::Line {
                    path: self.0.to_path_buf(),
                    line,
                })
            })
            .collect()
    }

    /// Adds to it, and makes that last.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&self, erasures: &[Erasure]) -> Result<(), ListError> {
        match erasures {
            [] => Ok(()),
            _ => self.append(erasures).map_err(self.failed()),
        }
    }

    fn append(&self, erasures: &[Erasure]) -> io::Result<()> {
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&self.0)?;
        // What was cut off at the end gives way.
        let from = file.seek(SeekFrom::End(0))?.saturating_sub(LINE_BYTES_MAX);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        let whole = tail.iter().rposition(|byte| *byte == b'\n');
        let end = from + whole.map_or(0, |last| last as u64 + 1);
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        let lines: String = erasures.iter().map(line).collect();
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    }
}

fn line(erasure: &Erasure) -> String {
    let Erasure {
        manufacturer,
        lead,
        erased_at,
    } = erasure;
    format!("{erased_at} {manufacturer} {lead}\n")
}

fn read_line(text: &str) -> Option<Erasure> {
    let mut words = text.split(' ');
    let erasure = Erasure {
        erased_at: Micros::parse(words.next()?).ok()?,
        manufacturer: words.next()?.into(),
        lead: words.next()?.into(),
    };
    words.next().is_none().then_some(erasure)
}

/// Lists what was erased just now, where the host keeps a list. What could not be listed
/// is listed later by [`agree`].
pub(super) fn note(host: &Host, erasures: &[Erasure]) {
    let Some(list) = List::of(host) else { return };
    if let Err(error) = list.add(erasures) {
        metrics::persons::listing_failed();
        tracing::error!(
            "what was erased is not listed, and comes back with an older backup: {error}"
        );
    }
}

/// Makes data and list agree: erases again what is listed and came back, as from a
/// backup, and lists what is not yet, as where a server was killed. Answers how many
/// leads were erased again.
///
/// # Errors
/// The list cannot be read or written; or as [`super::erase::erase`].
pub async fn agree(host: &Host, list: &List) -> Result<usize, ListError> {
    let listed = list.read()?;
    let mut missing: BTreeMap<(ManufacturerId, LeadId), Erasure> = BTreeMap::new();
    for erasure in host.store.erasures().await? {
        missing.insert(key(&erasure), erasure);
    }
    let mut back: BTreeMap<ManufacturerId, Vec<LeadId>> = BTreeMap::new();
    for erasure in listed {
        if missing.remove(&key(&erasure)).is_none() {
            let leads = back.entry(erasure.manufacturer).or_default();
            leads.push(erasure.lead);
        }
    }
    let missing: Vec<Erasure> = missing.into_values().collect();
    list.add(&missing)?;
    let (mut again, mut words) = (0, Words::default());
    // They are listed already.
    let mut silent = host.clone();
    silent.erasures = None;
    for (manufacturer, leads) in back {
        again += erase_leads(&silent, &manufacturer, &leads, &mut words).await?;
    }
    if again > 0 {
        tracing::info!(
            leads = again,
            "leads of persons who were erased had come back, and were erased again"
        );
        wipe(host, Some(&words)).await;
    }
    Ok(again)
}

fn key(erasure: &Erasure) -> (ManufacturerId, LeadId) {
    (erasure.manufacturer.clone(), erasure.lead.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erasure(lead: &str) -> Erasure {
        Erasure {
            manufacturer: "m".into(),
            lead: lead.into(),
            erased_at: Micros(1_772_442_000_000_000),
        }
    }

    #[test]
    fn what_is_listed_is_read_again_and_a_torn_line_gives_way() {
        let folder = tempfile::tempdir().unwrap();
        let list = List::at(folder.path().join("erasures"));
        assert_eq!(list.read().unwrap(), []);
        list.add(&[erasure("a"), erasure("b")]).unwrap();
        let mut text = fs::read_to_string(list.path()).unwrap();
        text.push_str("2026-03-02T09:0");
        fs::write(list.path(), text).unwrap();
        assert_eq!(list.read().unwrap(), [erasure("a"), erasure("b")]);
        list.add(&[erasure("c")]).unwrap();
        assert_eq!(
            fs::read_to_string(list.path()).unwrap(),
            "2026-03-02T09:00:00Z m a\n2026-03-02T09:00:00Z m b\n2026-03-02T09:00:00Z m c\n"
        );
    }

    #[test]
    fn another_file_is_no_list() {
        let folder = tempfile::tempdir().unwrap();
        let list = List::at(folder.path().join("erasures"));
        fs::write(list.path(), "2026-03-02T09:00:00Z m a\nsomething else\n").unwrap();
        let error = list.read().unwrap_err().to_string();
        assert_eq!(error, "line 2 is none of a list of erasures");
    }
}
