//! The demonstration: what it prints is the same in every run, what it serves is what it
//! printed, and its report of other plans stays.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::Client;

/// The demo, playing and then serving. It ends with the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Demo {
    /// Asks it to stop, and waits until it has.
    fn stop(mut self) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {id}");
        let ended = self.0.wait().expect("the demo ends");
        assert!(ended.success(), "{ended}");
    }
}

fn demo() -> Command {
    let mut command = Command::new(STELLWERK);
    command.arg("demo");
    command
}

/// What a folder holds.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// What stands behind a name in the list of tokens.
fn token<'a>(printed: &'a str, name: &str) -> &'a str {
    printed
        .lines()
        .filter(|line| line.contains(name))
        .filter_map(|line| {
            line.split_whitespace()
                .find(|word| word.starts_with("stw_"))
        })
        .next()
        .unwrap_or_else(|| panic!("no token of {name}:\n{printed}"))
}

#[test]
fn four_weeks_are_played_printed_and_served() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = demo()
        .args(["--listen", "127.0.0.1:0"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the demo starts");
    let mut printed = BufReader::new(process.stdout.take().expect("its output"));
    let mut steps = BufReader::new(process.stderr.take().expect("its standard error"));
    let demo = Demo(process);
    let mut step = String::new();
    let address = loop {
        step.clear();
        let read = steps.read_line(&mut step).expect("a line of the demo");
        assert!(read > 0, "the demo ended before it listened");
        if let Some(address) = step.trim().strip_prefix("listening on ") {
            break address.to_owned();
        }
    };
    let mut text = String::new();
    while !text.contains("/offers -H") {
        let read = printed.read_line(&mut text).expect("a line of the print");
        assert!(read > 0, "the print ends early:\n{text}");
    }
    let (report, access) = text.split_once("\nTOKENS\n").expect("tokens");
    let (report, kept) = report.split_once("\n  report: ").expect("a report");
    insta::assert_snapshot!(report);

    let manufacturer = Client::new(&address, token(access, "Nordwärme"));
    let leads = manufacturer.get("/api/v1/leads?limit=1");
    assert_eq!(leads.status, 200, "{leads:?}");
    let lead = json!({
        "contract": "heat-pumps", "product": "heat-pump", "source": "trade-fair",
        "country": "DE", "postcode": "10115", "value": 2_500_000,
        "attributes": { "building-year": 1974, "consent": true },
        "contact": { "name": "Eva Muster", "email": "eva@example.com", "phone": "+49 30 23125999" },
    });
    let received = manufacturer.post("/api/v1/leads", &lead);
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    let offered = ["Müller Heizung", "Kowalski Klima"].iter().any(|partner| {
        let offers = Client::new(&address, token(access, partner)).get("/api/v1/offers");
        offers.body.to_string().contains(received.text("/id"))
    });
    assert!(offered, "neither partner near Berlin is offered the lead");

    demo.stop();
    let kept = PathBuf::from(kept.trim());
    let plans = kept.parent().expect("its folder");
    assert_eq!(
        entries(folder.path()),
        [plans],
        "the data goes, the plans stay"
    );
    let page = std::fs::read_to_string(&kept).expect("the report");
    for name in [
        "Pure commission",
        "Commission with bonus and malus",
        "Care first",
    ] {
        assert!(page.contains(name), "{name}: {page}");
    }
    // The name of SVG's own words is an address that nobody asks for.
    let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for reference in ["://", "src=", "href=", "url(", "@import", "<link", "fetch("] {
        assert!(
            !page.contains(reference),
            "it refers to others by {reference}"
        );
    }
}

#[test]
fn a_database_that_holds_anything_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let applied = Command::new(STELLWERK)
        .args(["apply", "../host/examples/heat-pumps.toml", "--data"])
        .arg(&data)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("the binary runs");
    assert!(applied.status.success(), "{applied:?}");
    let played = demo()
        .args(["--once", "--data"])
        .arg(&data)
        .output()
        .expect("the demo runs");
    let said = String::from_utf8_lossy(&played.stderr);
    assert_eq!(played.status.code(), Some(10), "{said}");
    assert!(said.contains("error: the database is not empty"), "{said}");
    assert!(
        !data.join("plans-compared").exists(),
        "plans of another's data"
    );
}
