//! Those who deploy by file change a rule by changing a file, in all the ways in
//! which files are changed.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Database, Server, contract, is_missing, is_root, lead, partner_code, postgres, until,
};

const PARTNERS: usize = 4;
/// Another plugin than the contract's.
const COMPONENT: &[u8] = include_bytes!("../guests/matching-in-c/matching-in-c.wasm");
const BINDING: &str = r#"
manufacturer = "maker"
contract = "pumps"

[bindings.matching]
plugin = "matching-weighted"
configuration = "weights.json"
"#;

/// A folder of policies, and a server that follows it.
struct Deployment {
    server: Server,
    folder: PathBuf,
    /// Goes with the test.
    _all: tempfile::TempDir,
}

impl Deployment {
    /// With what `prepare` puts into the folder before the server starts.
    fn start(prepare: impl FnOnce(&Path)) -> Self {
        let all = tempfile::tempdir().expect("a temporary folder");
        let data = Database::Sqlite(all.path().join("data"));
        Self::start_on(data, all, prepare)
    }

    fn start_on(data: Database, all: tempfile::TempDir, prepare: impl FnOnce(&Path)) -> Self {
        let folder = all.path().join("policies");
        fs::create_dir(&folder).expect("the folder");
        prepare(&folder);
        // Settings of a server live as long as the tests.
        let setting = Box::leak(folder.display().to_string().into_boxed_str());
        let settings = [("STELLWERK_POLICIES", &*setting)];
        Self {
            server: Server::start_with(STELLWERK, data, &contract(PARTNERS, 3), &settings),
            folder,
            _all: all,
        }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.folder.join(name), text).expect("a file");
    }

    /// As editors and careful scripts do it.
    fn rename_over(&self, name: &str, text: impl AsRef<[u8]>) {
        let new = self.folder.join(".new");
        fs::write(&new, text).expect("a file");
        fs::rename(new, self.folder.join(name)).expect("the file's place");
    }

    /// The generations of the matching, the latest first.
    fn generations(&self) -> Vec<Value> {
        let path = "/api/v1/contracts/pumps/bindings/matching";
        let answer = self.server.manufacturer().get(path);
        let generations = answer.body["generations"].as_array();
        generations.unwrap_or_else(|| panic!("{answer:?}")).clone()
    }

    /// Waits until partners of that number are asked at once.
    fn waits_for_wave(&self, first: usize) {
        until(&format!("a wave of {first}: {}", self.server.log()), || {
            self.generations()[0]["configuration"]["waves"]["first"] == first
        });
    }

    /// How often the log has a line with all of these.
    fn told(&self, parts: &[&str]) -> usize {
        let log = self.server.log();
        let is_one = |line: &&str| parts.iter().all(|part| line.contains(part));
        log.lines().filter(is_one).count()
    }

    fn waits_for_line(&self, parts: &[&str]) {
        until(&format!("{parts:?}"), || self.told(parts) > 0);
    }

    /// How many partners the next lead is offered to.
    fn asked(&self, mark: &str) -> usize {
        let partners: Vec<_> = (1..=PARTNERS)
            .map(|number| self.server.partner(&partner_code(number)))
            .collect();
        let received = self
            .server
            .manufacturer()
            .post("/api/v1/leads", &lead(mark));
        assert_eq!(received.text("/state"), "offered", "{received:?}");
        let id = received.text("/id");
        let is_asked = |partner: &&stellwerk_tests::Client| {
            let offers = partner.get("/api/v1/offers");
            let list = offers.body["offers"].as_array().cloned();
            list.unwrap_or_default()
                .iter()
                .any(|offer| offer["lead"] == id)
        };
        partners.iter().filter(is_asked).count()
    }
}

fn weights(first: usize) -> String {
    json!({ "waves": { "first": first } }).to_string()
}

#[test]
fn a_server_starts_with_what_the_folder_says_and_takes_what_is_renamed_over() {
    let mut it = Deployment::start(|folder| {
        fs::write(folder.join("pumps.toml"), BINDING).expect("a file");
        fs::write(folder.join("weights.json"), weights(2)).expect("a file");
    });
    // From the first request on.
    assert_eq!(it.asked("first"), 2);
    let told = ["reloaded matching-weighted 0.1.0, generation 2, ", " ms "];
    assert_eq!(it.told(&told), 1, "{}", it.server.log());
    assert_eq!(it.generations()[0]["comment"], "from pumps.toml");

    it.rename_over("weights.json", weights(1));
    it.waits_for_wave(1);
    assert_eq!(it.asked("second"), 1);
    it.waits_for_line(&["generation 3, ", "slot=\"matching\"", "contract=\"pumps\""]);

    // The same again is no new generation, whoever starts.
    it.server.crash();
    assert_eq!(
        it.told(&["in force already: matching-weighted 0.1.0, generation 3"]),
        1
    );
    assert_eq!(it.generations().len(), 3);
    // What has changed meanwhile is.
    it.server.kill();
    it.write("weights.json", weights(4));
    it.server = it.server.beside();
    assert_eq!(it.asked("third"), 4);
    assert_eq!(it.generations().len(), 4);
}

