//! Every request, from everybody: `access_matrix.md` says what is answered. The
//! requests come from the OpenAPI document, the answers are written by hand.

use std::collections::BTreeSet;

use serde_json::Value;
use stellwerk_tests::{
    Answer, Caller, PERSON, Request, Row, STANDINGS, Tenant, Tenants, names, on_both_databases,
    tables,
};

const STELLWERK: &str = env!("CARGO_BIN_EXE_stellwerk");
const MATRIX: &str = include_str!("access_matrix.md");
const BY_ROLE: &str = "By role";
const IN_THE_TREE: &str = "In the tree of partners";
const LISTS: &str = "What lists show";
/// Everybody of one manufacturer, by the column of the table.
const CALLERS: [&str; 7] = [
    "operator",
    "manufacturer",
    "integrator",
    "vendor-manager",
    "auditor",
    "agency",
    "partner",
];
/// Here the path or the body says which manufacturer is meant, and an operator
/// is of none.
const OF_OPERATORS: [&str; 3] = ["/api/v1/manufacturers", "/api/v1/apply", "/api/v1/audit"];
/// Lists whose rows are no partner's.
const NOT_OF_PARTNERS: [&str; 6] = [
    "GET /api/v1/contracts",
    "GET /api/v1/contracts/{contract}",
    "GET /api/v1/contracts/{contract}/terms",
    "GET /api/v1/contracts/{contract}/terms/{version}",
    "GET /api/v1/contracts/{contract}/periods",
    "GET /api/v1/manufacturers/{manufacturer}",
];

fn rows(heading: &str) -> Vec<Row> {
    let found = tables(MATRIX)
        .into_iter()
        .find(|table| table.heading == heading);
    found.expect("a table of that heading").rows
}

/// The request that a row is about, without what tells several apart.
fn operation(row: &str) -> &str {
    row.split(" (").next().unwrap_or(row)
}

/// The one whose own the things are, in a column such as `partner`.
fn own(column: &str) -> String {
    match column {
        "agency" | "partner" => format!("{column} own"),
        other => other.to_owned(),
    }
}

#[test]
fn every_request_has_its_rows_and_every_row_its_request() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &[]);
        let document = tenants.server.manufacturer().get("/api/v1/openapi.json");
        let described: BTreeSet<String> = document.body["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(path, operations)| {
                let methods = operations.as_object().into_iter().flatten();
                methods.map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
            })
            .collect();
        assert!(described.len() > 60, "{} requests", described.len());
        let written: BTreeSet<String> = rows(BY_ROLE)
            .iter()
            .map(|row| operation(&row.name).to_owned())
            .collect();
        let without_row: Vec<_> = described.difference(&written).collect();
        assert!(without_row.is_empty(), "without a row: {without_row:#?}");
        let without_request: Vec<_> = written.difference(&described).collect();
        assert!(
            without_request.is_empty(),
            "no such request: {without_request:#?}"
        );

        // Whatever partners and agencies may ask has its row in the other tables.
        let reached = |row: &&Row| {
            ["agency", "partner"]
                .iter()
                .any(|who| is_done(row.cell(who)))
        };
        let all = rows(BY_ROLE);
        let of_something: BTreeSet<&str> = all
            .iter()
            .filter(reached)
            .map(|row| row.name.as_str())
            .filter(|name| {
                ["{id}", "{partner}", "of a partner"]
                    .iter()
                    .any(|part| name.contains(part))
            })
            .collect();
        let lists: BTreeSet<&str> = all
            .iter()
            .filter(reached)
            .map(|row| row.name.as_str())
            .filter(|name| name.starts_with("GET") && !of_something.contains(name))
            .filter(|name| !NOT_OF_PARTNERS.contains(name))
            .collect();
        for (heading, expected) in [(IN_THE_TREE, of_something), (LISTS, lists)] {
            let rows = rows(heading);
            let written: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            let missing: Vec<_> = expected.difference(&written).collect();
            assert!(missing.is_empty(), "{heading}: no row for {missing:#?}");
            let known: BTreeSet<&str> = all.iter().map(|row| row.name.as_str()).collect();
            let unknown: Vec<_> = written.difference(&known).collect();
            assert!(unknown.is_empty(), "{heading}: unknown is {unknown:#?}");
        }
        every_row_is_answered_as_it_says(&tenants);
        the_tree_is_answered_as_it_says(&tenants.maker);
        lists_show_what_they_say(&tenants.maker);
    });
}

fn is_done(cell: &str) -> bool {
    matches!(cell, "yes" | "contact")
}

