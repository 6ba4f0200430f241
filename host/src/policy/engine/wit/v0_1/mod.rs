//! The interface 0.1.0 of all four kinds.

mod bindings;
mod compensation;
mod escalation;
mod matching;
mod qualification;
mod shared;
mod words;

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre, Linker, WasmStr};

use self::bindings::matching::stellwerk::host::log;
use self::bindings::shared::stellwerk::types::calls;
use self::words::{Decoder, Encoder, Invalid};
use super::super::guest::{Guest, Level};
use super::super::interface::{
    Call, CompensationPolicy, Component, Declined, EscalationPolicy, MatchingPolicy, Policy,
    QualificationPolicy, Reply, Trouble,
};
use crate::policy::error::Problem;
use crate::policy::kind::Kind;
use crate::policy::question::{
    Admission, AdmitInput, AssessInput, Assessment, AwardInput, Earnings, EscalateInput,
    Escalation, Input, RankInput, Ranking, SettleInput, Settlement,
};

/// As receipts name it.
pub const VERSION: &str = "0.1.0";

/// The one import that a policy may have.
pub const LOG: &str = "stellwerk:host/log@0.1.0";

/// What a line beyond the limit costs: about as much time as the host takes to drop
/// it, so that a flood of lines ends by its fuel, the same everywhere.
const DROPPED_LINE_FUEL: u64 = 1_000;

/// Lets guests write lines for their author.
pub fn add_log(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker.instance(LOG)?.func_wrap(
        "write",
        |mut store: wasmtime::StoreContextMut<'_, Guest>, (level, line): (log::Level, WasmStr)| {
            // Lines that are dropped are not even looked at.
            if store.data().log.is_full() {
                store.data_mut().log.drop_line();
                let left = store.get_fuel()?;
                return store.set_fuel(left.saturating_sub(DROPPED_LINE_FUEL));
            }
            let level = match level {
                log::Level::Error => Level::Error,
                log::Level::Warn => Level::Warn,
                log::Level::Info => Level::Info,
                log::Level::Debug => Level::Debug,
            };
            let line = line.to_str(&store)?.into_owned();
            store.data_mut().log.write(level, &line);
            Ok(())
        },
    )
}

/// A component of that kind, built against this version.
pub fn policy(kind: Kind, pre: InstancePre<Guest>) -> wasmtime::Result<Policy> {
    Ok(match kind {
        Kind::Qualification => Policy::Qualification(Box::new(Prepared {
            indices: bindings::qualification::QualificationIndices::new(&pre)?,
            pre,
        })),
        Kind::Matching => Policy::Matching(Box::new(Prepared {
            indices: bindings::matching::MatchingIndices::new(&pre)?,
            pre,
        })),
        Kind::Escalation => Policy::Escalation(Box::new(Prepared {
            indices: bindings::escalation::EscalationIndices::new(&pre)?,
            pre,
        })),
        Kind::Compensation => Policy::Compensation(Box::new(Prepared {
            indices: bindings::compensation::CompensationIndices::new(&pre)?,
            pre,
        })),
    })
}

/// A component with the places of its exports.
struct Prepared<I> {
    pre: InstancePre<Guest>,
    indices: I,
}

/// What is the same for each kind but for the names of its types.
macro_rules! component {
    ($kind:ident, $indices:ident, $getter:ident) => {
        impl Component for Prepared<bindings::$kind::$indices> {
            fn instantiate(&self, store: &mut Store<Guest>) -> wasmtime::Result<Instance> {
                self.pre.instantiate(store)
            }

            fn check(&self, store: &mut Store<Guest>, instance: &Instance) -> wasmtime::Result<()> {
                self.indices.load(store, instance).map(|_| ())
            }

            fn describe(
                &self,
                store: &mut Store<Guest>,
                instance: &Instance,
            ) -> wasmtime::Result<String> {
                let exports = self.indices.load(&mut *store, instance)?;
                exports.$getter().call_describe(store)
            }

            fn configure(
                &self,
                store: &mut Store<Guest>,
                instance: &Instance,
                configuration: &str,
                terms: &str,
            ) -> wasmtime::Result<Result<Vec<String>, Vec<Problem>>> {
                let exports = self.indices.load(&mut *store, instance)?;
                let vocabulary = exports
                    .$getter()
                    .call_configure(store, configuration, terms)?;
                Ok(vocabulary.map_err(problems))
            }
        }
    };
}

