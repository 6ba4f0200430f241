//! Leads that contradict the terms, or that nobody could read.

use serde_json::{Value, json};

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{LEADS, PUMPS, World, with};

pub fn tell(world: &World, book: &mut Book) {
    book.group("LEADS, AND WHO IS MEANT");
    let maker = world.maker();
    let cases: Vec<(&str, &str, Value)> = vec![
        ("an unknown contract", "/contract", json!("rockets")),
        ("a contract with U+0000", "/contract", json!("pu\0mps")),
        ("an unknown product", "/product", json!("rocket")),
        ("an unknown source", "/source", json!("rumour")),
        (
            "a name of 10,000 characters",
            "/contact/name",
            json!("x".repeat(10_000)),
        ),
        ("a name with U+0000", "/contact/name", json!("Eva\0Muster")),
        (
            "a name with a mark that turns the direction of reading",
            "/contact/name",
            json!("Eva\u{202e}retsuM"),
        ),
        ("a name of two lines", "/contact/name", json!("Eva\nMuster")),
        (
            "a name of two lines, by U+2028",
            "/contact/name",
            json!("Eva\u{2028}Muster"),
        ),
        ("a name of nothing", "/contact/name", json!(" ")),
        ("a note with U+0000", "/contact/note", json!("ring\0twice")),
        (
            "a note of 10,000 characters",
            "/contact/note",
            json!("x".repeat(10_000)),
        ),
        (
            "an e-mail address without a domain",
            "/contact/email",
            json!("eva@"),
        ),
        (
            "an e-mail address of two",
            "/contact/email",
            json!("eva@example.com, jo@example.com"),
        ),
        (
            "a phone number without digits",
            "/contact/phone",
            json!("call me"),
        ),
        (
            "a phone number of 30 digits",
            "/contact/phone",
            json!("0".repeat(30)),
        ),
        ("a postcode with signs", "/postcode", json!("10!15")),
        (
            "a postcode of 20 digits",
            "/postcode",
            json!("1".repeat(20)),
        ),
        ("a country in words", "/country", json!("Germany")),
        ("a country that there is not", "/country", json!("XX")),
        (
            "an external identifier with U+0000",
            "/external-id",
            json!("A\0 1"),
        ),
        (
            "a customer of 10,000 characters",
            "/customer",
            json!("x".repeat(10_000)),
        ),
        (
            "an attribute that is not declared",
            "/attributes/colour",
            json!("red"),
        ),
        (
            "an attribute of another type",
            "/attributes/storeys",
            json!("two"),
        ),
        (
            "an attribute with U+0000",
            "/attributes/roof",
            json!("slate\0"),
        ),
        (
            "an attribute of 10,000 characters",
            "/attributes/roof",
            json!("x".repeat(10_000)),
        ),
        (
            "a list with a mark that turns the direction",
            "/attributes/rooms",
            json!(["attic", "\u{202e}"]),
        ),
        (
            "a list of 1,000 texts",
            "/attributes/rooms",
            json!((0..1_000).map(|n| n.to_string()).collect::<Vec<_>>()),
        ),
        (
            "a personal attribute among those told to policies",
            "/attributes/birthday",
            json!("1970-01-01"),
        ),
        (
            "an activity with U+0000",
            "/activities",
            json!([{ "code": "vi\0sit", "occurred-at": "2026-03-02T10:00:00Z" }]),
        ),
    ];
    for (what, pointer, value) in cases {
        book.answered(what, &maker.post(LEADS, &with(&[(pointer, value)])));
    }
    let several = with(&[
        ("/product", json!("rocket")),
        ("/country", json!("Germany")),
        ("/value", json!(-5)),
        ("/contact/name", json!("a\u{202e}b")),
        ("/attributes/colour", json!("red")),
    ]);
    book.answered("several mistakes at once", &maker.post(LEADS, &several));
    for (what, pointer, value) in [
        (
            "a name from right to left",
            "/contact/name",
            json!("מרים כהן"),
        ),
        (
            "a name of another one's letters",
            "/contact/name",
            json!("ليلى الأحمد"),
        ),
        (
            "a name with a joiner within it",
            "/contact/name",
            json!("می\u{200c}خواهم"),
        ),
        (
            "a phone number with words",
            "/contact/phone",
            json!("030 / 90 18 20 (after 6 pm)"),
        ),
        (
            "a note of several lines",
            "/contact/note",
            json!("rings twice\n\tthen waits"),
        ),
        (
            "a birthday before 1970",
            "/contact/attributes",
            json!({ "birthday": "1950-12-31" }),
        ),
    ] {
        let answer = maker.post(LEADS, &with(&[(pointer, value)]));
        book.taken(what, &answer);
    }
    for (what, wanted) in [
        ("a search for nothing", json!({ "contract": "pumps" })),
        (
            "a search for what can be neither address nor number",
            json!({ "contract": "pumps", "email": "eva@", "phone": "call me" }),
        ),
    ] {
        book.answered(what, &maker.post(&format!("{LEADS}/search"), &wanted));
    }
    book.answered("an unknown lead", &maker.get(&format!("{LEADS}/nothing")));
    book.answered(
        "an unknown contract in the address",
        &maker.get("/api/v1/contracts/rockets"),
    );
    book.answered("an unknown partner", &maker.get("/api/v1/partners/nobody"));

    let lead = world.lead("white-paper");
    let path = format!("{LEADS}/{lead}");
    let change = json!({ "contact": { "email": "eva@", "name": "x".repeat(10_000) } });
    book.answered("a change to what cannot be", &maker.patch(&path, &change));
    let waiting = with(&[
        ("/contact", json!({ "name": "Eva" })),
        ("/product", json!("heat-pump")),
    ]);
    let waiting = maker.post(LEADS, &waiting);
    assert_eq!(waiting.text("/state"), "needs-info", "{waiting:?}");
    let answers = format!("{LEADS}/{}/answers", waiting.text("/id"));
    let bad = json!({ "contact": { "email": "eva@", "name": "Eva\0" } });
    book.answered("an answer that cannot be", &maker.post(&answers, &bad));
    let bad = json!({ "answers": { "roof": "slate\0" } });
    book.answered("an answer with U+0000", &maker.post(&answers, &bad));

    let bad = json!({ "answers": { "birthday": "1970-01-01" } });
    book.answered(
        "an answer that policies must not be told",
        &maker.post(&answers, &bad),
    );

    let partner = |change: Value| {
        let mut partner =
            json!({ "code": "partner-9", "name": "Nine", "country": "DE", "postcode": "10115" });
        partner
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        maker.post("/api/v1/partners", &partner)
    };
    book.answered(
        "a partner's code with a blank",
        &partner(json!({ "code": "partner 9" })),
    );
    book.answered(
        "a partner's code with a mark from right to left",
        &partner(json!({ "code": "partner\u{200f}9" })),
    );
    book.answered(
        "a partner's code of 10,000 characters",
        &partner(json!({ "code": "x".repeat(10_000) })),
    );
    book.answered(
        "coordinates beyond the poles",
        &partner(json!({ "latitude": 91.0, "longitude": 181.0 })),
    );
    book.answered(
        "one coordinate alone",
        &partner(json!({ "latitude": 52.5 })),
    );
    book.answered(
        "a coordinate beyond all numbers",
        &maker.send(
            "/api/v1/partners",
            "{ \"code\": \"p\", \"name\": \"P\", \"latitude\": 1e999, \"longitude\": 0 }",
            None,
        ),
    );
    book.answered(
        "a partner below nobody",
        &partner(json!({ "parent": "nobody" })),
    );
    let footing = format!("{PUMPS}/partners/partner-1");
    book.answered(
        "an unknown level",
        &maker.put(&footing, &json!({ "level": "tin" })),
    );
    book.answered(
        "a capacity below nothing",
        &maker.patch(&footing, &json!({ "capacity": -1 })),
    );
    let user = json!({ "email": "eva", "name": "\u{202e}", "memberships": [{ "role": "king" }] });
    book.answered(
        "a person whom nobody can write to",
        &maker.post("/api/v1/users", &user),
    );
}
