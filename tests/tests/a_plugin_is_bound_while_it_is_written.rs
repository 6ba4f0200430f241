//! The author's loop: what is saved is built, tested and bound to a test contract,
//! and the next lead there is routed by it.
//!
//! Compiling to WebAssembly may have to download a toolchain, which a test run must
//! not do unasked: it runs where STELLWERK_TOOLCHAIN names the way.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::{Client, Database, Server, contract, lead, partner_code, until};

/// Compiled dependencies stay there from run to run.
const TARGET_FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/new-plugins");
const PARTNERS: usize = 4;
/// The first build of all compiles the dependencies too.
const FIRST_BUILD_MAX: Duration = Duration::from_secs(600);

/// The program, at it until the test ends.
struct Loop {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Loop {
    fn start(project: &Path, server: &Server) -> Self {
        let mut child = dev(project, server)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        keep(child.stdout.take().expect("its output"), &said);
        keep(child.stderr.take().expect("its errors"), &said);
        Self { child, said }
    }

    fn count(&self, part: &str) -> usize {
        self.said
            .lock()
            .expect("what it said")
            .matches(part)
            .count()
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keep(lines: impl Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = said.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(lines).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("what it said");
            said.push_str(&line);
            said.push('\n');
        }
    });
}

/// As an integrator runs it.
fn dev(project: &Path, server: &Server) -> Command {
    let mut command = Command::new(STELLWERK);
    command
        .args(["plugin", "dev", "--contract", "pumps"])
        .args(["--server", server.base()])
        .arg(project)
        .env(
            "STELLWERK_TOKEN",
            server.speaking_as("integrator", None).token(),
        )
        .env("CARGO_TARGET_DIR", TARGET_FOLDER)
        .env("CARGO_NET_OFFLINE", "true");
    command
}

/// How many partners the next lead is offered to.
fn asked(server: &Server, partners: &[Client], mark: &str) -> usize {
    let received = server.manufacturer().post("/api/v1/leads", &lead(mark));
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    let id = received.text("/id");
    let is_asked = |partner: &&Client| {
        let offers = partner.get("/api/v1/offers");
        let list = offers.body["offers"].as_array().cloned();
        list.unwrap_or_default()
            .iter()
            .any(|offer| offer["lead"] == id)
    };
    partners.iter().filter(is_asked).count()
}

#[test]
fn what_is_saved_routes_the_next_lead_unless_it_fails() {
    if std::env::var_os("STELLWERK_TOOLCHAIN").is_none() {
        eprintln!("not compiled to WebAssembly: STELLWERK_TOOLCHAIN is not set");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path().join("mine");
    let made = Command::new(STELLWERK)
        .args(["plugin", "new", "mine", "--kind", "matching"])
        .current_dir(folder.path())
        .output();
    assert!(made.is_ok_and(|made| made.status.success()));
    let contract =
        contract(PARTNERS, 4).replace("name = \"Pumps\"", "name = \"Pumps\"\ntest = true");
    let data = Database::Sqlite(folder.path().join("data"));
    let server = Server::start(STELLWERK, data, &contract);
    let partners: Vec<Client> = (1..=PARTNERS)
        .map(|number| server.partner(&partner_code(number)))
        .collect();
    assert_eq!(asked(&server, &partners, "before"), 4);

    let at_it = Loop::start(&project, &server);
    let begun = Instant::now();
    while at_it.count("bound mine@0.1.0-dev-") == 0 {
        let said = at_it.said.lock().expect("what it said").clone();
        assert!(begun.elapsed() < FIRST_BUILD_MAX, "{said}");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(asked(&server, &partners, "first"), 3);

    let source = project.join("src/policy.rs");
    let code = fs::read_to_string(&source).expect("the source");
    let save = |code: &str| fs::write(&source, code).expect("the source");
    // Whoever changes a rule changes what its tests expect.
    let waves_of = |size: usize, expected: &str| {
        let (before, after) = ("wave_size: 3,", format!("wave_size: {size},"));
        let tested = "[vec![1, 2, 0], vec![3]]";
        assert!(code.contains(before) && code.contains(tested));
        code.replace(before, &after).replace(tested, expected)
    };
    save(&waves_of(2, "[vec![1, 2], vec![0, 3]]"));
    let saved = Instant::now();
    until("it is bound", || at_it.count("generation 3: ") == 1);
    assert_eq!(asked(&server, &partners, "second"), 2);
    eprintln!("from saving to a lead routed by it: {:?}", saved.elapsed());
    let said = at_it.said.lock().expect("what it said").clone();
    eprintln!("{}", said.lines().last().unwrap_or_default());

    // What fails its tests or its golden example is not bound.
    save(&code.replace("(-scores[*row],", "(scores[*row],"));
    until("the tests fail", || {
        at_it.count("the tests of mine fail; it is not bound") == 1
    });
    assert_eq!(asked(&server, &partners, "failed"), 2);
    save("no Rust");
    until("it does not compile", || {
        at_it.count("does not compile") > 0
    });
    assert_eq!(asked(&server, &partners, "not-compiled"), 2);
    save(&code);
    until("it is as it was first", || {
        at_it.count("generation 4: ") == 1
    });
    assert_eq!(asked(&server, &partners, "again"), 3);

    // Nobody's money and nobody's leads depend on what was saved a second ago.
    let live = json!({ "test": false });
    let changed = server
        .manufacturer()
        .patch("/api/v1/contracts/pumps", &live);
    assert_eq!(changed.status, 200, "{changed:?}");
    let refused = dev(&project, &server).arg("--once").output();
    let refused = refused.expect("the program runs");
    assert_eq!(refused.status.code(), Some(10));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("pumps is no test contract"), "{said}");
    save(&waves_of(1, "[vec![1], vec![2], vec![0], vec![3]]"));
    until("it is refused", || at_it.count("is no test contract") == 1);
    assert_eq!(asked(&server, &partners, "live"), 3);
}
