//! The use-case: rows become changes, batch by batch.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use super::Kind;
use super::error::ImportError;
use super::kinds::{Importer, Item, Outcome, Verdict};
use super::mapping::{Bound, Mapping, Unreadable};
use super::read::{BadRow, Format, Row, Rows};
use super::rejects::{Reject, Rejects};
use super::report::Report;
use crate::domain::digest::sha256;
use crate::domain::ids::{ContractId, ManufacturerId, TokenId};
use crate::host::Host;
use crate::routing::assumed::Assumed;
use crate::store;
use crate::store::changes::{Changes, Command, ImportProgress};

/// Rows in one command: enough to share statements and the disk's sync.
const BATCH_ROWS_MAX: usize = 250;
/// Their bytes together.
const BATCH_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A batch that others keep disturbing is given up.
const TRIES_MAX: u32 = 8;

/// What is imported, into which contract.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    pub kind: Kind,
    pub manufacturer: ManufacturerId,
    pub contract: ContractId,
    pub mapping: &'a Mapping,
    /// SHA-256 of the file, hexadecimal.
    pub file_digest: String,
    /// The token of the request; none from the command line.
    pub actor: Option<TokenId>,
    pub mode: Mode,
    /// What is taken as having happened where the file tells nothing of it.
    pub assumed: Assumed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Keep,
    /// Everything is checked and nothing is written; policies are not asked.
    DryRun,
}

/// Imports the rows that no earlier run of the same file and mapping has dealt
/// with. `told` hears of it after each batch.
///
/// # Errors
/// What was committed before stays, and is not imported again.
pub async fn run<R: Read>(
    host: &Host,
    import: &Import<'_>,
    file: R,
    rejects: &mut (impl Rejects + Send),
    mut told: impl FnMut(&Report),
) -> Result<Report, ImportError> {
    let force = host
        .contract(&import.manufacturer, &import.contract)
        .await?;
    let mut rows = Rows::open(file, &import.mapping.dialect)?;
    let bound = import
        .mapping
        .bind(import.kind, rows.columns(), &force.terms)?;
    // The same file may be imported as several kinds.
    let mapping = format!("{}\n{}", import.kind.as_str(), import.mapping.digest);
    let mapping_digest = sha256(mapping.as_bytes());
    let done = match import.mode {
        Mode::DryRun => 0,
        Mode::Keep => host
            .store
            .imported_rows(
                &import.manufacturer,
                &import.contract,
                &import.file_digest,
                &mapping_digest,
            )
            .await?
            .max(0) as u64,
    };
    let mut report = Report::default();
    let mut dealt_with = None;
    while report.done_before < done {
        let Some(row) = rows.next()? else { break };
        dealt_with = Some(row.map_or_else(|bad| bad.line, |row| row.line));
        report.done_before += 1;
    }
    let columns = match import.mapping.dialect.format {
        Format::Csv { .. } => rows.columns().to_vec(),
        Format::Ndjson => Vec::new(),
    };
    rejects
        .begin(&columns, dealt_with)
        .map_err(ImportError::Rejects)?;
    let mut running = Running {
        host,
        import,
        importer: Importer::new(host, import, force, &bound).await?,
        bound,
        mapping_digest,
        rejects,
        row: report.done_before,
        report,
        batch: Batch::default(),
        written: HashSet::new(),
        seen: HashSet::new(),
    };
    while let Some(row) = rows.next()? {
        running.take(row).await?;
        if running.batch.is_full() {
            running.finish_batch().await?;
            told(&running.report);
        }
    }
    running.finish_batch().await?;
    told(&running.report);
    Ok(running.report)
}

struct Running<'a, J> {
    host: &'a Host,
    import: &'a Import<'a>,
    importer: Importer,
    bound: Bound,
    mapping_digest: String,
    rejects: &'a mut J,
    report: Report,
    /// The number of the last row that was read.
    row: u64,
    batch: Batch,
    /// Rows whose rejects are written, but not yet passed over by a commit.
    written: HashSet<u64>,
    /// What a dry run would have imported already, as digests.
    seen: HashSet<u64>,
}

