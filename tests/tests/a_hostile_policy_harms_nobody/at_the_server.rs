//! The same at the real server's doors: what is uploaded, bound and asked there ends
//! with the same codes, and leads find their partners meanwhile.

use serde_json::json;
use stellwerk_tests::{Answer, Database, Server, contract, lead, until};

use crate::bombs;
use crate::case::{Case, End};
use crate::files;
use crate::guest;

const STELLWERK: &str = env!("CARGO_BIN_EXE_stellwerk");
const MATCHING: &str = "/api/v1/contracts/pumps/bindings/matching";
/// Where each of these ends is what the other list says.
const REFUSED: [(&str, &str); 6] = [
    ("loops", "start-loops"),
    ("memory", "declares-four-gigabytes"),
    ("descriptions", "of-ten-megabytes"),
    ("descriptions", "nested-without-end"),
    ("components", "imports-the-network"),
    ("components", "of-two-kinds"),
];

/// A server, and leads for it, each of another person.
struct World {
    server: Server,
    leads: usize,
}

impl World {
    fn upload(&self, bytes: Vec<u8>) -> Answer {
        let content = [("Content-Type", "application/wasm")];
        self.server
            .manufacturer()
            .ask("POST", "/api/v1/plugins", &content, bytes)
    }

    fn bind(&self, name: &str) -> Answer {
        let plugin = format!("{name}@0.1.0");
        self.server.manufacturer().put(
            MATCHING,
            &json!({
                "plugin": plugin, "configuration": { "bound": true }, "comment": "tried",
            }),
        )
    }

    /// Sends a lead; the code with which it waits for a person, if it does.
    fn lead(&mut self) -> Option<String> {
        self.leads += 1;
        let lead = lead(&self.leads.to_string());
        let sent = self.server.manufacturer().post("/api/v1/leads", &lead);
        assert_eq!(sent.status, 201, "{sent:?}");
        let path = format!("/api/v1/leads/{}", sent.text("/id"));
        let seen = self.server.manufacturer().get(&path);
        match seen.body.pointer("/waits-for-a-person/code") {
            Some(code) => Some(code.as_str().unwrap().to_owned()),
            None => {
                assert_eq!(seen.text("/state"), "offered", "{seen:?}");
                None
            }
        }
    }
}

fn code_of(ends: End) -> (u16, &'static str) {
    match ends {
        End::Answered | End::WhenAsked(_) => (201, ""),
        End::AtUpload(code) | End::AtBinding(code) => (422, code.as_str()),
    }
}

fn case(chapter: &str, name: &str) -> Case {
    let mut cases = files::cases(chapter).into_iter();
    cases.find(|case| case.name == name).expect("a case")
}

#[test]
fn a_server_refuses_what_is_hostile_and_routes_leads_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite(folder.path().join("data"));
    let server = Server::start(STELLWERK, database, &contract(2, 2));
    let mut world = World { server, leads: 0 };
    let bomb = bombs::within_each_other();
    let refused = REFUSED
        .iter()
        .map(|(chapter, name)| case(chapter, name))
        .chain([bomb]);
    for case in refused {
        let answer = world.upload(case.component);
        let expected = code_of(case.ends);
        assert_eq!((answer.status, answer.code()), expected, "{}", case.name);
        assert_eq!(world.lead(), None, "{}", case.name);
    }
    let whole = guest::harmless("cut-off");
    let answer = world.upload(whole[..whole.len() / 2].to_vec());
    assert_eq!((answer.status, answer.code()), (422, "plugin.bad_wasm"));

    // What is found out at binding leaves in force what was.
    let sleeper = case("loops", "configure-loops-when-bound");
    assert_eq!(world.upload(sleeper.component).status, 201);
    let bound = world.bind(&sleeper.name);
    assert_eq!((bound.status, bound.code()), code_of(sleeper.ends));
    assert_eq!(world.lead(), None);

    // What is found out when it is asked keeps the lead for a person.
    let good = world.server.manufacturer().get(MATCHING).body["generations"][0].clone();
    for (chapter, name) in [
        ("loops", "rank-loops"),
        ("memory", "page-by-page"),
        ("answers", "partner-unknown"),
        ("answers", "words-of-ten-megabytes"),
    ] {
        let case = case(chapter, name);
        let End::WhenAsked(code) = case.ends else {
            panic!("{name} ends otherwise");
        };
        assert_eq!(world.upload(case.component).status, 201, "{name}");
        let bound = world.bind(name);
        assert_eq!(bound.status, 200, "{bound:?}");
        assert_eq!(world.lead().as_deref(), Some(code.as_str()), "{name}");
    }
    let back = json!({
        "plugin": good["plugin"],
        "configuration": good["configuration"],
        "comment": "back",
    });
    let back = world.server.manufacturer().put(MATCHING, &back);
    assert_eq!(back.status, 200, "{back:?}");
    assert_eq!(world.lead(), None);

    // One that wakes itself is woken twice, and then a person looks.
    let restless = case("deadlines", "wakes-itself");
    assert_eq!(world.upload(restless.component).status, 201);
    let bound = json!({ "plugin": "wakes-itself@0.1.0", "comment": "tried" });
    let maker = world.server.manufacturer();
    let bound = maker.put("/api/v1/contracts/pumps/bindings/escalation", &bound);
    assert_eq!(bound.status, 200, "{bound:?}");
    let sent = maker.post("/api/v1/leads", &lead("restless"));
    let path = format!("/api/v1/leads/{}", sent.text("/id"));
    until("a person is asked", || {
        let seen = maker.get(&path);
        let code = seen.body.pointer("/waits-for-a-person/code");
        code.is_some_and(|code| code == "guest.output_invalid")
    });

    let log = world.server.log();
    let faults: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("ERROR") || line.contains("panicked"))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
