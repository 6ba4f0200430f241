//! The interface belongs to no language: a policy in C, without any SDK, is
//! loaded and asked like all others.

use serde_json::json;
use stellwerk::policy::question::Answer;
use stellwerk::policy::{Engine, EngineSettings, Function, Kind, Limits, golden, view};

const COMPONENT: &[u8] = include_bytes!("../guests/matching-in-c/matching-in-c.wasm");

#[test]
fn a_guest_in_c_is_loaded_and_asked() {
    let engine = Engine::new(EngineSettings::default()).unwrap();
    let plugin = engine.load_blocking(COMPONENT.into()).unwrap();
    assert_eq!(plugin.title(), "matching-in-c@0.1.0");
    assert_eq!(plugin.kind(), Kind::Matching);

    let terms = golden::terms(None).unwrap();
    let bound = engine.bind_blocking(&plugin, &json!({}), &terms).unwrap();
    let question = json!({
        "context": {
            "now": { "micros": "1772445600000000", "offset-seconds": 3600, "in-working-time": true },
            "seed": "42",
        },
        "input": {
            "lead": {
                "reference": "lead-1",
                "cycle": 1,
                "age": { "elapsed-seconds": "0", "working-seconds": "0" },
            },
            "assessed": { "score": "0" },
            "wave": 1,
            "candidates": {
                "keys": ["7", "8", "9"],
                "columns": { "distance-km": { "numbers": [30.0, 200.0, 20.0] } },
            },
        },
    });
    let question = view::question_cbor(Function::Rank, question).unwrap();
    let decided = view::ask_blocking(&bound, &Limits::COMPILED, Function::Rank, &question)
        .unwrap()
        .unwrap();
    let Answer::Given(ranking) = decided.answer else {
        panic!("{:?}", decided.answer);
    };
    assert_eq!(ranking["groups"], json!([[2, 0]]));
    assert_eq!(ranking["excluded"], json!(["", "too-far", ""]));
}
