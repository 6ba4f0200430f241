//! Two manufacturers on one server: what one has, the other finds in no answer,
//! and cannot tell from what nobody has: not by the answer, and not by what the
//! server does to give it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::{
    Answer, Caller, Request, STATEMENTS, Tenant, Tenants, of_one_name, on_both_databases,
};

/// What nobody is called, as long as the other manufacturer's name.
const NOBODY: &str = "nobod";
/// What differs from answer to answer, whatever is asked. A connection is closed
/// where a body was still on its way that nobody wants to read.
const OF_EACH_ANSWER: [&str; 4] = ["date", "x-request-id", "content-length", "connection"];
/// Lines may come into the log after the answer is given.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);
const TRIES: usize = 3;
const POLL: Duration = Duration::from_millis(5);
/// Requests that say in the body what they are about.
const IN_THE_BODY: [&str; 3] = [
    "POST /api/v1/leads",
    "POST /api/v1/deals",
    "POST /api/v1/apply",
];
/// Parameters of queries that name nothing which somebody has.
const NAMING_NOTHING: [&str; 22] = [
    "account",
    "at",
    "component",
    "dry-run",
    "format",
    "from",
    "generation",
    "kind",
    "language",
    "last",
    "limit",
    "manual",
    "name",
    "period",
    "role",
    "shared",
    "slot",
    "state",
    "to",
    "until",
    "version",
    "within-days",
];
/// Of a text that is repeated, where it is long.
const TOLD_CHARS: usize = 60;
/// Who is shared: an operator is of no manufacturer.
const SHARED: &str = "operator";

/// All requests that the API describes, with the parameters of their queries.
fn operations(tenants: &Tenants) -> BTreeMap<String, Vec<String>> {
    let document = tenants.server.manufacturer().get("/api/v1/openapi.json");
    let mut found = BTreeMap::new();
    for (path, operations) in document.body["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let queries = parameters
                .filter(|parameter| parameter["in"] == "query")
                .filter_map(|parameter| parameter["name"].as_str())
                .map(str::to_owned);
            found.insert(
                format!("{} {path}", method.to_uppercase()),
                queries.collect(),
            );
        }
    }
    assert!(found.len() > 60, "{} requests", found.len());
    found
}

/// What a row of the API's document means: some need to be told of which kind.
fn row(operation: &str) -> String {
    match operation {
        "POST /api/v1/imports/{kind}" => format!("{operation} (of partners)"),
        other => other.to_owned(),
    }
}

/// The identifiers in a text: UUIDs.
fn identifiers(text: &str) -> BTreeSet<String> {
    let is_one = |piece: &&[u8]| {
        piece.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    text.as_bytes()
        .windows(36)
        .filter(is_one)
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .collect()
}

fn reads(
    operations: &BTreeMap<String, Vec<String>>,
) -> impl Iterator<Item = (&String, &Vec<String>)> {
    let all = operations.iter();
    all.filter(|(operation, _)| operation.starts_with("GET "))
}

/// Everything that anybody of the manufacturer sees by any GET.
fn seen_of_own(tenant: &Tenant, operations: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for (operation, _) in reads(operations) {
        let request = Request::of(&row(operation), tenant);
        for (name, caller) in &tenant.callers {
            // Who knows all manufacturers, knows the other one too.
            if name != SHARED {
                seen.extend(identifiers(&caller.ask(&request).raw));
            }
        }
    }
    seen.remove(&tenant.caller(SHARED).token);
    seen
}

/// A value of the other's for a parameter of a list.
fn foreign_value(parameter: &str, rival: &Tenant) -> Option<String> {
    match parameter {
        "contract" => Some(rival.contract()),
        "partner" => Some(rival.partner("own")),
        "after" => Some(rival.held["own"].clone()),
        _ => {
            let names_nothing = NAMING_NOTHING.contains(&parameter);
            assert!(names_nothing, "whose is what {parameter} names?");
            None
        }
    }
}

#[test]
fn no_answer_to_any_get_holds_anything_of_the_other() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &[]);
        let Tenants { maker, rival, .. } = &tenants;
        let operations = operations(&tenants);
        let foreign = seen_of_own(rival, &operations);
        assert!(foreign.len() > 100, "{} identifiers", foreign.len());
        let mut wrong = Vec::new();
        let mut asked = 0;
        for (operation, parameters) in reads(&operations) {
            let (own, other) = (
                Request::of(&row(operation), maker),
                Request::of(&row(operation), rival),
            );
            let mut requests = vec![own.clone(), other];
            for parameter in parameters {
                if let Some(value) = foreign_value(parameter, rival) {
                    requests.push(Request::get(&asked_with(&own.path, parameter, &value)));
                }
            }
            for (name, caller) in &maker.callers {
                for request in &requests {
                    if name == SHARED && operation.contains("/manufacturers") {
                        continue;
                    }
                    let answer = caller.ask(request);
                    asked += 1;
                    if let Some(found) = shows(&answer, "rival", &foreign) {
                        let path = &request.path;
                        wrong.push(format!("{name} finds {found} by {path}: {}", answer.raw));
                    }
                }
            }
        }
        assert!(asked > 500, "{asked} requests");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        // What the other does leaves no gap in the feed.
        let feed = |after: i64| {
            maker
                .caller("manufacturer")
                .get(&format!("/api/v1/events?limit=1000&after={after}"))
        };
        let last = |mut position: i64| loop {
            let next = feed(position).body["position"].as_i64();
            match next.filter(|next| *next > position) {
                Some(next) => position = next,
                None => return position,
            }
        };
        let before = last(0);
        rival.offered();
        maker.offered();
        assert_eq!(feed(before).body["events"][0]["position"], before + 1);
        // The same eyes see it where it belongs.
        let own = rival.caller("manufacturer").get("/api/v1/deals");
        assert!(shows(&own, "rival", &foreign).is_some());
    });
}

