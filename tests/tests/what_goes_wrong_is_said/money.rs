//! Amounts and instants that cannot be.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{LEADS, PUMPS, World, with};

pub fn tell(world: &World, book: &mut Book) {
    book.group("MONEY AND DATES");
    let maker = world.maker();
    let raw = |what: &str, value: &str, book: &mut Book| {
        let body = format!("{{ \"contract\": \"pumps\",\n  \"value\": {value} }}");
        book.answered(what, &maker.send(LEADS, &body, None));
    };
    raw("an amount with decimals", "12.345", book);
    raw("an amount beyond 64 bits", "99999999999999999999", book);
    raw("an amount just beyond 64 bits", "9223372036854775808", book);
    raw("an amount in words", "\"a lot\"", book);
    raw("an amount beyond all measure", "9223372036854775807", book);
    raw("an amount below nothing", "-5", book);
    let attribute = |value: Value| with(&[("/attributes/budget", value)]);
    book.answered(
        "an attribute's amount with decimals",
        &maker.post(LEADS, &attribute(json!(12.345))),
    );
    let line = json!({ "product": "heat-pump", "quantity": 1_000, "value": 12.345 });
    let deal = json!({ "contract": "pumps", "partner": "partner-1", "lines": [line] });
    book.answered(
        "a line's amount with decimals",
        &maker.post("/api/v1/deals", &deal),
    );
    let line = |value: i64| json!({ "product": "rocket", "quantity": i64::MAX, "value": value });
    let deal =
        json!({ "contract": "pumps", "partner": "partner-1", "lines": [line(i64::MAX), line(1)] });
    book.answered(
        "lines beyond all measure",
        &maker.post("/api/v1/deals", &deal),
    );
    let terms = maker.get(&format!("{PUMPS}/terms")).body["terms"].clone();
    let terms = |name: &str, value: Value| {
        let mut changed = terms.clone();
        changed[name] = value;
        maker.put(&format!("{PUMPS}/terms"), &changed)
    };
    book.answered(
        "a currency that there is not",
        &terms("currency", json!("EURO")),
    );
    book.answered(
        "a currency in small letters",
        &terms("currency", json!("eur")),
    );
    book.answered(
        "an hour of working time that nobody works",
        &terms("calendar", json!({ "working-hours": {} })),
    );

    for (what, at) in [
        ("a lead received before 1970", "1969-12-31T23:59:59Z"),
        ("a lead received in the future", "2999-01-01T00:00:00Z"),
        ("a lead received on 31 February", "2026-02-31T10:00:00Z"),
        (
            "a lead received at no hour of the day",
            "2026-03-02T25:00:00Z",
        ),
        (
            "a lead received at a local time, which could be any",
            "2026-03-29T02:30:00",
        ),
        (
            "a lead received on a day, which is no instant",
            "2026-03-02",
        ),
    ] {
        book.answered(
            what,
            &maker.post(LEADS, &with(&[("/received-at", json!(at))])),
        );
    }
    let activity = |at: &str| {
        with(&[(
            "/activities",
            json!([{ "code": "visit", "occurred-at": at }]),
        )])
    };
    book.answered(
        "an activity before 1970",
        &maker.post(LEADS, &activity("0001-01-01T00:00:00Z")),
    );
    book.answered(
        "an activity in the future",
        &maker.post(LEADS, &activity("2999-01-01T00:00:00Z")),
    );
    book.answered(
        "an attribute's date on 31 February",
        &maker.post(LEADS, &with(&[("/attributes/begin", json!("2026-02-31"))])),
    );
    book.answered(
        "an attribute's date that is an instant",
        &maker.post(
            LEADS,
            &with(&[("/attributes/begin", json!("2026-02-28T10:00:00Z"))]),
        ),
    );
    let deal = json!({ "contract": "pumps", "partner": "partner-1", "registered-at": "1969-01-01T00:00:00Z" });
    book.answered(
        "a deal registered before 1970",
        &maker.post("/api/v1/deals", &deal),
    );
    let deal = json!({ "contract": "pumps", "partner": "partner-1", "registered-at": "2001-01-01T00:00:00Z" });
    book.answered(
        "a deal registered longer ago than the terms allow",
        &maker.post("/api/v1/deals", &deal),
    );
    called_off(world, book);
    book.answered(
        "a currency that money is not reckoned by",
        &terms("currency", json!("CHF")),
    );
    book.answered(
        "a time zone that money is not reckoned by",
        &terms("time-zone", json!("Europe/Lisbon")),
    );
    let footing = format!("{PUMPS}/partners/partner-1");
    let leave =
        json!({ "leave": { "from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z" } });
    book.answered(
        "a leave that ends before it begins",
        &maker.patch(&footing, &leave),
    );
    let measures = json!({ "measures": [
        { "kind": "target", "partner": "partner-1", "name": "quota", "value": 1,
          "from": "1960-01-01T00:00:00Z", "until": "2026-02-31T00:00:00Z" },
        { "kind": "wish", "partner": "nobody", "name": "a b", "value": 1,
          "from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z" },
    ] });
    book.answered(
        "targets of no time",
        &maker.put(&format!("{PUMPS}/measures"), &measures),
    );
    let binding =
        json!({ "plugin": "compensation-flat-split", "comment": "tried", "from": "2026-02-31" });
    book.answered(
        "a plan that begins on 31 February",
        &maker.put(
            &format!("{PUMPS}/bindings/compensation/commission"),
            &binding,
        ),
    );
    let binding =
        json!({ "plugin": "compensation-flat-split", "comment": "tried", "from": "1969-01-01" });
    book.answered(
        "a plan that begins before 1970",
        &maker.put(
            &format!("{PUMPS}/bindings/compensation/commission"),
            &binding,
        ),
    );
    let token = json!({ "role": "auditor", "days": 100_000 });
    book.answered(
        "a token for 270 years",
        &maker.post("/api/v1/tokens", &token),
    );
}

