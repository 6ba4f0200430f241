//! Every request, from everybody: `access_matrix.md` says what is answered. The
//! requests come from the OpenAPI document, the answers are written by hand.

use std::collections::BTreeSet;

use crate::STELLWERK;
use serde_json::Value;
use stellwerk_tests::{
    Answer, Caller, PERSON, Request, Row, STANDINGS, Tenant, Tenants, Trace, names,
    on_both_databases, tables,
};

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
        nobody_acts_for_another_by_naming_it(&tenants);
        an_operator_names_one_that_there_is(&tenants);
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
            let caller = maker.caller(&own(column));
            let answer = caller.ask(&request);
            check(row, column, row.cell(column), &answer, &mut wrong);
        }
        for column in allowed {
            let caller = maker.caller(&own(column));
            let request = Request::of(&row.name, maker);
            let reader = &maker.caller("manufacturer").client;
            let before = (request.method != "GET").then(|| Trace::of(reader));
            let answer = caller.ask_patiently(&request);
            check(row, column, row.cell(column), &answer, &mut wrong);
            let done = (&request, &answer);
            let missing = before.and_then(|before| missing(row, &before, maker, caller, done));
            if let Some(missing) = missing {
                wrong.push(format!("{}: what {column} did: {missing}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everybody but an operator is of one manufacturer, whichever they name.
fn nobody_acts_for_another_by_naming_it(tenants: &Tenants) {
    let maker = &tenants.maker;
    let mut wrong = Vec::new();
    for row in rows(BY_ROLE) {
        let mut request = Request::of(&row.name, maker);
        let columns = CALLERS.into_iter().filter(|column| *column != "operator");
        let (allowed, refused): (Vec<_>, Vec<_>) =
            columns.partition(|column| is_done(row.cell(column)));
        for column in refused.into_iter().chain(allowed) {
            if request.method != "GET" && is_done(row.cell(column)) {
                request = Request::of(&row.name, maker);
            }
            let caller = maker.caller(&own(column));
            let rivals = [("Stellwerk-Manufacturer", "rival")];
            let answer = caller.ask_patiently_with(&request, &rivals);
            let name = format!("{column}, who names the rival,");
            check(&row, &name, row.cell(column), &answer, &mut wrong);
            if answer.raw.contains("rival-") {
                wrong.push(format!("{}: {name} sees {}", row.name, answer.raw));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An operator is of none, and says for which one it acts.
fn an_operator_names_one_that_there_is(tenants: &Tenants) {
    let operator = tenants.maker.caller("operator");
    let mut wrong = Vec::new();
    let rows = rows(BY_ROLE);
    // Here the path or the body names it, or the server's own are listed.
    let names = |row: &&Row| {
        let elsewhere = ["/api/v1/manufacturers", "/api/v1/apply"];
        let of_the_server = [
            "GET /api/v1/tokens",
            "GET /api/v1/audit",
            "GET /api/v1/plugins",
            "DELETE /api/v1/plugins",
        ];
        !elsewhere.iter().any(|path| row.name.contains(path))
            && !of_the_server.iter().any(|list| row.name.starts_with(list))
    };
    for row in rows.iter().filter(names) {
        let request = Request::of(&row.name, &tenants.maker);
        for (named, expected) in [
            (None, (400, "manufacturer.unnamed")),
            (Some("nobody"), (404, "not-found")),
        ] {
            let operator = Caller {
                named: named.map(str::to_owned),
                ..operator.clone()
            };
            let answer = operator.ask(&request);
            if (answer.status, answer.code()) != expected {
                wrong.push(format!(
                    "{}: {named:?} is answered {}",
                    row.name, answer.raw
                ));
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

/// What is missing of the record that the row says an act leaves; nothing where it
/// is there. A new manufacturer, which is named, has a record of its own.
fn missing(
    row: &Row,
    before: &Trace,
    tenant: &Tenant,
    caller: &Caller,
    (request, answer): (&Request, &Answer),
) -> Option<String> {
    let reader = &tenant.caller("manufacturer").client;
    // It reads only, with a body.
    if row.cell("record") == "none" {
        return None;
    }
    let (kind, told) = row.cell("record").split_once(": ").expect("a record");
    let found: Vec<String> = match kind {
        "audit" => {
            let changes = match row.name.as_str() {
                "POST /api/v1/manufacturers" => changes_of(answer.text("/code"), caller),
                _ => before.changes_since(reader),
            };
            let own = changes
                .iter()
                .filter(|change| change["actor"] == caller.token);
            own.map(|change| text(&change["change"])).collect()
        }
        "feed" => {
            let events = before.events_since(reader);
            let about = format!("{} {}", request.path, answer.raw);
            // A file's answer counts its rows and names none.
            let is_file = request.path.contains("/imports/");
            let is_meant = |event: &&Value| {
                let named = ["lead", "deal"].map(|of| event[of].as_str());
                let mut named = named.into_iter().flatten();
                is_file || named.any(|id| about.contains(id))
            };
            let meant = events.iter().filter(is_meant);
            meant.map(|event| text(&event["code"])).collect()
        }
        unknown => panic!("{}: {unknown:?} is no record", row.name),
    };
    let is_told = |found: &String| match kind {
        "audit" => begins(found, told),
        _ => found == told,
    };
    (!found.iter().any(is_told)).then(|| format!("{told:?} is not among {found:?}"))
}

/// Whether a line begins as the table says, where … stands for anything.
fn begins(line: &str, told: &str) -> bool {
    let mut parts = told.split('…').map(str::trim);
    let first = parts.next().and_then(|first| line.strip_prefix(first));
    let rest =
        first.and_then(|rest| parts.try_fold(rest, |rest, part| Some(rest.split_once(part)?.1)));
    rest.is_some()
}

fn changes_of(manufacturer: &str, operator: &Caller) -> Vec<Value> {
    let named = Caller {
        named: Some(manufacturer.to_owned()),
        ..operator.clone()
    };
    let page = named.get("/api/v1/audit");
    page.body["changes"].as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
