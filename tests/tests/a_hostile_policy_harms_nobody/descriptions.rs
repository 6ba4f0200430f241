//! Manifests that lie, or that are meant to keep the host busy.

use serde_json::{Value, json};
use stellwerk::policy::{Code, Function, Kind};

use crate::case::{Case, End};
use crate::guest;

const BAD: End = End::AtUpload(Code::PluginBadManifest);

pub fn cases() -> Vec<Case> {
    let mut cases = lies();
    cases.extend(schemas());
    cases.extend(examples());
    cases
}

/// A policy whose manifest differs in one place.
fn described(name: &str, does: &str, pointer: &str, value: Value, ends: End) -> Case {
    let mut manifest = guest::manifest(name, Kind::Matching);
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    manifest.pointer_mut(parent).unwrap()[member] = value;
    let component = guest::component(Function::Rank, &manifest.to_string(), "");
    Case::new(name, does, component, ends)
}

fn lies() -> Vec<Case> {
    let kind = End::AtUpload(Code::PluginKindMismatch);
    let account = json!([
        { "name": "pot", "unit": "money", "holder": "plan", "resets": "never", "kind": "payout" },
    ]);
    let twice = json!([
        { "code": "share", "en": "Share", "de": "Anteil" },
        { "code": "share", "en": "Nothing", "de": "Nichts" },
    ]);
    vec![
        described(
            "another-kind",
            "says that it is of another kind",
            "/kind",
            json!("compensation"),
            kind,
        ),
        described(
            "accounts-of-a-matching",
            "ranks partners, and declares an account",
            "/accounts",
            account,
            BAD,
        ),
        described(
            "two-texts-for-a-reason",
            "declares two texts for one reason",
            "/reasons",
            twice,
            BAD,
        ),
        described(
            "name-of-a-path",
            "has the name of a file elsewhere",
            "/name",
            json!("../../etc/passwd"),
            BAD,
        ),
        described(
            "version-by-the-thousand",
            "has a version of a hundred thousand digits",
            "/version",
            json!(format!("0.{}.0", "1".repeat(100_000))),
            BAD,
        ),
    ]
}

fn schemas() -> Vec<Case> {
    let schema = |name: &str, does: &str, schema: Value, ends| {
        described(name, does, "/configuration/schema", schema, ends)
    };
    let a = "a".repeat(100_000);
    let pattern = |pattern: &str| json!({ "properties": { "text": { "pattern": pattern } } });
    let mut doubling = serde_json::Map::from_iter([("d0".to_owned(), json!({}))]);
    for number in 1..=60 {
        let before = json!({ "$ref": format!("#/$defs/d{}", number - 1) });
        doubling.insert(format!("d{number}"), json!({ "allOf": [before, before] }));
    }
    // Each of them unfolds to all letters of all languages, hundreds of times.
    let large = |number: usize| format!(r"^{number}\p{{L}}{{100}}$");
    let many: serde_json::Map<_, _> = (0..400)
        .map(|number| (format!("p{number}"), json!({ "pattern": large(number) })))
        .collect();
    let named: serde_json::Map<_, _> = (0..400)
        .map(|number| (large(number), json!(true)))
        .collect();
    let small: serde_json::Map<_, _> = (0..2_000)
        .map(|number| {
            (
                format!("p{number}"),
                json!({ "pattern": format!("^{number}$") }),
            )
        })
        .collect();
    vec![
        schema(
            "schema-elsewhere",
            "has a schema that lies on another machine",
            json!({ "$ref": "https://example.org/schema.json" }),
            BAD,
        ),
        schema(
            "schema-in-a-file",
            "has a schema that lies in a file of the host",
            json!({ "properties": { "text": { "$ref": "file:///etc/passwd" } } }),
            BAD,
        ),
        schema(
            "schema-of-itself",
            "has a schema that refers to itself",
            json!({ "properties": { "again": { "$ref": "#" } } }),
            BAD,
        ),
        schema(
            "schema-doubling",
            "has a schema that unfolds to 2^60",
            json!({ "$defs": doubling, "$ref": "#/$defs/d60" }),
            BAD,
        ),
        Case {
            configuration: json!({ "default": {} }),
            ..schema(
                "schema-doubling-under-a-name",
                "has a schema that unfolds to 2^60 below a name that means something else",
                json!({
                    "$defs": doubling,
                    "properties": { "default": { "$ref": "#/$defs/d60" } },
                }),
                BAD,
            )
        },
        schema(
            "pattern-too-large",
            "has a pattern that unfolds to a billion",
            pattern("((a{1000}){1000}){1000}"),
            BAD,
        ),
        schema(
            "pattern-looks-around",
            "has a pattern that looks around",
            pattern("(?=a)*(?<!b)"),
            BAD,
        ),
        schema(
            "patterns-by-the-hundred",
            "has four hundred patterns, each of them large",
            json!({ "properties": many }),
            BAD,
        ),
        schema(
            "patterns-by-the-thousand",
            "has two thousand small patterns",
            json!({ "properties": small }),
            BAD,
        ),
        schema(
            "names-by-patterns",
            "has four hundred patterns for names, each of them large",
            json!({ "patternProperties": named }),
            BAD,
        ),
        Case {
            configuration: json!({ "text": format!("{a}b") }),
            ..schema(
                "pattern-that-tries-everything",
                "has a pattern that would be tried for ever on a text that nearly fits",
                pattern("^(a+)+$"),
                End::AtBinding(Code::ConfigInvalid),
            )
        },
        Case {
            configuration: json!({ "text": "a".repeat(300_000) }),
            ..schema(
                "configuration-too-large",
                "is bound with 300,000 bytes",
                json!({}),
                End::AtBinding(Code::ConfigTooLarge),
            )
        },
    ]
}

