//! People, vendor managers and contract files: each changes what is its own, and
//! what is wrong is said with its place. Who may do what at all is in
//! `access_matrix.md`.

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Client, Database, Server, contract, on_both_databases};

const PUMPS: &str = "/api/v1/contracts/pumps";

fn start(database: Database) -> Server {
    let file = contract(2, 2).replace(
        "attributes = [\n",
        "attributes = [\n  { name = \"rebate\", of = \"event\", type = \"money\" },\n  \
         { name = \"roof\", of = \"deal\", type = \"text\" },\n",
    );
    Server::start(STELLWERK, database, &file)
}

fn lead() -> Value {
    json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_500_000,
        "attributes": { "consent": true },
        "contact": { "name": "Eva", "email": "eva@example.com" },
    })
}

/// A lead that the partner holds.
fn held(server: &Server, partner: &Client) -> String {
    let received = server.manufacturer().post("/api/v1/leads", &lead());
    let id = received.text("/id").to_owned();
    let offers = partner.get("/api/v1/offers").body["offers"].clone();
    let offer = offers
        .as_array()
        .into_iter()
        .flatten()
        .find(|offer| offer["lead"] == id.as_str())
        .and_then(|offer| offer["id"].as_str())
        .expect("an offer");
    let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
    id
}

#[test]
fn people_come_with_roles_and_go_with_their_tokens() {
    on_both_databases(|database| {
        let server = start(database);
        let maker = server.manufacturer();
        let wrong = maker.post(
            "/api/v1/users",
            &json!({ "email": "eva", "name": "", "memberships": [{ "role": "king" }, { "role": "partner" }] }),
        );
        assert_eq!(
            wrong.places(),
            [
                "/email",
                "/name",
                "/memberships/0/role",
                "/memberships/1/partner"
            ]
        );
        let eva = json!({
            "email": "Eva@Example.com",
            "name": "Eva Muster",
            "memberships": [{ "role": "partner", "partner": "partner-1" }],
        });
        let made = maker.post_once("/api/v1/users", &eva, "eva");
        assert_eq!((made.status, made.text("/email")), (201, "eva@example.com"));
        assert_eq!(
            maker.post_once("/api/v1/users", &eva, "eva").body,
            made.body
        );
        let user = format!("/api/v1/users/{}", made.text("/id"));

        // A token tied to a person needs the person's role, and ends with it.
        let id = made.text("/id");
        let stranger = json!({ "role": "auditor", "user": id });
        assert_eq!(maker.post("/api/v1/tokens", &stranger).places(), ["/user"]);
        let own =
            json!({ "role": "partner", "partner": "partner-1", "user": id, "label": "Eva's" });
        let token = maker.post_once("/api/v1/tokens", &own, "token");
        let secret = token.text("/token").to_owned();
        assert!(secret.starts_with("stw_"), "{token:?}");
        let again = maker.post_once("/api/v1/tokens", &own, "token");
        assert_eq!(again.body["id"], token.body["id"]);
        assert_eq!(again.body.get("token"), None, "a secret is shown once");
        let tokens = maker.get("/api/v1/tokens");
        assert!(!tokens.body.to_string().contains(&secret));
        assert_eq!(tokens.text("/tokens/1/label"), "Eva's");
        let eva = server.client(&secret);
        assert_eq!(eva.get("/api/v1/offers").status, 200);

        let more = json!({ "role": "auditor" });
        let added = maker.post(&format!("{user}/memberships"), &more);
        assert_eq!(added.body["memberships"].as_array().map(Vec::len), Some(2));
        let ended = maker.delete(&format!(
            "{user}/memberships?role=partner&partner=partner-1"
        ));
        assert_eq!(ended.body["memberships"], json!([{ "role": "auditor" }]));
        assert_eq!(eva.get("/api/v1/offers").status, 401);
        let twice = maker.delete(&format!(
            "{user}/memberships?role=partner&partner=partner-1"
        ));
        assert_eq!((twice.status, twice.code()), (404, "not-found"));

        let auditor = server.speaking_as("auditor", None);
        assert_eq!(auditor.get(&user).text("/name"), "Eva Muster");
        assert_eq!(auditor.get("/api/v1/tokens").code(), "forbidden");
        assert_eq!(auditor.post("/api/v1/users", &own).code(), "invalid");
        let last = maker.get("/api/v1/tokens").body["tokens"].clone();
        let last = last.as_array().and_then(|all| all.last()).expect("a token");
        let revoked = maker.delete(&format!("/api/v1/tokens/{}", last["id"].as_str().unwrap()));
        assert!(revoked.body["revoked-at"].is_string(), "{revoked:?}");
        assert_eq!(auditor.get(&user).status, 401);
    });
}

