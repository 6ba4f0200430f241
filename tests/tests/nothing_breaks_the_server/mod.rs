//! Whatever is sent is answered: with what was asked for, or with a problem that
//! is the sender's. The requests come from the OpenAPI document, so that a new
//! one is tried as well; `PROPTEST_CASES` tries each of them more often.

mod odd;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::STELLWERK;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;
use stellwerk_tests::{Answer, Caller, Request, Tenants, consistency, on_both_databases, tables};

use odd::{Oddity, Words};

const MATRIX: &str = include_str!("../access_matrix.md");
/// Odd requests of each kind, unless `PROPTEST_CASES` says how many.
const CASES: u32 = 24;
/// Good requests of each kind, of which odd ones are made.
const GOOD_ONES: usize = 3;
/// Where what is longer than a name, or turns the direction of reading, is taken:
/// what nothing is called may be looked for, and is not found.
const TAKEN_THERE: [&str; 2] = [
    "long: POST /api/v1/leads/search /external-id",
    "turned: POST /api/v1/leads/search /external-id",
];
/// Columns of the matrix, and who of them asks.
const CALLERS: [(&str, &str); 7] = [
    ("operator", "operator"),
    ("manufacturer", "manufacturer"),
    ("integrator", "integrator"),
    ("vendor-manager", "vendor-manager"),
    ("auditor", "auditor"),
    ("agency", "agency own"),
    ("partner", "partner own"),
];

/// A request of the document, as those send it who may.
struct Kind {
    name: String,
    /// With what it may answer, as the document says.
    answers: Vec<String>,
    good_ones: Vec<Request>,
    callers: Vec<&'static str>,
    /// Otherwise what stands in its body is nobody's concern.
    reads_a_body: bool,
    /// Names that its query and its body may have.
    words: Words,
}

#[test]
fn every_odd_request_is_answered() {
    on_both_databases(|database| {
        let mut tenants = Tenants::start(STELLWERK, database, &[]);
        let document = tenants.server.manufacturer().get("/api/v1/openapi.json");
        let kinds = kinds(&tenants, &document.body);
        assert!(kinds.len() > 60, "{} requests", kinds.len());
        // One place after the other, and then anything at once.
        let taken: BTreeSet<String> = kinds
            .iter()
            .filter(|kind| kind.reads_a_body)
            .flat_map(|kind| every_place(&tenants, kind))
            .collect();
        let known: BTreeSet<String> = TAKEN_THERE.map(str::to_owned).into();
        assert_eq!(taken, known, "what is too long, or turned, is taken there");
        let counts = RefCell::new(BTreeMap::<u16, u32>::new());
        for kind in &kinds {
            let mut runner = TestRunner::new(config());
            let run = runner.run(&odd::oddity(&kind.words), |oddity| {
                let answer = send(&tenants, kind, &oddity);
                *counts.borrow_mut().entry(answer.status).or_default() += 1;
                match objection(kind, &answer) {
                    None => Ok(()),
                    Some(objection) => Err(TestCaseError::fail(format!(
                        "{objection}: {} {}",
                        answer.status, answer.raw
                    ))),
                }
            });
            if let Err(error) = run {
                panic!("{}: {error}\n{}", kind.name, tail(&tenants.server.log()));
            }
        }
        let counts = counts.into_inner();
        println!("answers by status: {counts:?}");
        // Otherwise nothing was tried but the door.
        for status in [200, 201, 400, 404, 409, 422] {
            assert!(counts.contains_key(&status), "{status}: {counts:?}");
        }
        // Whatever was taken is whole.
        tenants.server.stop();
        let contradictions = consistency::contradictions(tenants.server.database());
        assert!(contradictions.is_empty(), "{contradictions:#?}");
        let log = tenants.server.log();
        let faults: Vec<&str> = log.lines().filter(|line| is_fault(line)).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    });
}

/// Puts what nothing takes into every place of a good body. Answers where what is
/// too long for a name, or turns the direction of reading, was taken nevertheless.
fn every_place(tenants: &Tenants, kind: &Kind) -> Vec<String> {
    let caller = kind.callers.last().expect("somebody who may ask");
    let caller = tenants.maker.caller(caller);
    let mut taken = Vec::new();
    for misplaced in odd::at_every_place(&kind.good_ones[0]) {
        let answer = caller.ask(&misplaced.request);
        let is_taken = (200..300).contains(&answer.status);
        let odd: String = misplaced.odd.to_string().chars().take(20).collect();
        let place = format!("{} {}", kind.name, misplaced.place);
        let objection = match objection(kind, &answer) {
            None if is_taken && misplaced.odd == odd::NUL => Some("nothing takes U+0000"),
            objection => objection,
        };
        if let Some(objection) = objection {
            panic!(
                "{odd} at {place}: {objection}: {} {}\n{}",
                answer.status,
                answer.raw,
                tail(&tenants.server.log())
            );
        }
        if is_taken && misplaced.is_long() {
            taken.push(format!("long: {place}"));
        } else if is_taken && misplaced.odd == odd::TURNED {
            taken.push(format!("turned: {place}"));
        }
    }
    taken
}

