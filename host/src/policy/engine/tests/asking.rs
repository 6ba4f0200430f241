//! From a question to an answer, or to a named error.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::component::{Matching, Ranking};
use super::{ENGINE, bind, context, decided, failed, rank, three_candidates};
use crate::policy::canonical;
use crate::policy::engine::{CallOptions, Engine, EngineSettings};
use crate::policy::error::Code;
use crate::policy::golden::terms;
use crate::policy::limits::Limits;
use crate::policy::question::{Answer, Question, RankInput};
use crate::policy::receipt::Outcome;

/// Each row eligible, the first two offered to.
fn good() -> Ranking {
    Ranking {
        outcome: 2,
        groups: vec![vec![0, 1]],
        excluded: vec![0, 0, 4],
        scores: vec![700, 300, 0],
        ..Ranking::default()
    }
}

fn answering(ranking: &Ranking) -> Matching {
    let mut matching = Matching::new();
    matching.answers(ranking);
    matching
}

#[test]
fn an_answer_comes_with_its_receipt() {
    let bound = bind(answering(&good()));
    let decided = decided(&bound);
    let Answer::Given(ranking) = &decided.answer else {
        panic!("no answer");
    };
    assert_eq!(ranking.outcome.code, "offer");
    assert_eq!(ranking.groups, [[0, 1]]);
    assert_eq!(ranking.excluded.get(2), Some("too-far"));

    let receipt = &decided.receipt;
    assert_eq!(receipt.outcome, Outcome::Answered);
    assert_eq!(receipt.plugin, "matching-by-hand@0.1.0");
    assert_eq!(receipt.interface, "0.1.0");
    assert!(receipt.baked);
    assert_eq!(receipt.engine, ENGINE.fingerprint());
    assert!(
        receipt.fuel > 0 && receipt.fuel < 10_000,
        "{}",
        receipt.fuel
    );
    assert_ne!(receipt.artifact_digest, receipt.plugin_digest);

    // It was told what its vocabulary names, and that alone is kept.
    let question: Question<RankInput> = canonical::from_cbor(&receipt.input).unwrap();
    let columns: Vec<_> = question.input.candidates.columns.keys().collect();
    assert_eq!(columns, ["level"]);
    let answer = canonical::from_cbor(&receipt.output).unwrap();
    assert_eq!(decided.answer, answer);
}

#[test]
fn the_same_question_has_the_same_answer_and_takes_the_same_fuel() {
    let bound = bind(answering(&good()));
    let first = decided(&bound).receipt;
    for _ in 0..100 {
        assert_eq!(decided(&bound).receipt, first);
    }
}

#[test]
fn an_endless_loop_ends() {
    let bound = bind(Matching::new().rank("(loop $again br $again) unreachable"));
    let failed = failed(&bound);
    assert_eq!(failed.error.code, Code::GuestOutOfFuel);
    assert_eq!(
        failed.receipt.outcome,
        Outcome::Failed(Code::GuestOutOfFuel)
    );
    assert_eq!(
        failed.receipt.fuel,
        Limits::COMPILED.fuel_for(3),
        "all of it is used"
    );
    assert!(!failed.receipt.input.is_empty());
}

#[test]
fn the_wall_clock_is_the_seat_belt() {
    // Roots of roots take much time for their fuel.
    let bound = bind(Matching::new().rank(&format!(
        "(local $x f64)
        (loop $again local.get $x {} local.set $x br $again)
        unreachable",
        "f64.sqrt ".repeat(1000)
    )));
    let options = CallOptions {
        limits: Limits {
            wall_clock_ms: 10,
            ..Limits::default()
        },
        ..CallOptions::new("maker")
    };
    let failed = bound
        .rank_blocking(&options, context(), three_candidates())
        .unwrap_err();
    assert_eq!(failed.error.code, Code::HostDeadline);
    assert!(!failed.error.reproducible());
}

