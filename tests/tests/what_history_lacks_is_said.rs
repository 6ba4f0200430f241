//! Files of a CRM do not tell all that plans go by: that is named, and either declared, or
//! each plan's pay is told from … to. Names that files do not share are told side by side.
//! What history tells of a simulation's numbers is put in their place.

use serde_json::Value;

use crate::plans_are_tried_before_they_are_signed::{Trial, plan};

/// Nothing is told but leads: neither care, nor measures.
const LEADS_ALONE: &str = r#"
name = "What history lacks"
until = "2026-06-30"

[[history]]
kind = "leads"
file = "leads.csv"
mapping = "leads.toml"
"#;

/// 3 per cent of what was won in February, March and April.
const COMMISSION: i64 = 30_000 + 60_000 + 90_002;
/// Care first, for 10,000.00, 20,000.00 and 30,000.50 EUR: 1.5 per cent of each.
const PROJECTS: i64 = 15_000 + 30_000 + 45_001;

fn trial(text: &str) -> Trial {
    let trial = Trial::new();
    trial.write("trial.toml", format!("{text}{LEADS_ALONE}"));
    trial
}

/// With tables after the history.
fn assuming(assumed: &str) -> Trial {
    let trial = Trial::new();
    trial.write("trial.toml", format!("{LEADS_ALONE}\n[assume]\n{assumed}"));
    trial
}

fn bounds(result: &Value, code: &str) -> (i64, i64) {
    let bounds = &plan(result, code)["bounds"]["total"];
    let number = |name: &str| bounds[name].as_i64().unwrap();
    (number("low"), number("high"))
}

#[test]
fn what_is_not_declared_gives_pay_from_to() {
    let trial = trial("");
    let result = trial.result();
    assert!(plan(&result, "in-force")["bounds"].is_null(), "{result}");
    // Of five leads: 8.00 for data that is kept in time, 5.00 for a care contact. One of which
    // no work is told for thirty days costs 15.00, and a fifth of what that month's project
    // earned.
    assert_eq!(plan(&result, "care-first")["total"], PROJECTS);
    let most = PROJECTS + 5 * (800 + 500);
    let least = PROJECTS - 1_500 - 30_000 / 5;
    assert_eq!(bounds(&result, "care-first"), (least, most));
    // A fifth of the commission more or less.
    let fifth = COMMISSION / 5;
    let (low, high) = bounds(&result, "bonus-malus");
    assert_eq!((low, high), (COMMISSION - fifth, COMMISSION + fifth));
    let report = trial.read("report.html");
    for said in [
        "What “Care first” pays lies between 825.01 EUR and 965.01 EUR",
        "event/care-contact",
        "measure/satisfaction",
    ] {
        assert!(report.contains(said), "{said} is missing");
    }
    let lacking = trial.read("results/lacking.csv");
    assert!(
        lacking.contains("care-first,care,event/unworked"),
        "{lacking}"
    );
    let of_partners = trial.read("results/bounds.csv");
    assert!(
        of_partners.contains("care-first,,82501,96501"),
        "{of_partners}"
    );
    assert!(
        of_partners.contains("care-first,south,22500,32600"),
        "{of_partners}"
    );
    // What was played before is not played again.
    let again = trial.stellwerk(&["trial", "run", &trial.path("").display().to_string()]);
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("history does not tell"), "{said}");
    assert!(!said.contains("played with"), "{said}");
}

#[test]
fn what_is_declared_is_what_is_paid() {
    let trial = assuming(
        "\"event/care-contact\" = { percent = 100, after-hours = 24 }\n\
         \"event/data-complete\" = \"none\"\n\
         \"event/unworked\" = { percent = 100 }\n\
         \"measure/satisfaction\" = 9.5\n\"measure/rework-share\" = \"as-agreed\"\n",
    );
    let result = trial.result();
    let care_first = plan(&result, "care-first");
    assert!(care_first["bounds"].is_null(), "{result}");
    // Whoever was looked after is not left lying.
    assert_eq!(care_first["total"], PROJECTS + 5 * 500);
    // As content as agreed for the most: a tenth more.
    let bonus_malus = plan(&result, "bonus-malus");
    assert_eq!(bonus_malus["difference"], COMMISSION / 10);
    let report = trial.read("report.html");
    for said in ["100 % of the leads, 24 hours after the claim", "as agreed"] {
        assert!(report.contains(said), "{said} is missing");
    }
}

