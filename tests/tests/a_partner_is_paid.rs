//! What a partner earns is on its statement, with event and decision, and on
//! nobody else's.

use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Answer, AtCommit, Client, Database, Postgres, Proxy, Server, contract, on_both_databases,
    partner_code, until,
};

const PAID_WITHIN: Duration = Duration::from_secs(60);

/// Two partners and both plans; every lead is offered to both.
fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#,
    );
    file
}

#[test]
fn a_won_lead_is_on_the_statement() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database, &paying());
        let maker = server.manufacturer().clone();
        let winner = server.partner(&partner_code(1));
        let other = server.partner(&partner_code(2));
        let id = claimed_lead(&maker, &winner);
        for report in ["contacted", "data-complete", "care-contact"] {
            let path = format!("/api/v1/leads/{id}/feedback");
            let reported = winner.post(&path, &json!({ "code": report }));
            assert_eq!(reported.status, 200, "{reported:?}");
        }
        let won = json!({ "result": "won", "value": 2_000_000 });
        let won = winner.post(&format!("/api/v1/leads/{id}/outcome"), &won);
        assert_eq!(won.status, 200, "{won:?}");

        let period = this_period(&maker);
        let statement = statement_with(&winner, &period, 1, 5);
        // 3 % of the deal: nobody is above and no agency sent the lead in.
        assert_eq!(total(&statement, "commission", "commission"), 60_000);
        assert_eq!(total(&statement, "care", "care"), 800 + 500);
        assert_eq!(total(&statement, "care", "project"), 30_000);
        let line = &statement.body["lines"][0];
        let decision = maker.get(&format!("/api/v1/decisions/{}", text(&line["decision"])));
        assert_eq!(decision.status, 200, "{decision:?}");
        assert_eq!(statement.text("/period/state"), "open");

        // Each sees its own alone; the maker sees all.
        let path = statement_path(&period, 1);
        assert_eq!(other.get(&path).status, 404);
        assert_eq!(maker.get(&path).body, statement.body);
        let postings = |client: &Client| {
            let page = client.get("/api/v1/contracts/pumps/postings");
            page.body["postings"].as_array().map_or(0, Vec::len)
        };
        assert_eq!(postings(&other), 0);
        // The account that remembers the completed cycle belongs to the lead.
        assert_eq!(postings(&maker), postings(&winner) + 1);

        // A period that is not over stays open.
        let close = format!("/api/v1/contracts/pumps/periods/{period}/close");
        let refused = maker.post(&close, &json!({}));
        assert_eq!((refused.status, refused.code()), (409, "period.not-over"));
        assert_eq!(winner.post(&close, &json!({})).status, 403);
        server.stop();
    });
}

#[test]
fn a_statement_is_had_as_a_table_and_as_a_page() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        let winner = server.partner(&partner_code(1));
        let id = claimed_lead(server.manufacturer(), &winner);
        let won = json!({ "result": "won", "value": 2_000_000 });
        let won = winner.post(&format!("/api/v1/leads/{id}/outcome"), &won);
        assert_eq!(won.status, 200, "{won:?}");
        let period = this_period(server.manufacturer());
        let statement = statement_with(&winner, &period, 1, 3);
        let path = statement_path(&period, 1);
        let rule = text(&statement.body["lines"][0]["text"]);

        let table = winner.get(&format!("{path}?format=csv&language=en"));
        let kind = |answer: &Answer| answer.headers["content-type"].clone();
        assert_eq!(kind(&table), "text/csv; charset=utf-8; header=present");
        let name = format!("attachment; filename=\"{}-{period}.csv\"", partner_code(1));
        assert_eq!(table.headers["content-disposition"], name);
        assert_eq!(table.raw.lines().count(), 1 + 3, "{}", table.raw);
        assert!(table.raw.contains(rule), "{}", table.raw);

        // A browser asks for pages, and is given one that runs and loads nothing.
        let page = winner.ask("GET", &path, &[("Accept", "text/html")], Vec::new());
        assert_eq!(kind(&page), "text/html; charset=utf-8");
        let policy = &page.headers["content-security-policy"];
        assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
        assert!(page.raw.contains(rule), "{}", page.raw);
        let unknown = winner.get(&format!("{path}?format=pdf"));
        assert_eq!((unknown.status, unknown.code()), (422, "query.invalid"));
    });
}

#[test]
fn what_happened_too_long_ago_is_refused() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        let winner = server.partner(&partner_code(1));
        let id = claimed_lead(server.manufacturer(), &winner);
        let outcome = json!({ "result": "lost", "occurred-at": "2001-01-01T00:00:00Z" });
        let refused = winner.post(&format!("/api/v1/leads/{id}/outcome"), &outcome);
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        let message = refused.text("/errors/0/message");
        assert!(message.contains("days back"), "{message}");
    });
}

