//! From bytes to a plugin.

use serde_json::json;
use wasmtime::component::Component;

use super::ENGINE;
use super::component::{Matching, Ranking};
use crate::policy::engine::config::Machine;
use crate::policy::error::Code;
use crate::policy::kind::Kind;

fn refused(component: Vec<u8>) -> (Code, String) {
    let error = ENGINE.load_blocking(component.into()).unwrap_err();
    (error.code, error.message)
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn a_whole_plugin_is_loaded_once() {
    let component = Matching::new().component();
    let plugin = ENGINE.load_blocking(component.clone().into()).unwrap();
    assert_eq!(plugin.title(), "matching-by-hand@0.1.0");
    assert_eq!(plugin.kind(), Kind::Matching);
    assert_eq!(plugin.interface(), "0.1.0");
    assert_eq!(plugin.digest().len(), 64);
    let again = ENGINE.load_blocking(component.into()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&plugin, &again));
}

#[test]
fn what_is_no_component_is_refused() {
    assert_eq!(
        refused(b"hello".to_vec()),
        (Code::PluginBadWasm, "it is no WebAssembly".into())
    );
    assert_eq!(
        refused(Matching::new().module()),
        (
            Code::PluginBadWasm,
            "it is a core module, not a component".into()
        )
    );
    let mut broken = Matching::new().component();
    broken.truncate(broken.len() / 2);
    assert_eq!(refused(broken).0, Code::PluginBadWasm);
    // What the server itself compiles and keeps: to run that is to run anything.
    let machine = Machine::new(1).unwrap();
    let compiled = Component::new(&machine.engine, Matching::new().component()).unwrap();
    assert_eq!(
        refused(compiled.serialize().unwrap()),
        (Code::PluginBadWasm, "it is no WebAssembly".into())
    );
    assert_eq!(
        refused(vec![0; crate::policy::limits::COMPONENT_BYTES_MAX + 1]).0,
        Code::PluginTooLarge
    );
}

#[test]
fn features_that_depend_on_the_machine_are_refused() {
    for module in [
        "(memory 1 1 shared)",
        "(memory i64 1)",
        "(func (param v128 v128 v128) (result v128)
            local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd)",
    ] {
        let component = wat(&format!("(component (core module {module}))"));
        assert_eq!(
            refused(component).0,
            Code::PluginUnsupportedFeature,
            "{module}"
        );
    }
}

