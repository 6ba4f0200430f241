//! A database that is full, gone, slow, or cut off is told to callers and to
//! whoever watches; nothing that was answered for is lost, and when it is back
//! nobody has to restart anything.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::sqlite::Lock;
use stellwerk_tests::{
    Answer, AtCommit, Client, Database, Postgres, Proxy, Server, SmallDisk, contract, series, until,
};

/// An outage is noticed in seconds here, not in tens of them.
const IMPATIENT: [(&str, &str); 3] = [
    ("STELLWERK_ADMIN_LISTEN", "127.0.0.1:0"),
    ("STELLWERK_STORE_ACQUIRE_SECONDS_MAX", "2"),
    ("STELLWERK_STORE_ANSWER_SECONDS_MAX", "2"),
];
/// More requests than there are connections.
const REFUSED: usize = 12;
const REACHABLE: &str = "stellwerk_store_reachable";
/// Room for a database with some leads, and not for many.
const DISK_MEGABYTES: u32 = 16;
/// The same for PostgreSQL, with its templates and its log.
const POSTGRES_MEGABYTES: u32 = 160;

fn lead(name: &str) -> Value {
    json!({
        "contract": "pumps",
        "external-id": name,
        "product": "heat-pump",
        "source": "configurator",
        "attributes": { "consent": true },
        "contact": { "email": format!("{name}@example.com") },
    })
}

/// Sends a lead in under a key that is the lead's own.
fn send(client: &Client, name: &str) -> Answer {
    client.post_once("/api/v1/leads", &lead(name), name)
}

fn ready(server: &Server) -> Answer {
    server.manufacturer().get("/health/ready")
}

fn is_ready(server: &Server) -> bool {
    ready(server).status == 200
}

/// How many leads there are.
fn leads(server: &Server) -> usize {
    let page = server.manufacturer().get("/api/v1/leads?limit=200");
    page.body["leads"].as_array().map_or(0, Vec::len)
}

fn said_with_retry(answer: &Answer, codes: &[&str]) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(codes.contains(&answer.code()), "{codes:?}: {answer:?}");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
}

/// What an outage looks like from outside.
struct Outage<'a> {
    /// What it is told as.
    codes: &'a [&'a str],
    /// Whether what is there can still be read.
    is_readable: bool,
    begin: &'a mut dyn FnMut(),
    end: &'a mut dyn FnMut(),
}

/// The operators' address tells of the outage while it lasts.
fn is_watched(server: &Server, outage: &Outage<'_>) {
    let operators = server.operators();
    said_with_retry(&operators.get("/health/ready"), outage.codes);
    let reachable = f64::from(u8::from(outage.is_readable));
    until("whoever watches sees it", || {
        shown(&operators, REACHABLE) == reachable
    });
    // Where nothing can be read nobody comes to commit anything.
    if outage.is_readable {
        let failures = outage.codes.iter().map(|code| {
            let name = format!("stellwerk_commit_failures_total{{code=\"{code}\"}}");
            shown(&operators, &name)
        });
        assert!(failures.sum::<f64>() > 0.0, "{:?}", outage.codes);
    }
}

/// The log says when it began, and when it ended; after `since`, where it is told of
/// each.
fn is_logged(server: &Server, outage: &Outage<'_>, since: usize) {
    let (began, ended) = match outage.is_readable {
        true => (
            "the database takes no commits",
            "the database takes commits again",
        ),
        false => ("The database ", "the database answers again"),
    };
    let is_said = |log: &str, said: &str, codes: &[&str]| {
        log.lines().any(|line| {
            let is_code = |code: &&str| line.contains(&format!("code=\"{code}\""));
            line.contains(said) && codes.iter().any(is_code)
        })
    };
    until(began, || is_said(&server.log(), began, outage.codes));
    // What its end has cut may be the last that is met.
    let codes = [outage.codes, &["store.unavailable"]].concat();
    let since = if outage.is_readable { since } else { 0 };
    until(ended, || is_said(&server.log()[since..], ended, &codes));
}

/// What a series shows; 0 where it is not there.
fn shown(operators: &Client, name: &str) -> f64 {
    let answer = operators.get("/metrics");
    let shown = series(answer.body.as_str().expect("text"));
    shown.get(name).copied().unwrap_or_default()
}

