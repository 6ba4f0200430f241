//! `stellwerk audit`: whatever is altered by hand in the database is found and named,
//! and a decision is proved on a machine that has no database.

use std::path::Path;
use std::process::Command;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Database, Server, alter_receipt, consistency, contract, lead, on_both_databases, partner_code,
    until,
};

const AT_ONCE: [(&str, &str); 2] = [
    ("STELLWERK_SEALS_EVERY_MS", "20"),
    ("STELLWERK_WORKER_POLL_MS", "20"),
];
const PAYS: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
"#;
/// Of the command line: what was recorded does not hold.
const NOT_PROVED: i32 = 11;

/// A little of everything, and a server that has stopped.
fn busy(database: Database) -> Database {
    let contract = contract(3, 3) + PAYS;
    let mut server = Server::start_with(STELLWERK, database, &contract, &AT_ONCE);
    let partner = server.partner(&partner_code(1));
    let other = server.partner(&partner_code(2));
    for number in 0..6 {
        let received = server
            .manufacturer()
            .post("/api/v1/leads", &lead(&number.to_string()));
        let lead = received.text("/id").to_owned();
        let offer = |client: &stellwerk_tests::Client| {
            let offers = client.get("/api/v1/offers");
            let offers = offers.body["offers"].as_array().cloned();
            let mut offers = offers.into_iter().flatten();
            let offer = offers
                .find(|offer| offer["lead"] == *lead)
                .expect("an offer");
            offer["id"].as_str().expect("an identifier").to_owned()
        };
        if number == 5 {
            continue;
        }
        let declined = format!("/api/v1/offers/{}/decline", offer(&other));
        let declined = other.post(&declined, &json!({ "reason": "not-for-me" }));
        assert_eq!(declined.status, 200, "{declined:?}");
        let claim = format!("/api/v1/offers/{}/claim", offer(&partner));
        assert_eq!(partner.post(&claim, &json!({})).status, 200);
        let outcome = match number {
            0 => continue,
            1 => json!({ "result": "lost" }),
            _ => json!({ "result": "won", "value": 2_000_000 }),
        };
        let ended = partner.post(&format!("/api/v1/leads/{lead}/outcome"), &outcome);
        assert_eq!(ended.status, 200, "{ended:?}");
    }
    let database = server.database().clone();
    until("all is paid", || consistency::is_level(&database));
    until("all is sealed", || {
        let last = "(SELECT COALESCE(max(last_decision), 0) FROM seal)";
        database.count(&format!("decision WHERE number > {last}")) == 0
    });
    server.stop();
    database
}

/// What `audit verify` prints, and its exit code.
fn verify(database: &Database, more: &[&str]) -> (Value, i32) {
    let mut command = database.command(STELLWERK);
    let output = command
        .args(["audit", "verify", "--output", "json"])
        .args(more)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let answer = serde_json::from_str(&said).unwrap_or_else(|_| {
        panic!("{said}{}", String::from_utf8_lossy(&output.stderr));
    });
    (answer, output.status.code().expect("an exit code"))
}

/// The kinds that are broken, and all messages.
fn broken(database: &Database) -> (Vec<String>, String) {
    let (answer, exit) = verify(database, &[]);
    let findings = answer["findings"].as_array().cloned().unwrap_or_default();
    assert_eq!(exit == NOT_PROVED, !findings.is_empty(), "{answer:#}");
    let kind = |finding: &Value| finding["kind"].as_str().expect("a kind").to_owned();
    let message = |finding: &Value| finding["message"].as_str().expect("a text").to_owned();
    let messages: Vec<String> = findings.iter().map(message).collect();
    (findings.iter().map(kind).collect(), messages.join("\n"))
}

/// With another first byte.
fn altered(bytes: &[u8]) -> Vec<u8> {
    let mut altered = bytes.to_vec();
    altered[0] ^= 1;
    altered
}

fn one(database: &Database, column: &str, from: &str) -> String {
    let mut rows = database.rows([column], from);
    let [found] = rows
        .pop()
        .unwrap_or_else(|| panic!("no {column} in {from}"));
    found.expect("a value")
}

/// Alters, looks what is found, and puts it back as it was.
fn finds(database: &Database, alter: &str, undo: &str, kinds: &[&str], named: &str) {
    database.execute(alter);
    let (found, messages) = broken(database);
    for kind in kinds {
        assert!(
            found.iter().any(|found| found == kind),
            "{alter}: {found:?}\n{messages}"
        );
    }
    assert!(
        messages.contains(named),
        "{alter}: no {named} in\n{messages}"
    );
    database.execute(undo);
}

