//! The README's first steps, as a reader would type them.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Client, Database, Server, consistency, is_missing, postgres, postgres_program, until,
};

const README: &str = include_str!("../../README.md");
/// Compiled dependencies of new plugins stay there from run to run.
const NEW_PLUGINS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/new-plugins");
/// Of the blocks that are tried here.
const MARKS: [&str; 11] = [
    "quickstart",
    "integrator",
    "import",
    "policies",
    "swap",
    "pay",
    "trial",
    "live-trial",
    "proof",
    "operator",
    "postgres",
];
/// The repository's files that its commands name.
const EXAMPLES: [(&str, &str); 7] = [
    (
        "heat-pumps.toml",
        include_str!("../../host/examples/heat-pumps.toml"),
    ),
    (
        "policies/heat-pumps.toml",
        include_str!("../../host/examples/policies/heat-pumps.toml"),
    ),
    (
        "policies/matching.json",
        include_str!("../../host/examples/policies/matching.json"),
    ),
    ("leads.csv", include_str!("../../host/examples/leads.csv")),
    ("leads.toml", include_str!("../../host/examples/leads.toml")),
    (
        "trial/leads.csv",
        include_str!("../../host/examples/trial/leads.csv"),
    ),
    (
        "trial/measures.csv",
        include_str!("../../host/examples/trial/measures.csv"),
    ),
];

/// What a script has printed.
struct Said {
    printed: String,
    errors: String,
}

impl Said {
    fn holds(&self, expected: &[&str]) {
        let Self { printed, errors } = self;
        for expected in expected {
            let is_there = printed.contains(expected);
            assert!(is_there, "{expected}:\n{printed}\n{errors}");
        }
    }
}

/// Runs commands in a folder as a reader would type them.
fn run(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Said {
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .env("PATH", path_with_binary())
        .env("STELLWERK_CACHE", stellwerk_tests::compiled())
        .envs(variables.iter().copied())
        .output()
        .expect("bash runs");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{printed}\n{errors}");
    Said { printed, errors }
}

#[test]
fn the_first_steps_lead_to_a_claimed_lead() {
    if Command::new("curl").arg("--version").output().is_err() {
        is_missing("curl", "the README's first steps are not tried");
        return;
    }
    let folder = with_examples();
    let address = free_address();
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p)' EXIT\n{}\necho\n\
         stellwerk apply host/examples/heat-pumps.toml --dry-run --data other\n",
        steps("quickstart")
            .replace("127.0.0.1:8080", &address)
            .replace("$PWD/target/debug", &binary_folder())
    );
    let said = run(&script, folder.path(), &[("STELLWERK_LISTEN", &address)]);
    said.holds(&[
        "+ matching of heat-pumps, generation 1: matching-weighted@0.1.0",
        "\"state\":\"offered\"",
        "\"temperature\":\"hot\"",
        "\"state\":\"claimed\"",
        "\"name\":\"Eva Muster\"",
    ]);
}

#[test]
fn a_server_is_watched_backed_up_and_restored() {
    if Command::new("curl").arg("--version").output().is_err() {
        is_missing("curl", "the operators' commands are not tried");
        return;
    }
    let folder = with_examples();
    let (public, admin) = (free_address(), free_address());
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p)' EXIT\n{}\n",
        steps("operator")
            .replace("127.0.0.1:9100", &admin)
            .replace("$PWD/target/debug", &binary_folder())
    );
    let said = run(&script, folder.path(), &[("STELLWERK_LISTEN", &public)]);
    said.holds(&[
        "group-max = 256",
        "ready",
        "live",
        "stellwerk_store_reachable 1",
        "backed up",
        "restored",
    ]);
    assert!(folder.path().join("restored/stellwerk.db").is_file());
}

