//! One reseller works for two manufacturers and sees both; neither sees the other,
//! and each sees of the reseller's open business what its terms say.

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Answer, Caller, PERSON, Request, Tenant, Tenants, on_both_databases, terms, until,
};

const EVA: &str = "eva@heizung.example";
/// In everything that is said of open business.
const MARKER: &str = "qwertzmarker";
/// The same as an amount.
const AMOUNT: i64 = 76_543_210;
/// Who looks at a manufacturer's business from inside.
const INSIDE: [&str; 5] = [
    "operator",
    "manufacturer",
    "integrator",
    "vendor-manager",
    "auditor",
];

/// Lets Eva in as one of the reseller's, under the name that the manufacturer
/// knows; the user, and Eva with a token of her own.
fn let_eva_in(tenants: &Tenants, tenant: &Tenant, name: &str) -> (Answer, Caller) {
    let maker = tenant.caller("manufacturer");
    let membership = json!({ "role": "partner", "partner": tenant.partner("own") });
    let body = json!({ "email": EVA, "name": name, "memberships": [membership] });
    let user = maker.done("POST", "/api/v1/users", &body);
    let body = json!({
        "role": "partner", "partner": tenant.partner("own"), "user": user.text("/id"),
    });
    let token = maker.done("POST", "/api/v1/tokens", &body);
    let caller = Caller {
        client: tenants.server.client(token.text("/token")),
        token: token.text("/id").to_owned(),
        named: None,
    };
    (user, caller)
}

#[test]
fn a_reseller_sees_both_and_neither_manufacturer_sees_the_other() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &[]);
        let Tenants { maker, rival, .. } = &tenants;
        let (at_maker, for_maker) = let_eva_in(&tenants, maker, "Eva Muster");
        let (at_rival, for_rival) = let_eva_in(&tenants, rival, "E. Muster, Heizung");
        // She is one person, whom each calls as it likes and since it knows her.
        assert_eq!(at_maker.text("/id"), at_rival.text("/id"));
        assert_eq!(at_maker.text("/name"), "Eva Muster");
        assert_eq!(at_rival.text("/name"), "E. Muster, Heizung");
        assert!(at_maker.text("/created-at") < at_rival.text("/created-at"));
        let path = format!("/api/v1/users/{}", at_maker.text("/id"));
        for (tenant, user) in [(maker, &at_maker), (rival, &at_rival)] {
            let manufacturer = tenant.caller("manufacturer");
            assert_eq!(manufacturer.get(&path).body, user.body);
            let seen = manufacturer.get("/api/v1/users?limit=200");
            assert!(seen.raw.contains(user.text("/name")), "{seen:?}");
        }
        let seen = maker.caller("manufacturer").get("/api/v1/users?limit=200");
        assert!(!seen.raw.contains("E. Muster"), "{seen:?}");

        // Each of her tokens opens one of the two.
        for (caller, own, other) in [
            (&for_maker, "maker-", "rival-"),
            (&for_rival, "rival-", "maker-"),
        ] {
            for path in [
                "/api/v1/offers",
                "/api/v1/claims",
                "/api/v1/deals",
                "/api/v1/contracts",
            ] {
                let answer = caller.get(path);
                assert_eq!(answer.status, 200, "{answer:?}");
                assert!(!answer.raw.contains(other), "{path}: {answer:?}");
            }
            assert!(caller.get("/api/v1/offers").raw.contains(own));
        }
        // Who leaves one stays with the other.
        let role = format!("{path}/memberships?role=partner&partner=maker-own");
        maker
            .caller("manufacturer")
            .done("DELETE", &role, &Value::Null);
        assert_eq!(for_maker.get("/api/v1/offers").status, 401);
        assert_eq!(for_rival.get("/api/v1/offers").status, 200);
        assert_eq!(rival.caller("manufacturer").get(&path).body, at_rival.body);
        assert_eq!(maker.caller("manufacturer").get(&path).status, 404);
        nobody_can_tell_whom_the_other_knows(&tenants);
    });
}

/// Whether the other knows somebody: not even the identifier's own digits tell
/// when it was made.
fn nobody_can_tell_whom_the_other_knows(Tenants { maker, rival, .. }: &Tenants) {
    let let_in = |tenant: &Tenant, email: &str| {
        let body = json!({
            "email": email, "name": "Somebody", "memberships": [{ "role": "auditor" }],
        });
        tenant
            .caller("manufacturer")
            .done("POST", "/api/v1/users", &body)
    };
    let known = let_in(rival, "known@example.com");
    let again = let_in(maker, "known@example.com");
    let new = let_in(maker, "new@example.com");
    assert_eq!(again.text("/id"), known.text("/id"));
    let shape = |answer: &Answer| {
        let mut body = answer.body.clone();
        for field in ["id", "email", "created-at"] {
            body[field] = Value::Null;
        }
        (answer.status, body)
    };
    assert_eq!(shape(&again), shape(&new));
    assert!(again.text("/created-at") > known.text("/created-at"));
    for answer in [&again, &new] {
        // Random ones, where all others tell their time.
        assert_eq!(answer.text("/id").as_bytes()[14], b'4', "{answer:?}");
    }
}

