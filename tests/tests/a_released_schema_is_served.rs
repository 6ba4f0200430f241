//! The data of every released schema is served by this version. The dumps lie in
//! `tests/released`, one for each schema and database; README.md there says how
//! they are made.

use std::path::{Path, PathBuf};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::sqlite::{dump, load};
use stellwerk_tests::{
    Client, Database, Server, contract, on_both_databases, partner_code, postgres,
    postgres_program, until,
};

const CHANGELOG: &str = include_str!("../../CHANGELOG.md");
/// A period of the imported history.
const PERIOD: &str = "2026-02";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/released")
}

#[test]
fn every_released_schema_is_served_with_its_data() {
    let mut served = 0;
    for file in dumps(".sqlite.sql") {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a data folder");
        load(
            &data.join("stellwerk.db"),
            &with_components(&file, Case::Upper),
        );
        is_served(Database::Sqlite(data));
        served += 1;
    }
    assert!(served > 0);
    for file in dumps(".postgres.sql") {
        let Some(url) = postgres() else { return };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = folder.path().join("dump.sql");
        std::fs::write(&script, with_components(&file, Case::Lower)).expect("the dump");
        let loaded = postgres_program("psql")
            .args([
                "--quiet",
                "--set",
                "ON_ERROR_STOP=1",
                "--output",
                "/dev/null",
            ])
            .args(["--dbname", &url, "--file"])
            .arg(&script)
            .output()
            .expect("psql runs");
        let said = String::from_utf8_lossy(&loaded.stderr);
        assert!(loaded.status.success(), "{}: {said}", file.display());
        is_served(Database::Postgres(url));
        served -= 1;
    }
    assert_eq!(served, 0, "a schema is there for one database alone");
}

#[test]
fn a_release_comes_with_the_data_of_its_schema() {
    let names = std::fs::read_dir(folder()).expect("the dumps").flatten();
    let there: Vec<String> = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    assert_eq!(missing(CHANGELOG, &newest(), &there), Vec::<String>::new());
    // Seen from a released version.
    let released = "# Changelog\n\n## 0.1.0 (1 March 2026)\n\n- First.\n";
    let none = ["0001.sqlite.sql", "0001.postgres.sql"].map(str::to_owned);
    let expected = ["9999.sqlite.sql", "9999.postgres.sql"];
    assert_eq!(missing(released, "9999", &none), expected);
}

/// The dumps of a schema that are not there, though the version at the top of the
/// changelog is released.
fn missing(changelog: &str, schema: &str, there: &[String]) -> Vec<String> {
    let mut titles = changelog.lines().filter(|line| line.starts_with("## "));
    let top = titles.next().expect("a version");
    if top.ends_with("(unreleased)") {
        return Vec::new();
    }
    let wanted = ["sqlite", "postgres"].map(|engine| format!("{schema}.{engine}.sql"));
    let is_missing = |name: &String| !there.contains(name);
    wanted.into_iter().filter(is_missing).collect()
}

/// The newest schema, such as 0004.
fn newest() -> String {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names = std::fs::read_dir(migrations).expect("the migrations");
    let newest = names
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .max();
    let newest = newest.expect("a migration");
    newest.split('_').next().unwrap_or_default().to_owned()
}