/// Leads before, in and after an outage: each is there once.
fn passes(server: &Server, outage: Outage<'_>) {
    let maker = server.manufacturer();
    let before = leads(server);
    for number in 0..3 {
        let sent = send(maker, &format!("before-{before}-{number}"));
        assert_eq!(sent.status, 201, "{sent:?}");
    }
    assert!(is_ready(server));
    let since = server.log().len();
    (outage.begin)();
    // What is still in the middle of something may be answered otherwise.
    let first = format!("first-{before}");
    until("the outage is told", || {
        outage.codes.contains(&send(maker, &first).code())
    });
    std::thread::scope(|scope| {
        for number in 0..REFUSED {
            scope.spawn(move || {
                let refused = send(maker, &format!("while-{before}-{number}"));
                said_with_retry(&refused, outage.codes);
            });
        }
    });
    let told = ready(server);
    said_with_retry(&told, outage.codes);
    assert!(!told.text("/detail").is_empty(), "{told:?}");
    assert_eq!(maker.get("/health/live").status, 200);
    is_watched(server, &outage);
    (outage.end)();
    until("the server is ready again", || is_ready(server));
    until("whoever watches sees it", || {
        shown(&server.operators(), REACHABLE) == 1.0
    });
    is_logged(server, &outage, since);
    let mut names: Vec<String> = (0..REFUSED)
        .map(|number| format!("while-{before}-{number}"))
        .collect();
    names.push(first);
    for name in &names {
        let (sent, again) = (send(maker, name), send(maker, name));
        assert_eq!(sent.status, 201, "{sent:?}");
        assert_eq!(sent.body, again.body);
    }
    assert_eq!(leads(server), before + 3 + names.len());
}

#[test]
fn a_file_that_is_full_or_fails_or_is_locked_or_taken_away_loses_nothing() {
    let disk = SmallDisk::new(DISK_MEGABYTES);
    let folder = tempfile::tempdir().expect("a folder");
    let on_disk = disk.as_ref().map_or(folder.path(), SmallDisk::path);
    let data = on_disk.join("data");
    let database = Database::Sqlite(data.clone());
    let server = Server::start_with(STELLWERK, database, &contract(2, 1), &IMPATIENT);
    if let Some(disk) = &disk {
        passes(
            &server,
            Outage {
                codes: &["store.full"],
                is_readable: true,
                begin: &mut || disk.fill(),
                end: &mut || disk.free(),
            },
        );
    }
    passes(
        &server,
        Outage {
            codes: &["store.io"],
            is_readable: true,
            begin: &mut || server.let_write(false),
            end: &mut || server.let_write(true),
        },
    );
    let (file, aside) = (data.join("stellwerk.db"), data.join("aside"));
    let held = RefCell::new(None);
    passes(
        &server,
        Outage {
            codes: &["store.locked"],
            is_readable: true,
            begin: &mut || *held.borrow_mut() = Some(Lock::take(&file)),
            end: &mut || held.take().expect("a lock").give_back(),
        },
    );
    passes(
        &server,
        Outage {
            codes: &["store.unavailable"],
            is_readable: false,
            begin: &mut || std::fs::rename(&file, &aside).expect("the file is moved"),
            end: &mut || std::fs::rename(&aside, &file).expect("the file is moved back"),
        },
    );
}

/// A server that reaches a PostgreSQL of its own through a way that can be shut.
struct World {
    // Ends first.
    server: Server,
    proxy: Proxy,
    postgres: Postgres,
    /// Of the database.
    name: String,
}

impl World {
    /// None where PostgreSQL's programs are missing.
    fn new(settings: &[(&'static str, &'static str)]) -> Option<Self> {
        let postgres = Postgres::new()?;
        let name = postgres.database();
        let proxy = Proxy::to(&postgres.socket_file());
        let database = Database::Postgres(proxy.url(&name));
        let server = Server::start_with(STELLWERK, database, &contract(2, 1), settings);
        Some(Self {
            server,
            proxy,
            postgres,
            name,
        })
    }
}

#[test]
fn a_database_that_is_gone_or_cut_off_or_read_only_loses_nothing() {
    let Some(mut world) = World::new(&IMPATIENT) else {
        return;
    };
    let (server, proxy, postgres) = (&world.server, &world.proxy, &mut world.postgres);
    let stopped = RefCell::new(postgres);
    passes(
        server,
        Outage {
            codes: &["store.unavailable"],
            is_readable: false,
            begin: &mut || stopped.borrow_mut().stop(),
            end: &mut || stopped.borrow_mut().start(),
        },
    );
    passes(
        server,
        Outage {
            codes: &["store.unavailable"],
            is_readable: false,
            begin: &mut || proxy.refuse(),
            end: &mut || proxy.pass(),
        },
    );
    // Connections that nobody answers on, and nobody ends.
    passes(
        server,
        Outage {
            // Or no connection is free, since others wait on theirs.
            codes: &["store.slow", "store.unavailable"],
            is_readable: false,
            begin: &mut || proxy.hold(),
            end: &mut || proxy.pass(),
        },
    );
    let read_only = |is: &str| {
        let setting = format!("default_transaction_read_only = {is}");
        let statement = format!("ALTER DATABASE {} SET {setting}", world.name);
        stopped.borrow().manage(&statement);
        // For the connections that are made from now on.
        proxy.cut();
    };
    passes(
        server,
        Outage {
            codes: &["store.read-only"],
            is_readable: true,
            begin: &mut || read_only("on"),
            end: &mut || read_only("off"),
        },
    );
}

