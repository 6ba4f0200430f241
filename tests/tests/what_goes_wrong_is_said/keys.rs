//! Idempotency-Keys and tokens.

use serde_json::json;

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{LEADS, World, with};

pub fn tell(world: &World, book: &mut Book) {
    book.group("KEYS AND TOKENS");
    let maker = world.maker();
    assert_eq!(maker.post_once(LEADS, &with(&[]), "key-1").status, 201);
    let other = with(&[("/value", json!(1))]);
    book.answered(
        "the same Idempotency-Key with another body",
        &maker.post_once(LEADS, &other, "key-1"),
    );
    book.answered(
        "the same Idempotency-Key at another address",
        &maker.post_once(
            "/api/v1/partners",
            &json!({ "code": "p", "name": "P" }),
            "key-1",
        ),
    );
    book.answered(
        "an Idempotency-Key of 300 characters",
        &maker.post_once(LEADS, &other, &"x".repeat(300)),
    );
    book.answered(
        "an empty Idempotency-Key",
        &maker.post_once(LEADS, &other, ""),
    );

    book.answered("no token", &world.server.client("").get(LEADS));
    book.answered(
        "a token that there is not",
        &world.server.client("stw_0000").get(LEADS),
    );
    book.answered(
        "a token that has expired",
        &world.server.client(&world.expired).get(LEADS),
    );
    let made = maker.post("/api/v1/tokens", &json!({ "role": "auditor" }));
    let auditor = world.server.client(made.text("/token"));
    assert_eq!(auditor.get(LEADS).status, 200);
    assert_eq!(
        maker
            .delete(&format!("/api/v1/tokens/{}", made.text("/id")))
            .status,
        200
    );
    book.answered("a token that was revoked", &auditor.get(LEADS));
    book.answered(
        "a token of another role",
        &world.partner(1).post(LEADS, &with(&[])),
    );
    book.answered(
        "a manufacturer's token where a partner is asked",
        &maker.get("/api/v1/offers"),
    );
    let basic =
        world
            .server
            .client("")
            .ask("GET", LEADS, &[("Authorization", "Basic c3R3")], Vec::new());
    book.answered("another way to say who asks", &basic);
    for (what, body) in [
        (
            "a token for a role that there is not",
            json!({ "role": "king" }),
        ),
        ("a token for nobody's partner", json!({ "role": "partner" })),
        (
            "a token for an unknown partner",
            json!({ "role": "partner", "partner": "nobody" }),
        ),
        (
            "a token for an unknown person",
            json!({ "role": "auditor", "user": "nobody" }),
        ),
        (
            "a token with a label of two directions",
            json!({ "role": "auditor", "label": "a\u{202e}b" }),
        ),
    ] {
        book.answered(what, &maker.post("/api/v1/tokens", &body));
    }
}