fn config() -> Config {
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => Config::default().cases,
        None => CASES,
    };
    Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    }
}

/// Every request of the document, with good ones to begin from.
fn kinds(tenants: &Tenants, document: &Value) -> Vec<Kind> {
    let matrix = tables(MATRIX);
    let by_role = matrix.iter().find(|table| table.heading == "By role");
    let rows = &by_role.expect("the matrix by role").rows;
    let mut kinds = Vec::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, described) in operations.as_object().into_iter().flatten() {
            let operation = format!("{} {path}", method.to_uppercase());
            let own = |name: &str| name.split(" (").next() == Some(operation.as_str());
            let mut words = odd::words(described, document);
            for row in rows.iter().filter(|row| own(&row.name)) {
                let good_ones: Vec<Request> = (0..GOOD_ONES)
                    .map(|_| Request::of(&row.name, &tenants.maker))
                    .collect();
                words.values.extend(good_ones.iter().flat_map(odd::texts));
                let may = |column: &str| !matches!(row.cell(column), "401" | "403");
                let callers = CALLERS
                    .into_iter()
                    .filter(|(column, _)| may(column))
                    .map(|(_, caller)| caller)
                    .collect();
                let answers = described["responses"]["200"]["content"].as_object();
                kinds.push(Kind {
                    name: row.name.clone(),
                    answers: answers
                        .into_iter()
                        .flat_map(|all| all.keys())
                        .cloned()
                        .collect(),
                    reads_a_body: described["requestBody"].is_object(),
                    good_ones,
                    callers,
                    words: words.clone(),
                });
            }
        }
    }
    kinds.push(in_toml(&kinds, tenants));
    let all: Vec<String> = kinds
        .iter()
        .flat_map(|kind| kind.words.values.clone())
        .collect();
    for kind in &mut kinds {
        kind.words.strange_values.clone_from(&all);
    }
    kinds
}

/// A contract as people write it in a file.
fn in_toml(kinds: &[Kind], tenants: &Tenants) -> Kind {
    let apply = kinds.iter().find(|kind| kind.name == "POST /api/v1/apply");
    let apply = apply.expect("the request that takes a whole contract");
    let good_ones = (0..GOOD_ONES).map(|_| {
        let request = Request::of(&apply.name, &tenants.maker);
        let document: Value = serde_json::from_slice(&request.body).expect("a document");
        let body = toml::to_string(&document).expect("the same in TOML");
        Request {
            content_type: Some("application/toml"),
            body: body.into_bytes(),
            ..request
        }
    });
    Kind {
        name: format!("{} (in TOML)", apply.name),
        good_ones: good_ones.collect(),
        answers: apply.answers.clone(),
        callers: apply.callers.clone(),
        reads_a_body: true,
        words: apply.words.clone(),
    }
}

fn send(tenants: &Tenants, kind: &Kind, oddity: &Oddity) -> Answer {
    let good = oddity.which.get(kind.good_ones.as_slice());
    let who: &&str = oddity.caller.get(&kind.callers);
    let caller = tenants.maker.caller(who);
    let request = oddity.applied_to(good);
    let header = oddity.header.as_ref();
    let header = header.map(|(name, value)| (*name, value.as_str()));
    if header.is_some_and(|(name, _)| name == odd::AUTHORIZATION) {
        let nobody = Caller {
            client: tenants.server.client(""),
            ..caller.clone()
        };
        return nobody.ask_with(&request, header.as_slice());
    }
    caller.ask_with(&request, header.as_slice())
}

/// Whether a request may answer with something that is no JSON.
fn is_told(kind: &Kind, said: &str) -> bool {
    said != "application/json" && kind.answers.iter().any(|answer| answer == said)
}

/// What is wrong with an answer, whatever was asked.
fn objection(kind: &Kind, answer: &Answer) -> Option<&'static str> {
    let said = answer.headers.get("content-type").map(String::as_str);
    let is_json = |kind: &str| said == Some(kind) && !answer.body.is_string();
    match answer.status {
        200..300 if is_json("application/json") => None,
        200..300 if said.is_none() && kind.answers.is_empty() => None,
        200..300 if said.is_some_and(|said| is_told(kind, said)) => None,
        200..300 => Some("what is done is told as the document says"),
        // The contract's money is being worked on; try again.
        503 if answer.code() == "busy" => None,
        400..500 if !is_json("application/problem+json") => Some("a refusal is a problem"),
        400..500 if answer.code().is_empty() => Some("a problem has a code"),
        400..500 if answer.text("/title").is_empty() => Some("a problem has a title"),
        400..500 if answer.body["status"] != answer.status => Some("a problem has its status"),
        400..500 => None,
        _ => Some("bad input is the sender's fault"),
    }
}

fn is_fault(line: &str) -> bool {
    line.contains("ERROR") || line.contains("panicked")
}

fn tail(log: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
