//! A manufacturer sets up and changes a contract over HTTP alone; an integrator
//! and a vendor manager do their part, and no more.

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Client, Server, contract, on_both_databases};

/// A plugin that does not ship with Stellwerk.
const IN_C: &[u8] = include_bytes!("../guests/matching-in-c/matching-in-c.wasm");
const WASM: (&str, &str) = ("Content-Type", "application/wasm");

fn terms() -> Value {
    json!({
        "currency": "EUR",
        "time-zone": "Europe/Berlin",
        "country": "DE",
        "levels": ["silver", "gold"],
        "value-bands": [{ "name": "all", "levels": ["silver", "gold"] }],
        "products": [{ "code": "boiler", "required": ["email"] }],
        "sources": [{ "code": "configurator" }],
        "attributes": [
            { "name": "consent", "of": "lead", "type": "flag" },
            { "name": "staff", "of": "partner", "type": "integer" },
        ],
    })
}

fn lead() -> Value {
    json!({
        "contract": "boilers",
        "product": "boiler",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 500_000,
        "attributes": { "consent": true },
        "contact": { "email": "eva@example.com" },
    })
}

/// The places of a problem.
fn places(answer: &stellwerk_tests::Answer) -> Vec<String> {
    answer.body["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| error["pointer"].as_str().map(str::to_owned))
        .collect()
}

/// A contract `boilers` of the maker, with one partner and all of routing bound.
fn boilers(maker: &Client) {
    let begun = maker.post(
        "/api/v1/contracts",
        &json!({ "code": "boilers", "name": "Boilers", "terms": terms() }),
    );
    assert_eq!(begun.status, 201, "{begun:?}");
    for (slot, body) in [
        (
            "qualification",
            json!({ "plugin": "qualification-mandatory-fields", "comment": "the first" }),
        ),
        (
            "matching",
            json!({ "plugin": "matching-weighted", "comment": "the first" }),
        ),
        (
            "escalation",
            json!({ "plugin": "escalation-ladder", "comment": "the first" }),
        ),
    ] {
        let bound = maker.put(&format!("/api/v1/contracts/boilers/bindings/{slot}"), &body);
        assert_eq!(bound.status, 200, "{slot}: {bound:?}");
    }
    let partner =
        json!({ "code": "anna", "name": "Anna Heizung", "country": "DE", "postcode": "10115" });
    assert_eq!(maker.post("/api/v1/partners", &partner).status, 201);
    let joined = maker.put(
        "/api/v1/contracts/boilers/partners/anna",
        &json!({ "level": "gold", "attributes": { "staff": 4 } }),
    );
    assert_eq!(joined.status, 200, "{joined:?}");
}

#[test]
fn what_commands_on_the_data_have_done_is_on_record() {
    on_both_databases(|database| {
        let operator = |label: &str| -> Value {
            let arguments = ["token", "create", "--role", "operator", "--output", "json"];
            let made = database.run(STELLWERK, &[&arguments[..], &["--label", label]].concat());
            serde_json::from_str(&made).expect("a token in JSON")
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (kept, revoked) = (operator("night shift"), operator("day shift"));
        let revoked = text(&revoked["id"]);
        database.run(STELLWERK, &["token", "revoke", &revoked]);
        let server = Server::start(STELLWERK, database.clone(), &contract(1, 1));

        // The file that was applied, and the manufacturer's token.
        let audit = server.manufacturer().get("/api/v1/audit?limit=200");
        let changes = audit.body["changes"].as_array().cloned();
        let changes = changes.unwrap_or_default();
        let by_command: Vec<String> = changes
            .iter()
            .filter(|change| change.get("actor").is_none())
            .map(|change| text(&change["change"]))
            .collect();
        for beginning in [
            "+ manufacturer maker",
            "+ contract pumps",
            "+ partner partner-1",
        ] {
            let stands = by_command.iter().any(|line| line.starts_with(beginning));
            assert!(stands, "{beginning}: {by_command:#?}");
        }
        let token = server.manufacturer().get("/api/v1/tokens");
        let line = format!("+ token {} as manufacturer", token.text("/tokens/0/id"));
        assert!(by_command.contains(&line), "{line}: {by_command:#?}");

        // Operators' tokens are no manufacturer's: they stay in a list of their own.
        let operator = server.client(&text(&kept["token"]));
        let listed = operator.get("/api/v1/tokens");
        let tokens = listed.body["tokens"].as_array().cloned();
        let tokens: Vec<(String, String, bool, bool)> = tokens
            .iter()
            .flatten()
            .map(|token| {
                let is_there = |name: &str| token.get(name).is_some();
                let (id, label) = (text(&token["id"]), text(&token["label"]));
                (id, label, is_there("created-at"), is_there("revoked-at"))
            })
            .collect();
        let expected = [
            (text(&kept["id"]), "night shift".to_owned(), true, false),
            (revoked, "day shift".to_owned(), true, true),
        ];
        assert_eq!(tokens, expected, "{listed:?}");
    });
}

#[test]
fn from_nothing_to_an_offered_lead_without_a_file() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        let mut bad = terms();
        bad["currency"] = json!("EURO");
        bad["levels"] = json!([]);
        let refused = maker.post(
            "/api/v1/contracts",
            &json!({ "code": "boilers", "name": "Boilers", "terms": bad }),
        );
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        assert_eq!(
            places(&refused),
            [
                "/terms/currency",
                "/terms/levels",
                "/terms/value-bands/0/levels",
                "/terms/value-bands/0/levels"
            ]
        );

        boilers(maker);
        let again = maker.post(
            "/api/v1/contracts",
            &json!({ "code": "boilers", "name": "Boilers", "terms": terms() }),
        );
        assert_eq!((again.status, again.code()), (409, "code.taken"));
        let lead = maker.post("/api/v1/leads", &lead());
        assert_eq!(lead.text("/state"), "offered", "{lead:?}");
        let offers = server.partner("anna").get("/api/v1/offers");
        assert_eq!(offers.body["offers"].as_array().map(Vec::len), Some(1));

        // Who made it all is on record.
        let audit = maker.get("/api/v1/audit?limit=200");
        let lines: Vec<&str> = audit.body["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|change| change["actor"].is_string())
            .filter_map(|change| change["change"].as_str())
            .collect();
        assert_eq!(
            lines[..6],
            [
                "+ contract boilers",
                "+ terms of boilers, version 1",
                "+ qualification of boilers, generation 1: qualification-mandatory-fields@0.1.0",
                "+ matching of boilers, generation 1: matching-weighted@0.1.0",
                "+ escalation of boilers, generation 1: escalation-ladder@0.1.0",
                "+ partner anna",
            ]
        );
    });
}

