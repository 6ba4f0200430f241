//! What others have written, however they wrote it, becomes leads, partners and
//! outcomes; what cannot is given back with its reason.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::{Client, Database, Server, contract, on_both_databases};

/// For what takes no time, unless it never happens.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with copies of the files, the contract applied.
struct Desk {
    database: Database,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/files");
        for file in std::fs::read_dir(files).expect("the files").flatten() {
            let to = folder.path().join(file.file_name());
            std::fs::copy(file.path(), to).expect("a copy");
        }
        let desk = Self { database, folder };
        desk.write("contract.toml", &contract(1, 1));
        desk.run(&["apply", &desk.path("contract.toml")]);
        desk
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    fn run(&self, arguments: &[&str]) -> String {
        self.database.run(STELLWERK, arguments)
    }

    /// Imports a file; the first line of what it says, without the speed.
    fn import(&self, kind: &str, file: &str, mapping: &str, more: &[&str]) -> String {
        let (file, mapping) = (self.path(file), self.path(mapping));
        let mut arguments = vec![
            "import",
            kind,
            &file,
            "--contract",
            "pumps",
            "--mapping",
            &mapping,
        ];
        arguments.extend_from_slice(more);
        let said = self.run(&arguments);
        let line = said.lines().next().unwrap_or_default();
        let (counts, speed) = line.rsplit_once("; ").unwrap_or_default();
        assert!(speed.ends_with(" rows/s"), "{said}");
        counts.to_owned()
    }
}

#[test]
fn what_others_wrote_is_imported_and_the_rest_is_given_back() {
    on_both_databases(|database| {
        let desk = Desk::new(database.clone());
        assert_eq!(
            desk.import("partners", "partners.csv", "partners.toml", &[]),
            "4 rows: 3 imported, 1 unchanged, 0 rejected"
        );
        assert_eq!(
            desk.import("leads", "leads.csv", "leads.toml", &["--dry-run"]),
            "nothing was written; it would be 9 rows: 3 imported (1 of them routed), 1 unchanged, \
             1 left out, 4 rejected"
        );
        std::fs::remove_file(desk.path("leads.csv.rejects.csv")).expect("rejects of a dry run");
        assert_eq!(
            desk.import("leads", "leads.csv", "leads.toml", &[]),
            "9 rows: 3 imported (1 of them routed), 1 unchanged, 1 left out, 4 rejected"
        );
        insta::assert_snapshot!("rejected_leads", desk.read("leads.csv.rejects.csv"));
        assert_eq!(
            desk.import("leads", "leads.csv", "leads.toml", &[]),
            "0 rows: 0 imported, 0 unchanged, 0 rejected; 9 rows were done before"
        );

        // The rejects, put right, are a file for the same mapping.
        let better: String = desk
            .read("leads.csv.rejects.csv")
            .lines()
            .filter(|line| {
                ["column", "A-3", "A-7"]
                    .iter()
                    .any(|part| line.contains(part))
            })
            .map(|line| {
                line.replace("viel", "22.000,00")
                    .replace("niemand", "gross")
                    + "\n"
            })
            .collect();
        desk.write("better.csv", &better);
        assert_eq!(
            desk.import("leads", "better.csv", "leads.toml", &[]),
            "2 rows: 2 imported (1 of them routed), 0 unchanged, 0 rejected"
        );

        assert_eq!(
            desk.import("outcomes", "outcomes.ndjson", "outcomes.toml", &[]),
            "4 rows: 2 imported, 0 unchanged, 2 rejected"
        );
        insta::assert_snapshot!(
            "rejected_outcomes",
            desk.read("outcomes.ndjson.rejects.csv")
        );

        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        let won = lead(maker, "A-1");
        assert_eq!(won["state"], "won", "{won:#}");
        assert_eq!(won["value"], 2_500_000);
        let story = maker.get(&format!(
            "/api/v1/leads/{}/timeline",
            won["id"].as_str().unwrap_or_default()
        ));
        let events: Vec<(&str, &str)> = story.body["events"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|event| {
                let text = |name: &str| event[name].as_str().unwrap_or_default();
                (text("code"), text("occurred-at"))
            })
            .collect();
        assert_eq!(
            events,
            [
                ("received", "2026-01-01T23:00:00Z"),
                ("qualified", "2026-01-02T09:15:00Z"),
                ("offered", "2026-01-02T09:15:00Z"),
                ("claimed", "2026-01-02T09:15:00Z"),
                ("contacted", "2026-01-02T10:00:00Z"),
                ("won", "2026-02-19T23:00:00Z"),
                ("cancelled", "2026-02-24T23:00:00Z"),
            ]
        );
        assert_eq!(lead(maker, "A-2")["state"], "lost");
        assert_eq!(lead(maker, "A-6")["state"], "won", "it was offered before");
        assert_eq!(lead(maker, "A-7")["state"], "lost");
    });
}

/// The lead of that external identifier.
fn lead(maker: &Client, external_id: &str) -> serde_json::Value {
    let leads = maker.get("/api/v1/leads");
    leads.body["leads"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|lead| lead["external-id"] == external_id)
        .cloned()
        .unwrap_or_default()
}

#[test]
fn a_mapping_that_does_not_fit_is_refused_before_the_first_row() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let desk = Desk::new(Database::Sqlite(folder.path().join("data")));
    desk.write(
        "wrong.toml",
        &desk
            .read("leads.toml")
            .replace("\"Wert\"", "\"Werte\"")
            .replace("outcome-at", "outcome-on"),
    );
    let output = desk
        .database
        .command(STELLWERK)
        .args(["import", "leads", &desk.path("leads.csv")])
        .args(["--contract", "pumps", "--mapping", &desk.path("wrong.toml")])
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for expected in [
        "fields.value: there is no column `Werte`; did you mean `Wert`?",
        "fields.outcome-on: there is no field of leads `outcome-on`; did you mean `outcome-at`?",
    ] {
        assert!(said.contains(expected), "{expected}:\n{said}");
    }
    assert!(!PathBuf::from(desk.path("leads.csv.rejects.csv")).exists());
}