#[test]
fn attributes_that_no_file_tells_are_named() {
    let trial = trial("");
    let plan = "name = \"Lifetime\"\n[bindings.\"compensation/lifetime\"]\n\
        plugin = \"compensation-lifetime\"\n";
    trial.write("plans/lifetime.toml", plan);
    trial.result();
    let lacking = trial.read("results/lacking.csv");
    assert!(
        lacking.contains("lifetime,lifetime,event/margin"),
        "{lacking}"
    );
    assert!(!lacking.contains("event/value"), "{lacking}");
    let report = trial.read("report.html");
    assert!(report.contains("they were asked without"), "{report}");
    let mapping = trial.read("leads.toml");
    assert!(mapping.contains("won-value"), "{mapping}");
    let without = mapping.lines().filter(|line| !line.contains("won-value"));
    trial.write("leads.toml", without.collect::<Vec<_>>().join("\n"));
    trial.result();
    let lacking = trial.read("results/lacking.csv");
    assert!(
        lacking.contains("in-force,commission,event/value"),
        "{lacking}"
    );
}

#[test]
fn a_report_is_written_in_its_language() {
    let trial = trial("");
    let folder = trial.path("").display().to_string();
    let ran = trial.stellwerk(&["trial", "run", &folder, "--language", "de"]);
    assert!(ran.status.success(), "{ran:?}");
    let report = trial.read("report.html");
    for said in [
        "hätte bis zum 30.06.2026 zusammen 900,01 EUR gezahlt",
        "liegt zwischen 825,01 EUR und 965,01 EUR",
        "Was „Care first“ anders zahlt als heute, liegt zwischen",
    ] {
        assert!(report.contains(said), "{said} is missing");
    }
}

#[test]
fn what_the_files_tell_is_not_assumed() {
    let trial = assuming(
        "\"event/care-contact\" = \"none\"\n\"event/data-complete\" = \"none\"\n\
         \"measure/satisfaction\" = \"as-agreed\"\n\"measure/rework-share\" = \"as-agreed\"\n",
    );
    // The CRM itself knows which lead nobody worked.
    let leads = trial.read("leads.csv");
    let mut rows = leads.lines();
    let head = format!("{};unworked\n", rows.next().unwrap());
    let rows = rows.map(|row| match row.starts_with("L-4") {
        true => format!("{row};2026-02-13\n"),
        false => format!("{row};\n"),
    });
    trial.write("leads.csv", head + &rows.collect::<String>());
    trial.alter(
        "leads.toml",
        "[fields]",
        "[fields]\nunworked-at = \"unworked\"",
    );
    let result = trial.result();
    let care_first = plan(&result, "care-first");
    assert!(care_first["bounds"].is_null(), "{result}");
    assert_eq!(care_first["total"], PROJECTS - 1_500);
}

#[test]
fn what_cannot_be_declared_is_refused() {
    let typo = assuming("\"measure/satisfacton\" = 8.0\n");
    let said = typo.refusal();
    assert!(said.contains("trial.toml: line 11, column "), "{said}");
    assert!(
        said.contains("assume.\"measure/satisfacton\": no plan goes by it"),
        "{said}"
    );
    assert!(said.contains("measure/satisfaction"), "{said}");
    let share = assuming("\n\"event/care-contact\" = { percent = 120 }\n");
    let said = share.refusal();
    assert!(said.contains("line 12, column "), "{said}");
    assert!(said.contains("percent: has to be from 0 to 100"), "{said}");
    assert!(!share.path("report.html").exists());
}

#[test]
fn a_plan_that_too_much_is_not_told_of_has_to_be_helped() {
    let trial = trial("");
    trial.write(
        "plans/both.toml",
        "name = \"Both\"\n[bindings.\"compensation/care\"]\n\
         plugin = \"compensation-care-first\"\n[bindings.\"compensation/bonus\"]\n\
         plugin = \"compensation-bonus-malus\"\nconfiguration = { base = { rate = 30000 } }\n",
    );
    let said = trial.refusal();
    assert!(
        said.contains("Say in [assume] what is to be taken for 1 of these"),
        "{said}"
    );
}

