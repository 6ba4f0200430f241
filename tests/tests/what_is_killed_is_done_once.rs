//! A period that was being closed when its server was killed is closed once, whatever the
//! moment; and a replay that was killed has changed nothing, and is done again from its
//! beginning.

use std::time::{Duration, Instant};

use crate::STELLWERK;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use stellwerk_tests::{
    Client, Database, Server, consistency, contract, on_both_databases, partner_code, until,
};

const PERIODS: &str = "/api/v1/contracts/pumps/periods";
/// Months before the one before the last, of which each is closed.
const MONTHS: i64 = 6;
const DEALS_A_MONTH: i64 = 4;
/// Minor units: 3 % of a deal of 1,000.
const COMMISSION: i64 = 3_000;
/// What the partner without deals is paid in each month, as an advance.
const DRAW: i64 = 10_000;
/// A close is killed after so much more of it each time.
const STEP: Duration = Duration::from_millis(12);
const REPLAYS_KILLED: u32 = 4;
const HASTY: [(&str, &str); 2] = [
    ("STELLWERK_WORKER_LEASE_SECONDS", "1"),
    ("STELLWERK_WORKER_POLL_MS", "20"),
];

fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
configuration = { rate = 30000 }

[bindings."compensation/lifetime"]
plugin = "compensation-lifetime"
configuration = { draw = {} }
"#,
    );
    file
}

/// The first day of the first month.
fn first() -> Date {
    let today = Timestamp::now().in_tz("UTC").expect("a zone").date();
    today.first_of_month() - (MONTHS + 1).months()
}

/// Deals of one partner in each month, and a draw for the other one.
fn history(server: &Server) {
    let maker = server.manufacturer();
    let head = "id,by,claimed,outcome,on,value\n".to_owned();
    let rows = (0..MONTHS * DEALS_A_MONTH).map(|number| {
        let day = first() + (number / DEALS_A_MONTH).months() + (3 + number % DEALS_A_MONTH).days();
        let partner = partner_code(1);
        format!("{number},{partner},{day}T10:00:00Z,won,{day}T12:00:00Z,1000.00\n")
    });
    let mapping = "[fields]\nexternal-id = \"id\"\npartner = \"by\"\n\
        claimed-at = \"claimed\"\noutcome = \"outcome\"\noutcome-at = \"on\"\n\
        won-value = \"value\"\ncontact.name = \"id\"\n";
    let content = head + &rows.collect::<String>();
    let imported = maker.post(
        "/api/v1/imports/leads?contract=pumps",
        &json!({ "mapping": mapping, "content": content }),
    );
    assert_eq!(
        imported.body["imported"],
        MONTHS * DEALS_A_MONTH,
        "{imported:?}"
    );
    let draw = json!({
        "kind": "target", "partner": partner_code(2), "name": "draw", "value": DRAW,
        "from": "2000-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z",
    });
    let measures = json!({ "measures": [draw] });
    let set = maker.put("/api/v1/contracts/pumps/measures", &measures);
    assert_eq!(set.status, 200, "{set:?}");
    until("all is paid", || consistency::is_level(server.database()));
}

