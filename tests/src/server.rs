//! The real binary, as a server of one test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::json;

use crate::{Client, postgres};

/// A program that writes more than it may is told so, instead of ended.
const IGNORING_FILE_LIMITS: &str = "trap '' XFSZ; exec \"$@\"";

/// Lines that a server logs while it answers one request.
const LINES_OF_A_REQUEST_MAX: usize = 500;

/// What a test's data is kept in.
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Runs a story on SQLite, and on PostgreSQL where its programs are there.
pub fn on_both_databases(story: impl Fn(Database)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    story(Database::Sqlite(folder.path().join("data")));
    if let Some(url) = postgres() {
        story(Database::Postgres(url));
    }
}

impl Database {
    /// As people call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The binary, to be run on this data.
    pub fn command(&self, binary: &str) -> Command {
        command(Path::new(binary), self)
    }

    /// Runs the binary on this data; what it has printed.
    ///
    /// # Panics
    /// Where it fails, with what it said.
    pub fn run(&self, binary: &str, arguments: &[&str]) -> String {
        run(Path::new(binary), self, arguments)
    }
}

/// A running server. It ends with the test.
pub struct Server {
    binary: PathBuf,
    database: Database,
    /// Settings of its own, as variables.
    settings: Vec<(&'static str, &'static str)>,
    process: Process,
    secret: String,
    manufacturer: Client,
}

/// The program while it serves.
struct Process {
    child: Child,
    address: String,
    /// What it has logged so far.
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Applies the contract file and starts the server.
    ///
    /// # Panics
    /// Where the binary does not do its part, with what it said.
    pub fn start(binary: &str, database: Database, contract: &str) -> Self {
        Self::start_with(binary, database, contract, &[])
    }

    /// The same with settings of its own.
    ///
    /// # Panics
    /// Where the binary does not do its part, with what it said.
    pub fn start_with(
        binary: &str,
        database: Database,
        contract: &str,
        settings: &[(&'static str, &'static str)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("contract.toml");
        std::fs::write(&file, contract).expect("the contract file");
        run(
            Path::new(binary),
            &database,
            &["apply", &file.display().to_string()],
        );
        Self::of(binary, database, "maker", settings)
    }

    /// Starts the server on what is there, for a manufacturer that is there.
    ///
    /// # Panics
    /// Where the binary does not do its part, with what it said.
    pub fn of(
        binary: &str,
        database: Database,
        manufacturer: &str,
        settings: &[(&'static str, &'static str)],
    ) -> Self {
        let binary = PathBuf::from(binary);
        let made = [
            "token",
            "create",
            "--role",
            "manufacturer",
            "--manufacturer",
            manufacturer,
        ];
        let secret = run(&binary, &database, &made).trim().to_owned();
        let process = Process::start(&binary, &database, settings);
        Self {
            manufacturer: Client::new(&process.address, &secret),
            binary,
            database,
            settings: settings.to_vec(),
            process,
            secret,
        }
    }

    /// Another server on the same database.
    pub fn beside(&self) -> Self {
        self.beside_on(self.database.clone())
    }

    /// Another server, on the same data by another way.
    pub fn beside_on(&self, database: Database) -> Self {
        let process = Process::start(&self.binary, &database, &self.settings);
        Self {
            binary: self.binary.clone(),
            database,
            settings: self.settings.clone(),
            manufacturer: Client::new(&process.address, &self.secret),
            process,
            secret: self.secret.clone(),
        }
    }

    /// Ends the server at once. What it has given the machine to write is written all
    /// the same: this is no power failure.
    pub fn kill(&mut self) {
        self.process.child.kill().expect("the server is killed");
        self.process.child.wait().expect("the server ends");
    }

    /// The same, and starts it again.
    pub fn crash(&mut self) {
        self.kill();
        *self = self.beside();
    }

    /// Where it answers, such as `http://127.0.0.1:8080`.
    pub fn base(&self) -> &str {
        &self.process.address
    }

    /// What its data is kept in.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Where it answers, such as `127.0.0.1:8080`.
    pub fn address(&self) -> &str {
        self.process
            .address
            .strip_prefix("http://")
            .unwrap_or_default()
    }

    /// The manufacturer's token.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Speaks as the manufacturer.
    pub fn manufacturer(&self) -> &Client {
        &self.manufacturer
    }

    /// Speaks as a partner.
    pub fn partner(&self, code: &str) -> Client {
        self.speaking_as("partner", Some(code))
    }

    /// Speaks in a role, for a partner where the role is one of a partner's.
    pub fn speaking_as(&self, role: &str, partner: Option<&str>) -> Client {
        let made = self.manufacturer.post(
            "/api/v1/tokens",
            &json!({ "role": role, "partner": partner }),
        );
        assert_eq!(made.status, 201, "{made:?}");
        Client::new(
            &self.process.address,
            made.body["token"].as_str().expect("a token"),
        )
    }

    /// The number of its process.
    pub fn process_id(&self) -> u32 {
        self.process.child.id()
    }

    /// Speaks under a token, whatever it is.
    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.process.address, token)
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        self.process.log.lock().expect("the log").clone()
    }

    /// Lets the server write no file, or lets it again. Every write fails then, with
    /// an error that it is not made for (EFBIG), as on a disk that breaks (EIO). One
    /// that has turned read-only would say so (EROFS), and let no file be opened.
    ///
    /// # Panics
    /// Where the machine does not do it.
    pub fn let_write(&self, may: bool) {
        let limit = if may { "unlimited" } else { "0" };
        let id = self.process_id().to_string();
        let limited = Command::new("prlimit")
            .args(["--pid", &id, &format!("--fsize={limit}:unlimited")])
            .status();
        assert!(limited.is_ok_and(|status| status.success()), "prlimit");
    }

    /// The lines that name the identifier of a request, among the last ones.
    pub(crate) fn log_of(&self, id: &str) -> Vec<String> {
        let log = self.process.log.lock().expect("the log");
        let marked = format!("\"{id}\"");
        let mut lines: Vec<String> = log
            .rsplit('\n')
            .take(LINES_OF_A_REQUEST_MAX)
            .filter(|line| line.contains(&marked))
            .map(str::to_owned)
            .collect();
        lines.reverse();
        lines
    }

    /// Runs another command on the same data; the server has to be stopped where
    /// the data is a folder.
    pub fn run(&self, arguments: &[&str]) -> String {
        run(&self.binary, &self.database, arguments)
    }

    /// Asks the server to stop.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Lets the server stand still, as a machine does that is moved.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on as if nothing had happened.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill {signal}");
    }

    /// Asks the server to stop and waits until it has.
    pub fn stop(&mut self) {
        self.terminate();
        self.wait();
    }

    /// Waits until the server has stopped well.
    pub fn wait(&mut self) {
        let ended = self.process.child.wait().expect("the server ends");
        assert!(ended.success(), "{}", self.log());
    }
}

