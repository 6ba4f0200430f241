//! What a decision's digest binds: everything that is recorded of it, defined over
//! the decision as it is, not over how it is stored.

use serde::Serialize;

use super::Error;
use crate::domain::decision::Decision;
use crate::domain::digest::{Hash, sha256, sha256_of};
use crate::domain::generation::is_hosts;
use crate::domain::seal::FORM;
use crate::policy::canonical;

/// In deterministic CBOR. What is long is bound by its SHA-256.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Bound<'a> {
    form: i64,
    manufacturer: &'a str,
    id: &'a str,
    contract: &'a str,
    lead: Option<&'a str>,
    deal: Option<&'a str>,
    event: Option<&'a str>,
    slot: &'a str,
    function: &'a str,
    asked_at: i64,
    generation: i64,
    terms_version: i64,
    interface: &'a str,
    plugin: &'a str,
    plugin_digest: &'a str,
    configuration_digest: &'a str,
    terms_digest: Option<&'a str>,
    artifact_digest: &'a str,
    engine: &'a str,
    baked: bool,
    limits: Option<&'a str>,
    fuel: i64,
    outcome: &'a str,
    reproducible: bool,
    input: String,
    output: String,
    log: &'a [String],
    follows: Option<&'a str>,
}

/// SHA-256 of all that the decision binds, by the rules of a form.
///
/// # Errors
/// Where this version does not know the form.
pub fn digest(form: i64, decision: &Decision) -> Result<Hash, Error> {
    if form != FORM {
        return Err(Error::Form(form));
    }
    // By name, so that nothing that is added to a decision is forgotten here.
    let Decision {
        manufacturer,
        id,
        contract,
        lead,
        deal,
        event,
        slot,
        function,
        asked_at,
        generation,
        terms_version,
        interface,
        plugin,
        plugin_digest,
        configuration_digest,
        terms_digest,
        artifact_digest,
        engine,
        baked,
        limits,
        fuel,
        micros: _,
        outcome,
        input,
        output,
        log,
        follows,
    } = decision;
    let bound = Bound {
        form,
        manufacturer: manufacturer.as_str(),
        id: id.as_str(),
        contract: contract.as_str(),
        lead: lead.as_ref().map(|id| id.as_str()),
        deal: deal.as_ref().map(|id| id.as_str()),
        event: event.as_ref().map(|id| id.as_str()),
        slot,
        function,
        asked_at: asked_at.0,
        generation: *generation,
        terms_version: *terms_version,
        interface,
        plugin,
        plugin_digest,
        configuration_digest,
        terms_digest: terms_digest.as_deref(),
        artifact_digest,
        engine,
        baked: *baked,
        limits: limits.as_deref(),
        fuel: *fuel,
        outcome,
        reproducible: is_reproducible(outcome),
        input: sha256(input),
        output: sha256(output),
        log,
        follows: follows.as_ref().map(|id| id.as_str()),
    };
    Ok(sha256_of(&[&canonical::to_cbor(&bound)?]))
}

/// Whether asking the same again gives the same: all but what a clock or a full
/// machine has ended.
fn is_reproducible(outcome: &str) -> bool {
    !is_hosts(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Micros;

    /// A decision with something of everything.
    fn decision() -> Decision {
        Decision {
            manufacturer: "m".into(),
            id: "d".into(),
            contract: "c".into(),
            lead: Some("l".into()),
            deal: Some("b".into()),
            event: Some("e".into()),
            slot: "matching".into(),
            function: "rank".into(),
            asked_at: Micros(1_772_442_000_000_000),
            generation: 3,
            terms_version: 2,
            interface: "0.1.0".into(),
            plugin: "matching-weighted@0.1.0".into(),
            plugin_digest: "p".into(),
            configuration_digest: "q".into(),
            terms_digest: Some("t".into()),
            artifact_digest: "r".into(),
            engine: "wasmtime".into(),
            baked: true,
            limits: Some("{}".into()),
            fuel: 71_000,
            micros: 20,
            outcome: "ok".into(),
            input: vec![1, 2],
            output: vec![3],
            log: vec!["one".into()],
            follows: Some("f".into()),
        }
    }

    #[test]
    fn a_receipt_keeps_its_digest_in_every_version() {
        let digest = digest(1, &decision()).unwrap();
        assert_eq!(
            hex::encode(digest),
            "1f60fc6ae6c5ba5afdcd5c985c908e17783e3ddcea23445672b1c9ee9a2a2cfd"
        );
    }

    #[test]
    fn whatever_differs_gives_another_digest() {
        let alter: [fn(&mut Decision); 26] = [
            |decision| decision.manufacturer = "n".into(),
            |decision| decision.id = "x".into(),
            |decision| decision.contract = "x".into(),
            |decision| decision.lead = None,
            |decision| decision.deal = None,
            |decision| decision.event = None,
            |decision| decision.slot = "x".into(),
            |decision| decision.function = "x".into(),
            |decision| decision.asked_at = Micros(0),
            |decision| decision.generation = 4,
            |decision| decision.terms_version = 3,
            |decision| decision.interface = "x".into(),
            |decision| decision.plugin = "x".into(),
            |decision| decision.plugin_digest = "x".into(),
            |decision| decision.configuration_digest = "x".into(),
            |decision| decision.terms_digest = None,
            |decision| decision.artifact_digest = "x".into(),
            |decision| decision.engine = "x".into(),
            |decision| decision.baked = false,
            |decision| decision.limits = None,
            |decision| decision.fuel = 0,
            |decision| decision.outcome = "host.deadline".into(),
            |decision| decision.input = vec![1],
            |decision| decision.output = vec![],
            |decision| decision.log = vec![],
            |decision| decision.follows = None,
        ];
        let digest = |decision: &Decision| digest(FORM, decision).unwrap();
        for alter in alter {
            let mut altered = decision();
            alter(&mut altered);
            assert_ne!(digest(&altered), digest(&decision()), "{altered:?}");
        }
        let slower = Decision {
            micros: 21,
            ..decision()
        };
        assert_eq!(digest(&slower), digest(&decision()));
        assert!(super::digest(FORM + 1, &decision()).is_err());
    }

    #[test]
    fn what_the_machine_has_ended_is_not_reproducible() {
        assert!(is_reproducible("ok") && is_reproducible("guest.trap"));
        assert!(!is_reproducible("host.deadline") && !is_reproducible("host.overloaded"));
    }
}
