//! Five components pay side by side, by plans that change and are tried with some:
//! whatever happens in random months, told late, twice and in no order, with closes in
//! between, comes to what one reckons by hand.

mod history;
mod model;
mod plans;
mod telling;

use std::collections::BTreeMap;

use crate::STELLWERK;
use jiff::civil::Date;
use serde_json::{Value, json};
use stellwerk_tests::{
    Chance, Client, Database, Server, consistency, contract, on_both_databases, partner_code,
    until, variable,
};

use history::{History, Months};
use model::{Balances, Model};
use plans::{Component, Plans};
use telling::Telling;

/// How many histories there are; more with this variable.
const HISTORIES: u64 = 2;
const HISTORIES_VARIABLE: &str = "STELLWERK_TEST_HISTORIES";
/// Of the first one; each has its own.
const SEED: u64 = 1_850;
const SEED_VARIABLE: &str = "STELLWERK_TEST_SEED";
const PARTNERS: usize = 3;
/// The number of the partner above the others.
const ABOVE: usize = 3;
/// Months of history, and those in which its liabilities end: what is open yet is paid
/// in the order in which it was told.
const CLOSED_MONTHS: i64 = 6;
const HASTY: [(&str, &str); 1] = [("STELLWERK_WORKER_POLL_MS", "20")];

/// What was measured of a partner in a month: tenths and hundredths.
#[derive(Clone, Copy, Debug, Default)]
struct Quality {
    satisfaction: Option<i64>,
    rework: Option<i64>,
}

/// By the first day of the month, and the partner's number.
type Measured = BTreeMap<(Date, usize), Quality>;

/// What a partner is paid in a month at least, as an advance.
fn draw(partner: usize) -> Option<i64> {
    [Some(12_000), None, Some(20_011)][partner - 1]
}

/// A contract of its own for each history, all with the same partners.
fn paying(code: &str) -> String {
    let mut file = contract(PARTNERS, 1).replace("code = \"pumps\"", &format!("code = \"{code}\""));
    for partner in (1..=PARTNERS).filter(|partner| *partner != ABOVE) {
        let own = format!("code = \"{}\"\n", partner_code(partner));
        assert!(file.contains(&own));
        let parent = format!("{own}parent = \"{}\"\n", partner_code(ABOVE));
        file = file.replace(&own, &parent);
    }
    for component in Component::ALL {
        let (name, plugin) = (component.name(), component.plugin());
        // An inline table is JSON with another sign.
        let configuration = component.configuration(1).to_string().replace(':', " = ");
        file.push_str(&format!(
            "\n[bindings.\"compensation/{name}\"]\nplugin = \"{plugin}\"\n\
             configuration = {configuration}\n"
        ));
    }
    file
}

#[test]
fn whatever_happens_comes_to_what_one_reckons_by_hand() {
    let (histories, first) = (
        variable(HISTORIES_VARIABLE, HISTORIES),
        variable(SEED_VARIABLE, SEED),
    );
    on_both_databases(|database| {
        let server = Server::start_with(STELLWERK, database.clone(), &paying("first"), &HASTY);
        for seed in first..first + histories {
            eprintln!("a history of the seed {seed} on {}", database.name());
            one_history(&server, seed);
        }
        // Ends with another exit code where anything is broken.
        database.run(STELLWERK, &["audit", "verify"]);
    });
}

fn one_history(server: &Server, seed: u64) {
    let mut chance = Chance::of(seed, 0);
    let months = Months::until_now();
    let days: Vec<Date> = (0..6).map(|_| months.any_day(&mut chance)).collect();
    let plans = Plans::of(&mut chance, &days);
    let history = History::of(&mut chance, &months);
    let contract = format!("c-{seed}");
    let maker = server.manufacturer();
    let toml = [("Content-Type", "application/toml")];
    let applied = maker.ask("POST", "/api/v1/apply", &toml, paying(&contract).into());
    assert_eq!(applied.status, 200, "{applied:?}");

    let mut telling = Telling {
        maker,
        path: format!("/api/v1/contracts/{contract}"),
        contract,
        months: &months,
        measured: Measured::new(),
    };
    telling.plan(&plans);
    telling.measure_all(&mut chance);
    telling.tell(&history, &mut chance);
    at_rest(server.database());

    let path = &telling.path;
    // What came late was paid as if it had come in order.
    let recalculation = format!("{path}/periods/{}/recalculation", telling.first_period());
    let again = maker.get(&recalculation);
    assert_eq!(
        (again.status, &again.body["deviations"]),
        (200, &json!([])),
        "seed {seed}: {again:?}"
    );
    let model = Model {
        months: &months,
        plans: &plans,
        measured: &telling.measured,
    };
    let expected = model.balances(&history);
    assert!(expected.len() > 10, "little has happened: {expected:?}");
    let partners = partners(server.database());
    let held = held(maker, path, &partners);
    assert_eq!(held, expected, "seed {seed}: {plans:?} {history:?}");
    assert_eq!(stated(maker, path), held, "seed {seed}");
}

/// Everything that was told and has fallen due is paid.
fn at_rest(database: &Database) {
    let now = jiff::Timestamp::now().as_microsecond();
    let due = format!("deadline WHERE due_at <= {now}");
    until("everything is paid", || {
        consistency::is_level(database)
            && database.count(&due) == 0
            && consistency::is_level(database)
    });
}

/// The numbers of partners by their identifiers.
fn partners(database: &Database) -> BTreeMap<String, usize> {
    let number = |code: &str| (1..=PARTNERS).find(|number| partner_code(*number) == code);
    let rows = database.rows(["id", "code"], "partner").into_iter();
    rows.filter_map(|[id, code]| Some((id?, number(&code?)?)))
        .collect()
}

/// What partners hold by every posting there is; what is 0 is left out.
fn held(maker: &Client, contract: &str, partners: &BTreeMap<String, usize>) -> Balances {
    let mut held = Balances::new();
    let mut after = String::new();
    loop {
        let page = maker.get(&format!("{contract}/postings?limit=1000{after}"));
        assert_eq!(page.status, 200, "{page:?}");
        for posting in page.body["postings"].as_array().into_iter().flatten() {
            let holder = posting["holder"].as_str().unwrap_or_default();
            if let Some(partner) = partners.get(holder) {
                add(&mut held, posting, *partner);
            }
        }
        match page.text("/next") {
            "" => break,
            next => after = format!("&after={next}"),
        }
    }
    held.retain(|_, amount| *amount != 0);
    held
}

/// What all statements say together.
fn stated(maker: &Client, contract: &str) -> Balances {
    let mut stated = Balances::new();
    let periods = maker.get(&format!("{contract}/periods")).body["periods"].clone();
    for period in periods.as_array().into_iter().flatten() {
        for partner in 1..=PARTNERS {
            let (name, code) = (
                period["name"].as_str().unwrap_or_default(),
                partner_code(partner),
            );
            let statement = maker.get(&format!("{contract}/periods/{name}/statements/{code}"));
            assert_eq!(statement.status, 200, "{statement:?}");
            for line in statement.body["lines"].as_array().into_iter().flatten() {
                add(&mut stated, line, partner);
            }
        }
    }
    stated.retain(|_, amount| *amount != 0);
    stated
}

fn add(to: &mut Balances, line: &Value, partner: usize) {
    let text = |name: &str| line[name].as_str().unwrap_or_default();
    let account = format!("{}/{}", text("component"), text("account"));
    *to.entry((account, partner)).or_insert(0) += line["amount"].as_i64().expect("an amount");
}
