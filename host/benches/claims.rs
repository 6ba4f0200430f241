//! The rush for a lead: 200 partners claim it at the same moment, one lead after
//! the other; against a bare server whose clients race for one row with the same
//! durability.
//!
//! `cargo bench --bench claims`

mod bare;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use stellwerk_tests::load::Connection;
use stellwerk_tests::{Server, contract, lead, on_both_databases, partner_code};

const PARTNERS: usize = 200;
const LEADS: usize = 30;

fn main() {
    if bare::was_asked_to_serve() {
        return;
    }
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = database.name();
        let url = bare::url_beside(&database, folder.path());
        let bare = bare::Bare::start(&url);
        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let server = Server::start(binary, database, &contract(PARTNERS, PARTNERS));
        let tokens: Vec<String> = (1..=PARTNERS)
            .map(|number| server.partner(&partner_code(number)).token().to_owned())
            .collect();
        println!("{name}, {PARTNERS} partners, {LEADS} leads in a row");

        let rows: Vec<Vec<String>> = (0..LEADS)
            .map(|_| {
                let mut connection = Connection::open(&bare.address);
                let kept = connection.send("POST", "/api/v1/leads", "none", "{}");
                let id = kept.json()["id"].as_str().expect("an id").to_owned();
                vec![format!("/rows/{id}/claim"); PARTNERS]
            })
            .collect();
        let plain = rush(&bare.address, &tokens, &rows);
        let offers: Vec<Vec<String>> = (0..LEADS)
            .map(|number| {
                offer_a_lead(&server, number);
                tokens
                    .iter()
                    .map(|token| open_offer(&server, token))
                    .collect()
            })
            .collect();
        let claimed = rush(server.address(), &tokens, &offers);
        println!("  bare      {:9.1} ms a rush", plain.as_secs_f64() * 1e3);
        println!("  stellwerk {:9.1} ms a rush", claimed.as_secs_f64() * 1e3);
        println!(
            "  a rush per bare rush: {:.2}",
            claimed.as_secs_f64() / plain.as_secs_f64()
        );
    });
}

/// Lets all claim each lead at once; the median span from the first claim sent
/// to the last answer. Of all answers for a lead one is good.
fn rush(address: &str, tokens: &[String], leads: &[Vec<String>]) -> Duration {
    let barrier = Barrier::new(tokens.len() + 1);
    let mut spans: Vec<Duration> = std::thread::scope(|scope| {
        let claimants: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(partner, token)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let mut connection = Connection::open(address);
                    let mut won = Vec::new();
                    for lead in leads {
                        barrier.wait();
                        let reply = connection.send("POST", &lead[partner], token, "{}");
                        won.push(reply.status < 300);
                        barrier.wait();
                    }
                    won
                })
            })
            .collect();
        let spans = leads
            .iter()
            .map(|_| {
                barrier.wait();
                let begun = Instant::now();
                barrier.wait();
                begun.elapsed()
            })
            .collect();
        let won: Vec<Vec<bool>> = claimants
            .into_iter()
            .map(|claimant| claimant.join().expect("a claimant"))
            .collect();
        for lead in 0..leads.len() {
            assert_eq!(won.iter().filter(|won| won[lead]).count(), 1, "lead {lead}");
        }
        spans
    });
    spans.sort_unstable();
    spans[spans.len() / 2]
}

fn offer_a_lead(server: &Server, number: usize) {
    let lead = lead(&number.to_string());
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    assert_eq!(received.text("/state"), "offered", "{received:?}");
}

/// Where the partner claims the latest lead that it is offered.
fn open_offer(server: &Server, token: &str) -> String {
    let offers = server.client(token).get("/api/v1/offers?limit=200");
    let latest = offers.body["offers"]
        .as_array()
        .and_then(|list| list.last());
    let id = latest.and_then(|offer| offer["id"].as_str());
    format!("/api/v1/offers/{}/claim", id.expect("an offer"))
}