#[test]
fn a_memory_bomb_is_told_from_a_panic() {
    let bomb = bind(Matching::new().rank(
        "(loop $again
            (br_if $again (i32.ne (i32.const -1) (memory.grow (i32.const 16)))))
        unreachable",
    ));
    let failed_bomb = failed(&bomb);
    assert_eq!(failed_bomb.error.code, Code::GuestOutOfMemory);
    assert!(failed_bomb.receipt.memory_bytes <= Limits::COMPILED.memory_bytes);

    let panic = bind(Matching::new().rank("unreachable"));
    let failed_panic = failed(&panic);
    assert_eq!(failed_panic.error.code, Code::GuestTrap);
    assert!(failed_panic.error.message.contains("unreachable"));
}

#[test]
fn who_is_refused_memory_and_copes_is_answered() {
    let mut matching = answering(&good());
    matching.rank = format!("(drop (memory.grow (i32.const 60000))) {}", matching.rank);
    assert!(rank(&bind(matching)).is_ok());
}

#[test]
fn a_panic_says_what_it_has_logged() {
    let mut matching = Matching::new();
    let text = matching.put(b"panicked at src/policy.rs:7: no level");
    let matching = matching.rank(&format!(
        "(call $log (i32.const 0) (i32.const {text}) (i32.const 37)) unreachable"
    ));
    let failed = failed(&bind(matching));
    assert!(
        failed
            .error
            .message
            .ends_with("it had logged: panicked at src/policy.rs:7: no level")
    );
    assert_eq!(
        failed.receipt.log,
        ["error: panicked at src/policy.rs:7: no level"]
    );
}

#[test]
fn a_flood_of_lines_is_cut_off() {
    let mut matching = answering(&good());
    let text = matching.put(b"hello");
    matching.rank = format!(
        "(local $count i32)
        (loop $again
            (call $log (i32.const 2) (i32.const {text}) (i32.const 5))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $count) (i32.const 1000))))
        {}",
        matching.rank
    );
    let log = decided(&bind(matching)).receipt.log;
    assert_eq!(log.len(), 65);
    assert_eq!(
        (log[63].as_str(), log[64].as_str()),
        ("info: hello", "truncated")
    );
}

#[test]
fn an_answer_that_breaks_the_rules_is_named() {
    for (ranking, message) in [
        (
            Ranking {
                outcome: 4,
                ..good()
            },
            "outcome: `too-far` is none of offer, assign, nobody",
        ),
        (
            Ranking {
                outcome: 99,
                ..good()
            },
            "word 99 is out of range",
        ),
        (
            Ranking {
                groups: vec![vec![0, 3]],
                ..good()
            },
            "groups/0: row 3 is no candidate",
        ),
        (
            Ranking {
                groups: vec![vec![0], vec![1, 0]],
                ..good()
            },
            "groups/1: row 0 stands there twice",
        ),
        (
            Ranking {
                groups: vec![vec![2]],
                ..good()
            },
            "groups/0: row 2 is excluded",
        ),
        (
            Ranking {
                groups: vec![],
                ..good()
            },
            "groups: `offer` needs somebody in the first group",
        ),
        (
            Ranking {
                excluded: vec![0],
                ..good()
            },
            "excluded: has 1 rows of 3",
        ),
        (
            Ranking {
                excluded: vec![0, 0, 98],
                ..good()
            },
            "excluded: row 2: word 98 is out of range",
        ),
        (
            Ranking {
                scores: vec![],
                ..good()
            },
            "scores: has 0 rows of 3",
        ),
        (
            Ranking {
                counters: vec![1, 2, 3],
                ..good()
            },
            "counters: the manifest declares no counter",
        ),
        (
            Ranking {
                words: b"no-end".to_vec(),
                ..good()
            },
            "words: the last one is not ended by U+0000",
        ),
    ] {
        let failed = failed(&bind(answering(&ranking)));
        assert_eq!(failed.error.code, Code::GuestOutputInvalid);
        assert_eq!(failed.error.message, message);
    }
}

