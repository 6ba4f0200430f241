//! Where a contract allows it, a policy reads what people wrote. Receipts keep that
//! encrypted under the lead's key: they are replayed while it is there, and proved when
//! it is gone with the person.

use std::process::Output;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Client, Database, Server, contract, lead, on_both_databases, until};

/// Looks for words in the text, and logs what it was told.
const LISTENER: &[u8] = include_bytes!("../guests/listener/qualification-listener.wasm");
const WASM: (&str, &str) = ("Content-Type", "application/wasm");
const SETTINGS: [(&str, &str); 2] = [
    ("STELLWERK_SEALS_EVERY_MS", "20"),
    (
        "STELLWERK_LOG_FILTER",
        "trace,cranelift_codegen=warn,cranelift_frontend=warn,wasmtime=warn,\
         wasmtime_internal_cranelift=warn,regalloc2=warn",
    ),
];
/// In what Eva wrote, and nowhere else.
const MARKER: &str = "qwertz";
const WROTE: &str = "The Qwertz boiler is leaking, ring twice";

/// A contract whose terms allow free text, or do not.
fn start(database: Database, allowed: bool) -> Server {
    let terms = format!("[terms]\nfree-text = {allowed}\n");
    let contract = contract(2, 2).replace("[terms]\n", &terms);
    let server = Server::start_with(STELLWERK, database, &contract, &SETTINGS);
    let maker = server.manufacturer();
    let uploaded = maker.ask("POST", "/api/v1/plugins", &[WASM], LISTENER.into());
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    server
}

fn bind(maker: &Client, configuration: Value) {
    let slot = "/api/v1/contracts/pumps/bindings/qualification";
    let body = json!({
        "plugin": "qualification-listener@0.1.0",
        "configuration": configuration,
        "comment": "listens",
    });
    let bound = maker.put(slot, &body);
    assert!(matches!(bound.status, 200 | 201), "{bound:?}");
}

/// A lead that somebody has written something with; what has become of it.
fn receive(maker: &Client, mark: &str, note: &str) -> Value {
    let mut lead = lead(mark);
    if !note.is_empty() {
        lead["contact"]["note"] = json!(note);
    }
    let received = maker.post("/api/v1/leads", &lead);
    assert_eq!(received.status, 201, "{received:?}");
    let id = received.text("/id");
    maker.get(&format!("/api/v1/leads/{id}")).body
}

fn id(lead: &Value) -> &str {
    lead["id"].as_str().expect("an identifier")
}

/// The decision whether a lead is worth it.
fn assessed(database: &Database, lead: &Value) -> String {
    let of = format!(
        "decision WHERE function = 'assess' AND lead = '{}'",
        id(lead)
    );
    let [[decision]] = database.rows(["id"], &of).try_into().expect("one decision");
    decision.expect("an identifier")
}

/// The lead's key.
fn key(database: &Database, lead: &Value) -> Vec<u8> {
    database.bytes("secret", &format!("lead_key WHERE lead = '{}'", id(lead)))
}

/// Where the text or a key still stands.
fn traces(database: &Database, keys: &[Vec<u8>]) -> Vec<String> {
    let holds = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let holds_key = |key: &Vec<u8>| {
            text.contains(&hex(key)) || bytes.windows(key.len()).any(|part| part == key)
        };
        text.contains(MARKER) || keys.iter().any(holds_key)
    };
    let stored = database.stored().into_iter();
    let holding = stored.filter(|(_, bytes)| holds(bytes));
    holding.map(|(name, _)| name).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn run(database: &Database, arguments: &[&str]) -> Output {
    let mut command = database.command(STELLWERK);
    command.args(arguments).output().expect("the binary runs")
}

/// What a command has printed as JSON, and how it ended.
fn json_of(database: &Database, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = run(database, &[arguments, &["--output", "json"]].concat());
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("{arguments:?}: {error}: {said}")
    });
    (output.status.code(), document)
}

/// Everything that was decided is sealed.
fn sealed(database: &Database) {
    until("everything is sealed", || {
        database.count("decision WHERE number > (SELECT max(last_decision) FROM seal)") == 0
    });
}

