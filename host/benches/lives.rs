//! What a lead's whole life takes on disk, receipts included: received,
//! qualified, ranked among 20, 100 and 1,000 partners, offered, claimed, worked
//! and won; and what a row of a table with the same request in it takes.
//!
//! `cargo bench --bench lives`

use serde_json::json;
use stellwerk_tests::load::bytes_in;
use stellwerk_tests::{Database, Server, contract, lead, partner_code};

const LIVES: u32 = 200;

fn main() {
    println!("SQLite, bytes on disk per lead's life");
    for partners in [20, 100, 1_000] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let database = Database::Sqlite(data.clone());
        let mut server = Server::start(binary, database, &contract(partners, 3));
        // A partner's token is none of a lead's life.
        let tokens: Vec<String> = (1..=partners)
            .map(|number| server.partner(&partner_code(number)).token().to_owned())
            .collect();
        live(&server, &tokens, 0);
        server.stop();
        let before = bytes_in(&data);
        let mut server = server.beside();
        let mut request_bytes = 0;
        for number in 1..=LIVES {
            request_bytes += live(&server, &tokens, number);
        }
        server.stop();
        let life = (bytes_in(&data) - before) / u64::from(LIVES);
        let request = request_bytes as u64 / u64::from(LIVES);
        println!(
            "  {partners:5} partners: {life:6} bytes, {:.0} times the requests of it ({request} bytes)",
            life as f64 / request as f64
        );
    }
}

/// One lead, from the request to the deal. The bytes of all its requests.
fn live(server: &Server, tokens: &[String], number: u32) -> usize {
    let lead = lead(&number.to_string());
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    let id = received.text("/id").to_owned();
    let (partner, offer) = tokens
        .iter()
        .find_map(|token| {
            let partner = server.client(token);
            let offers = partner.get("/api/v1/offers");
            let list = offers.body["offers"].as_array()?.clone();
            let mine = list
                .into_iter()
                .find(|offer| offer["lead"] == id.as_str())?;
            Some((partner, mine["id"].as_str()?.to_owned()))
        })
        .expect("an offer");
    let contacted = json!({ "code": "contacted" });
    let won = json!({ "result": "won", "value": 2_400_000 });
    for (path, body) in [
        (format!("/api/v1/offers/{offer}/claim"), &json!({})),
        (format!("/api/v1/leads/{id}/feedback"), &contacted),
        (format!("/api/v1/leads/{id}/outcome"), &won),
    ] {
        let answer = partner.post(&path, body);
        assert!(answer.status < 300, "{path}: {answer:?}");
    }
    [&lead, &json!({}), &contacted, &won]
        .iter()
        .map(|body| body.to_string().len())
        .sum()
}
