//! Rules that do harm are taken out, once, whoever notices.

use jiff::civil::datetime;
use serde_json::json;

use super::{MINUTE, MONDAY, World, on_both};
use crate::apply::{Document, apply};
use crate::clock::Ids;
use crate::contracts::binding::{self, Move, Sample, Stopped, Wanted, When, Wish};
use crate::domain::attribute::AttributeValue;
use crate::domain::decision::Decision;
use crate::domain::generation::{CandidateAnswer, Course, Role, Verdict, WHOLE};
use crate::domain::ids::LeadId;
use crate::domain::time::Micros;
use crate::host::{Decider, Host, Origin};
use crate::store::changes::{Changes, Command};
use crate::testing;
use crate::worker::generations::look_at_canaries;

const SLOT: &str = "matching";

impl World {
    fn decider(&self, generation: i64) -> Decider {
        Decider {
            manufacturer: self.manufacturer.id.clone(),
            contract: self.contract.id.clone(),
            slot: SLOT.to_owned(),
            generation,
        }
    }

    /// Another host on the same data.
    fn other_host(&self) -> Host {
        Host::new(
            self.host.store.clone(),
            testing::engine(),
            self.host.clock.clone(),
            Ids::seeded(7),
        )
    }

    /// Applies the contract with such terms for swaps.
    async fn swaps(&self, swaps: &str) {
        let text = include_str!("../../../examples/heat-pumps.toml");
        let terms = format!("[terms]\nswaps = {swaps}\n");
        let document = Document::parse(&text.replace("[terms]\n", &terms)).unwrap();
        apply(&self.host, &document, None, &Origin::host())
            .await
            .unwrap();
    }

    fn wanted(&self, first_wave: i64, when: When) -> Wanted {
        Wanted {
            slot: SLOT.to_owned(),
            plugin: "matching-weighted".to_owned(),
            configuration: Some(json!({ "waves": { "first": first_wave } })),
            limits: None,
            comment: "another first wave".to_owned(),
            when,
        }
    }

    /// Another rule for matching.
    async fn rule(&self, first_wave: i64, when: When) -> i64 {
        let wanted = self.wanted(first_wave, when);
        let Decider {
            manufacturer,
            contract,
            ..
        } = self.decider(0);
        let origin = Origin::host();
        binding::put(&self.host, &manufacturer, &contract, &wanted, None, &origin)
            .await
            .unwrap()
            .binding
            .generation
    }

    async fn step(&self, generation: i64, to: Move) {
        let wish = Wish {
            slot: SLOT.to_owned(),
            generation,
            to,
            comment: "tried".to_owned(),
        };
        let of = self.decider(generation);
        binding::take(
            &self.host,
            &of.manufacturer,
            &of.contract,
            &wish,
            &Origin::host(),
        )
        .await
        .unwrap();
    }

    /// A candidate that decides for all leads.
    async fn canary(&self) -> i64 {
        let generation = self.rule(2, When::Ready).await;
        let to = Move::Canary(Sample::share(WHOLE));
        self.step(generation, to).await;
        generation
    }

    async fn course(&self) -> Course {
        let of = self.decider(0);
        let courses = self.host.store.courses(&of.manufacturer, &of.contract);
        courses.await.unwrap().remove(SLOT).unwrap()
    }

    async fn commit(&self, changes: Changes) {
        let manufacturer = self.manufacturer.id.clone();
        let command = Command {
            manufacturer,
            changes,
        };
        self.host.store.commit(command).await.unwrap();
    }

    /// Answers that a generation could not give, as any host commits them.
    async fn failed(&self, generation: i64, times: usize) {
        let now = self.host.clock.now();
        let of = self.decider(generation);
        let decision = || Decision {
            manufacturer: of.manufacturer.clone(),
            id: self.host.ids.next(now),
            contract: of.contract.clone(),
            slot: of.slot.clone(),
            asked_at: now,
            generation,
            plugin: "fails@0.1.0".to_owned(),
            outcome: "guest.trap".to_owned(),
            output: Vec::new(),
            ..testing::decision()
        };
        self.commit(Changes {
            decisions: (0..times).map(|_| decision()).collect(),
            ..Changes::default()
        })
        .await;
    }

    /// Looks whether that was too often.
    async fn quarantined(&self, generation: i64) -> Option<Stopped> {
        let decider = self.decider(generation);
        binding::quarantine(&self.host, &decider).await.unwrap()
    }

