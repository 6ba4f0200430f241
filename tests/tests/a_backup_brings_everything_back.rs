//! A backup that is taken while the server works has everything that was
//! answered before; what is restored is what was there, table by table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::sqlite::tables;
use stellwerk_tests::{Client, Database, Server, consistency, contract, partner_code};

const SENDERS: usize = 4;
/// Answered before the backup begins, and after it has ended.
const BEFORE: usize = 40;
const AFTER: usize = 20;
const LEADS_MAX: usize = 5_000;
/// Rows of these are never changed: they grow at their end alone.
const APPENDED: [&str; 3] = ["event", "decision", "audit"];

fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        "\n[bindings.\"compensation/commission\"]\nplugin = \"compensation-flat-split\"\n",
    );
    file
}

fn lead(number: usize) -> Value {
    json!({
        "contract": "pumps",
        "external-id": format!("order-{number}"),
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_000_000,
        "attributes": { "consent": true },
        "contact": { "email": format!("eva{number}@example.com") },
    })
}

/// Runs a command on a data folder.
fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Database::Sqlite(data.to_owned()).command(STELLWERK);
    command.args(arguments).output().expect("the binary runs")
}

fn succeeds(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

fn file(folder: &Path) -> PathBuf {
    folder.join("stellwerk.db")
}

/// Sends leads until it is told to stop; those that were answered, in order.
struct Load {
    sent: AtomicUsize,
    answered: Mutex<Vec<(usize, String)>>,
    is_over: AtomicBool,
}

impl Load {
    fn send(&self, maker: &Client, partner: &Client) {
        while !self.is_over.load(Ordering::Relaxed) {
            let number = self.sent.fetch_add(1, Ordering::Relaxed);
            assert!(number < LEADS_MAX, "the backup takes too long");
            let key = format!("key-{number}");
            let received = maker.post_once("/api/v1/leads", &lead(number), &key);
            assert_eq!(received.status, 201, "{received:?}");
            let id = received.text("/id").to_owned();
            // Now and then one is claimed and won, so that money moves too.
            if number.is_multiple_of(5) {
                let offers = partner.get("/api/v1/offers");
                let offer = offers.text("/offers/0/id");
                let path = format!("/api/v1/offers/{offer}/claim");
                let claimed = partner.post(&path, &json!({}));
                // Another sender may have been faster.
                if claimed.status == 200 {
                    let path = format!("/api/v1/leads/{}/outcome", claimed.text("/id"));
                    let won = json!({ "result": "won", "value": 2_000_000 });
                    let outcome = partner.post(&path, &won);
                    assert_eq!(outcome.status, 200, "{outcome:?}");
                }
            }
            self.answered.lock().expect("answers").push((number, id));
        }
    }

    fn answered(&self) -> usize {
        self.answered.lock().expect("answers").len()
    }

    fn wait_for(&self, answers: usize) {
        while self.answered() < answers {
            assert!(!self.is_over.load(Ordering::Relaxed));
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_backup_under_load_is_one_instant_and_starts_a_server() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let database = Database::Sqlite(data.clone());
    let mut server = Server::start(STELLWERK, database, &paying());
    let (maker, partner) = (
        server.manufacturer().clone(),
        server.partner(&partner_code(1)),
    );
    let load = Load {
        sent: AtomicUsize::new(0),
        answered: Mutex::default(),
        is_over: AtomicBool::new(false),
    };
    let mut before = 0;
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| load.send(&maker, &partner));
        }
        load.wait_for(BEFORE);
        while !has_paid(&maker) {
            assert!(load.answered() < LEADS_MAX, "nobody is paid");
        }
        before = load.answered();
        let said = succeeds(&data, &["backup", &backup.display().to_string()]);
        assert!(said.contains("1 manufacturers, "), "{said}");
        load.wait_for(load.answered() + AFTER);
        load.is_over.store(true, Ordering::Relaxed);
    });
    server.stop();
    let answered = load.answered.into_inner().expect("answers");

    let restored = folder.path().join("restored");
    let said = succeeds(&restored, &["restore", &backup.display().to_string()]);
    assert!(said.contains("restored"), "{said}");
    let (source, copied) = (tables(&file(&data)), tables(&file(&restored)));
    assert_eq!(
        copied,
        tables(&file(&backup)),
        "a restored backup is the backup"
    );
    assert!(copied.len() > 20, "{:?}", copied.keys());
    assert!(
        copied["lead"].len() < source["lead"].len(),
        "not under load"
    );
    // One instant: what is only ever added to is the beginning of what is there.
    for table in APPENDED {
        let is_there = copied[table].iter().all(|row| source[table].contains(row));
        assert!(is_there, "{table} has rows that never were");
    }
    assert_eq!(feed(&copied), events(&copied), "positions have no gap");
    assert!(!copied["posting"].is_empty(), "no money has moved");
    let contradictions = consistency::contradictions(&Database::Sqlite(restored.clone()));
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));

    // What was answered before the backup began is there, and everything can be
    // sent again without being taken twice.
    let mut server = Server::of(STELLWERK, Database::Sqlite(restored.clone()), "maker", &[]);
    for (number, id) in &answered[..before] {
        let found = server.manufacturer().get(&format!("/api/v1/leads/{id}"));
        assert_eq!(found.text("/external-id"), format!("order-{number}"));
    }
    let old = server.client(maker.token());
    for (number, _) in &answered {
        let sent = old.post_once("/api/v1/leads", &lead(*number), &format!("key-{number}"));
        assert_eq!(sent.status, 201, "{sent:?}");
    }
    server.stop();
    let leads = tables(&file(&restored))["lead"].len();
    assert_eq!(leads, answered.len());
}