/// The same with rows that are taken out.
fn misses(database: &Database, table: &str, row: &str, kinds: &[&str], named: &str) {
    let cut = format!("DELETE FROM {table} WHERE {row}");
    database.execute(&format!(
        "CREATE TABLE kept AS SELECT * FROM {table} WHERE {row}"
    ));
    let back = format!("INSERT INTO {table} SELECT * FROM kept");
    finds(database, &cut, &back, kinds, named);
    database.execute("DROP TABLE kept");
}

/// The same with bytes of a seal or a receipt.
fn finds_bytes(database: &Database, [table, column, row]: [&str; 3], kinds: &[&str], named: &str) {
    let before = database.bytes(column, &format!("{table} WHERE {row}"));
    let set = |bytes: &[u8]| {
        let bytes = database.literal(bytes);
        format!("UPDATE {table} SET {column} = {bytes} WHERE {row}")
    };
    finds(
        database,
        &set(&altered(&before)),
        &set(&before),
        kinds,
        named,
    );
}

#[test]
fn whatever_is_altered_by_hand_is_named() {
    on_both_databases(|database| {
        let database = &busy(database);
        let (sound, exit) = verify(database, &[]);
        assert_eq!(exit, 0, "{sound:#}");
        assert_eq!(sound["is-sound"], true);
        let checked = &sound["manufacturers"][0];
        assert_eq!(checked["receipts"], database.count("decision"));
        assert_eq!(checked["sealed"], checked["receipts"]);
        assert_eq!(checked["postings"], database.count("posting"));
        assert!(database.count("posting") > 0 && database.count("seal") > 3);

        receipts(database);
        seals(database);
        money(database);
        states(database);
        components(database);
        // Nothing of all this is left.
        assert_eq!(broken(database).0, Vec::<String>::new());
        heads_and_keys(database, checked["head"].as_str().expect("a head"));
    });
}

fn receipts(database: &Database) {
    let fifth = one(database, "id", "decision WHERE number = 5");
    let altered = ["receipt.altered"];
    let row = "number = 5";
    finds_bytes(database, ["decision", "packed", row], &altered, &fifth);
    let model = "id = (SELECT model FROM decision WHERE number = 5)";
    let first = "decision WHERE model = (SELECT model FROM decision WHERE number = 5) \
        ORDER BY number LIMIT 1";
    let first = one(database, "id", first);
    finds_bytes(database, ["model", "bytes", model], &altered, &first);
    for place in 0..3 {
        let before = database.bytes("packed", &format!("decision WHERE {row}"));
        alter_receipt(database, &fifth, |mut parts| {
            // A part that is empty gets longer.
            match parts[place].last_mut() {
                Some(last) => *last ^= 1,
                None => parts[place].push(0),
            }
            parts
        });
        let (found, messages) = broken(database);
        assert!(
            found.iter().any(|kind| kind == altered[0]),
            "{place}: {messages}"
        );
        assert!(messages.contains(&fifth), "part {place}: {messages}");
        let before = database.literal(&before);
        database.execute(&format!(
            "UPDATE decision SET packed = {before} WHERE {row}"
        ));
    }
    let fuel = |how| format!("UPDATE decision SET fuel = fuel {how} 1 WHERE {row}");
    finds(database, &fuel("+"), &fuel("-"), &altered, &fifth);
    let from = format!("decision WHERE {row}");
    let before = one(database, "outcome", &from);
    let set = |value: &str| format!("UPDATE decision SET outcome = '{value}' WHERE {row}");
    finds(database, &set("ok, or so"), &set(&before), &altered, &fifth);
    let missing = ["receipt.missing"];
    misses(
        database,
        "decision",
        row,
        &missing,
        "the decision with number 5 is missing",
    );
    let last = one(database, "max(number)", "decision");
    misses(
        database,
        "decision",
        &format!("number = {last}"),
        &missing,
        &last,
    );
}

