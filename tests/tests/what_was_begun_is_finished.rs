//! A server that is asked to stop answers what it has begun; one that breaks
//! down loses no deadline and works none twice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Database, Server, contract, on_both_databases};

const WAIT_MAX: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
const IN_FLIGHT: usize = 8;
const LEADS: usize = 32;
/// As the hasty contract promises it.
const CLAIM_TIME: Duration = Duration::from_secs(2);

fn lead(number: usize) -> Value {
    json!({
        "contract": "pumps",
        "external-id": format!("order-{number}"),
        "product": "heat-pump",
        "source": "configurator",
        "attributes": { "consent": true },
        "contact": { "email": format!("eva{number}@example.com") },
    })
}

/// Waits for a condition, not for a time.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < WAIT_MAX, "{what}: waited in vain");
        std::thread::sleep(POLL);
    }
}

/// A request of which the server has read the headers and waits for the body.
struct Begun {
    stream: BufReader<TcpStream>,
    body: String,
}

impl Begun {
    fn new(server: &Server, body: &Value) -> Self {
        let body = body.to_string();
        let mut stream = TcpStream::connect(server.address()).expect("a connection");
        write!(
            stream,
            "POST /api/v1/leads HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {}\r\n\
             content-length: {}\r\nexpect: 100-continue\r\n\r\n",
            server.secret(),
            body.len()
        )
        .expect("the headers are sent");
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer");
        assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
        stream.read_line(&mut line).expect("its end");
        Self { stream, body }
    }

    fn finish(mut self) -> String {
        self.stream
            .get_mut()
            .write_all(self.body.as_bytes())
            .expect("the body is sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

#[test]
fn requests_in_flight_are_answered_before_the_server_stops() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database, &contract(2, 1));
        let begun: Vec<Begun> = (0..IN_FLIGHT)
            .map(|number| Begun::new(&server, &lead(number)))
            .collect();
        server.terminate();
        until("the server takes nothing new", || {
            TcpStream::connect(server.address()).is_err()
        });
        let answers: Vec<String> = begun.into_iter().map(Begun::finish).collect();
        server.wait();
        // Started again, it has every lead that was answered for.
        let server = server.beside();
        for answer in answers {
            assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
            let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
            let body: Value = serde_json::from_str(body).expect("a lead");
            let path = format!("/api/v1/leads/{}", body["id"].as_str().unwrap_or_default());
            assert_eq!(server.manufacturer().get(&path).text("/state"), "offered");
        }
    });
}

/// A contract whose ladder is climbed within seconds.
fn hasty() -> String {
    let level = "{ claim = \"2 seconds\", contact = \"1 day\" }";
    let levels = format!("service-levels = {{ hot = {level}, warm = {level}, cold = {level} }}\n");
    let configuration = "configuration = { gate = { open-without-feedback-max = 1000000 } }";
    let contract = contract(3, 1);
    assert!(contract.contains(configuration));
    contract
        .replace("[[places]]", &format!("{levels}\n[[places]]"))
        .replace(
            configuration,
            "configuration = { remind-at-per-cent = 0, waves-max = 2, rung-time = \"1 second\" }",
        )
}

/// What happens to each lead of that contract when nobody claims it.
const LADDER: [&str; 15] = [
    "received",
    "qualified",
    "offered",
    "due",
    "lapsed",
    "offered",
    "due",
    "told",
    "due",
    "told",
    "due",
    "told",
    "told",
    "lapsed",
    "queued",
];

#[test]
fn deadlines_are_worked_once_whoever_breaks_down() {
    on_both_databases(|database| {
        // A host that breaks down is taken for that after two seconds.
        let settings = [
            ("STELLWERK_WORKER_LEASE_SECONDS", "2"),
            ("STELLWERK_WORKER_POLL_MS", "50"),
            ("STELLWERK_WORKER_LEASED_AT_ONCE", "4"),
        ];
        let hosts = match database {
            Database::Sqlite(_) => 1,
            Database::Postgres(_) => 2,
        };
        let mut server = Server::start_with(STELLWERK, database, &hasty(), &settings);
        let leads: Vec<String> = (0..LEADS)
            .map(|number| {
                let received = server.manufacturer().post("/api/v1/leads", &lead(number));
                assert_eq!(received.status, 201, "{received:?}");
                received.text("/id").to_owned()
            })
            .collect();
        // All hosts are away when the promised times end, and come back at once.
        server.kill();
        let away = Instant::now();
        until("the times are over", || away.elapsed() > CLAIM_TIME);
        let mut servers: Vec<Server> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..hosts)
                .map(|_| scope.spawn(|| server.beside()))
                .collect();
            let started = starts.into_iter().map(|start| start.join());
            started.map(|server| server.expect("a server")).collect()
        });
        let server = &mut servers[0];
        for code in ["told", "queued"] {
            until(code, || {
                leads
                    .iter()
                    .any(|id| codes(server, id).iter().any(|found| found == code))
            });
            server.crash();
        }
        until("every lead is at the end of its ladder", || {
            leads.iter().all(|id| waits_for_a_person(server, id))
        });
        let mut ways: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for id in &leads {
            *ways.entry(codes(server, id)).or_default() += 1;
        }
        let expected = BTreeMap::from([(LADDER.map(str::to_owned).to_vec(), LEADS)]);
        assert_eq!(ways, expected);
    });
}

fn waits_for_a_person(server: &Server, id: &str) -> bool {
    let lead = server.manufacturer().get(&format!("/api/v1/leads/{id}"));
    lead.text("/waits-for-a-person/code") == "escalation.fallback"
}

fn codes(server: &Server, id: &str) -> Vec<String> {
    let timeline = server
        .manufacturer()
        .get(&format!("/api/v1/leads/{id}/timeline"));
    timeline.body["events"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event["code"].as_str())
        .map(str::to_owned)
        .collect()
}
