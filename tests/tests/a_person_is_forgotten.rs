//! A person is forgotten: name, contact and what people wrote go from everywhere, the
//! database's files and the server's log included; money, figures and proofs stay.

use std::path::Path;
use std::process::Output;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Answer, Client, Database, Server, consistency, contract, on_both_databases, partner_code,
    postgres_program, until,
};

/// Everything that the program itself says, statements of the database included.
const TALKATIVE: [(&str, &str); 2] = [
    (
        "STELLWERK_LOG_FILTER",
        "trace,cranelift_codegen=warn,cranelift_frontend=warn,wasmtime=warn,\
         wasmtime_internal_cranelift=warn,regalloc2=warn",
    ),
    ("STELLWERK_SEALS_EVERY_MS", "20"),
];
/// In every personal field of Eva, however she writes to us, and in nobody else's.
const MARKERS: [&str; 4] = ["qwertz", "90182077", "1903-11-07", "-24162"];
const PAYS: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
"#;

/// Two partners, who are paid, and whom the other events than the host's concern too. What
/// people write is asked for, and told to whoever assesses leads.
fn terms() -> String {
    let personal = "{ name = \"birthday\", of = \"lead\", type = \"date\", personal = true },";
    let more = format!(
        "{personal}\n  {{ name = \"met\", of = \"event\", type = \"text\", personal = true }},"
    );
    let assesses = "plugin = \"qualification-mandatory-fields\"\n";
    let reads = format!("{assesses}configuration = {{ required = [\"contact/note\"] }}\n");
    contract(2, 2)
        .replace(personal, &more)
        .replace("[terms]\n", "[terms]\nfree-text = true\n")
        .replace(assesses, &reads)
        + PAYS
}

/// A lead of somebody, under a number of its own in the sender's books.
fn lead(number: usize, email: &str, phone: &str, note: &str) -> Value {
    json!({
        "contract": "pumps",
        "external-id": format!("{number} of {email}"),
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_500_000,
        "provenance": format!("from the fair, {note}"),
        "attributes": { "consent": true },
        "contact": {
            "name": format!("Name of {email}"),
            "email": email,
            "phone": phone,
            "company": "Alpenwerk GmbH",
            "street": format!("Street of {note}"),
            "city": "Berlin",
            "note": note,
            "attributes": if note.contains("Qwertz") { json!({ "birthday": "1903-11-07" }) } else { json!({}) },
        },
    })
}

const EVA: &str = "Eva.Qwertz@example.com";
const EVA_AT_WORK: &str = "e.qwertz@work.example.com";
const PHONE: &str = "+49 30 90182077";
const WROTE: &str = "Qwertz is at home after six, ring twice";
const MAX: &str = "max@example.com";

fn done(answer: &Answer) {
    assert!((200..300).contains(&answer.status), "{answer:?}");
}

/// The offer of a lead to a partner.
fn offer(partner: &Client, lead: &str) -> String {
    let offers = partner.get("/api/v1/offers?limit=200");
    let offers = offers.body["offers"].as_array().cloned();
    let mut offers = offers.into_iter().flatten();
    let offer = offers.find(|offer| offer["lead"] == lead);
    let offer = offer.expect("an offer of the lead");
    offer["id"].as_str().expect("an identifier").to_owned()
}

/// What there is of Eva, by its lead: won, held, and on offer; and one of Max.
struct World {
    won: String,
    held: String,
    offered: String,
    of_max: String,
}

impl World {
    fn of_eva(&self) -> [&str; 3] {
        [&self.won, &self.held, &self.offered]
    }
}

