//! A manufacturer with three partners, and another one beside it.

use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stellwerk_tests::{Answer, Client, Database, Server, Trace, contract, partner_code};

use crate::STELLWERK;

/// For what takes a moment, unless it never happens.
const PATIENCE: Duration = Duration::from_secs(30);
pub const LEADS: &str = "/api/v1/leads";
pub const PUMPS: &str = "/api/v1/contracts/pumps";

pub struct World {
    pub server: Server,
    pub database: Database,
    pub folder: tempfile::TempDir,
    /// By number, from 1.
    pub partners: Vec<Client>,
    /// A partner of another manufacturer.
    pub stranger: Client,
    /// The secret of a token that has expired.
    pub expired: String,
}

/// The maker's contract: a hot lead has to be worked within two seconds, and who
/// has not reported on a lead claims no other.
pub fn pumps() -> String {
    contract(3, 3)
        .replace(
            "open-without-feedback-max = 1000000",
            "open-without-feedback-max = 1",
        )
        .replace(
            "attributes = [\n",
            "attributes = [\n  { name = \"roof\", of = \"lead\", type = \"text\" },\n  \
             { name = \"rooms\", of = \"lead\", type = \"texts\" },\n  \
             { name = \"budget\", of = \"lead\", type = \"money\" },\n  \
             { name = \"begin\", of = \"lead\", type = \"date\" },\n",
        )
        .replace(
            "[[places]]",
            "[terms.service-levels]\n\
             hot = { claim = \"1 hour\", contact = \"2 seconds\" }\n\
             warm = { claim = \"1 hour\", contact = \"1 day\" }\n\
             cold = { claim = \"2 days\", contact = \"5 days\" }\n\n[[places]]",
        )
}

impl World {
    pub fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let other = contract(1, 1)
            .replace("code = \"maker\"", "code = \"other\"")
            .replace("name = \"Maker\"", "name = \"Other\"");
        std::fs::write(folder.path().join("other.toml"), other).expect("a contract");
        let file = folder.path().join("other.toml").display().to_string();
        database.run(STELLWERK, &["apply", &file]);
        let strange = [
            "token",
            "create",
            "--role",
            "partner",
            "--manufacturer",
            "other",
            "--partner",
            "partner-1",
        ];
        let strange = database.run(STELLWERK, &strange);
        let expired = expired(&database);
        let server = Server::start(STELLWERK, database.clone(), &pumps());
        let partners = (1..=3)
            .map(|number| server.partner(&partner_code(number)))
            .collect();
        Self {
            stranger: server.client(strange.trim()),
            partners,
            expired,
            server,
            database,
            folder,
        }
    }

    pub fn maker(&self) -> &Client {
        self.server.manufacturer()
    }

    pub fn partner(&self, number: usize) -> &Client {
        &self.partners[number - 1]
    }

    /// Sends in a lead that goes out at once.
    pub fn lead(&self, source: &str) -> String {
        let lead = with(&[("/source", json!(source))]);
        let received = self.maker().post(LEADS, &lead);
        assert_eq!(received.text("/state"), "offered", "{received:?}");
        received.text("/id").to_owned()
    }

    /// The partner's open offer of the lead.
    pub fn offer(&self, partner: usize, lead: &str) -> String {
        let offers = self.partner(partner).get("/api/v1/offers");
        let offers = offers.body["offers"].as_array().cloned();
        let offer = offers
            .into_iter()
            .flatten()
            .find(|offer| offer["lead"] == lead);
        let id = offer.as_ref().and_then(|offer| offer["id"].as_str());
        id.expect("an open offer").to_owned()
    }

    pub fn claim(&self, partner: usize, offer: &str) -> Answer {
        self.partner(partner)
            .post(&format!("/api/v1/offers/{offer}/claim"), &json!({}))
    }

    /// How far the manufacturer's audit and feed have come.
    pub fn trace(&self) -> Trace {
        Trace::of(self.maker())
    }

    /// What has happened to a lead so far.
    pub fn story(&self, lead: &str) -> Value {
        let path = format!("{LEADS}/{lead}/timeline");
        self.maker().get(&path).body["events"].clone()
    }

    /// Waits until the lead is in the state.
    pub fn until(&self, lead: &str, is: impl Fn(&Answer) -> bool) {
        let begin = Instant::now();
        loop {
            let answer = self.maker().get(&format!("{LEADS}/{lead}"));
            if is(&answer) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{answer:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Writes a file into the world's folder; its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.display().to_string()
    }

    /// Runs the program against the server, as the manufacturer.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.database
            .command(STELLWERK)
            .args(arguments)
            .env(
                "STELLWERK_SERVER",
                format!("http://{}", self.server.address()),
            )
            .env("STELLWERK_TOKEN", self.server.secret())
            .output()
            .expect("the program runs")
    }
}

/// A lead that is complete, with other values at these places.
pub fn with(changes: &[(&str, Value)]) -> Value {
    let mut lead = json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "white-paper",
        "country": "DE",
        "postcode": "10115",
        "value": 2_500_000,
        "attributes": { "consent": true },
        "contact": { "name": "Eva Muster", "email": "eva@example.com" },
    });
    for (pointer, value) in changes {
        put(&mut lead, pointer, value.clone());
    }
    lead
}

/// Puts a value at a place, which is made where it is missing.
pub fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for name in pointer.split('/').skip(1) {
        place = &mut place[name];
    }
    *place = value;
}

/// A token of the manufacturer `other` that held for a day, two days ago.
fn expired(database: &Database) -> String {
    use stellwerk::clock::{Clock, Ids};
    use stellwerk::contracts::people::WantedRole;
    use stellwerk::contracts::token;
    use stellwerk::domain::time::Micros;
    use stellwerk::host::{Host, Origin};
    use stellwerk::policy::{Engine, EngineSettings};
    use stellwerk::store::{Store, StoreSettings};

    const TWO_DAYS_MICROS: i64 = 2 * 86_400_000_000;
    let settings = match database {
        Database::Sqlite(folder) => StoreSettings::Sqlite {
            folder: folder.clone(),
        },
        Database::Postgres(url) => StoreSettings::Postgres { url: url.clone() },
    };
    let wanted = token::Wanted {
        role: WantedRole {
            role: "manufacturer".to_owned(),
            partner: None,
        },
        user: None,
        label: String::new(),
        days: 1,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&settings).await.expect("the database");
        let engine = Engine::new(EngineSettings::default()).expect("an engine");
        let then = Micros(Clock::System.now().0 - TWO_DAYS_MICROS);
        let host = Host::new(store, engine, Clock::simulated(then), Ids::random());
        let owner = host.store.manufacturer_by_code("other").await;
        let owner = owner.expect("the database").expect("the manufacturer");
        let made = token::create(&host, &owner.id, &wanted, &Origin::host()).await;
        host.store.close().await;
        made.expect("a token").secret
    })
}
