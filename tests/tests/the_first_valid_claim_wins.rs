//! 200 partners want one lead at once.

use std::sync::Barrier;

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::{
    Answer, Client, Database, Server, contract, on_both_databases, partner_code,
};

const PARTNERS: usize = 200;
const LEADS: usize = 50;

#[test]
fn two_hundred_claims_at_once_have_one_winner() {
    on_both_databases(|database| {
        // Where servers may share a database, every other partner asks another one.
        let is_shared = matches!(database, Database::Postgres(_));
        let server = Server::start(STELLWERK, database, &contract(PARTNERS, PARTNERS));
        let beside = is_shared.then(|| server.beside());
        let partners: Vec<Client> = (1..=PARTNERS)
            .map(|number| {
                let partner = server.partner(&partner_code(number));
                match &beside {
                    Some(beside) if number % 2 == 0 => beside.client(partner.token()),
                    _ => partner,
                }
            })
            .collect();
        for number in 0..LEADS {
            let lead = json!({
                "contract": "pumps",
                "product": "heat-pump",
                "source": "configurator",
                "attributes": { "consent": true },
                "contact": { "email": format!("eva{number}@example.com") },
            });
            let received = server.manufacturer().post("/api/v1/leads", &lead);
            assert_eq!(received.text("/state"), "offered", "{received:?}");
            claim_at_once(&partners, received.text("/id"), number);
        }
    });
}

/// One winner who sees the contact, and 199 clear answers.
fn claim_at_once(partners: &[Client], lead: &str, number: usize) {
    let together = Barrier::new(partners.len());
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let claims: Vec<_> = partners
            .iter()
            .map(|partner| {
                let together = &together;
                scope.spawn(move || {
                    let claim = format!("/api/v1/offers/{}/claim", open_offer(partner));
                    together.wait();
                    partner.post(&claim, &json!({}))
                })
            })
            .collect();
        let answers = claims.into_iter().map(|claim| claim.join());
        answers.map(|answer| answer.expect("a claim")).collect()
    });
    let email = format!("eva{number}@example.com");
    let winners = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(winners, 1, "lead {number}");
    for answer in &answers {
        if answer.status == 200 {
            assert_eq!(answer.text("/contact/email"), email);
        } else {
            assert_eq!(
                (answer.status, answer.code()),
                (409, "lead.taken"),
                "{answer:?}"
            );
            assert!(!answer.body.to_string().contains(&email));
        }
    }
    // Nor is there another way to it for those who came too late.
    if number == 0 {
        for (partner, answer) in partners.iter().zip(&answers) {
            let seen = partner.get(&format!("/api/v1/leads/{lead}"));
            assert_eq!(seen.status == 200, answer.status == 200, "{seen:?}");
            assert_eq!(seen.body.to_string().contains(&email), seen.status == 200);
        }
    }
}

fn open_offer(partner: &Client) -> String {
    let offers = partner.get("/api/v1/offers");
    offers.body["offers"][0]["id"]
        .as_str()
        .map(str::to_owned)
        .unwrap_or_else(|| panic!("no open offer: {offers:?}"))
}
