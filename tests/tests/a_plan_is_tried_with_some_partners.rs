//! A plan that pays is tried with partners that somebody has named: it pays them for
//! whole periods, their statements say so, and it ends with a period.

use std::path::Path;

use crate::{STELLWERK, guest};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use stellwerk::policy::{Function, Kind};
use stellwerk_tests::{
    Answer, Client, Database, Server, contract, on_both_databases, partner_code, until,
};

const PUMPS: &str = "/api/v1/contracts/pumps";
const COMMISSION: &str = "compensation/commission";
/// 3 per cent is in force, 5 are tried.
const DEAL: i64 = 1_000_000;
const IN_FORCE: i64 = 30_000;
const TRIED: i64 = 50_000;

/// Two partners and a plan.
fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        "\n[bindings.\"compensation/commission\"]\nplugin = \"compensation-flat-split\"\n",
    );
    file
}

/// The month that was so many months ago; below zero it is to come.
fn month(ago: i32) -> Month {
    let today = jiff::Timestamp::now().to_zoned(zone()).date();
    let months = i32::from(today.year()) * 12 + i32::from(today.month()) - 1 - ago;
    let year = i16::try_from(months / 12).expect("a year");
    let month = i8::try_from(months % 12 + 1).expect("a month");
    Month(date(year, month, 1))
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").expect("the contract's time zone")
}

/// By its first day.
struct Month(Date);

impl Month {
    fn name(&self) -> String {
        format!("{:04}-{:02}", self.0.year(), self.0.month())
    }

    fn begins(&self) -> jiff::Timestamp {
        self.0.to_zoned(zone()).expect("midnight").timestamp()
    }

    /// Noon of one of its days.
    fn noon(&self, day: i8) -> jiff::Timestamp {
        let day = date(self.0.year(), self.0.month(), day);
        let noon = day.at(12, 0, 0, 0).to_zoned(zone()).expect("noon");
        noon.timestamp()
    }
}

fn statement(client: &Client, month: &Month, partner: usize) -> Answer {
    let (month, partner) = (month.name(), partner_code(partner));
    let path = format!("{PUMPS}/periods/{month}/statements/{partner}");
    let statement = client.get(&path);
    assert_eq!(statement.status, 200, "{statement:?}");
    statement
}

/// What the statement says of trials.
fn trials_on(client: &Client, month: &Month, partner: usize) -> Value {
    statement(client, month, partner).body["trials"].clone()
}

fn earned(statement: &Answer) -> i64 {
    let lines = statement.body["lines"].as_array();
    let amounts = lines.into_iter().flatten().map(|line| &line["amount"]);
    amounts.filter_map(Value::as_i64).sum()
}

/// The partner wins a deal on a day of the month, and earns so much in all on the
/// statement of a month.
fn wins(server: &Server, partner: usize, at: jiff::Timestamp, earns: (&Month, i64)) {
    let client = server.partner(&partner_code(partner));
    let at = at.to_string();
    let deal = json!({ "contract": "pumps", "value": DEAL, "registered-at": at });
    let deal = client.post("/api/v1/deals", &deal);
    assert_eq!(deal.status, 201, "{deal:?}");
    let path = format!("/api/v1/deals/{}", deal.text("/id"));
    let won = client.patch(&path, &json!({ "state": "won", "occurred-at": at }));
    assert_eq!(won.text("/state"), "won", "{won:?}");
    let (month, amount) = earns;
    until("the win is paid", || {
        earned(&statement(&client, month, partner)) == amount
    });
}

fn policy(database: &Database, arguments: &[&str]) -> String {
    database.run(STELLWERK, &[&["policy"], arguments].concat())
}

/// Cancels the trial on a day that has passed.
fn cancel(database: &Database, at: jiff::Timestamp) {
    use stellwerk::clock::{Clock, Ids};
    use stellwerk::contracts::binding::{self, Move, Wish};
    use stellwerk::domain::time::Micros;
    use stellwerk::host::{Host, Origin};
    use stellwerk::policy::{Engine, EngineSettings};
    use stellwerk::store::{Store, StoreSettings};

    let settings = match database {
        Database::Sqlite(folder) => StoreSettings::Sqlite {
            folder: folder.clone(),
        },
        Database::Postgres(url) => StoreSettings::Postgres { url: url.clone() },
    };
    let wish = Wish {
        slot: COMMISSION.to_owned(),
        generation: 2,
        to: Move::Cancel,
        comment: "seen enough".to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&settings).await.expect("the database");
        let engine = Engine::new(EngineSettings::default()).expect("an engine");
        let then = Clock::simulated(Micros(at.as_microsecond()));
        let host = Host::new(store, engine, then, Ids::random());
        let maker = host.store.manufacturer_by_code("maker").await;
        let maker = maker.expect("the database").expect("the manufacturer");
        let pumps = host.store.contract_by_code(&maker.id, "pumps").await;
        let pumps = pumps.expect("the database").expect("the contract");
        let cancelled = binding::take(&host, &maker.id, &pumps.id, &wish, &Origin::host()).await;
        host.store.close().await;
        cancelled.expect("it is cancelled");
    });
}

