//! What a server does is sent to an OpenTelemetry collector, where one is named;
//! one that is dead costs spans and nothing else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Database, Server, contract, on_both_databases, until};

const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The trace of which the caller says that its request belongs to it.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn lead(number: usize) -> Value {
    json!({
        "contract": "pumps",
        "external-id": format!("order-{number}"),
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "attributes": { "consent": true },
        "contact": { "name": "Eva Muster", "email": "eva@example.com" },
    })
}

/// Takes what servers send, as a collector does.
struct Collector {
    address: String,
    taken: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = taken.clone();
        // It ends with the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                std::thread::spawn(move || while take(&stream, &kept).is_some() {});
            }
        });
        Self { address, taken }
    }

    fn has(&self, bytes: &[u8]) -> bool {
        let taken = self.taken.lock().expect("what was taken");
        taken.windows(bytes.len()).any(|window| window == bytes)
    }
}

/// One request of a connection; none at its end.
fn take(stream: &TcpStream, kept: &Mutex<Vec<u8>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    if first.is_empty() {
        return None;
    }
    assert_eq!(first, "POST /v1/traces HTTP/1.1\r\n");
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().to_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().expect("a length"),
            Some(("content-type", value)) => assert_eq!(value, "application/x-protobuf"),
            Some(_) => {}
            None => break,
        }
    }
    assert!(length <= BODY_BYTES_MAX, "{length}");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    kept.lock().expect("what was taken").extend(body);
    let mut stream = stream;
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        .ok()
}

fn trace_id() -> Vec<u8> {
    let digits = TRACE.as_bytes().chunks(2);
    digits
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("text");
            u8::from_str_radix(pair, 16).expect("digits")
        })
        .collect()
}

#[test]
fn a_request_is_seen_with_what_it_asked_and_committed() {
    on_both_databases(|database| {
        let collector = Collector::start();
        let endpoint: &'static str = format!("http://{}", collector.address).leak();
        let settings = [("STELLWERK_TRACES_ENDPOINT", endpoint)];
        let mut server = Server::start_with(STELLWERK, database, &contract(2, 1), &settings);
        let headers = [("traceparent", PARENT), ("x-request-id", "walk-7")];
        let body = lead(1).to_string().into_bytes();
        let received = server
            .manufacturer()
            .ask("POST", "/api/v1/leads", &headers, body);
        assert_eq!(received.status, 201, "{received:?}");
        // What was not sent yet is sent when the server stops.
        server.stop();
        for expected in [
            "POST /api/v1/leads",
            "http.response.status_code",
            "walk-7",
            "policy",
            "qualification",
            "matching",
            "commit",
            "service.name",
            "stellwerk",
        ] {
            assert!(collector.has(expected.as_bytes()), "{expected}");
        }
        assert!(collector.has(&trace_id()), "the caller's trace");
        for personal in ["Eva", "example.com"] {
            assert!(!collector.has(personal.as_bytes()), "{personal}");
        }
    });
}

#[test]
fn a_dead_collector_is_spoken_of_once_and_holds_nothing_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = Database::Sqlite(folder.path().join("data"));
    // Nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("its address");
    drop(free);
    let endpoint: &'static str = format!("http://{address}").leak();
    let settings = [("STELLWERK_TRACES_ENDPOINT", endpoint)];
    let mut server = Server::start_with(STELLWERK, database, &contract(2, 1), &settings);
    let said = |server: &Server| server.log().matches("spans are dropped").count();
    for number in 1..=3 {
        let received = server.manufacturer().post("/api/v1/leads", &lead(number));
        assert_eq!(received.status, 201, "{received:?}");
        until("the loss is told", || said(&server) == 1);
    }
    let begin = Instant::now();
    server.stop();
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(said(&server), 1, "{}", server.log());
}
