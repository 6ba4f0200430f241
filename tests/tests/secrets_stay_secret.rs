//! Tokens and passwords stand where they are needed and nowhere else: not in the
//! log, however talkative, not in answers, not in what the program prints of
//! itself, and a token's secret not even in the database.

use std::process::Command;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Database, STATEMENTS, Server, compiled, contract, on_both_databases, until};

/// Everything that the program itself says; the compiler's chatter knows no secret.
const TALKATIVE: &str = "trace,cranelift_codegen=warn,cranelift_frontend=warn,wasmtime=warn,wasmtime_internal_cranelift=warn,regalloc2=warn";
const PASSWORD: &str = "qwertzpassword";
/// A token that somebody has mistyped.
const MISTYPED: &str = "stw_qwertzmistyped";

/// The same database, by a URL with a password in it: the tests' own server
/// asks for none, and the program does not know that.
fn with_password(database: Database) -> Database {
    match database {
        Database::Postgres(url) => {
            Database::Postgres(url.replace("stellwerk@", &format!("stellwerk:{PASSWORD}@")))
        }
        sqlite @ Database::Sqlite(_) => sqlite,
    }
}

fn assert_clean(what: &str, text: &str, secrets: &[&str]) {
    for secret in secrets {
        if let Some(at) = text.find(secret) {
            let from = text[..at].rfind('\n').map_or(0, |line| line + 1);
            let line = text[from..].lines().next().unwrap_or_default();
            panic!("{what} holds {secret}: {line}");
        }
    }
}

#[test]
fn no_log_and_no_answer_holds_a_secret() {
    on_both_databases(|database| {
        let database = with_password(database);
        let folder = match &database {
            Database::Sqlite(folder) => Some(folder.clone()),
            Database::Postgres(_) => None,
        };
        let settings = [("STELLWERK_LOG_FILTER", TALKATIVE)];
        let mut server = Server::start_with(STELLWERK, database, &contract(1, 1), &settings);
        let maker = server.manufacturer().clone();
        let body = json!({ "role": "auditor", "label": "for a look" });
        let made = maker.post_once("/api/v1/tokens", &body, "once");
        let auditor = made.text("/token").to_owned();
        let id = made.text("/id").to_owned();
        let secrets = [maker.token(), &auditor, MISTYPED, PASSWORD];

        let client = server.client(&auditor);
        let stranger = server.client(MISTYPED);
        let revoked = maker.delete(&format!("/api/v1/tokens/{id}"));
        assert_eq!(revoked.status, 200, "{revoked:?}");
        let again = maker.post_once("/api/v1/tokens", &body, "once");
        assert_eq!((again.status, again.text("/id")), (201, id.as_str()));
        for answer in [
            stranger.get("/api/v1/leads"),
            stranger.post("/api/v1/leads", &json!({ "contract": "pumps" })),
            stranger.get("/health/ready"),
            client.get("/api/v1/leads"),
            again,
            revoked,
            maker.get("/api/v1/tokens"),
            maker.get("/api/v1/audit"),
            maker.get("/api/v1/events"),
            maker.send("/api/v1/leads", "{ \"contract\": ", None),
        ] {
            let headers = format!("{:?}", answer.headers);
            assert_clean("an answer", &answer.raw, &secrets);
            assert_clean("an answer's headers", &headers, &secrets);
        }
        server.stop();
        let log = server.log();
        assert!(log.contains("sqlx"), "the log is as talkative as it can be");
        assert_clean("the log", &log, &secrets);
        // What is kept of a secret is its hash.
        for file in folder
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder).expect("the data"))
        {
            let path = file.expect("a file").path();
            if path.is_file() {
                let bytes = std::fs::read(&path).expect("its bytes");
                let text = String::from_utf8_lossy(&bytes);
                assert_clean(&path.display().to_string(), &text, &secrets);
            }
        }
    });
}

#[test]
fn a_token_that_nearly_fits_is_as_wrong_as_any() {
    on_both_databases(|database| {
        let server = Server::start_with(STELLWERK, database, &contract(1, 1), &STATEMENTS);
        let secret = server.secret().to_owned();
        let (begin, last) = secret.split_at(secret.len() - 1);
        let nearly = format!("{begin}{}", if last == "0" { "1" } else { "0" });
        let first = secret.replacen("stw_", "stw_x", 1);
        let ask = |token: &str, number: usize| {
            let id = format!("token-{number}");
            let headers = [("X-Request-Id", id.as_str())];
            let client = server.client(token);
            let answer = client.ask("GET", "/api/v1/contracts", &headers, Vec::new());
            let mut statements = Vec::new();
            // Lines may come into the log after the answer.
            until("what the server has asked is in the log", || {
                statements = server.statements(&id).unwrap_or_default();
                // A connection that is just opened says so as well.
                statements.retain(|(statement, _)| statement.contains(" FROM "));
                statements.len() == 1
            });
            (answer.status, answer.raw, statements)
        };
        let answers: Vec<_> = [&nearly, &first, begin, "stw_0", "x", &"y".repeat(4_000)]
            .iter()
            .enumerate()
            .map(|(number, token)| ask(token, number))
            .collect();
        // The database compares hashes: how much of one agrees is chance, and
        // tells nothing of the secret.
        let (status, _, statements) = &answers[0];
        assert_eq!(*status, 401);
        assert!(
            statements[0].0.contains("WHERE hash IN ($1)"),
            "{statements:?}"
        );
        assert_eq!(statements[0].1, 0);
        for answer in &answers {
            assert_eq!(answer, &answers[0]);
        }
    });
}

/// What the program prints under an environment of its own.
fn printed(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(STELLWERK);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STELLWERK_")) {
        command.env_remove(name);
    }
    let output = command
        .args(arguments)
        .envs(variables.iter().copied())
        .env("STELLWERK_CACHE", compiled())
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn what_the_program_says_of_itself_holds_no_secret() {
    let url = format!("postgres://somebody:{PASSWORD}@127.0.0.1:1/nothing");
    let parameter = format!("postgres://somebody@127.0.0.1:1/nothing?password={PASSWORD}");
    let server = "http://127.0.0.1:1";
    let secrets = [PASSWORD, MISTYPED];
    let token = ("STELLWERK_TOKEN", MISTYPED);
    for url in [&url, &parameter] {
        let postgres = ("STELLWERK_POSTGRES", url.as_str());
        let shown = printed(&["config", "show"], &[postgres, token]);
        assert!(
            shown.contains("postgres = \"postgres://somebody"),
            "{shown}"
        );
        let json = printed(&["config", "show", "--output", "json"], &[postgres, token]);
        let document: Value = serde_json::from_str(&json).expect("JSON");
        assert!(document["settings"].is_array(), "{document}");
        let talkative = ("STELLWERK_LOG_FILTER", TALKATIVE);
        let refused = printed(
            &["serve", "--listen", "127.0.0.1:0"],
            &[postgres, talkative],
        );
        assert!(refused.contains("database"), "{refused}");
        let flag = printed(&["token", "list", "--postgres", url], &[]);
        let no_url = printed(&["serve", "--postgres", PASSWORD], &[]);
        for text in [shown, json, refused, flag, no_url] {
            assert_clean("what it prints", &text, &secrets);
        }
    }
    let unreachable = printed(&["token", "list", "--server", server], &[token]);
    assert!(unreachable.contains("127.0.0.1:1"), "{unreachable}");
    let with_password = format!("http://somebody:{PASSWORD}@127.0.0.1:1");
    let named = printed(&["token", "list", "--server", &with_password], &[token]);
    for text in [unreachable, named] {
        assert_clean("what it prints", &text, &secrets);
    }
}