#[test]
fn names_that_files_do_not_share_are_told_side_by_side() {
    let trial = trial("complete = true\n");
    let text = trial.read("trial.toml");
    trial.write(
        "trial.toml",
        text + "\n[[history]]\nkind = \"outcomes\"\nfile = \"outcomes.csv\"\n\
            mapping = \"outcomes.toml\"\n[[history]]\nkind = \"measures\"\n\
            file = \"measures.csv\"\nmapping = \"measures.toml\"\n",
    );
    trial.write(
        "outcomes.toml",
        "[fields]\nlead = \"number\"\noutcome = \"outcome\"\noutcome-at = \"on\"\n\
         partner = \"by\"\nwon-value = \"value\"\n",
    );
    trial.write(
        "outcomes.csv",
        "number,outcome,on,by,value\nL-8,won,2026-03-01,north,1000\n\
         L-9,lost,2026-03-02,noth,\nL-6,lost,2026-03-05,north,\n",
    );
    let leads = trial.read("leads.csv");
    trial.write(
        "leads.csv",
        leads + "L-6;2026-02-20;;;;;;\nL-7;2026-02-20;;;;;;\n",
    );
    let measures = trial.read("measures.csv");
    trial.write(
        "measures.csv",
        measures + "west;satisfaction;8;2026-02-01;2026-03-01\n",
    );
    let contract = trial.read("contract.toml");
    let third = "\n[[partners]]\ncode = \"idle\"\nname = \"Idle\"\nlevel = \"partner\"\n";
    trial.write(
        "contract.toml",
        contract.replacen("\n[bindings.", &format!("{third}\n[bindings."), 1),
    );
    let ran = trial.stellwerk(&["trial", "run", &trial.path("").display().to_string()]);
    assert!(ran.status.success(), "{ran:?}");
    let said = String::from_utf8(ran.stderr).unwrap();
    for side in [
        "outcomes.csv has 2 leads that leads.csv does not have: L-8, L-9",
        "leads.csv has 1 leads that outcomes.csv does not have: L-7",
        "outcomes.csv has 1 partners that contract.toml does not have: noth",
        "measures.csv has 1 partners that contract.toml does not have: west",
        "contract.toml has 1 partners that leads.csv, outcomes.csv, measures.csv does not have: \
         idle",
    ] {
        assert!(said.contains(side), "{side} is missing: {said}");
    }
    let report = trial.read("report.html");
    assert!(report.contains("These names stand on one side"), "{report}");
    let unjoined = trial.read("results/unjoined.csv");
    assert_eq!(unjoined.lines().count(), 1 + 5, "{unjoined}");
}

/// So many leads, each a day later; every fourth one is won, and the north is slow.
fn history(leads: usize) -> String {
    let start = jiff::civil::date(2026, 1, 5);
    let row = |number: usize| {
        let day = |after: usize| start + jiff::Span::new().days((number / 2 + after) as i64);
        let (partner, waits) = [("north", 3), ("south", 1)][number % 2];
        let (outcome, value) = match number % 4 {
            0 => ("won", "15000,00"),
            _ => ("lost", ""),
        };
        format!(
            "{number};{};{partner};{};{};{outcome};{};{value}\n",
            day(0),
            day(0),
            day(waits),
            day(20)
        )
    };
    let head = "number;received;partner;claimed;contacted;outcome;ended;value\n";
    head.to_owned() + &(0..leads).map(row).collect::<String>()
}

#[test]
fn history_tells_what_would_else_be_assumed() {
    let trial = Trial::assuming();
    trial.write("leads.csv", history(84));
    let folder = trial.path("").display().to_string();
    let told = trial.stellwerk(&["trial", "estimate", &folder]);
    assert!(told.status.success(), "{told:?}");
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(said.contains("84 leads in 42 days"), "{said}");
    assert!(
        said.contains("how soon 2 groups of providers answer"),
        "{said}"
    );
    let text = trial.read("simulation.toml");
    let assumed: toml::Table = text.parse().unwrap();
    // Two a day for twelve weeks.
    assert_eq!(assumed["lead-count"].as_integer(), Some(168));
    let providers = assumed["providers"].as_array().unwrap();
    let hours: Vec<f64> = providers
        .iter()
        .map(|provider| provider["response-hours"].as_float().unwrap())
        .collect();
    assert_eq!(hours, [24.0, 72.0]);
    let [leads] = assumed["leads"].as_array().unwrap().as_slice() else {
        panic!("{text}");
    };
    assert_eq!(leads["value"].as_integer(), Some(1_500_000));
    let chances = &leads["pursue-project"]["outcomes-percent"];
    assert_eq!(chances["won"].as_float(), Some(25.0), "{text}");
    assert!(
        text.contains("# From history: 84 leads, 21 of 84 that ended were won."),
        "{text}"
    );
    // What it says can be played.
    let result = trial.result();
    assert_eq!(result["behaviour"].as_array().unwrap().len(), 3);
    // Told again, nothing changes.
    assert!(
        trial
            .stellwerk(&["trial", "estimate", &folder])
            .status
            .success()
    );
    assert_eq!(trial.read("simulation.toml"), text);
}
