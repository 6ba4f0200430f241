//! What a decision costs: each function of the shipped policies on its golden
//! example, against an empty call in a fresh sandbox; and ranking 1, 100 and
//! 1,000 candidates against the same policy natively, and against the same policy
//! in the same sandbox with JSON in and JSON out.
//!
//! `cargo bench --bench policies`

#[path = "../src/policy/engine/tests/component.rs"]
#[allow(dead_code)]
mod component;
#[path = "policies/in_json.rs"]
mod in_json;
#[path = "policies/question.rs"]
mod question;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
// Under this name for the sources of the engine that `in_json` takes in.
use stellwerk::policy;
use stellwerk::policy::question::{
    AdmitInput, Answer, AssessInput, AwardInput, Context, EscalateInput, Instant as Moment,
    Question, RankInput, SettleInput,
};
use stellwerk::policy::{
    Asked, Bound, CallOptions, Engine, EngineSettings, Function, canonical, golden, shipped, view,
};
use stellwerk_plugin_sdk::Policy;
use stellwerk_plugin_sdk::matching::Matching as _;

const TIMES: usize = 4_000;
const CANDIDATES: [usize; 3] = [1, 100, 1_000];

fn main() {
    let engine = Engine::new(EngineSettings::default()).expect("an engine");
    against_an_empty_call(&engine);
    let weighted = shipped::all(None)
        .expect("the shipped plugins")
        .into_iter()
        .find(|shipped| shipped.name == "matching-weighted")
        .expect("a matching plugin");
    let bound = bind(&engine, weighted.component.into(), &json!({}));
    against_the_native_policy(&bound);
    against_json(&bound);
}

fn against_an_empty_call(engine: &Engine) {
    let nothing = bind(
        engine,
        component::Matching::new().component(),
        &json!({ "waves": 1 }),
    );
    let ask_nothing = || {
        let input = RankInput::default();
        let context = Context {
            now: Moment::default(),
            seed: 42,
        };
        asking(&nothing, context, &input)
    };

    println!("one decision in a fresh sandbox, per empty call (medians)");
    for shipped in shipped::all(None).expect("the shipped plugins") {
        let plugin = engine
            .load_blocking(shipped.component.to_vec().into())
            .expect("a plugin");
        let mut done = Vec::new();
        for example in &plugin.manifest().golden {
            if done.contains(&example.function) {
                continue;
            }
            done.push(example.function);
            let defaults = &plugin.manifest().configuration.default;
            let configuration = example.configuration.as_ref().unwrap_or(defaults);
            let terms = golden::terms(example.terms.as_ref()).expect("terms");
            let bound = engine
                .bind_blocking(&plugin, configuration, &terms)
                .expect("a binding");
            let question =
                view::question_cbor(example.function, example.input.clone()).expect("a question");
            let ask = asker(example.function, &bound, &question);
            let [empty, call] = medians([&ask_nothing, &*ask]);
            println!(
                "  {:32} {:10} {:7.1} us   {:5.2} of an empty call ({:.1} us)",
                shipped.name,
                example.function.as_str(),
                micros(call),
                call.as_secs_f64() / empty.as_secs_f64(),
                micros(empty),
            );
        }
    }
}

fn against_the_native_policy(bound: &Arc<Bound>) {
    println!("ranking, in the sandbox per native call of the same policy (medians)");
    let native = matching_weighted::WeightedMatching::configure(
        matching_weighted::Config::default(),
        &stellwerk_plugin_sdk::testing::terms(),
    )
    .expect("a native policy");
    for candidates in CANDIDATES {
        let question = question::ranking(candidates);
        let cbor = view::question_cbor(Function::Rank, question.clone()).expect("a question");
        let sandboxed = asker(Function::Rank, bound, &cbor);
        let context: stellwerk_plugin_sdk::Context =
            serde_json::from_value(question["context"].clone()).expect("a context");
        let input: stellwerk_plugin_sdk::matching::RankInput =
            serde_json::from_value(question["input"].clone()).expect("an input");
        let natively = || spent(|| native.rank(&context, &input).expect("a ranking"));
        let [native, sandboxed] = medians([&natively, &*sandboxed]);
        println!(
            "  {candidates:5} candidates {:8.1} us, natively {:8.1} us   {:6.2} of native",
            micros(sandboxed),
            micros(native),
            sandboxed.as_secs_f64() / native.as_secs_f64(),
        );
    }
}

