//! What commands print when something is wrong, and the exit codes that say
//! what kind of thing it was.

use std::path::Path;
use std::process::{Command, Output};

use crate::STELLWERK;
use serde_json::Value;
use stellwerk_tests::{Database, Server, compiled, contract, partner_code};

const COMPONENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/components");

/// The program in a folder of its own, away from this machine's settings.
struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file");
        };
        write("contract.toml", &contract(2, 1));
        write("empty.wasm", "");
        write("no-contract.toml", "[manufacturer]\ncolour = \"red\"\n");
        write("settings.toml", "listne = \"127.0.0.1:8080\"\n");
        Self { folder }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(STELLWERK);
        command.args(line.split_whitespace());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STELLWERK_")) {
            command.env_remove(name);
        }
        command
            .env("STELLWERK_CACHE", compiled())
            .current_dir(self.folder.path());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("the program runs")
    }

    fn succeed(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// What a person sees, without what differs from run to run.
    fn seen(&self, line: &str) -> String {
        let output = self.run(line);
        let shown = format!("$ stellwerk {line}\n{}", text(&output.stderr));
        shown.replace(&self.folder.path().display().to_string(), "FOLDER")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// A command, and the exit code and class that it ends with.
const MISTAKES: [(&str, i32, &str); 29] = [
    ("nothing", 2, "usage"),
    ("config", 2, "usage"),
    ("config show --colour red", 2, "usage"),
    ("config show --set engine.slots", 2, "usage"),
    ("config show --set engine.slot=1", 2, "usage"),
    ("config show --set engine.slots=0", 2, "usage"),
    ("config show --config settings.toml", 3, "input"),
    ("config show --config missing.toml", 3, "input"),
    ("serve --config settings.toml", 3, "input"),
    ("serve --listen nowhere", 2, "usage"),
    ("demo --once --listen nowhere", 2, "usage"),
    ("apply missing.toml", 3, "input"),
    ("apply no-contract.toml", 3, "input"),
    ("token create --role king", 2, "usage"),
    ("token create --role partner", 2, "usage"),
    (
        "token create --role auditor --manufacturer nobody --data made",
        10,
        "refused",
    ),
    ("token list --data missing", 3, "input"),
    (
        "token list --postgres postgres://nobody@127.0.0.1:1/nothing",
        8,
        "unavailable",
    ),
    ("token revoke 1 --data made", 10, "refused"),
    ("policy show nothing --data made", 10, "refused"),
    (
        "policy bind pumps matching escalation-ladder --comment c --data made",
        3,
        "input",
    ),
    (
        "policy history pumps compensation/none --data made",
        10,
        "refused",
    ),
    (
        "policy show pumps --server http://127.0.0.1:1",
        9,
        "not-permitted",
    ),
    ("plugin new Strange! --kind matching", 2, "usage"),
    ("plugin build missing", 3, "input"),
    ("plugin inspect missing.wasm", 3, "input"),
    ("plugin check empty.wasm", 4, "plugin-refused"),
    ("plugin upload empty.wasm --data made", 4, "plugin-refused"),
    ("plugin run --from-decision 1 --data made", 10, "refused"),
];

#[test]
fn every_mistake_has_its_exit_code_and_its_document() {
    let shell = Shell::new();
    shell.succeed("apply contract.toml --data made");
    for (line, exit, class) in MISTAKES {
        let output = shell.run(line);
        let stderr = text(&output.stderr);
        assert_eq!(code(&output), exit, "{line}: {stderr}");
        assert!(output.stdout.is_empty(), "{line}: {}", text(&output.stdout));
        assert!(
            stderr.contains("error: ") || line == "config",
            "{line}: {stderr}"
        );

        let output = shell.run(&format!("{line} --output json"));
        assert_eq!(code(&output), exit, "{line}: {}", text(&output.stderr));
        let document: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error}: {}", text(&output.stdout)));
        let error = &document["error"];
        assert_eq!(error["class"], class, "{line}: {document:#}");
        for field in ["code", "message"] {
            assert!(error[field].is_string(), "{line}: {document:#}");
        }
        assert!(error["problems"].is_array(), "{line}: {document:#}");
    }
}

#[test]
fn every_result_is_a_document_where_one_is_asked_for() {
    let shell = Shell::new();
    shell.succeed("apply contract.toml --data made");
    let ladder = format!("{COMPONENTS}/escalation-ladder.wasm");
    for (line, field) in [
        ("config show".to_owned(), "/settings/0/key"),
        ("apply contract.toml --data made".to_owned(), "/changes"),
        (
            "apply contract.toml --data none --dry-run".to_owned(),
            "/changes/0",
        ),
        (
            "token create --role operator --data made".to_owned(),
            "/token",
        ),
        ("token list --data made".to_owned(), "/tokens/0/id"),
        (
            "policy show pumps --data made".to_owned(),
            "/bindings/0/slot",
        ),
        (
            "policy show pumps matching --data made".to_owned(),
            "/generation",
        ),
        (
            "policy show pumps matching --trial --generation 1 --data made".to_owned(),
            "/summary/cases",
        ),
        (
            "policy history pumps matching --data made".to_owned(),
            "/steps/0/action",
        ),
        (
            "policy gates pumps matching --data made".to_owned(),
            "/gates",
        ),
        (
            "policy bind pumps matching matching-weighted --comment c --data made".to_owned(),
            "/generation",
        ),
        (format!("plugin inspect {ladder}"), "/kind"),
        (format!("plugin check {ladder}"), "/digest"),
        (format!("plugin upload {ladder} --data made"), "/known"),
        ("plugin new mine --kind matching".to_owned(), "/folder"),
    ] {
        let output = shell.succeed(&format!("{line} --output json"));
        let document: Value = serde_json::from_str(&output)
            .unwrap_or_else(|error| panic!("{line}: {error}: {output}"));
        assert!(document.pointer(field).is_some(), "{line}: {document:#}");
    }
    assert!(!Path::new(&shell.folder.path().join("none")).exists());
}

#[test]
fn the_usual_mistakes_are_told_with_what_to_do() {
    let shell = Shell::new();
    shell.succeed("apply contract.toml --data made");
    let seen: Vec<String> = [
        "token list",
        "config show --config settings.toml",
        "config show --set engine.slot=1",
        "config show --data here --postgres postgres://me:geheim@host/db",
        "apply missing.toml",
        "apply no-contract.toml",
        "token create --role partner --manufacturer maker --data made",
        "policy show heat-pumps --data made",
        "policy bind pumps matching matching-nearest --comment c --data made",
        "policy bind pumps matching escalation-ladder --comment c --data made",
        "plugin check empty.wasm",
    ]
    .iter()
    .map(|line| shell.seen(line))
    .collect();
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn a_held_folder_and_a_server_that_says_no_are_told_with_what_to_do() {
    let shell = Shell::new();
    let data = shell.folder.path().join("data");
    let server = Server::start(STELLWERK, Database::Sqlite(data), &contract(2, 1));
    let url = format!("http://{}", server.address());
    let process = server.process_id().to_string();
    let partner = server.partner(&partner_code(1));
    let settings = [
        ("token list --data data", ""),
        (
            "serve --data data --listen 127.0.0.1:0 --set log.filter=off",
            "",
        ),
        ("policy show pumps --server URL", ""),
        ("policy show pumps --server URL", "stw_wrong"),
        (
            "policy bind pumps matching matching-weighted --comment c --server URL",
            partner.token(),
        ),
        ("policy show heat-pumps --server URL", server.secret()),
        (
            "policy show pumps --server http://127.0.0.1:1",
            server.secret(),
        ),
        ("token create --role operator --server URL", server.secret()),
        ("plugin upload empty.wasm --server URL", server.secret()),
        (
            "plugin run --from-decision no-such --server URL",
            server.secret(),
        ),
        ("apply no-contract.toml --server URL", server.secret()),
    ];
    let mut seen = String::new();
    for (line, token) in settings {
        let output = shell
            .command(&line.replace("URL", &url))
            .env("STELLWERK_TOKEN", token)
            .output()
            .expect("the program runs");
        let stderr = text(&output.stderr)
            .replace(&url, "URL")
            .replace(&process, "NUMBER");
        seen.push_str(&format!(
            "$ stellwerk {line}  ({})\n{stderr}\n",
            code(&output)
        ));
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn the_same_commands_speak_with_a_server() {
    let shell = Shell::new();
    let data = shell.folder.path().join("data");
    let server = Server::start(STELLWERK, Database::Sqlite(data), &contract(2, 1));
    let url = format!("http://{}", server.address());
    let run = |line: &str| {
        let output = shell
            .command(line)
            .env("STELLWERK_SERVER", &url)
            .env("STELLWERK_TOKEN", server.secret())
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{line}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    // A component that only a file has is brought along.
    let name = "compensation-care-first.wasm";
    std::fs::copy(
        Path::new(COMPONENTS).join(name),
        shell.folder.path().join(name),
    )
    .expect("a component");
    let more = format!(
        "{}\n[bindings.\"compensation/care\"]\nplugin = \"{name}\"\n",
        contract(2, 1)
    );
    std::fs::write(shell.folder.path().join("contract.toml"), more).expect("the contract");
    assert_eq!(
        run("apply contract.toml"),
        "+ compensation/care of pumps, generation 1: compensation-care-first@0.1.0\n"
    );
    assert_eq!(run("apply contract.toml"), "nothing to change\n");

    std::fs::write(
        shell.folder.path().join("matching.json"),
        r#"{ "waves": { "first": 2 } }"#,
    )
    .expect("a configuration");
    let bound = run(
        "policy bind pumps matching matching-weighted --configuration matching.json --comment two",
    );
    assert!(bound.contains("generation     2\n"), "{bound}");
    let history = run("policy history pumps matching");
    assert_eq!(history.lines().count(), 2, "{history}");
    assert!(history.ends_with(": two\n"), "{history}");
    let bindings = run("policy show pumps");
    assert_eq!(bindings.lines().count(), 4, "{bindings}");

    let secret = run("token create --role partner --partner partner-1 --label here");
    let client = server.client(secret.trim());
    assert_eq!(client.get("/api/v1/offers").status, 200);
    let tokens: Value = serde_json::from_str(&run("token list --output json")).expect("a document");
    let tokens = tokens["tokens"].as_array().cloned().unwrap_or_default();
    let made = tokens.iter().find(|token| token["label"] == "here");
    let id = made.and_then(|token| token["id"].as_str()).expect("its id");
    assert_eq!(
        run(&format!("token revoke {id}")),
        format!("revoked {id}\n")
    );
    assert_eq!(client.get("/api/v1/offers").status, 401);

    let uploaded = run(&format!("plugin upload {COMPONENTS}/{name}"));
    assert!(
        uploaded.starts_with("was there  compensation-care-first@0.1.0\n"),
        "{uploaded}"
    );

    // A file goes there as text, whatever its encoding; rejects come back.
    let folder = shell.folder.path();
    let mapping = "[file]\nencoding = \"windows-1252\"\n[fields]\nexternal-id = \"id\"\n\
                   partner = \"by\"\noutcome = { constant = \"lost\" }\noutcome-at = \"on\"\n\
                   contact.name = \"name\"";
    std::fs::write(folder.join("leads.toml"), mapping).expect("a mapping");
    std::fs::write(
        folder.join("leads.csv"),
        b"id,by,on,name\n1,partner-1,2026-01-05,J\xf6rg\n2,nobody,2026-01-05,Eva\n",
    )
    .expect("a file");
    let imported = run("import leads leads.csv --contract pumps --mapping leads.toml");
    assert!(
        imported.starts_with("2 rows: 1 imported, 0 unchanged, 1 rejected; "),
        "{imported}"
    );
    let rejects = std::fs::read_to_string(folder.join("leads.csv.rejects.csv"));
    assert!(
        rejects.is_ok_and(|rejects| rejects.contains("`nobody` is no partner of the contract"))
    );
    let leads = server.manufacturer().get("/api/v1/leads?state=lost");
    let path = format!("/api/v1/leads/{}", leads.text("/leads/0/id"));
    let lead = server.manufacturer().get(&path);
    assert_eq!(lead.text("/contact/name"), "Jörg", "{lead:?}");
}

#[test]
fn a_recorded_decision_is_asked_again() {
    let shell = Shell::new();
    let data = shell.folder.path().join("data");
    let mut server = Server::start(STELLWERK, Database::Sqlite(data), &contract(2, 1));
    let lead = serde_json::json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "attributes": { "consent": true },
        "contact": { "email": "eva@example.com" },
    });
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    let path = format!("/api/v1/leads/{}/decisions", received.text("/id"));
    let decisions = server.manufacturer().get(&path);
    let rank = decisions.text("/decisions/1/id").to_owned();
    let line = format!("plugin run --from-decision {rank}");
    let at_server = shell
        .command(&format!(
            "{line} --output json --server http://{}",
            server.address()
        ))
        .env("STELLWERK_TOKEN", server.secret())
        .output()
        .expect("the program runs");
    server.stop();
    let line = format!("{line} --data data");
    let from_data = shell.run(&format!("{line} --output json"));
    for output in [at_server, from_data] {
        assert!(output.status.success(), "{}", text(&output.stderr));
        let again: Value = serde_json::from_slice(&output.stdout).expect("a document");
        assert_eq!(again["recorded"]["same-output"], true, "{again:#}");
        assert_eq!(again["recorded"]["same-fuel"], true, "{again:#}");
        assert_eq!(again["recorded"]["same-engine"], true, "{again:#}");
    }

    // Under another configuration it comes out otherwise, and says so.
    std::fs::write(
        shell.folder.path().join("matching.json"),
        r#"{ "waves": { "first": 2 } }"#,
    )
    .expect("a configuration");
    let other = shell.succeed(&format!("{line} --config matching.json"));
    assert!(
        other.contains("the answer differs from the recorded one\n"),
        "{other}"
    );
    assert!(
        other.contains("it took other fuel than recorded: "),
        "{other}"
    );
}
