//! Servers are killed at any moment of a busy day. Whoever got no answer asks
//! again; in the end everything that was answered for is there once, nothing is
//! missing and nothing is doubled.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::consistency::{self, Event};
use stellwerk_tests::{
    Account, Bustle, Chance, Client, Database, Done, Server, contract, on_both_databases,
    partner_code, postgres, until, variable,
};

/// How often a server is killed; more with this variable.
const KILLS: u64 = 20;
const KILLS_VARIABLE: &str = "STELLWERK_TEST_KILLS";
/// Of the wishes of everybody, and of the moments.
const SEED: u64 = 1871;
const SEED_VARIABLE: &str = "STELLWERK_TEST_SEED";
const PARTNERS: usize = 5;
const LEADS_PER_KILL: u64 = 8;
/// A server is killed after so many more changes, or before.
const CHANGES_BETWEEN: u64 = 24;
const CALM_MAX: Duration = Duration::from_secs(3);
/// A host that breaks down is taken for that.
const LEASE: Duration = Duration::from_secs(1);
const PERIODS: &str = "/api/v1/contracts/pumps/periods";
/// Begun to be closed, and not yet closed.
const CLOSING: &str = "period WHERE state = 'closing'";
/// As far back as the terms let anybody report.
const MONTHS_AGO_MAX: i64 = 12;
const HASTY: [(&str, &str); 3] = [
    ("STELLWERK_WORKER_LEASE_SECONDS", "1"),
    ("STELLWERK_WORKER_POLL_MS", "50"),
    ("STELLWERK_WORKER_RETRY_SECONDS", "1"),
];

/// Promised times are over in seconds, and everything that counts is paid.
fn busy() -> String {
    let level = "{ claim = \"1 second\", contact = \"2 seconds\" }";
    let levels = format!(
        "service-levels = {{ hot = {level}, warm = {level}, cold = {level} }}\n\
         feedback-every = \"3 seconds\"\n"
    );
    let configuration = "configuration = { gate = { open-without-feedback-max = 1000000 } }";
    let contract = contract(PARTNERS, 2);
    assert!(contract.contains(configuration));
    let mut contract = contract
        .replace("[[places]]", &format!("{levels}\n[[places]]"))
        .replace(
            configuration,
            "configuration = { waves-max = 2, rung-time = \"1 second\", gate = { \
             open-without-feedback-max = 1000000, recalls-max = 1000000 } }",
        );
    contract.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#,
    );
    contract
}

/// Everything that was promised has come, and everything that counts is paid.
fn at_rest(database: &Database) {
    until("nothing is due any more", || {
        let soon = "deadline WHERE due_at < (SELECT max(recorded_at) + 3600000000 FROM event)";
        database.count(soon) == 0
    });
    until("everything is paid", || consistency::is_level(database));
}

#[test]
fn a_server_that_is_killed_again_and_again_loses_nothing() {
    let (kills, seed) = (
        variable(KILLS_VARIABLE, KILLS),
        variable(SEED_VARIABLE, SEED),
    );
    on_both_databases(|database| {
        eprintln!("{kills} kills, seed {seed}");
        let mut server = Server::start_with(STELLWERK, database.clone(), &busy(), &HASTY);
        win_long_ago(&server);
        let bustle = Bustle::begin(&[&server], PARTNERS, seed);
        let mut moments = Chance::of(seed, 0);
        let mut interrupted = 0;
        for number in 0..kills {
            bustle.let_in(LEADS_PER_KILL);
            match number % 4 {
                0 => {
                    await_closing(&server);
                    server.kill();
                    interrupted += database.count(CLOSING);
                }
                // What was begun before is brought to its end.
                2 => {
                    close(server.manufacturer());
                    await_moment(&bustle, &mut moments);
                }
                _ => await_moment(&bustle, &mut moments),
            }
            server.crash();
            bustle.go_to(&[&server]);
        }
        eprintln!("{interrupted} periods were being closed when a server was killed");
        assert!(interrupted > 0);
        let account = bustle.end(|| {
            while close(server.manufacturer()) {}
            at_rest(&database);
        });
        let all = periods(server.manufacturer());
        let open = all.iter().filter(|period| period["state"] != "closed");
        // The one that lasts, and maybe one whose time of grace does.
        assert!(open.count() <= 2, "{all:?}");
        let closed = database.count("period WHERE state = 'closed'");
        assert!(
            closed + 1 >= MONTHS_AGO_MAX as u64,
            "{closed} periods are closed"
        );
        holds(&mut server, &account);
    });
}