#[test]
fn names_that_the_other_has_are_free() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &[]);
        let Tenants { maker, rival, .. } = &tenants;
        let uploads = of_one_name();
        let mut ids = BTreeSet::new();
        for (tenant, component) in [rival, maker].into_iter().zip(uploads) {
            let manufacturer = tenant.caller("manufacturer");
            let partner = json!({ "code": "shared", "name": tenant.named("name") });
            let terms = stellwerk_tests::terms(&tenant.code);
            let contract = json!({ "code": "shared", "name": "Shared", "terms": terms });
            let [mut lead, mut deal] = [tenant.lead(), tenant.deal(1)];
            lead["external-id"] = json!("shared-1");
            deal["external-id"] = json!("shared-1");
            deal["partner"] = json!(tenant.partner("own"));
            let upload = Request {
                method: "POST".to_owned(),
                content_type: Some("application/wasm"),
                body: component,
                ..Request::get("/api/v1/plugins")
            };
            let post = |path: &str, body| Request::with("POST", path, body);
            for request in [
                post("/api/v1/partners", &partner),
                post("/api/v1/contracts", &contract),
                post("/api/v1/leads", &lead),
                post("/api/v1/deals", &deal),
                upload,
            ] {
                // The key is shared as well, by the two and not by their requests.
                let key = format!("key of {}", request.path);
                let key = [("Idempotency-Key", key.as_str())];
                let made = manufacturer.ask_with(&request, &key);
                let what = format!("{}: {}: {made:?}", tenant.code, request.path);
                assert_eq!(made.status, 201, "{what}");
                let id = made.body.get("id").or_else(|| made.body.get("digest"));
                assert!(ids.insert(id.map(ToString::to_string)), "{what}");
                let other = if tenant.code == "maker" {
                    "rival"
                } else {
                    "maker"
                };
                assert!(!made.raw.contains(other), "{what}");
                let again = manufacturer.ask_with(&request, &key);
                assert_eq!(again.body, made.body, "{what}");
            }
        }
        assert_eq!(ids.len(), 10, "{ids:?}");
    });
}

/// What of the foreign is in an answer, its headers included.
fn shows(answer: &Answer, name: &str, foreign: &BTreeSet<String>) -> Option<String> {
    let mut text = answer.all_text().to_lowercase();
    for value in answer.headers.values() {
        text.push('\n');
        text.push_str(&value.to_lowercase());
    }
    if text.contains(name) {
        return Some(name.to_owned());
    }
    identifiers(&text)
        .into_iter()
        .find(|found| foreign.contains(found))
}

