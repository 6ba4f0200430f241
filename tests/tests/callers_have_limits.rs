//! What one caller may take of a server, and what every answer says.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Answer, Client, Server, contract, on_both_databases};

/// On every answer, whatever it is about.
const PROTECTIVE: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
];

/// Asks until it is refused; the refusal, and how often it was not.
fn until_refused(ask: impl Fn() -> Answer) -> (Answer, usize) {
    for taken in 0..100 {
        let answer = ask();
        if answer.status == 429 {
            return (answer, taken);
        }
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    panic!("it is never refused");
}

fn seconds_to_wait(answer: &Answer) -> u64 {
    let seconds = answer.headers.get("retry-after");
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    seconds.unwrap_or_else(|| panic!("how long? {answer:?}"))
}

#[test]
fn a_token_that_asks_too_often_waits_and_the_others_do_not() {
    on_both_databases(|database| {
        let settings = [
            ("STELLWERK_HTTP_TOKEN_REQUESTS_PER_SECOND", "1"),
            ("STELLWERK_HTTP_TOKEN_REQUESTS_AT_ONCE", "10"),
        ];
        let server = Server::start_with(STELLWERK, database, &contract(2, 2), &settings);
        let one = server.partner("partner-1");
        let other = server.partner("partner-2");
        let (refused, taken) = until_refused(|| one.get("/api/v1/offers"));
        assert!((10..20).contains(&taken), "{taken} were taken");
        assert_eq!(refused.code(), "token.too-many-requests");
        assert!((1..=2).contains(&seconds_to_wait(&refused)), "{refused:?}");
        assert_eq!(
            refused.headers["content-type"], "application/problem+json",
            "{refused:?}"
        );
        // Nobody else has to wait for that.
        assert_eq!(other.get("/api/v1/offers").status, 200);
        // A token that does not hold is counted with none.
        let stranger = server.client("stw_nothing");
        for _ in 0..20 {
            assert_eq!(stranger.get("/api/v1/offers").status, 401);
        }
    });
}

#[test]
fn an_address_counts_behind_a_proxy_that_is_trusted() {
    on_both_databases(|database| {
        let settings = [
            ("STELLWERK_HTTP_ADDRESS_REQUESTS_PER_SECOND", "1"),
            ("STELLWERK_HTTP_ADDRESS_REQUESTS_AT_ONCE", "10"),
            ("STELLWERK_HTTP_TRUSTED_PROXIES", "127.0.0.0/8"),
        ];
        let server = Server::start_with(STELLWERK, database, &contract(1, 1), &settings);
        let from = |client: &Client, address: &str| {
            let headers = [("X-Forwarded-For", address)];
            client.ask("GET", "/api/v1/contracts", &headers, Vec::new())
        };
        let maker = server.manufacturer();
        let (refused, taken) = until_refused(|| from(maker, "203.0.113.9"));
        assert!((10..20).contains(&taken), "{taken} were taken");
        assert_eq!(refused.code(), "address.too-many-requests");
        assert!(seconds_to_wait(&refused) >= 1);
        // Whatever the token, and whatever the client writes before the proxy does.
        let partner = server.partner("partner-1");
        assert_eq!(from(&partner, "203.0.113.9").status, 429);
        assert_eq!(from(&partner, "198.51.100.7, 203.0.113.9").status, 429);
        assert_eq!(from(&server.client(""), "203.0.113.9").status, 429);
        assert_eq!(from(&partner, "203.0.113.10").status, 200);
        // The proxy asks for itself, such as after the server's health.
        for _ in 0..30 {
            assert_eq!(maker.get("/health/live").status, 200);
        }
    });
}

#[test]
fn nobody_but_a_trusted_proxy_speaks_for_others() {
    on_both_databases(|database| {
        let settings = [
            ("STELLWERK_HTTP_ADDRESS_REQUESTS_PER_SECOND", "1"),
            ("STELLWERK_HTTP_ADDRESS_REQUESTS_AT_ONCE", "1"),
        ];
        let server = Server::start_with(STELLWERK, database, &contract(1, 1), &settings);
        // It is the machine's own program, whatever it writes.
        for _ in 0..10 {
            let headers = [("X-Forwarded-For", "203.0.113.9")];
            let maker = server.manufacturer();
            let answer = maker.ask("GET", "/api/v1/contracts", &headers, Vec::new());
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    });
}

/// Sends bytes and reads what comes until the server closes.
fn exchange(server: &Server, bytes: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.write_all(bytes.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The status and the code of a problem that was read as it came.
fn problem(answer: &str) -> (u16, String) {
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"));
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    (status.unwrap_or_default(), code)
}

#[test]
fn requests_that_take_too_long_or_are_too_large_are_answered_so() {
    on_both_databases(|database| {
        let settings = [
            ("STELLWERK_HTTP_HEADER_SECONDS_MAX", "1"),
            ("STELLWERK_HTTP_REQUEST_SECONDS_MAX", "1"),
            ("STELLWERK_HTTP_HEADERS_MAX", "20"),
            ("STELLWERK_HTTP_HEADER_BYTES_MAX", "4096"),
            ("STELLWERK_HTTP_BODY_BYTES_MAX", "4096"),
        ];
        let server = Server::start_with(STELLWERK, database, &contract(1, 1), &settings);
        let begin = format!(
            "POST /api/v1/leads HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {}\r\n",
            server.secret()
        );
        let answer = |rest: &str| problem(&exchange(&server, &format!("{begin}{rest}")));
        let (slow_headers, slow_body) = std::thread::scope(|scope| {
            let headers = scope.spawn(|| answer("x-slow: "));
            let body = scope.spawn(|| answer("content-length: 100\r\n\r\n{ \"contract\": "));
            (headers.join(), body.join())
        });
        let slow_headers = slow_headers.expect("an answer");
        let slow_body = slow_body.expect("an answer");
        assert_eq!(slow_headers, (408, "headers.too-slow".to_owned()));
        assert_eq!(slow_body, (408, "body.too-slow".to_owned()));
        let close = "connection: close\r\n";
        let many = "x-one: 1\r\n".repeat(20);
        assert_eq!(
            answer(&format!("{close}{many}\r\n")),
            (431, "headers.too-many".to_owned())
        );
        let long = format!("x-long: {}\r\n", "x".repeat(4_096));
        assert_eq!(
            answer(&format!("{close}{long}\r\n")),
            (431, "headers.too-large".to_owned())
        );
        let path = format!(
            "GET /{} HTTP/1.1\r\nhost: here\r\n{close}\r\n",
            "x".repeat(4_096)
        );
        assert_eq!(
            problem(&exchange(&server, &path)),
            (431, "headers.too-large".to_owned())
        );
        let large = format!("{close}content-length: 5000\r\n\r\n{}", "x".repeat(5_000));
        assert_eq!(answer(&large), (413, "input.too_large".to_owned()));
        // Who does not say how much it is, is counted as it comes.
        let chunk = format!("1388\r\n{}\r\n", "x".repeat(5_000));
        let chunked = format!("{close}transfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
        assert_eq!(answer(&chunked), (413, "input.too_large".to_owned()));
        // What is no HTTP gets no problem details.
        let bare = exchange(&server, "how are you?\r\n\r\n");
        assert!(bare.starts_with("HTTP/1.1 400 "), "{bare}");
        let flood = "x-one: 1\r\n".repeat(1_000);
        let bare = exchange(&server, &format!("{begin}{flood}\r\n"));
        assert!(bare.starts_with("HTTP/1.1 431 "), "{bare}");
        // None of it has done the server any harm.
        let maker = server.manufacturer();
        assert_eq!(maker.get("/api/v1/leads").body, json!({ "leads": [] }));
    });
}

#[test]
fn every_answer_says_what_may_not_be_done_with_it() {
    on_both_databases(|database| {
        let settings = [
            ("STELLWERK_HTTP_TOKEN_REQUESTS_PER_SECOND", "1"),
            ("STELLWERK_HTTP_TOKEN_REQUESTS_AT_ONCE", "20"),
        ];
        let server = Server::start_with(STELLWERK, database, &contract(1, 1), &settings);
        let maker = server.manufacturer();
        let large = "x".repeat(2 * 1024 * 1024);
        let partner = server.partner("partner-1");
        let answers = [
            maker.get("/api/v1/contracts"),
            maker.get("/api/v1/contracts/nothing"),
            maker.get("/api/v1/openapi.json"),
            maker.get("/nothing"),
            maker.delete("/api/v1/contracts"),
            maker.send("/api/v1/leads", "{", None),
            maker.send("/api/v1/leads", "{}", None),
            maker.send("/api/v1/leads", &large, None),
            until_refused(|| partner.get("/api/v1/offers")).0,
            server.client("").get("/api/v1/contracts"),
            server.client("").get("/health/ready"),
        ];
        let statuses = answers.each_ref().map(|answer| answer.status);
        assert_eq!(
            statuses,
            [200, 404, 200, 404, 405, 400, 422, 413, 429, 401, 200]
        );
        for answer in answers {
            for (name, value) in PROTECTIVE {
                let found = answer.headers.get(name).map(String::as_str);
                assert_eq!(found, Some(value), "{name}: {answer:?}");
            }
        }
    });
}