/// Two ask the same at once: what the one is answered who does it, and the other.
fn at_once(done: u16, ask: impl Fn() -> Answer + Sync) -> (Answer, Answer) {
    let [one, other] = std::thread::scope(|scope| {
        let asking = [scope.spawn(&ask), scope.spawn(&ask)];
        asking.map(|of| of.join().expect("an answer"))
    });
    let (first, second) = match one.status == done {
        true => (one, other),
        false => (other, one),
    };
    let is_one = first.status == done && second.status != done;
    assert!(is_one, "{first:?} {second:?}");
    (first, second)
}

/// A deal of long ago, so that there are periods which can be closed.
fn deal_of_long_ago(server: &Server) {
    let long_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 120);
    let deal = json!({
        "contract": "pumps", "value": 2_000_000, "registered-at": long_ago.to_string(),
    });
    let registered = server
        .partner(&partner_code(1))
        .post("/api/v1/deals", &deal);
    assert_eq!(registered.status, 201, "{registered:?}");
}

#[test]
fn of_two_who_close_a_period_at_once_one_does_and_the_other_is_told_who() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        deal_of_long_ago(&server);
        let maker = server.manufacturer();
        let periods = "/api/v1/contracts/pumps/periods";
        let first = maker.get(periods).body["periods"][0].clone();
        assert_eq!(first["state"], "open");
        let name = text(&first["name"]);
        let close = format!("{periods}/{name}/close");
        let (closed, refused) = at_once(200, || maker.post(&close, &json!({})));
        assert_eq!((refused.status, refused.code()), (409, "period.closed"));
        let (at, by) = (closed.text("/closed-at"), closed.text("/closed-by"));
        let told = format!("the period {name} is closed already, since {at}, by the token {by}");
        assert_eq!(refused.text("/detail"), told);
        let ended = format!("event WHERE code = 'period-closed' AND attributes LIKE '%{name}%'");
        assert_eq!(server.database().count(&ended), 1);

        // What is closed can be computed anew; what is open by closing it alone.
        let shown = maker.get(&format!("{periods}/{name}"));
        assert_eq!(shown.text("/period/state"), "closed", "{shown:?}");
        assert_eq!(shown.text("/period/closed-by"), by);
        let recalculation = format!("{periods}/{name}/recalculation");
        for answer in [
            maker.get(&recalculation),
            maker.post(&recalculation, &json!({})),
        ] {
            assert_eq!(
                (answer.status, &answer.body["deviations"]),
                (200, &json!([]))
            );
        }
        let open = format!("{periods}/{}/recalculation", this_period(maker));
        let refused = maker.post(&open, &json!({}));
        assert_eq!((refused.status, refused.code()), (409, "period.open"));
    });
}

#[test]
fn a_period_is_closed_though_nobody_waits_for_it() {
    let Some(postgres) = Postgres::new() else {
        return;
    };
    let proxy = Proxy::to(&postgres.socket_file());
    let database = Database::Postgres(proxy.url(&postgres.database()));
    let impatient = [("STELLWERK_HTTP_REQUEST_SECONDS_MAX", "1")];
    let server = Server::start_with(STELLWERK, database, &paying(), &impatient);
    let maker = server.manufacturer();
    deal_of_long_ago(&server);
    until("nobody is at the contract's money", || {
        let paid = "lane WHERE leased_until = 0 AND position = (SELECT max(position) FROM event)";
        server.database().count(paid) == 1
    });

    let periods = "/api/v1/contracts/pumps/periods";
    let first = || maker.get(periods).body["periods"][0].clone();
    let close = format!("{periods}/{}/close", text(&first()["name"]));
    proxy.at_commit(AtCommit::Hold);
    let given_up = maker.post(&close, &json!({}));
    assert_eq!(
        (given_up.status, given_up.code()),
        (503, "request.too-slow")
    );
    proxy.let_go();
    until("the period is closed", || first()["state"] == "closed");
}