#[test]
fn an_import_other_than_log_is_refused() {
    for (import, named) in [
        (
            r#"(import "wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result u64)))))"#,
            "function `wasi:clocks/monotonic-clock@0.2.0.now`",
        ),
        (r#"(import "now" (func (result u64)))"#, "function `now`"),
        (
            r#"(import "a:b/c" (instance (export "r" (type (sub resource)))))"#,
            "resource `a:b/c.r`",
        ),
        (
            r#"(import "stellwerk:host/log@0.1.0" (instance (export "read" (func))))"#,
            "function `stellwerk:host/log@0.1.0.read`",
        ),
        (r#"(import "m" (core module))"#, "core module `m`"),
    ] {
        let component = wat(&format!(
            r#"(component {import}
                (instance $policy)
                (export "stellwerk:matching/policy@0.1.0" (instance $policy)))"#
        ));
        let (code, message) = refused(component);
        assert_eq!(code, Code::PluginForbiddenImport);
        assert_eq!(message, format!("it imports the {named}"));
    }
}

#[test]
fn a_plugin_is_of_one_kind_and_of_a_known_version() {
    let exports = |names: &[&str]| {
        let exports: String = names
            .iter()
            .map(|name| format!(r#"(export "{name}" (instance $policy))"#))
            .collect();
        refused(wat(&format!("(component (instance $policy) {exports})"))).0
    };
    assert_eq!(exports(&[]), Code::PluginKindMismatch);
    assert_eq!(
        exports(&["a:matching/policy@0.1.0"]),
        Code::PluginKindMismatch
    );
    assert_eq!(
        exports(&[
            "stellwerk:matching/policy@0.1.0",
            "stellwerk:escalation/policy@0.1.0"
        ]),
        Code::PluginKindMismatch
    );
    for unknown in [
        "stellwerk:matching/policy@0.9.0",
        "stellwerk:pricing/policy@0.1.0",
        // The right name, and nothing in it.
        "stellwerk:matching/policy@0.1.0",
    ] {
        assert_eq!(exports(&[unknown]), Code::PluginUnsupportedInterface);
    }
}

#[test]
fn a_plugin_is_what_its_manifest_says() {
    let mut other_kind = Matching::new();
    other_kind.manifest["kind"] = json!("escalation");
    assert_eq!(refused(other_kind.component()).0, Code::PluginKindMismatch);

    for (pointer, value) in [
        ("/name", json!("Matching By Hand")),
        ("/version", json!("one")),
        ("/surprise", json!(1)),
        ("/configuration/default", json!({"waves": 0})),
        ("/configuration/schema", json!({"type": "nonsense"})),
        (
            "/configuration/schema",
            json!({"$ref": "https://example.org/x.json"}),
        ),
        (
            "/reasons",
            json!([{"code": "a", "en": "", "de": ""}, {"code": "a", "en": "", "de": ""}]),
        ),
        (
            "/accounts",
            json!([{"name": "a", "unit": "money", "holder": "plan", "resets": "never", "kind": "earning"}]),
        ),
        (
            "/golden",
            json!([{"name": "x", "function": "assess", "input": {}, "expect": {}}]),
        ),
    ] {
        let mut matching = Matching::new();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = matching.manifest.pointer_mut(parent).unwrap();
        parent[name] = value;
        assert_eq!(
            refused(matching.component()).0,
            Code::PluginBadManifest,
            "{pointer}"
        );
    }
}

#[test]
fn a_manifest_that_changes_is_noticed() {
    // Each instance begins anew, so only what differs within one is a state.
    let mut matching = Matching::new();
    matching.describe = "unreachable".into();
    assert_eq!(refused(matching.component()).0, Code::GuestTrap);
}

#[test]
fn golden_examples_are_asked() {
    let question = json!({
        "context": {"now": {"micros": "0"}, "seed": "1"},
        "input": {"lead": {"reference": "L-1", "cycle": 1}, "wave": 1, "candidates": {"keys": []}},
    });
    let golden = |function: &str, input: &serde_json::Value, expect: serde_json::Value| {
        let mut matching = Matching::new();
        matching.manifest["golden"] = json!([{"name": "nobody there", "function": function, "input": input, "expect": expect}]);
        ENGINE.load_blocking(matching.component().into())
    };
    assert!(golden("rank", &question, json!({"outcome": {"code": "nobody"}})).is_ok());

    let error = golden("rank", &question, json!({"outcome": {"code": "offer"}})).unwrap_err();
    assert_eq!(error.code, Code::PluginGoldenFailed);
    assert_eq!(
        error.to_string(),
        "matching-by-hand@0.1.0: plugin.golden_failed: golden example `nobody there`: \
         /outcome/code: expected \"offer\", answered \"nobody\""
    );
    let error = golden("rank", &question, json!({"error": "not-applicable"})).unwrap_err();
    assert_eq!(error.code, Code::PluginGoldenFailed);
    let error = golden("rank", &json!({"context": {}}), json!({})).unwrap_err();
    assert_eq!(error.code, Code::PluginBadManifest);
}

#[test]
fn a_reason_that_people_cannot_read_is_refused() {
    let mut matching = Matching::new();
    matching.answers(&Ranking {
        outcome: 1,
        excluded: vec![4],
        scores: vec![0],
        ..Ranking::default()
    });
    matching.manifest["reasons"] = json!([]);
    matching.manifest["golden"] = json!([{
        "name": "one",
        "function": "rank",
        "input": {
            "context": {"now": {"micros": 0}},
            "input": {
                "lead": {"reference": "L-1", "cycle": 1},
                "wave": 1,
                "candidates": {"keys": ["1"]},
            },
        },
        "expect": {},
    }]);
    let (code, message) = refused(matching.component());
    assert_eq!(code, Code::PluginBadManifest);
    assert!(message.contains("`too-far`"), "{message}");
}

#[test]
fn a_record_that_differs_is_refused_before_it_is_asked() {
    // `rank` without a parameter.
    let component = wat(r#"(component
            (core module $m
                (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "describe") (result i32) unreachable)
                (func (export "configure") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "rank") (result i32) unreachable))
            (core instance $i (instantiate $m))
            (func $describe (result string)
                (canon lift (core func $i "describe") (memory (core memory $i "memory"))))
            (func $rank (result string)
                (canon lift (core func $i "rank") (memory (core memory $i "memory"))))
            (instance $policy
                (export "describe" (func $describe))
                (export "configure" (func $describe))
                (export "rank" (func $rank)))
            (export "stellwerk:matching/policy@0.1.0" (instance $policy)))"#);
    assert_eq!(refused(component).0, Code::PluginUnsupportedInterface);
}

#[test]
fn a_configuration_is_held_to_the_schema() {
    let plugin = ENGINE
        .load_blocking(Matching::new().component().into())
        .unwrap();
    let terms = crate::policy::golden::terms(None).unwrap();
    let bind = |configuration| {
        ENGINE
            .bind_blocking(&plugin, &configuration, &terms)
            .map(|bound| bound.configuration().to_owned())
    };
    assert_eq!(bind(json!({"waves": 4.0})), Ok(r#"{"waves":4}"#.into()));

    let error = bind(json!({"waves": 0})).unwrap_err();
    assert_eq!(error.code, Code::ConfigInvalid);
    assert_eq!(error.problems[0].pointer, "/waves");
    assert_eq!(error.plugin.as_deref(), Some("matching-by-hand@0.1.0"));

    let error = bind(json!({"waves": 9_007_199_254_740_993_i64})).unwrap_err();
    assert_eq!(
        (error.code, error.problems[0].pointer.as_str()),
        (Code::ConfigInvalid, "/waves")
    );
    let error = bind(json!({"text": "x".repeat(300_000)})).unwrap_err();
    assert_eq!(error.code, Code::ConfigTooLarge);
}
