//! A marker in every personal field turns up with nobody but those who may see
//! the contact: in no policy's input or answer, no event, and no line of the log.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Client, Server, contract, on_both_databases, partner_code};

const WAIT_MAX: Duration = Duration::from_secs(60);
/// Everything that the program itself says, statements of the database and
/// connections included; the compiler's own chatter knows no lead.
const TALKATIVE: &str = "trace,cranelift_codegen=warn,cranelift_frontend=warn,wasmtime=warn,wasmtime_internal_cranelift=warn,regalloc2=warn";
/// As they stand in the fields below, and as they would in columns and receipts.
const MARKERS: [&str; 5] = [
    "qwertzmarker",
    "90182077",
    // A date in days since 1970.
    "1903-11-07",
    "-24162",
    "%40example",
];

fn contact(of: &str) -> Value {
    json!({
        "name": format!("Eva Qwertzmarker-{of}"),
        "email": "Eva.Qwertzmarker@example.com",
        "phone": "+49 30 90182077",
        "company": format!("Qwertzmarker {of} GmbH"),
        "street": "Qwertzmarkerweg 1",
        "city": "Qwertzmarkerstadt",
        "note": "call Qwertzmarker after six",
        "attributes": { "birthday": "1903-11-07" },
    })
}

fn lead(contact: &Value) -> Value {
    json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_500_000,
        "attributes": { "consent": true, "storeys": 2 },
        "contact": contact,
    })
}

/// The contract with a commission, so that what pays is asked too.
fn paying() -> String {
    let commission =
        "\n[bindings.\"compensation/commission\"]\nplugin = \"compensation-flat-split\"\n";
    contract(3, 3) + commission
}

fn assert_clean(what: &str, text: &str) {
    let text = text.to_lowercase();
    for marker in MARKERS {
        let found = text.find(marker);
        assert!(
            found.is_none(),
            "{what} holds {marker}: …{}…",
            found.map_or("", |at| around(&text, at))
        );
    }
}

fn around(text: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(200);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (at + 200).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    &text[from..to]
}

#[test]
fn a_marker_in_every_personal_field_stays_where_it_belongs() {
    on_both_databases(|database| {
        let settings = [("STELLWERK_LOG_FILTER", TALKATIVE)];
        let mut server = Server::start_with(STELLWERK, database, &paying(), &settings);
        let maker = server.manufacturer();
        refused(maker);

        // Incomplete at first, so that answers bring personal data too.
        let mut incomplete = contact("before");
        incomplete["email"] = Value::Null;
        let received = maker.post_once("/api/v1/leads", &lead(&incomplete), "Qwertzmarker-key");
        assert_eq!(received.text("/state"), "needs-info", "{received:?}");
        let id = received.text("/id").to_owned();
        let answers = format!("/api/v1/leads/{id}/answers");
        let answered = maker.post(&answers, &json!({ "contact": contact("after") }));
        assert_eq!(answered.text("/state"), "offered", "{answered:?}");
        // Its twin is found by e-mail and phone.
        maker.post("/api/v1/leads", &lead(&contact("twin")));

        let partners: Vec<Client> = (1..=3)
            .map(|number| server.partner(&partner_code(number)))
            .collect();
        for partner in &partners {
            assert_clean(
                "the offers",
                &partner.get("/api/v1/offers").body.to_string(),
            );
        }
        let decline = format!("/api/v1/offers/{}/decline", offer_of(&partners[0], &id));
        let reason = json!({ "reason": "not-for-me", "note": "I know Qwertzmarker" });
        assert_eq!(partners[0].post(&decline, &reason).status, 200);
        let claim = format!("/api/v1/offers/{}/claim", offer_of(&partners[1], &id));
        let claimed = partners[1].post(&claim, &json!({}));
        assert_eq!(claimed.text("/contact/name"), "Eva Qwertzmarker-after");
        let feedback = json!({ "code": "contacted", "note": "Qwertzmarker was at home" });
        let path = format!("/api/v1/leads/{id}/feedback");
        assert_eq!(partners[1].post(&path, &feedback).status, 200);
        let won = json!({ "result": "won", "value": 2_400_000 });
        let path = format!("/api/v1/leads/{id}/outcome");
        assert_eq!(partners[1].post(&path, &won).status, 200);

        let asked = every_function(maker, &id);
        assert!(!asked.is_empty());
        assert_clean(
            "the event feed",
            &maker.get("/api/v1/events").body.to_string(),
        );
        let timeline = maker.get(&format!("/api/v1/leads/{id}/timeline"));
        assert_clean("the timeline", &timeline.body.to_string());
        server.stop();
        let log = server.log();
        assert!(log.contains("sqlx"), "the log is as talkative as it can be");
        assert_clean("the log", &log);
    });
}

/// Requests that are wrong in every way they can be, with personal data in them.
fn refused(maker: &Client) {
    let mut wrong = lead(&contact("wrong"));
    wrong["contact"]["name"] = json!("Qwertzmarker\u{202e}");
    assert_eq!(maker.post("/api/v1/leads", &wrong).status, 422);
    wrong["contact"] = json!("Qwertzmarker");
    assert_eq!(maker.post("/api/v1/leads", &wrong).status, 422);
    let broken = "{ \"contact\": { \"name\": \"Qwertzmarker\" ";
    assert_eq!(maker.send("/api/v1/leads", broken, None).status, 400);
    let query = "/api/v1/leads?email=Qwertzmarker%40example.com";
    assert_ne!(maker.get(query).status, 500);
}

/// Looks at all decisions about the lead until each function was asked that a
/// lead's way asks.
fn every_function(maker: &Client, lead: &str) -> BTreeSet<String> {
    let wanted = ["admit", "assess", "award", "escalate", "rank"].map(str::to_owned);
    let wanted = BTreeSet::from(wanted);
    let begin = Instant::now();
    loop {
        let decisions = maker.get(&format!("/api/v1/leads/{lead}/decisions"));
        let decisions = decisions.body["decisions"].as_array().cloned();
        let decisions = decisions.unwrap_or_default();
        let asked: BTreeSet<String> = decisions
            .iter()
            .map(|decision| text(&decision["function"]).to_owned())
            .collect();
        if asked == wanted {
            for decision in &decisions {
                let path = format!("/api/v1/decisions/{}", text(&decision["id"]));
                for path in [path.clone(), path + "/recorded"] {
                    let whole = maker.get(&path);
                    assert_eq!(whole.status, 200);
                    assert_clean(text(&decision["function"]), &whole.all_text());
                }
            }
            return asked;
        }
        assert!(begin.elapsed() < WAIT_MAX, "asked were {asked:?} alone");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn offer_of(partner: &Client, lead: &str) -> String {
    let offers = partner.get("/api/v1/offers");
    let offers = offers.body["offers"].as_array().cloned();
    offers
        .into_iter()
        .flatten()
        .find(|offer| offer["lead"] == lead)
        .map(|offer| text(&offer["id"]).to_owned())
        .expect("an offer of the lead")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
