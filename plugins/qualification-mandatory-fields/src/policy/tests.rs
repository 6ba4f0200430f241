use proptest::prelude::*;
use stellwerk_plugin_sdk::qualification::ContactField;
use stellwerk_plugin_sdk::testing;

use super::*;

fn complete() -> AssessInput {
    AssessInput {
        lead: Lead {
            product: Some(Word::of("heat-pump")),
            source: Some(Word::of("trade-fair")),
            attributes: Attributes::new()
                .with("building-year", 1974_i64)
                .with("consent", true),
            ..Lead::default()
        },
        contact: ["email", "phone"]
            .into_iter()
            .map(|name| ContactField {
                name: Word::of(name),
                state: FieldState::Valid,
            })
            .collect(),
        ..AssessInput::default()
    }
}

fn assess(input: &AssessInput) -> Assessment {
    testing::default::<MandatoryFields>()
        .assess(&Context::default(), input)
        .unwrap()
}

#[test]
fn golden_examples_come_out() {
    testing::golden_qualification::<MandatoryFields>();
}

#[test]
fn a_complete_lead_goes_out() {
    let assessment = assess(&complete());
    assert_eq!(assessment.outcome, Outcome::qualified());
    assert_eq!(assessment.temperature, Some(Temperature::Warm));
}

#[test]
fn what_is_missing_becomes_the_question_list() {
    let mut input = complete();
    input.contact[1].state = FieldState::Invalid;
    input.lead.attributes = Attributes::new();
    let questions = match assess(&input).outcome {
        Outcome::NeedsInfo { questions } => questions,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        questions,
        ["phone", "building-year", "consent"].map(Word::of)
    );
}

#[test]
fn an_answer_counts_like_the_field() {
    let mut input = complete();
    input.lead.attributes = Attributes::new();
    input.answers = Attributes::new()
        .with("building-year", 1974_i64)
        .with("consent", true);
    assert_eq!(assess(&input).outcome, Outcome::qualified());
}

#[test]
fn the_warmest_rule_counts_and_old_activities_do_not() {
    let mut input = complete();
    let did = |days: i64| PastEvent {
        code: Word::of("call-back"),
        age: Age {
            elapsed_seconds: days * 86_400,
            working_seconds: 0,
        },
        attributes: Attributes::new(),
    };
    input.activities = vec![did(3)];
    assert_eq!(assess(&input).temperature, Some(Temperature::Hot));
    input.activities = vec![did(31)];
    assert_eq!(assess(&input).temperature, Some(Temperature::Warm));
}

#[test]
fn two_rules_for_one_source_are_refused() {
    let rule = |temperature| WarmthRule {
        when: Word::of("fair"),
        temperature,
    };
    let config = Config {
        warmth: vec![rule(Temperature::Hot), rule(Temperature::Cold)],
        ..Config::default()
    };
    let problems = MandatoryFields::configure(config, &testing::terms())
        .err()
        .unwrap();
    assert_eq!(problems[0].pointer, "/warmth/1/when");
}

/// Codes of sources and activities: those with a rule, and one without.
const SIGNS: [&str; 4] = ["configurator", "trade-fair", "white-paper", "newsletter"];

fn activities() -> impl Strategy<Value = Vec<PastEvent>> {
    let one = (prop::sample::select(&SIGNS[..]), 0i64..60);
    prop::collection::vec(one, 0..6).prop_map(|activities| {
        activities
            .into_iter()
            .map(|(code, days)| PastEvent {
                code: Word::of(code),
                age: Age {
                    elapsed_seconds: days * 86_400,
                    working_seconds: 0,
                },
                attributes: Attributes::new(),
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn a_lead_goes_out_exactly_when_nothing_is_asked_back(
        email in any::<bool>(), phone in any::<bool>(), year in any::<bool>(), consent in any::<bool>(),
    ) {
        let mut input = complete();
        for (there, field) in [(email, 0), (phone, 1)] {
            if !there {
                input.contact[field].state = FieldState::Invalid;
            }
        }
        let mut attributes = Attributes::new().with("consent", consent);
        if year {
            attributes.set("building-year", 1974_i64);
        }
        input.lead.attributes = attributes;
        let missing = [email, phone, year, consent].iter().filter(|there| !**there).count();
        match assess(&input).outcome {
            Outcome::NeedsInfo { questions } => prop_assert_eq!(questions.len(), missing),
            outcome => {
                prop_assert_eq!(outcome, Outcome::qualified());
                prop_assert_eq!(missing, 0);
            }
        }
    }

    #[test]
    fn activities_never_cool_a_lead_and_their_order_changes_nothing(
        source in prop::sample::select(&SIGNS[..]), activities in activities(),
    ) {
        let mut input = complete();
        input.lead.source = Some(Word::of(source));
        let before = assess(&input).temperature;
        input.activities = activities;
        let after = assess(&input).temperature;
        prop_assert!(source == "newsletter" || after >= before);
        input.activities.reverse();
        prop_assert_eq!(assess(&input).temperature, after);
    }
}