#[test]
fn a_full_disk_of_postgresql_loses_nothing() {
    let Some(disk) = SmallDisk::new(POSTGRES_MEGABYTES) else {
        return;
    };
    let Some(postgres) = Postgres::on(&disk) else {
        return;
    };
    let database = Database::Postgres(postgres.url(&postgres.database()));
    let server = Server::start_with(STELLWERK, database, &contract(2, 1), &IMPATIENT);
    let maker = server.manufacturer();
    // Its log has a file with room, so that tables meet the full disk first: where
    // the log does, PostgreSQL itself goes down, and is gone for us.
    postgres.manage("SELECT pg_switch_wal()");
    postgres.manage("CHECKPOINT");
    disk.fill();
    // Pages that are there may have room for some.
    let mut taken: Vec<(String, Answer)> = Vec::new();
    let mut refused = None;
    until("the disk is told to be full", || {
        let name = format!("lead-{}", taken.len());
        let sent = send(maker, &name);
        match sent.status {
            201 => taken.push((name, sent)),
            _ => {
                said_with_retry(&sent, &["store.full"]);
                refused = Some(name);
            }
        }
        refused.is_some()
    });
    let said = "the database takes no commits: The disk of the database is full";
    until("the log says so", || server.log().contains(said));
    assert_eq!(leads(&server), taken.len(), "what is there can be read");
    disk.free();
    until("the server is ready again", || is_ready(&server));
    let refused = refused.expect("a lead that was refused");
    assert_eq!(send(maker, &refused).status, 201);
    for (name, answer) in &taken {
        assert_eq!(send(maker, name).body, answer.body);
    }
    assert_eq!(leads(&server), taken.len() + 1);
}

#[test]
fn a_database_that_is_slow_is_told_and_does_what_it_was_asked_once() {
    let Some(world) = World::new(&[("STELLWERK_HTTP_REQUEST_SECONDS_MAX", "6")]) else {
        return;
    };
    let (server, proxy) = (&world.server, &world.proxy);
    let maker = server.manufacturer();
    assert_eq!(send(maker, "before").status, 201);
    // Every statement takes five seconds.
    proxy.delay(Duration::from_secs(5));
    let slow = send(maker, "slow");
    said_with_retry(&slow, &["request.too-slow"]);
    said_with_retry(&ready(server), &["store.slow"]);
    proxy.pass();
    until("the server is ready again", || is_ready(server));
    until("the request is done in time", || {
        send(maker, "slow").status == 201
    });
    assert_eq!(leads(server), 2);
    // A single hitch of five seconds is waited for.
    let held = Instant::now();
    proxy.hold();
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| send(maker, "hitch"));
        until("five seconds have passed", || {
            held.elapsed() > Duration::from_secs(5)
        });
        proxy.pass();
        assert_eq!(sent.join().expect("an answer").status, 201);
    });
    assert_eq!(leads(server), 3);
}

#[test]
fn a_commit_that_is_cut_in_the_middle_is_done_once() {
    let Some(world) = World::new(&IMPATIENT) else {
        return;
    };
    let (server, proxy) = (&world.server, &world.proxy);
    let maker = server.manufacturer();
    for (what, name) in [
        (AtCommit::CutBefore, "before"),
        (AtCommit::CutAfter, "after"),
    ] {
        let leads_before = leads(server);
        proxy.at_commit(what);
        // Without a key nobody can find out for the caller.
        let unsure = maker.post("/api/v1/leads", &lead(&format!("without-{name}")));
        said_with_retry(&unsure, &["store.unknown"]);
        assert!(unsure.text("/detail").contains("Idempotency-Key"));
        let done = usize::from(what == AtCommit::CutAfter);
        assert_eq!(leads(server), leads_before + done, "{what:?}");
        // With one the next try does, and so may this one.
        proxy.at_commit(what);
        let first = send(maker, name);
        proxy.await_commit();
        match what {
            AtCommit::CutAfter => assert_eq!(first.status, 201, "{first:?}"),
            _ => said_with_retry(&first, &["store.unknown"]),
        }
        let (again, once_more) = (send(maker, name), send(maker, name));
        assert_eq!(again.status, 201, "{again:?}");
        assert_eq!(again.body, once_more.body);
        assert_eq!(leads(server), leads_before + done + 1, "{what:?}");
    }
    // Nobody can be asked either, so the caller is told as it is.
    let leads_before = leads(server);
    proxy.at_commit(AtCommit::LoseAfter);
    said_with_retry(&send(maker, "lost"), &["store.unknown"]);
    proxy.pass();
    until("the server is ready again", || is_ready(server));
    assert_eq!(leads(server), leads_before + 1, "it is there");
    assert_eq!(send(maker, "lost").status, 201);
    assert_eq!(leads(server), leads_before + 1);
}