#[test]
fn partners_stand_in_a_tree_and_on_a_level_of_the_terms() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        boilers(maker);
        let below = json!({ "code": "berta", "name": "Berta", "parent": "anna" });
        let made = maker.post_once("/api/v1/partners", &below, "berta");
        assert_eq!((made.status, made.text("/parent")), (201, "anna"));
        let twice = maker.post_once("/api/v1/partners", &below, "berta");
        assert_eq!(twice.body, made.body);
        let taken = maker.post("/api/v1/partners", &below);
        assert_eq!((taken.status, taken.code()), (409, "code.taken"));
        let unknown = maker.post(
            "/api/v1/partners",
            &json!({ "code": "c d", "name": "", "parent": "nobody", "country": "Germany", "latitude": 91, "longitude": 0 }),
        );
        assert_eq!(
            places(&unknown),
            ["/code", "/name", "/country", "/latitude", "/parent"],
            "{unknown:?}"
        );

        let circle = maker.patch("/api/v1/partners/anna", &json!({ "parent": "berta" }));
        assert_eq!(circle.status, 422);
        assert_eq!(
            circle.text("/errors/0/message"),
            "leads in a circle: anna -> berta -> anna; leave out one of these parents"
        );
        let moved = maker.patch("/api/v1/partners/berta", &json!({ "parent": null }));
        assert_eq!(moved.body["parent"], Value::Null, "{moved:?}");
        assert_eq!(moved.etag.as_deref(), Some("\"2\""));

        let footing = "/api/v1/contracts/boilers/partners/berta";
        let refused = maker.put(
            footing,
            &json!({ "level": "tin", "attributes": { "staff": "many", "colour": "red" } }),
        );
        assert_eq!(
            places(&refused),
            ["/attributes/colour", "/attributes/staff"]
        );
        let refused = maker.put(footing, &json!({ "level": "tin" }));
        assert_eq!(
            refused.text("/errors/0/message"),
            "`tin` is no level; the terms have silver, gold"
        );
        assert_eq!(maker.patch(footing, &json!({ "capacity": 3 })).status, 404);
        let joined = maker.put(footing, &json!({ "level": "gold", "capacity": 5 }));
        assert_eq!(joined.status, 200, "{joined:?}");

        // A partner says how much it wants and when it is away; the rest is not its own.
        let berta = server.partner("berta");
        let fewer = berta.patch(footing, &json!({ "capacity": 2 }));
        assert_eq!((fewer.status, &fewer.body["capacity"]), (200, &json!(2)));
        let away =
            json!({ "leave": { "from": "2030-01-01T00:00:00Z", "until": "2030-02-01T00:00:00Z" } });
        assert_eq!(berta.patch(footing, &away).status, 200);
        let level = berta.patch(footing, &json!({ "level": "silver" }));
        assert_eq!((level.status, level.code()), (403, "forbidden"));
        let other = berta.get("/api/v1/contracts/boilers/partners/anna");
        assert_eq!(other.status, 404);
        assert_eq!(berta.get("/api/v1/contracts/pumps").status, 404);
        let seen = berta.get("/api/v1/contracts").body;
        assert_eq!(seen["contracts"].as_array().map(Vec::len), Some(1));

        // Lists come in pages that miss nobody.
        let first = maker.get("/api/v1/partners?limit=2");
        let second = maker.get(&format!(
            "/api/v1/partners?limit=2&after={}",
            first.text("/next")
        ));
        let codes: Vec<Value> = [first, second]
            .iter()
            .flat_map(|page| {
                page.body["partners"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default()
            })
            .map(|partner| partner["code"].clone())
            .collect();
        assert_eq!(codes, ["anna", "berta", "partner-1"]);
        let wrong = maker.get("/api/v1/partners?page=2");
        assert_eq!((wrong.status, wrong.code()), (422, "query.invalid"));
    });
}