fn seals(database: &Database) {
    let row = "number = 2";
    finds_bytes(
        database,
        ["seal", "leaves", row],
        &["seal.leaves"],
        "in seal 2",
    );
    let root = ["seal.root", "seal.signature", "seal.chain"];
    finds_bytes(database, ["seal", "root", row], &root, "the root of seal 2");
    let chain = ["seal.chain", "seal.signature"];
    finds_bytes(
        database,
        ["seal", "previous", row],
        &chain,
        "seal 2 does not name seal 1",
    );
    let signature = ["seal.signature"];
    finds_bytes(database, ["seal", "signature", row], &signature, "seal 2");
    let key = ["seal.signature", "seal.key"];
    finds_bytes(
        database,
        ["seal", "public_key", row],
        &key,
        "seal 2 is signed by",
    );
    let at = |how| format!("UPDATE seal SET sealed_at = sealed_at {how} 1 WHERE {row}");
    finds(
        database,
        &at("+"),
        &at("-"),
        &chain,
        "seal 3 does not name seal 2",
    );
    let missing = ["seal.missing"];
    misses(database, "seal", row, &missing, "seal 2 is missing");
    let last = one(database, "max(number)", "seal");
    let named = format!("seal {last} is missing");
    misses(
        database,
        "seal",
        &format!("number = {last}"),
        &missing,
        &named,
    );
}

fn components(database: &Database) {
    let of = |name: &str| {
        let row = format!("plugin WHERE name = '{name}'");
        (
            one(database, "digest", &row),
            one(database, "version", &row),
        )
    };
    let (digest, _) = of("matching-weighted");
    let row = ["plugin", "component", "name = 'matching-weighted'"];
    finds_bytes(database, row, &["component.altered"], &digest);

    // Several that are gone are all named, with how many decisions hang on each.
    let gone = [
        ("matching-weighted", "slot = 'matching'"),
        ("compensation-flat-split", "slot LIKE 'compensation/%'"),
    ];
    let named = gone.map(|(name, slot)| {
        let (digest, version) = of(name);
        let decisions = database.count(&format!("decision WHERE {slot}"));
        assert!(decisions > 0, "{name}");
        (
            format!("the component {name}@{version} ({digest}) is not stored"),
            decisions,
        )
    });
    for (name, _) in gone {
        database.execute(&format!("DELETE FROM plugin WHERE name = '{name}'"));
    }
    let (kinds, messages) = broken(database);
    assert_eq!(kinds, ["component.missing"], "{messages}");
    let (replayed, exit) = replay(database);
    assert_eq!(exit, NOT_PROVED);
    let missing = replayed["missing"].as_object().expect("what is missing");
    assert_eq!(missing.len(), 2, "{missing:?}");
    for (said, decisions) in &named {
        let found = missing.iter().find(|(what, _)| what.starts_with(said));
        let (what, count) = found.unwrap_or_else(|| panic!("no {said} in {missing:?}"));
        assert_eq!(*count, *decisions, "{what}");
        let sealed = format!("{what}; {decisions} sealed decisions cannot be asked again");
        assert!(messages.contains(&sealed), "{messages}");
        assert!(what.contains("`stellwerk plugin upload`"), "{what}");
    }
    // What is said to do brings them back.
    for (name, _) in gone {
        let file = format!(
            "{}/../plugins/components/{name}.wasm",
            env!("CARGO_MANIFEST_DIR")
        );
        database.run(STELLWERK, &["plugin", "upload", &file]);
    }
    let (replayed, exit) = replay(database);
    assert_eq!(
        (exit, &replayed["missing"]),
        (0, &Value::Null),
        "{replayed:#}"
    );
}

/// What `replay --all` prints, and its exit code.
fn replay(database: &Database) -> (Value, i32) {
    let mut command = database.command(STELLWERK);
    let output = command
        .args(["replay", "--all", "--output", "json"])
        .output()
        .expect("it runs");
    let answer = serde_json::from_slice(&output.stdout).expect("a JSON document");
    (answer, output.status.code().expect("an exit code"))
}

fn money(database: &Database) {
    let posting = one(database, "min(id)", "posting");
    let row = format!("id = '{posting}'");
    let amount = |how| format!("UPDATE posting SET amount = amount {how} 1 WHERE {row}");
    finds(
        database,
        &amount("+"),
        &amount("-"),
        &["posting.amount"],
        &posting,
    );
    for (column, value, kind) in [
        ("unit", "'points'", "posting.unit"),
        ("account", "'project'", "posting.amount"),
        ("component", "'bonus'", "posting.decision"),
        ("event", "'another'", "posting.event"),
        ("decision", "NULL", "posting.decision"),
        ("decision", "'another'", "posting.decision"),
        ("adjusts", "'another'", "posting.line"),
    ] {
        let before = database.rows([column], &format!("posting WHERE {row}"));
        let before = before[0][0].clone();
        let before = before.map_or("NULL".to_owned(), |before| format!("'{before}'"));
        let set = |value: &str| format!("UPDATE posting SET {column} = {value} WHERE {row}");
        finds(database, &set(value), &set(&before), &[kind], &posting);
    }
    let event = one(database, "min(event_position)", "posting");
    let place = format!("event.position = {event}");
    let kinds = ["event.missing", "posting.event"];
    misses(
        database,
        "event",
        &place,
        &kinds,
        &format!("position {event} is missing"),
    );
}