/// Reads what is there, and goes on with it.
fn is_served(database: Database) {
    let mut server = Server::of(STELLWERK, database, "maker", &[]);
    let (maker, partner) = (server.manufacturer(), server.partner(&partner_code(1)));
    let claimed = lead_of(maker, "order-2");
    assert_eq!(claimed.1["state"], "working");
    assert!(claimed.1["holder"].is_string(), "{:?}", claimed.1);
    let won = lead_of(maker, "order-3");
    assert_eq!(won.1["state"], "won");
    assert_eq!(lead_of(maker, "A-1").1["state"], "won");
    let waits = lead_of(maker, "order-4");
    assert_eq!(waits.1["state"], "needs-info", "{:?}", waits.1);

    // What was decided can be read, with what was asked.
    let path = format!("/api/v1/leads/{}/decisions", won.0);
    let decisions = maker.get(&path);
    let decisions = decisions.body["decisions"].as_array().cloned();
    let decisions = decisions.unwrap_or_default();
    assert!(decisions.len() >= 4, "{decisions:?}");
    for decision in &decisions {
        let id = decision["id"].as_str().unwrap_or_default();
        let whole = maker.get(&format!("/api/v1/decisions/{id}"));
        assert_eq!(whole.status, 200, "{whole:?}");
        assert!(whole.body["question"].is_object(), "{whole:?}");
    }

    // The lead that was on offer is claimed and worked.
    let offered = lead_of(maker, "order-1");
    assert_eq!(offered.1["state"], "offered");
    let offers = partner.get("/api/v1/offers");
    let offers = offers.body["offers"].as_array().cloned();
    let offer = offers.into_iter().flatten().find(|offer| {
        let lead = offer.pointer("/lead").and_then(Value::as_str);
        lead == Some(&offered.0)
    });
    let offer = offer.unwrap_or_else(|| panic!("{:?}", partner.get("/api/v1/offers")));
    let path = format!(
        "/api/v1/offers/{}/claim",
        offer["id"].as_str().unwrap_or_default()
    );
    let claim = partner.post(&path, &json!({}));
    assert_eq!(claim.status, 200, "{claim:?}");
    let path = format!("/api/v1/leads/{}/outcome", offered.0);
    let outcome = partner.post(&path, &json!({ "result": "won", "value": 2_000_000 }));
    assert_eq!(outcome.status, 200, "{outcome:?}");

    // Periods close, by themselves or because somebody wants it.
    for period in ["2026-01", PERIOD] {
        until(period, || is_closed(maker, period));
    }
    let path = format!("/api/v1/contracts/pumps/periods/{PERIOD}/statements/mueller");
    let statement = maker.get(&path);
    assert!(
        statement.body["lines"]
            .as_array()
            .is_some_and(|lines| !lines.is_empty())
    );

    // And a new lead goes its way.
    let received = maker.post("/api/v1/leads", &lead("after-the-upgrade", true));
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    server.stop();
}

fn is_closed(maker: &Client, period: &str) -> bool {
    let path = format!("/api/v1/contracts/pumps/periods/{period}/close");
    let closed = maker.post(&path, &json!({}));
    match (closed.status, closed.code()) {
        (200, _) | (409, "period.closed") => true,
        // The lane is at work.
        (409 | 503, _) => false,
        _ => panic!("{closed:?}"),
    }
}

/// The lead of that number: identifier, and how it is shown.
fn lead_of(maker: &Client, number: &str) -> (String, Value) {
    let page = maker.get("/api/v1/leads?limit=100");
    let leads = page.body["leads"].as_array().cloned().unwrap_or_default();
    let found = leads.into_iter().find(|lead| lead["external-id"] == number);
    let found = found.unwrap_or_else(|| panic!("no {number} in {page:?}"));
    (found["id"].as_str().unwrap_or_default().to_owned(), found)
}

fn dumps(ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the dumps")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    found
}

/// How a database writes bytes.
#[derive(Clone, Copy)]
enum Case {
    Upper,
    Lower,
}

/// The components that dumps name in place of holding them: name and bytes.
fn components(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the components")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            (
                name.into_owned(),
                std::fs::read(&path).expect("a component"),
            )
        })
        .collect();
    found.sort();
    found
}

fn hexadecimal(bytes: &[u8], case: Case) -> String {
    let pairs = bytes.iter().map(|byte| match case {
        Case::Upper => format!("{byte:02X}"),
        Case::Lower => format!("{byte:02x}"),
    });
    pairs.collect()
}

/// The schema's name before the first dot of the file's, such as 0001.
fn schema(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

fn with_components(file: &Path, case: Case) -> String {
    let mut text = std::fs::read_to_string(file).expect("a dump");
    for (name, bytes) in components(&folder().join("components").join(schema(file))) {
        let place = format!("@{name}@");
        assert!(text.contains(&place), "{}: no {place}", file.display());
        text = text.replace(&place, &hexadecimal(&bytes, case));
    }
    text
}

// From here on: how a dump is made.

/// A contract whose promised times are years, so that what is on offer in the
/// dump still is when it is served.
fn patient() -> String {
    let level = "{ claim = \"7000 days\", contact = \"7000 days\" }";
    let levels = format!("service-levels = {{ hot = {level}, warm = {level}, cold = {level} }}\n");
    let mut file = contract(2, 5).replace("[[places]]", &format!("{levels}\n[[places]]"));
    file.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#,
    );
    file
}

fn lead(number: &str, has_email: bool) -> Value {
    let email = has_email.then(|| format!("{number}@example.com"));
    json!({
        "contract": "pumps",
        "external-id": number,
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_000_000,
        "attributes": { "consent": true },
        "contact": { "name": "Eva Muster", "email": email },
    })
}

