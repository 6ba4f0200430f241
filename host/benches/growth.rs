//! What a host at work costs at 10 thousand, 100 thousand and a million leads:
//! start, list, search, timeline, intake and claim, each against the smallest
//! size.
//!
//! `cargo bench --bench growth`, up to a million with `-- 1000000`

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stellwerk_tests::load::{Connection, import_history, resident, write_history};
use stellwerk_tests::{Server, contract, lead, on_both_databases, partner_code};

const PARTNERS: usize = 100;
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// The largest size without an argument.
const SIZE_DEFAULT: u32 = 100_000;
/// How often each request is made.
const TIMES: u32 = 100;

fn main() {
    let largest = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(SIZE_DEFAULT);
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let file = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(file("contract.toml"), contract(PARTNERS, 3)).expect("the contract");
        database.run(binary, &["apply", &file("contract.toml")]);
        println!("{}", database.name());
        let mut smallest: Option<Vec<(&'static str, Duration)>> = None;
        let mut there = 0;
        for size in SIZES.into_iter().filter(|size| *size <= largest) {
            let history = folder.path().join("history.csv");
            write_history(&history, there..size, PARTNERS);
            let begun = Instant::now();
            import_history(&database, binary, &history);
            let rate = f64::from(size - there) / begun.elapsed().as_secs_f64();
            there = size;
            let begun = Instant::now();
            let server = Server::of(binary, database.clone(), "maker", &[]);
            let started = begun.elapsed();
            let begun = Instant::now();
            receive(&server, &format!("warm-{size}"));
            println!(
                "  {size} leads: imported at {rate:.0} rows/s, started in {:.2} s, first lead \
                 after {:.2} s",
                started.as_secs_f64(),
                begun.elapsed().as_secs_f64(),
            );
            let medians = medians(&server, size);
            for (index, (name, median)) in medians.iter().enumerate() {
                let ratio = smallest.as_ref().map_or(1.0, |smallest| {
                    median.as_secs_f64() / smallest[index].1.as_secs_f64()
                });
                println!(
                    "    {name:28} {:8.3} ms   {ratio:5.2} of the smallest",
                    median.as_secs_f64() * 1e3
                );
            }
            let memory = resident(server.process_id()) / 1024 / 1024;
            println!("    resident {memory} MiB");
            smallest.get_or_insert(medians);
        }
    });
}

/// The median of each request.
fn medians(server: &Server, size: u32) -> Vec<(&'static str, Duration)> {
    let owner = server.secret();
    let ask = |method: &str, path: &str, body: &str| {
        let mut connection = Connection::open(server.address());
        connection.send(method, path, owner, body).json()
    };
    // Leads all over the history, and cursors in its midst.
    let leads: Vec<String> = (0..TIMES)
        .map(|time| {
            let body =
                json!({ "contract": "pumps", "external-id": (size / TIMES * time).to_string() });
            let found = ask("POST", "/api/v1/leads/search", &body.to_string());
            found["leads"][0]["id"].as_str().expect("a lead").to_owned()
        })
        .collect();
    let timed = |name, request: &dyn Fn(u32) -> (&'static str, String, String)| {
        (name, median_of(server, owner, request))
    };
    let after = |time: u32| leads[time as usize].clone();
    let mut medians = vec![
        timed("list", &|_| {
            ("GET", "/api/v1/leads".to_owned(), String::new())
        }),
        timed("list, in the midst", &|time| {
            (
                "GET",
                format!("/api/v1/leads?contract=pumps&after={}", after(time)),
                String::new(),
            )
        }),
        timed("list of a state", &|time| {
            (
                "GET",
                format!("/api/v1/leads?state=won&after={}", after(time)),
                String::new(),
            )
        }),
        timed("list of the manual queue", &|_| {
            ("GET", "/api/v1/leads?manual=true".to_owned(), String::new())
        }),
        timed("search by e-mail", &|time| {
            let email = format!("person-{}@example.com", size / TIMES * time);
            let body = json!({ "contract": "pumps", "email": email });
            ("POST", "/api/v1/leads/search".to_owned(), body.to_string())
        }),
        timed("timeline", &|time| {
            (
                "GET",
                format!("/api/v1/leads/{}/timeline", after(time)),
                String::new(),
            )
        }),
        timed("feed, in the midst", &|time| {
            let position = u64::from(time) * u64::from(size) / 50;
            (
                "GET",
                format!("/api/v1/events?after={position}&limit=100"),
                String::new(),
            )
        }),
    ];
    medians.extend(intake_and_claim(server, size));
    medians
}

fn median_of(
    server: &Server,
    token: &str,
    request: &dyn Fn(u32) -> (&'static str, String, String),
) -> Duration {
    let mut connection = Connection::open(server.address());
    let spans = (0..TIMES)
        .map(|time| {
            let (method, path, body) = request(time);
            let begun = Instant::now();
            let reply = connection.send(method, &path, token, &body);
            let span = begun.elapsed();
            assert_eq!(reply.status, 200, "{method} {path}: {}", reply.json());
            span
        })
        .collect();
    median(spans)
}

fn intake_and_claim(server: &Server, size: u32) -> [(&'static str, Duration); 2] {
    let partners: Vec<String> = (1..=PARTNERS)
        .map(|number| server.partner(&partner_code(number)).token().to_owned())
        .collect();
    let mut connection = Connection::open(server.address());
    let (mut intakes, mut claims) = (Vec::new(), Vec::new());
    for time in 0..TIMES {
        let begun = Instant::now();
        let lead = receive(server, &format!("{size}-{time}"));
        intakes.push(begun.elapsed());
        let id = lead["id"].as_str().expect("an id");
        let claimed = partners.iter().find_map(|token| {
            let offers = connection
                .send("GET", "/api/v1/offers?limit=200", token, "")
                .json();
            let list = offers["offers"].as_array().expect("offers").clone();
            let mine = list.iter().find(|offer| offer["lead"] == id)?;
            let path = format!("/api/v1/offers/{}/claim", mine["id"].as_str()?);
            let begun = Instant::now();
            let reply = connection.send("POST", &path, token, "{}");
            assert_eq!(reply.status, 200, "{}", reply.json());
            Some(begun.elapsed())
        });
        claims.push(claimed.expect("an offer"));
    }
    [("intake", median(intakes)), ("claim", median(claims))]
}

fn receive(server: &Server, mark: &str) -> Value {
    let lead = lead(mark);
    let mut connection = Connection::open(server.address());
    let reply = connection.send("POST", "/api/v1/leads", server.secret(), &lead.to_string());
    assert!(reply.status < 300, "{}", reply.json());
    reply.json()
}

fn median(mut spans: Vec<Duration>) -> Duration {
    spans.sort_unstable();
    spans[spans.len() / 2]
}
