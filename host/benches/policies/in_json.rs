//! The policy of `matching-weighted` behind a border of JSON texts, asked as the
//! host asks: configured once, then a fresh sandbox for each call. Engine, limiter
//! and snapshot are the host's own sources.
//!
//! What counts as one call: the question is checked and written, the guest reads
//! it, decides and writes, the answer is read and checked. No receipt is written,
//! as it is by the interface's side: the texts could be kept as they are.

#[path = "../../src/policy/engine/config.rs"]
// Not all of it is of use here, and its tests are run elsewhere.
#[allow(dead_code, unused_imports)]
mod config;
#[path = "../../src/policy/engine/guest.rs"]
#[allow(dead_code, unused_imports)]
mod guest;
#[path = "../../src/policy/engine/snapshot.rs"]
mod snapshot;

use std::process::{Command, Stdio};

use stellwerk::cli::Exit;
use stellwerk::policy::question::{Answer, Input, Question, RankInput, Ranking};
use stellwerk::policy::{EngineSettings, Limits, Manifest, golden};
use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, WasmStr};

use config::{Machine, TICK};
use guest::Guest;

const SOURCES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/guests/matching-in-json"
);
const LIMITS: Limits = Limits::COMPILED;

/// The guest, as every plugin is built; none where there is nothing to build it
/// with, which the command has said.
pub fn build() -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("matching-in-json.wasm");
    let status = Command::new(env!("CARGO_BIN_EXE_stellwerk"))
        .args(["plugin", "build", SOURCES, "--out"])
        .arg(&file)
        .stdout(Stdio::null())
        .status()
        .expect("the command runs");
    if status.code() == Some(Exit::ProgramMissing as i32) {
        return None;
    }
    assert!(status.success(), "the guest in JSON cannot be built");
    Some(std::fs::read(&file).expect("a component"))
}

/// A configured guest.
pub struct Policy {
    machine: Machine,
    baked: InstancePre<Guest>,
    rank: ComponentExportIndex,
    manifest: Manifest,
}

impl Policy {
    /// With its default configuration, and the terms of the examples.
    pub fn new(component: &[u8], manifest: Manifest) -> Self {
        let machine = Machine::new(EngineSettings::default().slots).expect("an engine");
        let (instrumented, copy) = snapshot::instrument(component).expect("a copy");
        let (_, copy) = compile(&machine, &copy);
        let mut store = store(&machine, 0);
        let instance = copy.instantiate(&mut store).expect("an instance");
        let terms = golden::terms(None).expect("terms");
        instance
            .get_typed_func::<(&str, &str), (Result<(), String>,)>(&mut store, "configure")
            .and_then(|configure| configure.call(&mut store, ("{}", &terms)))
            .expect("a call")
            .0
            .expect("a configuration");
        store.set_hostcall_fuel(usize::MAX);
        let baked = instrumented
            .snapshot(&mut store, &instance)
            .expect("a snapshot");
        let (component, baked) = compile(&machine, &baked);
        let rank = component.get_export_index(None, "rank").expect("rank");
        Self {
            machine,
            baked,
            rank,
            manifest,
        }
    }

    pub fn rank(&self, question: &Question<RankInput>) -> Ranking {
        question.input.check().expect("a whole question");
        let text = write(question);
        let ranking = self.ask(&text, question.input.rows(), read);
        let objection = question.input.objection(&self.manifest, &ranking);
        assert_eq!(objection, None);
        ranking
    }

    /// Of the question and of its answer.
    pub fn texts(&self, question: &Question<RankInput>) -> (String, String) {
        let text = write(question);
        let answer = self.ask(&text, question.input.rows(), str::to_owned);
        (text, answer)
    }

    fn ask<A>(&self, question: &str, rows: usize, read: impl FnOnce(&str) -> A) -> A {
        let mut store = store(&self.machine, rows);
        let instance = self.baked.instantiate(&mut store).expect("an instance");
        let (answer,) = instance
            .get_typed_func::<(&str,), (Result<WasmStr, WasmStr>,)>(&mut store, &self.rank)
            .and_then(|rank| rank.call(&mut store, (question,)))
            .expect("a call");
        let text = |text: WasmStr| text.to_str(&store).expect("a text");
        match answer {
            Ok(answer) => read(&text(answer)),
            Err(refusal) => panic!("{}", text(refusal)),
        }
    }
}

pub fn write(question: &Question<RankInput>) -> String {
    serde_json::to_string(question).expect("a text")
}

pub fn read(answer: &str) -> Ranking {
    let answer: Answer<Ranking> = serde_json::from_str(answer).expect("an answer");
    answer.given().expect("a ranking")
}

fn compile(machine: &Machine, component: &[u8]) -> (Component, InstancePre<Guest>) {
    let component = Component::new(&machine.engine, component).expect("a component");
    let mut linker = Linker::new(&machine.engine);
    // `log` is all that it imports, and only a panic writes.
    linker
        .define_unknown_imports_as_traps(&component)
        .expect("imports");
    let ready = linker.instantiate_pre(&component).expect("a component");
    (component, ready)
}

/// With the limits of a call about so many candidates.
fn store(machine: &Machine, rows: usize) -> Store<Guest> {
    let mut store = Store::new(&machine.engine, Guest::new(LIMITS.memory_bytes));
    store.limiter(|guest| &mut guest.memory);
    store.set_fuel(LIMITS.fuel_for(rows)).expect("fuel");
    let ticks = LIMITS.wall_clock().as_millis() / TICK.as_millis() + 1;
    store.set_epoch_deadline(ticks as u64);
    store.set_hostcall_fuel(LIMITS.output_bytes_for(rows) as usize);
    store
}