#[test]
fn what_people_wrote_decides_and_is_forgotten_with_them() {
    on_both_databases(|database| {
        let mut server = start(database, true);
        let maker = server.manufacturer().clone();
        let database = server.database().clone();
        bind(&maker, json!({ "hot": ["leaking"] }));
        let eva = receive(&maker, "wrote", WROTE);
        let max = receive(&maker, "max", "There is no hurry");
        let silent = receive(&maker, "silent", "");
        let warmth = [&eva, &max, &silent].map(|lead| lead["temperature"].as_str());
        assert_eq!(warmth, [Some("hot"), Some("cold"), Some("cold")]);
        assert_eq!(database.count("lead_key"), 2, "one a lead that has a text");
        let keys = [key(&database, &eva)];
        assert!(!traces(&database, &keys).is_empty(), "the marks are seen");

        // What is recorded tells nobody what she wrote.
        let decided = assessed(&database, &eva);
        let shown = maker.get(&format!("/api/v1/decisions/{decided}"));
        assert!(
            shown.body["question"]["input"]["encrypted"].is_string(),
            "{shown:?}"
        );
        assert_eq!(shown.body["log"], json!([]));
        let recorded = maker.get(&format!("/api/v1/decisions/{decided}/recorded"));
        for seen in [&shown, &recorded] {
            assert!(!seen.all_text().to_lowercase().contains(MARKER), "{seen:?}");
        }
        let explained = database.run(STELLWERK, &["explain", &decided]);
        assert_eq!(explained.trim(), "The text says leaking.");

        // With the key it is asked again, and told to whoever may know it.
        let verdict = || {
            let asked = maker.get(&format!("/api/v1/decisions/{decided}/replay"));
            asked.text("/verdict").to_owned()
        };
        assert_eq!(verdict(), "same");
        let (code, all) = json_of(&database, &["replay", "--all"]);
        assert_eq!(
            (code, &all["verdicts"]["same"]),
            (Some(0), &all["decisions"])
        );
        let (code, again) = json_of(&database, &["plugin", "run", "--from-decision", &decided]);
        assert_eq!(
            (code, &again["recorded"]["same-output"]),
            (Some(0), &json!(true)),
            "{again}"
        );
        let told = database.run(STELLWERK, &["export", "--person", "--lead", id(&eva)]);
        assert!(told.contains(&format!("was told: {WROTE}")), "{told}");

        // A bundle leaves the house without it.
        sealed(&database);
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let bundle = path("bundle.json");
        let exported = ["audit", "export", "--decision", &decided, "--out", &bundle];
        database.run(STELLWERK, &exported);
        let bytes = std::fs::read_to_string(&bundle).expect("a bundle");
        assert!(!bytes.to_lowercase().contains(MARKER));
        let (code, checked) = json_of(&database, &["audit", "check", &bundle]);
        assert_eq!(
            (code, &checked["replay"]),
            (Some(0), &json!("encrypted")),
            "{checked}"
        );

        let backup = path("backup");
        if let Database::Sqlite(_) = database {
            database.run(STELLWERK, &["backup", &backup]);
        }
        let gone = maker.post("/api/v1/erasures", &json!({ "lead": id(&eva) }));
        assert_eq!(
            (gone.status, &gone.body["wiped"]),
            (200, &json!(true)),
            "{gone:?}"
        );
        assert_eq!(traces(&database, &keys), Vec::<String>::new());
        assert_eq!(verdict(), "erased");
        forgotten(&database, &decided);
        let again = path("again.json");
        let exported = ["audit", "export", "--decision", &decided, "--out", &again];
        database.run(STELLWERK, &exported);
        let (code, checked) = json_of(&database, &["audit", "check", &again]);
        assert_eq!(
            (code, &checked["replay"]),
            (Some(0), &json!("encrypted")),
            "{checked}"
        );
        server.stop();
        assert_eq!(traces(&database, &keys), Vec::<String>::new());
        let log = server.log().to_lowercase();
        assert!(log.contains("sqlx") && !log.contains(MARKER));

        // Nor does she come back with a backup.
        if let Database::Sqlite(data) = &database {
            let restored = Database::Sqlite(folder.path().join("restored"));
            let list = data.join("erasures").display().to_string();
            restored.run(STELLWERK, &["restore", &backup, "--erasures", &list]);
            assert_eq!(traces(&restored, &keys), Vec::<String>::new());
            forgotten(&restored, &decided);
        }
    });
}

/// One decision cannot be asked again any more, and everything is proved.
fn forgotten(database: &Database, decided: &str) {
    let (code, verified) = json_of(database, &["audit", "verify"]);
    assert_eq!(
        (code, &verified["is-sound"]),
        (Some(0), &json!(true)),
        "{verified:#}"
    );
    let (code, all) = json_of(database, &["replay", "--all"]);
    let decisions = all["decisions"].as_u64().expect("a count");
    let expected = json!({ "same": decisions - 1, "erased": 1 });
    assert_eq!((code, &all["verdicts"]), (Some(0), &expected), "{all}");
    let one = run(database, &["replay", decided]);
    let said = String::from_utf8_lossy(&one.stdout);
    assert!(
        one.status.success() && said.contains("erased with the person"),
        "{said}"
    );
    let asked = run(database, &["plugin", "run", "--from-decision", decided]);
    let said = String::from_utf8_lossy(&asked.stderr);
    assert!(
        !asked.status.success() && said.contains("erased with the person"),
        "{said}"
    );
    // Why it came out so is known still, in words that the contract's people named.
    let explained = database.run(STELLWERK, &["explain", decided]);
    assert_eq!(explained.trim(), "The text says leaking.");
}

