//! Somebody wants to know what another plan would have paid: a folder, two files of
//! history, and a report, without any server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use stellwerk_tests::until;

use crate::STELLWERK;

const LEADS: &str = "number;received;partner;claimed;contacted;outcome;ended;value\n\
    L-1;2026-01-05;north;2026-01-05;2026-01-06;won;2026-02-10;10000,00\n\
    L-2;2026-01-07;north;2026-01-08;2026-01-09;lost;2026-02-12;\n\
    L-3;2026-01-12;south;2026-01-13;2026-01-14;won;2026-03-20;20000,00\n\
    L-4;2026-02-02;south;2026-02-03;;lost;2026-03-30;\n\
    L-5;2026-02-09;north;2026-02-10;2026-02-11;won;2026-04-15;30000,50\n";

const MEASURES: &str = "partner;measure;value;from;until\n\
    north;satisfaction;9,5;2026-02-01;2026-03-01\n\
    south;satisfaction;5,5;2026-03-01;2026-04-01\n";

/// What a simulation assumes.
const ASSUMED: &str = "simulation.toml";

/// A trial as `trial new` makes it, with history.
pub struct Trial {
    folder: tempfile::TempDir,
}

impl Trial {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let trial = Self { folder };
        let made = trial.stellwerk(&["trial", "new", &trial.path("").display().to_string()]);
        assert!(made.status.success(), "{made:?}");
        // Most of these are about history alone.
        std::fs::rename(trial.path("simulation.toml"), trial.path("assumed")).unwrap();
        trial.write("leads.csv", LEADS);
        trial.write("measures.csv", MEASURES);
        trial.alter("trial.toml", "# complete = true", "complete = true");
        trial.alter("trial.toml", "# [[history]]", "[[history]]");
        trial.alter("trial.toml", "# kind = \"measures\"", "kind = \"measures\"");
        trial.alter("trial.toml", "# file = \"measures", "file = \"measures");
        trial.alter(
            "trial.toml",
            "# mapping = \"measures",
            "mapping = \"measures",
        );
        trial
    }

    /// With what people would do, in a small part of the assumed world.
    pub fn assuming() -> Self {
        let trial = Self::new();
        std::fs::rename(trial.path("assumed"), trial.path(ASSUMED)).unwrap();
        trial.alter(ASSUMED, "seeds = [1, 2, 3, 4, 5]", "seeds = [1, 2]");
        trial.alter(ASSUMED, "lead-count = 600", "lead-count = 60");
        trial.alter(ASSUMED, "\nweeks = 52", "\nweeks = 12");
        trial.alter(ASSUMED, "[50, 75, 100, 150]", "[100]");
        trial.alter(ASSUMED, "[50, 100, 150, 200]", "[100, 200]");
        trial
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("trial").join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn alter(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replace(from, to));
    }

    pub fn stellwerk(&self, arguments: &[&str]) -> Output {
        Command::new(STELLWERK)
            .args(arguments)
            .env("STELLWERK_CACHE", stellwerk_tests::compiled())
            .output()
            .unwrap()
    }

    fn run(&self, output: &str) -> Output {
        let folder = self.path("").display().to_string();
        self.stellwerk(&["--output", output, "trial", "run", &folder])
    }

    /// What a run that ends well says.
    pub fn result(&self) -> Value {
        let output = self.run("json");
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a run that is refused says.
    pub fn refusal(&self) -> String {
        let output = self.run("text");
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Everything that a run writes.
    fn written(&self) -> Vec<String> {
        let names = ["report.html", "results/paid.csv", "results/paid.ndjson"];
        let postings = ["results/postings.csv", "results/postings.ndjson"];
        let names = names.into_iter().chain(postings);
        names.map(|name| self.read(name)).collect()
    }
}

pub fn plan<'a>(result: &'a Value, code: &str) -> &'a Value {
    let plans = result["plans"].as_array().unwrap();
    plans.iter().find(|plan| plan["plan"] == code).unwrap()
}

