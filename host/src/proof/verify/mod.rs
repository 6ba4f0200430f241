//! Checks that what is stored agrees with itself: receipts with seals, postings with
//! receipts and events, states with events. It reads everything once, page by page.

mod chain;
mod components;
mod feed;
mod ledger;
mod states;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Error;
use super::finding::{Finding, Findings};
use crate::domain::contract::Manufacturer;
use crate::domain::digest::Hash;
use crate::domain::seal::Head;
use crate::store::Store;

/// Between two signs of how far it has come.
const SIGN_EVERY: Duration = Duration::from_secs(2);

/// What is checked against what is known from elsewhere.
#[derive(Debug, Default)]
pub struct Known {
    /// Keys that may have signed.
    pub keys: Vec<Hash>,
    /// A seal that was noted down earlier.
    pub head: Option<Head>,
}

/// How much was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counted {
    pub receipts: u64,
    /// Of these, closed under a seal.
    pub sealed: u64,
    /// Of these, not numbered yet: they were written by the version before.
    pub without_number: u64,
    pub seals: u64,
    pub events: u64,
    pub postings: u64,
    pub leads: u64,
    pub deals: u64,
}

/// What came of the check of one manufacturer.
#[derive(Debug)]
pub struct Verified {
    pub counted: Counted,
    /// The end of the chain, to be noted down.
    pub head: Option<Head>,
    /// What is broken, the first of each kind.
    pub findings: Vec<Finding>,
}

/// Told how far the check has come.
pub type Progress<'a> = &'a (dyn Fn(&str, &Counted) + Sync);

/// A check under way.
struct Check<'a> {
    store: &'a Store,
    of: &'a Manufacturer,
    known: &'a Known,
    counted: Counted,
    head: Option<Head>,
    findings: Findings,
    /// How many sealed decisions each component has made, by its title and digest.
    made: BTreeMap<(String, String), u64>,
    progress: Progress<'a>,
    told_at: Instant,
}

impl Check<'_> {
    /// Between two pages.
    fn sign(&mut self) {
        if self.told_at.elapsed() >= SIGN_EVERY {
            self.told_at = Instant::now();
            (self.progress)(&self.of.code, &self.counted);
        }
    }
}

/// Checks everything that a manufacturer has.
///
/// # Errors
/// What the database says; what is wrong with the data is found, and no error.
pub async fn verify(
    store: &Store,
    of: &Manufacturer,
    known: &Known,
    progress: Progress<'_>,
) -> Result<Verified, Error> {
    let mut check = Check {
        store,
        of,
        known,
        counted: Counted::default(),
        head: None,
        findings: Findings::of(&of.code),
        made: BTreeMap::new(),
        progress,
        told_at: Instant::now(),
    };
    check.chain().await?;
    check.components().await?;
    check.feed().await?;
    check.ledger().await?;
    check.states().await?;
    Ok(Verified {
        counted: check.counted,
        head: check.head,
        findings: check.findings.finish(),
    })
}