#[test]
fn a_close_that_is_killed_at_any_moment_is_done_once() {
    on_both_databases(|database| {
        let mut server = Server::start_with(STELLWERK, database.clone(), &paying(), &HASTY);
        history(&server);
        let (mut interrupted, mut in_time) = (0, 0);
        for month in 0..MONTHS {
            let name = (first() + month.months()).strftime("%Y-%m").to_string();
            kill_the_close(&mut server, &name, STEP * month as u32);
            match database
                .rows(["state"], &format!("period WHERE name = '{name}'"))
                .as_slice()
            {
                [] => {}
                [[state]] if state.as_deref() == Some("closing") => interrupted += 1,
                _ => in_time += 1,
            }
            server = server.beside();
            until("the period is closed", || {
                close(server.manufacturer(), &name)
            });
        }
        eprintln!(
            "{interrupted} were being closed when their server was killed, {in_time} were closed"
        );
        assert!(interrupted > 0);
        until("everything is paid", || consistency::is_level(&database));

        // The month after those may be closed by itself meanwhile, once, too. Each
        // component is asked once in each month.
        until("each month is closed once", || {
            let closed = database.count("period WHERE state = 'closed'");
            closed >= MONTHS as u64
                && database.count("event WHERE code = 'period-closed'") == closed
                && database.count("decision WHERE function = 'settle'") == 2 * closed
        });
        let next = (first() + MONTHS.months()).strftime("%Y-%m").to_string();
        let held = |account: &str, partner: usize| {
            let partner = partner_code(partner);
            let sum = "COALESCE(SUM(amount), 0)";
            let of = format!(
                "posting WHERE account = '{account}' AND component <> 'commission' \
                 AND period < '{next}' AND holder = (SELECT id FROM partner WHERE code = '{partner}')"
            );
            let [sum] = database.rows([sum], &of).remove(0);
            sum.expect("a sum").parse::<i64>().expect("an amount")
        };
        assert_eq!(held("draw", 2), DRAW * MONTHS);
        assert_eq!(held("commission", 1), COMMISSION * MONTHS * DEALS_A_MONTH);
        assert_eq!(held("draw", 1), 0);
        server.stop();
        // Ends with another exit code where anything is broken.
        database.run(STELLWERK, &["audit", "verify"]);
        kill_replays(&database);
    });
}

/// Has a period closed, and kills the server that long after it began with it.
fn kill_the_close(server: &mut Server, name: &str, after: Duration) {
    let (maker, path) = (
        server.manufacturer().clone(),
        format!("{PERIODS}/{name}/close"),
    );
    let closing = std::thread::spawn(move || {
        // Nobody may be there to answer.
        let _ = maker.try_to_ask("POST", &path, &[], b"{}".to_vec());
    });
    let has_begun = format!("period WHERE name = '{name}'");
    while !closing.is_finished() && server.database().count(&has_begun) == 0 {
        std::thread::yield_now();
    }
    let begin = Instant::now();
    while !closing.is_finished() && begin.elapsed() < after {
        std::thread::yield_now();
    }
    server.kill();
    closing.join().expect("no answer, or one");
}

/// Whether the period is closed now.
fn close(maker: &Client, name: &str) -> bool {
    let closed = maker.post(&format!("{PERIODS}/{name}/close"), &json!({}));
    match (closed.status, closed.code()) {
        (200, _) | (409, "period.closed") => true,
        // The lease of the server that was killed has not ended yet.
        (503, _) => false,
        _ => panic!("{closed:?}"),
    }
}

/// Kills `replay --all` at several moments; in the end it says what it said first.
fn kill_replays(database: &Database) {
    let before = rows(database);
    let replay = || {
        let mut command = database.command(STELLWERK);
        command.args(["replay", "--all", "--at-once", "1", "--output", "json"]);
        command
    };
    let verdicts = || -> Value {
        let output = replay().output().expect("it runs");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("a JSON document");
        answer["verdicts"].clone()
    };
    let begin = Instant::now();
    let first = verdicts();
    let whole = begin.elapsed();
    assert_eq!(first, json!({ "same": database.count("decision") }));
    let mut killed = 0;
    for number in 0..REPLAYS_KILLED {
        let begin = Instant::now();
        let mut child = replay()
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        let mut has_ended = || child.try_wait().expect("its state").is_some();
        while begin.elapsed() < whole * number / REPLAYS_KILLED && !has_ended() {
            std::thread::yield_now();
        }
        killed += u32::from(!has_ended());
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        assert_eq!(rows(database), before, "a replay changes nothing");
    }
    assert!(killed > 1, "{killed} were not done yet");
    assert_eq!(verdicts(), first);
}

/// How many rows there are of what a replay reads.
fn rows(database: &Database) -> Vec<u64> {
    let tables = [
        "event", "decision", "posting", "period", "seal", "audit", "deadline",
    ];
    tables.map(|table| database.count(table)).to_vec()
}
