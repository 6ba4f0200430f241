//! A decision with all that it takes to prove it on another machine: the receipt, its
//! place under a signed seal, and what decided. One JSON document; bytes are
//! hexadecimal.

use serde::{Deserialize, Serialize};

use super::{Error, receipt};
use crate::domain::decision::Decision;
use crate::domain::digest::Hash;
use crate::domain::merkle;
use crate::domain::seal::Seal;
use crate::domain::time::Micros;
use crate::proof::recorded::{self, RecordedError};
use crate::store::Store;

/// What bundles look like today.
pub const FORM: u32 = 1;
/// A component of the largest size, a question and an answer, twice as long in
/// hexadecimal, and what is written around them.
pub const BYTES_MAX: u64 = 96 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bundle {
    /// 1.
    pub bundle: u32,
    pub decision: Receipt,
    /// Its place in the manufacturer's chain.
    pub number: i64,
    pub seal: SealDocument,
    /// From the receipt to the seal's root.
    pub path: Vec<String>,
    /// Canonical JSON, as text.
    pub configuration: String,
    /// Likewise.
    pub terms: String,
    /// The WebAssembly that decided.
    pub component: String,
}

/// A decision as it is handed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Receipt {
    pub manufacturer: String,
    pub id: String,
    pub contract: String,
    pub lead: Option<String>,
    pub deal: Option<String>,
    pub event: Option<String>,
    pub slot: String,
    pub function: String,
    /// Microseconds since 1970.
    pub asked_at: i64,
    pub generation: i64,
    pub terms_version: i64,
    pub interface: String,
    pub plugin: String,
    pub plugin_digest: String,
    pub configuration_digest: String,
    pub terms_digest: Option<String>,
    pub artifact_digest: String,
    pub engine: String,
    pub baked: bool,
    pub limits: Option<String>,
    pub fuel: i64,
    pub outcome: String,
    /// Question and answer in CBOR.
    pub input: String,
    pub output: String,
    pub log: Vec<String>,
    pub follows: Option<String>,
}

/// A seal as it is handed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SealDocument {
    pub number: i64,
    pub form: i64,
    pub first: i64,
    pub last: i64,
    pub root: String,
    pub previous: String,
    /// Microseconds since 1970.
    pub sealed_at: i64,
    pub public_key: String,
    pub signature: String,
}

/// Why there is no bundle of a decision.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("there is no such decision")]
    NotFound,
    #[error("the decision is not sealed yet; a server seals what it decides every few seconds")]
    NotSealed,
    #[error("the {0} that the decision names is not stored")]
    Missing(&'static str),
    /// The receipt or the seal was altered.
    #[error(
        "the decision is not the one that was sealed; `stellwerk audit verify` says what was \
         altered"
    )]
    Broken,
    #[error(transparent)]
    Proof(#[from] Error),
}

impl From<RecordedError> for ExportError {
    fn from(error: RecordedError) -> Self {
        match error {
            RecordedError::NotFound => Self::NotFound,
            RecordedError::Missing(what) => Self::Missing(what),
            RecordedError::Store(error) => Self::Proof(error.into()),
        }
    }
}

/// The bundle of a decision.
///
/// # Errors
/// Where it is not there, not sealed yet, or not what was sealed.
pub async fn export(store: &Store, decision: Decision) -> Result<Bundle, ExportError> {
    let of = decision.manufacturer.clone();
    let proof = prove(store, &decision).await?;
    let component = recorded::component(store, &of, &decision.plugin_digest).await?;
    let names = recorded::named(store, &decision).await?;
    Ok(Bundle {
        bundle: FORM,
        number: proof.number,
        seal: SealDocument::from(&proof.seal),
        path: proof.path.iter().map(hex::encode).collect(),
        configuration: names.configuration,
        terms: names.terms,
        component: hex::encode(component),
        decision: Receipt::from(decision),
    })
}

/// A receipt's place under a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub number: i64,
    pub seal: Seal,
    /// Of the receipt.
    pub digest: Hash,
    pub path: Vec<Hash>,
}