fn show_pipeline(tenant: &Tenant, setting: Value) {
    let mut terms = terms(&tenant.code);
    for (name, value) in setting.as_object().into_iter().flatten() {
        terms[name] = value.clone();
    }
    let maker = tenant.caller("manufacturer");
    maker.done("PUT", &tenant.in_contract("/terms"), &terms);
}

/// A deal and a report of the partner's, with the marker in all that is said.
fn open_business(tenant: &Tenant) -> String {
    let partner = tenant.caller("partner own");
    let deal = json!({
        "contract": tenant.contract(),
        "external-id": format!("{MARKER}-1"),
        "customer": MARKER,
        "lines": [{ "product": tenant.named("product"), "quantity": 1000, "value": AMOUNT }],
        "attributes": { "roof": MARKER },
    });
    let deal = partner.done("POST", "/api/v1/deals", &deal);
    let report = json!({ "code": "quoted", "attributes": { "brand": MARKER } });
    let path = format!("/api/v1/leads/{}/feedback", tenant.held["own"]);
    partner.done("POST", &path, &report);
    deal.text("/id").to_owned()
}

/// Every answer that somebody gets who looks everywhere.
fn all_that_is_seen(
    tenants: &Tenants,
    tenant: &Tenant,
    caller: &Caller,
    deal: &str,
) -> Vec<Answer> {
    let document = tenants.server.manufacturer().get("/api/v1/openapi.json");
    let paths = document.body["paths"].as_object().into_iter().flatten();
    let mut seen: Vec<Answer> = paths
        .filter(|(_, operations)| operations.get("get").is_some())
        .map(|(path, _)| caller.ask(&Request::of(&format!("GET {path}"), tenant)))
        .collect();
    let lead = format!("/api/v1/leads/{}", tenant.held["own"]);
    for path in [
        format!("/api/v1/deals/{deal}"),
        "/api/v1/deals?limit=200".to_owned(),
        "/api/v1/deals?state=registered&limit=200".to_owned(),
        "/api/v1/events?limit=1000".to_owned(),
        format!("{lead}/timeline"),
    ] {
        seen.push(caller.get(&path));
    }
    let decisions = tenant
        .caller("manufacturer")
        .get(&format!("{lead}/decisions"));
    for decision in decisions.body["decisions"].as_array().into_iter().flatten() {
        let id = decision["id"].as_str().unwrap_or_default();
        seen.push(caller.get(&format!("/api/v1/decisions/{id}")));
    }
    seen
}

/// What was asked so that the held lead's events are paid.
fn paid(caller: &Caller, tenant: &Tenant) -> Vec<String> {
    let decisions = caller.get(&format!("/api/v1/leads/{}/decisions", tenant.held["own"]));
    let decisions = decisions.body["decisions"].as_array().cloned();
    let awards = decisions
        .into_iter()
        .flatten()
        .filter(|decision| decision["function"] == "award");
    awards
        .filter_map(|decision| decision["id"].as_str().map(str::to_owned))
        .collect()
}

fn is_marked(answer: &Answer) -> bool {
    answer.raw.contains(MARKER) || answer.raw.contains(&AMOUNT.to_string())
}

#[test]
fn what_a_manufacturer_sees_of_open_business_follows_the_terms() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &[]);
        let Tenants { maker, rival, .. } = &tenants;
        show_pipeline(maker, json!({ "pipeline-visible": false }));
        let deals = [maker, rival].map(open_business);
        // What policies were asked about it is there by then.
        for tenant in [maker, rival] {
            until("the report was paid", || {
                // The claim, and the report.
                paid(tenant.caller("manufacturer"), tenant).len() >= 2
            });
        }
        // Byte for byte it is shown to nobody, or whole.
        for (tenant, status) in [(maker, 403), (rival, 200)] {
            let auditor = tenant.caller("auditor");
            for question in paid(auditor, tenant) {
                let path = format!("/api/v1/decisions/{question}/recorded");
                assert_eq!(auditor.get(&path).status, status, "{}", tenant.code);
            }
        }
        for name in INSIDE {
            let seen = all_that_is_seen(&tenants, maker, maker.caller(name), &deals[0]);
            let shown: Vec<&Answer> = seen.iter().filter(|answer| is_marked(answer)).collect();
            assert!(shown.is_empty(), "{name} sees {shown:#?}");
        }
        let manufacturer = maker.caller("manufacturer");
        let path = format!("/api/v1/deals/{}", deals[0]);
        let seen = manufacturer.get(&path);
        assert_eq!(
            (seen.text("/state"), seen.text("/partner")),
            ("registered", "maker-own")
        );
        // The partner and the one above it see it; so does whom the terms let.
        for name in ["partner own", "partner above"] {
            assert!(is_marked(&maker.caller(name).get(&path)), "{name}");
        }
        for name in ["manufacturer", "vendor-manager", "auditor"] {
            let seen = all_that_is_seen(&tenants, rival, rival.caller(name), &deals[1]);
            let shown = seen.iter().filter(|answer| is_marked(answer)).count();
            assert!(shown >= 4, "{name} sees it {shown} times");
        }
        // What is won is paid for, and seen; what is lost stays hidden.
        let partner = maker.caller("partner own");
        partner.done("PATCH", &path, &json!({ "state": "won" }));
        assert!(is_marked(&manufacturer.get(&path)));
        let lost = open_business_lost(maker);
        let lost = manufacturer.get(&format!("/api/v1/deals/{lost}"));
        assert_eq!((lost.text("/state"), is_marked(&lost)), ("lost", false));
    });
}