#[test]
fn a_line_is_disputed_and_answered_and_both_are_kept() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        let maker = server.manufacturer();
        let winner = server.partner(&partner_code(1));
        let other = server.partner(&partner_code(2));
        let id = claimed_lead(maker, &winner);
        let won = json!({ "result": "won", "value": 2_000_000 });
        let won = winner.post(&format!("/api/v1/leads/{id}/outcome"), &won);
        assert_eq!(won.status, 200, "{won:?}");
        let period = this_period(maker);
        let statement = statement_with(&winner, &period, 1, 3);
        let line = |at: usize| text(&statement.body["lines"][at]["id"]).to_owned();
        let (disputed, correcting) = (line(0), line(1));

        let path = |posting: &str| format!("/api/v1/contracts/pumps/postings/{posting}/disputes");
        let complaint = json!({ "complaint": "It was a <larger> project.\nSee our offer." });
        assert_eq!(other.post(&path(&disputed), &complaint).status, 404);
        assert_eq!(maker.post(&path(&disputed), &complaint).status, 403);
        let empty = winner.post(&path(&disputed), &json!({ "complaint": " " }));
        assert_eq!(
            (empty.status, empty.text("/errors/0/pointer")),
            (422, "/complaint")
        );
        let (opened, twice) = at_once(201, || winner.post(&path(&disputed), &complaint));
        assert_eq!(opened.text("/state"), "open", "{opened:?}");
        assert_eq!((twice.status, twice.code()), (409, "dispute.open"));

        let answer = format!(
            "/api/v1/contracts/pumps/disputes/{}/answer",
            opened.text("/id")
        );
        for (wrong, pointer) in [
            (json!({}), ""),
            (json!({ "reason": "" }), "/reason"),
            (json!({ "corrections": [disputed] }), "/corrections/0"),
            (json!({ "corrections": ["nothing"] }), "/corrections/0"),
        ] {
            let refused = maker.post(&answer, &wrong);
            assert_eq!(
                (refused.status, refused.text("/errors/0/pointer")),
                (422, pointer)
            );
        }
        let reason = json!({ "reason": "You are right.", "corrections": [correcting] });
        assert_eq!(winner.post(&answer, &reason).status, 403);
        let (answered, twice) = at_once(200, || maker.post(&answer, &reason));
        assert_eq!(answered.text("/state"), "answered", "{answered:?}");
        assert_eq!((twice.status, twice.code()), (409, "dispute.answered"));

        // Both stay with the line, whatever comes after them.
        let again = winner.post(
            &path(&disputed),
            &json!({ "complaint": "Still too little." }),
        );
        assert_eq!(again.status, 201, "{again:?}");
        let statement = winner.get(&statement_path(&period, 1));
        let shown = &statement.body["lines"][0]["disputes"];
        assert_eq!(shown[0]["complaint"], complaint["complaint"]);
        assert_eq!(shown[0]["answer"]["reason"], "You are right.");
        assert_eq!(shown[0]["answer"]["corrections"], json!([correcting]));
        assert_eq!(
            (&shown[1]["state"], shown.as_array().map(Vec::len)),
            (&json!("open"), Some(2))
        );
        let page = winner.get(&format!(
            "{}?format=html&language=de",
            statement_path(&period, 1)
        ));
        assert!(
            page.raw
                .contains("It was a &lt;larger&gt; project.<br>See our offer.")
        );
        assert!(
            page.raw
                .contains(&format!("You are right.; berichtigt durch {correcting}"))
        );

        // The feed and the lead's timeline tell of it, and not what was said.
        let timeline = winner.get(&format!("/api/v1/leads/{id}/timeline"));
        for (told, name) in [
            (timeline, "timeline"),
            (maker.get("/api/v1/events?limit=1000"), "feed"),
        ] {
            let events = told.body["events"].as_array().cloned().unwrap_or_default();
            let codes: Vec<&str> = events.iter().map(|event| text(&event["code"])).collect();
            for code in ["disputed", "dispute-answered"] {
                assert!(codes.contains(&code), "{name}: {codes:?}");
            }
            assert!(
                !told.raw.contains("larger") && !told.raw.contains("You are right"),
                "{name}"
            );
        }
        let open = maker.get("/api/v1/contracts/pumps/disputes?state=open");
        assert_eq!(
            open.body["disputes"].as_array().map(Vec::len),
            Some(1),
            "{open:?}"
        );
        assert_eq!(
            other.get("/api/v1/contracts/pumps/disputes").body["disputes"],
            json!([])
        );
    });
}

/// A lead that the partner has claimed.
fn claimed_lead(maker: &Client, partner: &Client) -> String {
    let received = maker.post(
        "/api/v1/leads",
        &json!({
            "contract": "pumps",
            "product": "heat-pump",
            "source": "configurator",
            "country": "DE",
            "postcode": "10115",
            "value": 2_000_000,
            "attributes": { "consent": true },
            "contact": { "email": "eva@example.com" },
        }),
    );
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    let offers = partner.get("/api/v1/offers");
    let offer = offers.text("/offers/0/id");
    let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
    received.text("/id").to_owned()
}

fn this_period(maker: &Client) -> String {
    let periods = maker.get("/api/v1/contracts/pumps/periods");
    let periods = periods.body["periods"].as_array().cloned();
    let last = periods.and_then(|mut periods| periods.pop());
    text(&last.unwrap_or_default()["name"]).to_owned()
}

fn statement_path(period: &str, partner: usize) -> String {
    let partner = partner_code(partner);
    format!("/api/v1/contracts/pumps/periods/{period}/statements/{partner}")
}

/// The statement, once it has that many lines.
fn statement_with(client: &Client, period: &str, partner: usize, lines: usize) -> Answer {
    let begin = Instant::now();
    loop {
        let statement = client.get(&statement_path(period, partner));
        assert_eq!(statement.status, 200, "{statement:?}");
        let found = statement.body["lines"].as_array().map_or(0, Vec::len);
        if found >= lines {
            return statement;
        }
        assert!(begin.elapsed() < PAID_WITHIN, "{statement:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn total(statement: &Answer, component: &str, account: &str) -> i64 {
    let totals = statement.body["totals"].as_array();
    totals
        .into_iter()
        .flatten()
        .find(|total| total["component"] == component && total["account"] == account)
        .and_then(|total| total["amount"].as_i64())
        .unwrap_or(0)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