/// Shows that the decision is under its seal.
///
/// # Errors
/// Where it is not sealed yet, or not what was sealed.
pub async fn prove(store: &Store, decision: &Decision) -> Result<Proof, ExportError> {
    let of = &decision.manufacturer;
    let number = store
        .number_of(of, &decision.id)
        .await
        .map_err(Error::from)?;
    let number = number.ok_or(ExportError::NotSealed)?;
    let seal = store.seal_of(of, number).await.map_err(Error::from)?;
    let seal = seal.ok_or(ExportError::NotSealed)?;
    let leaves = store.leaves(of, seal.number).await.map_err(Error::from)?;
    let (leaves, _) = leaves.as_chunks::<32>();
    let digest = receipt::digest(seal.form, decision)?;
    let index = usize::try_from(number - seal.first).unwrap_or(usize::MAX);
    let path = merkle::path(leaves, index).ok_or(ExportError::Broken)?;
    match merkle::root_by(&path, &digest, index, seal.count()) {
        Some(root) if root == seal.root => Ok(Proof {
            number,
            seal,
            digest,
            path,
        }),
        _ => Err(ExportError::Broken),
    }
}

impl From<Decision> for Receipt {
    fn from(decision: Decision) -> Self {
        Self {
            manufacturer: decision.manufacturer.to_string(),
            id: decision.id.to_string(),
            contract: decision.contract.to_string(),
            lead: decision.lead.map(|id| id.to_string()),
            deal: decision.deal.map(|id| id.to_string()),
            event: decision.event.map(|id| id.to_string()),
            slot: decision.slot,
            function: decision.function,
            asked_at: decision.asked_at.0,
            generation: decision.generation,
            terms_version: decision.terms_version,
            interface: decision.interface,
            plugin: decision.plugin,
            plugin_digest: decision.plugin_digest,
            configuration_digest: decision.configuration_digest,
            terms_digest: decision.terms_digest,
            artifact_digest: decision.artifact_digest,
            engine: decision.engine,
            baked: decision.baked,
            limits: decision.limits,
            fuel: decision.fuel,
            outcome: decision.outcome,
            input: hex::encode(decision.input),
            output: hex::encode(decision.output),
            log: decision.log,
            follows: decision.follows.map(|id| id.to_string()),
        }
    }
}

impl Receipt {
    /// The decision itself; none where question or answer are no bytes.
    pub fn decision(&self) -> Option<Decision> {
        let this = self.clone();
        Some(Decision {
            manufacturer: this.manufacturer.into(),
            id: this.id.into(),
            contract: this.contract.into(),
            lead: this.lead.map(Into::into),
            deal: this.deal.map(Into::into),
            event: this.event.map(Into::into),
            slot: this.slot,
            function: this.function,
            asked_at: Micros(this.asked_at),
            generation: this.generation,
            terms_version: this.terms_version,
            interface: this.interface,
            plugin: this.plugin,
            plugin_digest: this.plugin_digest,
            configuration_digest: this.configuration_digest,
            terms_digest: this.terms_digest,
            artifact_digest: this.artifact_digest,
            engine: this.engine,
            baked: this.baked,
            limits: this.limits,
            fuel: this.fuel,
            micros: 0,
            outcome: this.outcome,
            input: hex::decode(this.input).ok()?,
            output: hex::decode(this.output).ok()?,
            log: this.log,
            follows: this.follows.map(Into::into),
        })
    }
}

impl From<&Seal> for SealDocument {
    fn from(seal: &Seal) -> Self {
        Self {
            number: seal.number,
            form: seal.form,
            first: seal.first,
            last: seal.last,
            root: hex::encode(seal.root),
            previous: hex::encode(seal.previous),
            sealed_at: seal.sealed_at.0,
            public_key: hex::encode(seal.public_key),
            signature: hex::encode(&seal.signature),
        }
    }
}

impl SealDocument {
    /// The seal of a manufacturer; none where a hash is none.
    pub fn seal(&self, manufacturer: &str) -> Option<Seal> {
        Some(Seal {
            manufacturer: manufacturer.into(),
            number: self.number,
            form: self.form,
            first: self.first,
            last: self.last,
            root: hash(&self.root)?,
            previous: hash(&self.previous)?,
            sealed_at: Micros(self.sealed_at),
            public_key: hash(&self.public_key)?,
            signature: hex::decode(&self.signature).ok()?,
        })
    }
}

/// 64 hexadecimal digits.
pub(super) fn hash(text: &str) -> Option<Hash> {
    hex::decode(text).ok()?.try_into().ok()
}
