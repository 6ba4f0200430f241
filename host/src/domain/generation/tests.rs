use proptest::prelude::*;

use super::{Action, Course, Standing, Step, WHOLE, is_chosen};
use crate::domain::time::Micros;

fn step(number: i64, generation: i64, action: Action) -> Step {
    Step {
        manufacturer: String::from("m").into(),
        contract: String::from("c").into(),
        slot: "matching".to_owned(),
        number,
        generation,
        action,
        before: None,
        share: WHOLE / 10,
        from: Micros(number),
        at: Micros(number),
        actor: None,
        comment: "why".to_owned(),
    }
}

fn course(steps: &[(i64, Action)]) -> Course {
    let steps: Vec<Step> = (1..)
        .zip(steps)
        .map(|(number, (generation, action))| step(number, *generation, *action))
        .collect();
    Course::of(&steps)
}

const NOW: Micros = Micros(1_000);

#[test]
fn a_candidate_goes_from_shadow_by_canary_to_active_and_back() {
    use Action::{Activated, Canaried, Configured, RolledBack, Shadowed};
    let mut steps = vec![(1, Activated), (2, Configured)];
    let stands = |steps: &[(i64, Action)]| {
        let course = course(steps);
        (course.standing(1, NOW), course.standing(2, NOW))
    };
    assert_eq!(stands(&steps), (Standing::Active, Standing::Ready));
    steps.push((2, Shadowed));
    assert_eq!(stands(&steps), (Standing::Active, Standing::Shadow));
    steps.push((2, Canaried));
    assert_eq!(stands(&steps), (Standing::Active, Standing::Canary));
    assert!(course(&steps).shadow.is_none());
    steps.push((2, Activated));
    assert_eq!(stands(&steps), (Standing::Retired, Standing::Active));
    assert_eq!(course(&steps).earlier(NOW).next(), Some(1));
    steps.extend([(2, RolledBack), (3, Activated)]);
    assert_eq!(stands(&steps), (Standing::Retired, Standing::Quarantined));
    let after = course(&steps);
    assert_eq!(after.in_force(NOW), Some(3));
    assert_eq!(after.earlier(NOW).next(), Some(1), "never the bad one");
    assert!(after.holds(1, NOW) && !after.holds(2, NOW));
}

#[test]
fn what_is_cancelled_is_ready_again() {
    use Action::{Activated, Canaried, Cancelled, Configured, Requested};
    let after = course(&[
        (1, Activated),
        (2, Configured),
        (2, Canaried),
        (2, Cancelled),
    ]);
    assert_eq!(after.standing(2, NOW), Standing::Ready);
    assert!(
        !after.holds(2, NOW),
        "its leads go on with what is in force"
    );
    let asked = course(&[(1, Activated), (2, Configured), (2, Requested)]);
    assert_eq!(asked.request.map(|request| request.generation), Some(2));
    let refused = course(&[
        (1, Activated),
        (2, Configured),
        (2, Requested),
        (2, Cancelled),
    ]);
    assert_eq!(refused.request, None);
}

#[test]
fn an_activation_may_lie_ahead_and_be_cancelled() {
    let ahead = Step {
        from: Micros(5_000),
        ..step(2, 2, Action::Activated)
    };
    let mut steps = vec![step(1, 1, Action::Activated), ahead];
    let planned = Course::of(&steps);
    assert_eq!(planned.in_force(NOW), Some(1));
    assert_eq!(planned.in_force(Micros(5_000)), Some(2));
    let next = planned.next(NOW).unwrap();
    assert_eq!((next.generation, next.from), (2, Micros(5_000)));
    assert_eq!(planned.next(Micros(5_000)), None);
    steps.push(step(3, 2, Action::Cancelled));
    let cancelled = Course::of(&steps);
    assert_eq!(cancelled.in_force(Micros(9_000)), Some(1));
    assert_eq!(cancelled.standing(2, NOW), Standing::Ready);
}

#[test]
fn what_failed_too_often_comes_back_by_a_persons_word() {
    use Action::{Activated, Quarantined};
    let failed = course(&[(1, Activated), (1, Quarantined)]);
    assert_eq!(failed.in_force(NOW), Some(1));
    assert!(failed.is_bad(1) && !failed.holds(1, NOW));
    let back = course(&[(1, Activated), (1, Quarantined), (1, Activated)]);
    assert_eq!(back.standing(1, NOW), Standing::Active);
}

fn actions() -> impl Strategy<Value = Vec<(i64, Action)>> {
    let action = (0..Action::ALL.len()).prop_map(|place| Action::ALL[place]);
    prop::collection::vec((1..6_i64, action), 0..40)
}

proptest! {
    #[test]
    fn no_generation_is_two_things_at_once(steps in actions()) {
        let course = course(&steps);
        let (canary, shadow) = (course.canary.clone(), course.shadow.clone());
        if let (Some(canary), Some(shadow)) = (&canary, &shadow) {
            prop_assert_ne!(canary.generation, shadow.generation);
        }
        for trial in [canary, shadow].into_iter().flatten() {
            prop_assert!(!course.is_bad(trial.generation));
        }
        for previous in course.earlier(NOW) {
            prop_assert!(!course.is_bad(previous));
            prop_assert_ne!(Some(previous), course.in_force(NOW));
        }
    }

    #[test]
    fn who_is_chosen_stays_chosen_when_the_share_grows(
        lead in "[a-z0-9]{1,12}", share in 0..=WHOLE, more in 0..=WHOLE,
    ) {
        let chosen = |share| is_chosen(share, "contract", "matching", 3, &lead);
        prop_assert!(!chosen(0));
        prop_assert!(chosen(WHOLE));
        prop_assert!(!chosen(share) || chosen((share + more).min(WHOLE)));
    }
}

#[test]
fn a_share_is_kept_within_a_hundredth() {
    let chosen = (0..10_000)
        .filter(|lead| is_chosen(WHOLE / 5, "contract", "matching", 2, &lead.to_string()))
        .count();
    assert!((1_900..2_100).contains(&chosen), "{chosen}");
}
