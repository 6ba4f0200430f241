//! What the play has decided is closed under seals, checked, and asked again.

use std::thread::available_parallelism;

use serde::Serialize;

use super::{Error, World};
use crate::host::Host;
use crate::proof::replay::{self, Scope};
use crate::proof::verify::{self, Known};
use crate::proof::{KeyPlace, seal};

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proved {
    pub receipts: u64,
    pub seals: u64,
    pub postings: u64,
    pub leads: u64,
    /// What contradicts itself, in words.
    pub broken: Vec<String>,
    /// Decisions that were asked again.
    pub asked: u64,
    /// Those that came out bit for bit as recorded.
    pub same: u64,
}

pub(super) async fn prove(host: &Host, world: &World) -> Result<Proved, Error> {
    let key = KeyPlace::Database
        .key(&host.store, host.clock.now())
        .await?;
    while seal::seal_waiting(host, &key).await? > 0 {}
    let known = Known {
        keys: vec![key.public()],
        head: None,
    };
    let of = &world.manufacturer;
    let verified = verify::verify(&host.store, of, &known, &|_, _| {}).await?;
    let scope = Scope {
        manufacturer: of.id.clone(),
        contract: None,
        since: None,
    };
    let at_once = available_parallelism().map_or(1, Into::into);
    let asked = replay::all(host, &scope, at_once, |_| {}).await?;
    Ok(Proved {
        receipts: verified.counted.receipts,
        seals: verified.counted.seals,
        postings: verified.counted.postings,
        leads: verified.counted.leads,
        broken: verified.findings.iter().map(ToString::to_string).collect(),
        asked: asked.all(),
        same: asked.of("same"),
    })
}
