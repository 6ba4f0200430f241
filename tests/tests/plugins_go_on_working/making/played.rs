//! What the demonstration has decided: real questions, the same in every run.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk::policy::{Function, Plugin, view};
use stellwerk::proof;
use stellwerk::store::{Store, StoreSettings};
use stellwerk_tests::Database;

use crate::plugins_go_on_working::corpus::Binding;

pub struct Decision {
    pub id: String,
    /// Name and version of the plugin that decided.
    plugin: String,
    function: Function,
    pub question: Vec<u8>,
    answer: Vec<u8>,
}

impl Decision {
    /// Question and answer, for people.
    pub fn view(&self) -> Value {
        json!({
            "question": view::question_json(self.function, &self.question).expect("a question"),
            "answer": view::answer_json(self.function, &self.answer).expect("an answer"),
        })
    }
}

pub struct Played {
    /// In the order in which they were made.
    decisions: Vec<Decision>,
    /// By plugin: each has one binding in the demonstration.
    bindings: BTreeMap<String, Binding>,
}

impl Played {
    /// What a plugin was asked; where it does not take part, what the one of its kind
    /// that does was asked.
    pub fn of(&self, plugin: &str, function: Function) -> Vec<&Decision> {
        let asked = || {
            let all = self.decisions.iter();
            all.filter(move |decision| decision.function == function)
        };
        let own: Vec<&Decision> = asked()
            .filter(|decision| decision.plugin == plugin)
            .collect();
        if own.is_empty() {
            asked().collect()
        } else {
            own
        }
    }

    /// With what a plugin is asked it.
    pub fn binding(&self, decision: &Decision, plugin: &Plugin) -> Binding {
        let Binding {
            configuration,
            terms,
        } = &self.bindings[&decision.plugin];
        let own = decision.plugin == plugin.title();
        let default = &plugin.manifest().configuration.default;
        Binding {
            configuration: if own { configuration } else { default }.clone(),
            terms: terms.clone(),
        }
    }
}

pub fn play() -> Played {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let status = Command::new(STELLWERK)
        .args(["demo", "--once", "--data"])
        .arg(&data)
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("the demonstration runs").success());
    let columns = ["id", "plugin", "function", "hex(input)", "hex(output)"];
    let rows = Database::Sqlite(data.clone()).rows(columns, "decision ORDER BY asked_at, id");
    let decisions: Vec<Decision> = rows
        .into_iter()
        .map(|row| {
            let [id, plugin, function, question, answer] = row.map(Option::unwrap_or_default);
            Decision {
                id,
                plugin,
                function: Function::parse(&function).expect("a function"),
                question: hex::decode(question).expect("bytes"),
                answer: hex::decode(answer).expect("bytes"),
            }
        })
        .collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let bindings = runtime.block_on(async {
        let settings = StoreSettings::Sqlite { folder: data };
        let store = Store::open(&settings).await.expect("what was played");
        let mut bindings = BTreeMap::new();
        for decision in &decisions {
            if !bindings.contains_key(&decision.plugin) {
                let found = proof::recorded::find(&store, &decision.id.as_str().into()).await;
                let found = found.expect("a decision");
                let recorded = proof::recorded::complete(&store, found).await;
                let recorded = recorded.expect("what it was made with");
                let binding = Binding {
                    configuration: recorded.configuration,
                    terms: recorded.terms,
                };
                bindings.insert(decision.plugin.clone(), binding);
            }
        }
        store.close().await;
        bindings
    });
    Played {
        decisions,
        bindings,
    }
}