#[test]
fn a_link_is_swapped_as_orchestrators_do() {
    let version = |folder: &Path, name: &str, first| {
        let version = folder.join(name);
        fs::create_dir(&version).expect("a folder");
        fs::write(version.join("pumps.toml"), BINDING).expect("a file");
        fs::write(version.join("weights.json"), weights(first)).expect("a file");
    };
    let it = Deployment::start(|folder| {
        version(folder, "..2026_01", 2);
        symlink("..2026_01", folder.join("..data")).expect("a link");
        for file in ["pumps.toml", "weights.json"] {
            symlink(Path::new("..data").join(file), folder.join(file)).expect("a link");
        }
    });
    it.waits_for_wave(2);
    version(&it.folder, "..2026_02", 1);
    let swap = it.folder.join("..data_tmp");
    symlink("..2026_02", &swap).expect("a link");
    fs::rename(swap, it.folder.join("..data")).expect("the link's place");
    fs::remove_dir_all(it.folder.join("..2026_01")).expect("the old version");
    it.waits_for_wave(1);
    assert_eq!(it.generations().len(), 3);
    assert_eq!(it.told(&["ERROR"]), 0, "{}", it.server.log());
}

#[test]
fn a_hundred_changes_in_a_second_are_few_generations_and_the_last_one_counts() {
    let it = Deployment::start(|folder| {
        fs::write(folder.join("pumps.toml"), BINDING).expect("a file");
        fs::write(folder.join("weights.json"), weights(3)).expect("a file");
    });
    let before = it.generations().len();
    let begin = Instant::now();
    for change in 1..=100 {
        it.write("weights.json", weights(change));
        // No faster than that, by asking the server.
        while begin.elapsed() < Duration::from_millis(10) * change as u32 {
            it.server.manufacturer().get("/api/v1/contracts");
        }
    }
    it.waits_for_wave(100);
    let made = it.generations().len() - before;
    assert!((1..=4).contains(&made), "{made} generations");
    assert_eq!(it.told(&["ERROR"]), 0, "{}", it.server.log());
}

#[test]
fn a_file_that_is_still_being_written_is_waited_for() {
    let it = Deployment::start(|folder| {
        let binding = BINDING.replace("weights.json", "weights.toml");
        fs::write(folder.join("pumps.toml"), binding).expect("a file");
        fs::write(folder.join("weights.toml"), "waves.first = 3\n").expect("a file");
    });
    let before = it.generations().len();
    // Its beginning could be taken for all of it.
    let mut file = File::create(it.folder.join("weights.toml")).expect("the file");
    for piece in ["waves.", "first = 1\n", "waves.second = 2\n"] {
        file.write_all(piece.as_bytes()).expect("a piece");
        // Much longer than what counts as quiet.
        for _ in 0..100 {
            it.server.manufacturer().get("/api/v1/contracts");
        }
    }
    assert_eq!(it.generations().len(), before);
    drop(file);
    it.waits_for_wave(1);
    let now = it.generations();
    assert_eq!(now.len(), before + 1);
    assert_eq!(now[0]["configuration"]["waves"]["second"], 2);
}

#[test]
fn a_large_component_is_copied_in_pieces_and_taken_when_it_is_whole() {
    let it = Deployment::start(|_| {});
    let component = padded(COMPONENT, 2 * 1024 * 1024);
    let (half, rest) = component.split_at(component.len() / 2);
    it.write(
        "pumps.toml",
        BINDING.replace("matching-weighted", "own.wasm"),
    );
    it.write("weights.json", "{}");
    it.write("own.wasm", half);
    // Half of it is what somebody may have meant: it is told, and does no harm.
    it.waits_for_line(&["not reloaded, what is in force stays: ", "plugin.bad_wasm"]);
    assert_eq!(it.generations().len(), 1);
    let mut file = File::options()
        .append(true)
        .open(it.folder.join("own.wasm"))
        .expect("the file");
    for piece in rest.chunks(64 * 1024) {
        file.write_all(piece).expect("a piece");
        it.server.manufacturer().get("/api/v1/contracts");
    }
    drop(file);
    it.waits_for_line(&["reloaded matching-in-c "]);
    assert_eq!(it.told(&["ERROR"]), 1, "{}", it.server.log());
    assert_eq!(it.generations().len(), 2);
}