/// Deals of every month of the last year, for periods that can be closed.
fn win_long_ago(server: &Server) {
    let now = jiff::Timestamp::now();
    for months in 1..=MONTHS_AGO_MAX {
        let partner = server.partner(&partner_code(1 + months as usize % PARTNERS));
        let at = (now - jiff::SignedDuration::from_hours(24 * 30 * months)).to_string();
        let deal = json!({ "contract": "pumps", "value": 1_000_000, "registered-at": at });
        let registered = partner.post("/api/v1/deals", &deal);
        assert_eq!(registered.status, 201, "{registered:?}");
        let path = format!("/api/v1/deals/{}", registered.text("/id"));
        let won = partner.patch(&path, &json!({ "state": "won", "occurred-at": at }));
        assert_eq!(won.status, 200, "{won:?}");
    }
}

fn periods(maker: &Client) -> Vec<Value> {
    let answer = maker.get(PERIODS);
    let periods = answer.body["periods"].as_array();
    periods.unwrap_or_else(|| panic!("{answer:?}")).clone()
}

/// Has the next period closed; whether there was one whose time has come.
fn close(maker: &Client) -> bool {
    let mut was_closed = None;
    until("a period is closed", || {
        was_closed = try_to_close(maker).expect("an answer");
        was_closed.is_some()
    });
    was_closed.unwrap_or_default()
}

/// The same, of a server that may go away; none where others are at the money.
fn try_to_close(maker: &Client) -> Result<Option<bool>, ureq::Error> {
    let periods = maker.try_to_ask("GET", PERIODS, &[], Vec::new())?;
    let periods = periods.body["periods"].as_array().cloned();
    let mut periods = periods.into_iter().flatten();
    let Some(next) = periods.find(|period| period["state"] != "closed") else {
        return Ok(None);
    };
    let path = format!("{PERIODS}/{}/close", next["name"].as_str().expect("a name"));
    let answer = maker.try_to_ask("POST", &path, &[], b"{}".to_vec())?;
    match (answer.status, answer.code()) {
        (200, _) => Ok(Some(true)),
        (409, "period.not-over" | "period.in-grace") => Ok(Some(false)),
        // Others are at it, or have been.
        (503, _) | (409, "period.closed" | "period.not-next") => Ok(None),
        _ => panic!("{answer:?}"),
    }
}

