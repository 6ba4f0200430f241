use proptest::prelude::*;
use stellwerk_plugin_sdk::escalation::Offer;
use stellwerk_plugin_sdk::testing;

use super::*;

fn ladder() -> Ladder {
    testing::default()
}

fn happened(code: &str) -> EscalateInput {
    EscalateInput {
        event: PastEvent {
            code: Word::of(code),
            ..PastEvent::default()
        },
        assessed: Assessed {
            temperature: Some(Temperature::Warm),
            ..Assessed::default()
        },
        wave: 1,
        ..EscalateInput::default()
    }
}

fn due(key: &str) -> EscalateInput {
    let mut input = happened("due");
    input.event.attributes = Attributes::new().with("key", key);
    input
}

fn answered(input: &EscalateInput) -> EscalationAnswer {
    ladder().escalate(&Context::default(), input).unwrap()
}

fn held_by(recalls: i64) -> Option<Partner> {
    Some(Partner {
        key: 1,
        attributes: Attributes::new().with("figure/recalled@90d", recalls),
    })
}

fn admitted(attributes: Attributes) -> Admission {
    let input = AdmitInput {
        partner: Partner { key: 1, attributes },
        offer: Offer {
            state: Some(Word::of("open")),
            wave: 1,
            ..Offer::default()
        },
        ..AdmitInput::default()
    };
    ladder().admit(&Context::default(), &input).unwrap()
}

#[test]
fn golden_examples_come_out() {
    testing::golden_escalation::<Ladder>();
}

#[test]
fn an_unclaimed_wave_is_followed_by_the_next_and_then_by_the_ladder() {
    assert_eq!(answered(&due("claim")).actions, [Action::NextWave]);
    let mut input = due("claim");
    input.wave = 3;
    let told = |role: &str| Action::Tell {
        role: Word::of(role),
    };
    assert_eq!(answered(&input).actions, [told("channel-manager")]);
    let mut input = due("ladder");
    input.step = 1;
    assert_eq!(answered(&input).actions, [told("head-of-channel")]);
    input.step = 2;
    assert_eq!(
        answered(&input).actions,
        [told("direct-sales"), Action::TellCustomer, Action::Fallback]
    );
}

#[test]
fn who_does_not_get_in_touch_loses_the_lead() {
    let mut input = due("contact");
    input.holder = held_by(0);
    assert_eq!(answered(&input).actions, [Action::Recall, Action::NextWave]);
    input.holder = held_by(2);
    assert_eq!(answered(&input).actions.len(), 3);
}

#[test]
fn feedback_keeps_the_lead() {
    let answer = answered(&happened("contacted"));
    let contact = answer
        .deadlines
        .iter()
        .find(|deadline| deadline.key == Word::of("contact"))
        .unwrap();
    assert!(contact.after.is_none());
    assert!(answer.actions.is_empty());
}

#[test]
fn a_claim_that_was_made_meanwhile_stops_the_ladder() {
    let mut input = due("claim");
    input.holder = held_by(0);
    assert!(answered(&input).actions.is_empty());
}

#[test]
fn the_gate_opens_for_those_that_report() {
    assert!(admitted(Attributes::new()).is_admitted());
    for (name, count) in [
        ("figure/feedback-overdue", 1),
        ("figure/open-without-feedback", 3),
    ] {
        let admission = admitted(Attributes::new().with(name, count));
        assert_eq!(
            admission.refusals,
            [Refusal::Feedback { leads: Vec::new() }],
            "{name}"
        );
    }
    let full = Attributes::new()
        .with("capacity", 5_i64)
        .with("capacity-used", 5_i64);
    assert_eq!(admitted(full).refusals, [Refusal::Capacity]);
}

proptest! {
    /// Every event but an end keeps the lead under watch.
    #[test]
    fn an_offered_or_claimed_lead_has_an_open_deadline(hot in 0u8..3, wave in 1u32..6) {
        for code in ["offered", "claimed", "contacted"] {
            let mut input = happened(code);
            input.wave = wave;
            input.assessed.temperature = Some(
                [Temperature::Hot, Temperature::Warm, Temperature::Cold][usize::from(hot)],
            );
            let answer = answered(&input);
            prop_assert!(answer.deadlines.iter().any(|deadline| !deadline.after.is_none()));
        }
    }

    /// However often nobody acts, the ladder comes to an end: the manual queue.
    #[test]
    fn the_ladder_ends(waves_max in 1u32..6, rungs in 0usize..6) {
        let config = Config {
            waves_max,
            rungs: (0..rungs).map(|rung| Word::of(&format!("role-{rung}"))).collect(),
            ..Config::default()
        };
        let ladder = Ladder::configure(config, &testing::terms()).unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut input = due("claim");
        let mut told = 0;
        for _ in 0..waves_max as usize + rungs.max(1) {
            let answer = ladder.escalate(&Context::default(), &input).unwrap();
            told += answer.actions.iter().filter(|action| matches!(action, Action::Tell { .. })).count();
            input.step = answer.step;
            if answer.actions.contains(&Action::NextWave) {
                input.wave += 1;
                prop_assert!(input.wave <= waves_max);
            } else if answer.actions.contains(&Action::Fallback) {
                prop_assert_eq!(told, rungs);
                return Ok(());
            } else {
                input.event.attributes = Attributes::new().with("key", "ladder");
            }
        }
        prop_assert!(false, "nobody has been given the lead in the end");
    }

    /// Owing more never opens the gate, and a shut gate says what would open it.
    #[test]
    fn the_gate_never_opens_for_those_that_owe_more(
        overdue in 0i64..4, silent in 0i64..6, used in 0i64..8, more in 0i64..4,
    ) {
        let partner = |overdue: i64, silent: i64, used: i64| {
            admitted(
                Attributes::new()
                    .with("figure/feedback-overdue", overdue)
                    .with("figure/open-without-feedback", silent)
                    .with("capacity", 6_i64)
                    .with("capacity-used", used),
            )
        };
        let admission = partner(overdue, silent, used);
        prop_assert_eq!(admission.is_admitted(), overdue == 0 && silent < 3 && used < 6);
        prop_assert_eq!(admission.is_admitted(), admission.reasons.is_empty());
        if !admission.is_admitted() {
            for owing in [
                partner(overdue + more, silent, used),
                partner(overdue, silent + more, used),
                partner(overdue, silent, used + more),
            ] {
                prop_assert!(!owing.is_admitted());
            }
        }
    }
}