    /// Answers of a canary, as any host commits them.
    async fn answered(&self, generation: i64, outcomes: &[&str], leads: &[LeadId]) {
        let now = self.host.clock.now();
        let of = self.decider(generation);
        let answers = outcomes.iter().enumerate().map(|(place, outcome)| {
            let id: LeadId = self.host.ids.next(now);
            CandidateAnswer {
                manufacturer: of.manufacturer.clone(),
                contract: of.contract.clone(),
                slot: of.slot.clone(),
                generation,
                id: id.as_str().to_owned(),
                role: Role::Canary,
                incumbent: Some(1),
                decision: None,
                lead: leads.get(place).cloned(),
                partner: None,
                function: "rank".to_owned(),
                outcome: (*outcome).to_owned(),
                agrees: None,
                difference: String::new(),
                fuel: 1,
                micros: 1,
                other_fuel: None,
                other_micros: None,
                product: None,
                country: None,
                region: None,
                value_difference: None,
                input: Vec::new(),
                output: Vec::new(),
                asked_at: now,
            }
        });
        self.commit(Changes {
            candidate_answers: answers.collect(),
            ..Changes::default()
        })
        .await;
    }

    /// What the gate of errors tells now.
    async fn verdict(&self) -> Verdict {
        let watched = binding::watched(&self.host, &self.contract, SLOT).await;
        let watched = watched.unwrap().unwrap();
        watched.tally.gates()[0].share.verdict()
    }

    /// What the feed says of generations that were stopped.
    async fn reasons(&self) -> Vec<String> {
        let manufacturer = &self.manufacturer.id;
        let events = self.host.store.events(manufacturer, 0, 1_000).await;
        let events = events.unwrap().into_iter().map(|event| event.event);
        events
            .filter(|event| event.code == "generation-stopped")
            .filter_map(|event| match event.attributes.get("reason") {
                Some(AttributeValue::Text(reason)) => Some(reason.clone()),
                _ => None,
            })
            .collect()
    }
}

#[tokio::test]
async fn what_fails_too_often_is_taken_out_once_by_two_hosts_at_once() {
    for world in on_both().await {
        assert_eq!(world.rule(2, When::Default).await, 2);
        world.failed(2, 9).await;
        assert_eq!(world.quarantined(2).await, None);
        world.failed(2, 1).await;
        let (other, decider) = (world.other_host(), world.decider(2));
        let (one, two) = tokio::join!(
            binding::quarantine(&world.host, &decider),
            binding::quarantine(&other, &decider),
        );
        let stopped: Vec<Stopped> = [one.unwrap(), two.unwrap()].into_iter().flatten().collect();
        assert_eq!(stopped.len(), 1, "{stopped:?}");
        assert_eq!(stopped[0].instead, Some(3));
        assert_eq!(world.reasons().await.len(), 1);
        let course = world.course().await;
        assert_eq!(course.in_force(MONDAY), Some(3));
        assert!(course.is_bad(2));

        // It has the content of the first one: nothing good is left.
        world.failed(3, 10).await;
        let stopped = world.quarantined(3).await.unwrap();
        assert_eq!(stopped.instead, None);
        assert!(stopped.reason.contains("nothing good"), "{stopped:?}");
        assert_eq!(world.course().await.in_force(MONDAY), Some(3));
        assert_eq!(world.quarantined(3).await, None, "it stays");
    }
}

#[tokio::test]
async fn failures_count_within_the_window_and_since_a_persons_word() {
    let world = World::new().await;
    world.rule(2, When::Default).await;
    world.failed(2, 9).await;
    world.wait(11);
    world.failed(2, 9).await;
    assert_eq!(world.quarantined(2).await, None);
    world.failed(2, 1).await;
    assert!(world.quarantined(2).await.is_some());
    world.wait(1);
    world.step(2, Move::Activate { from: None }).await;
    world.failed(2, 9).await;
    assert_eq!(world.quarantined(2).await, None);
    world.failed(2, 1).await;
    assert!(world.quarantined(2).await.is_some());
}

#[tokio::test]
async fn a_canary_that_fails_too_often_gives_way_to_what_is_in_force() {
    let world = World::new().await;
    let canary = world.canary().await;
    world.failed(canary, 10).await;
    let stopped = world.quarantined(canary).await.unwrap();
    assert_eq!(stopped.instead, Some(1));
    let course = world.course().await;
    assert_eq!(course.canary(world.host.clock.now()), None);
    assert_eq!(course.in_force(MONDAY), Some(1));
}

