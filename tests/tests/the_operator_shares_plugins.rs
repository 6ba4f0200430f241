//! What the operator shares, every manufacturer finds and binds, and nobody else
//! shares anything.

use std::process::Command;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Answer, Client, Server, contract, document, of_one_name, on_both_databases};

const PLUGINS: &str = "/api/v1/plugins";
const SHARED: &str = "/api/v1/plugins?shared=true";
const TITLE: &str = "matching-in-s@0.0.1";
const WASM: (&str, &str) = ("Content-Type", "application/wasm");
const FOR_RIVAL: (&str, &str) = ("Stellwerk-Manufacturer", "rival");

fn upload(who: &Client, path: &str, component: &[u8], key: &str) -> Answer {
    let headers = [WASM, ("Idempotency-Key", key)];
    who.ask("POST", path, &headers, component.to_vec())
}

/// What is listed, by name and version, and whether it is shared.
fn listed(who: &Client) -> Vec<(String, bool)> {
    let page = who.get(PLUGINS);
    let of = |plugin: &Value| {
        let text = |field: &str| plugin[field].as_str().unwrap_or_default().to_owned();
        let title = format!("{}@{}", text("name"), text("version"));
        (title, plugin["shared"] == true)
    };
    let plugins = page.body["plugins"].as_array().into_iter().flatten();
    plugins
        .map(of)
        .filter(|(title, _)| title.starts_with("matching-in-"))
        .collect()
}

