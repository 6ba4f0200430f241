//! Whatever was decided comes out the same when it is asked again, beside the running
//! server; what was altered in the database does not, and is named.

use std::process::Output;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Client, Database, Server, alter_receipt, contract, lead, on_both_databases, partner_code, until,
};

/// Every function is asked once or more: assess, rank, escalate, admit, award.
const LEADS: usize = 4;

fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        "\n[bindings.\"compensation/commission\"]\nplugin = \"compensation-flat-split\"\n",
    );
    file
}

fn won(maker: &Client, partner: &Client, mark: &str) {
    let received = maker.post("/api/v1/leads", &lead(mark));
    assert_eq!(received.status, 201, "{received:?}");
    let offers = partner.get("/api/v1/offers");
    let path = format!("/api/v1/offers/{}/claim", offers.text("/offers/0/id"));
    let claimed = partner.post(&path, &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
    let path = format!("/api/v1/leads/{}/outcome", claimed.text("/id"));
    let outcome = partner.post(&path, &json!({ "result": "won", "value": 2_000_000 }));
    assert_eq!(outcome.status, 200, "{outcome:?}");
}

/// A server with leads that were won and paid.
fn busy(database: Database) -> Server {
    let server = Server::start(STELLWERK, database, &paying());
    let partner = server.partner(&partner_code(1));
    for number in 0..LEADS {
        won(server.manufacturer(), &partner, &number.to_string());
    }
    until("everything is paid", || {
        let paid = "lane WHERE leased_until = 0 AND position = (SELECT max(position) FROM event)";
        server.database().count(paid) == 1
    });
    server
}

fn replay(server: &Server, arguments: &[&str]) -> Output {
    let mut command = server.database().command(STELLWERK);
    command.args(["replay", "--output", "json"]).args(arguments);
    command.output().expect("the binary runs")
}

fn replayed(server: &Server, arguments: &[&str], code: i32) -> Value {
    let output = replay(server, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    serde_json::from_slice(&output.stdout).expect("a JSON document")
}

/// A decision of that function.
fn one(server: &Server, function: &str) -> String {
    let from = format!("decision WHERE function = '{function}' ORDER BY id LIMIT 1");
    let [[id]] = server
        .database()
        .rows(["id"], &from)
        .try_into()
        .unwrap_or_default();
    id.expect("a decision")
}

/// Each names the one that it follows from.
fn chains(database: &Database) -> u64 {
    database.count(
        "decision award \
         JOIN decision admit ON admit.id = award.follows AND admit.function = 'admit' \
         JOIN decision ranked ON ranked.id = admit.follows AND ranked.function = 'rank' \
         JOIN decision assess ON assess.id = ranked.follows AND assess.function = 'assess' \
         WHERE award.function = 'award'",
    )
}

#[test]
fn everything_comes_out_the_same_and_what_was_altered_is_named() {
    on_both_databases(|database| {
        let server = busy(database);
        assert_eq!(chains(server.database()), LEADS as u64, "one a claim");
        let decisions = server.database().count("decision");
        let all = replayed(&server, &["--all"], 0);
        assert_eq!(
            all["verdicts"],
            json!({ "same": all["decisions"] }),
            "{all}"
        );
        assert!(all["decisions"].as_u64() >= Some(decisions), "{all}");
        assert_eq!(
            replayed(&server, &["--all", "--contract", "pumps"], 0)["holds"],
            true
        );
        let none = replayed(&server, &["--since", "2999-01-01T00:00:00Z"], 0);
        assert_eq!(none["decisions"], 0);

        let [ranked, assessed, admitted] = ["rank", "assess", "admit"].map(|of| one(&server, of));
        assert_eq!(
            replayed(&server, &[&ranked], 0)["verdicts"],
            json!({ "same": 1 })
        );
        let maker = server.manufacturer();
        let asked = |id: &str| maker.get(&format!("/api/v1/decisions/{id}/replay"));
        assert_eq!(asked(&ranked).body["verdict"], "same");

        let alter = |set: &str, id: &str| {
            let statement = format!("UPDATE decision SET {set} WHERE id = '{id}'");
            server.database().execute(&statement);
        };
        alter("fuel = fuel + 1", &ranked);
        alter_receipt(server.database(), &assessed, |[made, question, _]| {
            [made, question.clone(), question]
        });
        alter("outcome = 'host.deadline'", &admitted);
        assert_eq!(asked(&ranked).body["parts"], json!(["fuel"]));
        let all = replayed(&server, &["--all"], 11);
        assert_eq!(all["holds"], false);
        assert_eq!(all["verdicts"]["differs"], 2);
        assert_eq!(all["verdicts"]["not-reproducible"], 1);
        let mut named: Vec<&Value> = all["differing"].as_array().expect("both").iter().collect();
        named.sort_by_key(|one| one["parts"][0].as_str().map(str::to_owned));
        assert_eq!(named[0], &json!({ "decision": ranked, "parts": ["fuel"] }));
        assert_eq!(
            named[1],
            &json!({ "decision": assessed, "parts": ["output"] })
        );
    });
}

#[test]
fn everybody_is_told_why_as_far_as_it_concerns_them() {
    on_both_databases(|database| {
        // Only the first of two is asked first, and one is farther away.
        let mut file = paying().replace("first = 2", "first = 1");
        for (postcode, latitude, longitude) in [("20095", 53.55, 10.0), ("14467", 52.4, 13.06)] {
            // The last partner that is still where the lead is.
            let place = file.rfind("10115").expect("where a partner is");
            file.replace_range(place..place + postcode.len(), postcode);
            file.push_str(&format!(
                "\n[[places]]\ncountry = \"DE\"\npostcode = \"{postcode}\"\n\
                 latitude = {latitude}\nlongitude = {longitude}\n"
            ));
        }
        let server = Server::start(STELLWERK, database, &file);
        let maker = server.manufacturer();
        let received = maker.post("/api/v1/leads", &lead("a"));
        assert_eq!(received.status, 201, "{received:?}");
        let ranked = one(&server, "rank");
        let path = format!("/api/v1/decisions/{ranked}/explanation");
        let all = maker.get(&path);
        let candidates = all.body["why"]["candidates"].as_array().expect("both");
        let [first, second] = [0, 1].map(|place| candidates[place]["partner"].as_str());
        let (first, second) = (first.expect("a code"), second.expect("a code"));

        let of = |code: &str| maker.get(&format!("{path}?partner={code}&language=de"));
        assert_eq!(of(first).body["otherwise"]["is-asked"], true);
        let otherwise = of(second).body["otherwise"].clone();
        assert_eq!(otherwise["is-asked"], false, "{otherwise}");
        let changes = otherwise["changes"].as_array().cloned().unwrap_or_default();
        let nearer = changes
            .iter()
            .find(|change| change["column"] == "distance-km");
        let more = nearer.map(|change| &change["more"]);
        assert_eq!(more, Some(&json!(false)), "{otherwise}");
        let sentence = otherwise["sentences"][0].as_str().expect("a sentence");
        assert!(sentence.contains("gefragt worden"), "{sentence}");
        let nobody = of("nobody");
        assert_eq!((nobody.status, nobody.code()), (404, "not-found"));

        let own = server.partner(second).get(&path);
        let seen = own.body["why"]["candidates"].as_array().expect("itself");
        assert_eq!((own.status, seen.len()), (200, 1), "{own:?}");
        assert!(!own.all_text().contains(first), "{own:?}");
        assert!(
            own.body["otherwise"]["changes"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        );
        let other = server
            .partner(second)
            .get(&format!("{path}?partner={first}"));
        assert_eq!(other.status, 404);
        // What was asked about others is not its business.
        let assessed = one(&server, "assess");
        let path = format!("/api/v1/decisions/{assessed}/explanation");
        assert_eq!(server.partner(second).get(&path).status, 404);

        let explained = server
            .database()
            .run(STELLWERK, &["explain", &ranked, "--partner", second]);
        assert!(
            explained.contains(&format!("{second} would have been asked")),
            "{explained}"
        );
    });
}

#[test]
fn what_cannot_be_asked_again_is_told_with_what_is_missing() {
    on_both_databases(|database| {
        let server = busy(database);
        let statement = "UPDATE plugin SET digest = 'gone' WHERE kind = 'compensation'";
        server.database().execute(statement);
        let awards = server.database().count("decision WHERE function = 'award'");
        let all = replayed(&server, &["--all"], 11);
        assert_eq!(all["verdicts"]["missing"], awards, "{all}");
        let missing = all["missing"].as_object().expect("what is missing");
        let (what, count) = missing.iter().next().expect("one thing");
        assert!(
            what.starts_with("the component compensation-flat-split@0.1.0 ("),
            "{what}"
        );
        assert!(what.contains(") is not stored"), "{what}");
        assert_eq!(*count, json!(awards));

        let unknown = replay(&server, &["00000000-0000-7000-8000-000000000000"]);
        assert_eq!(unknown.status.code(), Some(10));
    });
}

#[test]
fn a_server_finds_by_itself_that_a_record_was_altered() {
    on_both_databases(|database| {
        let server = busy(database);
        for [id] in server.database().rows(["id"], "decision") {
            let id = id.expect("an identifier");
            alter_receipt(server.database(), &id, |[made, question, answer]| {
                let mut made: Value = serde_json::from_slice(&made).expect("who made it");
                made["log"] = json!(["never said"]);
                [made.to_string().into_bytes(), question, answer]
            });
        }
        let maker = server.manufacturer();
        let told = || {
            let feed = maker.get("/api/v1/events?limit=1000");
            let events = feed.body["events"].as_array().cloned().unwrap_or_default();
            let mut events = events.into_iter();
            events.find(|event| event["code"] == "not-reproduced")
        };
        until("it is told in the feed", || told().is_some());
        let event = told().expect("the event");
        assert_eq!(event["attributes"]["parts"], "log");
        let id = event["attributes"]["decision"]
            .as_str()
            .expect("the decision");
        assert_eq!(maker.get(&format!("/api/v1/decisions/{id}")).status, 200);
    });
}
