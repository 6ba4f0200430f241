//! Closes decisions under seals: by one host at a time, in the order of their
//! numbers. Two that overtake each other seal nothing twice: every commit of a seal
//! rests on how many there are.

use super::key::SigningKey;
use super::{Error, receipt};
use crate::domain::digest::Hash;
use crate::domain::ids::ManufacturerId;
use crate::domain::merkle;
use crate::domain::seal::{DECISIONS_MAX, FORM, NONE_BEFORE, Seal};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store;
use crate::store::changes::{Changes, Command, Guard};
use crate::store::{Chain, SealedBatch};

/// Decisions read at once: their questions and answers may be long.
const READ_AT_ONCE: u32 = 64;
/// Decisions of the version before that one commit numbers.
const NUMBERED_AT_ONCE: u32 = 256;

/// Seals the next batch of every manufacturer that has one and that nobody else is
/// at. Answers how many decisions were sealed.
///
/// # Errors
/// The first one, after all manufacturers had their turn; an outage at once.
pub async fn seal_waiting(host: &Host, key: &SigningKey) -> Result<usize, Error> {
    let mut sealed = 0;
    let mut failed = None;
    for chain in host.store.chains().await? {
        if !chain.is_behind() {
            continue;
        }
        match seal_chain(host, key, &chain).await {
            Ok(decisions) => sealed += decisions,
            Err(Error::Store(error)) if error.trouble().is_some() => return Err(error.into()),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(sealed), Err)
}

async fn seal_chain(host: &Host, key: &SigningKey, chain: &Chain) -> Result<usize, Error> {
    let of = &chain.manufacturer;
    let now = host.clock.now();
    let lease: String = host.ids.next(now);
    let until = Micros(now.0.saturating_add(host.lane_lease_micros));
    if !host.store.lease_sealing(of, &lease, now, until).await? {
        return Ok(0);
    }
    let sealed = match seal_next(host, key, of).await {
        // Another host has been at it meanwhile, and goes on.
        Err(Error::Store(store::Error::Stale { .. })) => Ok(0),
        sealed => sealed,
    };
    host.store.release_sealing(of, &lease).await?;
    sealed
}

/// Seals the next batch. Answers how many decisions it has.
async fn seal_next(host: &Host, key: &SigningKey, of: &ManufacturerId) -> Result<usize, Error> {
    let chain = number_older(host, of).await?;
    let last = last_seal(host, &chain).await?;
    let first = last.as_ref().map_or(0, |seal| seal.last) + 1;
    let leaves = digests(host, &chain, first).await?;
    if leaves.is_empty() {
        return Ok(0);
    }
    let mut seal = Seal {
        manufacturer: of.clone(),
        number: chain.seals + 1,
        form: FORM,
        first,
        last: first + leaves.len() as i64 - 1,
        root: merkle::root(&leaves),
        previous: last.map_or(NONE_BEFORE, |seal| seal.hash()),
        sealed_at: host.clock.now(),
        public_key: key.public(),
        signature: Vec::new(),
    };
    seal.signature = key.sign(seal.statement().as_bytes());
    let sealed = leaves.len();
    host.store
        .commit(Command {
            manufacturer: of.clone(),
            changes: Changes {
                guards: vec![Guard::Seals(of.clone(), chain.seals)],
                seals: vec![SealedBatch { seal, leaves }],
                ..Changes::default()
            },
        })
        .await?;
    Ok(sealed)
}

/// Gives the decisions of the version before their numbers. Answers where the chain
/// is then.
async fn number_older(host: &Host, of: &ManufacturerId) -> Result<Chain, Error> {
    let mut chain = host.store.chain(of).await?;
    // No more than this seal closes: the others have their turn.
    for _ in 0..DECISIONS_MAX / NUMBERED_AT_ONCE as usize {
        if !chain.has_unnumbered {
            break;
        }
        let changes = Changes {
            older_numbered: NUMBERED_AT_ONCE,
            ..Changes::default()
        };
        host.store
            .commit(Command {
                manufacturer: of.clone(),
                changes,
            })
            .await?;
        chain = host.store.chain(of).await?;
    }
    Ok(chain)
}

/// The seal that the next one names.
async fn last_seal(host: &Host, chain: &Chain) -> Result<Option<Seal>, Error> {
    if chain.seals == 0 {
        return Ok(None);
    }
    let of = &chain.manufacturer;
    let mut last = host.store.seals(of, chain.seals - 1, 1).await?;
    match last.pop() {
        Some(seal) => Ok(Some(seal)),
        None => Err(Error::SealMissing {
            manufacturer: of.to_string(),
            number: chain.seals,
        }),
    }
}

/// The digests of the receipts from a number on, as many as one seal closes.
async fn digests(host: &Host, chain: &Chain, first: i64) -> Result<Vec<Hash>, Error> {
    let of = &chain.manufacturer;
    let up_to = chain.decisions.min(first + DECISIONS_MAX as i64 - 1);
    let mut digests = Vec::new();
    let mut next = first;
    while next <= up_to {
        let store = &host.store;
        let page = store.numbered_decisions(of, next - 1, up_to, READ_AT_ONCE);
        let page = page.await?;
        let missing = |number| Error::DecisionMissing {
            manufacturer: of.to_string(),
            number,
        };
        if page.is_empty() {
            return Err(missing(next));
        }
        for (number, (_, decision)) in page {
            if number != next {
                return Err(missing(next));
            }
            digests.push(receipt::digest(FORM, &decision?)?);
            next += 1;
        }
    }
    Ok(digests)
}
