//! Receipts against leaves, leaves against roots, roots against signatures, and each
//! seal against the one before it.

use super::Check;
use crate::domain::digest::Hash;
use crate::domain::merkle::{self, LEAVES_MAX};
use crate::domain::seal::{FORM, NONE_BEFORE, Seal};
use crate::proof::finding::Kind;
use crate::proof::{Error, key, receipt};
use crate::store::Chain;

/// Their leaves are read one by one.
const SEALS_AT_ONCE: u32 = 64;
/// Questions and answers may be long.
const DECISIONS_AT_ONCE: u32 = 64;
const NUMBERS_AT_ONCE: u32 = 10_000;

/// A receipt as it is now: its number and identifier, and its digest where it can be
/// read.
struct Receipt {
    number: i64,
    id: String,
    digest: Option<Hash>,
}

impl Check<'_> {
    pub(super) async fn chain(&mut self) -> Result<(), Error> {
        let chain = self.store.chain(&self.of.id).await?;
        let (mut number, mut decision) = (1, 1);
        // The seal before, unless it is unknown.
        let mut before = Some(NONE_BEFORE);
        loop {
            let page = self
                .store
                .numbered_seals(&self.of.id, number - 1, SEALS_AT_ONCE)
                .await?;
            if page.is_empty() {
                break;
            }
            for (found, seal) in page {
                // Made meanwhile, it is for the next check.
                if found > chain.seals {
                    break;
                }
                if found > number {
                    self.seals_missing(number, found - 1);
                    before = None;
                }
                number = found + 1;
                self.counted.seals += 1;
                before = match seal {
                    Ok(seal) => {
                        self.seal(&seal, before, decision).await?;
                        decision = seal.last.saturating_add(1).max(decision);
                        self.head = Some(seal.head());
                        Some(seal.hash())
                    }
                    Err(error) => {
                        self.findings
                            .add(Kind::SealUnreadable, || format!("seal {found}: {error}"));
                        None
                    }
                };
                self.sign();
            }
            if number > chain.seals {
                break;
            }
        }
        if number <= chain.seals {
            self.seals_missing(number, chain.seals);
        }
        self.not_sealed(&chain, decision).await?;
        self.noted_head(number - 1).await
    }

    fn seals_missing(&mut self, from: i64, to: i64) {
        self.findings.add(Kind::SealMissing, || match from == to {
            true => format!("seal {from} is missing"),
            false => format!("seals {from} to {to} are missing"),
        });
    }

    /// One seal, with the receipts under it. `next` is the decision that it should
    /// begin with.
    async fn seal(&mut self, seal: &Seal, before: Option<Hash>, next: i64) -> Result<(), Error> {
        let number = seal.number;
        if let Some(before) = before {
            if seal.previous != before {
                self.findings.add(Kind::SealChain, || match number {
                    1 => "seal 1 names a seal before it".to_owned(),
                    _ => format!(
                        "seal {number} does not name seal {} as that is: one of them was altered",
                        number - 1
                    ),
                });
            }
            if seal.first != next {
                self.findings.add(Kind::SealRange, || {
                    format!(
                        "seal {number} begins with decision number {}, in place of {next}",
                        seal.first
                    )
                });
            }
        }
        let statement = seal.statement();
        if !key::is_signed(&seal.public_key, statement.as_bytes(), &seal.signature) {
            self.findings.add(Kind::SealSignature, || {
                format!("seal {number} does not have the signature of its key")
            });
        }
        if !self.known.keys.contains(&seal.public_key) {
            self.findings.add(Kind::SealKey, || {
                let key = hex::encode(seal.public_key);
                format!("seal {number} is signed by {key}, which is none of the known keys")
            });
        }
        if seal.form != FORM || seal.first < 1 || !(1..=LEAVES_MAX).contains(&seal.count()) {
            self.findings.add(Kind::SealRange, || {
                format!(
                    "seal {number} closes decisions {} to {} by form {}: no seal is like that",
                    seal.first, seal.last, seal.form
                )
            });
            return Ok(());
        }
        let leaves = self.store.leaves(&self.of.id, number).await?;
        let (leaves, rest) = leaves.as_chunks::<32>();
        let leaves_fit = leaves.len() == seal.count() && rest.is_empty();
        if !leaves_fit {
            self.findings.add(Kind::SealLeaves, || {
                format!(
                    "seal {number} has {} leaves for {} receipts",
                    leaves.len(),
                    seal.count()
                )
            });
        }
        let receipts = self.receipts(seal.first, seal.last).await?;
        self.compare(seal, leaves_fit.then_some(leaves), &receipts);
        Ok(())
    }

    /// The receipts of a seal. What is missing is found here.
    async fn receipts(&mut self, first: i64, last: i64) -> Result<Vec<Receipt>, Error> {
        let (store, of) = (self.store, &self.of.id);
        let mut receipts = Vec::new();
        let mut next = first;
        while next <= last {
            let page = store
                .numbered_decisions(of, next - 1, last, DECISIONS_AT_ONCE)
                .await?;
            let is_last = page.len() < DECISIONS_AT_ONCE as usize;
            for (number, (id, decision)) in page {
                self.decisions_missing(next, number - 1);
                next = number + 1;
                self.counted.receipts += 1;
                self.counted.sealed += 1;
                let digest = match decision {
                    Ok(decision) => {
                        let digest = receipt::digest(FORM, &decision)?;
                        let maker = (decision.plugin, decision.plugin_digest);
                        *self.made.entry(maker).or_default() += 1;
                        Some(digest)
                    }
                    Err(_) => None,
                };
                receipts.push(Receipt { number, id, digest });
            }
            if is_last {
                self.decisions_missing(next, last);
                break;
            }
            self.sign();
        }
        Ok(receipts)
    }

    fn decisions_missing(&mut self, from: i64, to: i64) {
        if from <= to {
            self.findings
                .add(Kind::ReceiptMissing, || match from == to {
                    true => format!("the decision with number {from} is missing"),
                    false => format!("the decisions with numbers {from} to {to} are missing"),
                });
        }
    }

    /// Which of the three was altered: receipts, leaves, or the root.
    fn compare(&mut self, seal: &Seal, leaves: Option<&[Hash]>, receipts: &[Receipt]) {
        let number = seal.number;
        let digests: Vec<Hash> = receipts
            .iter()
            .filter_map(|receipt| receipt.digest)
            .collect();
        let is_whole = digests.len() == seal.count();
        if is_whole && merkle::root(&digests) == seal.root {
            let altered = leaves.and_then(|leaves| {
                let mut pairs = receipts.iter().zip(leaves);
                pairs.find(|(receipt, leaf)| receipt.digest != Some(**leaf))
            });
            if let Some((receipt, _)) = altered {
                self.findings.add(Kind::SealLeaves, || {
                    format!(
                        "the leaf of decision {} (number {}) in seal {number} was altered; its \
                         receipt is the one that was sealed",
                        receipt.id, receipt.number
                    )
                });
            }
            return;
        }
        let Some(leaves) = leaves else {
            self.findings.add(Kind::SealRoot, || {
                format!(
                    "the root of seal {number} is not that of its receipts, and its leaves, \
                     which would tell which one differs, do not fit"
                )
            });
            return;
        };
        for receipt in receipts {
            let leaf = usize::try_from(receipt.number - seal.first);
            let leaf = leaf.ok().and_then(|index| leaves.get(index));
            if receipt.digest.as_ref() != leaf {
                self.findings.add(Kind::ReceiptAltered, || {
                    let (id, at) = (&receipt.id, receipt.number);
                    match receipt.digest {
                        Some(_) => format!(
                            "decision {id} (number {at}, seal {number}) is not the one that was \
                             sealed"
                        ),
                        None => format!(
                            "decision {id} (number {at}, seal {number}) cannot be read any more"
                        ),
                    }
                });
            }
        }
        if merkle::root(leaves) != seal.root {
            self.findings.add(Kind::SealRoot, || {
                format!("the root of seal {number} is not that of its leaves")
            });
        }
    }

    /// Decisions after the last seal: they are there, and no more of them.
    async fn not_sealed(&mut self, chain: &Chain, first: i64) -> Result<(), Error> {
        let (store, of) = (self.store, &self.of.id);
        let mut next = first;
        while next <= chain.decisions {
            let page = store
                .decision_numbers(of, next - 1, chain.decisions, NUMBERS_AT_ONCE)
                .await?;
            let is_last = page.len() < NUMBERS_AT_ONCE as usize;
            for number in page {
                self.decisions_missing(next, number - 1);
                next = number + 1;
                self.counted.receipts += 1;
            }
            if is_last {
                self.decisions_missing(next, chain.decisions);
                break;
            }
            self.sign();
        }
        if first > chain.decisions + 1 {
            self.findings.add(Kind::ReceiptCount, || {
                format!(
                    "{} decisions are sealed, and the feed has counted {}",
                    first - 1,
                    chain.decisions
                )
            });
        }
        let without_number = store.unnumbered_decisions(of).await?;
        self.counted.without_number = without_number.unsigned_abs();
        self.counted.receipts += without_number.unsigned_abs();
        Ok(())
    }

    /// Whether the chain still holds the seal that was noted down.
    async fn noted_head(&mut self, last: i64) -> Result<(), Error> {
        let Some(noted) = self.known.head else {
            return Ok(());
        };
        let found = self.store.numbered_seals(&self.of.id, noted.number - 1, 1);
        let found = found.await?.pop();
        let is_there = matches!(found, Some((_, Ok(seal))) if seal.head() == noted);
        if !is_there {
            self.findings.add(Kind::SealHead, || {
                let number = noted.number;
                match number > last {
                    true => format!(
                        "seal {number}, which was noted down, is not there: the chain ends \
                         with seal {last}"
                    ),
                    false => format!("seal {number} is not the one that was noted down"),
                }
            });
        }
        Ok(())
    }
}