component!(
    qualification,
    QualificationIndices,
    stellwerk_qualification_policy
);
component!(matching, MatchingIndices, stellwerk_matching_policy);
component!(escalation, EscalationIndices, stellwerk_escalation_policy);
component!(
    compensation,
    CompensationIndices,
    stellwerk_compensation_policy
);

fn problems(problems: Vec<calls::Problem>) -> Vec<Problem> {
    problems
        .into_iter()
        .map(|problem| Problem {
            pointer: problem.pointer,
            message: problem.message,
        })
        .collect()
}

fn declined(error: calls::PolicyError) -> Declined {
    match error {
        calls::PolicyError::InvalidInput(message) => Declined::InvalidInput(message),
        calls::PolicyError::NotApplicable(reason) => Declined::NotApplicable(reason),
        calls::PolicyError::Internal(message) => Declined::Internal(message),
    }
}

impl From<Invalid> for Trouble {
    fn from(Invalid(what): Invalid) -> Self {
        Self::Output(what)
    }
}

/// A function: its question into words, the call, its answer out of words.
macro_rules! function {
    ($function:ident($input:ident) -> $answer:ident: $getter:ident, $call:ident, $encode:path, $decode:expr) => {
        fn $function(&self, call: Call<'_>, input: &$input) -> Reply<$answer> {
            let mut words = Encoder::new(call.vocabulary);
            let question = $encode(&mut words, input);
            let (text, known) = words
                .finish()
                .map_err(|word| Trouble::Input(format!("{word:?} holds U+0000")))?;
            let context = shared::context(call.context, text);
            let exports = self.indices.load(&mut *call.store, call.instance)?;
            let answer = match exports.$getter().$call(call.store, &context, &question)? {
                Ok(answer) => answer,
                Err(error) => return Ok(Err(declined(error))),
            };
            let mut answer = answer;
            let own = std::mem::take(&mut answer.words);
            let words = Decoder::new(known, &own)?;
            Ok(Ok($decode(&words, input.rows(), answer)?))
        }
    };
}

impl QualificationPolicy for Prepared<bindings::qualification::QualificationIndices> {
    function!(assess(AssessInput) -> Assessment:
        stellwerk_qualification_policy, call_assess, qualification::assess_input,
        |words: &_, _, answer| qualification::assessment(words, &answer));
}

impl MatchingPolicy for Prepared<bindings::matching::MatchingIndices> {
    function!(rank(RankInput) -> Ranking:
        stellwerk_matching_policy, call_rank, matching::rank_input, matching::ranking);
}

impl EscalationPolicy for Prepared<bindings::escalation::EscalationIndices> {
    function!(escalate(EscalateInput) -> Escalation:
        stellwerk_escalation_policy, call_escalate, escalation::escalate_input,
        |words: &_, _, answer| escalation::escalation(words, &answer));
    function!(admit(AdmitInput) -> Admission:
        stellwerk_escalation_policy, call_admit, escalation::admit_input,
        |words: &_, _, answer| escalation::admission(words, &answer));
}

impl CompensationPolicy for Prepared<bindings::compensation::CompensationIndices> {
    function!(award(AwardInput) -> Earnings:
        stellwerk_compensation_policy, call_award, compensation::award_input,
        |words: &_, _, answer| compensation::earnings(words, &answer));
    function!(settle(SettleInput) -> Settlement:
        stellwerk_compensation_policy, call_settle, compensation::settle_input,
        compensation::settlement);
}
