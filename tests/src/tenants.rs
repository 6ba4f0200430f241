//! Two manufacturers on one server, each with all that there is to see, and
//! everybody who may ask for it. What a manufacturer has, bears its name.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{Answer, Client, Database, Server};
use crate::{Request, contract, until};

/// How partners and agencies stand to the one whose things are asked for.
pub const STANDINGS: [&str; 4] = ["own", "above", "below", "beside"];
/// Roles that speak for the whole manufacturer.
pub const ROLES: [&str; 4] = ["manufacturer", "integrator", "vendor-manager", "auditor"];
/// In the name of every person behind a lead.
pub const PERSON: &str = "Personmarker";

/// The server with both.
pub struct Tenants {
    pub server: Server,
    pub maker: Tenant,
    pub rival: Tenant,
}

/// A manufacturer with what is its own.
pub struct Tenant {
    pub code: String,
    /// By role; those of partners and agencies with how they stand.
    pub callers: BTreeMap<String, Caller>,
    /// The lead that each partner holds, by how it stands.
    pub held: BTreeMap<String, String>,
    count: Cell<u32>,
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Caller {
    pub client: Client,
    /// The token's identifier.
    pub token: String,
    /// The manufacturer that an operator names.
    pub named: Option<String>,
}

impl Caller {
    /// Asks again as long as the contract's money is being worked on.
    ///
    /// # Panics
    /// Where that does not end.
    pub fn ask_patiently(&self, request: &Request) -> Answer {
        self.ask_patiently_with(request, &[])
    }

    /// The same with more headers.
    ///
    /// # Panics
    /// Where that does not end.
    pub fn ask_patiently_with(&self, request: &Request, more: &[(&str, &str)]) -> Answer {
        let mut answer = None;
        until("the money is not busy", || {
            let found = self.ask_with(request, more);
            let is_busy = (found.status, found.code()) == (503, "busy");
            answer = Some(found);
            !is_busy
        });
        answer.expect("an answer")
    }

    pub fn ask(&self, request: &Request) -> Answer {
        self.ask_with(request, &[])
    }

    /// The same under an identifier that is in the log as well.
    pub fn ask_as(&self, request: &Request, id: &str) -> Answer {
        self.ask_with(request, &[("X-Request-Id", id)])
    }

    /// The same with more headers.
    pub fn ask_with(&self, request: &Request, more: &[(&str, &str)]) -> Answer {
        let mut headers = more.to_vec();
        if let Some(named) = &self.named {
            headers.push(("Stellwerk-Manufacturer", named.as_str()));
        }
        if let Some(content_type) = request.content_type {
            headers.push(("Content-Type", content_type));
        }
        self.client.ask(
            &request.method,
            &request.path,
            &headers,
            request.body.clone(),
        )
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(&Request::get(path))
    }

    /// Does what has to be done for a test.
    ///
    /// # Panics
    /// Where it is not done.
    pub fn done(&self, method: &str, path: &str, body: &Value) -> Answer {
        let answer = self.ask(&Request::with(method, path, body));
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer
    }
}

impl Tenants {
    /// Sets both up.
    ///
    /// # Panics
    /// Where the server does not do its part.
    pub fn start(
        binary: &str,
        database: Database,
        settings: &[(&'static str, &'static str)],
    ) -> Self {
        let made = database.run(
            binary,
            &["token", "create", "--role", "operator", "--output", "json"],
        );
        let made: Value = serde_json::from_str(&made).expect("a token in JSON");
        let token = |pointer: &str| made.pointer(pointer).and_then(Value::as_str);
        let secret = token("/token").expect("a secret").to_owned();
        let id = token("/id").expect("an identifier").to_owned();
        let server = Server::start_with(binary, database, &contract(1, 1), settings);
        let operator = |code: &str| Caller {
            client: server.client(&secret),
            token: id.clone(),
            named: Some(code.to_owned()),
        };
        let maker = Tenant::set_up(&server, "maker", operator("maker"));
        let rival = Tenant::set_up(&server, "rival", operator("rival"));
        Self {
            server,
            maker,
            rival,
        }
    }
}

impl Tenant {
    fn set_up(server: &Server, code: &str, operator: Caller) -> Self {
        for (contract, test) in [("pumps", false), ("trial", true)] {
            operator.done("POST", "/api/v1/apply", &document(code, contract, test));
        }
        let mut tenant = Self {
            code: code.to_owned(),
            callers: BTreeMap::from([("operator".to_owned(), operator)]),
            held: BTreeMap::new(),
            count: Cell::new(0),
        };
        for role in ROLES {
            tenant.let_in(server, role, json!({ "role": role }));
        }
        for role in ["agency", "partner"] {
            for standing in STANDINGS {
                let partner = tenant.partner(standing);
                let body = json!({ "role": role, "partner": partner });
                tenant.let_in(server, &format!("{role} {standing}"), body);
            }
        }
        tenant.fill();
        tenant
    }