#[test]
fn a_database_of_postgres_is_backed_up_and_restored() {
    let (Some(from), Some(to)) = (postgres(), postgres()) else {
        return;
    };
    let folder = with_examples();
    let example = folder.path().join("host/examples/heat-pumps.toml");
    let database = Database::Postgres(from.clone());
    database.run(STELLWERK, &["apply", &example.display().to_string()]);
    let server = Server::of(STELLWERK, database, "nordwaerme", &[]);
    let partner = server.partner("mueller");
    let [won, open] = ["won", "open"].map(|name| {
        let received = server.manufacturer().post("/api/v1/leads", &lead(name));
        assert_eq!(received.text("/state"), "offered", "{received:?}");
        received.text("/id").to_owned()
    });
    claim(&partner, &won);
    let outcome = json!({ "result": "won", "value": 2_400_000 });
    let outcome = partner.post(&format!("/api/v1/leads/{won}/outcome"), &outcome);
    assert_eq!(outcome.status, 200, "{outcome:?}");
    until("the win is paid, and nobody is at the money", || {
        consistency::is_level(server.database())
            && server.database().count("lane WHERE leased_until > 0") == 0
    });
    // The server goes on meanwhile.
    run(
        &format!("set -eu\n{}", steps("postgres")),
        folder.path(),
        &[("STELLWERK_POSTGRES", &from), ("RESTORED", &to)],
    );
    let (before, after) = (whole(&from), whole(&to));
    assert!(before.contains("nordwaerme"));
    assert!(before == after, "the dumps differ");

    // What is restored agrees with itself, and a server goes on with it.
    let restored = Database::Postgres(to);
    let contradictions = consistency::contradictions(&restored);
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
    assert!(restored.count("posting") > 0, "no money has moved");
    let server = server.beside_on(restored);
    let path = format!("/api/v1/leads/{won}");
    assert_eq!(server.manufacturer().get(&path).text("/state"), "won");
    claim(&server.client(partner.token()), &open);
}

fn lead(name: &str) -> Value {
    json!({
        "contract": "heat-pumps", "product": "heat-pump", "source": "configurator",
        "country": "DE", "postcode": "10115", "value": 2_500_000,
        "attributes": { "building-year": 1974, "consent": true },
        "contact": { "name": "Eva Muster", "email": format!("{name}@example.com"),
                     "phone": "+49 30 901820" },
    })
}

/// Claims the lead by the offer of it.
fn claim(partner: &Client, lead: &str) {
    let offers = partner.get("/api/v1/offers");
    let list = offers.body["offers"].as_array().into_iter().flatten();
    let offer = list
        .filter(|offer| offer["lead"] == lead)
        .find_map(|offer| offer["id"].as_str());
    let offer = offer.unwrap_or_else(|| panic!("{offers:?}"));
    let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
}

/// Every table of a database, as text, but for the signs of life that a server goes on
/// giving.
fn whole(url: &str) -> String {
    let dumped = postgres_program("pg_dump")
        .args(["--exclude-table-data=host*", "--inserts", url])
        .output();
    let text = String::from_utf8(dumped.expect("pg_dump runs").stdout).expect("text");
    // A password that pg_dump makes up anew each time.
    let lines = text.lines().filter(|line| !line.starts_with('\\'));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_rule_is_changed_by_a_file() {
    if Command::new("curl").arg("--version").output().is_err() {
        is_missing("curl", "the folder of policies is not tried");
        return;
    }
    let folder = with_examples();
    let address = free_address();
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p)' EXIT\n{}\n\
         until stellwerk policy show heat-pumps matching | grep '\"first\": 2'; do sleep 0.1; done\n",
        steps("policies").replace("127.0.0.1:8080", &address)
    );
    let output = Command::new("timeout")
        .args(["60", "bash", "-c", &script])
        .current_dir(folder.path())
        .env("PATH", path_with_binary())
        .env("STELLWERK_LISTEN", &address)
        .env("STELLWERK_CACHE", stellwerk_tests::compiled())
        .output()
        .expect("bash runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{errors}");
    let told = "reloaded matching-weighted 0.1.0, generation ";
    assert_eq!(errors.matches(told).count(), 2, "{printed}\n{errors}");
}

