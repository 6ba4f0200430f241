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
        partners: Vec::new(),
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
    assert!(course(&steps).shadow(NOW).is_none());
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

/// Generation 2 is a canary, or a shadow, since 2, and planned from 5,000 on.
fn tried_and_planned(trial: Action) -> Vec<Step> {
    let ahead = Step {
        from: Micros(5_000),
        ..step(3, 2, Action::Activated)
    };
    vec![step(1, 1, Action::Activated), step(2, 2, trial), ahead]
}

#[test]
fn what_is_planned_goes_on_being_tried_until_it_is_in_force() {
    let course = Course::of(&tried_and_planned(Action::Canaried));
    let (before, then) = (Micros(4_999), Micros(5_000));
    assert_eq!(course.canary(before).unwrap().generation, 2);
    assert_eq!(course.standing(2, before), Standing::Canary);
    assert_eq!(course.decides_since(2, before), Some(Micros(2)));
    assert!(course.holds(2, before), "its leads go on with it");
    assert_eq!(course.next(before).unwrap().generation, 2);

    assert_eq!(course.canary(then), None);
    assert_eq!(course.in_force(then), Some(2));
    assert_eq!(course.standing(2, then), Standing::Active);
    assert_eq!(course.decides_since(2, then), Some(then));
    assert!(course.holds(2, then));

    let course = Course::of(&tried_and_planned(Action::Shadowed));
    assert_eq!(course.standing(2, before), Standing::Shadow);
    assert!(!course.holds(2, before));
    assert_eq!(course.shadow(before).unwrap().since, Micros(2));
    assert_eq!(course.shadow(then), None);
}

#[test]
fn whoever_cancels_what_is_planned_ends_its_trial_too() {
    for ends in [Action::Cancelled, Action::Quarantined] {
        let mut steps = tried_and_planned(Action::Canaried);
        steps.push(step(4, 2, ends));
        let course = Course::of(&steps);
        assert_eq!(course.canary(NOW), None);
        assert_eq!(course.next(NOW), None);
        assert_eq!(course.in_force(Micros(5_000)), Some(1));
    }
}

#[test]
fn a_trial_that_is_planned_may_change_its_share_and_its_instant() {
    let mut steps = tried_and_planned(Action::Canaried);
    steps.push(Step {
        share: WHOLE,
        ..step(4, 2, Action::Canaried)
    });
    let raised = Course::of(&steps);
    let canary = raised.canary(NOW).unwrap();
    assert_eq!((canary.share, canary.since), (WHOLE, Micros(2)));
    assert_eq!(raised.canary(Micros(5_000)), None);

    steps.push(Step {
        from: Micros(9_000),
        ..step(5, 2, Action::Activated)
    });
    let later = Course::of(&steps);
    assert_eq!(later.next(NOW).unwrap().from, Micros(9_000));
    assert_eq!(later.in_force(Micros(8_999)), Some(1));
    assert!(later.canary(Micros(8_999)).is_some());
    steps.push(step(6, 2, Action::Activated));
    let at_once = Course::of(&steps);
    assert_eq!((at_once.canary(NOW), at_once.next(NOW)), (None, None));
    assert_eq!(at_once.in_force(NOW), Some(2));
}

#[test]
fn a_trial_goes_on_where_another_generation_comes_in_force_instead() {
    let mut steps = tried_and_planned(Action::Canaried);
    steps.push(step(4, 3, Action::Activated));
    let course = Course::of(&steps);
    assert_eq!(course.in_force(Micros(5_000)), Some(3));
    assert_eq!(course.standing(2, Micros(5_000)), Standing::Canary);
}

#[test]
fn what_was_in_force_is_tried_anew_and_not_since_its_first_trial() {
    let mut steps = tried_and_planned(Action::Shadowed);
    steps.push(Step {
        from: Micros(6_000),
        at: Micros(6_000),
        ..step(4, 3, Action::Activated)
    });
    steps.push(Step {
        at: Micros(7_000),
        ..step(5, 2, Action::Shadowed)
    });
    let course = Course::of(&steps);
    assert_eq!(course.shadow(Micros(7_000)).unwrap().since, Micros(7_000));
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
        let (canary, shadow) = (course.canary(NOW), course.shadow(NOW));
        if let (Some(canary), Some(shadow)) = (canary, shadow) {
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