#[test]
fn an_answer_that_cannot_be_read_is_invalid() {
    // Words that are no UTF-8, an address outside the memory, a case that is none.
    let not_text = Ranking {
        words: vec![0xff, 0],
        ..good()
    };
    assert_eq!(
        failed(&bind(answering(&not_text))).error.code,
        Code::GuestOutputInvalid
    );
    for address in ["-4", "3"] {
        let matching = Matching::new().rank(&format!("i32.const {address}"));
        assert_eq!(failed(&bind(matching)).error.code, Code::GuestOutputInvalid);
    }
    let mut matching = Matching::new();
    let case = matching.put(&7_u32.to_le_bytes());
    let matching = matching.rank(&format!("i32.const {case}"));
    assert_eq!(failed(&bind(matching)).error.code, Code::GuestOutputInvalid);
}

#[test]
fn an_answer_that_is_too_large_is_told_from_a_broken_one() {
    let mut matching = Matching::new();
    // Ten million bytes of words, all of them the one letter.
    matching.answers(&good());
    let length = 10_000_000;
    let address: String = matching.rank.replace("i32.const ", "");
    let address: u32 = address.trim().parse().unwrap();
    matching.rank = format!(
        "(drop (memory.grow (i32.const 200)))
        (memory.fill (i32.const 131072) (i32.const 97) (i32.const {length}))
        (i32.store (i32.const {words}) (i32.const 131072))
        (i32.store (i32.const {count}) (i32.const {length}))
        (i32.store8 (i32.const {last}) (i32.const 0))
        i32.const {address}",
        words = address + 4,
        count = address + 8,
        last = 131_072 + length - 1,
    );
    assert_eq!(
        failed(&bind(matching)).error.code,
        Code::GuestOutputTooLarge
    );
}

#[test]
fn having_nothing_to_say_is_no_failure() {
    let mut matching = Matching::new();
    let address = matching.not_applicable("too-far");
    let decided = decided(&bind(matching.rank(&format!("i32.const {address}"))));
    assert_eq!(decided.answer, Answer::NotApplicable("too-far".into()));
    assert_eq!(decided.receipt.outcome.as_str(), "not-applicable");
    assert!(!decided.receipt.output.is_empty());
}

#[test]
fn a_question_has_to_be_whole() {
    let bound = bind(answering(&good()));
    let options = CallOptions::new("maker");
    let mut short = three_candidates();
    short.candidates.keys.pop();
    let error = bound
        .rank_blocking(&options, context(), short)
        .unwrap_err()
        .error;
    assert_eq!(error.code, Code::InputInvalid);
    assert_eq!(error.problems[0].pointer, "/input/candidates/columns/level");

    let tight = CallOptions {
        limits: Limits {
            input_bytes: 10,
            ..Limits::default()
        },
        ..options.clone()
    };
    let error = bound
        .rank_blocking(&tight, context(), three_candidates())
        .unwrap_err()
        .error;
    assert_eq!(error.code, Code::InputTooLarge);

    let mut separator = three_candidates();
    separator.lead.reference = "a\0b".into();
    let error = bound
        .rank_blocking(&options, context(), separator)
        .unwrap_err()
        .error;
    assert_eq!(error.code, Code::InputInvalid);
}

#[test]
fn state_does_not_outlive_a_call() {
    // Counts its calls in memory, and traps at the second.
    let mut matching = answering(&good());
    matching.rank = format!(
        "(if (i32.load (i32.const 512)) (then unreachable))
        (i32.store (i32.const 512) (i32.const 1))
        {}",
        matching.rank
    );
    let bound = bind(matching);
    for _ in 0..3 {
        assert!(rank(&bound).is_ok());
    }
}

#[test]
fn what_configure_leaves_behind_is_there_in_every_call() {
    let mut matching = answering(&good());
    matching.configure = "(i32.store (i32.const 512) (i32.const 7))".into();
    matching.rank = format!(
        "(if (i32.ne (i32.load (i32.const 512)) (i32.const 7)) (then unreachable)) {}",
        matching.rank
    );
    let bound = bind(matching);
    assert!(bound.baked());
    assert!(rank(&bound).is_ok());
}