/// What happens to them; `round` tells one time from another.
fn live(server: &Server, round: usize) -> World {
    let maker = server.manufacturer();
    let [one, other] = [1, 2].map(|number| server.partner(&partner_code(number)));
    let send = |email: &str, phone: &str, note: &str| {
        let lead = lead(round, email, phone, note);
        let sent = maker.post_once("/api/v1/leads", &lead, &key(round, phone));
        assert_eq!(sent.status, 201, "{sent:?}");
        sent.text("/id").to_owned()
    };
    let world = World {
        won: send(EVA, PHONE, WROTE),
        held: send(EVA_AT_WORK, "030 90182077", WROTE),
        offered: send("eva.qwertz@EXAMPLE.com", "+49 30 222222", WROTE),
        of_max: send(MAX, "+49 30 4444444", "Max is never there"),
    };
    for lead in [&world.won, &world.held] {
        let decline = format!("/api/v1/offers/{}/decline", offer(&other, lead));
        let no = json!({ "reason": "not-for-me", "note": "I know Qwertz too well" });
        done(&other.post_once(&decline, &no, lead));
        let claim = format!("/api/v1/offers/{}/claim", offer(&one, lead));
        done(&one.post_once(&claim, &json!({}), &format!("claim-{lead}")));
        let report = format!("/api/v1/leads/{lead}/feedback");
        let note = json!({
            "code": "contacted", "note": "Qwertz wants two",
            // So long that it might be kept as what it differs by from another one.
            "attributes": { "met": "Qwertz and her sister; ".repeat(40) },
        });
        done(&one.post(&report, &note));
    }
    let outcome = format!("/api/v1/leads/{}/outcome", world.won);
    done(&one.post(&outcome, &json!({ "result": "won", "value": 2_000_000 })));
    until("the commission is booked", || {
        !postings(maker, &world.won).is_empty()
    });
    let posting = postings(maker, &world.won).remove(0);
    let dispute = format!("/api/v1/contracts/pumps/postings/{posting}/disputes");
    let complaint = json!({ "complaint": "Qwertz has paid more than that" });
    let opened = one.post_once(&dispute, &complaint, &format!("dispute-{posting}"));
    done(&opened);
    let id = opened.text("/id");
    let answer = format!("/api/v1/contracts/pumps/disputes/{id}/answer");
    let reason = json!({ "reason": "Qwertz says she has not" });
    done(&maker.post_once(&answer, &reason, &format!("answer-{posting}")));
    world
}

/// What was booked for a lead.
fn postings(maker: &Client, lead: &str) -> Vec<String> {
    let page = maker.get("/api/v1/contracts/pumps/postings?limit=1000");
    let postings = page.body["postings"].as_array().cloned();
    let postings = postings.into_iter().flatten();
    let of_lead = postings.filter(|posting| posting["lead"] == lead);
    of_lead
        .filter_map(|posting| posting["id"].as_str().map(str::to_owned))
        .collect()
}

/// An Idempotency-Key that tells of nobody.
fn key(round: usize, phone: &str) -> String {
    format!("{round}-{}", phone.len())
}

