use proptest::prelude::*;

use super::super::WHOLE;
use super::*;

fn partner(code: &str) -> PartnerId {
    PartnerId::from(code)
}

/// A slot's steps, one at each instant that is said; periods are ten instants long.
#[derive(Clone, Debug, Default)]
struct Told(Vec<Step>);

impl Told {
    fn step(mut self, at: i64, generation: i64, action: Action, from: i64, whom: &[&str]) -> Self {
        let partners = whom.iter().map(|code| Chosen {
            id: partner(code),
            code: (*code).to_owned(),
        });
        self.0.push(Step {
            manufacturer: "m".into(),
            contract: "c".into(),
            slot: "compensation/care".to_owned(),
            number: self.0.len() as i64 + 1,
            generation,
            action,
            before: None,
            share: WHOLE,
            partners: partners.collect(),
            from: Micros(from),
            at: Micros(at),
            actor: None,
            comment: format!("said at {at}"),
        });
        self
    }

    fn pays(&self, begins: i64, whom: &str) -> Option<i64> {
        Course::of(&self.0).pays(Micros(begins), Some(&partner(whom)))
    }

    fn since(&self, begins: i64, whom: &str) -> i64 {
        let course = Course::of(&self.0);
        let trial = course.paid_trial(Micros(begins), &partner(whom)).unwrap();
        course.paid_since(trial, &partner(whom)).0
    }
}

/// Generation 1 pays; 2 is tried with a and b from 20 on.
fn tried() -> Told {
    Told::default()
        .step(1, 1, Action::Activated, 0, &[])
        .step(12, 2, Action::Configured, 12, &[])
        .step(13, 2, Action::Canaried, 20, &["a", "b"])
}

#[test]
fn a_candidate_pays_those_that_were_chosen_from_the_next_period_on() {
    let told = tried();
    assert_eq!((told.pays(10, "a"), told.pays(20, "a")), (Some(1), Some(2)));
    assert_eq!((told.pays(20, "c"), told.pays(30, "b")), (Some(1), Some(2)));
    assert_eq!(Course::of(&told.0).pays(Micros(20), None), Some(1));
}

#[test]
fn what_is_cancelled_pays_to_the_end_of_the_period() {
    let told = tried().step(25, 2, Action::Cancelled, 30, &[]);
    assert_eq!((told.pays(20, "a"), told.pays(30, "a")), (Some(2), Some(1)));
    let shadowed = tried().step(25, 2, Action::Shadowed, 30, &[]);
    assert_eq!(
        (shadowed.pays(20, "a"), shadowed.pays(30, "a")),
        (Some(2), Some(1))
    );
    // Taken out at once, it has begun the period all the same.
    let bad = tried().step(25, 2, Action::RolledBack, 25, &[]);
    assert_eq!((bad.pays(20, "a"), bad.pays(30, "a")), (Some(2), Some(1)));
    let never = tried().step(15, 2, Action::Cancelled, 20, &[]);
    assert_eq!(never.pays(20, "a"), Some(1), "it was over before it began");
}

#[test]
fn what_is_cancelled_before_its_day_pays_nothing_and_cuts_nothing() {
    let told = Told::default()
        .step(1, 1, Action::Activated, 0, &[])
        .step(12, 2, Action::Canaried, 16, &["a"])
        .step(14, 2, Action::Cancelled, 20, &[]);
    assert_eq!((told.pays(16, "a"), told.pays(20, "a")), (Some(1), Some(1)));
    let course = Course::of(&told.0);
    assert_eq!(Vec::from_iter(course.pay_changes()), [Micros(0)]);
}

#[test]
fn who_is_chosen_later_is_paid_by_it_later_and_who_is_no_longer_chosen_no_longer() {
    let told = tried().step(25, 2, Action::Canaried, 30, &["b", "c"]);
    let of = |whom| [20, 30].map(|begins| told.pays(begins, whom));
    assert_eq!(of("a"), [Some(2), Some(1)]);
    assert_eq!(of("b"), [Some(2), Some(2)]);
    assert_eq!(of("c"), [Some(1), Some(2)]);
    assert_eq!((told.since(30, "b"), told.since(30, "c")), (20, 30));
    let again =
        told.step(35, 2, Action::Cancelled, 40, &[])
            .step(55, 2, Action::Canaried, 60, &["b"]);
    assert_eq!(
        (again.pays(50, "b"), again.pays(60, "b")),
        (Some(1), Some(2))
    );
    assert_eq!(again.since(60, "b"), 60, "there was a break");
}

