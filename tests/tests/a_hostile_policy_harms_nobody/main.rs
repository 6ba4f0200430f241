//! Policies that mean no good: each is stopped and named, at the first step that
//! can tell, and who asks another policy beside it notices nothing. What they do
//! and how they end is one list that people can read.

mod at_the_server;
mod bombs;
mod bytes;
mod case;
mod descriptions;
mod files;
#[path = "../guest.rs"]
mod guest;
mod judge;
mod memory;

use std::collections::BTreeSet;

use case::Case;
use judge::Judge;

#[test]
fn every_hostile_policy_ends_with_its_code() {
    let judge = Judge::new();
    let mut list = String::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for chapter in [
        "loops",
        "memory",
        "answers",
        "postings",
        "deadlines",
        "state",
        "descriptions",
        "components",
    ] {
        list.push_str(&format!("\n{}\n", chapter.to_uppercase()));
        for case in files::cases(chapter).into_iter().chain(made(chapter)) {
            let verdict = judge.judge(&case);
            let Case { name, does, .. } = &case;
            list.push_str(&format!("{name}: {does}\n    {}\n", verdict.end));
            wrong.extend(verdict.wrong.iter().map(|what| format!("{name} {what}")));
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "{count} cases");
    insta::assert_snapshot!("hostile_policies", list.trim_start());
}

/// What no file could hold.
fn made(chapter: &str) -> Vec<Case> {
    match chapter {
        "descriptions" => descriptions::cases(),
        "components" => bombs::cases(),
        _ => Vec::new(),
    }
}

#[test]
fn a_component_that_was_damaged_is_refused_or_does_no_harm() {
    let judge = Judge::new();
    let list = |codes: BTreeSet<_>| Vec::from_iter(codes).join("\n    ");
    let cut = list(bytes::cut(&judge));
    let flipped = list(bytes::flipped(&judge));
    insta::assert_snapshot!(
        "damaged_components",
        format!("cut off\n    {cut}\nwith a bit turned\n    {flipped}")
    );
}