#[test]
fn rules_are_swapped_knowing_what_they_replace() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        boilers(maker);
        let slot = "/api/v1/contracts/boilers/bindings/matching";
        let nearer = json!({
            "plugin": "matching-weighted",
            "configuration": { "distance-km-max": 90.0 },
            "comment": "partners asked for less driving",
        });
        let put = |version: &str| {
            maker.ask(
                "PUT",
                slot,
                &[("If-Match", version)],
                nearer.to_string().into(),
            )
        };
        let stale = put("\"7\"");
        assert_eq!((stale.status, stale.code()), (412, "version.other"));
        let swapped = put("\"1\"");
        assert_eq!(swapped.status, 200, "{swapped:?}");
        assert_eq!(swapped.etag.as_deref(), Some("\"2\""));
        assert_eq!(maker.put(slot, &nearer).body["generation"], 2);
        let history = maker.get(slot);
        assert_eq!(
            history.text("/generations/0/comment"),
            "partners asked for less driving"
        );
        assert_eq!(history.body["generations"][1]["generation"], 1);

        let refused = maker.put(
            slot,
            &json!({ "plugin": "matching-weighted", "configuration": { "distance-km-max": -1 }, "comment": "tried" }),
        );
        assert_eq!((refused.status, refused.code()), (422, "config.invalid"));
        assert_eq!(
            places(&refused),
            ["/configuration/distance-km-max"],
            "{refused:?}"
        );
        let kind = maker.put(
            slot,
            &json!({ "plugin": "escalation-ladder", "comment": "the first" }),
        );
        assert_eq!(places(&kind), ["/plugin"]);
        let unknown = maker.put(
            slot,
            &json!({ "plugin": "../secret.wasm", "comment": "tried" }),
        );
        assert!(
            unknown.text("/errors/0/message").contains("uploaded"),
            "{unknown:?}"
        );
        let no_slot = maker.put(
            "/api/v1/contracts/boilers/bindings/sorting",
            &json!({ "plugin": "matching-weighted", "comment": "the first" }),
        );
        assert_eq!(places(&no_slot), ["/slot"]);

        // What pays begins with a period, the first plan with the contract; terms
        // that it cannot work with are refused, naming it.
        let care = maker.put(
            "/api/v1/contracts/boilers/bindings/compensation/care",
            &json!({ "plugin": "compensation-care-first", "comment": "tried" }),
        );
        assert_eq!(care.status, 200, "{care:?}");
        assert_eq!(care.text("/active-from"), "1970-01-01T00:00:00Z");
        let terms_path = "/api/v1/contracts/boilers/terms";
        let mut quarterly = terms();
        quarterly["periods"] = json!({ "cadence": "quarter" });
        let refused = maker.put(terms_path, &quarterly);
        assert_eq!((refused.status, refused.code()), (422, "config.invalid"));
        assert_eq!(places(&refused), ["/periods/cadence"]);
        assert!(
            refused.text("/detail").contains("slot compensation/care"),
            "{refused:?}"
        );
        let mut without_gold = terms();
        without_gold["levels"] = json!(["silver"]);
        without_gold["value-bands"] = json!([]);
        let refused = maker.put(terms_path, &without_gold);
        assert_eq!(places(&refused), ["/levels"]);
        assert!(
            refused.text("/errors/0/message").contains("anna"),
            "{refused:?}"
        );

        let mut longer = terms();
        longer["unworked-after-days"] = json!(45);
        let put = maker.ask(
            "PUT",
            terms_path,
            &[("If-Match", "\"1\"")],
            longer.to_string().into(),
        );
        assert_eq!((put.status, put.body["version"].as_i64()), (200, Some(2)));
        let late = maker.ask(
            "PUT",
            terms_path,
            &[("If-Match", "\"1\"")],
            longer.to_string().into(),
        );
        assert_eq!(late.status, 412);
        assert_eq!(maker.put(terms_path, &longer).body["version"], 2);
        let first = maker.get(&format!("{terms_path}/1"));
        assert_eq!(first.body["terms"]["unworked-after-days"], 30);
        assert_eq!(maker.get(&format!("{terms_path}/3")).status, 404);
    });
}