#[test]
fn each_plan_pays_what_its_formula_says() {
    let trial = Trial::new();
    trial.alter("trial.toml", "# budget = 500000", "budget = 170000");
    let result = trial.result();
    // 3 per cent of what was won.
    let commission = 30_000 + 60_000 + 90_002;
    assert_eq!(plan(&result, "in-force")["total"], commission);
    // A tenth more for satisfaction as good as agreed for the most, a tenth less for as bad.
    let bonus_malus = plan(&result, "bonus-malus");
    assert_eq!(bonus_malus["difference"], 3_000 - 6_000);
    let partners: Vec<(&str, i64)> = bonus_malus["partners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sum| {
            let difference = sum["difference"].as_i64().unwrap();
            (sum["of"].as_str().unwrap(), difference)
        })
        .collect();
    assert_eq!(partners, [("north", 3_000), ("south", -6_000)]);
    let care_first = plan(&result, "care-first");
    assert_ne!(care_first["difference"], 0);
    let report = trial.read("report.html");
    let over = "+100.02 EUR";
    let statement = "<summary>north</summary>";
    for said in ["Care first", "<svg", statement, "L-3", over] {
        assert!(report.contains(said), "{said} is missing");
    }
}

#[test]
fn every_posting_of_every_plan_is_there_and_they_add_up_to_what_is_paid() {
    let trial = Trial::new();
    trial.result();
    let rows = |name: &str| -> Vec<Value> {
        let text = trial.read(&format!("results/{name}.ndjson"));
        let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
        rows.collect()
    };
    let of = |row: &Value| {
        [
            "plan",
            "period",
            "partner",
            "component",
            "account",
            "kind",
            "unit",
        ]
        .map(|name| row[name].as_str().unwrap().to_owned())
    };
    let mut sums: BTreeMap<[String; 7], (i64, i64)> = BTreeMap::new();
    for posting in rows("postings") {
        let (amount, count) = sums.entry(of(&posting)).or_default();
        *amount += posting["amount"].as_i64().unwrap();
        *count += 1;
    }
    let paid = rows("paid").into_iter().map(|row| {
        let sum = (row["amount"].as_i64(), row["postings"].as_i64());
        (of(&row), (sum.0.unwrap(), sum.1.unwrap()))
    });
    assert_eq!(sums, paid.collect());
    let lines = trial.read("results/postings.csv").lines().count();
    assert_eq!(lines, rows("postings").len() + 1);
    let settled = rows("postings")
        .iter()
        .filter(|posting| posting["plan"] == "bonus-malus" && posting["lead"].is_null())
        .count();
    assert!(settled > 0, "nothing was settled by period");
}

#[test]
fn what_history_does_not_reach_the_end_of_stays_open() {
    let trial = Trial::new();
    trial.alter("trial.toml", "2026-06-30", "2026-05-15");
    trial.result();
    let mut closed = 0;
    for name in files(&trial.path(".trial")).filter(|name| name.ends_with(".json")) {
        let outcome: Value = serde_json::from_str(&trial.read(&format!(".trial/{name}"))).unwrap();
        for period in outcome["periods"].as_array().unwrap() {
            let is_over = period["period"].as_str().unwrap() < "2026-05";
            assert_eq!(period["closed"], is_over, "{period}");
            closed += u32::from(is_over);
        }
    }
    assert!(closed > 0, "nothing was closed");
}

#[test]
fn the_same_trial_gives_the_same_bytes_also_where_it_was_killed() {
    let trial = Trial::new();
    trial.result();
    let first = trial.written();
    // From what is kept, and from nothing.
    trial.result();
    assert_eq!(trial.written(), first);
    std::fs::remove_dir_all(trial.path(".trial")).unwrap();
    kill_within_the_second_plan(&trial);
    trial.result();
    assert_eq!(trial.written(), first);
}

/// Ends a run the hard way when one plan is played and another one begun.
fn kill_within_the_second_plan(trial: &Trial) {
    let mut run = Command::new(STELLWERK)
        .args(["trial", "run"])
        .arg(trial.path(""))
        .env("STELLWERK_CACHE", stellwerk_tests::compiled())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let ends_with = |ending: &str| files(&trial.path(".trial")).any(|name| name.ends_with(ending));
    until("a plan is played and another one begun", || {
        ends_with(".json") && ends_with(".data")
    });
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(ends_with(".data"), "it was over before");
}

fn files(folder: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned())
}