#[tokio::test]
async fn a_gate_that_trips_takes_the_canary_back_and_few_cases_tell_nothing() {
    for world in on_both().await {
        let canary = world.canary().await;
        world.answered(canary, &["ok"; 7], &[]).await;
        world.answered(canary, &["guest.trap"], &[]).await;
        world.wait(1);
        look_at_canaries(&world.host).await.unwrap();
        assert_eq!(world.verdict().await, Verdict::Unknown);
        assert!(world.reasons().await.is_empty());

        let mut outcomes = ["guest.trap"; 8];
        outcomes[..5].fill("ok");
        world.answered(canary, &outcomes, &[]).await;
        world.wait(1);
        // Another host, which has not followed it, counts the same.
        look_at_canaries(&world.other_host()).await.unwrap();
        look_at_canaries(&world.host).await.unwrap();
        assert_eq!(
            world.reasons().await,
            [
                "the gate errors has tripped: 4 of 16 answers failed, where at most 1 % may; \
                 what is in force decides the leads of the canary"
            ]
        );
        let course = world.course().await;
        assert_eq!(course.canary(world.host.clock.now()), None);
        assert!(!course.is_bad(canary), "it can be mended by another share");
    }
}

#[tokio::test]
async fn a_gate_looks_at_what_is_asked_for_or_planned_and_ends_both() {
    for world in on_both().await {
        world.swaps("{ four-eyes = true }").await;
        let canary = world.canary().await;
        let from = Some(datetime(2030, 1, 1, 0, 0, 0, 0));
        world.step(canary, Move::Activate { from }).await;
        let canaries = async |at| world.host.store.contracts_with_canaries(at).await.unwrap();
        assert_eq!(canaries(MONDAY).await.len(), 1, "somebody has to agree");
        world.swaps("{}").await;
        world.step(canary, Move::Activate { from }).await;
        let planned = world.course().await.next(MONDAY).unwrap();
        assert_eq!(planned.generation, canary);
        assert_eq!(canaries(MONDAY).await.len(), 1);
        assert_eq!(canaries(planned.from).await, [], "it is in force");

        world.answered(canary, &["guest.trap"; 16], &[]).await;
        world.wait(1);
        look_at_canaries(&world.host).await.unwrap();
        let [reason] = &world.reasons().await[..] else {
            panic!("nothing was stopped");
        };
        assert!(reason.ends_with("does not come in force as was planned"));
        let course = world.course().await;
        assert_eq!(course.in_force(planned.from), Some(1));
    }
}

#[tokio::test]
async fn leads_that_nobody_works_in_time_speak_against_the_canary() {
    let world = World::new().await;
    world.swaps("{ gates = { unworked-max = 100000 } }").await;
    let canary = world.canary().await;
    let mut leads = Vec::new();
    for _ in 0..4 {
        leads.push(world.lead().await);
    }
    let ids: Vec<LeadId> = leads.iter().map(|lead| lead.id.clone()).collect();
    assert!(
        leads
            .iter()
            .all(|lead| lead.began_with.matching == Some(canary))
    );
    world.answered(canary, &["ok"; 4], &ids).await;
    world.wait(1);
    look_at_canaries(&world.host).await.unwrap();
    assert!(world.reasons().await.is_empty(), "their time is not over");
    let later = world.host.clock.now().0 + 31 * 24 * 60 * MINUTE;
    world.host.clock.advance_to(Micros(later));
    look_at_canaries(&world.host).await.unwrap();
    let reasons = world.reasons().await;
    assert!(
        reasons[0].contains("4 of 4 leads stayed unworked"),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn who_agrees_late_changes_nothing_that_was_paid() {
    for world in on_both().await {
        world.swaps("{ four-eyes = true }").await;
        world.lead().await;
        let of = world.decider(0);
        let day = jiff::civil::date(2026, 3, 4).at(0, 0, 0, 0);
        let wanted = Wanted {
            slot: "compensation/commission".to_owned(),
            plugin: "compensation-flat-split".to_owned(),
            configuration: Some(json!({ "rate": 20_001 })),
            limits: None,
            comment: "a little more".to_owned(),
            when: When::From(day),
        };
        let (maker, contract) = (&of.manufacturer, &of.contract);
        let first = Origin::host();
        let asked = binding::put(&world.host, maker, contract, &wanted, None, &first);
        let asked = asked.await.unwrap();
        assert!(asked.waits);
        world.wait(4 * 24 * 60);
        let wish = Wish {
            slot: wanted.slot.clone(),
            generation: asked.binding.generation,
            to: Move::Approve,
            comment: "seen".to_owned(),
        };
        let second = Origin {
            actor: Some("second".into()),
            keep: None,
        };
        let agreed = binding::take(&world.host, maker, contract, &wish, &second);
        let from = agreed.await.unwrap().from;
        assert_eq!(from.to_string(), "2026-03-31T22:00:00Z", "the next period");
    }
}