#[test]
fn in_force_it_pays_all_and_what_follows_it_pays_all_too() {
    let planned = tried().step(25, 2, Action::Activated, 40, &[]);
    assert_eq!(
        (planned.pays(30, "a"), planned.pays(30, "c")),
        (Some(2), Some(1))
    );
    assert_eq!(
        (planned.pays(40, "a"), planned.pays(40, "c")),
        (Some(2), Some(2))
    );
    let followed = planned.clone().step(45, 3, Action::Activated, 50, &[]);
    assert_eq!(
        (followed.pays(40, "a"), followed.pays(50, "a")),
        (Some(2), Some(3))
    );
    // Another partner is chosen, though it is planned for all.
    let raised = planned.clone().step(26, 2, Action::Canaried, 30, &["c"]);
    assert_eq!(
        (raised.pays(30, "a"), raised.pays(30, "c")),
        (Some(1), Some(2))
    );
    let followed = raised.step(45, 3, Action::Activated, 50, &[]);
    assert_eq!(followed.pays(50, "c"), Some(3));
    // Something else is put in force before: what was planned never counts.
    let overtaken = planned.step(26, 3, Action::Activated, 30, &[]);
    assert_eq!(
        (overtaken.pays(40, "a"), overtaken.pays(40, "c")),
        (Some(2), Some(3))
    );
}

#[test]
fn what_was_bad_once_may_be_tried_again() {
    let told = tried()
        .step(25, 2, Action::Activated, 30, &[])
        .step(35, 2, Action::RolledBack, 35, &[])
        .step(35, 3, Action::Activated, 40, &[])
        .step(45, 2, Action::Canaried, 50, &["a"]);
    assert_eq!((told.pays(40, "a"), told.pays(50, "a")), (Some(3), Some(2)));
    assert_eq!(told.pays(50, "b"), Some(3));
}

#[test]
fn of_two_trials_that_name_a_partner_the_one_said_last_pays() {
    let told = tried()
        .step(25, 2, Action::Cancelled, 30, &[])
        // From a day within the period on, which cuts it.
        .step(26, 3, Action::Canaried, 26, &["b"]);
    assert_eq!((told.pays(20, "b"), told.pays(26, "b")), (Some(2), Some(3)));
    assert_eq!(told.pays(26, "a"), Some(2), "to the end of the period");
    let course = Course::of(&told.0);
    let changes: Vec<i64> = course.pay_changes().map(|at| at.0).collect();
    assert_eq!(changes, [0, 20, 26]);
}

/// Steps as they may follow: each counts from the next period on.
fn histories() -> impl Strategy<Value = Told> {
    let whom = prop::sample::subsequence(vec!["a", "b", "c"], 1..=3);
    let action = prop::sample::select(vec![
        Action::Canaried,
        Action::Canaried,
        Action::Activated,
        Action::Cancelled,
        Action::Shadowed,
        Action::RolledBack,
    ]);
    let step = (1..4_i64, action, 1..15_i64, whom);
    prop::collection::vec(step, 0..20).prop_map(|steps| {
        let mut told = Told::default().step(1, 1, Action::Activated, 0, &[]);
        let mut now = 1;
        for (generation, action, later, whom) in steps {
            now += later;
            let next_period = now / 10 * 10 + 10;
            let whom = match action {
                Action::Canaried => whom,
                _ => Vec::new(),
            };
            told = told.step(now, generation, action, next_period, &whom);
        }
        told
    })
}

proptest! {
    #[test]
    fn no_step_changes_who_has_paid_in_a_period_that_has_begun(told in histories()) {
        for count in 1..told.0.len() {
            let before = Told(told.0[..count].to_vec());
            let after = Told(told.0[..=count].to_vec());
            let now = told.0[count].at.0;
            for begins in (0..=now).step_by(10) {
                for whom in ["a", "b", "c"] {
                    prop_assert_eq!(
                        before.pays(begins, whom), after.pays(begins, whom),
                        "{} at {}", whom, begins
                    );
                }
            }
        }
    }
}
