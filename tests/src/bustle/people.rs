//! What people do all day.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::chance::Chance;
use super::errand::{Done, Errands};
use super::text;

/// Before somebody who has nothing to do looks again.
const PAUSE: Duration = Duration::from_millis(20);
const FEEDBACK: [&str; 6] = [
    "contacted",
    "not-reached",
    "appointment",
    "quoted",
    "care-contact",
    "data-complete",
];
const REASONS: [&str; 3] = ["bad-lead", "not-for-me", "no-capacity"];

/// Sends leads in, as many as may come.
pub(super) fn send(mut errands: Errands, mut chance: Chance) -> Vec<Done> {
    let mut done = Vec::new();
    while !errands.day.is_over() {
        let number = errands.day.leads.load(Ordering::SeqCst);
        let may_come = number < errands.day.leads_max.load(Ordering::SeqCst);
        let is_mine = may_come
            && errands
                .day
                .leads
                .compare_exchange(number, number + 1, Ordering::SeqCst, Ordering::SeqCst)
                .is_ok();
        if !is_mine {
            std::thread::sleep(PAUSE);
            continue;
        }
        let source = match chance.below(2) {
            0 => "configurator",
            _ => "white-paper",
        };
        let mut lead = json!({
            "contract": "pumps",
            "product": "heat-pump",
            "source": source,
            "country": "DE",
            "postcode": "10115",
            "value": 500_000 + chance.below(1_000_000),
            "attributes": { "consent": true },
            "contact": { "email": format!("person-{number}@example.com") },
        });
        // Others know no identifier of their own: nothing but the key keeps them
        // from coming in twice.
        if chance.below(2) == 0 {
            lead["external-id"] = Value::String(format!("order-{number}"));
        }
        let sent = errands.post("/api/v1/leads".to_owned(), lead);
        assert_eq!(sent.answer.status, 201, "{sent:?}");
        done.push(sent);
    }
    done
}

/// Takes leads and works them, or does not.
pub(super) fn work(mut errands: Errands, mut chance: Chance) -> Vec<Done> {
    let mut done = Vec::new();
    while !errands.day.is_over() {
        let before = done.len();
        let offers = errands.get("/api/v1/offers");
        if let Some(offer) = chance.one_of(list(&offers.body, "offers")) {
            let path = format!("/api/v1/offers/{}", text(offer, "id"));
            match chance.below(10) {
                0..6 => done.push(errands.post(format!("{path}/claim"), json!({}))),
                6..8 => {
                    let reason = REASONS[chance.below(3) as usize];
                    let body = json!({ "reason": reason });
                    done.push(errands.post(format!("{path}/decline"), body));
                }
                // It lapses, unless somebody else wants it.
                _ => {}
            }
        }
        let claims = errands.get("/api/v1/claims");
        if let Some(claim) = chance.one_of(list(&claims.body, "claims")) {
            let path = format!("/api/v1/leads/{}", text(claim, "lead"));
            match chance.below(10) {
                0..6 => {
                    let code = FEEDBACK[chance.below(6) as usize];
                    let body = json!({ "code": code });
                    done.push(errands.post(format!("{path}/feedback"), body));
                }
                6..8 => {
                    let value = 100_000 + chance.below(10_000_000);
                    let body = json!({ "result": "won", "value": value });
                    done.push(errands.post(format!("{path}/outcome"), body));
                }
                8 => {
                    let body = json!({ "result": "lost" });
                    done.push(errands.post(format!("{path}/outcome"), body));
                }
                // It is taken back, unless the partner has reported already.
                _ => {}
            }
        }
        if done.len() == before {
            std::thread::sleep(PAUSE);
        }
    }
    done
}

fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body[name].as_array().map_or(&[], Vec::as_slice)
}
