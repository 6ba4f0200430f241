//! A lead's whole way through the contract's own policies.

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Server, contract, on_both_databases};

/// Put into every personal field; nothing but the contact may show it.
const MARKER: &str = "Qwertzmarker";

fn lead() -> Value {
    json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_500_000,
        "attributes": { "consent": true, "storeys": 2 },
        "contact": {
            "name": format!("Eva {MARKER}"),
            "email": format!("{MARKER}@example.com"),
            "phone": "+49 30 901820",
            "company": format!("{MARKER} GmbH"),
            "street": format!("{MARKER} 1"),
            "city": MARKER,
            "note": format!("note {MARKER}"),
            "attributes": { "birthday": "1980-02-29" },
        },
    })
}

#[test]
fn offered_claimed_worked_and_won() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database, &contract(4, 3));
        let received = server.manufacturer().post("/api/v1/leads", &lead());
        assert_eq!(received.status, 201, "{received:?}");
        assert_eq!(received.text("/state"), "offered");
        assert_eq!(received.text("/temperature"), "hot");
        let id = received.text("/id").to_owned();

        let partners: Vec<_> = (1..=4)
            .map(|number| server.partner(&stellwerk_tests::partner_code(number)))
            .collect();
        let offered: Vec<_> = partners
            .iter()
            .map(|partner| partner.get("/api/v1/offers").body["offers"].clone())
            .collect();
        let asked: Vec<usize> = (0..4)
            .filter(|number| {
                offered[*number]
                    .as_array()
                    .is_some_and(|list| list.len() == 1)
            })
            .collect();
        assert_eq!(asked.len(), 3, "the first wave asks three");
        let teaser = &offered[asked[0]][0]["teaser"];
        assert_eq!(teaser["temperature"], "hot");
        assert!(!teaser.to_string().contains(MARKER));

        // One declines, the next one takes it.
        let decline = format!(
            "/api/v1/offers/{}/decline",
            text(&offered[asked[0]][0]["id"])
        );
        let declined = partners[asked[0]].post(&decline, &json!({ "reason": "no-capacity" }));
        assert_eq!(declined.status, 200, "{declined:?}");
        let claim = format!("/api/v1/offers/{}/claim", text(&offered[asked[1]][0]["id"]));
        let claimed = partners[asked[1]].post(&claim, &json!({}));
        assert_eq!(claimed.status, 200, "{claimed:?}");
        assert_eq!(claimed.text("/contact/name"), format!("Eva {MARKER}"));
        assert_eq!(claimed.text("/contact/attributes/birthday"), "1980-02-29");

        // The others no longer see it, and are told why.
        let late = format!("/api/v1/offers/{}/claim", text(&offered[asked[2]][0]["id"]));
        let refused = partners[asked[2]].post(&late, &json!({}));
        assert_eq!((refused.status, refused.code()), (409, "lead.taken"));
        assert_eq!(
            partners[asked[2]]
                .get(&format!("/api/v1/leads/{id}"))
                .status,
            404
        );
        assert_eq!(
            partners[asked[2]].get("/api/v1/offers").body["offers"],
            json!([])
        );

        // The holder works it.
        let feedback = format!("/api/v1/leads/{id}/feedback");
        let reported = partners[asked[1]].post(&feedback, &json!({ "code": "contacted" }));
        assert_eq!(reported.text("/state"), "working", "{reported:?}");
        let foreign = partners[asked[2]].post(&feedback, &json!({ "code": "contacted" }));
        assert_eq!((foreign.status, foreign.code()), (409, "lead.taken"));
        let outcome = format!("/api/v1/leads/{id}/outcome");
        let won = json!({
            "result": "won",
            "lines": [{ "product": "heat-pump", "quantity": 1000, "value": 2_400_000 }],
        });
        assert_eq!(partners[asked[1]].post(&outcome, &won).status, 200);
        let twice = partners[asked[1]].post(&outcome, &won);
        assert_eq!((twice.status, twice.code()), (409, "lead.wrong-state"));

        let codes: Vec<String> = timeline(&server, &id);
        assert_eq!(
            codes,
            [
                "received",
                "qualified",
                "offered",
                "declined",
                "claimed",
                "contacted",
                "won"
            ]
        );

        // Every decision is recorded with what was asked and answered, and no
        // policy was told anything personal.
        let decisions = server
            .manufacturer()
            .get(&format!("/api/v1/leads/{id}/decisions"));
        let decisions = decisions.body["decisions"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let functions: Vec<&str> = decisions.iter().map(|of| text(&of["function"])).collect();
        assert_eq!(
            functions,
            [
                "assess", "rank", "escalate", "escalate", "admit", "escalate", "escalate",
                "escalate"
            ]
        );
        for decision in &decisions {
            let path = format!("/api/v1/decisions/{}", text(&decision["id"]));
            let whole = server.manufacturer().get(&path);
            assert_eq!(whole.status, 200);
            assert!(!whole.body.to_string().contains(MARKER), "{whole:?}");
        }
        let feed = server.manufacturer().get("/api/v1/events");
        assert!(!feed.body.to_string().contains(MARKER));
        server.stop();
        assert!(!server.log().contains(MARKER), "{}", server.log());
    });
}