/// Enough for many commits, and one bad row in a hundred.
const ROWS: usize = 12_000;

#[test]
fn an_import_that_was_killed_goes_on_where_it_was() {
    on_both_databases(|database| {
        let desk = Desk::new(database.clone());
        desk.import("partners", "partners.csv", "partners.toml", &[]);
        let file = std::fs::File::create(desk.path("long.csv")).expect("a file");
        let mut file = std::io::BufWriter::new(file);
        writeln!(file, "Nr;Partner;Am;Wert").expect("a line");
        for row in 0..ROWS {
            let value = if row % 100 == 99 { "viel" } else { "1,50" };
            writeln!(file, "L-{row};mueller;2026-01-05;{value}").expect("a line");
        }
        file.flush().expect("a file");
        desk.write(
            "long.toml",
            "[file]\nseparator = \";\"\n[values]\ndecimal = \",\"\n[fields]\nexternal-id = \"Nr\"\n\
             partner = \"Partner\"\noutcome = { constant = \"won\" }\noutcome-at = \"Am\"\n\
             won-value = \"Wert\"",
        );
        let (long, mapping) = (desk.path("long.csv"), desk.path("long.toml"));
        let arguments = [
            "import",
            "leads",
            &long,
            "--contract",
            "pumps",
            "--mapping",
            &mapping,
        ];
        let mut killed = database
            .command(STELLWERK)
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        // Rejects are on disk before the rows beside them are committed: with those
        // of two batches, one is.
        let rejects = desk.path("long.csv.rejects.csv");
        let begin = Instant::now();
        while std::fs::read_to_string(&rejects).map_or(0, |text| text.lines().count()) < 8 {
            assert!(begin.elapsed() < PATIENCE, "nothing is rejected");
            std::thread::sleep(Duration::from_millis(5));
        }
        killed.kill().expect("kill -9");
        killed.wait().expect("its end");

        let said = desk.import("leads", "long.csv", "long.toml", &[]);
        let done: usize = said
            .rsplit_once("; ")
            .and_then(|(_, done)| done.split(' ').next()?.parse().ok())
            .expect("rows that were done before");
        assert!((1..ROWS).contains(&done), "{said}");
        let rest = ROWS - done;
        assert!(said.starts_with(&format!("{rest} rows: ")), "{said}");
        let rejected: Vec<String> = desk
            .read("long.csv.rejects.csv")
            .lines()
            .skip(1)
            .filter_map(|line| Some(line.split(';').nth(3)?.to_owned()))
            .collect();
        let expected: Vec<String> = (0..ROWS)
            .filter(|row| row % 100 == 99)
            .map(|row| format!("L-{row}"))
            .collect();
        assert_eq!(rejected, expected, "each once, in order");

        // Nothing is missing and nothing is there twice.
        std::fs::copy(&long, desk.path("copy.csv")).expect("a copy");
        let mut copy = std::fs::OpenOptions::new()
            .append(true)
            .open(desk.path("copy.csv"))
            .expect("the copy");
        writeln!(copy, "L-new;mueller;2026-01-05;1").expect("a line");
        assert_eq!(
            desk.import("leads", "copy.csv", "long.toml", &[]),
            format!(
                "{} rows: 1 imported, {} unchanged, {} rejected",
                ROWS + 1,
                ROWS - ROWS / 100,
                ROWS / 100
            )
        );
    });
}

#[test]
fn a_file_in_a_request_is_imported_the_same_way() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(2, 1));
        let maker = server.manufacturer();
        let mapping = "[file]\nencoding = \"windows-1252\"\n[fields]\nexternal-id = \"id\"\n\
                       partner = \"by\"\noutcome = { constant = \"lost\" }\noutcome-at = \"on\"\n\
                       contact.name = \"name\"";
        let content = "id,by,on,name\n1,partner-1,2026-01-05,Jörg\n2,nobody,2026-01-05,Eva\n";
        let path = "/api/v1/imports/leads?contract=pumps";
        let body = json!({ "mapping": mapping, "content": content });
        let answer = maker.post(path, &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(
            answer.body,
            json!({
                "done-before": 0, "imported": 1, "routed": 0, "unchanged": 0, "left-out": 0,
                "rejected": 1,
                "rejects": [{
                    "line": 3, "column": "by",
                    "reason": "`nobody` is no partner of the contract",
                    "row": ["2", "nobody", "2026-01-05", "Eva"],
                }],
            })
        );
        let again = maker.post(path, &body);
        assert_eq!(again.body["done-before"], 2, "{again:?}");
        let id = lead(maker, "1")["id"].clone();
        let shown = maker.get(&format!(
            "/api/v1/leads/{}",
            id.as_str().unwrap_or_default()
        ));
        assert_eq!(shown.text("/contact/name"), "Jörg");

        let wrong = json!({ "mapping": "[fields]\nexternal-id = \"nr\"", "content": content });
        let refused = maker.post(path, &wrong);
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        assert!(
            refused
                .text("/errors/0/message")
                .starts_with("fields.external-id: "),
            "{refused:?}"
        );
        let partner = server.partner("partner-1");
        assert_eq!(partner.post(path, &body).code(), "forbidden");
        let nothing = maker.post("/api/v1/imports/spaceships?contract=pumps", &body);
        assert_eq!((nothing.status, nothing.code()), (404, "not-found"));
    });
}
