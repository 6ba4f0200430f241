//! A contract pays by three components at once: a commission by tiers, a bonus or
//! malus by measures, and points. Each has its own lines on the statement, and all of
//! them come to what one reckons by hand.

use std::collections::BTreeMap;

use crate::STELLWERK;
use jiff::civil::Date;
use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};
use stellwerk_tests::{Client, Server, contract, on_both_databases, partner_code, until};

const PUMPS: &str = "/api/v1/contracts/pumps";

/// Two partners, and three components beside each other.
fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-tiers"
configuration = { sales = { base = "month", tiers = { marginal = [
  { from = 0, rate = 20000 }, { from = 1000000, rate = 30000 },
] } } }

[bindings."compensation/quality"]
plugin = "compensation-bonus-malus"
configuration = { base = { rate = 20000 } }

[bindings."compensation/points"]
plugin = "compensation-points"
configuration = { fund = { least = 50 } }
"#,
    );
    file
}

/// Leads of the month before the last one, whose time of grace is over.
fn history(month: Date) -> String {
    let at = |day: i8, time: &str| format!("{}T{time}:00Z", month.with().day(day).build().unwrap());
    let rows = [
        // Cold, and contacted within the hour.
        [
            "1",
            &partner_code(1),
            "cold",
            &at(5, "10:00"),
            &at(5, "10:40"),
            &at(5, "11:00"),
            "won",
            &at(10, "10:00"),
            "",
            "D-1",
            "20000.00",
        ],
        // Warm, contacted within the day, and called off in the same month.
        [
            "2",
            &partner_code(1),
            "warm",
            &at(6, "10:00"),
            &at(6, "12:00"),
            &at(6, "12:00"),
            "won",
            &at(12, "10:00"),
            &at(20, "10:00"),
            "D-2",
            "15000.00",
        ],
        // Hot, and complete before anybody had spoken with the contact.
        [
            "3",
            &partner_code(1),
            "hot",
            &at(7, "10:00"),
            "",
            &at(7, "11:00"),
            "lost",
            &at(21, "10:00"),
            "",
            "",
            "",
        ],
        // Without feedback.
        [
            "4",
            &partner_code(2),
            "cold",
            &at(8, "10:00"),
            &at(8, "10:10"),
            "",
            "won",
            &at(9, "10:00"),
            "",
            "D-4",
            "10000.00",
        ],
    ];
    let head = "id,by,warmth,claimed,contacted,complete,outcome,on,off,deal,value\n";
    head.to_owned() + &rows.map(|row| row.join(",") + "\n").concat()
}

const MAPPING: &str = r#"
[fields]
external-id = "id"
partner = "by"
temperature = "warmth"
claimed-at = "claimed"
contacted-at = "contacted"
data-complete-at = "complete"
outcome = "outcome"
outcome-at = "on"
cancelled-at = "off"
deal-id = "deal"
won-value = "value"
contact.name = "id"
"#;

#[test]
fn commission_quality_and_points_add_up_side_by_side() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database, &paying());
        let maker = server.manufacturer().clone();
        let first = Zoned::now().date().first_of_month() - 2.months();
        let period = first.strftime("%Y-%m").to_string();
        let imported = maker.post(
            "/api/v1/imports/leads?contract=pumps",
            &json!({ "mapping": MAPPING, "content": history(first) }),
        );
        assert_eq!(imported.body["imported"], 4, "{imported:?}");
        measure(&maker, first);
        close(&maker, &period);

        // Deals of 20,000 and 15,000: 2 % up to 10,000 in the month, 3 % beyond. The
        // second was called off, its commission and its part of the base are back.
        // Satisfaction half-way to the best and rework half-way to none are 5 % and
        // 7.5 % of 2 % of 20,000. 38, 15 and 5 points turn into 1 EUR each.
        let expected = BTreeMap::from([
            ("commission/commission", 20_000 + 30_000),
            ("commission/month-sales", 2_000_000),
            ("points/fund", 5_800),
            ("points/points", 0),
            ("quality/base", 0),
            ("quality/bonus", 5_000),
        ]);
        assert_eq!(totals(&statement(&maker, &period, 1)), named(&expected));
        // 2 % of 10,000. A third of what the other has done had to be done again: the
        // full malus of 20 % of the base. Nothing was reported, so there are no points.
        let expected = BTreeMap::from([
            ("commission/commission", 20_000),
            ("commission/month-sales", 1_000_000),
            ("quality/base", 0),
            ("quality/malus", -4_000),
        ]);
        assert_eq!(totals(&statement(&maker, &period, 2)), named(&expected));

        // Each line says why, and by which decision.
        let lines = statement(&maker, &period, 1)["lines"].clone();
        let lines = lines.as_array().cloned().unwrap_or_default();
        assert!(lines.iter().all(|line| line["decision"].is_string()));
        let bonus = lines.iter().find(|line| line["account"] == "bonus");
        assert_eq!(bonus.map(|line| &line["reason"]), Some(&json!("bonus")));

        // Called off when the month is closed, a deal costs in the open one: its
        // commission, and its part of the base, which waits for the next close.
        call_off(&server.partner(&partner_code(1)), "D-1");
        let expected = BTreeMap::from([
            ("commission/commission", -50_000),
            ("points/fund", 0),
            ("points/points", 0),
            ("quality/base", -40_000),
            ("quality/bonus", 0),
        ]);
        let now = open_period(&maker);
        until("the cancellation is paid", || {
            statement(&maker, &now, 1)["lines"]
                .as_array()
                .is_some_and(|lines| lines.len() == 2)
        });
        assert_eq!(totals(&statement(&maker, &now, 1)), named(&expected));
        assert_eq!(
            totals(&statement(&maker, &period, 2))["quality/malus"],
            -4_000
        );

        // A measure comes late: it is taken, and counts when somebody wants it so.
        let corrected = maker.put(
            &format!("{PUMPS}/measures"),
            &json!({ "measures": [measure_of(first, 1, "satisfaction", 8.0)] }),
        );
        let note = &corrected.body["notes"][0];
        assert_eq!(
            (&note["code"], &note["period"]),
            (&json!("period.closed"), &json!(period)),
            "{corrected:?}"
        );
        let way = note["message"].as_str().expect("a text");
        let recalculation = format!("{PUMPS}/periods/{period}/recalculation");
        assert!(way.contains(&recalculation), "{way}");
        assert_eq!(totals(&statement(&maker, &now, 1)), named(&expected));
        let again = maker.post(&recalculation, &json!({}));
        assert_eq!(again.status, 200, "{again:?}");
        // Without the 5 % for satisfaction; the month after it is the first open one.
        let next = (first + 1.month()).strftime("%Y-%m").to_string();
        let bonus = totals(&statement(&maker, &next, 1))["quality/bonus"];
        assert_eq!(bonus, -2_000);
        server.stop();
    });
}