#[test]
fn a_ranking_says_why_each_partner_got_it_or_not() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(2, 1));
        let received = server.manufacturer().post("/api/v1/leads", &lead());
        let path = format!("/api/v1/leads/{}/decisions", received.text("/id"));
        let decisions = server.manufacturer().get(&path);
        let rank = decisions.body["decisions"][1]["id"].clone();
        let ranking = server
            .manufacturer()
            .get(&format!("/api/v1/decisions/{}", text(&rank)));
        let answer = &ranking.body["answer"]["given"];
        assert_eq!(answer["groups"][0].as_array().map(Vec::len), Some(1));
        let terms = answer["terms"].as_object().cloned().unwrap_or_default();
        assert_eq!(terms.len(), 6, "{answer:#}");
        assert!(
            terms
                .values()
                .all(|term| term.as_array().map(Vec::len) == Some(2))
        );
    });
}

#[test]
fn what_is_missing_is_asked_and_then_the_lead_goes_out() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let mut incomplete = lead();
        incomplete["contact"]["email"] = Value::Null;
        let received = server.manufacturer().post("/api/v1/leads", &incomplete);
        assert_eq!(received.text("/state"), "needs-info", "{received:?}");
        let answers = format!("/api/v1/leads/{}/answers", received.text("/id"));
        let answered = server.manufacturer().post(
            &answers,
            &json!({ "contact": { "email": "eva@example.com" } }),
        );
        assert_eq!(answered.text("/state"), "offered", "{answered:?}");
    });
}

#[test]
fn a_lead_is_found_by_number_address_or_phone_without_the_person() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        let mut sent = lead();
        sent["external-id"] = json!("A-1");
        let first = maker.post("/api/v1/leads", &sent);
        sent["external-id"] = json!("A-2");
        sent["contact"]["email"] = json!("somebody@example.com");
        let second = maker.post("/api/v1/leads", &sent);
        sent["external-id"] = json!("A-3");
        sent["contact"] = json!({ "email": "else@example.com" });
        maker.post("/api/v1/leads", &sent);
        let (first, second) = (first.text("/id"), second.text("/id"));
        let address = format!(" {}@EXAMPLE.com", MARKER.to_lowercase());
        for (wanted, expected) in [
            (json!({ "external-id": "A-1" }), vec![first]),
            (json!({ "external-id": "A-9" }), vec![]),
            (json!({ "email": address }), vec![first]),
            // The latest first.
            (json!({ "phone": "030 / 90 18 20" }), vec![second, first]),
            (json!({ "phone": "0049 30 901820" }), vec![second, first]),
            (json!({ "phone": "030 / 90 18 21" }), vec![]),
            (
                json!({ "email": address, "external-id": "A-2" }),
                vec![first, second],
            ),
            (
                json!({ "email": address, "external-id": "A-1" }),
                vec![first],
            ),
        ] {
            let mut asked = wanted.clone();
            asked["contract"] = json!("pumps");
            let found = maker.post("/api/v1/leads/search", &asked);
            assert_eq!(found.status, 200, "{wanted}: {found:?}");
            let leads = found.body["leads"].as_array().into_iter().flatten();
            let ids: Vec<&str> = leads.map(|lead| text(&lead["id"])).collect();
            assert_eq!(ids, expected, "{wanted}");
            assert!(!found.raw.contains(MARKER), "{wanted}: {found:?}");
        }
    });
}

#[test]
fn the_same_key_gives_the_same_answer_and_one_lead() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        let first = maker.post_once("/api/v1/leads", &lead(), "order-1");
        let again = maker.post_once("/api/v1/leads", &lead(), "order-1");
        assert_eq!(first.body, again.body);
        let mut other = lead();
        other["value"] = json!(1);
        let refused = maker.post_once("/api/v1/leads", &other, "order-1");
        assert_eq!(
            (refused.status, refused.code()),
            (422, "idempotency.other_request")
        );
        let leads = maker.get("/api/v1/leads");
        assert_eq!(leads.body["leads"].as_array().map(Vec::len), Some(1));
    });
}

fn timeline(server: &Server, id: &str) -> Vec<String> {
    let events = server
        .manufacturer()
        .get(&format!("/api/v1/leads/{id}/timeline"));
    events.body["events"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|event| text(&event["code"]).to_owned())
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
