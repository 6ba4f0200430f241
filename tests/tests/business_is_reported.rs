//! Business as partners and senders report it: deals, corrections of leads, and
//! why a lead went where it did.

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
            refused.places(),
            ["/lead", "/lines/0/product"],
            "{refused:?}"
        );
        let undeclared = json!({ "contract": "pumps", "attributes": { "colour": "red" } });
        assert_eq!(
            holder.post("/api/v1/deals", &undeclared).places(),
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
            holder.post("/api/v1/deals", &new).places(),
            ["/external-id"]
        );
        let path = format!("/api/v1/deals/{}", deal.text("/id"));
        assert_eq!(other.get(&path).status, 404);
        assert_eq!(other.patch(&path, &json!({ "state": "won" })).status, 404);
        let early = holder.patch(&path, &json!({ "state": "cancelled" }));
        assert_eq!(early.places(), ["/state"]);

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
        // Nothing pays in this contract.
        assert_eq!(cancelled.text("/notes/0/code"), "deal.nothing-paid");
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
        assert_eq!(maker.patch(&path, &wrong).places(), ["/attributes/storeys"]);
        assert_eq!(
            maker.patch(&path, &json!({ "product": "rocket" })).places(),
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