/// A contract in which a candidate with another rate waits to be tried.
fn with_candidate(database: &Database, folder: &Path) {
    let (file, rate) = (folder.join("contract.toml"), folder.join("rate.json"));
    std::fs::write(&file, paying()).expect("the contract file");
    std::fs::write(&rate, r#"{ "rate": 50000 }"#).expect("the configuration");
    database.run(STELLWERK, &["apply", &file.display().to_string()]);
    let rate = rate.display().to_string();
    policy(
        database,
        &[
            "configure",
            "pumps",
            COMMISSION,
            "compensation-flat-split",
            "--configuration",
            &rate,
            "--comment",
            "5 per cent",
        ],
    );
}

#[test]
fn one_is_paid_by_it_for_whole_periods_and_its_statement_says_so() {
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        with_candidate(&database, folder.path());
        let (before_last, last) = (month(2), month(1));
        // Nothing has happened yet, so that it begins with whatever happens first.
        let chosen = policy(
            &database,
            &[
                "canary",
                "pumps",
                COMMISSION,
                "2",
                "--partners",
                &partner_code(1),
                "--comment",
                "does it sell more?",
            ],
        );
        assert!(chosen.contains("canaried with partner-1"), "{chosen}");
        for command in [&["show", "pumps", COMMISSION][..], &["status", "pumps"]] {
            let shown = policy(&database, command);
            let trial = "generation 2 pays partner-1 from the beginning on: does it sell more?";
            assert!(shown.contains(trial), "{shown}");
        }

        let mut server = Server::of(STELLWERK, database.clone(), "maker", &[]);
        wins(&server, 1, before_last.noon(3), (&before_last, TRIED));
        wins(&server, 2, before_last.noon(3), (&before_last, IN_FORCE));
        let trials = json!([{
            "component": "commission",
            "tried-with": "itself",
            "generation": 2,
            "plugin": "compensation-flat-split@0.1.0",
            "instead-of": { "generation": 1, "plugin": "compensation-flat-split@0.1.0" },
            "since": "1970-01-01T00:00:00Z",
            "comment": "does it sell more?",
        }]);
        let of_first = server.partner(&partner_code(1));
        let of_second = server.partner(&partner_code(2));
        assert_eq!(trials_on(&of_first, &before_last, 1), trials);
        assert_eq!(trials_on(&of_second, &before_last, 2), Value::Null);
        until("the gate has seen an award", || {
            let gates = format!("{PUMPS}/gates?slot={COMMISSION}");
            let gates = server.manufacturer().get(&gates);
            assert_eq!(gates.text("/gates/0/gate"), "errors", "{gates:?}");
            gates.body["gates"][0]["cases"] == 1
        });

        // Its month is paid to the end; the next one is not.
        server.stop();
        cancel(&database, before_last.noon(20));
        let server = Server::of(STELLWERK, database.clone(), "maker", &[]);
        let maker = server.manufacturer();
        wins(&server, 1, last.noon(5), (&last, IN_FORCE));
        wins(&server, 1, before_last.noon(25), (&before_last, 2 * TRIED));
        let close = format!("{PUMPS}/periods/{}/close", before_last.name());
        let closed = maker.post(&close, &json!({}));
        assert_eq!(closed.text("/state"), "closed", "{closed:?}");
        let closed = statement(maker, &before_last, 1);
        assert_eq!(earned(&closed), 2 * TRIED, "{closed:?}");
        // So is what comes late of it.
        wins(&server, 1, before_last.noon(26), (&last, IN_FORCE + TRIED));
        assert_eq!(trials_on(maker, &before_last, 1), trials);
        assert_eq!(trials_on(maker, &last, 1), Value::Null);
        assert_eq!(earned(&statement(maker, &before_last, 2)), IN_FORCE);

        let steps = maker.get(&format!("{PUMPS}/steps?slot={COMMISSION}"));
        let steps = steps.body["steps"].as_array().cloned().unwrap_or_default();
        let of = |action: &str| steps.iter().find(|step| step["action"] == action).cloned();
        let begun = of("canaried").unwrap_or_default();
        assert_eq!(begun["partners"], json!(["partner-1"]));
        assert_eq!(begun["share-percent"], Value::Null);
        let ended = of("cancelled").unwrap_or_default();
        assert_eq!(ended["from"], last.begins().to_string());
        let audit = maker.get("/api/v1/audit?limit=200").all_text();
        assert!(audit.contains("canaried with partner-1"), "{audit}");

        let tried = "decision WHERE slot = 'compensation/commission' AND generation = 2";
        let tried = server.database().count(tried);
        assert!(tried >= 4, "three awards and a settlement: {tried}");
        let replayed = server
            .database()
            .run(STELLWERK, &["replay", "--all", "--output", "json"]);
        let replayed: Value = serde_json::from_str(&replayed).expect("a JSON document");
        let same = json!({ "same": server.database().count("decision") });
        assert_eq!(replayed["verdicts"], same, "{replayed}");
    });
}