#[test]
fn what_cannot_be_run_is_said_with_the_file_and_its_place() {
    let trial = Trial::new();
    let care = trial.read("plans/care-first.toml");
    trial.write("plans/care-first.toml", care.replace("remove", "removed"));
    let said = trial.refusal();
    assert!(said.contains("care-first.toml: line "), "{said}");
    assert!(said.contains("unknown field `removed`"), "{said}");

    trial.write(
        "plans/care-first.toml",
        care.replace("compensation-care-first\"", "compensation-nothing\""),
    );
    let said = trial.refusal();
    assert!(said.contains("care-first.toml"), "{said}");
    assert!(said.contains("compensation-nothing"), "{said}");
    trial.write("plans/care-first.toml", &care);

    std::fs::remove_file(trial.path("leads.csv")).unwrap();
    let said = trial.refusal();
    assert!(
        said.contains("leads.csv: is not there; put it into"),
        "{said}"
    );

    std::fs::remove_dir_all(trial.path("plans")).unwrap();
    std::fs::create_dir(trial.path("plans")).unwrap();
    trial.write("leads.csv", LEADS);
    let said = trial.refusal();
    assert!(
        said.contains("holds no plan; write one as NAME.toml"),
        "{said}"
    );

    let folder = trial.path("").display().to_string();
    let again = trial.stellwerk(&["trial", "new", &folder]);
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("is there already, and not empty"), "{said}");
}

#[test]
fn what_people_would_do_is_said_by_what_is_assumed() {
    let trial = Trial::assuming();
    let result = trial.result();
    let behaviour = result["behaviour"].as_array().unwrap();
    let of = |code: &str, figure: &str| {
        let plan = behaviour.iter().find(|plan| plan["plan"] == code).unwrap();
        plan[figure].as_i64().unwrap()
    };
    // Commission alone leaves leads lying that no want of hours explains; that care is
    // paid for takes them up.
    assert!(of("in-force", "unworked-with-hours") > 300_000, "{result}");
    assert!(of("care-first", "unworked") < 100_000, "{result}");
    let report = trial.read("report.html");
    for said in [
        "with hours to spare",
        "What people would do",
        "more than chance makes",
        "Where the verdict changes",
        "The contract asks for it, and nobody pays for it",
        "What is assumed",
    ] {
        assert!(report.contains(said), "{said} is missing");
    }
    // For each plan what is paid and three habits, and two points of the map, by two seeds.
    let first = trial.read("results/behaviour.csv");
    assert_eq!(first.lines().count(), 1 + 3 * 2 * (1 + 3 + 2));
    std::fs::remove_dir_all(trial.path(".trial")).unwrap();
    trial.result();
    assert_eq!(trial.read("results/behaviour.csv"), first);
    assert_eq!(trial.read("report.html"), report);
    // Where another plan is added, that one alone is played.
    trial.write(
        "plans/half.toml",
        "name = \"Half\"\n[bindings.'compensation/commission']\nconfiguration = { rate = 15000 }\n",
    );
    let said = String::from_utf8(trial.run("text").stderr).unwrap();
    let played = said
        .lines()
        .filter(|line| line.ends_with("what people would do"));
    assert_eq!(played.collect::<Vec<_>>(), ["Half: what people would do"]);
}

#[test]
fn what_cannot_be_assumed_is_said_with_its_line() {
    let trial = Trial::assuming();
    let assumed = trial.read(ASSUMED);
    for (from, to, field) in [
        ("budget-hours = 3.0", "budget-hours = 0.0", "budget-hours"),
        ("effort-hours = 4.0", "effort-hours = -4.0", "effort-hours"),
        ("won = 36.0", "won = 136.0", "outcomes-percent"),
        (
            "[measures.satisfaction]",
            "[measures.happiness]",
            "happiness",
        ),
    ] {
        trial.write(ASSUMED, assumed.replacen(from, to, 1));
        let at = assumed
            .lines()
            .position(|line| line.contains(from))
            .unwrap()
            + 1;
        let said = trial.refusal();
        let place = format!("line {at}, column");
        assert!(said.contains(&place), "{place}: {said}");
        assert!(said.contains(field), "{field}: {said}");
        assert!(!trial.path("report.html").exists(), "it was played before");
    }
}