#[test]
fn a_component_that_cannot_be_baked_is_configured_in_every_call() {
    let mut matching = answering(&good());
    matching.configure = "(i32.store (i32.const 512) (i32.const 7))".into();
    matching.fields = "(table 1 funcref) (func (table.set (i32.const 0) (ref.null func)))".into();
    matching.rank = format!(
        "(if (i32.ne (i32.load (i32.const 512)) (i32.const 7)) (then unreachable)) {}",
        matching.rank
    );
    let bound = bind(matching);
    assert!(!bound.baked());
    let receipt = decided(&bound).receipt;
    assert_eq!(receipt.artifact_digest, receipt.plugin_digest);
    assert!(!receipt.baked);
}

#[tokio::test]
async fn calls_wait_their_turn_and_are_answered() {
    let bound = bind(answering(&good()));
    let options = CallOptions::new("maker");
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let (bound, options) = (bound.clone(), options.clone());
            tokio::spawn(async move { bound.rank(&options, context(), three_candidates()).await })
        })
        .collect();
    let blocking = decided(&bound);
    for call in calls {
        let mut decided = call.await.unwrap().unwrap();
        assert!(decided.receipt.micros > 0);
        // Time alone is not the same every time.
        decided.receipt.micros = blocking.receipt.micros;
        assert_eq!(decided, blocking);
    }
}

#[tokio::test]
async fn who_finds_no_slot_in_time_is_told_so() {
    let engine = Engine::new(EngineSettings {
        slots: 1,
        waiting_max: 1,
        ..EngineSettings::default()
    })
    .unwrap();
    let endless = Matching::new().rank("(loop $again br $again) unreachable");
    let plugin = engine.load_blocking(endless.component().into()).unwrap();
    let bound = engine
        .bind_blocking(&plugin, &json!({}), &terms(None).unwrap())
        .unwrap();
    let options = CallOptions::new("maker");
    let calls = (0..10).map(|_| {
        let (bound, options) = (bound.clone(), options.clone());
        tokio::spawn(async move { bound.rank(&options, context(), three_candidates()).await })
    });
    let mut codes = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        let failed = call.await.unwrap().unwrap_err();
        assert!(!failed.receipt.input.is_empty());
        codes.push(failed.error.code);
    }
    assert!(codes.contains(&Code::HostOverloaded));
    assert!(codes.contains(&Code::GuestOutOfFuel));
}

#[tokio::test]
async fn a_flood_of_one_manufacturer_does_not_keep_another_waiting() {
    let engine = Engine::new(EngineSettings {
        slots: 1,
        waiting_ms_max: 60_000,
        ..EngineSettings::default()
    })
    .unwrap();
    let endless = Matching::new().rank("(loop $again br $again) unreachable");
    let plugin = engine.load_blocking(endless.component().into()).unwrap();
    let bound = engine
        .bind_blocking(&plugin, &json!({}), &terms(None).unwrap())
        .unwrap();
    let done = Arc::new(AtomicUsize::new(0));
    let ask = |manufacturer: &'static str| {
        let (bound, done) = (bound.clone(), done.clone());
        async move {
            let options = CallOptions::new(manufacturer);
            let failed = bound.rank(&options, context(), three_candidates()).await;
            assert_eq!(failed.unwrap_err().error.code, Code::GuestOutOfFuel);
            done.fetch_add(1, Ordering::SeqCst)
        }
    };
    let flood: Vec<_> = (0..30).map(|_| tokio::spawn(ask("flood"))).collect();
    while engine.waiting() < 20 {
        tokio::task::yield_now().await;
    }
    let waiting = engine.waiting();
    let before = ask("other").await;
    assert!(
        before + waiting / 2 < 30,
        "{before} of the flood went first"
    );
    for call in flood {
        call.await.unwrap();
    }
}