/// Has the next period closed, and comes back while that is under way.
fn await_closing(server: &Server) {
    let maker = server.manufacturer().clone();
    let closer = std::thread::spawn(move || {
        // Until it is done, or nobody is there any more.
        while let Ok(None) = try_to_close(&maker) {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let is_closing = || server.database().count(CLOSING) > 0;
    while !closer.is_finished() && !is_closing() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A moment of which nobody knows what is under way in it.
fn await_moment(bustle: &Bustle, moments: &mut Chance) {
    let at = bustle.answered() + 1 + moments.below(CHANGES_BETWEEN);
    let begin = Instant::now();
    while bustle.answered() < at && begin.elapsed() < CALM_MAX {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn two_hosts_of_which_one_breaks_down_or_stands_still_do_everything_once() {
    let Some(url) = postgres() else {
        return;
    };
    let (kills, seed) = (
        variable(KILLS_VARIABLE, KILLS) / 2,
        variable(SEED_VARIABLE, SEED),
    );
    eprintln!("{kills} kills, seed {seed}");
    let database = Database::Postgres(url);
    let first = Server::start_with(STELLWERK, database.clone(), &busy(), &HASTY);
    let second = first.beside();
    let mut hosts = [first, second];
    let bustle = Bustle::begin(&[&hosts[0], &hosts[1]], PARTNERS, seed);
    let mut moments = Chance::of(seed, 0);
    for number in 0..kills {
        bustle.let_in(LEADS_PER_KILL);
        await_moment(&bustle, &mut moments);
        let away = moments.below(2) as usize;
        if number % 2 == 0 {
            hosts[away].kill();
            // The other one does it all, leases of the first included.
            bustle.go_to(&[&hosts[1 - away]]);
            await_moment(&bustle, &mut moments);
            hosts[away] = hosts[1 - away].beside();
        } else {
            // Back again, it believes that it is its turn.
            let begin = Instant::now();
            hosts[away].freeze();
            bustle.go_to(&[&hosts[1 - away]]);
            until("its leases have ended", || begin.elapsed() > LEASE);
            hosts[away].thaw();
        }
        bustle.go_to(&[&hosts[0], &hosts[1]]);
    }
    let account = bustle.end(|| at_rest(&database));
    let [mut first, mut second] = hosts;
    second.stop();
    holds(&mut first, &account);
}

/// What was answered for is there once, and what is there agrees with itself.
fn holds(server: &mut Server, account: &Account) {
    let database = server.database().clone();
    let before = consistency::events(&database);
    for (code, expected) in accepted(&account.done) {
        let is_one = |event: &&Event| event.code == code && event.lead.is_some();
        let happened = before.iter().filter(is_one).count();
        assert_eq!(happened, expected, "{code}");
    }
    // The reader has seen every event, in order, once.
    let read: Vec<(i64, &str)> = account
        .read
        .iter()
        .map(|read| (read.position, read.id.as_str()))
        .collect();
    let feed: Vec<(i64, &str)> = before
        .iter()
        .map(|event| (event.position, event.id.as_str()))
        .collect();
    assert!(read == feed, "{} read of {}", read.len(), feed.len());
    // Whoever asks once more is told the same.
    for done in account.done.iter().filter(|done| done.is_accepted()) {
        let client = Client::new(server.base(), &done.token);
        let again = client.post_once(&done.path, &done.body, &done.key);
        assert_eq!(
            (again.status, &again.body),
            (done.answer.status, &done.answer.body)
        );
    }
    pays(server, &before);
    server.stop();
    assert_eq!(consistency::events(&database).len(), before.len());
    // Ends with another exit code where anything is broken.
    database.run(STELLWERK, &["audit", "verify"]);
    let contradictions = consistency::contradictions(&database);
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
    let count = |is: &dyn Fn(&Done) -> bool| account.done.iter().filter(|done| is(done)).count();
    let sent_again = count(&|done| done.tries > 1);
    assert!(
        sent_again > 0,
        "nothing was under way when a server was killed"
    );
    eprintln!(
        "{} requests accepted, {} refused, {sent_again} of them sent more than once; {} events read",
        count(&Done::is_accepted),
        count(&|done| !done.is_accepted()),
        read.len()
    );
}

/// How many events of a code the accepted requests make.
fn accepted(done: &[Done]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for done in done.iter().filter(|done| done.is_accepted()) {
        let action = done.path.rsplit('/').next().unwrap_or_default();
        let code = match action {
            "leads" => "received",
            "claim" => "claimed",
            "decline" => "declined",
            "feedback" => done.body["code"].as_str().unwrap_or_default(),
            "outcome" => done.body["result"].as_str().unwrap_or_default(),
            other => panic!("what is {other}?"),
        };
        *counted.entry(code.to_owned()).or_insert(0) += 1;
    }
    counted
}

/// Every account holds what the events have earned, to the cent.
fn pays(server: &Server, events: &[Event]) {
    let mut earned: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut completed: Vec<(&str, i64)> = Vec::new();
    for event in events {
        let partner = event.partner.as_deref().unwrap_or_default();
        let lead = event.lead.as_deref().unwrap_or_default();
        let mut earns = |account, amount| *earned.entry((account, partner)).or_insert(0) += amount;
        match event.code.as_str() {
            "won" => {
                let value = event
                    .attribute("value", "money")
                    .as_i64()
                    .unwrap_or_default();
                earns("commission", (value * 3 + 50) / 100);
                earns("project", ((value * 15 + 500) / 1_000).clamp(4_000, 90_000));
            }
            "care-contact" => earns("care", 500),
            "data-complete" => {
                let in_time = event.attribute("within-sla", "flag") == &json!(true);
                if in_time && !completed.contains(&(lead, event.cycle)) {
                    completed.push((lead, event.cycle));
                    earns("care", 800);
                }
            }
            _ => {}
        }
    }
    let balances = server
        .manufacturer()
        .get("/api/v1/contracts/pumps/balances");
    assert_eq!(balances.status, 200, "{balances:?}");
    let list = balances.body["balances"].as_array();
    let held: BTreeMap<(&str, &str), i64> = list
        .into_iter()
        .flatten()
        .filter(|balance| balance["holder-kind"] == "partner")
        .map(|balance| {
            let text = |name: &str| balance[name].as_str().unwrap_or_default();
            let amount = balance["amount"].as_i64().unwrap_or_default();
            ((text("account"), text("holder")), amount)
        })
        .collect();
    assert_eq!(held, earned);
    // Every statement has its part of that.
    let partners = server.database().rows(["id", "code"], "partner");
    let mut stated: BTreeMap<(String, String), i64> = BTreeMap::new();
    for period in periods(server.manufacturer()) {
        let name = period["name"].as_str().unwrap_or_default();
        for [id, code] in &partners {
            let (id, code) = (id.as_deref().unwrap_or(""), code.as_deref().unwrap_or(""));
            let path = format!("{PERIODS}/{name}/statements/{code}");
            let statement = server.manufacturer().get(&path);
            assert_eq!(statement.status, 200, "{statement:?}");
            for total in statement.body["totals"].as_array().into_iter().flatten() {
                let account = total["account"].as_str().unwrap_or_default();
                let amount = total["amount"].as_i64().unwrap_or_default();
                let key = (account.to_owned(), id.to_owned());
                *stated.entry(key).or_insert(0) += amount;
            }
        }
    }
    let stated: BTreeMap<(&str, &str), i64> = stated
        .iter()
        .map(|((account, partner), amount)| ((account.as_str(), partner.as_str()), *amount))
        .collect();
    assert_eq!(stated, held);
}