#[test]
fn a_key_that_was_lost_is_missing_and_not_erased() {
    on_both_databases(|database| {
        let server = start(database, true);
        let maker = server.manufacturer();
        bind(maker, json!({ "hot": ["leaking"] }));
        receive(maker, "wrote", WROTE);
        let database = server.database();
        let other = database.literal(&[7; 32]);
        database.execute(&format!("UPDATE lead_key SET secret = {other}"));
        let (code, all) = json_of(database, &["replay", "--all"]);
        assert_eq!(
            (code, &all["verdicts"]["missing"]),
            (Some(11), &json!(1)),
            "{all}"
        );
        database.execute("DELETE FROM lead_key");
        let (code, all) = json_of(database, &["replay", "--all"]);
        assert_eq!(
            (code, &all["verdicts"]["missing"]),
            (Some(11), &json!(1)),
            "{all}"
        );
    });
}

#[test]
fn without_leave_in_the_terms_no_policy_is_told() {
    on_both_databases(|database| {
        let server = start(database, false);
        let maker = server.manufacturer();
        bind(maker, json!({ "hot": ["leaking"] }));
        let eva = receive(maker, "wrote", WROTE);
        assert_eq!(eva["temperature"], "cold");
        let database = server.database();
        let decided = assessed(database, &eva);
        let explained = database.run(STELLWERK, &["explain", &decided]);
        assert_eq!(explained.trim(), "There is no text.");
        let shown = maker.get(&format!("/api/v1/decisions/{decided}"));
        let question = shown.body["question"].to_string();
        assert!(
            !question.contains("note") && !question.contains("encrypted"),
            "{question}"
        );
        assert_eq!(database.count("lead_key"), 0);
    });
}

#[test]
fn what_a_policy_repeats_is_not_taken() {
    on_both_databases(|database| {
        let server = start(database, true);
        let maker = server.manufacturer();
        let database = server.database();
        let mut leads = Vec::new();
        for (repeat, code) in [
            ("reason", "guest.output_invalid"),
            ("attribute", "guest.output_invalid"),
            ("question", "guest.output_invalid"),
            ("not-applicable", "guest.output_invalid"),
            ("error", "policy.error"),
        ] {
            bind(maker, json!({ "repeat": repeat }));
            let mut lead = receive(maker, repeat, WROTE);
            assert_eq!(lead["waits-for-a-person"]["code"], code, "{lead:#}");
            let decided = assessed(database, &lead);
            let shown = maker.get(&format!("/api/v1/decisions/{decided}"));
            lead["contact"] = Value::Null;
            let seen = format!("{lead}{}", shown.all_text()).to_lowercase();
            assert!(!seen.contains(MARKER), "{repeat}: {seen}");
            leads.push(lead);
        }
        let (code, all) = json_of(database, &["replay", "--all"]);
        assert_eq!(
            (code, &all["verdicts"]["same"]),
            (Some(0), &all["decisions"]),
            "{all}"
        );
        let keys: Vec<Vec<u8>> = leads.iter().map(|lead| key(database, lead)).collect();
        for lead in &leads {
            let gone = maker.post(
                "/api/v1/erasures",
                &json!({ "lead": id(lead), "exactly": true }),
            );
            let done = (gone.status, &gone.body["wiped"]);
            assert_eq!(done, (200, &json!(true)), "{gone:?}");
        }
        assert_eq!(traces(database, &keys), Vec::<String>::new());
    });
}

#[test]
fn what_a_candidate_is_told_is_kept_without_it() {
    on_both_databases(|database| {
        let server = start(database, true);
        let maker = server.manufacturer();
        let contract = "/api/v1/contracts/pumps";
        let candidate = json!({
            "slot": "qualification", "plugin": "qualification-listener@0.1.0",
            "configuration": { "hot": ["leaking"] }, "comment": "another rule",
        });
        let made = maker.post(&format!("{contract}/generations"), &candidate);
        assert_eq!(made.status, 201, "{made:?}");
        let step = json!({
            "slot": "qualification", "generation": 2, "action": "shadow",
            "share-percent": 100, "comment": "to be looked at",
        });
        let tried = maker.post(&format!("{contract}/steps"), &step);
        assert_eq!(tried.status, 201, "{tried:?}");
        let eva = receive(maker, "wrote", WROTE);
        let database = server.database();
        until("the candidate has answered", || {
            database.count("candidate_answer") == 1
        });
        let kept = database.bytes("input", "candidate_answer");
        let kept = String::from_utf8_lossy(&kept);
        assert!(
            kept.contains(id(&eva)) && !kept.to_lowercase().contains(MARKER),
            "{kept}"
        );
        assert_eq!(
            database.count("lead_key"),
            0,
            "what decides was told nothing"
        );
    });
}