fn open_business_lost(tenant: &Tenant) -> String {
    let partner = tenant.caller("partner own");
    let deal = json!({ "contract": tenant.contract(), "customer": MARKER, "value": AMOUNT });
    let deal = partner.done("POST", "/api/v1/deals", &deal);
    let id = deal.text("/id").to_owned();
    let state = json!({ "state": "lost" });
    partner.done("PATCH", &format!("/api/v1/deals/{id}"), &state);
    id
}

fn those_above_see_the_person_where_the_terms_say_so(maker: &Tenant) {
    let path = format!("/api/v1/leads/{}", maker.held["own"]);
    let above = maker.caller("partner above");
    assert!(!above.get(&path).raw.contains(PERSON));
    show_pipeline(maker, json!({ "contact-visible-above": true }));
    assert!(above.get(&path).raw.contains(PERSON));
    let below = maker.caller("partner below");
    assert_eq!(below.get(&path).status, 404);
}

#[test]
fn outsiders_read_of_a_leads_story_what_is_theirs() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &[]);
        let maker = &tenants.maker;
        // Offered to two, declined by the one beside, claimed and won by the own.
        let lead = maker.offered();
        let decline = format!("/api/v1/offers/{}/decline", maker.offer(&lead, "beside"));
        let reason = json!({ "reason": "not-for-me" });
        maker
            .caller("partner beside")
            .done("POST", &decline, &reason);
        let path = format!("/api/v1/leads/{lead}");
        let offered = maker.caller("partner own").get(&path);
        assert_eq!(offered.status, 200);
        for hidden in ["external-id", "customer", "contact", "waits-for-a-person"] {
            assert_eq!(offered.body.get(hidden), None, "{hidden}: {offered:?}");
        }
        maker.claim(&lead, "own");
        let won = json!({ "result": "won", "value": AMOUNT });
        let outcome = format!("{path}/outcome");
        maker.caller("partner own").done("POST", &outcome, &won);

        let story = |name: &str| maker.caller(name).get(&format!("{path}/timeline"));
        let codes = |answer: &Answer| -> Vec<String> {
            let events = answer.body["events"].as_array().cloned();
            let events = events.unwrap_or_default();
            let codes = events.iter().filter_map(|event| event["code"].as_str());
            codes.map(str::to_owned).collect()
        };
        let beside = stellwerk_tests::partner_id(maker, "beside");
        // Who has won the customer still sees it, and nothing of the one beside.
        let own = story("partner own");
        assert!(codes(&own).contains(&"won".to_owned()), "{own:?}");
        assert!(!codes(&own).contains(&"declined".to_owned()), "{own:?}");
        assert!(!own.raw.contains(&beside), "{own:?}");
        let whole = maker.caller("partner own").get(&path);
        assert!(whole.raw.contains(PERSON), "{whole:?}");
        // The agency sees how it ended, not by whom nor for how much.
        let agency = story("agency own");
        assert!(codes(&agency).contains(&"won".to_owned()), "{agency:?}");
        let partners = ["own", "beside"].map(|of| stellwerk_tests::partner_id(maker, of));
        for partner in &partners {
            assert!(!agency.raw.contains(partner.as_str()), "{agency:?}");
        }
        assert!(!is_marked(&agency), "{agency:?}");
        // Read one by one, it is the same: no page is empty for what is hidden.
        for (name, whole) in [("partner own", &own), ("agency own", &agency)] {
            let mut read = Vec::new();
            let mut after = 0;
            loop {
                let query = format!("{path}/timeline?limit=1&after={after}");
                let page = maker.caller(name).get(&query);
                assert_eq!(codes(&page).len(), 1, "{name}: {page:?}");
                read.extend(codes(&page));
                match page.body["next"].as_i64() {
                    Some(next) => after = next,
                    None => break,
                }
            }
            assert_eq!(read, codes(whole), "{name}");
        }
        // The manufacturer sees all of it.
        let inside = story("manufacturer");
        assert!(inside.raw.contains(&beside) && is_marked(&inside));
        those_above_see_the_person_where_the_terms_say_so(maker);
    });
}