/// Uploads a policy of what pays that traps whenever it is asked, and makes it the
/// candidate.
fn with_trap(server: &Server) {
    let manifest = guest::manifest("fails", Kind::Compensation).to_string();
    let traps = "(func $award (type $asked) unreachable)";
    let component = guest::component(Function::Award, &manifest, traps);
    let maker = server.manufacturer();
    let wasm = [("Content-Type", "application/wasm")];
    let uploaded = maker.ask("POST", "/api/v1/plugins", &wasm, component);
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let candidate = json!({ "slot": COMMISSION, "plugin": "fails@0.1.0", "comment": "cheaper" });
    let made = maker.post(&format!("{PUMPS}/generations"), &candidate);
    assert_eq!(made.text("/standing"), "ready", "{made:?}");
}

#[test]
fn a_gate_that_trips_ends_it_with_the_period() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        with_trap(&server);
        let maker = server.manufacturer();
        let canary = json!({
            "slot": COMMISSION, "generation": 2, "action": "canary",
            "partners": [partner_code(1)], "comment": "does it sell more?",
        });
        let taken = maker.post(&format!("{PUMPS}/steps"), &canary);
        assert_eq!(taken.status, 201, "{taken:?}");
        let (this, now) = (month(0), jiff::Timestamp::now());
        for _ in 0..2 {
            wins(&server, 1, now, (&this, 0));
        }
        wins(&server, 2, now, (&this, IN_FORCE));

        let tried = || {
            let slot = maker.get(&format!("{PUMPS}/bindings/{COMMISSION}"));
            let generations = slot.body["generations"].as_array().cloned();
            let mut generations = generations.into_iter().flatten();
            let tried = generations.find(|known| known["generation"] == 2);
            tried.expect("the candidate")
        };
        until("it is taken back", || tried()["standing"] == "ready");
        let steps = maker.get(&format!("{PUMPS}/steps?slot={COMMISSION}"));
        let steps = steps.body["steps"].as_array().cloned().unwrap_or_default();
        let taken_back = steps.iter().find(|step| step["action"] == "cancelled");
        let taken_back = taken_back.expect("a step of the host");
        let next = month(-1).begins().to_string();
        let reason = "the gate errors has tripped: 2 of 2 answers failed, where at most 1 % may; \
                      what is in force pays the partners of the canary from the next period on";
        assert_eq!(
            (
                &taken_back["comment"],
                &taken_back["from"],
                &taken_back["actor"]
            ),
            (&json!(reason), &json!(next), &Value::Null)
        );
        let feed = maker.get("/api/v1/events?limit=1000");
        let events = feed.body["events"].as_array().cloned().unwrap_or_default();
        let stopped = events
            .iter()
            .find(|event| event["code"] == "generation-stopped");
        let told = json!({ "slot": COMMISSION, "generation": 2, "instead": 1, "reason": reason });
        assert_eq!(stopped.expect("an event")["attributes"], told);
        // The period is paid to its end by what was agreed with the partner.
        assert_eq!(tried()["trials"][0]["until"], next);
        let of_first = statement(maker, &this, 1);
        assert_eq!(of_first.text("/trials/0/plugin"), "fails@0.1.0");
    });
}

#[test]
fn nobody_is_chosen_by_accident() {
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        with_candidate(&database, folder.path());
        let server = Server::of(STELLWERK, database, "maker", &[]);
        let canary = |slot: &str, more: Value| {
            let mut body = json!({
                "slot": slot, "generation": 2, "action": "canary", "comment": "tried",
            });
            if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
                body.extend(more);
            }
            let refused = server.manufacturer().post(&format!("{PUMPS}/steps"), &body);
            assert_eq!(
                (refused.status, refused.code()),
                (422, "invalid"),
                "{refused:?}"
            );
            let error = &refused.body["errors"][0];
            format!("{}: {}", error["pointer"], error["message"])
        };
        let candidate = json!({
            "slot": "matching", "plugin": "matching-weighted",
            "configuration": { "waves": { "first": 1 } }, "comment": "one by one",
        });
        let made = server
            .manufacturer()
            .post(&format!("{PUMPS}/generations"), &candidate);
        assert_eq!(made.status, 201, "{made:?}");
        let refused = [
            canary(COMMISSION, json!({})),
            canary(COMMISSION, json!({ "share-percent": 50 })),
            canary(
                COMMISSION,
                json!({ "partners": ["partner-1", "partner-9"] }),
            ),
            canary("matching", json!({})),
            canary(
                "matching",
                json!({ "share-percent": 5, "partners": ["partner-1"] }),
            ),
            canary(
                "matching",
                json!({ "share-percent": 5, "from": "2030-01-01T00:00" }),
            ),
        ];
        insta::assert_snapshot!("a_canary_that_pays_is_refused", refused.join("\n"));
    });
}