/// Rows that are decided and committed together.
#[derive(Default)]
struct Batch {
    items: Vec<Item>,
    /// What the rows are about: two rows about the same are not decided together.
    keys: HashSet<String>,
    /// Rows that could not even be read, by number.
    rejected: BTreeMap<u64, Reject>,
    bytes: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.items.len() + self.rejected.len() >= BATCH_ROWS_MAX || self.bytes >= BATCH_BYTES_MAX
    }
}

impl<J: Rejects + Send> Running<'_, J> {
    /// Adds a row to the batch.
    async fn take(&mut self, row: Result<Row, BadRow>) -> Result<(), ImportError> {
        let number = self.row + 1;
        let row = match row {
            Ok(row) => row,
            Err(bad) => {
                self.row = number;
                self.batch.bytes += bad.original.iter().map(String::len).sum::<usize>();
                let reject = Reject {
                    line: bad.line,
                    column: String::new(),
                    reason: bad.reason,
                    original: bad.original,
                };
                self.batch.rejected.insert(number, reject);
                return Ok(());
            }
        };
        if !self.bound.counts(&row) {
            self.row = number;
            self.report.left_out += 1;
            return Ok(());
        }
        self.batch.bytes += row.bytes();
        let read = self
            .bound
            .read(&row)
            .and_then(|values| self.importer.read(values));
        match read {
            Ok(ready) => {
                let keys = ready.keys();
                if keys.iter().any(|key| self.batch.keys.contains(key)) {
                    self.finish_batch().await?;
                }
                let is_known = |key: &String| self.seen.contains(&digest(key));
                if keys.first().is_some_and(is_known) {
                    self.report.unchanged += 1;
                } else {
                    self.batch.keys.extend(keys);
                    self.batch.items.push(Item { number, row, ready });
                }
            }
            Err(wrong) => {
                self.batch.rejected.insert(number, rejected(row, wrong));
            }
        }
        self.row = number;
        Ok(())
    }

    /// Decides and commits the batch.
    async fn finish_batch(&mut self) -> Result<(), ImportError> {
        let batch = std::mem::take(&mut self.batch);
        let mut rest = batch.items;
        let mut rejects: BTreeMap<u64, Reject> = batch.rejected;
        let mut tries = 0;
        loop {
            let verdicts = self.importer.decide(&rest).await?;
            let (changes, outcomes) = together(verdicts);
            // Rows that rest on what others of the batch change come after it.
            let done = rest
                .get(outcomes.len())
                .map_or(self.row, |next| next.number - 1);
            for (item, outcome) in rest.iter().zip(&outcomes) {
                if let Outcome::Rejected(wrong) = outcome {
                    let reject = rejected(item.row.clone(), wrong.clone());
                    rejects.insert(item.number, reject);
                }
            }
            self.write_rejects(&rejects, done)?;
            match self.commit(changes, &rest[..outcomes.len()], done).await {
                Ok(()) => tries = 0,
                Err(ImportError::Store(store::Error::Stale { .. })) if tries < TRIES_MAX => {
                    tries += 1;
                    continue;
                }
                Err(ImportError::Store(store::Error::Stale { .. })) => {
                    return Err(ImportError::Busy);
                }
                Err(error) => return Err(error),
            }
            self.count(&outcomes);
            let later = rejects.split_off(&(done + 1));
            self.report.rejected += rejects.len() as u64;
            rejects = later;
            rest.drain(..outcomes.len());
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    /// Rejects are on disk before the commit that passes over their rows; what is
    /// decided again is not written again.
    fn write_rejects(
        &mut self,
        rejects: &BTreeMap<u64, Reject>,
        done: u64,
    ) -> Result<(), ImportError> {
        let mut any = false;
        for (number, reject) in rejects.range(..=done) {
            if self.written.insert(*number) {
                let added = self.rejects.add(reject.clone());
                added.map_err(ImportError::Rejects)?;
                any = true;
            }
        }
        if any {
            self.rejects.flush().map_err(ImportError::Rejects)?;
        }
        Ok(())
    }

    async fn commit(
        &mut self,
        mut changes: Changes,
        items: &[Item],
        done: u64,
    ) -> Result<(), ImportError> {
        if self.import.mode == Mode::DryRun {
            for item in items {
                self.seen
                    .extend(item.ready.keys().first().map(|key| digest(key)));
            }
            return Ok(());
        }
        changes.absorb(self.importer.holders(&changes).await?);
        changes.import_progress.push(ImportProgress {
            contract: self.import.contract.clone(),
            file_digest: self.import.file_digest.clone(),
            mapping_digest: self.mapping_digest.clone(),
            rows_done: i64::try_from(done).unwrap_or(i64::MAX),
        });
        let committed = self
            .host
            .store
            .commit(Command {
                manufacturer: self.import.manufacturer.clone(),
                changes,
            })
            .await?;
        self.written.clear();
        let Import {
            manufacturer,
            contract,
            ..
        } = self.import;
        self.host
            .count_up_to(manufacturer, contract, committed.position)
            .await?;
        Ok(())
    }

    /// Rejects are counted where they are written.
    fn count(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            match outcome {
                Outcome::Imported => self.report.imported += 1,
                Outcome::Routed => {
                    self.report.imported += 1;
                    self.report.routed += 1;
                }
                Outcome::Unchanged => self.report.unchanged += 1,
                Outcome::Rejected(_) => {}
            }
        }
    }
}

