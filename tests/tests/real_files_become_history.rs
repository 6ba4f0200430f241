//! Real sales data, where there is some: what has become of it is compared with
//! what a few lines here count in the files themselves. The folder is named by
//! an environment variable; without it there is nothing to check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::Value;
use stellwerk_tests::{Client, Database, Server};

const REAL_DATA: &str = "STELLWERK_REAL_DATA";
/// Some ten thousand events are paid meanwhile, by a build for tests.
const PAID_WITHIN: Duration = Duration::from_secs(600);

/// A file of the real data; none where there is none.
pub fn real(folder: &str) -> Option<PathBuf> {
    let data = std::env::var_os(REAL_DATA).filter(|folder| !folder.is_empty());
    let Some(data) = data else {
        eprintln!("{REAL_DATA} names no folder: real data is not checked");
        return None;
    };
    Some(Path::new(&data).join(folder))
}

/// Rows of a file without quotes, by the names of its columns.
pub fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(file).expect("a file of the real data");
    let mut lines = text.lines();
    let names: Vec<String> = lines
        .next()
        .expect("a header")
        .split(',')
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    lines
        .map(|line| {
            let cells = line
                .split(',')
                .map(|cell| cell.trim_matches('"').to_owned());
            names.iter().cloned().zip(cells).collect()
        })
        .collect()
}

pub fn mapping(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/real-data/{name}.toml"))
}

/// An empty database, the real files, and what to do with them.
struct Desk {
    database: Database,
    files: PathBuf,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(files: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            database: Database::Sqlite(folder.path().join("data")),
            files,
            folder,
        }
    }

    /// Applies a contract file with something added.
    fn apply(&self, contract: &str, more: &str) {
        let text = std::fs::read_to_string(mapping(contract)).expect("a contract file");
        let file = self.folder.path().join("contract.toml");
        std::fs::write(&file, text + more).expect("the contract file");
        self.run(&["apply", &file.display().to_string()]);
    }

    /// Imports a file; what it says of the rows.
    fn import(&self, kind: &str, file: &str, contract: &str, by: &str) -> String {
        // Rejects are written beside the file.
        let copy = self.folder.path().join(file);
        std::fs::copy(self.files.join(file), &copy).expect("a copy");
        let said = self.run(&[
            "import",
            kind,
            &copy.display().to_string(),
            "--contract",
            contract,
            "--mapping",
            &mapping(by).display().to_string(),
        ]);
        let line = said.lines().next().unwrap_or_default();
        line.split("; ").next().unwrap_or_default().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> String {
        self.database.run(STELLWERK, arguments)
    }

    fn serve(&self, manufacturer: &str) -> Server {
        Server::of(STELLWERK, self.database.clone(), manufacturer, &[])
    }
}

/// All rows of a list, page by page.
fn all(client: &Client, path: &str, name: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("{path}limit=200{after}"));
        assert_eq!(page.status, 200, "{page:?}");
        found.extend(page.body[name].as_array().cloned().unwrap_or_default());
        match page.body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
}