    fn let_in(&mut self, server: &Server, name: &str, mut body: Value) {
        body["label"] = json!(format!("{} {name}", self.code));
        let made = self
            .caller("operator")
            .done("POST", "/api/v1/tokens", &body);
        let caller = Caller {
            client: server.client(made.text("/token")),
            token: made.text("/id").to_owned(),
            named: None,
        };
        self.callers.insert(name.to_owned(), caller);
    }

    /// Everybody sends and holds a lead, and has won a deal; from then on those
    /// above and below take no more.
    fn fill(&mut self) {
        let maker = self.caller("manufacturer").clone();
        let bare = json!({
            "code": self.named("bare"), "name": self.named("bare"), "terms": terms(&self.code),
        });
        maker.done("POST", "/api/v1/contracts", &bare);
        for standing in STANDINGS {
            let lead = self.sent_by(&format!("agency {standing}"));
            self.claim(&lead, standing);
            self.held.insert(standing.to_owned(), lead);
        }
        self.sent_by("agency own");
        let mut measures = Vec::new();
        for standing in STANDINGS {
            let deal = self.deal_of(standing, 1);
            let partner = self.caller(&format!("partner {standing}"));
            let won = json!({ "state": "won", "attributes": { "roof": self.named("roof") } });
            partner.done("PATCH", &format!("/api/v1/deals/{deal}"), &won);
            measures.push(self.measure(standing, 1));
        }
        let measures = json!({ "measures": measures });
        maker.done("PUT", &self.in_contract("/measures"), &measures);
        // Business of long ago, so that there are periods to be closed.
        self.deal_of("own", 240);
        for standing in ["above", "below"] {
            let leave = json!({ "leave": { "from": "2020-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z" } });
            let path = self.in_contract(&format!("/partners/{}", self.partner(standing)));
            maker.done("PATCH", &path, &leave);
        }
        let path = self.in_contract("/balances");
        until("every deal is paid", || {
            let seen = |standing| {
                let partner = self.caller(&format!("partner {standing}"));
                let balances = partner.get(&path);
                balances.body["balances"]
                    .as_array()
                    .is_some_and(|all| !all.is_empty())
            };
            STANDINGS.into_iter().all(seen)
        });
        for standing in STANDINGS {
            self.disputed(standing);
        }
    }

    /// # Panics
    /// Where there is nobody of that name.
    pub fn caller(&self, name: &str) -> &Caller {
        let found = self.callers.get(name);
        found.unwrap_or_else(|| panic!("who is {name}?"))
    }

    /// A number that was not given before.
    pub fn next(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// A name of the manufacturer's own.
    pub fn named(&self, what: &str) -> String {
        format!("{}-{what}", self.code)
    }

    /// The same, and new.
    pub fn new_name(&self, what: &str) -> String {
        format!("{}-{what}-{}", self.code, self.next())
    }

    /// The code of the partner that stands so.
    pub fn partner(&self, standing: &str) -> String {
        self.named(standing)
    }

    pub fn contract(&self) -> String {
        self.named("pumps")
    }

    /// A path below the contract.
    pub fn in_contract(&self, path: &str) -> String {
        format!("/api/v1/contracts/{}{path}", self.contract())
    }

    /// The contract that a row is about.
    pub fn contract_of(&self, which: &str) -> String {
        match which {
            "of a test contract" => self.named("trial"),
            _ => self.contract(),
        }
    }

    /// The slot that a row is about.
    pub fn slot(&self, which: &str) -> &'static str {
        match which {
            "of what pays" => "compensation/bonus",
            _ => "matching",
        }
    }

    /// A rule for that slot, another one each time.
    pub fn rule(&self, which: &str) -> Value {
        let number = self.next();
        let (plugin, configuration) = match which {
            "of what pays" => ("compensation-flat-split", json!({ "rate": number })),
            _ => (
                "matching-weighted",
                json!({ "waves": { "first": 100 }, "distance-km-max": 100 + number }),
            ),
        };
        json!({
            "plugin": plugin, "configuration": configuration, "comment": self.named("comment"),
        })
    }

    /// A generation that is ready to be tried.
    pub fn candidate(&self, which: &str) -> i64 {
        let mut rule = self.rule(which);
        rule["slot"] = json!(self.slot(which));
        self.generation(which, "POST", "generations", &rule)
    }

