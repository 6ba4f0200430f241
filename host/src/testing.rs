//! What unit tests share: an engine for real policies, and odd documents.

use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::domain::decision::Decision;
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::policy::{Engine, EngineSettings};

/// One engine for all tests; what it has compiled serves the next test program
/// too.
pub fn engine() -> Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE
        .get_or_init(|| {
            Engine::new(EngineSettings {
                cache_folder: Some(stellwerk_tests::compiled().to_owned()),
                ..EngineSettings::default()
            })
            .unwrap()
        })
        .clone()
}

/// The least that terms have to say, and more fields of them.
pub fn terms(more: Value) -> Terms {
    let mut terms = json!({
        "currency": "EUR", "time-zone": "UTC", "country": "DE", "levels": ["partner"],
    });
    if let (Value::Object(terms), Value::Object(more)) = (&mut terms, more) {
        terms.extend(more);
    }
    serde_json::from_value(terms).unwrap()
}

/// A decision, as it is recorded.
pub fn decision() -> Decision {
    Decision {
        manufacturer: "m".into(),
        id: "decision".into(),
        contract: "c".into(),
        lead: None,
        deal: None,
        event: None,
        slot: "matching".into(),
        function: "rank".into(),
        asked_at: Micros(1_772_442_000_000_000),
        generation: 1,
        terms_version: 1,
        interface: "0.1.0".into(),
        plugin: "matching-weighted@0.1.0".into(),
        plugin_digest: "d".into(),
        configuration_digest: "e".into(),
        terms_digest: None,
        artifact_digest: "f".into(),
        engine: String::new(),
        baked: true,
        limits: None,
        fuel: 1,
        micros: 0,
        outcome: "ok".into(),
        input: vec![1],
        output: vec![2],
        log: vec!["line".into()],
        follows: None,
    }
}

/// How many cases a costly property is tried with, unless `PROPTEST_CASES` says
/// it.
pub fn cases(usual: u32) -> Config {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => Config::default(),
        None => Config::with_cases(usual),
    }
}

/// Pieces that documents of every form have stumbled over.
const PIECES: [&str; 26] = [
    "",
    "\0",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{feff}",
    "\r",
    "\n\n",
    "\"",
    "'''",
    "[",
    "]",
    "[[",
    "{ a = ",
    "}",
    "=",
    ".",
    "#",
    "-1",
    "1e999",
    "nan",
    "99999999999999999999",
    "2026-02-31",
    "4294967295 business days",
    "true",
    "null",
];

/// Documents that differ from a good one in a few places.
pub fn edited(good: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(PIECES.as_slice()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just("[".repeat(10_000)),
    ];
    let edits = vec((any::<(u8, Index, Index)>(), piece), 1..5);
    edits.prop_map(move |edits| {
        let mut text = good.to_owned();
        for ((how, from, to), piece) in edits {
            edit(&mut text, how, from, to, &piece);
        }
        text
    })
}

fn edit(text: &mut String, how: u8, from: Index, to: Index, piece: &str) {
    let bounds: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let from = *from.get(&bounds);
    match how % 6 {
        // Another piece, a cut, and something in between.
        0 => text.insert_str(from, piece),
        1 => text.truncate(from),
        2 => {
            let to = *to.get(&bounds);
            text.replace_range(from.min(to)..from.max(to), piece);
        }
        // A value in the place of another, and a line gone or there twice.
        3 => {
            let is_value = |character: char| !matches!(character, '=' | ',' | ':' | ' ' | '\n');
            let end = text[from..].find(|character| !is_value(character));
            let end = end.map_or(text.len(), |end| from + end);
            text.replace_range(from..end, piece);
        }
        kind => {
            let begin = text[..from].rfind('\n').map_or(0, |at| at + 1);
            let end = text[from..]
                .find('\n')
                .map_or(text.len(), |at| from + at + 1);
            let line = text[begin..end].to_owned();
            match kind {
                4 => text.replace_range(begin..end, ""),
                _ => text.insert_str(end, &line),
            }
        }
    }
}

/// Any JSON.
pub fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(PIECES.as_slice()).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((any::<String>(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}
