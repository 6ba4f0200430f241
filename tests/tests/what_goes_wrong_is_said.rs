//! Bad requests get a clear answer: code, place, and what to do.

use serde_json::json;
use stellwerk_tests::{Server, contract, on_both_databases};

const STELLWERK: &str = env!("CARGO_BIN_EXE_stellwerk");

#[test]
fn a_lead_that_contradicts_the_terms_is_refused_with_every_mistake() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let refused = server.manufacturer().post(
            "/api/v1/leads",
            &json!({
                "contract": "pumps",
                "product": "spaceship",
                "source": "configurator",
                "country": "Germany",
                "value": -5,
                "contact": { "name": "a\u{202e}b" },
            }),
        );
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        let places: Vec<&str> = refused.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["pointer"].as_str())
            .collect();
        assert_eq!(places, ["/product", "/country", "/value", "/contact/name"]);
    });
}

#[test]
fn requests_that_cannot_be_read_say_where() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let maker = server.manufacturer();
        let no_json = maker.send("/api/v1/leads", "{", None);
        assert_eq!((no_json.status, no_json.code()), (400, "body.no_json"));
        let unknown = maker.post(
            "/api/v1/leads",
            &json!({ "contract": "pumps", "colour": "red" }),
        );
        assert_eq!((unknown.status, unknown.code()), (422, "invalid"));
        assert!(unknown.text("/detail").contains("colour"), "{unknown:?}");
        let large = "x".repeat(2 * 1024 * 1024);
        let large = maker.send("/api/v1/leads", &large, None);
        assert_eq!((large.status, large.code()), (413, "input.too_large"));
        assert_eq!(maker.get("/api/v1/nothing").code(), "not-found");
    });
}

#[test]
fn tokens_open_what_their_role_allows_and_nothing_else() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(1, 1));
        let partner = server.partner("partner-1");
        assert_eq!(partner.get("/api/v1/leads").code(), "forbidden");
        assert_eq!(partner.get("/api/v1/events").code(), "forbidden");
        let stranger = server.client("stw_0000");
        assert_eq!(stranger.get("/api/v1/offers").status, 401);
        let foreign = server
            .manufacturer()
            .get("/api/v1/leads/01900000-0000-7000-8000-000000000000");
        assert_eq!((foreign.status, foreign.code()), (404, "not-found"));
    });
}
