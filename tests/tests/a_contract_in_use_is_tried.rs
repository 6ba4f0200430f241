//! Other plans are tried over what has happened under a contract that is in use: the
//! trial's folder is made of it, without anything personal, and by the rules in force it
//! pays what was paid.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use stellwerk_tests::{
    Client, Server, compiled, consistency, contract, lead, on_both_databases, partner_code, until,
};

use crate::STELLWERK;

/// 3 per cent of what was won.
fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
configuration = { rate = 30000 }

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#,
    );
    file
}

/// What came in before, from the CRM: one won and called off, one lost, one nobody had.
fn import(maker: &Client) {
    let mapping = "[leads]\nwithout-history = \"wait\"\n[fields]\nexternal-id = \"id\"\n\
        received-at = \"came\"\npartner = \"by\"\nclaimed-at = \"claimed\"\noutcome = \"outcome\"\n\
        outcome-at = \"on\"\nwon-value = \"value\"\ncancelled-at = \"off\"\n\
        contact.name = \"name\"\ncustomer = \"customer\"\nprovenance = \"words\"\n";
    let (one, two) = (partner_code(1), partner_code(2));
    let content = format!(
        "id,came,by,claimed,outcome,on,value,off,name,customer,words\n\
         eva@example.com,2026-01-05,{one},2026-01-06,won,2026-01-20,10000.00,2026-03-01,Eva Muster,\
         C-Muster,Eva wrote\n\
         B,2026-01-07,{two},2026-01-08,lost,2026-02-01,,,Jan Muster,,\n\
         C,2026-01-09,,,,,,,Ute Muster,,\n\
         D,2026-01-12,{two},2026-01-13,won,2026-02-10,20000.00,,Kai Muster,C-Muster,\n"
    );
    let imported = maker.post(
        "/api/v1/imports/leads?contract=pumps",
        &json!({ "mapping": mapping, "content": content }),
    );
    assert_eq!(imported.body["imported"], 4, "{imported:?}");
}

/// One that goes its whole way here, with two care contacts.
fn work_one(server: &Server) {
    let winner = server.partner(&partner_code(1));
    let sent = server.manufacturer().post("/api/v1/leads", &lead("live"));
    assert_eq!(sent.status, 201, "{sent:?}");
    let id = sent.text("/id").to_owned();
    let offers = winner.get("/api/v1/offers");
    let offer = offers.text("/offers/0/id").to_owned();
    let claimed = winner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
    for report in ["contacted", "care-contact", "care-contact"] {
        let path = format!("/api/v1/leads/{id}/feedback");
        let reported = winner.post(&path, &json!({ "code": report }));
        assert_eq!(reported.status, 200, "{reported:?}");
    }
    let won = json!({ "result": "won", "value": 1_000_000 });
    let won = winner.post(&format!("/api/v1/leads/{id}/outcome"), &won);
    assert_eq!(won.status, 200, "{won:?}");
}

fn stellwerk(arguments: &[&str]) -> Output {
    let output = Command::new(STELLWERK)
        .args(arguments)
        .env("STELLWERK_CACHE", compiled())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

fn run(folder: &str) -> Value {
    let output = stellwerk(&["--output", "json", "trial", "run", folder]);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn component(result: &Value, plan: usize, name: &str) -> i64 {
    let sums = result["plans"][plan]["components"].as_array().unwrap();
    let sum = sums.iter().find(|sum| sum["of"] == name);
    sum.and_then(|sum| sum["amount"].as_i64()).unwrap_or(0)
}

/// What the live ledger has of a component.
fn paid(maker: &Client, component: &str) -> i64 {
    let page = maker.get("/api/v1/contracts/pumps/postings");
    let postings = page.body["postings"].as_array().unwrap();
    postings
        .iter()
        .filter(|posting| posting["component"] == component && posting["unit"] == "money")
        .map(|posting| posting["amount"].as_i64().unwrap())
        .sum()
}

fn everything_in(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.push_str(&match path.is_dir() {
            true => everything_in(&path),
            false => String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned(),
        });
    }
    all
}

#[test]
fn a_folder_is_made_of_it_and_pays_what_was_paid() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        import(server.manufacturer());
        work_one(&server);
        until("all is paid", || consistency::is_level(server.database()));
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("trial").display().to_string();
        // While its server runs.
        let said = server.run(&["trial", "new", &folder, "--contract", "pumps"]);
        assert!(said.contains("of 5 leads and 0 measures"), "{said}");
        assert!(
            said.contains("do not tell of 1 reports after the first"),
            "{said}"
        );
        let all = everything_in(Path::new(&folder));
        for personal in ["Muster", "example.com", "Eva wrote"] {
            assert!(!all.contains(personal), "{personal} is in the files");
        }
        assert!(all.contains("customer-1"), "customers have no name there");

        let result = run(&folder);
        let commission = paid(server.manufacturer(), "commission");
        assert_eq!(commission, 60_000 + 30_000);
        assert_eq!(component(&result, 0, "commission"), commission);
        // A plan that nobody has changed pays the same.
        assert_eq!(result["plans"][1]["plan"], "other");
        assert_eq!(result["plans"][1]["difference"], 0);

        // And one that is changed, what it says.
        let plan = format!("{folder}/plans/other.toml");
        let text = std::fs::read_to_string(&plan).unwrap();
        assert!(text.contains("rate = 30000"), "{text}");
        std::fs::write(&plan, text.replace("rate = 30000", "rate = 60000")).unwrap();
        let doubled = run(&folder);
        assert_eq!(component(&doubled, 1, "commission"), 2 * commission);
    });
}