/// Sends so many leads in, each another person's.
const LEADS_COME_IN: &str = r#"
sent=100
leads() {
  for number in $(seq "$1"); do
    sent=$((sent + 1))
    curl -sf "$STELLWERK_SERVER/api/v1/leads" -H "Authorization: Bearer $ANNA" -o lead.json -d '{
      "contract": "heat-pumps", "product": "heat-pump", "source": "configurator",
      "country": "DE", "postcode": "10115", "value": 2500000,
      "attributes": { "building-year": 1974, "consent": true },
      "contact": { "name": "Eva Muster", "email": "eva'$sent'@example.com",
                   "phone": "+49 30 23125'$sent'" } }'
  done
}
"#;

#[test]
fn a_rule_is_changed_on_a_live_system() {
    if Command::new("curl").arg("--version").output().is_err() {
        is_missing("curl", "the change of rules is not tried");
        return;
    }
    let folder = with_examples();
    let address = free_address();
    // Leads come in between the steps.
    let blocks = blocks("swap").join("\nleads 6\n");
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p)' EXIT\n{LEADS_COME_IN}\n{}",
        blocks
            .replace("127.0.0.1:8080", &address)
            .replace("$PWD/target/debug", &binary_folder())
    );
    let said = run(&script, folder.path(), &[("STELLWERK_LISTEN", &address)]);
    said.holds(&[
        "+ matching generation 2, matching-weighted@0.1.0, ready: one partner after the other",
        "  /waves: added {\"first\":1,\"second\":2}",
        "decisions: 6 of the last 6 would flip",
        "      does not ask ",
        "generation 2 (was 1)  shadowed 100 %",
        "generation 2 (was 1)  canaried 10 %",
        "generation 2 (was 1)  canaried 50 %",
        "generation 2 (was 1)  canaried with kowalski, mueller from ",
        "on trial       generation 2 pays kowalski, mueller from ",
        "generation 2 (was 1)  cancelled from ",
        "generation 2 (was 1)  requested",
        "generation 2 (was 1)  activated",
        "generation 2 is taken out; in force is matching-weighted@0.1.0, generation 3",
        "offered anew: ",
        "rolled-back",
        "generation 3 (was 2)  activated",
    ]);
}

#[test]
fn a_decision_is_proved() {
    if Command::new("curl").arg("--version").output().is_err() {
        is_missing("curl", "the auditors' commands are not tried");
        return;
    }
    let folder = with_examples();
    let address = free_address();
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p)' EXIT\n{}",
        steps("proof")
            .replace("127.0.0.1:8080", &address)
            .replace("$PWD/target/debug", &binary_folder())
    );
    // What was decided is sealed at once.
    let settings = [
        ("STELLWERK_LISTEN", address.as_str()),
        ("STELLWERK_SEALS_EVERY_MS", "10"),
    ];
    run(&script, folder.path(), &settings).holds(&[
        "mueller: group 1, score ",
        "hansen wäre mit distance-km 120 statt ",
        "what was recorded holds",
        "nothing is broken",
        "comes out again bit for bit",
    ]);
}

#[test]
fn every_block_of_commands_is_tried_or_stands_for_another() {
    let mut found = Vec::new();
    for line in README.lines() {
        if let Some(mark) = line.strip_prefix("```sh") {
            found.push(mark.trim_start());
        }
    }
    for mark in &found {
        assert!(mark.is_empty() || MARKS.contains(mark), "```sh {mark}");
    }
    for mark in MARKS {
        assert!(found.contains(&mark), "```sh {mark}");
    }
    // Builds, tests and a benchmark, which `.ci/run` does; the demonstration, which has a
    // story of its own; and a look ahead that the first steps take too.
    let plain = found.iter().filter(|mark| mark.is_empty()).count();
    assert_eq!(plain, 5, "a new block needs a mark, and a test of it");
}

#[test]
fn files_are_imported() {
    let folder = with_examples();
    let said = run(&format!("set -eu\n{}", steps("import")), folder.path(), &[]);
    said.holds(&[
        "4 rows: 3 imported (1 of them routed), 0 unchanged, 1 rejected",
        "Was über Sie gespeichert ist",
        "1 leads; nothing was erased",
        "1 leads erased",
        "1 rows of rejects taken out",
        "nothing is broken",
    ]);
    assert!(
        folder
            .path()
            .join("host/examples/leads.csv.rejects.csv")
            .is_file()
    );
}