fn against_json(bound: &Arc<Bound>) {
    println!("ranking, with JSON in and JSON out per call of the interface (medians)");
    let Some(component) = in_json::build() else {
        println!("  not measured: the guest is built from source, and that takes a compiler");
        println!("  for WebAssembly; see above for what is missing");
        return;
    };
    let in_json = in_json::Policy::new(&component, bound.plugin().manifest().clone());
    for candidates in CANDIDATES {
        let question = question::ranking(candidates);
        let question: Question<RankInput> = canonical::from_json(question).expect("a question");
        let decided = bound
            .ask_blocking(
                &CallOptions::new("benchmark").limits,
                question.context,
                question.input.clone(),
            )
            .expect("an answer");
        let answer = Answer::Given(in_json.rank(&question));
        assert_eq!(decided.answer, answer);
        let (asked, answered) = in_json.texts(&question);
        let columns = || asking(bound, question.context, &question.input);
        let receipt = || spent(|| (canonical::to_cbor(&question), canonical::to_cbor(&answer)));
        let json = || spent(|| in_json.rank(&question));
        let host = || spent(|| (in_json::write(&question), in_json::read(&answered)));
        let [columns, receipt, json, host] = medians([&columns, &receipt, &json, &host]);
        println!(
            "  {candidates:5} candidates {:8.1} us, in JSON {:8.1} us   {:6.2} of the interface",
            micros(columns),
            micros(json),
            json.as_secs_f64() / columns.as_secs_f64(),
        );
        println!(
            "        {:.2} without its receipt ({:.1} us); JSON in the host {:.1} us, {} + {} bytes",
            json.as_secs_f64() / columns.saturating_sub(receipt).as_secs_f64(),
            micros(receipt),
            micros(host),
            asked.len(),
            answered.len(),
        );
    }
}

fn bind(engine: &Engine, component: Vec<u8>, configuration: &Value) -> Arc<Bound> {
    let plugin = engine.load_blocking(component.into()).expect("a plugin");
    let terms = golden::terms(None).expect("terms");
    engine
        .bind_blocking(&plugin, configuration, &terms)
        .expect("a binding")
}

/// Asks the question of a receipt, as typed as the host has it.
fn asker<'a>(
    function: Function,
    bound: &'a Arc<Bound>,
    question: &[u8],
) -> Box<dyn Fn() -> Duration + 'a> {
    fn of<'a, I>(bound: &'a Arc<Bound>, question: &[u8]) -> Box<dyn Fn() -> Duration + 'a>
    where
        I: Asked + Clone + serde::de::DeserializeOwned + 'a,
    {
        let question: Question<I> = canonical::from_cbor(question).expect("a question");
        Box::new(move || asking(bound, question.context, &question.input))
    }
    match function {
        Function::Assess => of::<AssessInput>(bound, question),
        Function::Rank => of::<RankInput>(bound, question),
        Function::Escalate => of::<EscalateInput>(bound, question),
        Function::Admit => of::<AdmitInput>(bound, question),
        Function::Award => of::<AwardInput>(bound, question),
        Function::Settle => of::<SettleInput>(bound, question),
    }
}

/// The span of one call; what it is asked is made before.
fn asking<I: Asked + Clone>(bound: &Arc<Bound>, context: Context, input: &I) -> Duration {
    let limits = CallOptions::new("benchmark").limits;
    let input = input.clone();
    spent(|| {
        let decided = bound.ask_blocking(&limits, context, input);
        decided.expect("an answer")
    })
}

fn spent<A>(call: impl FnOnce() -> A) -> Duration {
    let begun = Instant::now();
    let answer = call();
    let span = begun.elapsed();
    std::hint::black_box(answer);
    span
}

/// The medians of several kinds of calls, made in turns.
fn medians<const N: usize>(calls: [&dyn Fn() -> Duration; N]) -> [Duration; N] {
    let mut spans: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(TIMES));
    for _ in 0..TIMES {
        for (call, spans) in calls.iter().zip(&mut spans) {
            spans.push(call());
        }
    }
    spans.map(|mut spans| {
        spans.sort_unstable();
        spans[TIMES / 2]
    })
}

fn micros(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}