fn states(database: &Database) {
    for (table, state, now, kind) in [
        ("lead", "offered", "won", "lead.state"),
        ("lead", "claimed", "qualified", "lead.state"),
        ("lead", "won", "offered", "lead.state"),
        ("lead", "lost", "nurturing", "lead.state"),
        ("offer", "open", "lapsed", "offer.state"),
        ("offer", "declined", "open", "offer.state"),
        ("offer", "withdrawn", "open", "offer.state"),
        ("deal", "won", "cancelled", "deal.state"),
    ] {
        let id = one(
            database,
            "min(id)",
            &format!("{table} WHERE state = '{state}'"),
        );
        let set = |state| format!("UPDATE {table} SET state = '{state}' WHERE id = '{id}'");
        finds(database, &set(now), &set(state), &[kind], &id);
    }
    let lead = one(database, "min(id)", "lead WHERE state = 'claimed'");
    let held = one(database, "holder", &format!("lead WHERE id = '{lead}'"));
    let set = |holder| format!("UPDATE lead SET holder = '{holder}' WHERE id = '{lead}'");
    finds(
        database,
        &set("another"),
        &set(&held),
        &["lead.state"],
        &lead,
    );
    let claim = format!("lead = '{lead}'");
    misses(database, "claim", &claim, &["claim.state"], &lead);
    misses(
        database,
        "lead",
        &format!("id = '{lead}'"),
        &["event.subject"],
        &lead,
    );
}

/// What only something from outside can tell.
fn heads_and_keys(database: &Database, head: &str) {
    let with_head = |head| verify(database, &["--manufacturer", "maker", "--head", head]);
    assert_eq!(with_head(head).1, 0);
    let other = "aa".repeat(32);
    let (answer, exit) = verify(database, &["--key", &other]);
    assert_eq!(
        (exit, &answer["findings"][0]["kind"]),
        (NOT_PROVED, &json!("seal.key"))
    );
    let key = hex::encode(database.bytes("public_key", "signing_key"));
    assert_eq!(verify(database, &["--key", &key]).1, 0);
    let shown = database.run(STELLWERK, &["audit", "key"]);
    assert!(shown.starts_with(&key), "{shown}");
    // Cut off at the end, with all that tells of it.
    let last = one(database, "max(first_decision)", "seal");
    for statement in [
        format!("DELETE FROM seal WHERE first_decision = {last}"),
        format!("DELETE FROM decision WHERE number >= {last}"),
        format!("UPDATE feed SET decisions = {last} - 1"),
        format!("UPDATE sealing SET seals = seals - 1, decisions = {last} - 1"),
    ] {
        database.execute(&statement);
    }
    let (answer, exit) = with_head(head);
    assert_eq!(exit, NOT_PROVED);
    let mut findings = answer["findings"].as_array().into_iter().flatten();
    assert!(
        findings.any(|finding| finding["kind"] == "seal.head"),
        "{answer:#}"
    );
}

/// What `audit check` prints, and its exit code; in a folder without data.
fn check(folder: &Path, bundle: &str, more: &[&str]) -> (Value, i32) {
    let file = folder.join("bundle.json");
    std::fs::write(&file, bundle).expect("the bundle");
    let output = Command::new(STELLWERK)
        .args(["audit", "check", "bundle.json", "--output", "json"])
        .args(more)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let answer = serde_json::from_str(&said).unwrap_or_else(|_| {
        panic!("{said}{}", String::from_utf8_lossy(&output.stderr));
    });
    (answer, output.status.code().expect("an exit code"))
}