/// The whole feed.
fn feed(client: &Client) -> Vec<Value> {
    let mut found = Vec::new();
    let mut position = 0;
    loop {
        let page = client.get(&format!("/api/v1/events?limit=1000&after={position}"));
        let events = page.body["events"].as_array().cloned().unwrap_or_default();
        if events.is_empty() {
            return found;
        }
        found.extend(events);
        position = page.body["position"].as_i64().expect("a position");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// As codes are made of names.
pub fn code(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// What came of leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Came {
    won: u64,
    lost: u64,
    /// Minor units.
    value: i64,
}

#[test]
fn sales_opportunities_come_to_what_their_file_says() {
    let Some(files) = real("crm_opportunities") else {
        return;
    };
    let products: String = rows(&files.join("products.csv"))
        .iter()
        .map(|row| {
            format!(
                "\n[[terms.products]]\ncode = \"{}\"\nvalue = {}00\n",
                code(&row["product"]),
                row["sales_price"]
            )
        })
        .collect();
    let pipeline = rows(&files.join("sales_pipeline.csv"));
    let desk = Desk::new(files);
    desk.apply("crm", &products);
    let managers = desk.import("partners", "sales_teams.csv", "crm", "crm-managers");
    assert_eq!(managers, "35 rows: 6 imported, 29 unchanged, 0 rejected");
    let agents = desk.import("partners", "sales_teams.csv", "crm", "crm-agents");
    assert_eq!(agents, "35 rows: 35 imported, 0 unchanged, 0 rejected");
    let closed = desk.import("leads", "sales_pipeline.csv", "crm", "crm-closed");
    assert_eq!(
        closed,
        "8800 rows: 6711 imported, 0 unchanged, 2089 left out, 0 rejected"
    );
    let open = desk.import("leads", "sales_pipeline.csv", "crm", "crm-open");
    assert_eq!(
        open,
        "8800 rows: 2089 imported (2089 of them routed), 0 unchanged, 6711 left out, 0 rejected"
    );

    // Counted in the file, by product and agent.
    let mut wanted: BTreeMap<(String, String), Came> = BTreeMap::new();
    let mut commission = 0;
    for row in &pipeline {
        let product = code(&row["product"].replace("GTXPro", "GTX Pro"));
        let came = wanted
            .entry((product, code(&row["sales_agent"])))
            .or_default();
        match row["deal_stage"].as_str() {
            "Won" => {
                let value: i64 = row["close_value"].parse().expect("whole dollars");
                came.won += 1;
                came.value += value * 100;
                // 3 % of whole dollars are whole cents.
                commission += value * 3;
            }
            "Lost" => came.lost += 1,
            _ => {}
        }
    }
    wanted.retain(|_, came| *came != Came::default());

    // Counted in what the server tells.
    let server = desk.serve("hardware");
    let maker = server.manufacturer();
    let partners: BTreeMap<String, String> = all(maker, "/api/v1/partners?", "partners")
        .iter()
        .map(|partner| (text(&partner["id"]), text(&partner["code"])))
        .collect();
    let leads: BTreeMap<String, String> = all(maker, "/api/v1/leads?contract=crm&", "leads")
        .iter()
        .map(|lead| (text(&lead["id"]), text(&lead["product"])))
        .collect();
    assert_eq!(leads.len(), pipeline.len());
    let mut found: BTreeMap<(String, String), Came> = BTreeMap::new();
    for event in feed(maker) {
        let came = match event["code"].as_str() {
            Some("won") => Came {
                won: 1,
                lost: 0,
                value: event["attributes"]["value"].as_i64().expect("a value"),
            },
            Some("lost") => Came {
                lost: 1,
                ..Came::default()
            },
            _ => continue,
        };
        let product = leads[&text(&event["lead"])].clone();
        let agent = partners[&text(&event["partner"])].clone();
        let sum = found.entry((product, agent)).or_default();
        sum.won += came.won;
        sum.lost += came.lost;
        sum.value += came.value;
    }
    assert_eq!(found, wanted);

    // What was won is paid: 3 % to the agents and their managers.
    assert_eq!(paid(maker, "crm", "commission", commission), commission);
    // What is open was routed: to those whom the policies found, or to a person.
    let open = all(maker, "/api/v1/leads?contract=crm&state=offered&", "leads");
    assert!(!open.is_empty(), "no open lead was offered");
}

/// What partners hold on an account, once it has come to what is wanted, or when
/// patience ends.
fn paid(client: &Client, contract: &str, account: &str, wanted: i64) -> i64 {
    let begin = Instant::now();
    loop {
        let balances = client.get(&format!("/api/v1/contracts/{contract}/balances"));
        let sum = balances.body["balances"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|balance| balance["account"] == account)
            .filter_map(|balance| balance["amount"].as_i64())
            .sum();
        if sum == wanted || begin.elapsed() > PAID_WITHIN {
            return sum;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// The day of a lead's first contact.
fn contacted<'a>(qualified: &'a [BTreeMap<String, String>], lead: &str) -> &'a str {
    qualified
        .iter()
        .find(|row| row["mql_id"] == lead)
        .map_or("", |row| row["first_contact_date"].as_str())
}

#[test]
fn a_marketing_funnel_comes_to_what_its_files_say() {
    let Some(files) = real("olist") else {
        return;
    };
    let qualified = rows(&files.join("olist_marketing_qualified_leads_dataset.csv"));
    let closed = rows(&files.join("olist_closed_deals_dataset.csv"));
    let sellers = rows(&files.join("olist_sellers_dataset.csv"));
    let desk = Desk::new(files);
    desk.apply("funnel", "");
    let deals_file = "olist_closed_deals_dataset.csv";
    desk.import("partners", deals_file, "funnel", "funnel-representatives");
    let leads = desk.import(
        "leads",
        "olist_marketing_qualified_leads_dataset.csv",
        "funnel",
        "funnel-leads",
    );
    assert_eq!(leads, "8000 rows: 8000 imported, 0 unchanged, 0 rejected");
    let outcomes = desk.import("outcomes", deals_file, "funnel", "funnel-outcomes");
    // One was won before the first contact, which cannot be.
    let impossible: Vec<&str> = closed
        .iter()
        .filter(|row| row["won_date"][..10] < *contacted(&qualified, &row["mql_id"]))
        .map(|row| row["mql_id"].as_str())
        .collect();
    assert_eq!(impossible.len(), 1);
    assert_eq!(outcomes, "842 rows: 841 imported, 0 unchanged, 1 rejected");

    // Conversion by origin, counted in the files.
    let origin_of: BTreeMap<&str, &str> = qualified
        .iter()
        .map(|row| {
            let origin = row["origin"].as_str();
            let origin = if origin.is_empty() { "unknown" } else { origin };
            (row["mql_id"].as_str(), origin)
        })
        .collect();
    let mut wanted: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for origin in origin_of.values() {
        wanted.entry((*origin).to_owned()).or_default().0 += 1;
    }
    for row in &closed {
        if impossible.contains(&row["mql_id"].as_str()) {
            continue;
        }
        let origin = origin_of[row["mql_id"].as_str()];
        wanted.entry(origin.to_owned()).or_default().1 += 1;
    }

    let server = desk.serve("marketplace");
    let maker = server.manufacturer();
    let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for lead in all(maker, "/api/v1/leads?contract=funnel&", "leads") {
        let counts = found.entry(text(&lead["source"])).or_default();
        counts.0 += 1;
        counts.1 += u64::from(lead["state"] == "won");
    }
    assert_eq!(found, wanted);
    drop(server);

    // Postcodes keep their leading zeros.
    desk.apply("sellers", "");
    desk.import(
        "partners",
        "olist_sellers_dataset.csv",
        "sellers",
        "sellers-partners",
    );
    let server = desk.serve("marketplace");
    let found: BTreeMap<String, String> =
        all(server.manufacturer(), "/api/v1/partners?", "partners")
            .iter()
            .map(|partner| (text(&partner["code"]), text(&partner["postcode"])))
            .collect();
    for seller in &sellers {
        assert_eq!(
            found[&seller["seller_id"]],
            seller["seller_zip_code_prefix"]
        );
    }
}
