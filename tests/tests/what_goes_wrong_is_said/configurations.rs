//! Configurations that a schema or a plugin refuses.

use serde_json::{Value, json};

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{PUMPS, World};

pub fn tell(world: &World, book: &mut Book) {
    book.group("CONFIGURATIONS");
    let bind = |configuration: Value| {
        let body = json!({
            "plugin": "matching-weighted", "configuration": configuration, "comment": "tried",
        });
        world
            .maker()
            .put(&format!("{PUMPS}/bindings/matching"), &body)
    };
    book.answered("no object", &bind(json!("fast")));
    book.answered("an unknown setting", &bind(json!({ "colour": "red" })));
    book.answered(
        "a text for a number",
        &bind(json!({ "waves": { "first": "three" } })),
    );
    book.answered(
        "a number beyond 2^53",
        &bind(json!({ "waves": { "first": 9_007_199_254_740_993_i64 } })),
    );
    book.answered("a word with U+0000", &bind(json!({ "portfolio": "a\0b" })));
    book.answered(
        "one of 300,000 bytes",
        &bind(json!({ "portfolio": "x".repeat(300_000) })),
    );
    book.answered(
        "what only the plugin can know",
        &bind(json!({ "distance-km-max": -1.0, "waves": { "first": 0 } })),
    );
    let weights = json!({ "distance": 0, "certificates": 0, "level": 0, "conversion": 0, "capacity": 0, "diligence": 0 });
    book.answered(
        "weights that weigh nothing",
        &bind(json!({ "weights": weights })),
    );
    let body = json!({ "plugin": "matching-weighted", "comment": "a\u{202e}b" });
    book.answered(
        "a comment with a mark that turns the direction",
        &world
            .maker()
            .put(&format!("{PUMPS}/bindings/matching"), &body),
    );
    let span = json!({
        "plugin": "escalation-ladder", "configuration": { "rung-time": "soon" },
        "comment": "tried",
    });
    book.answered(
        "a span that is none",
        &world
            .maker()
            .put(&format!("{PUMPS}/bindings/escalation"), &span),
    );
}
