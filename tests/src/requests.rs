//! A request of every kind that the API takes, about things of a tenant. Each
//! that changes something changes something else than the one before.

use serde_json::{Value, json};

use crate::tenants::{Tenant, document, partner_id, terms};

/// A plugin that does not ship with Stellwerk.
const IN_C: &[u8] = include_bytes!("../guests/matching-in-c/matching-in-c.wasm");
const NAME_OF_IN_C: &str = "\"name\":\"matching-in-c\"";
const VERSION_OF_IN_C: &str = "\"version\":\"0.1.0\"";
/// What components are uploaded as.
const WASM: Option<&str> = Some("application/wasm");
const PARTNER_MAPPING: &str = "[fields]\ncode = \"code\"\nname = \"name\"\nlevel = \"level\"\n";
const LEAD_MAPPING: &str = "[fields]\nexternal-id = \"id\"\nreceived-at = \"received\"\n";
const OUTCOME_MAPPING: &str = "[fields]\nlead = \"lead\"\noutcome = \"outcome\"\n\
    outcome-at = \"at\"\npartner = \"by\"\n";
const MEASURE_MAPPING: &str = "[fields]\npartner = \"who\"\nname = \"what\"\nvalue = \"value\"\n\
    from = \"from\"\nuntil = \"until\"\n";
const PLACE_MAPPING: &str = "[fields]\ncountry = { constant = \"DE\" }\npostcode = \"plz\"\n\
    latitude = \"lat\"\nlongitude = \"lon\"\n";

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub content_type: Option<&'static str>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn get(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            content_type: None,
            body: Vec::new(),
        }
    }

    pub fn with(method: &str, path: &str, body: &Value) -> Self {
        Self {
            method: method.to_owned(),
            body: body.to_string().into(),
            ..Self::get(path)
        }
    }

    /// What a row such as `PATCH /api/v1/deals/{id}` asks for: of things that
    /// are the tenant's, and of a partner's those of the one in the middle of
    /// the tree. What follows in brackets says which of several.
    ///
    /// # Panics
    /// Where it is not known what the row means.
    pub fn of(row: &str, tenant: &Tenant) -> Self {
        let (operation, which) = match row.split_once(" (") {
            Some((operation, which)) => (operation, which.trim_end_matches(')')),
            None => (row, ""),
        };
        let (method, template) = operation.split_once(' ').expect("a method and a path");
        let path = Self::filled(template, which, tenant, operation);
        assert!(!path.contains('{'), "what is meant in {row}?");
        let mut request = Self {
            method: method.to_owned(),
            ..Self::get(&path)
        };
        if operation == "POST /api/v1/plugins" {
            request.content_type = WASM;
            request.body = component('u', tenant.next());
        } else if !matches!(method, "GET" | "DELETE") {
            request.body = body(operation, which, tenant).to_string().into();
        }
        request
    }

    fn filled(template: &str, which: &str, tenant: &Tenant, operation: &str) -> String {
        let mut path = template.to_owned();
        let mut fill = |name: &str, value: &dyn Fn() -> String| {
            let placeholder = format!("{{{name}}}");
            if path.contains(&placeholder) {
                path = path.replace(&placeholder, &value());
            }
        };
        fill("manufacturer", &|| tenant.code.clone());
        fill("contract", &|| tenant.contract_of(which));
        fill("partner", &|| tenant.partner("own"));
        fill("version", &|| "1".to_owned());
        fill("slot", &|| tenant.slot(which).to_owned());
        fill("plugin", &|| {
            // One that nobody else has.
            let upload = Self {
                method: "POST".to_owned(),
                content_type: WASM,
                body: component(tenant.code.chars().next().unwrap_or_default(), 0),
                ..Self::get("/api/v1/plugins")
            };
            let uploaded = tenant.caller("integrator").ask(&upload);
            uploaded.text("/digest").to_owned()
        });
        fill("period", &|| period(tenant, operation));
        fill("name", &|| "paid.csv".to_owned());
        fill("kind", &|| which.trim_start_matches("of ").to_owned());
        fill("id", &|| id(operation, which, tenant));
        match (operation, which) {
            ("DELETE /api/v1/users/{id}/memberships", _) => path + "?role=auditor",
            ("POST /api/v1/imports/{kind}", _) => {
                format!("{path}?contract={}", tenant.contract())
            }
            (
                "GET /api/v1/contracts/{contract}/steps" | "GET /api/v1/contracts/{contract}/gates",
                _,
            ) => path + "?slot=matching",
            (
                "GET /api/v1/contracts/{contract}/generations/decided"
                | "GET /api/v1/contracts/{contract}/trials",
                _,
            ) => path + "?slot=matching&generation=1",
            ("GET /api/v1/contracts/{contract}/diff", _) => path + "?slot=matching&to=1",
            (_, "of a partner") => format!("{path}?partner={}", tenant.partner("own")),
            _ => path,
        }
    }
}