/// What was paid, and by how much a plan differs from it.
fn against_paid(result: &Value, plan: usize) -> (i64, i64, u64) {
    let against = &result["against-paid"][plan];
    let number = |name: &str| against[name].as_i64().unwrap();
    let otherwise = against["leads-paid-otherwise"].as_u64().unwrap();
    (number("was-paid"), number("difference"), otherwise)
}

#[test]
fn what_was_paid_stands_beside_what_plans_would_have_paid() {
    on_both_databases(|database| {
        let paying = paying().replace(
            "\n[bindings.\"compensation/care\"]\nplugin = \"compensation-care-first\"\n",
            "",
        );
        let server = Server::start(STELLWERK, database, &paying);
        import(server.manufacturer());
        work_one(&server);
        until("all is paid", || consistency::is_level(server.database()));
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("trial").display().to_string();
        server.run(&["trial", "new", &folder, "--contract", "pumps"]);
        let plan = format!("{folder}/plans/other.toml");
        let text = std::fs::read_to_string(&plan).unwrap();
        std::fs::write(&plan, text.replace("rate = 30000", "rate = 60000")).unwrap();
        let result = run(&folder);
        // What is called off is paid and taken back.
        let was_paid = paid(server.manufacturer(), "commission");
        assert_eq!(was_paid, 90_000);
        assert_eq!(against_paid(&result, 0), (was_paid, 0, 0));
        assert_eq!(against_paid(&result, 1), (was_paid, was_paid, 2));
        let report = std::fs::read_to_string(format!("{folder}/report.html")).unwrap();
        for said in ["Against what was paid", "+900.00 EUR", "+600.00 EUR"] {
            assert!(report.contains(said), "{said} is missing");
        }
        // Of what had happened by an earlier day, what was paid by then.
        let earlier = place.path().join("earlier").display().to_string();
        let until = ["--contract", "pumps", "--until", "2026-01-31"];
        server.run(&[&["trial", "new", &earlier][..], &until[..]].concat());
        assert_eq!(against_paid(&run(&earlier), 0), (30_000, 0, 0));
        // Of a part of the leads nobody can say it.
        let part = place.path().join("part").display().to_string();
        let sourced = ["--contract", "pumps", "--source", "configurator"];
        server.run(&[&["trial", "new", &part][..], &sourced[..]].concat());
        assert!(run(&part)["against-paid"].is_null());
    });
}

#[test]
fn a_span_and_a_source_leave_the_others_out() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        import(server.manufacturer());
        work_one(&server);
        let place = tempfile::tempdir().unwrap();
        let folder = |name: &str| place.path().join(name).display().to_string();
        let spanned = folder("spanned");
        let said = server.run(&[
            "trial",
            "new",
            &spanned,
            "--contract",
            "pumps",
            "--since",
            "2026-01-06",
            "--until",
            "2026-02-05",
        ]);
        assert!(said.contains("of 3 leads"), "{said}");
        let leads = std::fs::read_to_string(format!("{spanned}/leads.csv")).unwrap();
        // The last one was won later.
        assert!(
            leads.contains(",lost,") && !leads.contains(",won,"),
            "{leads}"
        );
        let sourced = folder("sourced");
        let of_source = ["trial", "new", &sourced, "--contract", "pumps"];
        let said = server.run(&[&of_source[..], &["--source", "configurator"]].concat());
        assert!(said.contains("of 1 leads"), "{said}");
    });
}