#[test]
fn an_integrator_uploads_and_binds_on_test_contracts() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        boilers(maker);
        let integrator = server.speaking_as("integrator", None);
        let upload =
            |bytes: &[u8]| integrator.ask("POST", "/api/v1/plugins", &[WASM], bytes.into());
        let uploaded = upload(IN_C);
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        assert_eq!(uploaded.text("/name"), "matching-in-c");
        assert_eq!(uploaded.body["size-bytes"], IN_C.len());
        assert_eq!(uploaded.text("/manifest/kind"), "matching");
        let again = upload(IN_C);
        assert_eq!((again.status, &again.body), (200, &uploaded.body));
        let named = integrator.get("/api/v1/plugins/matching-in-c@0.1.0");
        assert_eq!(named.body, uploaded.body);

        // The same version with other bytes: a custom section more.
        let mut other = IN_C.to_vec();
        other.extend([0, 2, 1, b'x']);
        let taken = upload(&other);
        assert_eq!((taken.status, taken.code()), (409, "plugin.version_taken"));
        let broken = upload(&IN_C[..IN_C.len() / 2]);
        assert_eq!((broken.status, broken.code()), (422, "plugin.bad_wasm"));
        let large = upload(&vec![0; 24 * 1024 * 1024 + 1]);
        assert_eq!((large.status, large.code()), (413, "input.too_large"));
        let text = integrator.send("/api/v1/plugins", "{}", None);
        assert_eq!(text.status, 415);

        let slot = "/api/v1/contracts/boilers/bindings/matching";
        let body = json!({ "plugin": "matching-in-c@0.1.0", "comment": "tried" });
        let live = integrator.put(slot, &body);
        assert_eq!((live.status, live.code()), (403, "forbidden"));
        let opened = maker.patch("/api/v1/contracts/boilers", &json!({ "test": true }));
        assert_eq!(opened.body["test"], true, "{opened:?}");
        let bound = integrator.put(slot, &body);
        assert_eq!(bound.status, 200, "{bound:?}");
        assert_eq!(bound.text("/plugin"), "matching-in-c@0.1.0");

        // It sees what its plugin decides, and no contact.
        let lead = maker.post("/api/v1/leads", &lead());
        let path = format!("/api/v1/leads/{}", lead.text("/id"));
        let seen = integrator.get(&path);
        assert_eq!(seen.body.get("contact"), None, "{seen:?}");
        let decisions = integrator.get(&format!("{path}/decisions"));
        assert_eq!(decisions.text("/decisions/1/plugin"), "matching-in-c@0.1.0");
        for refused in [
            integrator.put("/api/v1/contracts/boilers/terms", &terms()),
            integrator.get("/api/v1/tokens"),
            integrator.post("/api/v1/partners", &json!({ "code": "x", "name": "X" })),
        ] {
            assert_eq!(refused.code(), "forbidden", "{refused:?}");
        }
    });
}