impl Process {
    fn start(binary: &Path, database: &Database, settings: &[(&str, &str)]) -> Self {
        let mut child = command(Path::new("sh"), database)
            .args(["-c", IGNORING_FILE_LIMITS, "sh"])
            .arg(binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            // Stories ask as fast as they can, unless they are about that.
            .env("STELLWERK_HTTP_TOKEN_REQUESTS_PER_SECOND", "0")
            .envs(settings.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its standard error"));
        let mut said = String::new();
        let address = loop {
            let before = said.len();
            let read = lines.read_line(&mut said).expect("a line of the server");
            assert!(read > 0, "the server ended before it listened: {said}");
            if let Some(address) = said[before..].trim().strip_prefix("listening on ") {
                break address.to_owned();
            }
        };
        let log = Arc::new(Mutex::new(said));
        let kept = log.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                kept.lock().expect("the log").push_str(&line);
                line.clear();
            }
        });
        Self {
            child,
            address,
            log,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(binary: &Path, database: &Database) -> Command {
    let mut command = Command::new(binary);
    command.env("STELLWERK_CACHE", compiled());
    match database {
        Database::Sqlite(folder) => command.env("STELLWERK_DATA", folder),
        Database::Postgres(url) => command.env("STELLWERK_POSTGRES", url),
    };
    command
}

/// A folder beside the test programs, where policies are compiled once for all of
/// them: what lies there is named by what it was compiled from and with.
///
/// # Panics
/// Where there is no such folder and none can be made.
pub fn compiled() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let program = std::env::current_exe().expect("the test program");
        let profile = program.ancestors().nth(2).expect("a folder of its profile");
        let folder = profile.join("compiled-policies");
        std::fs::create_dir_all(&folder).expect("a folder for compiled policies");
        folder
    })
}

fn run(binary: &Path, database: &Database, arguments: &[&str]) -> String {
    let output = command(binary, database)
        .args(arguments)
        .output()
        .expect("the binary runs");
    assert!(
        output.status.success(),
        "stellwerk {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}