/// Asks everybody, those last that the table lets do it: whatever the others
/// have tried has changed nothing.
fn every_row_is_answered_as_it_says(tenants: &Tenants) {
    let maker = &tenants.maker;
    let nobody = tenants.server.client("");
    let rows = rows(BY_ROLE);
    let mut wrong = Vec::new();
    for row in &rows {
        let request = Request::of(&row.name, maker);
        let headers: Vec<_> = request
            .content_type
            .iter()
            .map(|of| ("Content-Type", *of))
            .collect();
        let body = request.body.clone();
        let answer = nobody.ask(&request.method, &request.path, &headers, body);
        check(row, "nobody", row.cell("nobody"), &answer, &mut wrong);
        others(row, &rows, &request, tenants, &mut wrong);
        let (allowed, refused): (Vec<_>, Vec<_>) = CALLERS
            .into_iter()
            .partition(|column| is_done(row.cell(column)));
        for column in refused {
            let answer = maker.caller(&own(column)).ask(&request);
            check(row, column, row.cell(column), &answer, &mut wrong);
        }
        for column in allowed {
            let caller = maker.caller(&own(column));
            let request = Request::of(&row.name, maker);
            let before = (request.method != "GET").then(|| Trace::of(maker));
            let answer = caller.ask_patiently(&request);
            check(row, column, row.cell(column), &answer, &mut wrong);
            let named = match row.name.as_str() {
                "POST /api/v1/manufacturers" => answer.text("/code"),
                _ => "",
            };
            if before.is_some_and(|before| !before.is_left(maker, row, caller, named)) {
                wrong.push(format!("{}: no record of what {column} did", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everybody of the other manufacturer. A role that this is refused to whatever
/// it is about gets its 403 here as well.
fn others(
    row: &Row,
    rows: &[Row],
    request: &Request,
    Tenants { maker, rival, .. }: &Tenants,
    wrong: &mut Vec<String>,
) {
    for column in CALLERS {
        if column == "operator" && OF_OPERATORS.iter().any(|of| row.name.contains(of)) {
            continue;
        }
        let mut same = rows
            .iter()
            .filter(|other| operation(&other.name) == operation(&row.name));
        let expected = match same.all(|row| row.cell(column) == "403") {
            true => "403",
            false => row.cell("others"),
        };
        let caller = rival.caller(&own(column));
        let answer = match expected {
            // Something of its own: not the same twice.
            "yes" => caller.ask(&Request::of(&row.name, maker)),
            _ => caller.ask(request),
        };
        check(
            row,
            &format!("another's {column}"),
            expected,
            &answer,
            wrong,
        );
        if request.method == "GET" && answer.raw.contains("maker-") {
            wrong.push(format!(
                "{}: another's {column} sees {}",
                row.name, answer.raw
            ));
        }
    }
}

fn the_tree_is_answered_as_it_says(tenant: &Tenant) {
    let mut wrong = Vec::new();
    for row in rows(IN_THE_TREE) {
        let columns = row.cells.keys().cloned();
        let (allowed, refused): (Vec<String>, Vec<String>) =
            columns.partition(|column| is_done(row.cell(column)));
        for column in refused.into_iter().chain(allowed) {
            let request = Request::of(&row.name, tenant);
            let answer = tenant.caller(&column).ask(&request);
            check(&row, &column, row.cell(&column), &answer, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn lists_show_what_they_say(tenant: &Tenant) {
    let mut wrong = Vec::new();
    for row in rows(LISTS) {
        let request = Request::of(&row.name, tenant);
        for role in ["agency", "partner"] {
            let answer = tenant.caller(&format!("{role} own")).ask(&request);
            for standing in STANDINGS {
                let column = format!("{role} {standing}");
                let shown = match (answer.status, names(tenant, standing, &answer.body)) {
                    (200, true) => "shown",
                    (200, false) => "–",
                    (403, _) => "403",
                    _ => "something else",
                };
                if row.cell(&column) != shown {
                    let name = &row.name;
                    wrong.push(format!("{name}: {column} is {shown}: {}", answer.raw));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Compares an answer with what the table says of it.
fn check(row: &Row, column: &str, expected: &str, answer: &Answer, wrong: &mut Vec<String>) {
    let has_person = answer.raw.contains(PERSON);
    let found = match (answer.status, answer.code()) {
        (200..=299, _) if has_person => "contact".to_owned(),
        (200..=299, _) => "yes".to_owned(),
        (401, "unauthorized") => "401".to_owned(),
        (403, "forbidden") => "403".to_owned(),
        (404, "not-found") => "404".to_owned(),
        (status, code) => format!("{status} {code}"),
    };
    if found != expected || (answer.status >= 400 && has_person) {
        wrong.push(format!(
            "{}: {column} is answered {found}, not {expected}: {}",
            row.name, answer.raw
        ));
    }
}

/// How far audit and feed have come.
struct Trace {
    audit: String,
    position: i64,
}

impl Trace {
    fn of(tenant: &Tenant) -> Self {
        let maker = tenant.caller("manufacturer");
        let mut audit = String::new();
        loop {
            let page = maker.get(&format!("/api/v1/audit?limit=200&after={audit}"));
            let last = page.body["changes"].as_array().and_then(|all| all.last());
            let Some(last) = last else { break };
            audit = last["id"].as_str().unwrap_or_default().to_owned();
        }
        let mut position = 0;
        loop {
            let page = maker.get(&format!("/api/v1/events?limit=1000&after={position}"));
            let last = page.body["position"].as_i64().unwrap_or(position);
            if last == position {
                break;
            }
            position = last;
        }
        Self { audit, position }
    }

    /// Whether what somebody has done since is on record. A new manufacturer,
    /// which is named, has a record of its own.
    fn is_left(&self, tenant: &Tenant, row: &Row, caller: &Caller, named: &str) -> bool {
        let maker = tenant.caller("manufacturer");
        match row.cell("record") {
            "audit" if !named.is_empty() => {
                let headers = [("Stellwerk-Manufacturer", named)];
                let page = caller
                    .client
                    .ask("GET", "/api/v1/audit", &headers, Vec::new());
                is_by(&page.body["changes"], caller)
            }
            "audit" => {
                let path = format!("/api/v1/audit?limit=200&after={}", self.audit);
                is_by(&maker.get(&path).body["changes"], caller)
            }
            "feed" => {
                let page = maker.get(&format!("/api/v1/events?after={}", self.position));
                let events = page.body["events"].as_array();
                events.is_some_and(|events| !events.is_empty())
            }
            // It reads only, with a body.
            "none" => true,
            unknown => panic!("{}: {unknown:?} is no record", row.name),
        }
    }
}

fn is_by(changes: &Value, caller: &Caller) -> bool {
    let changes = changes.as_array().into_iter().flatten();
    let mut actors = changes.filter_map(|change| change["actor"].as_str());
    actors.any(|actor| actor == caller.token)
}