fn examples() -> Vec<Case> {
    let input = json!({
        "context": { "now": { "micros": "0" } },
        "input": {
            "lead": { "reference": "L-1", "cycle": 1 },
            "wave": 1,
            "candidates": { "keys": ["1", "2", "3", "4"] },
        },
    });
    let example = |number: usize| {
        json!({
            "name": format!("g{number}"),
            "function": "rank",
            "input": input,
            "expect": { "outcome": { "code": "nobody" } },
        })
    };
    let golden = |name: &str, does: &str, examples: Vec<Value>, ends| {
        described(name, does, "/golden", json!(examples), ends)
    };
    let mut lying = example(1);
    lying["expect"] = json!({ "outcome": { "code": "offer" } });
    let configured = |number: usize| {
        let mut example = example(number);
        example["configuration"] = json!({ "number": number });
        example
    };
    let mut broken = example(1);
    broken["input"]["input"]["candidates"]["keys"] = json!(["1", "1", "1", "-1"]);
    let mut looping = guest::manifest("example-loops", Kind::Matching);
    looping["golden"] = json!([example(1)]);
    let looping = guest::component(
        Function::Rank,
        &looping.to_string(),
        "(func $rank (type $asked) (loop $again br $again) unreachable)",
    );
    let mut costly = guest::manifest("examples-costly-together", Kind::Matching);
    costly["golden"] = json!((0..30).map(configured).collect::<Vec<_>>());
    // Within what one may take of everything, and compiled for each configuration.
    let costly = guest::component(
        Function::Rank,
        &costly.to_string(),
        &format!(
            "(func (param i32) (result i32) local.get 0 {})",
            "local.get 0 i32.mul local.get 0 i32.xor ".repeat(25_000)
        )
        .repeat(4),
    );
    vec![
        Case::new(
            "examples-costly-together",
            "has thirty examples, each of which takes long to compile",
            costly,
            End::AtUpload(Code::PluginGoldenTooCostly),
        ),
        golden(
            "examples-by-the-thousand",
            "has a thousand examples",
            (0..1_000).map(example).collect(),
            BAD,
        ),
        golden(
            "examples-of-many-configurations",
            "has an example for each of forty configurations",
            (0..40).map(configured).collect(),
            BAD,
        ),
        golden(
            "example-that-lies",
            "has an example that it does not answer itself",
            vec![lying],
            End::AtUpload(Code::PluginGoldenFailed),
        ),
        golden(
            "example-of-no-question",
            "has an example whose question is none",
            vec![broken],
            BAD,
        ),
        Case::new(
            "example-loops",
            "loops for ever in its own example",
            looping,
            End::AtUpload(Code::PluginGoldenFailed),
        ),
    ]
}
