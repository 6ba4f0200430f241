//! How the folder of a version is made, once: the text and the components as they are
//! now, asked their own golden examples, the questions of `tests/corpus/questions`, and
//! what the demonstration has asked them.

mod played;
mod shapes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use stellwerk::policy::{Engine, Function, Plugin, golden, view};

use self::played::Played;
use crate::plugins_go_on_working::asking::receipt;
use crate::plugins_go_on_working::corpus::{self, Asked, Binding, Frozen, name};
use crate::plugins_go_on_working::text;

/// Of what the demonstration has asked a function: so many, those in which the most is
/// new.
const PLAYED_MAX: usize = 8;

/// A question that somebody has written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    about: String,
    #[serde(default)]
    terms: Option<Value>,
    question: Value,
}

#[test]
#[ignore = "makes the folder of an interface that is about to be released"]
fn make_the_corpus() {
    let wit = corpus::repository().join("wit");
    let release = corpus::folder().join(text::version(&text::parse(&wit)));
    assert!(
        !release.exists(),
        "{} is there, and what is released is not made again",
        release.display()
    );
    let there = released_before();
    let played = played::play();
    let engine = crate::plugins_go_on_working::asking::engine();
    std::fs::create_dir(&release).expect("the folder of the release");
    copy_text(&wit, &release.join("wit"));
    for component in built() {
        let bytes = std::fs::read(&component).expect("a component");
        let plugin = engine.load_blocking(bytes.as_slice().into());
        let plugin = plugin.unwrap_or_else(|error| panic!("{}: {error}", component.display()));
        // What a version before has of it goes on being asked there.
        if there.contains(&(plugin.kind().to_string(), plugin.interface().to_owned())) {
            continue;
        }
        let frozen = asked(&engine, &plugin, &played);
        let file = release.join(format!("{}.wasm", name(&component)));
        std::fs::write(&file, &bytes).expect("the component");
        let text = serde_json::to_string_pretty(&frozen).expect("JSON");
        std::fs::write(file.with_extension("json"), text + "\n").expect("the answers");
    }
}

/// Kinds and versions that have components in the corpus.
fn released_before() -> BTreeSet<(String, String)> {
    let released = corpus::releases();
    let texts = released
        .iter()
        .map(|release| text::parse(&release.join("wit")));
    texts.flat_map(|text| text::kinds(&text)).collect()
}

/// The reference plugins, those that answer with all that they were told, and one that
/// was made without the SDK.
fn built() -> Vec<PathBuf> {
    let folders = [
        "plugins/components",
        "tests/guests/mirrors",
        "tests/guests/matching-in-c",
    ];
    folders
        .iter()
        .flat_map(|folder| corpus::components(&corpus::repository().join(folder)))
        .collect()
}

/// The text alone, without the documents beside it.
fn copy_text(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_text(&source, &target);
        } else if source.extension().is_some_and(|ending| ending == "wit") {
            std::fs::copy(&source, &target).expect("a text");
        }
    }
}

fn asked(engine: &Engine, plugin: &Arc<Plugin>, played: &Played) -> Frozen {
    let mut making = Making::new(engine, plugin);
    let default = &plugin.manifest().configuration.default;
    let binding = |configuration: Option<&Value>, terms: Option<&Value>| Binding {
        configuration: configuration.unwrap_or(default).clone(),
        terms: golden::terms(terms).expect("terms"),
    };
    for example in &plugin.manifest().golden {
        let binding = binding(example.configuration.as_ref(), example.terms.as_ref());
        let question = view::question_cbor(example.function, example.input.clone());
        let question = question.expect("a question");
        making.ask(&example.name, example.function, binding, &question);
    }
    for function in Function::ALL {
        if function.kind() != plugin.kind() {
            continue;
        }
        for written in written(function) {
            let question = view::question_cbor(function, written.question);
            let question = question.unwrap_or_else(|error| panic!("{}: {error}", written.about));
            let binding = binding(None, written.terms.as_ref());
            making.ask(&written.about, function, binding, &question);
        }
        let decisions = played.of(plugin.title(), function);
        let views: Vec<Value> = decisions.iter().map(|decision| decision.view()).collect();
        for chosen in shapes::covering(&views, PLAYED_MAX) {
            let decision = decisions[chosen];
            let about = format!("decision {} of the demonstration", decision.id);
            let binding = played.binding(decision, plugin);
            making.ask(&about, function, binding, &decision.question);
        }
    }
    making.frozen
}

/// The answers of one component, being gathered.
struct Making<'a> {
    engine: &'a Engine,
    plugin: &'a Arc<Plugin>,
    frozen: Frozen,
}

impl<'a> Making<'a> {
    fn new(engine: &'a Engine, plugin: &'a Arc<Plugin>) -> Self {
        Self {
            engine,
            plugin,
            frozen: Frozen {
                plugin: plugin.title().to_owned(),
                digest: plugin.digest().to_owned(),
                interface: plugin.interface().to_owned(),
                engine: engine.fingerprint().to_owned(),
                bindings: Vec::new(),
                asked: Vec::new(),
            },
        }
    }

    fn ask(&mut self, about: &str, function: Function, binding: Binding, question: &[u8]) {
        let bound = self
            .engine
            .bind_blocking(self.plugin, &binding.configuration, &binding.terms);
        let bound = bound.unwrap_or_else(|error| panic!("{about}: {error}"));
        let receipt = receipt(&bound, function, question);
        let receipt = receipt.unwrap_or_else(|error| panic!("{about}: {error}"));
        let bindings = &mut self.frozen.bindings;
        let known = bindings.iter().position(|known| *known == binding);
        let position = known.unwrap_or_else(|| {
            bindings.push(binding);
            bindings.len() - 1
        });
        let asked = Asked {
            about: about.to_owned(),
            function,
            binding: position,
            outcome: receipt.outcome.as_str().to_owned(),
            question: hex::encode(receipt.input),
            answer: hex::encode(receipt.output),
            fuel: receipt.fuel,
        };
        // What tells this policy nothing new is not asked twice.
        let same = |known: &Asked| {
            known.binding == position
                && known.function == function
                && known.question == asked.question
        };
        if !self.frozen.asked.iter().any(same) {
            self.frozen.asked.push(asked);
        }
    }
}

fn written(function: Function) -> Vec<Written> {
    let file = corpus::folder().join(format!("questions/{function}.json"));
    let text = std::fs::read_to_string(&file);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
