//! Every posting of every plan: more than memory holds, so that it goes from file to file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use super::{Row, line};
use crate::trial::ledger::{Outcome, Posted};
use crate::trial::lines::{self, Error};

const POSTINGS: [&str; 12] = [
    "plan",
    "period",
    "booked-period",
    "lead",
    "occurred-at",
    "partner",
    "component",
    "account",
    "kind",
    "unit",
    "amount",
    "reason",
];

/// Writes `postings.csv` and `postings.ndjson`, each whole or not at all.
///
/// # Errors
/// Where what was kept of a plan cannot be read, or a file not be written.
pub fn write_postings(outcomes: &[Outcome], folder: &Path) -> Result<(), Error> {
    let [csv, ndjson] = ["csv", "ndjson"].map(|ending| folder.join(format!("postings.{ending}")));
    let [new_csv, new_ndjson] = [&csv, &ndjson].map(|path| path.with_added_extension("new"));
    let mut rows = BufWriter::new(File::create(&new_csv).map_err(Error::of(&new_csv))?);
    let mut write = |row: &str| rows.write_all(row.as_bytes()).map_err(Error::of(&new_csv));
    let mut objects = lines::Writer::create(&new_ndjson)?;
    write(&format!("{}\n", POSTINGS.join(",")))?;
    for outcome in outcomes {
        for posted in lines::read::<Posted>(&outcome.postings)? {
            let row = Row {
                plan: &outcome.plan,
                of: posted?,
            };
            objects.write(&row)?;
            let value = serde_json::to_value(row).map_err(io::Error::from);
            write(&line(&POSTINGS, &value.map_err(Error::of(&new_ndjson))?))?;
        }
    }
    objects.finish()?;
    rows.flush().map_err(Error::of(&new_csv))?;
    for (new, path) in [(new_csv, csv), (new_ndjson, ndjson)] {
        fs::rename(&new, &path).map_err(Error::of(&path))?;
    }
    Ok(())
}
