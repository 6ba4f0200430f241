use proptest::prelude::*;
use stellwerk_plugin_sdk::{Column, testing};

use super::*;

/// A partner as the tests draw it.
#[derive(Clone, Debug)]
struct Drawn {
    key: u64,
    level: usize,
    km: f64,
    blocked: bool,
    on_leave: bool,
    state: Option<&'static str>,
    won: i64,
    claimed: i64,
}

const LEVELS: [&str; 4] = ["registered", "silver", "gold", "platinum"];
const NOW: i64 = 1_772_445_600_000_000;

fn context() -> Context {
    Context {
        now: stellwerk_plugin_sdk::Instant {
            micros: NOW,
            offset_seconds: 3_600,
            in_working_time: true,
        },
        seed: 42,
    }
}

fn input(partners: &[Drawn], wave: u32, value: i64) -> RankInput {
    let flag = |on: bool| on.then_some(NOW + 1);
    let candidates = Table::of(partners.iter().map(|p| p.key).collect::<Vec<_>>())
        .with(
            "level",
            Column::texts(partners.iter().map(|p| Some(LEVELS[p.level]))),
        )
        .with(
            "distance-km",
            Column::numbers(partners.iter().map(|p| Some(p.km))),
        )
        .with(
            "blocked-until",
            Column::integers(partners.iter().map(|p| flag(p.blocked))),
        )
        .with(
            "leave-until",
            Column::integers(partners.iter().map(|p| flag(p.on_leave))),
        )
        .with(
            "this-cycle",
            Column::texts(partners.iter().map(|p| p.state)),
        )
        .with(
            "figure/won@365d",
            Column::integers(partners.iter().map(|p| Some(p.won))),
        )
        .with(
            "figure/claimed@365d",
            Column::integers(partners.iter().map(|p| Some(p.claimed))),
        );
    RankInput {
        lead: Lead {
            value: Some(Money(value)),
            ..Lead::default()
        },
        wave,
        candidates,
        ..RankInput::default()
    }
}

fn ranked(input: &RankInput) -> Ranking {
    testing::default::<WeightedMatching>()
        .rank(&context(), input)
        .unwrap()
}

/// The keys of the first group, which binds.
fn chosen(input: &RankInput) -> Vec<u64> {
    let ranking = ranked(input);
    ranking
        .groups()
        .first()
        .into_iter()
        .flatten()
        .map(|row| input.candidates.key(*row as usize))
        .collect()
}

fn plain(key: u64) -> Drawn {
    Drawn {
        key,
        level: 1,
        km: 10.0,
        blocked: false,
        on_leave: false,
        state: None,
        won: 0,
        claimed: 0,
    }
}

#[test]
fn golden_examples_come_out() {
    testing::golden_matching::<WeightedMatching>();
}

#[test]
fn small_projects_go_to_those_that_want_them() {
    let partners: Vec<Drawn> = (0..4)
        .map(|level| Drawn {
            level,
            ..plain(level as u64 + 1)
        })
        .collect();
    let mut first = chosen(&input(&partners, 1, 100_000));
    first.sort_unstable();
    assert_eq!(first, [1, 2]);
    // With no claim the neighbouring level joins.
    let mut second = chosen(&input(&partners, 2, 100_000));
    second.sort_unstable();
    assert_eq!(second, [1, 2, 3]);
}

#[test]
fn waves_grow() {
    let partners: Vec<Drawn> = (1..=12).map(plain).collect();
    let groups: Vec<usize> = ranked(&input(&partners, 1, 100_000))
        .groups()
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(groups, [3, 5, 4]);
}

#[test]
fn every_term_is_there_for_those_not_chosen_too() {
    let partners: Vec<Drawn> = (1..=6).map(plain).collect();
    let ranking = ranked(&input(&partners, 1, 100_000));
    assert_eq!(ranking.terms().len(), 6);
    assert!(ranking.terms().iter().all(|(_, values)| values.len() == 6));
}

#[test]
fn weights_that_cannot_be_are_refused() {
    let config = Config {
        weights: Weights {
            distance: 0,
            certificates: 0,
            level: 0,
            conversion: 0,
            capacity: 0,
            diligence: 0,
        },
        ..Config::default()
    };
    let problems = WeightedMatching::configure(config, &testing::terms())
        .err()
        .unwrap();
    assert_eq!(problems[0].pointer, "/weights");
}

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (
        0usize..4,
        0.0f64..200.0,
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(vec![
            None,
            None,
            Some("declined"),
            Some("lapsed"),
            Some("recalled"),
        ]),
        0i64..10,
        0i64..40,
    );
    prop::collection::vec(one, 1..12).prop_map(|partners| {
        (1..)
            .zip(partners)
            .map(
                |(key, (level, km, blocked, on_leave, state, won, claimed))| Drawn {
                    key,
                    level,
                    km,
                    blocked,
                    on_leave,
                    state,
                    won,
                    claimed,
                },
            )
            .collect()
    })
}

proptest! {
    #[test]
    fn no_decliner_nobody_blocked_and_nobody_on_leave_is_asked(
        partners in drawn(), wave in 1u32..5, value in 0i64..10_000_000,
    ) {
        let input = input(&partners, wave, value);
        for group in ranked(&input).groups() {
            for row in group {
                let partner = &partners[*row as usize];
                prop_assert_ne!(partner.state, Some("declined"));
                prop_assert!(!partner.blocked && !partner.on_leave);
            }
        }
    }

    #[test]
    fn the_order_of_the_candidates_changes_nothing(
        partners in drawn(), wave in 1u32..5, value in 0i64..10_000_000,
    ) {
        let mut turned = partners.clone();
        turned.reverse();
        prop_assert_eq!(
            chosen(&input(&partners, wave, value)),
            chosen(&input(&turned, wave, value))
        );
    }

    #[test]
    fn removing_one_that_was_not_chosen_changes_nothing(
        partners in drawn(), value in 0i64..10_000_000,
    ) {
        let before = chosen(&input(&partners, 1, value));
        for gone in &partners {
            if !before.contains(&gone.key) {
                let rest: Vec<Drawn> = partners
                    .iter()
                    .filter(|partner| partner.key != gone.key)
                    .cloned()
                    .collect();
                prop_assert_eq!(&before, &chosen(&input(&rest, 1, value)));
            }
        }
    }
}