fn balances(maker: &Client) -> Vec<Value> {
    let held = maker.get("/api/v1/contracts/pumps/balances");
    held.body["balances"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Leads of an answer that lists what is, or would be, erased.
fn leads(answer: &Value) -> Vec<String> {
    let leads = answer["leads"].as_array().into_iter().flatten();
    let mut leads: Vec<String> = leads
        .filter_map(|lead| lead["id"].as_str().map(str::to_owned))
        .collect();
    leads.sort();
    leads
}

fn sorted(leads: [&str; 3]) -> Vec<String> {
    let mut leads = leads.map(str::to_owned).to_vec();
    leads.sort();
    leads
}

/// What holds one of Eva's marks.
fn traces(database: &Database) -> Vec<String> {
    let found = |(name, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let marker = MARKERS.iter().find(|marker| text.contains(**marker))?;
        let at = text.find(marker)?;
        let around: String = text[at..].chars().take(80).collect();
        Some(format!("{name}: {around}"))
    };
    database.stored().into_iter().filter_map(found).collect()
}

fn clean(database: &Database) {
    let traces = traces(database);
    assert!(traces.is_empty(), "{}", traces.join("\n"));
}

/// Everything that was recorded still proves itself; but for what was told in the words of
/// those who are forgotten, by being asked again.
fn proved(database: &Database) {
    let verified = database.run(STELLWERK, &["audit", "verify", "--output", "json"]);
    let verified: Value = serde_json::from_str(&verified).expect("JSON");
    assert_eq!(verified["is-sound"], true, "{verified:#}");
    let replayed = database.run(STELLWERK, &["replay", "--all", "--output", "json"]);
    let replayed: Value = serde_json::from_str(&replayed).expect("JSON");
    let of = |verdict: &str| replayed["verdicts"][verdict].as_u64().unwrap_or(0);
    let decisions = replayed["decisions"].as_u64();
    assert_eq!(decisions, Some(of("same") + of("erased")), "{replayed:#}");
    assert_eq!(of("erased"), told_and_erased(database), "{replayed:#}");
    assert!(of("erased") > 0 && of("same") > 10, "{replayed:#}");
    let wrong = consistency::contradictions(database);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How often it was asked whether a lead is worth it of which nobody is known any more.
fn told_and_erased(database: &Database) -> u64 {
    let erased = "lead IN (SELECT id FROM lead WHERE state = 'erased')";
    database.count(&format!("decision WHERE function = 'assess' AND {erased}"))
}

/// How often each lead was erased, by the feed.
fn erased(maker: &Client) -> Vec<String> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let page = maker.get(&format!("/api/v1/events?after={after}&limit=1000"));
        let events = page.body["events"].as_array().cloned().unwrap_or_default();
        let Some(last) = events.last() else { break };
        after = last["position"].as_i64().expect("a position");
        let codes = events.iter().filter(|event| event["code"] == "lead.erased");
        found.extend(codes.filter_map(|event| event["lead"].as_str().map(str::to_owned)));
    }
    found.sort();
    found
}

#[test]
fn a_person_is_forgotten_and_everything_is_still_proved() {
    on_both_databases(|database| {
        let mut server = Server::start_with(STELLWERK, database, &terms(), &TALKATIVE);
        let maker = server.manufacturer().clone();
        let world = live(&server, 0);
        let money = balances(&maker);
        assert!(!traces(server.database()).is_empty(), "the marks are seen");

        // Looked at first.
        let by_email = json!({ "email": " EVA.qwertz@example.com" });
        let looked = maker.post("/api/v1/erasures?dry-run=true", &by_email);
        assert_eq!(looked.body["done"], false);
        assert_eq!(leads(&looked.body), sorted(world.of_eva()));
        // By the number that two share, and from there by the address.
        let by_phone = json!({ "phone": "030 90182077" });
        let exactly = json!({ "phone": "030 90182077", "exactly": true });
        let looked = maker.post("/api/v1/erasures?dry-run=true", &by_phone);
        assert_eq!(leads(&looked.body), sorted(world.of_eva()));
        let looked = maker.post("/api/v1/erasures?dry-run=true", &exactly);
        assert_eq!(looked.body["leads"].as_array().map(Vec::len), Some(2));
        assert_eq!(erased(&maker), Vec::<String>::new());

        let gone = maker.post("/api/v1/erasures", &by_email);
        assert_eq!(gone.status, 200, "{gone:?}");
        assert_eq!(leads(&gone.body), sorted(world.of_eva()));
        assert_eq!(gone.body["wiped"], true, "{gone:?}");
        clean(server.database());
        assert_eq!(erased(&maker), sorted(world.of_eva()));
        forgotten(&server, &world);
        assert_eq!(balances(&maker), money, "money stays as it is");
        let again = maker.post("/api/v1/erasures", &by_email);
        assert_eq!(leads(&again.body), Vec::<String>::new());

        server.stop();
        let log = server.log().to_lowercase();
        assert!(log.contains("sqlx"), "the log is as talkative as it can be");
        let marked = MARKERS.iter().find(|marker| log.contains(**marker));
        assert_eq!(marked, None);
        clean(server.database());
        proved(server.database());
    });
}

/// What is left of Eva's leads, and what nobody can do with them any more.
fn forgotten(server: &Server, world: &World) {
    let maker = server.manufacturer();
    let [one, other] = [1, 2].map(|number| server.partner(&partner_code(number)));
    for id in world.of_eva() {
        let lead = maker.get(&format!("/api/v1/leads/{id}"));
        assert_eq!(lead.text("/state"), "erased", "{lead:?}");
        assert_eq!(lead.body["contact"]["name"], Value::Null);
        assert_eq!(lead.body["holder"], Value::Null);
        assert_eq!(lead.text("/postcode"), "10115");
        let change = json!({ "contact": { "name": "Qwertz" } });
        let path = format!("/api/v1/leads/{id}");
        assert_eq!(maker.patch(&path, &change).status, 409);
        for partner in [&one, &other] {
            let offers = partner.get("/api/v1/offers").body.to_string();
            assert!(!offers.contains(id), "{offers}");
            let claims = partner.get("/api/v1/claims").body.to_string();
            assert!(!claims.contains(id), "{claims}");
        }
    }
    let report = format!("/api/v1/leads/{}/feedback", world.held);
    let refused = one.post(&report, &json!({ "code": "contacted" }));
    assert_eq!(refused.status, 409, "{refused:?}");
    // It was done, and is not done again.
    let sent = maker.post_once("/api/v1/leads", &lead(0, EVA, PHONE, WROTE), &key(0, PHONE));
    assert_eq!((sent.status, sent.code()), (410, "idempotency.erased"));
    let search = json!({ "contract": "pumps", "email": EVA, "phone": PHONE });
    let found = maker.post("/api/v1/leads/search", &search);
    assert_eq!(found.body["leads"], json!([]));
    // Whoever works at the same place stays.
    let max = maker.get(&format!("/api/v1/leads/{}", world.of_max));
    assert_eq!(max.text("/contact/email"), MAX);
}

#[test]
fn an_erasure_that_is_killed_is_done_whole_or_done_again() {
    on_both_databases(|database| {
        let mut server = Server::start_with(STELLWERK, database, &terms(), &TALKATIVE[1..]);
        for round in 0..6 {
            let world = live(&server, round);
            let before = erased(server.manufacturer());
            // Now right after it was asked for, now when it is committed and the files
            // are not cleaned yet.
            let asker = server.manufacturer().clone();
            let asking = std::thread::spawn(move || {
                let body = json!({ "email": EVA }).to_string();
                asker.try_to_ask("POST", "/api/v1/erasures", &[], body.into())
            });
            if round % 2 == 0 {
                let kept = server.database().clone();
                until("it is committed", || {
                    kept.count("erasure") > before.len() as u64
                });
            }
            server.crash();
            let _unanswered = asking.join().expect("it ends");
            let maker = server.manufacturer();
            let whole = erased(maker).len() - before.len();
            assert!(whole == 0 || whole == 3, "{whole} of 3 are erased");
            let again = maker.post("/api/v1/erasures", &json!({ "email": EVA }));
            assert_eq!(again.body["wiped"], true, "{again:?}");
            assert_eq!(leads(&again.body).len() + whole, 3, "{again:?}");
            let mut expected = before;
            expected.extend(world.of_eva().map(str::to_owned));
            expected.sort();
            assert_eq!(erased(maker), expected, "each is erased once");
            clean(server.database());
        }
        server.stop();
        proved(server.database());
    });
}

/// Runs the command on the data.
fn erase(database: &Database, arguments: &[&str]) -> Output {
    let mut command = database.command(STELLWERK);
    let output = command.arg("erase").args(arguments).output();
    output.expect("the binary runs")
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{error}");
    text.into_owned()
}

#[test]
fn a_command_forgets_a_person_in_data_and_in_files_of_rejects() {
    on_both_databases(|database| {
        let mut server = Server::start_with(STELLWERK, database, &terms(), &[]);
        live(&server, 0);
        server.stop();
        let database = server.database();
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let rows = "id,email,country\n\
            bad-1,eva.qwertz@example.com,Germany\n\
            bad-2,max@example.com,Germany\n";
        std::fs::write(path("leads.csv"), rows).expect("a file");
        let mapping =
            "[fields]\nexternal-id = \"id\"\ncontact.email = \"email\"\ncountry = \"country\"\n";
        std::fs::write(path("leads.toml"), mapping).expect("a mapping");
        let import = ["import", "leads", &path("leads.csv"), "--contract", "pumps"];
        database.run(
            STELLWERK,
            &[&import[..], &["--mapping", &path("leads.toml")]].concat(),
        );
        let rejects = path("leads.csv.rejects.csv");
        let read = || std::fs::read_to_string(&rejects).expect("a file of rejects");
        assert!(read().contains("qwertz"), "{}", read());

        let looked = erase(database, &["--email", EVA, "--rejects", &rejects]);
        let looked = said(&looked);
        assert!(looked.contains("3 leads; nothing was erased"), "{looked}");
        assert!(looked.contains("1 rows of rejects found"), "{looked}");
        assert!(read().contains("qwertz"));
        let gone = erase(database, &["--email", EVA, "--rejects", &rejects, "--yes"]);
        let gone = said(&gone);
        assert!(gone.ends_with("3 leads erased\n"), "{gone}");
        clean(database);
        assert!(!read().contains("qwertz"), "{}", read());
        assert!(read().contains("max@example.com"), "{}", read());

        let again = said(&erase(database, &["--email", EVA, "--yes"]));
        assert_eq!(again.trim(), "no lead here is this person's");
        let unknown = erase(database, &["--lead", "nobody", "--yes"]);
        assert_eq!(unknown.status.code(), Some(10));
        let no_address = erase(database, &["--email", "eva", "--yes"]);
        assert_eq!(no_address.status.code(), Some(3));
        proved(database);
    });
}

/// A setting that lasts as long as the test.
fn listing(path: &Path) -> [(&'static str, &'static str); 1] {
    let path = path.display().to_string();
    [("STELLWERK_ERASURES", Box::leak(path.into_boxed_str()))]
}

/// A database as it is now, in another one.
fn copied(url: &str) -> Database {
    let folder = tempfile::tempdir().expect("a folder");
    let dump = folder.path().join("dump").display().to_string();
    let to = stellwerk_tests::postgres().expect("another database");
    for (program, arguments) in [
        ("pg_dump", ["--format=custom", "--file", &dump, url]),
        ("pg_restore", ["--no-owner", "--dbname", &to, &dump]),
    ] {
        let output = postgres_program(program).args(arguments).output();
        assert!(output.expect("it runs").status.success(), "{program}");
    }
    Database::Postgres(to)
}

#[test]
fn whoever_comes_back_with_a_backup_is_forgotten_again() {
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let (list, backup) = (path("erasures"), path("backup"));
        let mut server = Server::start_with(STELLWERK, database, &terms(), &listing(&list));
        let world = live(&server, 0);
        let (taken, backup) = (server.database().clone(), backup.display().to_string());
        let before = match &taken {
            Database::Sqlite(_) => {
                taken.run(STELLWERK, &["backup", &backup]);
                None
            }
            Database::Postgres(url) => Some(copied(url)),
        };
        let by_email = json!({ "email": EVA });
        done(&server.manufacturer().post("/api/v1/erasures", &by_email));
        let listed = std::fs::read_to_string(&list).expect("a list");
        let in_it = |lead: &&str| listed.contains(*lead);
        assert!(world.of_eva().iter().all(in_it), "{listed}");
        assert_eq!(listed.lines().count(), 3);
        server.stop();

        // The server that comes up on the backup has erased them before it is ready.
        let back = match before {
            Some(copy) => copy,
            None => {
                let restored = Database::Sqlite(path("restored"));
                let said = restored.run(STELLWERK, &["restore", &backup]);
                assert!(said.contains("there is no list of erasures"), "{said}");
                restored
            }
        };
        assert!(!traces(&back).is_empty(), "they are back");
        let mut server = server.beside_on(back);
        let maker = server.manufacturer();
        assert_eq!(erased(maker), sorted(world.of_eva()));
        forgotten(&server, &world);
        server.stop();
        clean(server.database());
        proved(server.database());

        // Nobody else ever met them where the list was named.
        if let Database::Sqlite(_) = taken {
            let other = Database::Sqlite(path("other"));
            let list = list.display().to_string();
            let said = other.run(STELLWERK, &["restore", &backup, "--erasures", &list]);
            assert!(said.contains("erased  3 leads again"), "{said}");
            clean(&other);
            let own = std::fs::read_to_string(path("other").join("erasures"));
            assert_eq!(own.expect("a list").lines().count(), 3);
            let missing = ["restore", &backup, "--erasures", "nowhere"];
            let mut command = Database::Sqlite(path("none")).command(STELLWERK);
            let output = command.args(missing).output().expect("it runs");
            assert_eq!(output.status.code(), Some(3));
            assert!(!path("none").exists(), "nothing was restored");
        }
    });
}