/// A little of everything, by requests and by import.
fn play(database: &Database) {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/files");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in ["partners.csv", "partners.toml", "leads.csv", "leads.toml"] {
        std::fs::copy(files.join(file), folder.path().join(file)).expect("a copy");
    }
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("contract.toml"), patient()).expect("the contract");
    database.run(STELLWERK, &["apply", &path("contract.toml")]);
    for kind in ["partners", "leads"] {
        let (file, mapping) = (path(&format!("{kind}.csv")), path(&format!("{kind}.toml")));
        let import = [
            "import",
            kind,
            &file,
            "--contract",
            "pumps",
            "--mapping",
            &mapping,
        ];
        database.run(STELLWERK, &import);
    }
    let mut server = Server::of(STELLWERK, database.clone(), "maker", &[]);
    let (maker, partner) = (server.manufacturer(), server.partner(&partner_code(1)));
    for number in ["order-2", "order-3"] {
        let received = maker.post_once("/api/v1/leads", &lead(number, true), number);
        assert_eq!(received.text("/state"), "offered", "{received:?}");
        let offers = partner.get("/api/v1/offers");
        let id = received.text("/id").to_owned();
        let offers = offers.body["offers"].as_array().cloned();
        let offer = offers
            .into_iter()
            .flatten()
            .find(|offer| offer["lead"] == id.as_str());
        let offer = offer.expect("an offer")["id"]
            .as_str()
            .expect("its id")
            .to_owned();
        let claim = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
        assert_eq!(claim.status, 200, "{claim:?}");
        let feedback = format!("/api/v1/leads/{id}/feedback");
        for code in ["contacted", "data-complete"] {
            assert_eq!(
                partner.post(&feedback, &json!({ "code": code })).status,
                200
            );
        }
        if number == "order-3" {
            let won = json!({ "result": "won", "value": 2_400_000 });
            let outcome = partner.post(&format!("/api/v1/leads/{id}/outcome"), &won);
            assert_eq!(outcome.status, 200, "{outcome:?}");
        }
    }
    for (number, has_email) in [("order-1", true), ("order-4", false)] {
        let received = maker.post("/api/v1/leads", &lead(number, has_email));
        assert_eq!(received.status, 201, "{received:?}");
    }
    let deal = json!({ "contract": "pumps", "value": 2_400_000, "customer": "customer-7" });
    assert_eq!(partner.post("/api/v1/deals", &deal).status, 201);
    until("everything is paid", || {
        let page = maker.get("/api/v1/contracts/pumps/postings");
        page.body["postings"]
            .as_array()
            .is_some_and(|postings| postings.len() >= 5)
    });
    server.stop();
}

/// Writes the dumps of the schema as it is now. Those of a released schema are
/// never written again.
#[test]
#[ignore = "writes files; tests/released/README.md says when"]
fn make_the_dumps() {
    let schema = newest();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/components");
    on_both_databases(|database| {
        play(&database);
        let (engine, case, mut text) = match &database {
            Database::Sqlite(data) => ("sqlite", Case::Upper, dump(&data.join("stellwerk.db"))),
            Database::Postgres(url) => ("postgres", Case::Lower, dumped(url)),
        };
        let kept = folder().join("components").join(&schema);
        std::fs::create_dir_all(&kept).expect("a folder of components");
        for (name, bytes) in components(&shipped) {
            let is_there = text.contains(&hexadecimal(&bytes, case));
            assert!(is_there, "{name} is not in the data");
            text = text.replace(&hexadecimal(&bytes, case), &format!("@{name}@"));
            std::fs::write(kept.join(format!("{name}.wasm")), bytes).expect("a component");
        }
        let file = folder().join(format!("{schema}.{engine}.sql"));
        assert!(!file.exists(), "{} is there already", file.display());
        std::fs::write(file, text).expect("the dump");
    });
}

/// What pg_dump says, without what only its own version understands.
fn dumped(url: &str) -> String {
    let dumped = postgres_program("pg_dump")
        .args([
            "--inserts",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            url,
        ])
        .output()
        .expect("pg_dump runs");
    let said = String::from_utf8_lossy(&dumped.stderr);
    assert!(dumped.status.success(), "{said}");
    let text = String::from_utf8(dumped.stdout).expect("text");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('\\') && !line.starts_with("--") && !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}