    /// Puts another generation in force.
    pub fn put_in_force(&self, which: &str) -> i64 {
        let path = format!("bindings/{}", self.slot(which));
        self.generation(which, "PUT", &path, &self.rule(which))
    }

    fn generation(&self, which: &str, method: &str, path: &str, rule: &Value) -> i64 {
        let path = format!("/api/v1/contracts/{}/{path}", self.contract_of(which));
        let made = self.caller("manufacturer").done(method, &path, rule);
        made.body["generation"].as_i64().unwrap_or_default()
    }

    /// A trial of another rule.
    pub fn plans(&self, which: &str) -> Value {
        let mut rule = self.rule(which);
        rule.as_object_mut().expect("a rule").remove("comment");
        json!({
            "name": self.named("trial"), "comment": self.named("comment"),
            "plans": [{
                "code": "other",
                "plan": { "name": "Another", "bindings": { (self.slot(which)): rule } },
            }],
        })
    }

    /// The identifier of a trial that has not come to its end.
    pub fn trial(&self, which: &str, is_stopped: bool) -> String {
        let maker = self.caller("manufacturer");
        let path = format!("/api/v1/contracts/{}/plan-trials", self.contract_of(which));
        let asked = maker.done("POST", &path, &self.plans(which));
        let id = asked.text("/id").to_owned();
        if is_stopped {
            maker.done("POST", &format!("{path}/{id}/stop"), &json!({}));
        }
        id
    }

    /// A line of the partner's statement that is not disputed.
    ///
    /// # Panics
    /// Where nothing is booked to it.
    pub fn undisputed(&self, standing: &str) -> String {
        let partner = self.caller(&format!("partner {standing}"));
        let postings = partner.get(&self.in_contract("/postings?limit=1000"));
        let id = partner_id(self, standing);
        let mut postings = postings.body["postings"].as_array().into_iter().flatten();
        let is_own =
            |posting: &&Value| posting["holder"] == id.as_str() && !posting["deal"].is_null();
        let found = postings.find(is_own).expect("a posting");
        let found = found["id"].as_str().unwrap_or_default();
        let open = partner.get(&self.in_contract("/disputes?state=open&limit=1000"));
        for dispute in open.body["disputes"].as_array().into_iter().flatten() {
            if dispute["posting"] == found {
                let dispute = dispute["id"].as_str().unwrap_or_default();
                let path = self.in_contract(&format!("/disputes/{dispute}/answer"));
                let answer = json!({ "reason": self.named("reason") });
                self.caller("manufacturer").done("POST", &path, &answer);
            }
        }
        found.to_owned()
    }

    /// A dispute of the partner's that is open.
    pub fn disputed(&self, standing: &str) -> String {
        let posting = self.undisputed(standing);
        let path = self.in_contract(&format!("/postings/{posting}/disputes"));
        let complaint = json!({ "complaint": self.named("complaint") });
        let partner = self.caller(&format!("partner {standing}"));
        partner
            .done("POST", &path, &complaint)
            .text("/id")
            .to_owned()
    }

    pub fn measure(&self, standing: &str, value: u32) -> Value {
        json!({
            "kind": "target", "partner": self.partner(standing), "name": self.named("quota"),
            "from": "2030-01-01T00:00:00Z", "until": "2031-01-01T00:00:00Z", "value": value,
        })
    }

    /// A lead as its sender has it.
    pub fn lead(&self) -> Value {
        let number = self.next();
        json!({
            "contract": self.contract(),
            "external-id": self.named(&format!("lead-{number}")),
            "customer": self.named(&format!("customer-{number}")),
            "product": self.named("product"),
            "source": self.named("source"),
            "country": "DE",
            "postcode": "10115",
            "value": 2_500_000,
            "provenance": self.named("provenance"),
            "attributes": { "consent": true, "wish": self.named("wish") },
            "contact": {
                "name": format!("{PERSON} of {}", self.code),
                "email": format!("{number}@{}.example", self.code),
                "note": self.named("note"),
                "attributes": { "birthday": "1974-05-06" },
            },
        })
    }

    fn sent_by(&self, sender: &str) -> String {
        let sent = self
            .caller(sender)
            .done("POST", "/api/v1/leads", &self.lead());
        sent.text("/id").to_owned()
    }

    /// A lead that the agency has sent, and the partner and the one beside it
    /// may claim.
    pub fn offered(&self) -> String {
        self.sent_by("agency own")
    }