/// What `erase --due` shows.
fn due(database: &Database, days: &str) -> Vec<String> {
    let shown = erase(database, &["--due", "--within", days, "--output", "json"]);
    leads(&serde_json::from_str(&said(&shown)).expect("JSON"))
}

#[test]
fn whose_time_is_over_is_shown_and_forgotten() {
    on_both_databases(|database| {
        let keeping = |days: u32| {
            let line = format!("retention-days = {days}\ncountry = \"DE\"\nlevels");
            terms().replace("country = \"DE\"\nlevels", &line)
        };
        let mut server = Server::start_with(STELLWERK, database, &keeping(10), &[]);
        let world = live(&server, 0);
        let database = server.database().clone();
        let won = [world.won.clone()];
        assert_eq!(due(&database, "9"), Vec::<String>::new());
        assert_eq!(due(&database, "11"), won);
        let by_request = server.manufacturer().get("/api/v1/erasures?within-days=11");
        assert_eq!(leads(&by_request.body), won);
        // Ten days later; but the terms are of today.
        let past = "ended_at = ended_at - 864000000000";
        database.execute(&format!("UPDATE lead SET {past} WHERE state = 'won'"));
        assert_eq!(due(&database, "0"), Vec::<String>::new());
        assert_eq!(due(&database, "2"), won);
        server.crash();
        assert_eq!(erased(server.manufacturer()), Vec::<String>::new());
        database.execute("UPDATE terms SET created_at = created_at - 86400000000");
        server.crash();
        let maker = server.manufacturer();
        until("it is forgotten", || erased(maker) == won);
        until("its traces are gone", || {
            database.count("erasure WHERE wiped = 1") == 1
        });
        let lead = maker.get(&format!("/api/v1/leads/{}", world.won));
        assert_eq!(lead.body["contact"]["name"], Value::Null);
        // The same person's other leads go on.
        let lead = maker.get(&format!("/api/v1/leads/{}", world.held));
        assert_eq!(lead.text("/contact/email"), EVA_AT_WORK);
        assert_eq!(due(&database, "0"), Vec::<String>::new());
        server.stop();
        proved(&database);
    });
}