#[test]
fn what_is_broken_unreadable_or_gone_changes_nothing_and_is_told_once() {
    let it = Deployment::start(|folder| {
        fs::write(folder.join("pumps.toml"), BINDING).expect("a file");
        fs::write(folder.join("weights.json"), weights(2)).expect("a file");
    });
    let weights_file = it.folder.join("weights.json");
    let once = |parts: &[&str]| {
        it.waits_for_line(parts);
        assert_eq!(it.told(parts), 1, "{}", it.server.log());
    };

    it.write("weights.json", "{ \"waves\": { \"first\": 0 } }");
    once(&[
        "not reloaded",
        "config.invalid: /waves/first",
        "at the place that is named",
    ]);
    it.write("weights.json", "{ \"waves\": ");
    once(&["not reloaded", "weights.json: EOF while parsing"]);
    it.write("pumps.toml", "manufacturer = ");
    once(&["not taken", "pumps.toml: line 1, column 16"]);

    // Whole again: nothing new.
    it.write("pumps.toml", BINDING);
    it.write("weights.json", weights(2));
    once(&["the folder says again what it said before"]);

    // Nobody can read a folder, not even root.
    fs::remove_file(&weights_file).expect("the file goes");
    fs::create_dir(&weights_file).expect("a folder in its place");
    once(&["not reloaded", "weights.json: is no file"]);
    fs::remove_dir(&weights_file).expect("the folder goes");
    it.write("weights.json", weights(2));
    if is_root() {
        is_missing("rights", "root reads every file: rights are not tried");
    } else {
        let rights = |mode| {
            fs::set_permissions(&weights_file, fs::Permissions::from_mode(mode)).expect("rights");
        };
        rights(0o000);
        once(&["not reloaded", "weights.json: Permission denied"]);
        rights(0o600);
    }

    it.write("missing.toml", BINDING.replace("pumps", "none"));
    once(&[
        "there is no such contract. Correct its code",
        "contract=\"none\"",
    ]);

    fs::remove_file(it.folder.join("pumps.toml")).expect("the file goes");
    once(&[
        "no longer in the folder of policies; what is in force stays",
        "contract=\"pumps\"",
    ]);
    fs::remove_dir_all(&it.folder).expect("the folder goes");
    once(&["the folder of policies cannot be read, what is in force stays"]);
    assert_eq!(it.generations().len(), 2);
    assert_eq!(it.asked("after-all"), 2);

    // And all of it is there again.
    fs::create_dir(&it.folder).expect("the folder");
    it.write("weights.json", weights(1));
    it.write("pumps.toml", BINDING);
    it.waits_for_wave(1);
}

#[test]
fn a_change_over_the_api_stays_until_the_folder_says_something_new() {
    let Some(url) = postgres() else {
        return;
    };
    let all = tempfile::tempdir().expect("a temporary folder");
    let it = Deployment::start_on(Database::Postgres(url), all, |folder| {
        fs::write(folder.join("pumps.toml"), BINDING).expect("a file");
        fs::write(folder.join("weights.json"), weights(2)).expect("a file");
    });
    let path = "/api/v1/contracts/pumps/bindings/matching";
    let body = json!({
        "plugin": "matching-weighted",
        "configuration": { "waves": { "first": 1 } },
        "comment": "too many were asked",
    });
    let bound = it.server.manufacturer().put(path, &body);
    assert_eq!(bound.status, 200, "{bound:?}");
    // Another slot, so that the folder has been looked at since.
    let escalation = "[bindings.escalation]\nplugin = \"escalation-ladder\"\n";
    it.write("pumps.toml", format!("{BINDING}\n{escalation}"));
    it.waits_for_line(&["reloaded escalation-ladder"]);
    it.waits_for_wave(1);
    assert_eq!(it.generations().len(), 3);

    // Two servers that follow it make one generation of one change.
    let other = it.server.beside();
    it.waits_for_wave(2);
    it.write("weights.json", weights(4));
    it.waits_for_wave(4);
    let followed = |log: &str| log.contains("matching-weighted 0.1.0, generation 5");
    until("both have looked", || {
        followed(&it.server.log()) && followed(&other.log())
    });
    assert_eq!(it.generations().len(), 5);

    // What was taken out of force no file takes up again, not even at a start.
    let rolled_back = [
        "policy",
        "rollback",
        "pumps",
        "matching",
        "--comment",
        "worse",
    ];
    it.server.run(&rolled_back);
    let third = it.server.beside();
    let told = "generation 5 is the same, and was rolled back or quarantined";
    until("the third has looked", || third.log().contains(told));
    // What was good before is in force, as a generation of its own.
    assert_eq!(it.generations().len(), 6);
    assert_eq!(it.asked("after-all"), 2);
    it.write("weights.json", weights(3));
    it.waits_for_wave(3);
}

/// With a section at its end that says nothing.
fn padded(component: &[u8], bytes: usize) -> Vec<u8> {
    let name = b"padding";
    let mut padded = component.to_vec();
    padded.push(0);
    leb128(&mut padded, 1 + name.len() + bytes);
    padded.push(name.len() as u8);
    padded.extend(name);
    padded.resize(padded.len() + bytes, 0);
    padded
}

fn leb128(into: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            into.push(low);
            return;
        }
        into.push(low | 0x80);
    }
}