fn lines(audit: &Answer) -> Vec<(String, String)> {
    let changes = audit.body["changes"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    changes
        .map(|change| (text(&change["change"]), text(&change["actor"])))
        .collect()
}

#[test]
fn what_the_operator_shares_everybody_finds_and_binds() {
    on_both_databases(|database| {
        let made = database.run(
            STELLWERK,
            &["token", "create", "--role", "operator", "--output", "json"],
        );
        let made: Value = serde_json::from_str(&made).expect("a token in JSON");
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let operator = server.client(made["token"].as_str().unwrap_or_default());
        let applied = operator.post("/api/v1/apply", &document("rival", "pumps", false));
        assert!(applied.status < 300, "{applied:?}");
        let body = json!({ "role": "manufacturer" }).to_string();
        let token = operator.ask("POST", "/api/v1/tokens", &[FOR_RIVAL], body.into());
        let rival = server.client(token.text("/token"));
        let maker = server.manufacturer();
        let [component, other] = of_one_name();

        // To forget whom it is for shares nothing, and nobody but operators shares.
        let unnamed = upload(&operator, PLUGINS, &component, "a");
        assert_eq!(
            (unnamed.status, unnamed.code()),
            (400, "manufacturer.unnamed")
        );
        let refused = upload(maker, SHARED, &component, "a");
        assert_eq!((refused.status, refused.code()), (403, "forbidden"));
        assert_eq!((listed(maker), listed(&rival)), (vec![], vec![]));

        let shared = upload(&operator, SHARED, &component, "b");
        assert_eq!(shared.status, 201, "{shared:?}");
        assert_eq!(shared.body["shared"], true);
        let again = upload(&operator, SHARED, &component, "b");
        assert_eq!((again.status, &again.body), (201, &shared.body));
        let known = upload(&operator, SHARED, &component, "c");
        assert_eq!((known.status, &known.body), (200, &shared.body));
        let taken = upload(&operator, SHARED, &other, "d");
        assert_eq!((taken.status, taken.code()), (409, "plugin.version_taken"));

        let digest = shared.text("/digest");
        for who in [maker, &rival, &operator] {
            assert_eq!(listed(who), [(TITLE.to_owned(), true)]);
            for name in [digest, TITLE] {
                let path = format!("{PLUGINS}/{name}");
                assert_eq!(who.get(&path).body, shared.body);
                let bytes = who.get(&format!("{path}/component"));
                let size = component.len().to_string();
                assert_eq!(
                    (bytes.status, &bytes.headers["content-length"]),
                    (200, &size)
                );
            }
        }
        // Who has shared it is on record with what is no manufacturer's.
        let line = format!("+ shared plugin {TITLE}, {digest}");
        let by = made["id"].as_str().unwrap_or_default().to_owned();
        assert_eq!(lines(&operator.get("/api/v1/audit")), [(line, by)]);
        let told = maker.get("/api/v1/audit?limit=200");
        assert!(!told.raw.contains("shared plugin"), "{told:?}");

        for (who, path, plugin) in [
            (maker, "/api/v1/contracts/pumps/bindings/matching", TITLE),
            (
                &rival,
                "/api/v1/contracts/rival-pumps/bindings/matching",
                digest,
            ),
        ] {
            let bound = who.put(path, &json!({ "plugin": plugin, "comment": "shared" }));
            assert_eq!(bound.status, 200, "{bound:?}");
            assert_eq!(bound.text("/plugin"), TITLE);
            // From now on it is the manufacturer's own.
            assert_eq!(listed(who), [(TITLE.to_owned(), false)]);
        }
        assert_eq!(listed(&operator), [(TITLE.to_owned(), true)]);

        withdrawn(&server, &operator, digest);
        by_the_command_line(&server, operator.token(), &other);
    });
}

/// Who has bound it keeps it, and nobody else finds it any more.
fn withdrawn(server: &Server, operator: &Client, digest: &str) {
    let maker = server.manufacturer();
    let path = format!("{PLUGINS}/{TITLE}");
    let refused = maker.ask("DELETE", &path, &[], Vec::new());
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    assert_eq!(listed(operator), [(TITLE.to_owned(), true)]);

    let applied = operator.post("/api/v1/apply", &document("late", "pumps", false));
    assert!(applied.status < 300, "{applied:?}");
    let of_late = [("Stellwerk-Manufacturer", "late")];
    let bind = || {
        let path = "/api/v1/contracts/late-pumps/bindings/matching";
        let body = json!({ "plugin": TITLE, "comment": "shared" }).to_string();
        operator.ask("PUT", path, &of_late, body.into())
    };
    let gone = operator.ask("DELETE", &path, &[], Vec::new());
    assert_eq!(gone.status, 200, "{gone:?}");
    assert_eq!(
        (gone.text("/digest"), &gone.body["shared"]),
        (digest, &json!(true))
    );
    for name in [digest, TITLE] {
        let path = format!("{PLUGINS}/{name}");
        let again = operator.ask("DELETE", &path, &[], Vec::new());
        assert_eq!((again.status, again.code()), (404, "not-found"));
        assert_eq!(operator.get(&path).status, 404);
    }
    let refused = bind();
    assert_eq!(
        (refused.status, refused.code()),
        (422, "invalid"),
        "{refused:?}"
    );
    assert_eq!(listed(operator), []);
    let told = lines(&operator.get("/api/v1/audit"));
    let line = format!("- shared plugin {TITLE}, {digest}");
    assert!(told.iter().any(|(change, _)| *change == line), "{told:?}");

    // Name and version go on meaning these bytes.
    let [same, other] = of_one_name();
    let taken = upload(operator, SHARED, &other, "others under its name");
    assert_eq!((taken.status, taken.code()), (409, "plugin.version_taken"));
    let again = upload(operator, SHARED, &same, "the same again");
    assert_eq!((again.status, again.text("/digest")), (201, digest));
    let gone = operator.ask("DELETE", &path, &[], Vec::new());
    assert_eq!(gone.status, 200, "{gone:?}");

    // It still decides where it was bound, and can be bound there again.
    assert_eq!(listed(maker), [(TITLE.to_owned(), false)]);
    let received = maker.post("/api/v1/leads", &stellwerk_tests::lead("kept"));
    let lead = received.text("/id");
    let decided = maker.get(&format!("/api/v1/leads/{lead}/decisions"));
    assert!(decided.raw.contains(TITLE), "{decided:?}");
    let slot = "/api/v1/contracts/pumps/bindings/matching";
    let bound = maker.put(slot, &json!({ "plugin": digest, "comment": "again" }));
    assert_eq!(bound.text("/plugin-digest"), digest, "{bound:?}");
}

/// Under another version, so that it is another plugin.
fn by_the_command_line(server: &Server, token: &str, component: &[u8]) {
    let mut component = component.to_vec();
    let version = b"\"version\":\"0.0.1\"";
    let at = component
        .windows(version.len())
        .position(|part| part == version);
    component[at.expect("its version") + version.len() - 2] = b'2';
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("plugin.wasm");
    std::fs::write(&file, &component).expect("the component");
    let share = |token: &str| {
        let mut command = Command::new(STELLWERK);
        command.args(["plugin", "upload", "--shared"]).arg(&file);
        command.env("STELLWERK_SERVER", server.base());
        command.env("STELLWERK_TOKEN", token);
        command.output().expect("the program")
    };
    let refused = share(server.secret());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("this takes operator"), "{said}");
    for done in ["shared  ", "was there  "] {
        let output = share(token);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.starts_with(&format!("{done}matching-in-s@0.0.2")),
            "{output:?}"
        );
    }
    let title = "matching-in-s@0.0.2";
    assert!(listed(server.manufacturer()).contains(&(title.to_owned(), true)));
    let withdraw = || {
        let mut command = Command::new(STELLWERK);
        command.args(["plugin", "withdraw", title]);
        command.env("STELLWERK_SERVER", server.base());
        command.env("STELLWERK_TOKEN", token);
        command.output().expect("the program")
    };
    let output = withdraw();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.starts_with(&format!("withdrawn  {title}")),
        "{output:?}"
    );
    assert!(!withdraw().status.success());
    assert!(!listed(server.manufacturer()).contains(&(title.to_owned(), true)));
}

#[test]
fn a_plugin_is_shared_on_the_data_before_there_is_anybody() {
    on_both_databases(|database| {
        database.run(STELLWERK, &["token", "create", "--role", "operator"]);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("plugin.wasm");
        std::fs::write(&file, &of_one_name()[0]).expect("the component");
        let shared = database.run(
            STELLWERK,
            &["plugin", "upload", "--shared", &file.display().to_string()],
        );
        assert!(shared.starts_with(&format!("shared  {TITLE}")), "{shared}");
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        // Another build of that version is the manufacturer's own, and meant then.
        let own = upload(server.manufacturer(), PLUGINS, &of_one_name()[1], "own");
        assert_eq!((own.status, &own.body["shared"]), (201, &json!(false)));
        assert_eq!(listed(server.manufacturer()), [(TITLE.to_owned(), false)]);
        let slot = "/api/v1/contracts/pumps/bindings/matching";
        let bound = server
            .manufacturer()
            .put(slot, &json!({ "plugin": TITLE, "comment": "our own" }));
        assert_eq!(
            bound.text("/plugin-digest"),
            own.text("/digest"),
            "{bound:?}"
        );
    });
}