/// What is kept of somebody, as it is told in a language.
fn told(database: &Database, of: &str, more: &[&str]) -> String {
    let mut command = database.command(STELLWERK);
    let asked = ["export", "--person", "--email", of];
    let output = command.args(asked).args(more).output();
    said(&output.expect("the binary runs"))
}

#[test]
fn a_person_is_told_what_is_kept() {
    on_both_databases(|database| {
        let server = Server::start_with(STELLWERK, database, &terms(), &[]);
        let world = live(&server, 0);
        let database = server.database();
        let english = told(database, EVA, &[]);
        for part in [
            EVA,
            EVA_AT_WORK,
            PHONE,
            WROTE,
            "birthday: 1903-11-07",
            "not for this partner; note: I know Qwertz too well",
            "Qwertz wants two",
            "met: Qwertz and her sister",
            "business came of it, Partner 1",
            "complaint: Qwertz has paid more than that; answer: Qwertz says she has not",
            "Is it worth a partner's time?",
            "company and postcode, e-mail address, phone",
        ] {
            assert!(english.contains(part), "{part}:\n{english}");
        }
        for id in world.of_eva() {
            assert!(english.contains(&format!("\nRequest {id}\n")), "{english}");
        }
        assert!(!english.contains(MAX), "{english}");
        let german = told(database, EVA, &["--language", "de"]);
        assert!(german.contains("Was über Sie gespeichert ist"), "{german}");
        assert!(
            german.contains("ein Auftrag wurde daraus, Partner 1"),
            "{german}"
        );
        let json = told(database, EVA, &["--output", "json"]);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(leads(&json), sorted(world.of_eva()));
        done(
            &server
                .manufacturer()
                .post("/api/v1/erasures", &json!({ "email": EVA })),
        );
        let nothing = told(database, EVA, &[]);
        assert!(nothing.contains("Nothing is kept."), "{nothing}");
        let mut command = database.command(STELLWERK);
        let nobody = command.args(["export", "--person"]).output();
        assert_eq!(nobody.expect("it runs").status.code(), Some(2));
    });
}