#[test]
fn partners_are_paid() {
    let folder = with_examples();
    let said = run(&format!("set -eu\n{}", steps("pay")), folder.path(), &[]);
    said.holds(&[
        "2026-02     month          2026-01-31T23:00:00Z to 2026-02-28T23:00:00Z  open",
        "differences would be booked",
        "2026-01     month          2025-12-31T23:00:00Z to 2026-01-31T23:00:00Z  closed",
        "commission/commission",
        "Line,2026-02-27,commission,commission,Earning,EUR,",
        "nothing differs from what was booked",
    ]);
    let page = std::fs::read_to_string(folder.path().join("mueller.html")).expect("the page");
    assert!(
        page.contains("Abrechnung 2026-02 · Müller Heizung"),
        "{page}"
    );
}

#[test]
fn plans_are_tried_over_history() {
    let folder = with_examples();
    let said = run(&format!("set -eu\n{}", steps("trial")), folder.path(), &[]);
    said.holds(&[
        "made my-trial with trial.toml, contract.toml",
        "As it is                              1800.02 EUR",
        "report: my-trial/report.html",
    ]);
    let page = std::fs::read_to_string(folder.path().join("my-trial/report.html"));
    let page = page.expect("the report");
    for said in [
        "“Care first” would have paid",
        "“Worth it, and one at a time” would have sent out",
        "leads to others than today",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[test]
fn plans_are_tried_over_what_has_happened_here() {
    if Command::new("curl").arg("--version").output().is_err() {
        is_missing("curl", "trials beside the live system are not tried");
        return;
    }
    let folder = with_examples();
    let address = free_address();
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p)' EXIT\n{}",
        steps("live-trial")
            .replace("127.0.0.1:8080", &address)
            .replace("$PWD/target/debug", &binary_folder())
    );
    let said = run(&script, folder.path(), &[("STELLWERK_LISTEN", &address)]);
    said.holds(&[
        "next:\n  change our-trial/plans/other.toml into what is to be tried",
        "As it is  ",
        "Another plan",
        "report: our-trial/report.html",
        "4 per cent",
        ", plan higher: more for who wins",
    ]);
}

#[test]
fn a_policy_is_written_built_and_bound() {
    if std::env::var_os("STELLWERK_TOOLCHAIN").is_none() {
        eprintln!("not compiled to WebAssembly: STELLWERK_TOOLCHAIN is not set");
        return;
    }
    let folder = with_examples();
    let script = format!(
        "set -eu\nexport STELLWERK_DATA=$PWD/data CARGO_NET_OFFLINE=true\n\
         stellwerk apply host/examples/heat-pumps.toml\n{}",
        steps("integrator")
    );
    let said = run(&script, folder.path(), &[("CARGO_TARGET_DIR", NEW_PLUGINS)]);
    let Said { printed, errors } = said;
    let bound = printed
        .lines()
        .filter(|line| line.contains("matching-nearest@0.1.0"));
    assert!(bound.count() >= 2, "{printed}\n{errors}");
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}

/// A folder with the files that the README's commands name.
fn with_examples() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let examples = folder.path().join("host/examples");
    for (name, text) in EXAMPLES {
        let file = examples.join(name);
        std::fs::create_dir_all(file.parent().expect("its folder")).expect("a folder");
        std::fs::write(file, text).expect("an example");
    }
    folder
}

fn path_with_binary() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", binary_folder())
}

/// The blocks that carry a mark.
fn steps(mark: &str) -> String {
    blocks(mark).concat()
}

fn blocks(mark: &str) -> Vec<&'static str> {
    README
        .split(&format!("```sh {mark}\n"))
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect()
}

fn binary_folder() -> String {
    Path::new(STELLWERK)
        .parent()
        .unwrap_or(Path::new("."))
        .display()
        .to_string()
}