/// The period that runs, or the next one that can be closed.
fn period(tenant: &Tenant, operation: &str) -> String {
    let path = tenant.in_contract("/periods");
    let periods = tenant.caller("manufacturer").get(&path);
    let periods = periods.body["periods"].as_array().cloned();
    let mut periods = periods.unwrap_or_default().into_iter();
    let found = match operation.rsplit('/').next() {
        Some("close") => periods.find(|period| period["state"] == "open"),
        // The first one closes before all others.
        Some("recalculation") => periods.next(),
        _ => periods.last(),
    };
    let found = found.expect("a period");
    found["name"].as_str().unwrap_or_default().to_owned()
}

/// The identifier that a path names; new things where they are used up.
fn id(operation: &str, which: &str, tenant: &Tenant) -> String {
    let maker = tenant.caller("manufacturer");
    let section = operation.split('/').nth(3).unwrap_or_default();
    let action = operation.rsplit('/').next().unwrap_or_default();
    match (section, action) {
        ("leads", "answers") => {
            let mut incomplete = tenant.lead();
            incomplete["contact"]["email"] = Value::Null;
            let agency = tenant.caller("agency own");
            let lead = agency.done("POST", "/api/v1/leads", &incomplete);
            lead.text("/id").to_owned()
        }
        ("leads", "release") => {
            let mut waiting = tenant.lead();
            waiting["contract"] = json!(tenant.named("bare"));
            let lead = maker.done("POST", "/api/v1/leads", &waiting);
            lead.text("/id").to_owned()
        }
        ("leads", "withdraw") => tenant.offered(),
        ("leads", "outcome") => {
            let lead = tenant.offered();
            tenant.claim(&lead, "own");
            lead
        }
        ("leads", "feedback") => {
            // Claimed after others were away, so that they never were offered it.
            let lead = tenant.offered();
            tenant.claim(&lead, "own");
            lead
        }
        ("leads", _) if which == "offered" => {
            let lead = tenant.offered();
            // The one beside does not want it.
            let path = format!("/api/v1/offers/{}/decline", tenant.offer(&lead, "beside"));
            let reason = json!({ "reason": "not-for-me" });
            tenant.caller("partner beside").done("POST", &path, &reason);
            lead
        }
        ("leads", _) => tenant.held["own"].clone(),
        ("offers", _) => tenant.offer(&tenant.offered(), "own"),
        ("deals", _) => tenant.deal_of("own", 1),
        ("decisions", _) => {
            let path = format!("/api/v1/leads/{}/decisions", tenant.held["own"]);
            let decisions = maker.get(&path).body["decisions"].clone();
            let mut decisions = decisions.as_array().into_iter().flatten();
            let found = match which {
                "of a ranking" => decisions.find(|decision| decision["function"] == "rank"),
                _ => decisions.next(),
            };
            let id = found.and_then(|decision| decision["id"].as_str());
            id.expect("a decision").to_owned()
        }
        ("contracts", "resume") => tenant.trial(which, true),
        ("contracts", "{id}" | "{name}" | "stop" | "promotions") => tenant.trial(which, false),
        ("contracts", "disputes") => tenant.undisputed("own"),
        ("contracts", "answer") => tenant.disputed("own"),
        ("tokens", _) => {
            let body = body("POST /api/v1/tokens", "", tenant);
            let token = maker.done("POST", "/api/v1/tokens", &body);
            token.text("/id").to_owned()
        }
        ("users", _) => {
            let body = body("POST /api/v1/users", "", tenant);
            let user = maker.done("POST", "/api/v1/users", &body);
            user.text("/id").to_owned()
        }
        unknown => panic!("whose identifier is that of {unknown:?}?"),
    }
}

/// Two components of the same name and version, which are told apart by their
/// bytes.
pub fn of_one_name() -> [Vec<u8>; 2] {
    let one = component('s', 1);
    let mut other = one.clone();
    let summary = b"the nearest first";
    let at = place_of(&other, summary);
    other[at..at + summary.len()].copy_from_slice(b"the neatest first");
    [one, other]
}