/// The changes of the first decisions, as many as can be committed together, and
/// what has become of their rows.
fn together(verdicts: Vec<Verdict>) -> (Changes, Vec<Outcome>) {
    let mut all = Changes::default();
    let mut outcomes = Vec::with_capacity(verdicts.len());
    for verdict in verdicts {
        if let Some(own) = verdict.changes {
            if own.guards.iter().any(|guard| all.disturb(guard)) {
                break;
            }
            all.absorb(own);
        }
        outcomes.push(verdict.outcome);
    }
    (all, outcomes)
}

/// So many keys are remembered that their digests have to do.
fn digest(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn rejected(row: Row, mut wrong: Vec<Unreadable>) -> Reject {
    // A column that feeds several fields is wrong once.
    let all = std::mem::take(&mut wrong);
    for one in all {
        if !wrong.contains(&one) {
            wrong.push(one);
        }
    }
    let mut columns: Vec<String> = Vec::new();
    for wrong in &wrong {
        if !columns.contains(&wrong.column) {
            columns.push(wrong.column.clone());
        }
    }
    let reason = match wrong.as_slice() {
        [one] => one.reason.clone(),
        several => several
            .iter()
            .map(|wrong| format!("{}: {}", wrong.column, wrong.reason))
            .collect::<Vec<_>>()
            .join("; "),
    };
    Reject {
        line: row.line,
        column: columns.join(", "),
        reason,
        original: row.into_original(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::partner::Participant;
    use crate::domain::time::Micros;
    use crate::store::changes::Guard;

    /// Counts a partner up, as a policy that takes turns does.
    fn turn(partner: &str) -> Verdict {
        let participant = Participant {
            manufacturer: "m".into(),
            contract: "c".into(),
            partner: partner.into(),
            level: String::new(),
            capacity: None,
            attributes: Default::default(),
            certificates: Default::default(),
            leave: None,
            blocked_until: None,
            counter: 1,
            complaints_open: 0,
            joined_at: Micros(0),
            active: true,
            version: 4,
        };
        let guard = Guard::Participant("c".into(), partner.into(), 4);
        Verdict {
            outcome: Outcome::Routed,
            changes: Some(Changes {
                guards: vec![guard],
                participants: vec![participant],
                ..Changes::default()
            }),
        }
    }

    #[test]
    fn decisions_that_rest_on_each_other_are_not_committed_together() {
        let unchanged = Verdict {
            outcome: Outcome::Unchanged,
            changes: None,
        };
        let verdicts = vec![turn("a"), unchanged, turn("b"), turn("a"), turn("c")];
        let (changes, outcomes) = together(verdicts);
        assert_eq!(
            outcomes,
            [Outcome::Routed, Outcome::Unchanged, Outcome::Routed]
        );
        let partners: Vec<&str> = changes
            .participants
            .iter()
            .map(|participant| participant.partner.as_str())
            .collect();
        assert_eq!(partners, ["a", "b"]);
    }
}
