//! Every component of the corpus is loaded by the real engine, which proves it on its
//! own golden examples, is bound, and asked again.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use stellwerk::domain::digest::sha256;
use stellwerk::policy::{
    Bound, Engine, EngineSettings, Function, Limits, PolicyError, Receipt, golden, view,
};

use crate::plugins_go_on_working::corpus::{self, Asked, Frozen};
use crate::plugins_go_on_working::text;

/// Kinds, and what they are asked.
const FUNCTIONS: [(&str, &[Function]); 4] = [
    ("qualification", &[Function::Assess]),
    ("matching", &[Function::Rank]),
    ("escalation", &[Function::Escalate, Function::Admit]),
    ("compensation", &[Function::Award, Function::Settle]),
];

pub fn engine() -> Engine {
    Engine::new(EngineSettings::default()).expect("an engine")
}

/// The receipt of a call, whatever came of it.
pub fn receipt(bound: &Bound, function: Function, question: &[u8]) -> Result<Receipt, PolicyError> {
    let decided = view::ask_blocking(bound, &Limits::default(), function, question)?;
    Ok(match decided {
        Ok(decided) => decided.receipt,
        Err(failed) => failed.receipt,
    })
}

#[test]
fn every_frozen_component_answers_as_it_did() {
    let engine = engine();
    let mut differences = Vec::new();
    for release in corpus::releases() {
        for component in corpus::components(&release) {
            let place = format!("{}/{}", corpus::name(&release), corpus::name(&component));
            let found = differences_of(&engine, &component);
            differences.extend(found.into_iter().map(|what| format!("{place}: {what}")));
        }
    }
    assert!(
        differences.is_empty(),
        "what has been released no longer goes on working; mend the host, and leave \
         tests/corpus as it is:\n{}",
        differences.join("\n")
    );
}

fn differences_of(engine: &Engine, component: &Path) -> Vec<String> {
    let frozen = corpus::frozen(component);
    let bytes = std::fs::read(component).expect("a component");
    if sha256(&bytes) != frozen.digest {
        return vec!["it is another component than the one that was asked".to_owned()];
    }
    let plugin = match engine.load_blocking(bytes.into()) {
        Ok(plugin) => plugin,
        Err(error) => return vec![format!("it does not load: {error}")],
    };
    let mut found = Vec::new();
    if plugin.title() != frozen.plugin {
        found.push(format!(
            "it was {} and is {}",
            frozen.plugin,
            plugin.title()
        ));
    }
    for (position, binding) in frozen.bindings.iter().enumerate() {
        let bound = engine.bind_blocking(&plugin, &binding.configuration, &binding.terms);
        let bound = match bound {
            Ok(bound) => bound,
            Err(error) => {
                found.push(format!("binding {position} is refused: {error}"));
                continue;
            }
        };
        let asked = frozen.asked.iter();
        for asked in asked.filter(|asked| asked.binding == position) {
            let said = difference(engine, &bound, &frozen, asked);
            found.extend(said.map(|what| format!("`{}`: {what}", asked.about)));
        }
    }
    found
}

fn difference(engine: &Engine, bound: &Bound, frozen: &Frozen, asked: &Asked) -> Option<String> {
    let bytes = |text: &str| hex::decode(text).expect("hexadecimal");
    let (question, answer) = (bytes(&asked.question), bytes(&asked.answer));
    let receipt = match receipt(bound, asked.function, &question) {
        Ok(receipt) => receipt,
        Err(error) => return Some(format!("its question cannot be read any more: {error}")),
    };
    let outcome = receipt.outcome.as_str();
    if outcome != asked.outcome {
        return Some(format!(
            "it ended with {} and ends with {outcome}",
            asked.outcome
        ));
    }
    if receipt.input != question {
        let views = [&question, &receipt.input]
            .map(|cbor| view::question_json(asked.function, cbor).unwrap_or_default());
        return Some(format!("it is told something else: {}", said(&views)));
    }
    if receipt.output != answer {
        let views = [&answer, &receipt.output]
            .map(|cbor| view::answer_json(asked.function, cbor).unwrap_or_default());
        return Some(format!("it answers something else: {}", said(&views)));
    }
    if receipt.interface != frozen.interface {
        let (was, is) = (&frozen.interface, receipt.interface);
        return Some(format!("it was built for {was} and is taken for {is}"));
    }
    if frozen.engine == engine.fingerprint() && receipt.fuel != asked.fuel {
        let (took, takes) = (asked.fuel, receipt.fuel);
        return Some(format!(
            "on the same engine it took {took} fuel and takes {takes}"
        ));
    }
    None
}

/// Where two documents differ, and both of them.
fn said([before, now]: &[Value; 2]) -> String {
    let where_ = golden::difference(before, now).or_else(|| golden::difference(now, before));
    let where_ = where_.map_or_else(
        || "the same as JSON, in other bytes".to_owned(),
        |problem| format!("at {}, {}", problem.pointer, problem.message),
    );
    format!("{where_}\n  before: {before}\n  now:    {now}")
}

#[test]
fn every_kind_of_a_released_version_is_in_the_corpus_with_every_function() {
    let mut wanted = BTreeSet::new();
    let mut there = BTreeSet::new();
    let mut without_the_sdk = 0;
    for release in corpus::releases() {
        for (kind, version) in text::kinds(&text::parse(&release.join("wit"))) {
            let functions = FUNCTIONS.iter().find(|(name, _)| *name == kind);
            for function in functions.expect("a kind").1 {
                wanted.insert((function.to_string(), version.clone()));
            }
        }
        for component in corpus::components(&release) {
            let frozen = corpus::frozen(&component);
            for asked in &frozen.asked {
                there.insert((asked.function.to_string(), frozen.interface.clone()));
            }
            without_the_sdk += usize::from(corpus::name(&component).ends_with("-in-c"));
        }
    }
    assert_eq!(there, wanted);
    assert!(without_the_sdk > 0, "other languages stay possible");
}

/// A reference plugin looks at a part of what it is told; a mirror shows the rest.
#[test]
fn what_every_function_is_told_is_in_an_answer() {
    for function in Function::ALL {
        let asked = corpus::releases().into_iter().flat_map(|release| {
            let mirror = release.join(format!("{}-mirror.wasm", function.kind()));
            let there = mirror.exists().then(|| corpus::frozen(&mirror).asked);
            there.unwrap_or_default()
        });
        let asked: Vec<Asked> = asked.filter(|asked| asked.function == function).collect();
        assert!(!asked.is_empty(), "{function}");
        for asked in asked {
            assert_eq!(asked.outcome, "ok", "{function}: {}", asked.about);
        }
    }
}

#[test]
fn rankings_are_of_one_partner_and_of_many() {
    for release in corpus::releases() {
        for component in corpus::components(&release) {
            let asked = corpus::frozen(&component).asked;
            let rankings = asked
                .iter()
                .filter(|asked| asked.function == Function::Rank);
            let rows: BTreeSet<usize> = rankings.map(candidates).collect();
            let place = component.display();
            if !rows.is_empty() {
                assert!(rows.contains(&1), "{place}: {rows:?}");
                assert!(rows.last() >= Some(&20), "{place}: {rows:?}");
            }
        }
    }
}

fn candidates(asked: &Asked) -> usize {
    let question = hex::decode(&asked.question).expect("hexadecimal");
    view::rows(asked.function, &question).expect("a question")
}