#[test]
fn what_is_the_others_is_answered_as_what_is_not_there() {
    on_both_databases(|database| {
        let tenants = Tenants::start(STELLWERK, database, &STATEMENTS);
        let Tenants { maker, rival, .. } = &tenants;
        let operations = operations(&tenants);
        let mut wrong = Vec::new();
        let mut pairs = 0;
        for (operation, parameters) in &operations {
            let foreign = Request::of(&row(operation), rival);
            let mut requests = Vec::new();
            if operation.contains('{') || IN_THE_BODY.contains(&operation.as_str()) {
                requests.push((foreign.clone(), of_nobody(&foreign)));
            }
            for parameter in parameters {
                // Where the path is its own, what the query names may be foreign.
                // A cursor names nothing: rows are compared with it.
                let value = foreign_value(parameter, rival).filter(|_| parameter != "after");
                if let Some(value) = value {
                    let own = Request::of(&row(operation), maker);
                    let with = |value: &str| Request {
                        path: asked_with(&own.path, parameter, value),
                        ..own.clone()
                    };
                    requests.push((with(&value), with(&unknown(&value))));
                }
            }
            for (name, caller) in &maker.callers {
                // Those elsewhere in the tree ask as the one in the middle does.
                if ["above", "below", "beside"]
                    .iter()
                    .any(|other| name.ends_with(other))
                {
                    continue;
                }
                if name == SHARED && is_of_operators(operation) {
                    continue;
                }
                for (foreign, nothing) in &requests {
                    pairs += 1;
                    if let Some(difference) = difference(&tenants, caller, foreign, nothing) {
                        wrong.push(format!("{name}: {operation}: {difference}"));
                    }
                }
            }
        }
        assert!(pairs > 250, "{pairs} pairs");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        whom_the_other_knows_is_nobody(&tenants);
        a_name_within_the_house_tells_no_more(&tenants);
        a_plugin_of_the_others_is_no_plugin(&tenants);
    });
}

/// What a lead of the other's is found by, asked for in the own contract.
fn whom_the_other_knows_is_nobody(tenants: &Tenants) {
    let Tenants { maker, rival, .. } = tenants;
    let mut lead = rival.lead();
    lead["contact"]["phone"] = json!("+49 30 90182051");
    let sent = rival.caller("manufacturer");
    sent.done("POST", "/api/v1/leads", &lead);
    let caller = maker.caller("manufacturer");
    let search = |contract: String, field: &str, value: &str| {
        let body = json!({ "contract": contract, field: value });
        Request::with("POST", "/api/v1/leads/search", &body)
    };
    for (field, known, nobodys) in [
        (
            "email",
            lead["contact"]["email"].clone(),
            json!("0@nobody.example"),
        ),
        (
            "phone",
            lead["contact"]["phone"].clone(),
            json!("+49 30 90182052"),
        ),
        (
            "external-id",
            lead["external-id"].clone(),
            json!("nobody-lead"),
        ),
    ] {
        let (known, nobodys) = (known.as_str(), nobodys.as_str());
        let (known, nobodys) = (known.unwrap_or_default(), nobodys.unwrap_or_default());
        let own = sent.ask(&search(rival.contract(), field, known));
        assert!(own.raw.contains("rival-lead"), "{field}: {own:?}");
        let foreign = search(maker.contract(), field, known);
        assert_eq!(caller.ask(&foreign).raw, "{\"leads\":[]}", "{field}");
        let nothing = search(maker.contract(), field, nobodys);
        assert_eq!(
            difference(tenants, caller, &foreign, &nothing),
            None,
            "{field}"
        );
    }
}

