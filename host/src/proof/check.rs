//! Checks a bundle without any database: that its parts fit each other and the seal,
//! and that the decision comes out again in the sandbox. A bundle may come from
//! anybody: everything in it is taken for a claim.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::bundle::{self, Bundle, hash};
use super::key::is_signed;
use super::{Verdict, makers, receipt, replay};
use crate::domain::decision::Decision;
use crate::domain::digest::{Hash, sha256};
use crate::domain::merkle;
use crate::domain::seal::{FORM, Seal};
use crate::domain::terms::Terms;
use crate::host::free_text;
use crate::policy::{Engine, Function, Limits, PolicyError, canonical, view};

/// A part of a bundle that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Misfit {
    pub part: &'static str,
    pub message: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.message)
    }
}

fn misfit(part: &'static str, message: impl Into<String>) -> Misfit {
    Misfit {
        part,
        message: message.into(),
    }
}

/// A bundle whose parts fit each other.
pub struct Sound {
    pub decision: Decision,
    pub number: i64,
    pub seal: Seal,
    component: Arc<[u8]>,
    configuration: Value,
    terms: String,
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sound({})", self.decision.id)
    }
}

/// Reads a bundle, and compares its parts with each other.
///
/// # Errors
/// Everything that does not fit.
pub fn read(bytes: &[u8], keys: &[Hash]) -> Result<Sound, Vec<Misfit>> {
    let bundle: Bundle = serde_json::from_slice(bytes)
        .map_err(|error| vec![misfit("bundle", format!("is none: {error}"))])?;
    if bundle.bundle != bundle::FORM {
        let message = format!(
            "is of form {}, which this version does not know",
            bundle.bundle
        );
        return Err(vec![misfit("bundle", message)]);
    }
    let decision = bundle.decision.decision();
    let decision =
        decision.ok_or_else(|| vec![misfit("decision", "question or answer are no bytes")])?;
    let seal = bundle.seal.seal(&bundle.decision.manufacturer);
    let seal = seal.ok_or_else(|| vec![misfit("seal", "a hash or key in it is none")])?;
    let mut misfits = Vec::new();
    signed(&seal, keys, &mut misfits);
    under_the_seal(&bundle, &decision, &seal, &mut misfits);
    let component = made_with(&bundle, &decision, &mut misfits);
    let configuration = serde_json::from_str(&bundle.configuration);
    match (component, configuration) {
        (Some(component), Ok(configuration)) if misfits.is_empty() => Ok(Sound {
            decision,
            number: bundle.number,
            seal,
            component: component.into(),
            configuration,
            terms: bundle.terms,
        }),
        (_, Err(_)) if misfits.is_empty() => Err(vec![misfit("configuration", "is no JSON")]),
        _ => Err(misfits),
    }
}

fn signed(seal: &Seal, keys: &[Hash], misfits: &mut Vec<Misfit>) {
    let statement = seal.statement();
    if seal.form != FORM {
        let message = format!("is of form {}, which this version does not know", seal.form);
        misfits.push(misfit("seal", message));
    }
    if !is_signed(&seal.public_key, statement.as_bytes(), &seal.signature) {
        misfits.push(misfit("seal", "does not have the signature of its key"));
    }
    if !keys.is_empty() && !keys.contains(&seal.public_key) {
        let key = hex::encode(seal.public_key);
        let message = format!("is signed by {key}, which is none of the keys that were named");
        misfits.push(misfit("seal", message));
    }
}

/// The receipt is the one at its place under the seal.
fn under_the_seal(bundle: &Bundle, decision: &Decision, seal: &Seal, misfits: &mut Vec<Misfit>) {
    let path: Option<Vec<Hash>> = bundle.path.iter().map(|node| hash(node)).collect();
    let index = bundle.number.checked_sub(seal.first);
    let index = index.and_then(|index| usize::try_from(index).ok());
    let (Some(path), Some(index)) = (path, index) else {
        misfits.push(misfit(
            "path",
            "is none, or the number lies outside the seal",
        ));
        return;
    };
    let digest = receipt::digest(FORM, decision).ok();
    let root = digest.and_then(|digest| merkle::root_by(&path, &digest, index, seal.count()));
    if root != Some(seal.root) {
        misfits.push(misfit(
            "decision",
            "the receipt is not the one that was sealed at its place",
        ));
    }
}

/// Component, configuration and terms are those that the receipt names. Answers the
/// component.
fn made_with(bundle: &Bundle, decision: &Decision, misfits: &mut Vec<Misfit>) -> Option<Vec<u8>> {
    let component = hex::decode(&bundle.component).ok();
    let digest = component.as_deref().map(sha256);
    if digest.as_ref() != Some(&decision.plugin_digest) {
        misfits.push(misfit("component", "is not the one that the receipt names"));
    }
    let canonical = serde_json::from_str(&bundle.configuration)
        .ok()
        .and_then(|document: Value| canonical::canonical_json(&document).ok());
    let is_canonical = canonical.as_ref() == Some(&bundle.configuration);
    if !is_canonical || sha256(bundle.configuration.as_bytes()) != decision.configuration_digest {
        misfits.push(misfit(
            "configuration",
            "is not the one that the receipt names",
        ));
    }
    let differs = |digest: &String| *digest != sha256(bundle.terms.as_bytes());
    if decision.terms_digest.as_ref().is_some_and(differs) {
        misfits.push(misfit("terms", "are not those that the receipt names"));
    }
    if Terms::parse(&bundle.terms).is_err() {
        misfits.push(misfit("terms", "are none that this version can read"));
    }
    component
}

impl Sound {
    /// Asks again in the sandbox, and compares bit for bit.
    ///
    /// # Errors
    /// What comes out otherwise, or cannot be asked.
    pub fn ask_again(&self, engine: &Engine) -> Result<Verdict, Vec<Misfit>> {
        let decision = &self.decision;
        if !replay::is_reproducible(decision) {
            return Ok(Verdict::NotReproducible);
        }
        if free_text::is_encrypted(decision) {
            return Ok(Verdict::Encrypted);
        }
        let function = Function::parse(&decision.function).ok_or_else(|| {
            let message = format!("no policy has a function {}", decision.function);
            vec![misfit("decision", message)]
        })?;
        let refused =
            |error: PolicyError| vec![misfit("component", format!("cannot be asked: {error}"))];
        let plugin = engine
            .load_unproved_blocking(self.component.clone())
            .map_err(refused)?;
        let bound = engine
            .bind_blocking(&plugin, &self.configuration, &self.terms)
            .map_err(refused)?;
        // What was recorded is a claim as well: no call gets more than any may.
        let limits = makers::limits(decision, Limits::default()).lowered_to(Limits::default());
        let asked = view::ask_again(&bound, &limits, function, &decision.input);
        let misfits = |message: &str| vec![misfit("replay", message)];
        match replay::compare(decision, asked) {
            Verdict::Differs(parts) => {
                let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
                Err(misfits(&format!(
                    "comes out otherwise: {}",
                    parts.join(", ")
                )))
            }
            Verdict::Missing(what) | Verdict::NotNow(what) => Err(misfits(&what)),
            verdict => Ok(verdict),
        }
    }
}
