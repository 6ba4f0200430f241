//! A manufacturer changes a rule while leads come in: first for a share of them,
//! then for all, and back in one step.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Answer, Database, Server, contract, lead, on_both_databases, partner_code, strangers,
    versions_in_c,
};

const PUMPS: &str = "/api/v1/contracts/pumps";

/// A contract with three partners, of which the first wave asks one.
fn start(database: Database, terms: &str) -> Server {
    let file = contract(3, 1).replace("[terms]\n", &format!("[terms]\n{terms}"));
    Server::start(STELLWERK, database, &file)
}

/// A generation of matching whose first wave asks that many.
fn wave_of(first: usize) -> Value {
    json!({
        "slot": "matching", "plugin": "matching-weighted",
        "configuration": { "waves": { "first": first } }, "comment": "a wider first wave",
    })
}

fn step(server: &Server, generation: i64, action: &str, more: Value) -> Answer {
    let mut body = json!({
        "slot": "matching", "generation": generation, "action": action, "comment": "tried",
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    server.manufacturer().post(&format!("{PUMPS}/steps"), &body)
}

fn standing(server: &Server, generation: i64) -> String {
    let slot = server
        .manufacturer()
        .get(&format!("{PUMPS}/bindings/matching"));
    let generations = slot.body["generations"].as_array().cloned();
    generations
        .into_iter()
        .flatten()
        .find(|known| known["generation"] == generation)
        .and_then(|known| known["standing"].as_str().map(str::to_owned))
        .expect("the generation")
}

/// Sends a lead in; answers it.
fn sent(server: &Server, mark: &str) -> String {
    let received = server.manufacturer().post("/api/v1/leads", &lead(mark));
    assert_eq!(received.status, 201, "{received:?}");
    received.text("/id").to_owned()
}

/// The generations by which a lead was ranked, in order.
fn ranked_by(server: &Server, lead: &str) -> Vec<i64> {
    let decisions = server
        .manufacturer()
        .get(&format!("/api/v1/leads/{lead}/decisions?limit=200"));
    let decisions = decisions.body["decisions"].as_array().cloned();
    decisions
        .into_iter()
        .flatten()
        .filter(|decision| decision["function"] == "rank")
        .filter_map(|decision| decision["generation"].as_i64())
        .collect()
}

/// Whoever is offered the lead leaves it to others: it is ranked again.
fn declined_by_all(server: &Server, lead: &str) {
    for number in 1..=3 {
        let partner = server.partner(&partner_code(number));
        let offers = partner.get("/api/v1/offers").body["offers"].clone();
        for offer in offers.as_array().into_iter().flatten() {
            if offer["lead"] == lead {
                let path = format!("/api/v1/offers/{}/decline", offer["id"].as_str().unwrap());
                let declined = partner.post(&path, &json!({ "reason": "not-for-me" }));
                assert_eq!(declined.status, 200, "{declined:?}");
                return;
            }
        }
    }
    panic!("nobody is offered {lead}");
}

#[test]
fn a_candidate_goes_by_canary_into_force_and_back_in_one_step() {
    on_both_databases(|database| {
        let server = start(database, "");
        let maker = server.manufacturer();
        let before = sent(&server, "before");
        let made = maker.post(&format!("{PUMPS}/generations"), &wave_of(2));
        assert_eq!(
            (made.status, made.text("/standing")),
            (201, "ready"),
            "{made:?}"
        );
        assert_eq!(ranked_by(&server, &sent(&server, "ready")), [1]);

        let canary = step(&server, 2, "canary", json!({ "share-percent": 50 }));
        assert_eq!((canary.status, canary.text("/action")), (201, "canaried"));
        assert_eq!(standing(&server, 2), "canary");
        let leads: Vec<String> = (0..40).map(|n| sent(&server, &format!("c{n}"))).collect();
        let of_canary: Vec<&String> = leads
            .iter()
            .filter(|lead| ranked_by(&server, lead) == [2])
            .collect();
        assert!((8..32).contains(&of_canary.len()), "{}", of_canary.len());
        let of_old = leads.iter().find(|lead| !of_canary.contains(lead)).unwrap();
        let raised = step(&server, 2, "canary", json!({ "share-percent": 100 }));
        assert_eq!(raised.status, 201, "{raised:?}");
        declined_by_all(&server, of_canary[0]);
        declined_by_all(&server, of_old);
        assert_eq!(
            ranked_by(&server, of_canary[0]),
            [2],
            "one of its wave is left"
        );
        assert_eq!(
            ranked_by(&server, of_old),
            [1, 1],
            "it stays with its cycle's rules"
        );

        assert_eq!(step(&server, 2, "activate", json!({})).status, 201);
        assert_eq!(
            (standing(&server, 1), standing(&server, 2)),
            ("retired".into(), "active".into())
        );
        assert_eq!(ranked_by(&server, &sent(&server, "after")), [2]);
        declined_by_all(&server, &before);
        assert_eq!(ranked_by(&server, &before), [1, 1], "pinned to its cycle");

        let again = step(&server, 2, "activate", json!({}));
        assert_eq!((again.status, again.code()), (409, "generation.standing"));
        let back = maker.post(
            &format!("{PUMPS}/rollbacks"),
            &json!({ "slot": "matching", "comment": "too many asked" }),
        );
        assert_eq!(back.status, 201, "{back:?}");
        assert_eq!(back.body["taken-out"], 2);
        assert_eq!(back.body["binding"]["generation"], 3);
        assert_eq!(standing(&server, 2), "quarantined");
        assert_eq!(ranked_by(&server, &sent(&server, "back")), [3]);
        let decided = maker.get(&format!(
            "{PUMPS}/generations/decided?slot=matching&generation=2&limit=200"
        ));
        let decided = decided.body["decisions"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(
            decided
                .iter()
                .any(|one| one["lead"] == of_canary[1].as_str())
        );
        let anew = maker.post(
            &format!("/api/v1/leads/{}/withdraw", of_canary[1]),
            &json!({}),
        );
        assert_eq!(
            (anew.status, anew.text("/state")),
            (200, "offered"),
            "{anew:?}"
        );
        assert_eq!(
            ranked_by(&server, of_canary[1]),
            [2, 3],
            "what was bad is left"
        );

        let steps = maker.get(&format!("{PUMPS}/steps?slot=matching"));
        let actions: Vec<String> = steps.body["steps"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|step| {
                format!(
                    "{} {}",
                    step["action"].as_str().unwrap(),
                    step["generation"]
                )
            })
            .collect();
        assert_eq!(
            actions,
            [
                "activated 1",
                "configured 2",
                "canaried 2",
                "canaried 2",
                "activated 2",
                "rolled-back 2",
                "activated 3"
            ]
        );
        let further = maker.post(
            &format!("{PUMPS}/rollbacks"),
            &json!({ "slot": "matching", "comment": "once more" }),
        );
        assert_eq!(
            (further.status, further.code()),
            (409, "generation.standing"),
            "the first rule is what is in force: {further:?}"
        );
    });
}

#[test]
fn a_second_person_agrees_where_the_contract_demands_it() {
    on_both_databases(|database| {
        let server = start(database, "swaps = { four-eyes = true }\n");
        let maker = server.manufacturer();
        let made = maker.post(&format!("{PUMPS}/generations"), &wave_of(2));
        assert_eq!(made.status, 201, "{made:?}");
        let asked = step(&server, 2, "activate", json!({}));
        assert_eq!((asked.status, asked.text("/action")), (201, "requested"));
        assert!(asked.body["actor"].is_string(), "who asked: {asked:?}");
        assert_eq!(ranked_by(&server, &sent(&server, "asked")), [1]);
        let own = step(&server, 2, "approve", json!({}));
        assert_eq!((own.status, own.code()), (409, "approval.own"), "{own:?}");
        let second = server.speaking_as("manufacturer", None);
        let agreed = second.post(
            &format!("{PUMPS}/steps"),
            &json!({
                "slot": "matching", "generation": 2, "action": "approve", "comment": "seen",
            }),
        );
        assert_eq!((agreed.status, agreed.text("/action")), (201, "activated"));
        assert_eq!(ranked_by(&server, &sent(&server, "agreed")), [2]);
        let bound = maker.put(&format!("{PUMPS}/bindings/matching"), &{
            let mut body = wave_of(3);
            body.as_object_mut().map(|body| body.remove("slot"));
            body
        });
        assert_eq!(bound.body["waits-for-approval"], true, "{bound:?}");
        assert_eq!(step(&server, 3, "cancel", json!({})).status, 201);
        assert_eq!(standing(&server, 3), "ready");
        let back = maker.post(
            &format!("{PUMPS}/rollbacks"),
            &json!({ "slot": "matching", "comment": "needs nobody" }),
        );
        assert_eq!(back.status, 201, "{back:?}");
        assert_eq!(ranked_by(&server, &sent(&server, "back")), [4]);
    });
}

#[test]
fn what_is_planned_counts_from_its_instant_on() {
    on_both_databases(|database| {
        let server = start(database, "");
        let maker = server.manufacturer();
        assert_eq!(
            maker
                .post(&format!("{PUMPS}/generations"), &wave_of(2))
                .status,
            201
        );
        let past = step(
            &server,
            2,
            "activate",
            json!({ "from": "2020-01-01T00:00" }),
        );
        assert_eq!(
            (past.status, past.places()),
            (422, vec!["/from"]),
            "{past:?}"
        );
        let far = step(
            &server,
            2,
            "activate",
            json!({ "from": "2100-01-01T00:00" }),
        );
        assert_eq!(
            far.text("/from"),
            "2099-12-31T23:00:00Z",
            "by the contract's clock"
        );
        assert_eq!(ranked_by(&server, &sent(&server, "planned")), [1]);
        let cancelled = step(&server, 2, "cancel", json!({}));
        assert_eq!(cancelled.status, 201, "{cancelled:?}");
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("the zone");
        let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
        let local = soon.to_zoned(zone).datetime();
        let soon = step(&server, 2, "activate", json!({ "from": local }));
        assert_eq!(soon.status, 201, "{soon:?}");
        let mut count = 0;
        stellwerk_tests::until("the planned rule decides", || {
            count += 1;
            ranked_by(&server, &sent(&server, &format!("s{count}"))) == [2]
        });
        assert!(count > 1, "it did not decide before its time");
    });
}

/// How many times the rule is swapped while leads come in and are claimed.
const SWAPS: usize = 12;

#[test]
fn swaps_under_load_fail_no_request_and_mix_no_rules() {
    on_both_databases(|database| {
        let server = start(database, "");
        let versions: Vec<String> = versions_in_c(2)
            .into_iter()
            .map(|component| {
                let headers = [("content-type", "application/wasm")];
                let uploaded =
                    server
                        .manufacturer()
                        .ask("POST", "/api/v1/plugins", &headers, component);
                uploaded.text("/digest").to_owned()
            })
            .collect();
        let done = AtomicBool::new(false);
        let sent = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..8)
                .map(|client| {
                    let (server, done) = (&server, &done);
                    scope.spawn(move || work(server, client, done))
                })
                .collect();
            for number in 0..SWAPS {
                let body = match number % 2 {
                    0 => json!({ "plugin": versions[number / 2 % 2], "comment": "code" }),
                    _ => json!({
                        "plugin": "matching-weighted", "comment": "configuration",
                        "configuration": { "waves": { "first": 1 + number } },
                    }),
                };
                let path = format!("{PUMPS}/bindings/matching");
                let swapped = server.manufacturer().put(&path, &body);
                assert_eq!(swapped.status, 200, "{swapped:?}");
                let generation = swapped.body["generation"].as_i64();
                let next = sent(&server, &format!("swap-{number}"));
                assert_eq!(ranked_by(&server, &next).first().copied(), generation);
            }
            done.store(true, Ordering::Relaxed);
            let sent = clients
                .into_iter()
                .map(|client| client.join().expect("a client"));
            sent.sum::<usize>()
        });
        assert!(sent > SWAPS, "{sent} leads");
        let database = server.database();
        assert!(database.count("decision") > SWAPS as u64);
        assert_eq!(strangers(database), [], "decisions of no generation");
        let torn = database.rows(
            ["count(*)"],
            "(SELECT lead FROM decision WHERE slot = 'matching' GROUP BY lead \
             HAVING count(DISTINCT generation) > 1) torn",
        );
        assert_eq!(torn, [[Some("0".to_owned())]], "a cycle of two rules");
    });
}

/// Sends leads in and claims what a partner is offered, until told to end. Answers
/// how many leads were sent.
fn work(server: &Server, client: usize, done: &AtomicBool) -> usize {
    let partner = server.partner(&partner_code(client % 3 + 1));
    let mut count = 0;
    while !done.load(Ordering::Relaxed) {
        count += 1;
        let _ = sent(server, &format!("load-{client}-{count}"));
        let offers = partner.get("/api/v1/offers?limit=1");
        assert_eq!(offers.status, 200, "{offers:?}");
        if let Some(offer) = offers.body["offers"][0]["id"].as_str() {
            let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
            // Another of this partner's clients may have been faster.
            assert!(matches!(claimed.status, 200 | 404 | 409), "{claimed:?}");
        }
    }
    count
}
