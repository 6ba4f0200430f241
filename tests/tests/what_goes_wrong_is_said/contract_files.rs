//! Contract files that contradict themselves.

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{World, pumps};

pub fn tell(world: &World, book: &mut Book) {
    book.group("CONTRACT FILES");
    let cases = [
        ("no TOML", "[manufacturer]", "[manufacturer"),
        ("an unknown field", "name = \"Pumps\"", "colour = \"red\""),
        ("a text for a number", "capacity", "capacity"),
        (
            "a missing table",
            "[contract]\ncode = \"pumps\"\nname = \"Pumps\"\n",
            "",
        ),
        (
            "a partner above that there is not",
            "name = \"Partner 1\"",
            "name = \"Partner 1\"\nparent = \"nobody\"",
        ),
        (
            "a partner twice",
            "code = \"partner-2\"",
            "code = \"partner-1\"",
        ),
        ("an unknown level", "level = \"gold\"", "level = \"tin\""),
        (
            "a name with U+0000",
            "name = \"Partner 1\"",
            "name = \"Partner\\u0000 1\"",
        ),
        (
            "a name of two directions",
            "name = \"Partner 1\"",
            "name = \"Partner\\u202e 1\"",
        ),
        (
            "a level with U+0000",
            "levels = [\"silver\", \"gold\"]\nvalue",
            "levels = [\"silver\", \"gold\", \"a\\u0000b\"]\nvalue",
        ),
        (
            "a product of 10,000 characters",
            "code = \"heat-pump\"",
            "code = \"LONG\"",
        ),
        (
            "a currency that there is not",
            "currency = \"EUR\"",
            "currency = \"EURO\"",
        ),
        (
            "a time zone that there is not",
            "Europe/Berlin",
            "Europe/Bonn",
        ),
        (
            "a span that never ends",
            "claim = \"2 days\"",
            "claim = \"4000000000 business days\"",
        ),
        (
            "a span that is none",
            "claim = \"2 days\"",
            "claim = \"soon\"",
        ),
        (
            "an amount with decimals",
            "code = \"heat-pump\"",
            "code = \"heat-pump\", value = 12.345",
        ),
        (
            "an amount beyond 64 bits",
            "code = \"heat-pump\"",
            "code = \"heat-pump\", value = 99999999999999999999",
        ),
        (
            "coordinates beyond the poles",
            "latitude = 52.532",
            "latitude = 152.532",
        ),
        (
            "a coordinate that is no number",
            "latitude = 52.532",
            "latitude = nan",
        ),
        (
            "a seat with one coordinate alone",
            "name = \"Partner 1\"",
            "name = \"Partner 1\"\nlatitude = 52.5",
        ),
        (
            "a plugin that there is not",
            "plugin = \"matching-weighted\"",
            "plugin = \"matching-magic\"",
        ),
        (
            "a slot that there is not",
            "[bindings.matching]",
            "[bindings.pricing]",
        ),
        ("a configuration that is refused", "first = 3", "first = 0"),
        (
            "an attribute twice",
            "{ name = \"roof\", of = \"lead\", type = \"text\" }",
            "{ name = \"roof\", of = \"lead\", type = \"text\" }, { name = \"roof\", of = \"lead\", type = \"flag\" }",
        ),
    ];
    let apply = |what: &str, file: &str, book: &mut Book| {
        let path = world.write("contract.toml", file);
        book.printed(what, &world.run(&["apply", &path]));
    };
    for (what, from, to) in cases {
        let file = pumps();
        let file = match what {
            "a text for a number" => file.replacen(
                "level = \"gold\"",
                "level = \"gold\"\ncapacity = \"ten\"",
                1,
            ),
            _ => file.replacen(from, &to.replace("LONG", &"x".repeat(10_000)), 1),
        };
        assert_ne!(file, pumps(), "{what}");
        apply(what, &file, book);
    }
    let below = |file: String, partner: &str, above: &str| {
        let name = format!("name = \"{partner}\"");
        file.replacen(&name, &format!("{name}\nparent = \"{above}\""), 1)
    };
    let circle = below(pumps(), "Partner 1", "partner-2");
    let circle = below(circle, "Partner 2", "partner-1");
    apply("a circle in the tree of partners", &circle, book);
    let hours = |hours: &str| {
        pumps().replacen(
            "[[places]]",
            &format!("[terms.calendar.working-hours]\n{hours}\n\n[[places]]"),
            1,
        )
    };
    apply(
        "working hours that overlap",
        &hours("monday = [[\"08:00\", \"12:00\"], [\"11:00\", \"17:00\"]]"),
        book,
    );
    apply(
        "working hours that end before they begin",
        &hours("monday = [[\"17:00\", \"08:00\"]]"),
        book,
    );
    apply(
        "working hours at no hour of the day",
        &hours("monday = [[\"08:00\", \"25:00\"]]"),
        book,
    );
    apply(
        "working hours of no day",
        &hours("someday = [[\"08:00\", \"17:00\"]]"),
        book,
    );
    let holiday = pumps().replacen(
        "[[places]]",
        "[terms.calendar]\nholidays = [\"2026-02-31\"]\n\n[[places]]",
        1,
    );
    apply("a holiday on 31 February", &holiday, book);
    let path = world.write("contract.toml", b"name = \"\xff\"");
    book.printed("bytes that are no UTF-8", &world.run(&["apply", &path]));
    let circle = pumps().replacen(
        "name = \"Partner 1\"",
        "name = \"Partner 1\"\nparent = \"partner-1\"",
        1,
    );
    let sent = [("Content-Type", "application/toml")];
    let answer = world
        .maker()
        .ask("POST", "/api/v1/apply", &sent, circle.into_bytes());
    book.answered("a circle in the tree, sent to the server", &answer);
    let answer = world
        .maker()
        .ask("POST", "/api/v1/apply", &sent, b"[manufacturer\n".to_vec());
    book.answered("no TOML, sent to the server", &answer);
    let answer = world.maker().send(
        "/api/v1/apply",
        "{ \"manufacturer\": { \"code\": 7 } }",
        None,
    );
    book.answered("JSON of another shape, sent to the server", &answer);
}
