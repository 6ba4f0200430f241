//! Requests that cannot be read, or that nobody takes.

use serde_json::json;

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{LEADS, PUMPS, World, with};

/// More than any route but those of files takes.
const TWO_MEBIBYTES: usize = 2 * 1024 * 1024;

pub fn tell(world: &World, book: &mut Book) {
    book.group("REQUESTS");
    let maker = world.maker();
    for (what, body) in [
        ("no JSON", "hello"),
        ("JSON that ends too early", "{ \"contract\": \"pumps\","),
        ("two documents", "{ \"contract\": \"pumps\" } {}"),
        ("nothing", ""),
        ("no object", "[]"),
        ("a number for the whole", "7"),
        (
            "an unknown field",
            "{ \"contract\": \"pumps\",\n  \"colour\": \"red\" }",
        ),
        (
            "an unknown field within a field",
            "{ \"contract\": \"pumps\", \"contact\": { \"mail\": \"x\" } }",
        ),
        ("a missing field", "{ \"product\": \"heat-pump\" }"),
        (
            "a missing field of a list's item",
            "{ \"contract\": \"pumps\", \"activities\": [{ \"code\": \"visit\" }] }",
        ),
        (
            "a field twice",
            "{ \"contract\": \"pumps\", \"contract\": \"pumps\" }",
        ),
        (
            "a text for an object",
            "{ \"contract\": \"pumps\", \"contact\": \"Eva\" }",
        ),
        (
            "a list for an object",
            "{ \"contract\": \"pumps\", \"contact\": [\"Eva\"] }",
        ),
        ("a number for a text", "{ \"contract\": 7 }"),
        (
            "an object for a text",
            "{ \"contract\": \"pumps\", \"contact\": { \"email\": {} } }",
        ),
        ("half a character", "{ \"contract\": \"\\ud800\" }"),
    ] {
        let answer = maker.send(LEADS, body, None);
        book.answered(what, &answer);
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    book.answered(
        "a list in a list in a list, 10,000 times",
        &maker.send(LEADS, &deep, None),
    );
    let bytes = maker.ask("POST", LEADS, &[], b"{ \"contract\": \"\xff\" }".to_vec());
    book.answered("bytes that are no UTF-8", &bytes);
    let large = maker.send(LEADS, &"x".repeat(TWO_MEBIBYTES), None);
    book.answered("a body over the limit", &large);
    let many = vec![json!({ "code": "visit", "occurred-at": "2026-03-02T10:00:00Z" }); 1_000];
    let many = maker.post(LEADS, &with(&[("/activities", json!(many))]));
    book.answered("1,000 activities of one lead", &many);
    book.answered(
        "an address that there is not",
        &maker.get("/api/v1/nothing"),
    );
    book.answered("a method that there is not", &maker.delete(LEADS));
    book.answered(
        "an address that is no UTF-8",
        &maker.get("/api/v1/leads/%ff"),
    );
    book.answered("an address with U+0000", &maker.get("/api/v1/leads/a%00b"));
    book.answered(
        "an unknown word in the query",
        &maker.get("/api/v1/leads?colour=red"),
    );
    book.answered(
        "a query of another type",
        &maker.get("/api/v1/leads?limit=many"),
    );
    book.answered("a query with U+0000", &maker.get("/api/v1/leads?after=%00"));
    book.answered(
        "a query that is no UTF-8",
        &maker.get("/api/v1/leads?after=%ff"),
    );
    book.answered(
        "an unknown state",
        &maker.get("/api/v1/leads?state=sleeping"),
    );
    book.answered(
        "a cursor that is none",
        &maker.get(&format!("{PUMPS}/measures?after=next")),
    );
    let tag = [("If-Match", "seven")];
    let body = json!({ "name": "Pumps" }).to_string();
    book.answered(
        "an If-Match that is no tag",
        &maker.ask("PATCH", PUMPS, &tag, body.into()),
    );
    let wasm = maker.ask("POST", "/api/v1/plugins", &[], b"\0asm".to_vec());
    book.answered("a component that is not said to be one", &wasm);
}