/// Deals that nothing was paid for, or not yet.
fn called_off(world: &World, book: &mut Book) {
    let maker = world.maker();
    let now = Timestamp::now();
    let registered = |name: &str| {
        let deal = json!({
            "contract": "pumps", "partner": "partner-1", "value": 100_000, "external-id": name,
        });
        let registered = maker.post("/api/v1/deals", &deal);
        assert_eq!(registered.status, 201, "{registered:?}");
        format!("/api/v1/deals/{}", registered.text("/id"))
    };
    let turned = |deal: &str, state: &str, hours_ago: i64| {
        let at = (now - hours_ago.hours()).to_string();
        maker.patch(deal, &json!({ "state": state, "occurred-at": at }))
    };
    let open = registered("called-off-1");
    book.answered(
        "a deal called off that nobody has won",
        &turned(&open, "cancelled", 1),
    );
    assert_eq!(turned(&open, "lost", 1).status, 200);
    book.answered(
        "a deal called off that was lost",
        &turned(&open, "cancelled", 1),
    );
    let won = registered("called-off-2");
    assert_eq!(turned(&won, "won", 2).status, 200);
    let before = turned(&won, "cancelled", 3);
    assert!(
        before
            .text("/errors/0/message")
            .contains("lies before the deal was won, at"),
        "{before:?}"
    );
    book.hide(&became_at(now - 2.hours()), "THEN");
    book.answered("a deal called off before it was won", &before);
    assert_eq!(turned(&won, "cancelled", 1).status, 200);
    book.answered("a deal called off twice", &turned(&won, "cancelled", 1));
    book.answered(
        "a win that was longer ago than the terms allow",
        &turned(&registered("called-off-3"), "won", 24 * 400),
    );
}

/// To the microsecond, as it is kept.
fn became_at(at: Timestamp) -> String {
    let at = Timestamp::from_microsecond(at.as_microsecond()).expect("an instant");
    at.to_string()
}
