//! People, partners, vendor managers and other tenants: each sees and changes
//! what is its own, and nothing else.

use serde_json::{Value, json};
use stellwerk_tests::{Answer, Client, Database, Server, contract, on_both_databases};

const STELLWERK: &str = env!("CARGO_BIN_EXE_stellwerk");
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

fn places(answer: &Answer) -> Vec<&str> {
    answer.body["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| error["pointer"].as_str())
        .collect()
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
            places(&wrong),
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
        assert_eq!(places(&maker.post("/api/v1/tokens", &stranger)), ["/user"]);
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
        let split = json!({ "plugin": "compensation-flat-split" });
        let bound = manager.put(&format!("{PUMPS}/bindings/compensation/commission"), &split);
        assert_eq!(bound.status, 200, "{bound:?}");
        let routing = json!({ "plugin": "matching-weighted" });
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
            places(&refused),
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
fn deals_are_registered_won_and_called_off() {
    on_both_databases(|database| {
        let server = start(database);
        let holder = server.partner("partner-1");
        let other = server.partner("partner-2");
        let id = held(&server, &holder);
        let line = json!({ "product": "heat-pump", "quantity": 1000, "value": 2_400_000 });
        let wrong = json!({
            "contract": "pumps", "lead": id, "value": 1,
            "lines": [{ "product": "rocket", "quantity": 1, "value": 1 }],
        });
        let refused = other.post("/api/v1/deals", &wrong);
        assert_eq!(
            places(&refused),
            ["/lead", "/lines/0/product"],
            "{refused:?}"
        );
        let undeclared = json!({ "contract": "pumps", "attributes": { "colour": "red" } });
        assert_eq!(
            places(&holder.post("/api/v1/deals", &undeclared)),
            ["/attributes/colour"]
        );
        let new = json!({
            "contract": "pumps", "lead": id, "external-id": "D-1",
            "lines": [line], "attributes": { "roof": "flat" },
        });
        let deal = holder.post("/api/v1/deals", &new);
        assert_eq!(
            (deal.status, deal.text("/state")),
            (201, "registered"),
            "{deal:?}"
        );
        assert_eq!(
            (deal.text("/partner"), &deal.body["value"]),
            ("partner-1", &json!(2_400_000))
        );
        assert_eq!(
            places(&holder.post("/api/v1/deals", &new)),
            ["/external-id"]
        );
        let path = format!("/api/v1/deals/{}", deal.text("/id"));
        assert_eq!(other.get(&path).status, 404);
        assert_eq!(other.patch(&path, &json!({ "state": "won" })).status, 404);
        let early = holder.patch(&path, &json!({ "state": "cancelled" }));
        assert_eq!(places(&early), ["/state"]);

        // The outcome of the lead is that of the deal, under the same number.
        let won = json!({ "result": "won", "external-id": "D-1", "attributes": { "rebate": 5000, "roof": "steep" } });
        let concluded = holder.post(&format!("/api/v1/leads/{id}/outcome"), &won);
        assert_eq!(concluded.body["deal"], deal.body["id"], "{concluded:?}");
        let seen = holder.get(&path);
        assert_eq!(
            (seen.text("/state"), seen.text("/attributes/roof")),
            ("won", "steep")
        );
        assert_eq!(seen.etag.as_deref(), Some("\"2\""));

        let stale = holder.ask(
            "PATCH",
            &path,
            &[("If-Match", "\"1\"")],
            json!({ "state": "cancelled" }).to_string().into(),
        );
        assert_eq!((stale.status, stale.code()), (412, "version.other"));
        let cancelled = holder.patch(&path, &json!({ "state": "cancelled" }));
        assert_eq!(cancelled.text("/state"), "cancelled", "{cancelled:?}");
        let timeline = server
            .manufacturer()
            .get(&format!("/api/v1/leads/{id}/timeline"));
        let events = timeline.body["events"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let last: Vec<&str> = events
            .iter()
            .filter(|event| event["deal"] == deal.body["id"])
            .filter_map(|event| event["code"].as_str())
            .collect();
        assert_eq!(last, ["deal-registered", "won", "cancelled"]);
        assert_eq!(events.last().unwrap()["cycle"], 1);

        // A deal that is won takes its lead with it; the last that is lost, too.
        for (state, of_lead) in [("won", "won"), ("lost", "lost")] {
            let id = held(&server, &holder);
            let new = json!({ "contract": "pumps", "lead": id, "lines": [line] });
            let path = format!(
                "/api/v1/deals/{}",
                holder.post("/api/v1/deals", &new).text("/id")
            );
            let ended = holder.patch(&path, &json!({ "state": state }));
            assert_eq!(ended.text("/state"), state, "{ended:?}");
            let lead = server.manufacturer().get(&format!("/api/v1/leads/{id}"));
            assert_eq!(lead.text("/state"), of_lead);
        }
        let all = server
            .manufacturer()
            .get("/api/v1/deals?contract=pumps&state=won&partner=partner-1");
        assert_eq!(all.body["deals"].as_array().map(Vec::len), Some(1));
        assert_eq!(other.get("/api/v1/deals").body["deals"], json!([]));
    });
}

#[test]
fn a_sender_corrects_a_lead_as_long_as_nobody_has_seen_it() {
    on_both_databases(|database| {
        let server = start(database);
        let maker = server.manufacturer();
        let mut incomplete = lead();
        incomplete["contact"]["email"] = Value::Null;
        let received = maker.post("/api/v1/leads", &incomplete);
        assert_eq!(received.text("/state"), "needs-info");
        let path = format!("/api/v1/leads/{}", received.text("/id"));
        let seen = maker.get(&path);
        let version = seen.etag.expect("a version");
        let wrong = json!({ "product": "rocket", "attributes": { "storeys": "two" } });
        assert_eq!(places(&maker.patch(&path, &wrong)), ["/attributes/storeys"]);
        assert_eq!(
            places(&maker.patch(&path, &json!({ "product": "rocket" }))),
            ["/product"]
        );
        let complete = json!({
            "contact": { "email": "eva@example.com", "name": null },
            "attributes": { "storeys": 3, "consent": true },
            "external-id": "L-1",
        });
        let put = |version: &str| {
            maker.ask(
                "PATCH",
                &path,
                &[("If-Match", version)],
                complete.to_string().into(),
            )
        };
        assert_eq!(put("\"99\"").code(), "version.other");
        let changed = put(&version);
        assert_eq!(changed.text("/state"), "offered", "{changed:?}");
        assert_eq!(changed.body["attributes"]["storeys"], 3);
        assert_ne!(changed.etag.as_deref(), Some(version.as_str()));
        let whole = maker.get(&path);
        assert_eq!(whole.text("/contact/email"), "eva@example.com");
        assert_eq!(whole.body["contact"].get("name"), None);
        assert_eq!(whole.etag, changed.etag);

        // Partners see it now: what they were shown stays, the contact may be put right.
        let late = maker.patch(&path, &json!({ "value": 1 }));
        assert_eq!((late.status, late.code()), (409, "lead.wrong-state"));
        let phone = maker.patch(&path, &json!({ "contact": { "phone": "+49 30 901820" } }));
        assert_eq!(phone.text("/state"), "offered", "{phone:?}");
        let timeline = maker.get(&format!("{path}/timeline"));
        let changed: Vec<&Value> = timeline.body["events"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|event| event["code"] == "changed")
            .map(|event| &event["attributes"]["fields"])
            .collect();
        assert_eq!(
            changed,
            [
                &json!(["attributes", "contact", "external-id"]),
                &json!(["contact"])
            ]
        );
        let agency = server.speaking_as("agency", Some("partner-2"));
        assert_eq!(agency.patch(&path, &json!({ "value": 1 })).status, 404);
    });
}

#[test]
fn a_ranking_says_in_words_why_this_partner_and_why_not_that_one() {
    on_both_databases(|database| {
        let server = start(database);
        let maker = server.manufacturer();
        let away =
            json!({ "leave": { "from": "2020-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z" } });
        let footing = format!("{PUMPS}/partners/partner-2");
        assert_eq!(maker.patch(&footing, &away).status, 200);
        let id = maker.post("/api/v1/leads", &lead()).text("/id").to_owned();
        let decisions = maker.get(&format!("/api/v1/leads/{id}/decisions"));
        let ranking = format!("/api/v1/decisions/{}", decisions.text("/decisions/1/id"));
        let why = |language: &str| {
            let decision = server
                .speaking_as("integrator", None)
                .get(&format!("{ranking}?language={language}"));
            decision.body["why"].clone()
        };
        let english = why("en");
        let candidates = english["candidates"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let said: Vec<(&str, Option<i64>, Option<&str>)> = candidates
            .iter()
            .map(|candidate| {
                (
                    candidate["partner"].as_str().unwrap_or_default(),
                    candidate["group"].as_i64(),
                    candidate["excluded"]["code"].as_str(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("partner-1", Some(1), None),
                ("partner-2", None, Some("on-leave"))
            ],
            "{english:#}"
        );
        assert_eq!(candidates[0]["terms"].as_array().map(Vec::len), Some(6));
        let excluded = |why: &Value| why["candidates"][1]["excluded"]["text"].clone();
        assert_ne!(excluded(&english), excluded(&why("de")));
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
        assert_eq!(places(&send("", &wrong)), ["/partners/0/level"]);
        let no_file = file.replace(
            "plugin = \"escalation-ladder\"",
            "plugin = \"./ladder.wasm\"",
        );
        assert_eq!(places(&send("", &no_file)), ["/bindings/escalation/plugin"]);
        let foreign = send("", &file.replace("code = \"maker\"", "code = \"other\""));
        assert_eq!((foreign.status, foreign.code()), (404, "not-found"));
        let partner = server.partner("partner-1");
        let refused = partner.ask("POST", "/api/v1/apply", &toml, file.into());
        assert_eq!(refused.code(), "forbidden");
    });
}

/// What a request that changes something needs to be understood at all.
fn body_of(operation: &str) -> Value {
    let path = operation.split_once(' ').map_or("", |(_, path)| path);
    match operation {
        "PATCH /api/v1/deals/{id}" => json!({ "state": "won" }),
        "POST /api/v1/offers/{id}/decline" => json!({ "reason": "no-capacity" }),
        "POST /api/v1/leads/{id}/feedback" => json!({ "code": "contacted" }),
        "POST /api/v1/leads/{id}/outcome" => json!({ "result": "lost" }),
        "POST /api/v1/leads/{id}/release" => json!({ "how": "try-again" }),
        "PATCH /api/v1/manufacturers/{manufacturer}" => json!({ "name": "Mine" }),
        "PUT /api/v1/contracts/{contract}/partners/{partner}" => json!({ "level": "gold" }),
        "POST /api/v1/users/{id}/memberships" => json!({ "role": "auditor" }),
        "POST /api/v1/imports/{kind}" => json!({ "mapping": "", "content": "" }),
        _ if path.ends_with("/bindings/{slot}") => json!({ "plugin": "matching-weighted" }),
        _ if path.ends_with("/measures") => json!({ "measures": [] }),
        _ => json!({}),
    }
}

#[test]
fn another_manufacturer_finds_nothing_on_any_path() {
    on_both_databases(|database| {
        let mut server = start(database);
        // An operator lets another manufacturer in.
        assert_eq!(server.manufacturer().get(PUMPS).status, 200);
        server.stop();
        let secret = server.run(&["token", "create", "--role", "operator"]);
        server = server.beside();
        let operator = server.client(secret.trim());
        let other = json!({ "code": "other", "name": "Other" });
        let made = operator.post_once("/api/v1/manufacturers", &other, "other");
        assert_eq!(made.status, 201, "{made:?}");
        let again = operator.post_once("/api/v1/manufacturers", &other, "other");
        assert_eq!(again.body, made.body);
        assert_eq!(
            operator.post("/api/v1/manufacturers", &other).code(),
            "code.taken"
        );
        let named = [("Stellwerk-Manufacturer", "other")];
        let body = json!({ "role": "manufacturer" }).to_string();
        let token = operator.ask("POST", "/api/v1/tokens", &named, body.into());
        let foreigner = server.client(token.text("/token"));

        // Everything that the maker has.
        let maker = server.manufacturer();
        let holder = server.partner("partner-1");
        let lead = held(&server, &holder);
        let offer = holder.get(&format!("/api/v1/leads/{lead}/timeline"));
        assert_eq!(offer.status, 200);
        let deal = holder.post(
            "/api/v1/deals",
            &json!({ "contract": "pumps", "lead": lead }),
        );
        let user = maker.post(
            "/api/v1/users",
            &json!({ "email": "eva@example.com", "name": "Eva", "memberships": [{ "role": "auditor" }] }),
        );
        let decisions = maker.get(&format!("/api/v1/leads/{lead}/decisions"));
        let second = maker.post("/api/v1/leads", &self::lead());
        let offers = server.partner("partner-2").get("/api/v1/offers");
        let id_of = |path: &str| -> String {
            let section = path.split('/').nth(3).unwrap_or_default();
            match section {
                "leads" => lead.clone(),
                "offers" => offers.text("/offers/0/id").to_owned(),
                "deals" => deal.text("/id").to_owned(),
                "decisions" => decisions.text("/decisions/0/id").to_owned(),
                "tokens" => maker.get("/api/v1/tokens").text("/tokens/0/id").to_owned(),
                "users" => user.text("/id").to_owned(),
                unknown => panic!("whose identifier is that of {unknown}?"),
            }
        };
        assert_eq!(second.status, 201);
        let plugins = maker.get("/api/v1/plugins");
        let document = maker.get("/api/v1/openapi.json");
        let paths = document.body["paths"].as_object().expect("paths");
        assert!(paths.len() >= 35, "{} paths", paths.len());
        let mine = [
            lead.as_str(),
            deal.text("/id"),
            user.text("/id"),
            offers.text("/offers/0/id"),
            "pumps",
            "partner-1",
        ];
        let mut tried = 0;
        for (path, operations) in paths {
            let filled = path
                .replace("{contract}", "pumps")
                .replace("{manufacturer}", "maker")
                .replace("{partner}", "partner-1")
                .replace("{slot}", "matching")
                .replace("{version}", "1")
                .replace("{period}", "2026-01")
                .replace("{kind}", "leads")
                .replace("{plugin}", plugins.text("/plugins/0/digest"));
            let filled = match filled.contains("{id}") {
                true => filled.replace("{id}", &id_of(path)),
                false => filled,
            };
            assert!(!filled.contains('{'), "what is meant in {path}?");
            for method in operations.as_object().expect("operations").keys() {
                let method = method.to_uppercase();
                let operation = format!("{method} {path}");
                if filled == *path {
                    // A list of one's own.
                    if method == "GET" {
                        let seen = foreigner.get(path).body.to_string();
                        for known in mine {
                            assert!(!seen.contains(known), "{operation} shows {known}: {seen}");
                        }
                        tried += 1;
                    }
                    continue;
                }
                let query = match operation.as_str() {
                    "DELETE /api/v1/users/{id}/memberships" => "?role=auditor",
                    "POST /api/v1/imports/{kind}" => "?contract=pumps",
                    _ => "",
                };
                let body = match method.as_str() {
                    "GET" | "DELETE" => Vec::new(),
                    _ => body_of(&operation).to_string().into(),
                };
                let answer = foreigner.ask(&method, &format!("{filled}{query}"), &[], body);
                assert!(
                    matches!(answer.status, 403 | 404),
                    "{operation} is answered with {answer:?}; a body that it understands \
                     belongs into `body_of`"
                );
                tried += 1;
            }
        }
        assert!(tried >= 50, "only {tried} operations were tried");
        // Nothing of it has changed anything.
        assert_eq!(
            maker.get(&format!("/api/v1/leads/{lead}")).text("/state"),
            "claimed"
        );
        assert_eq!(
            maker.get("/api/v1/manufacturers/maker").text("/name"),
            "Maker"
        );
    });
}
