//! Takes hostile policies the whole way that others go: upload, binding, and a
//! question. Beside them lives a good one, which is asked after each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stellwerk::policy::{
    Bound, Code, Engine, EngineSettings, Function, Limits, PolicyError, golden, view,
};

use crate::case::{Case, End};
use crate::guest;
use crate::memory::Peak;

const STELLWERK: &str = env!("CARGO_BIN_EXE_stellwerk");
/// However slow the machine is.
const CASE_MAX: Duration = Duration::from_secs(60);
/// Less than usual, for nobody wants to wait for it here.
const EXAMPLES_TIME_MAX: Duration = Duration::from_secs(10);
const NEIGHBOUR_MAX: Duration = Duration::from_secs(2);
/// What a case may take of the host's memory for a while.
const MEMORY_BYTES_MAX: u64 = 512 * 1024 * 1024;

pub struct Judge {
    engine: Engine,
    terms: String,
    neighbour: Arc<Bound>,
}

/// How a case has ended, and what was wrong with that.
pub struct Verdict {
    pub end: End,
    pub wrong: Vec<String>,
}

impl Judge {
    pub fn new() -> Self {
        let engine = Engine::new(EngineSettings {
            compiler: Some(STELLWERK.into()),
            examples_time_max: EXAMPLES_TIME_MAX,
            ..EngineSettings::default()
        })
        .unwrap();
        let terms = golden::terms(None).unwrap();
        let plugin = engine
            .load_blocking(guest::harmless("neighbour").into())
            .unwrap();
        let neighbour = engine.bind_blocking(&plugin, &json!({}), &terms).unwrap();
        Self {
            engine,
            terms,
            neighbour,
        }
    }

    pub fn judge(&self, case: &Case) -> Verdict {
        let mut wrong = Vec::new();
        let peak = Peak::begin();
        let begin = Instant::now();
        let (end, said) = self.end(case);
        let taken = begin.elapsed();
        let grown = peak.grown();
        if end != case.ends {
            wrong.push(format!("ends as {end}, not {}: {said}", case.ends));
        }
        if taken > CASE_MAX {
            wrong.push(format!("took {taken:?}"));
        }
        if grown > MEMORY_BYTES_MAX {
            wrong.push(format!("took {} MiB", grown / 1024 / 1024));
        }
        let begin = Instant::now();
        if let Err(error) = ask(&self.neighbour, Function::Rank) {
            wrong.push(format!("its neighbour fails: {error}"));
        }
        if begin.elapsed() > NEIGHBOUR_MAX {
            wrong.push(format!("its neighbour took {:?}", begin.elapsed()));
        }
        Verdict { end, wrong }
    }

    /// What becomes of bytes at upload; none where they are a plugin.
    pub fn upload(&self, bytes: Vec<u8>) -> Option<PolicyError> {
        self.engine.take_in_blocking(bytes.into()).err()
    }

    fn end(&self, case: &Case) -> (End, String) {
        let told = |error: PolicyError| (error.code, error.message);
        let plugin = match self.engine.take_in_blocking(case.component.clone().into()) {
            Ok(plugin) => plugin,
            Err(error) => {
                let (code, said) = told(error);
                return (End::AtUpload(code), said);
            }
        };
        let bound = self
            .engine
            .bind_blocking(&plugin, &case.configuration, &self.terms);
        let bound = match bound {
            Ok(bound) => bound,
            Err(error) => {
                let (code, said) = told(error);
                return (End::AtBinding(code), said);
            }
        };
        // Whatever it has kept from the first time would show in the second.
        let answers = [(), ()].map(|()| ask(&bound, case.asked));
        match answers {
            [Ok(first), Ok(second)] if first == second => (End::Answered, String::new()),
            [Err(first), Err(second)] if first == second => {
                let (code, said) = told(first);
                (End::WhenAsked(code), said)
            }
            [first, second] => (
                End::WhenAsked(Code::PluginNondeterministic),
                format!("first {first:?}, then {second:?}"),
            ),
        }
    }
}

fn ask(bound: &Bound, function: Function) -> Result<Value, PolicyError> {
    let text = match function {
        Function::Assess => {
            include_str!("../../../host/src/cli/plugin/templates/qualification/input.json")
        }
        Function::Rank => {
            include_str!("../../../host/src/cli/plugin/templates/matching/input.json")
        }
        Function::Escalate => {
            include_str!("../../../host/src/cli/plugin/templates/escalation/input.json")
        }
        Function::Admit => include_str!("../../hostile/questions/admit.json"),
        Function::Award => {
            include_str!("../../../host/src/cli/plugin/templates/compensation/input.json")
        }
        Function::Settle => include_str!("../../hostile/questions/settle.json"),
    };
    let question = view::question_cbor(function, serde_json::from_str(text).unwrap())?;
    match view::ask_blocking(bound, &Limits::default(), function, &question)? {
        Ok(decided) => Ok(json!(format!("{:?}", decided.answer))),
        Err(failed) => Err(failed.error),
    }
}