/// Names can be guessed: whether a partner beside it or a contract without it is
/// called so, a partner or an agency cannot tell either. Rows are found and hidden
/// there, by the same statements.
fn a_name_within_the_house_tells_no_more(tenants: &Tenants) {
    let maker = &tenants.maker;
    let mut of_partners = reading(&[
        "/api/v1/partners/NAME",
        &maker.in_contract("/partners/NAME"),
        &maker.in_contract("/measures?partner=NAME"),
    ]);
    let mut of_contracts = reading(&[
        "/api/v1/contracts/NAME",
        "/api/v1/contracts/NAME/terms",
        "/api/v1/contracts/NAME/terms/1",
        "/api/v1/contracts/NAME/partners",
        "/api/v1/contracts/NAME/measures",
    ]);
    let mut by_agencies = reading(&["/api/v1/leads?contract=NAME"]);
    let mut lead = maker.lead();
    lead["contract"] = json!("NAME");
    by_agencies.push(Request::with("POST", "/api/v1/leads", &lead));
    // What is wrong with it would tell what the contract knows.
    lead["product"] = json!("rocket");
    by_agencies.push(Request::with("POST", "/api/v1/leads", &lead));
    by_agencies.extend(of_contracts.clone());
    let agency = [(of_partners.clone(), "beside"), (by_agencies, "bare")];

    of_partners.extend(reading(&[
        "/api/v1/deals?partner=NAME",
        &maker.in_contract("/periods/2026-01/statements/NAME"),
    ]));
    of_contracts.extend(reading(&[
        "/api/v1/deals?contract=NAME",
        "/api/v1/contracts/NAME/periods",
        "/api/v1/contracts/NAME/postings",
        "/api/v1/contracts/NAME/balances",
        "/api/v1/contracts/NAME/disputes",
    ]));
    let mut deal = maker.deal(1);
    deal["contract"] = json!("NAME");
    of_contracts.push(Request::with("POST", "/api/v1/deals", &deal));
    let partner = [(of_partners, "beside"), (of_contracts, "bare")];

    let mut wrong = Vec::new();
    for (who, asked) in [("agency own", agency), ("partner own", partner)] {
        let caller = maker.caller(who);
        for (requests, hidden) in asked {
            let hidden = maker.named(hidden);
            let nobodys = hidden.replace("maker", NOBODY);
            for request in requests {
                let what = format!("{who}: {} {}", request.method, request.path);
                let (hidden, nothing) = (about(&request, &hidden), about(&request, &nobodys));
                let answer = caller.ask(&hidden);
                let is_as_nothing = match answer.status {
                    422 => answer.places() == ["/contract"],
                    status => status == 404,
                };
                if !is_as_nothing {
                    wrong.push(format!("{what}: {} {}", answer.status, answer.raw));
                } else if let Some(difference) = within(tenants, caller, &hidden, &nothing) {
                    wrong.push(format!("{what}: {difference}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// It can be bound neither by digest nor by name; and who uploads the same bytes is
/// answered as if nobody had them.
fn a_plugin_of_the_others_is_no_plugin(tenants: &Tenants) {
    let Tenants { maker, rival, .. } = tenants;
    let [component, _] = of_one_name();
    let upload = Request {
        method: "POST".to_owned(),
        content_type: Some("application/wasm"),
        body: component,
        ..Request::get("/api/v1/plugins")
    };
    let (caller, owner) = (maker.caller("manufacturer"), rival.caller("manufacturer"));
    let known = owner.ask(&upload);
    assert_eq!(known.status, 201, "{known:?}");
    let digest = known.text("/digest").to_owned();
    let turned: String = digest.chars().rev().collect();
    let title = format!("{}@{}", known.text("/name"), known.text("/version"));
    let nobodys = title.replace("@0", "@9");
    let bind = |plugin: &str| {
        let body = json!({ "plugin": plugin, "comment": "as the other has it" });
        Request::with("PUT", &maker.in_contract("/bindings/matching"), &body)
    };
    let apply = |plugin: &str| {
        let mut document = stellwerk_tests::document(&maker.code, "pumps", false);
        document["bindings"]["matching"]["plugin"] = json!(plugin);
        Request::with("POST", "/api/v1/apply", &document)
    };
    for (theirs, nobodys) in [(&digest, &turned), (&title, &nobodys)] {
        for (foreign, nothing) in [
            (bind(theirs), bind(nobodys)),
            (apply(theirs), apply(nobodys)),
        ] {
            assert_eq!(caller.ask(&foreign).status, 422, "{foreign:?}");
            // Digests are not told in full.
            let names = [nobodys, theirs].map(|name| &name[..name.len().min(TOLD_CHARS)]);
            let found =
                again(|| difference_once(tenants, caller, &foreign, &nothing, names, |all| all));
            assert_eq!(found, None, "{}", foreign.path);
        }
    }
    let uploaded = caller.ask(&upload);
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let without_time = |answer: &Answer| {
        let mut body = answer.body.clone();
        body["uploaded-at"] = json!(null);
        body
    };
    assert_eq!(without_time(&uploaded), without_time(&known));
}

fn reading(paths: &[&str]) -> Vec<Request> {
    paths.iter().map(|path| Request::get(path)).collect()
}

/// The request about what is called so, where it says NAME.
fn about(request: &Request, name: &str) -> Request {
    let body = String::from_utf8_lossy(&request.body);
    Request {
        path: request.path.replace("NAME", name),
        body: body.replace("NAME", name).into_bytes(),
        ..request.clone()
    }
}

/// Here the path or the body says which manufacturer is meant.
fn is_of_operators(operation: &str) -> bool {
    ["/api/v1/manufacturers", "/api/v1/apply"]
        .iter()
        .any(|of| operation.contains(of))
}

/// A path with one more parameter.
fn asked_with(path: &str, parameter: &str, value: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{parameter}={value}")
}

/// The same request about something that is not there.
fn of_nobody(request: &Request) -> Request {
    let body = match std::str::from_utf8(&request.body) {
        Ok(body) => unknown(body).into_bytes(),
        Err(_) => request.body.clone(),
    };
    Request {
        path: unknown(&request.path),
        body,
        ..request.clone()
    }
}

/// A text with names, identifiers and digests that nobody has, in the place of
/// the other's.
fn unknown(text: &str) -> String {
    let mut text = text.replace("rival", NOBODY);
    for known in identifiers(&text) {
        let mut digits = known.chars().rev().filter(|character| *character != '-');
        let turned: String = known
            .chars()
            .map(|character| match character {
                '-' => '-',
                _ => digits.next().unwrap_or('0'),
            })
            .collect();
        text = text.replace(&known, &turned);
    }
    match text.rsplit_once('/') {
        Some((before, digest)) if digest.len() == 64 => {
            format!("{before}/{}", digest.chars().rev().collect::<String>())
        }
        _ => text,
    }
}

/// What tells the answer about something foreign from the one about nothing, each
/// time that both are asked: once may be a connection that was just opened.
fn difference(
    tenants: &Tenants,
    caller: &Caller,
    foreign: &Request,
    nothing: &Request,
) -> Option<String> {
    let names = [NOBODY, "rival"];
    again(|| difference_once(tenants, caller, foreign, nothing, names, |all| all))
}

/// The same, whatever the rows that are found.
fn within(
    tenants: &Tenants,
    caller: &Caller,
    hidden: &Request,
    nothing: &Request,
) -> Option<String> {
    let without_rows = |statements: Statements| {
        let texts = statements.into_iter().map(|(text, _)| (text, 0));
        texts.collect()
    };
    let names = [NOBODY, "rival"];
    again(|| difference_once(tenants, caller, hidden, nothing, names, without_rows))
}

fn again(difference: impl Fn() -> Option<String>) -> Option<String> {
    let found: Vec<String> = (0..TRIES).map_while(|_| difference()).collect();
    (found.len() == TRIES).then(|| found.join("; then "))
}

type Statements = Vec<(String, i64)>;

fn difference_once(
    tenants: &Tenants,
    caller: &Caller,
    foreign: &Request,
    nothing: &Request,
    [nobodys, theirs]: [&str; 2],
    counted: impl Fn(Statements) -> Statements,
) -> Option<String> {
    let ask = |request: &Request| {
        let id = format!("watched-{}", tenants.maker.next());
        (caller.ask_as(request, &id), id)
    };
    let ((one, one_id), (two, two_id)) = (ask(foreign), ask(nothing));
    let is_new = foreign.method != "GET" && !foreign.path.ends_with("/search");
    if one.status < 300 && two.status < 300 && is_new {
        // Something new of its own.
        return None;
    }
    if one.status != two.status {
        return Some(format!("{} or {}: {}", one.status, two.status, one.raw));
    }
    if one.raw != two.raw.replace(nobodys, theirs) {
        return Some(format!("{} or {}", one.raw, two.raw));
    }
    if headers(&one) != headers(&two) {
        return Some(format!("{:?} or {:?}", one.headers, two.headers));
    }
    let begin = Instant::now();
    loop {
        let asked = [&one_id, &two_id].map(|id| tenants.server.statements(id).map(&counted));
        let [one_asked, two_asked] = &asked;
        if one_asked.is_some() && one_asked == two_asked {
            return None;
        }
        if begin.elapsed() > SETTLED_WITHIN {
            return Some(format!("{}: asked are {asked:#?}", one.raw));
        }
        std::thread::sleep(POLL);
    }
}

fn headers(answer: &Answer) -> BTreeMap<&str, &str> {
    answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !OF_EACH_ANSWER.contains(name))
        .collect()
}