    /// The offer of a lead to the partner that stands so.
    ///
    /// # Panics
    /// Where there is none.
    pub fn offer(&self, lead: &str, standing: &str) -> String {
        let partner = self.caller(&format!("partner {standing}"));
        let mut after = String::new();
        loop {
            let page = partner.get(&format!("/api/v1/offers?limit=200{after}"));
            let id = &partner_id(self, standing);
            let offers = page.body["offers"].as_array().cloned().unwrap_or_default();
            let found = offers
                .iter()
                .find(|offer| offer["lead"] == lead && offer["partner"] == id.as_str());
            if let Some(offer) = found {
                return offer["id"].as_str().unwrap_or_default().to_owned();
            }
            assert!(page.body["next"].is_string(), "no offer of {lead}");
            after = format!("&after={}", page.text("/next"));
        }
    }

    /// The partner claims the lead.
    pub fn claim(&self, lead: &str, standing: &str) {
        let path = format!("/api/v1/offers/{}/claim", self.offer(lead, standing));
        let partner = self.caller(&format!("partner {standing}"));
        partner.done("POST", &path, &json!({}));
    }

    /// A deal that the partner has registered that many days ago.
    pub fn deal_of(&self, standing: &str, days_ago: i64) -> String {
        let partner = self.caller(&format!("partner {standing}"));
        let deal = partner.done("POST", "/api/v1/deals", &self.deal(days_ago));
        deal.text("/id").to_owned()
    }

    /// A deal as its sender has it.
    pub fn deal(&self, days_ago: i64) -> Value {
        json!({
            "contract": self.contract(),
            "external-id": self.new_name("deal"),
            "customer": self.named("customer"),
            "lines": [{ "product": self.named("product"), "quantity": 1000, "value": 2_400_000 }],
            "attributes": { "roof": self.named("roof") },
            "registered-at": days_back(days_ago),
        })
    }
}

/// The identifier of the partner that stands so.
pub fn partner_id(tenant: &Tenant, standing: &str) -> String {
    let path = format!("/api/v1/partners/{}", tenant.partner(standing));
    tenant
        .caller("manufacturer")
        .get(&path)
        .text("/id")
        .to_owned()
}

fn days_back(days: i64) -> String {
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    then.to_string()
}

/// The terms of a manufacturer's contracts.
pub fn terms(code: &str) -> Value {
    json!({
        "currency": "EUR",
        "time-zone": "Europe/Berlin",
        "country": "DE",
        "levels": ["silver", "gold"],
        "value-bands": [{ "name": "all", "levels": ["silver", "gold"] }],
        "products": [{ "code": format!("{code}-product"), "required": ["email"] }],
        "sources": [{ "code": format!("{code}-source") }],
        "attributes": [
            { "name": "consent", "of": "lead", "type": "flag" },
            { "name": "wish", "of": "lead", "type": "text" },
            { "name": "birthday", "of": "lead", "type": "date", "personal": true },
            { "name": "motto", "of": "partner", "type": "text" },
            { "name": "roof", "of": "deal", "type": "text" },
            { "name": "brand", "of": "event", "type": "text" },
        ],
    })
}

/// A contract as one document.
pub fn document(code: &str, contract: &str, test: bool) -> Value {
    let named = |what: &str| format!("{code}-{what}");
    let partner = |standing: &str, parent: Option<&str>| {
        let mut partner = json!({
            "code": named(standing), "name": named(standing), "level": "gold",
            "country": "DE", "postcode": "10115", "attributes": { "motto": named("motto") },
        });
        if let Some(parent) = parent {
            partner["parent"] = json!(named(parent));
        }
        partner
    };
    json!({
        "manufacturer": { "code": code, "name": named("name") },
        "contract": { "code": named(contract), "name": named(contract), "test": test },
        "terms": terms(code),
        "places": [{ "country": "DE", "postcode": "10115", "latitude": 52.532, "longitude": 13.384 }],
        "people": [{
            "email": format!("eva@{code}.example"), "name": named("eva"), "role": "auditor",
        }],
        "partners": [
            partner("above", None),
            partner("own", Some("above")),
            partner("below", Some("own")),
            partner("beside", Some("above")),
        ],
        "bindings": {
            "qualification": { "plugin": "qualification-mandatory-fields" },
            "matching": {
                "plugin": "matching-weighted", "configuration": { "waves": { "first": 100 } },
            },
            "escalation": {
                "plugin": "escalation-ladder",
                "configuration": { "gate": { "open-without-feedback-max": 1_000_000 } },
            },
            "compensation/commission": { "plugin": "compensation-flat-split" },
        },
    })
}