/// What was measured of both partners in the month.
fn measure(maker: &Client, month: Date) {
    let measures = [
        measure_of(month, 1, "satisfaction", 9.0),
        measure_of(month, 1, "rework-share", 0.025),
        measure_of(month, 2, "satisfaction", 10.0),
        measure_of(month, 2, "rework-share", 0.35),
    ];
    let set = maker.put(
        &format!("{PUMPS}/measures"),
        &json!({ "measures": measures }),
    );
    assert_eq!(set.body["changed"], 4, "{set:?}");
    assert_eq!(set.body["notes"], Value::Null, "{set:?}");
}

fn measure_of(month: Date, partner: usize, name: &str, value: f64) -> Value {
    json!({
        "kind": "measure", "partner": partner_code(partner), "name": name, "value": value,
        "from": format!("{month}T00:00:00Z"),
        "until": format!("{}T00:00:00Z", month + 2.months()),
    })
}

/// Closes a period, as soon as nobody else is at the contract's money.
fn close(maker: &Client, period: &str) {
    until("the period is closed", || {
        let closed = maker.post(&format!("{PUMPS}/periods/{period}/close"), &json!({}));
        assert!([200, 503].contains(&closed.status), "{closed:?}");
        closed.status == 200
    });
}

fn call_off(partner: &Client, external_id: &str) {
    let deals = partner.get("/api/v1/deals?contract=pumps").body["deals"].clone();
    let deal = deals
        .as_array()
        .into_iter()
        .flatten()
        .find(|deal| deal["external-id"] == external_id)
        .and_then(|deal| deal["id"].as_str())
        .expect("the deal");
    let path = format!("/api/v1/deals/{deal}");
    let called_off = partner.patch(&path, &json!({ "state": "cancelled" }));
    assert_eq!(called_off.text("/state"), "cancelled", "{called_off:?}");
    assert!(
        called_off.body["notes"].is_null(),
        "it was paid: {called_off:?}"
    );
}

fn open_period(maker: &Client) -> String {
    let periods = maker.get(&format!("{PUMPS}/periods")).body["periods"].clone();
    let last = periods.as_array().and_then(|periods| periods.last());
    let name = last.and_then(|period| period["name"].as_str());
    name.expect("a period").to_owned()
}

fn statement(maker: &Client, period: &str, partner: usize) -> Value {
    let partner = partner_code(partner);
    let path = format!("{PUMPS}/periods/{period}/statements/{partner}");
    let statement = maker.get(&path);
    assert_eq!(statement.status, 200, "{statement:?}");
    statement.body
}

/// What each account comes to; independently of what the statement says, by its lines.
fn totals(statement: &Value) -> BTreeMap<String, i64> {
    let name = |row: &Value| {
        let part = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        format!("{}/{}", part("component"), part("account"))
    };
    let rows = |list: &str| statement[list].as_array().cloned().unwrap_or_default();
    let amount = |row: &Value| row["amount"].as_i64().expect("an amount");
    let mut by_line: BTreeMap<String, i64> = BTreeMap::new();
    for line in rows("lines") {
        *by_line.entry(name(&line)).or_default() += amount(&line);
    }
    let totals: BTreeMap<String, i64> = rows("totals")
        .iter()
        .map(|total| (name(total), amount(total)))
        .collect();
    for (account, total) in &totals {
        let of_lines = by_line.get(account).copied().unwrap_or(0);
        assert_eq!(*total, of_lines, "{account}");
    }
    totals
}

fn named(totals: &BTreeMap<&str, i64>) -> BTreeMap<String, i64> {
    let named = totals
        .iter()
        .map(|(name, amount)| ((*name).to_owned(), *amount));
    named.collect()
}