#[test]
fn every_table_of_a_server_at_rest_comes_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let database = Database::Sqlite(data.clone());
    let mut server = Server::start(STELLWERK, database, &paying());
    let partner = server.partner(&partner_code(1));
    for number in 0..3 {
        let received = server.manufacturer().post("/api/v1/leads", &lead(number));
        assert_eq!(received.status, 201, "{received:?}");
    }
    let offer = partner
        .get("/api/v1/offers")
        .text("/offers/0/id")
        .to_owned();
    let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
    server.stop();
    succeeds(&data, &["backup", &backup.display().to_string()]);
    let restored = folder.path().join("restored");
    succeeds(&restored, &["restore", &backup.display().to_string()]);
    let (source, copied) = (tables(&file(&data)), tables(&file(&restored)));
    for (table, rows) in &source {
        assert_eq!(copied.get(table), Some(rows), "{table}");
    }
    assert_eq!(copied.len(), source.len());
    let filled: BTreeMap<&String, usize> = source
        .iter()
        .map(|(table, rows)| (table, rows.len()))
        .filter(|(_, rows)| *rows > 0)
        .collect();
    assert!(filled.len() > 15, "{filled:?}");

    // Neither is overwritten.
    for (arguments, code) in [
        (["backup", &backup.display().to_string()], "backup.exists"),
        (["restore", &backup.display().to_string()], "backup.exists"),
    ] {
        let output = run(&restored, &[arguments[0], arguments[1], "--output", "json"]);
        assert_eq!(output.status.code(), Some(10));
        let said: Value = serde_json::from_slice(&output.stdout).expect("a document");
        assert_eq!(said["error"]["code"], code);
    }
}

#[cfg(unix)]
#[test]
fn a_backup_is_readable_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let mut server = Server::start(STELLWERK, Database::Sqlite(data.clone()), &contract(1, 1));
    server.stop();
    succeeds(&data, &["backup", &backup.display().to_string()]);
    let restored = folder.path().join("restored");
    succeeds(&restored, &["restore", &backup.display().to_string()]);
    for folder in [&backup, &restored] {
        let about = std::fs::metadata(folder).expect("a folder");
        let mode = about.permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
}

fn has_paid(maker: &Client) -> bool {
    let page = maker.get("/api/v1/contracts/pumps/postings");
    let postings = page.body["postings"].as_array();
    postings.is_some_and(|postings| !postings.is_empty())
}

/// Where the only feed is.
fn feed(tables: &BTreeMap<String, Vec<String>>) -> usize {
    let position = tables["feed"][0].split(", ").nth(1);
    position
        .and_then(|text| text.parse().ok())
        .expect("a position")
}

fn events(tables: &BTreeMap<String, Vec<String>>) -> usize {
    tables["event"].len()
}
