//! Real sales, where there are some: flat commission against tiers over a year, agent by
//! agent and quarter by quarter, equal to what a few lines here reckon from the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::STELLWERK;
use crate::real_files_become_history::{code, mapping, real, rows};

const TRIAL: &str = r#"
name = "Tiers against flat"
until = "2017-12-31"
complete = true
history = [
  { kind = "partners", file = "sales_teams.csv", mapping = "crm-managers.toml" },
  { kind = "partners", file = "sales_teams.csv", mapping = "crm-agents.toml" },
  { kind = "leads", file = "sales_pipeline.csv", mapping = "crm-closed.toml" },
]
"#;
/// Everything to whoever claims.
const FLAT: &str = r#"
name = "Flat, without shares"

[terms.periods]
cadence = "quarter"

[bindings."compensation/care"]
remove = true

[bindings."compensation/commission"]
configuration = { rate = 30000, shares = [{ role = "claimer", weight = 1 }] }
"#;
const TIERS: &str = r#"
name = "Tiers by the quarter"

[terms.periods]
cadence = "quarter"

[bindings."compensation/care"]
remove = true

[bindings."compensation/commission"]
plugin = "compensation-tiers"
configuration = { sales = { base = "quarter", tiers = { marginal = [
  { from = 0, rate = 20000 }, { from = 5000000, rate = 30000 }, { from = 15000000, rate = 40000 },
] } } }
"#;

/// By quarter and agent, in cents.
type Sums = BTreeMap<(String, String), i64>;

#[test]
fn tiers_against_flat_commission_come_to_what_the_file_says() {
    let Some(files) = real("crm_opportunities") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path(), &files);
    let ran = Command::new(STELLWERK)
        .args(["trial", "run"])
        .arg(folder.path())
        .env("STELLWERK_CACHE", stellwerk_tests::compiled())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");

    let mut sales = Sums::new();
    for row in rows(&files.join("sales_pipeline.csv")) {
        if row["deal_stage"] != "Won" {
            continue;
        }
        let dollars: i64 = row["close_value"].parse().unwrap();
        let month: u32 = row["close_date"][5..7].parse().unwrap();
        let quarter = format!("{}-Q{}", &row["close_date"][..4], month.div_ceil(3));
        *sales
            .entry((quarter, code(&row["sales_agent"])))
            .or_default() += dollars * 100;
    }
    let by = |plan: fn(i64) -> i64| -> Sums {
        let sums = sales.iter();
        sums.map(|(key, sales)| (key.clone(), plan(*sales)))
            .collect()
    };
    // 3 % of whole dollars are whole cents.
    assert_eq!(paid(folder.path(), "flat"), by(|sales| sales * 3 / 100));
    assert_eq!(paid(folder.path(), "tiers"), by(tiers));
}

/// The contract, its files, and a plan.
fn set_up(folder: &Path, files: &Path) {
    let products: String = rows(&files.join("products.csv"))
        .iter()
        .map(|row| {
            let (product, price) = (code(&row["product"]), &row["sales_price"]);
            format!("\n[[terms.products]]\ncode = \"{product}\"\nvalue = {price}00\n")
        })
        .collect();
    let contract = std::fs::read_to_string(mapping("crm")).unwrap();
    std::fs::write(folder.join("contract.toml"), contract + &products).unwrap();
    std::fs::write(folder.join("trial.toml"), TRIAL).unwrap();
    std::fs::create_dir(folder.join("plans")).unwrap();
    std::fs::write(folder.join("plans/flat.toml"), FLAT).unwrap();
    std::fs::write(folder.join("plans/tiers.toml"), TIERS).unwrap();
    for file in ["sales_teams.csv", "sales_pipeline.csv"] {
        std::fs::copy(files.join(file), folder.join(file)).unwrap();
    }
    for name in ["crm-managers", "crm-agents", "crm-closed"] {
        std::fs::copy(mapping(name), folder.join(format!("{name}.toml"))).unwrap();
    }
}

/// What a quarter's sales earn: each slice at its own rate, half a cent up.
fn tiers(sales: i64) -> i64 {
    let slice = |from: i64, to: i64| (sales.min(to) - from).max(0);
    let millionths = slice(0, 5_000_000) * 20_000
        + slice(5_000_000, 15_000_000) * 30_000
        + slice(15_000_000, i64::MAX) * 40_000;
    (millionths + 500_000) / 1_000_000
}

/// What a plan has paid as commission.
fn paid(folder: &Path, plan: &str) -> Sums {
    let mut sums = Sums::new();
    for row in rows(&folder.join("results/paid.csv")) {
        if row["plan"] == plan && row["account"] == "commission" {
            let key = (row["period"].clone(), row["partner"].clone());
            *sums.entry(key).or_default() += row["amount"].parse::<i64>().unwrap();
        }
    }
    sums.retain(|_, amount| *amount != 0);
    sums
}