/// Matching policies, written in C, that differ in their version.
pub fn versions_in_c(count: u32) -> Vec<Vec<u8>> {
    (1..=count).map(|version| component('v', version)).collect()
}

fn place_of(bytes: &[u8], text: &[u8]) -> usize {
    let mut windows = bytes.windows(text.len());
    let found = windows.position(|window| window == text);
    found.expect("its place in the manifest")
}

/// The C guest under a name and a version of its own.
fn component(letter: char, version: u32) -> Vec<u8> {
    let mut bytes = IN_C.to_vec();
    let digit = |unit| version / unit % 10;
    let version = format!("{}.{}.{}", digit(100), digit(10), digit(1));
    for (before, after) in [
        (NAME_OF_IN_C, format!("\"name\":\"matching-in-{letter}\"")),
        (VERSION_OF_IN_C, format!("\"version\":\"{version}\"")),
    ] {
        assert_eq!(before.len(), after.len(), "nothing in the file moves");
        let at = place_of(&bytes, before.as_bytes());
        bytes[at..at + after.len()].copy_from_slice(after.as_bytes());
    }
    bytes
}

/// What a request that changes something says.
fn body(operation: &str, which: &str, tenant: &Tenant) -> Value {
    let number = tenant.next();
    let path = operation.split_once(' ').map_or("", |(_, path)| path);
    match operation {
        "PATCH /api/v1/manufacturers/{manufacturer}"
        | "PATCH /api/v1/contracts/{contract}"
        | "PATCH /api/v1/partners/{partner}" => json!({ "name": tenant.new_name("name") }),
        "POST /api/v1/manufacturers" | "POST /api/v1/partners" => {
            json!({ "code": tenant.new_name("new"), "name": tenant.named("name") })
        }
        "POST /api/v1/apply" => {
            let mut document = document(&tenant.code, "applied", false);
            document["partners"] = json!([
                { "code": tenant.new_name("new"), "name": tenant.named("name"), "level": "gold" },
            ]);
            document
        }
        "POST /api/v1/users" => json!({
            "email": format!("{number}@{}.example", tenant.code),
            "name": tenant.named("user"),
            "memberships": [{ "role": "auditor" }],
        }),
        "POST /api/v1/users/{id}/memberships" => json!({ "role": "integrator" }),
        "POST /api/v1/tokens" => json!({ "role": "auditor", "label": tenant.named("label") }),
        "POST /api/v1/contracts" => json!({
            "code": tenant.new_name("new"),
            "name": tenant.named("name"),
            "terms": terms(&tenant.code),
        }),
        "PUT /api/v1/contracts/{contract}/terms" => {
            let mut terms = terms(&tenant.code);
            terms["unworked-after-days"] = json!(30 + number);
            terms
        }
        "POST /api/v1/contracts/{contract}/generations" => {
            let mut body = tenant.rule(which);
            body["slot"] = json!(tenant.slot(which));
            body
        }
        "POST /api/v1/contracts/{contract}/steps" => json!({
            "slot": tenant.slot(which), "generation": tenant.candidate(which),
            "action": "shadow", "comment": tenant.named("comment"),
        }),
        "POST /api/v1/contracts/{contract}/rollbacks" => {
            // Of what pays nothing is in force before the next period.
            for _ in 0..2 {
                tenant.put_in_force(which);
            }
            json!({ "slot": tenant.slot(which), "comment": tenant.named("comment") })
        }
        "POST /api/v1/contracts/{contract}/plan-trials" => tenant.plans(which),
        "POST /api/v1/contracts/{contract}/plan-trials/{id}/promotions" => json!({
            "plan": "other", "slot": tenant.slot(which), "shadow-percent": 100,
            "comment": tenant.named("comment"),
        }),
        "POST /api/v1/contracts/{contract}/plan-trials/{id}/stop"
        | "POST /api/v1/contracts/{contract}/plan-trials/{id}/resume" => json!({}),
        "POST /api/v1/leads/{id}/withdraw" => json!({}),
        "POST /api/v1/erasures" => json!({ "lead": tenant.offered(), "exactly": true }),
        "PUT /api/v1/contracts/{contract}/bindings/{slot}" => tenant.rule(which),
        "PUT /api/v1/contracts/{contract}/partners/{partner}" => json!({
            "level": "gold", "capacity": 1_000 + number,
            "attributes": { "motto": tenant.named("motto") },
        }),
        "PATCH /api/v1/contracts/{contract}/partners/{partner}" if which == "complaints" => {
            json!({ "complaints-open": number })
        }
        "PATCH /api/v1/contracts/{contract}/partners/{partner}" => {
            json!({ "capacity": 1_000 + number })
        }
        "PUT /api/v1/contracts/{contract}/measures" => {
            json!({ "measures": [tenant.measure("own", number)] })
        }
        "POST /api/v1/imports/{kind}" if which == "of leads" => json!({
            "mapping": LEAD_MAPPING, "format": "csv",
            "content": format!("id,received\n{},2026-01-02T10:00:00Z\n", tenant.new_name("row")),
        }),
        "POST /api/v1/imports/{kind}" if which == "of outcomes" => {
            let lead = tenant.offered();
            tenant.claim(&lead, "own");
            let lead = tenant
                .caller("manufacturer")
                .get(&format!("/api/v1/leads/{lead}"));
            let (now, partner) = (jiff::Timestamp::now(), tenant.partner("own"));
            let row = format!("{},lost,{now},{partner}", lead.text("/external-id"));
            json!({
                "mapping": OUTCOME_MAPPING, "format": "csv",
                "content": format!("lead,outcome,at,by\n{row}\n"),
            })
        }
        "POST /api/v1/imports/{kind}" if which == "of measures" => {
            let (partner, name) = (tenant.partner("own"), tenant.new_name("rate"));
            let row = format!("{partner},{name},{number},2030-01-01,2031-01-01");
            json!({
                "mapping": MEASURE_MAPPING, "format": "csv",
                "content": format!("who,what,value,from,until\n{row}\n"),
            })
        }
        "POST /api/v1/imports/{kind}" if which == "of places" => json!({
            "mapping": PLACE_MAPPING, "format": "csv",
            "content": format!("plz,lat,lon\n{},51.0,13.0\n", 20_000 + number),
        }),
        "POST /api/v1/imports/{kind}" => {
            let (code, name) = (tenant.new_name("row"), tenant.named("name"));
            let content = format!("code,name,level\n{code},{name},gold\n");
            json!({ "mapping": PARTNER_MAPPING, "format": "csv", "content": content })
        }
        "POST /api/v1/leads" => tenant.lead(),
        "PATCH /api/v1/leads/{id}" => {
            json!({ "contact": { "phone": format!("+49 30 {}", 90_000_000 + number) } })
        }
        "POST /api/v1/leads/{id}/answers" => {
            json!({ "contact": { "email": format!("{number}@{}.example", tenant.code) } })
        }
        "POST /api/v1/leads/search" => {
            let contract = tenant.lead()["contract"].clone();
            json!({ "contract": contract, "external-id": tenant.new_name("found") })
        }
        "POST /api/v1/leads/{id}/release" => {
            json!({ "how": "reject", "reason": tenant.named("reason") })
        }
        "POST /api/v1/leads/{id}/feedback" => json!({
            "code": "contacted", "note": tenant.named("note"),
            "attributes": { "brand": tenant.named("brand") },
        }),
        "POST /api/v1/leads/{id}/outcome" => json!({ "result": "lost" }),
        "POST /api/v1/offers/{id}/decline" => {
            json!({ "reason": "no-capacity", "note": tenant.named("note") })
        }
        "POST /api/v1/contracts/{contract}/postings/{id}/disputes" => {
            json!({ "complaint": tenant.named("complaint") })
        }
        "POST /api/v1/contracts/{contract}/disputes/{id}/answer" => {
            json!({ "reason": tenant.named("reason") })
        }
        "POST /api/v1/deals" => {
            let mut deal = tenant.deal(1);
            deal["partner"] = json!(tenant.partner("own"));
            deal
        }
        "PATCH /api/v1/deals/{id}" => json!({ "state": "won" }),
        _ if ["/claim", "/close", "/recalculation"]
            .iter()
            .any(|action| path.ends_with(action)) =>
        {
            json!({})
        }
        unknown => panic!("what does {unknown} say?"),
    }
}

/// Whether an answer names the partner that stands so, but as the one above
/// another, or the lead that it holds.
pub fn names(tenant: &Tenant, standing: &str, body: &Value) -> bool {
    let known = [
        tenant.partner(standing),
        partner_id(tenant, standing),
        tenant.held[standing].clone(),
    ];
    fn find(value: &Value, known: &[String]) -> bool {
        match value {
            Value::String(text) => known.contains(text),
            Value::Array(all) => all.iter().any(|value| find(value, known)),
            Value::Object(fields) => fields
                .iter()
                .any(|(name, value)| name != "parent" && find(value, known)),
            _ => false,
        }
    }
    find(body, &known)
}