#[test]
fn a_vendor_manager_tries_what_pays_and_sets_targets() {
    on_both_databases(|database| {
        let server = start(database);
        let maker = server.manufacturer();
        let manager = server.speaking_as("vendor-manager", None);
        let split = json!({ "plugin": "compensation-flat-split", "comment": "tried" });
        let bound = manager.put(&format!("{PUMPS}/bindings/compensation/commission"), &split);
        assert_eq!(bound.status, 200, "{bound:?}");
        let routing = json!({ "plugin": "matching-weighted", "comment": "tried" });
        let refused = manager.put(&format!("{PUMPS}/bindings/matching"), &routing);
        assert_eq!((refused.status, refused.code()), (403, "forbidden"));

        let measures = format!("{PUMPS}/measures");
        let number = |partner: &str, from: &str, value: f64| {
            json!({
                "kind": "target", "partner": partner, "name": "quota",
                "from": from, "until": "2031-01-01T00:00:00Z", "value": value,
            })
        };
        let whole = number("partner-1", "2030-01-01T00:00:00Z", 100.0);
        let body = json!({ "measures": [
            whole,
            number("partner-1", "2030-07-01T00:00:00Z", 120.0),
            number("partner-2", "2030-01-01T00:00:00Z", 80.0),
        ] });
        assert_eq!(
            manager.put(&measures, &body).body,
            json!({ "given": 3, "changed": 3 })
        );
        assert_eq!(
            manager.put(&measures, &body).body,
            json!({ "given": 3, "changed": 0 })
        );
        let wrong = json!({ "measures": [
            { "kind": "wish", "partner": "nobody", "name": "a b",
              "from": "2030-01-01T00:00:00Z", "until": "2030-01-01T00:00:00Z", "value": 1 },
        ] });
        let refused = manager.put(&measures, &wrong);
        assert_eq!(
            refused.places(),
            [
                "/measures/0/kind",
                "/measures/0/name",
                "/measures/0/until",
                "/measures/0/partner"
            ]
        );
        let at = |client: &Client, at: &str| {
            let page = client.get(&format!("{measures}?at={at}"));
            let rows = page.body["measures"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            rows.iter()
                .filter_map(|row| row["value"].as_f64())
                .collect::<Vec<_>>()
        };
        assert_eq!(at(&manager, "2030-03-01T00:00:00Z"), [100.0, 80.0]);
        assert_eq!(at(&manager, "2030-08-01T00:00:00Z"), [100.0, 120.0, 80.0]);
        assert!(at(&manager, "2031-01-01T00:00:00Z").is_empty());
        let partner = server.partner("partner-2");
        assert_eq!(at(&partner, "2030-03-01T00:00:00Z"), [80.0]);
        assert_eq!(partner.put(&measures, &body).code(), "forbidden");
        let first = manager.get(&format!("{measures}?limit=2"));
        let rest = manager.get(&format!("{measures}?limit=2&after={}", first.text("/next")));
        assert_eq!(rest.text("/measures/0/partner"), "partner-2");

        // A win is seen with what it pays, and no contact with it.
        let holder = server.partner("partner-1");
        let id = held(&server, &holder);
        let seen = manager.get(&format!("/api/v1/leads/{id}"));
        assert_eq!(seen.body.get("contact"), None);
        assert_eq!(manager.get(&format!("{PUMPS}/periods")).status, 200);
        assert_eq!(manager.get("/api/v1/audit").code(), "forbidden");
        let terms = maker.get(&format!("{PUMPS}/terms")).body["terms"].clone();
        assert_eq!(
            manager.put(&format!("{PUMPS}/terms"), &terms).code(),
            "forbidden"
        );
    });
}

#[test]
fn a_contract_file_is_applied_over_http() {
    on_both_databases(|database| {
        let server = start(database);
        let maker = server.manufacturer();
        let toml = [("Content-Type", "application/toml")];
        let file = contract(3, 2);
        let send = |query: &str, file: &str| {
            maker.ask("POST", &format!("/api/v1/apply{query}"), &toml, file.into())
        };
        let shown = send("?dry-run=true", &file);
        assert_eq!(shown.status, 200, "{shown:?}");
        assert!(
            shown.body["changes"]
                .to_string()
                .contains("+ partner partner-3"),
            "{shown:?}"
        );
        assert_eq!(maker.get("/api/v1/partners/partner-3").status, 404);
        assert_eq!(send("", &file).body, shown.body);
        assert_eq!(maker.get("/api/v1/partners/partner-3").status, 200);
        assert_eq!(send("", &file).body, json!({ "changes": [] }));

        let broken = send("", "[manufacturer]\ncode = ");
        assert_eq!((broken.status, broken.code()), (400, "body.no_toml"));
        assert!(broken.text("/detail").starts_with("line 2"), "{broken:?}");
        let wrong = file
            .replacen("level = \"gold\"", "level = \"tin\"", 1)
            .replace(
                "plugin = \"escalation-ladder\"",
                "plugin = \"./ladder.wasm\"",
            );
        assert_eq!(send("", &wrong).places(), ["/partners/0/level"]);
        let no_file = file.replace(
            "plugin = \"escalation-ladder\"",
            "plugin = \"./ladder.wasm\"",
        );
        assert_eq!(send("", &no_file).places(), ["/bindings/escalation/plugin"]);
        let foreign = send("", &file.replace("code = \"maker\"", "code = \"other\""));
        assert_eq!((foreign.status, foreign.code()), (404, "not-found"));
        let partner = server.partner("partner-1");
        let refused = partner.ask("POST", "/api/v1/apply", &toml, file.into());
        assert_eq!(refused.code(), "forbidden");
    });
}