#[test]
fn a_decision_is_proved_without_the_database() {
    on_both_databases(|database| {
        let database = busy(database);
        let folder = tempfile::tempdir().expect("a folder");
        let empty = folder.path();
        let mut bundles = Vec::new();
        for function in ["assess", "rank", "escalate", "admit", "award"] {
            let id = one(
                &database,
                "min(id)",
                &format!("decision WHERE function = '{function}'"),
            );
            let bundle = database.run(STELLWERK, &["audit", "export", "--decision", &id]);
            let (answer, exit) = check(empty, &bundle, &[]);
            assert_eq!(exit, 0, "{answer:#}");
            assert_eq!(answer["replay"], "same", "{answer:#}");
            assert_eq!(answer["decision"], *id);
            bundles.push(bundle);
        }
        let bundle = &bundles[1];
        let whole: Value = serde_json::from_str(bundle).expect("JSON");
        let key = whole["seal"]["public-key"]
            .as_str()
            .expect("a key")
            .to_owned();
        let (answer, exit) = check(empty, bundle, &["--key", &key]);
        assert_eq!((exit, &answer["key-is-known"]), (0, &json!(true)));
        let (answer, exit) = check(empty, bundle, &["--key", &"aa".repeat(32)]);
        assert_eq!(
            (exit, &answer["misfits"][0]["part"]),
            (NOT_PROVED, &json!("seal"))
        );
        manipulated(empty, &whole);
        let file = empty.join("one.json").display().to_string();
        let id = whole["decision"]["id"].as_str().expect("an identifier");
        let export = ["audit", "export", "--decision", id, "--out", &file];
        database.run(STELLWERK, &export);
        // What is there is not overwritten.
        let again = database.command(STELLWERK).args(export).output();
        assert_eq!(again.expect("it runs").status.code(), Some(3));
        not_exported(&database, id);
    });
}

/// Makes another value of one.
type Alter<'a> = &'a dyn Fn(&Value) -> Value;

fn manipulated(empty: &Path, whole: &Value) {
    let digit = |text: &Value| {
        let text = text.as_str().expect("a text");
        let first = if text.starts_with("00") { "01" } else { "00" };
        json!(format!("{first}{}", &text[2..]))
    };
    let alter: [(&str, Alter<'_>, &str); 14] = [
        ("/decision/output", &digit, "decision"),
        ("/decision/input", &digit, "decision"),
        (
            "/decision/fuel",
            &|fuel| json!(fuel.as_i64().unwrap_or(0) + 1),
            "decision",
        ),
        ("/decision/outcome", &|_| json!("guest.trap"), "decision"),
        ("/decision/id", &|_| json!("another"), "decision"),
        ("/decision/manufacturer", &|_| json!("another"), "seal"),
        (
            "/number",
            &|number| json!(number.as_i64().unwrap_or(0) + 1),
            "decision",
        ),
        ("/seal/root", &digit, "seal"),
        ("/seal/signature", &digit, "seal"),
        ("/seal/public-key", &digit, "seal"),
        ("/path", &|_| json!(["00".repeat(32)]), "decision"),
        ("/configuration", &|_| json!("{}"), "configuration"),
        (
            "/terms",
            &|terms| json!(terms.as_str().unwrap_or("").replace("EUR", "CHF")),
            "terms",
        ),
        ("/component", &digit, "component"),
    ];
    for (pointer, alter, part) in alter {
        let mut altered = whole.clone();
        let place = altered.pointer_mut(pointer).expect(pointer);
        *place = alter(place);
        let (answer, exit) = check(empty, &altered.to_string(), &[]);
        assert_eq!(exit, NOT_PROVED, "{pointer}: {answer:#}");
        let mut misfits = answer["misfits"].as_array().into_iter().flatten();
        assert!(
            misfits.any(|misfit| misfit["part"] == part),
            "{pointer}: {answer:#}"
        );
    }
    let mut more = whole.clone();
    more["more"] = json!(1);
    let deep = "[".repeat(1_000_000);
    for nonsense in ["", "{}", "[]", "\u{0}", &deep, &more.to_string()] {
        let (answer, exit) = check(empty, nonsense, &[]);
        assert_eq!(exit, NOT_PROVED, "{answer:#}");
        assert_eq!(answer["misfits"][0]["part"], "bundle", "{answer:#}");
    }
}

/// What does not hold is not handed on.
fn not_exported(database: &Database, id: &str) {
    let refused = |id: &str| {
        let mut command = database.command(STELLWERK);
        let output = command
            .args(["audit", "export", "--output", "json", "--decision", id])
            .output()
            .expect("it runs");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        answer["error"]["code"].as_str().expect("a code").to_owned()
    };
    assert_eq!(refused("another"), "decision.not-found");
    database.execute(&format!(
        "UPDATE decision SET fuel = fuel + 1 WHERE id = '{id}'"
    ));
    assert_eq!(refused(id), "proof.broken");
    database.execute("DELETE FROM seal");
    assert_eq!(refused(id), "decision.not-sealed");
}
