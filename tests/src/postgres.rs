//! A PostgreSQL server of the tests' own, from the installed programs, on a
//! socket in a folder of its own. Both end with the test program, however that
//! ends.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::SmallDisk;

/// Set to `required`, a machine without PostgreSQL's programs fails the tests
/// instead of skipping those that need it.
const DEMAND: &str = "STELLWERK_TEST_POSTGRES";
/// PostgreSQL refuses to run as root; then it runs as this user.
const NOBODY: u32 = 65_534;
const START_MAX: Duration = Duration::from_secs(60);
/// Runs a program until the pipe to its standard input is closed, which the end
/// of the test program does. Then nothing is worth a clean end, and a folder that
/// nobody is left to remove is removed.
const WHILE_WE_LIVE: &str = "\"$@\" & server=$!; cat > /dev/null; kill -QUIT $server; \
    wait $server; [ -d /proc/$PPID ] || rm -rf \"$PWD\"";
const USUAL_PORT: u16 = 5_432;
/// Who may connect over TLS: everybody; without it, on the socket alone.
const RULES_OVER_TLS: &str = "local all all trust\nhostssl all all all trust\n";

/// A database that is reached over TLS alone.
pub struct Encrypted {
    /// `localhost`, for which the server's certificate is, and its port.
    pub port: u16,
    pub database: String,
    /// Who has signed the server's certificate.
    pub authority: PathBuf,
    /// Somebody else.
    pub other_authority: PathBuf,
    _postgres: Postgres,
}

/// A server that a test may stop and start.
pub struct Postgres {
    folder: tempfile::TempDir,
    user: Option<u32>,
    /// None while it is stopped.
    server: Option<Child>,
    /// Where it is reached over TLS.
    port: Option<u16>,
    databases: AtomicU32,
}

/// The URL of a new, empty database; none where the programs are missing.
///
/// # Panics
/// Where they are demanded but missing, or do not start.
pub fn postgres() -> Option<String> {
    let shared = Postgres::shared()?;
    Some(shared.url(&shared.database()))
}

/// A server of PostgreSQL that takes connections over TLS alone, with a
/// certificate of its own; none where PostgreSQL or `openssl` is missing.
///
/// # Panics
/// Where PostgreSQL is demanded but missing, or does not start.
pub fn postgres_over_tls() -> Option<Encrypted> {
    if program("openssl").is_none() {
        crate::is_missing("openssl", "TLS to PostgreSQL is not tried");
        return None;
    }
    let certificates = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| certificates.path().join(name);
    certify(certificates.path());
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let postgres = Postgres::with(
        &std::env::temp_dir(),
        &[
            (path("server.crt"), "server.crt"),
            (path("server.key"), "server.key"),
            (path("authority.crt"), "authority.crt"),
            (path("other.crt"), "other.crt"),
        ]
        .map(|(from, name)| Beside { from, name, port }),
    )?;
    let socket = PathBuf::from(postgres.socket());
    Some(Encrypted {
        port,
        database: postgres.database(),
        authority: socket.join("authority.crt"),
        other_authority: socket.join("other.crt"),
        _postgres: postgres,
    })
}

/// A file that the server is given, to be reached at that port.
struct Beside {
    from: PathBuf,
    name: &'static str,
    port: u16,
}

/// Two authorities, and a certificate of `localhost` that the first has signed.
fn certify(folder: &Path) {
    let openssl = |arguments: &str| {
        let output = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .output()
            .expect("openssl runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {said}");
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for name in ["authority", "other"] {
        openssl(&format!(
            "req -x509 {key} -days 2 -subj /CN={name} -keyout {name}.key -out {name}.crt"
        ));
    }
    openssl(&format!(
        "req -new {key} -subj /CN=localhost -keyout server.key -out server.csr"
    ));
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").expect("a file");
    openssl(
        "x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 \
         -extfile names -out server.crt",
    );
}

impl Postgres {
    /// The server of all tests that let it be; none where the programs are missing.
    ///
    /// # Panics
    /// Where they are demanded but missing, or do not start.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        SHARED.get_or_init(Self::new).as_ref()
    }

    /// A server for one test; none where the programs are missing.
    ///
    /// # Panics
    /// Where they are demanded but missing, or do not start.
    pub fn new() -> Option<Self> {
        Self::with(&std::env::temp_dir(), &[])
    }

    /// The same, with its data on a disk of its own.
    ///
    /// # Panics
    /// Where the programs are demanded but missing, or do not start.
    pub fn on(disk: &SmallDisk) -> Option<Self> {
        Self::with(disk.path(), &[])
    }

    /// With its data below `place`. With files for TLS it is reached by that alone.
    fn with(place: &Path, certificates: &[Beside]) -> Option<Self> {
        if program("initdb").is_none() || program("postgres").is_none() {
            assert!(
                std::env::var(DEMAND).as_deref() != Ok("required"),
                "{DEMAND} demands PostgreSQL, but initdb and postgres are not to be found"
            );
            eprintln!("PostgreSQL's programs are not installed: its tests are skipped");
            return None;
        }
        let folder = tempfile::tempdir_in(place).expect("a temporary folder");
        // Others than root may only pass through it.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))
            .expect("permissions of the temporary folder");
        let is_root = std::fs::metadata("/proc/self")
            .map(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
            .unwrap_or(false);
        let user = is_root.then_some(NOBODY);
        if let Some(user) = user {
            chown(folder.path(), Some(user), Some(user)).expect("a folder of nobody's");
        }
        let mut postgres = Self {
            folder,
            user,
            server: None,
            port: certificates.first().map(|beside| beside.port),
            databases: AtomicU32::new(0),
        };
        let data = postgres.data();
        postgres.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "stellwerk",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
        );
        for beside in certificates {
            postgres.give(beside);
        }
        if postgres.port.is_some() {
            let rules = format!("{data}/pg_hba.conf");
            std::fs::write(rules, RULES_OVER_TLS).expect("who may connect, and how");
        }
        postgres.start();
        Some(postgres)
    }

    /// Starts it, and waits until it answers.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(&mut self) {
        let mut server = self.command("sh");
        server
            .args(["-c", WHILE_WE_LIVE, "sh"])
            .arg(program("postgres").expect("PostgreSQL's programs"));
        server.args(["-D", &self.data(), "-k", &self.socket()]);
        match self.port {
            None => server.args(["-c", "listen_addresses="]),
            Some(port) => {
                let port = format!("port={port}");
                server.args(["-c", "listen_addresses=localhost", "-c", &port]);
                server.args(["-c", "ssl=on", "-c", "ssl_cert_file=../server.crt"]);
                server.args(["-c", "ssl_key_file=../server.key"])
            }
        };
        server.args(["-c", "max_connections=200"]);
        server.stdin(Stdio::piped());
        server.stdout(Stdio::null()).stderr(Stdio::null());
        self.server = Some(server.spawn().expect("postgres starts"));
        let begin = Instant::now();
        while !self.is_ready() {
            assert!(begin.elapsed() < START_MAX, "postgres does not get ready");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends it at once: what it has not written yet it has to find in its log again.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.stdin.take());
            let _ended = server.wait();
        }
    }

    /// Copies a file to where the server finds it and may read it.
    fn give(&self, beside: &Beside) {
        let to = self.folder.path().join(beside.name);
        std::fs::copy(&beside.from, &to).expect("a certificate");
        let mode = match beside.name.ends_with(".key") {
            true => 0o600,
            false => 0o644,
        };
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(mode)).expect("its rights");
        if let Some(user) = self.user {
            chown(&to, Some(user), Some(user)).expect("a file of nobody's");
        }
    }

    /// The name of a new, empty database on it.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("story_{number}");
        let socket = self.socket();
        let mut arguments = vec!["-h", &socket, "-U", "stellwerk"];
        let port = self.port.map(|port| port.to_string());
        arguments.extend(port.iter().flat_map(|port| ["-p", port]));
        arguments.push(&name);
        self.run("createdb", &arguments);
        name
    }

    /// The way to one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://stellwerk@localhost/{database}?host={}",
            self.socket()
        )
    }

    /// Runs a statement about the server, or about one of its databases.
    pub fn manage(&self, statement: &str) {
        let socket = self.socket();
        let arguments = [
            "-h",
            &socket,
            "-U",
            "stellwerk",
            "-c",
            statement,
            "postgres",
        ];
        self.run("psql", &arguments);
    }

    /// The socket on which it answers.
    pub fn socket_file(&self) -> PathBuf {
        self.folder.path().join(format!(".s.PGSQL.{USUAL_PORT}"))
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn is_ready(&self) -> bool {
        let port = self.port.unwrap_or(USUAL_PORT).to_string();
        self.command("psql")
            .args(["-h", &self.socket(), "-p", &port, "-U", "stellwerk"])
            .args(["-c", "SELECT 1", "postgres"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(program(name).unwrap_or_else(|| PathBuf::from(name)));
        command.current_dir(self.folder.path());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    fn run(&self, name: &str, arguments: &[&str]) {
        let output = self
            .command(name)
            .args(arguments)
            .output()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One of PostgreSQL's programs, to be run.
///
/// # Panics
/// Where it is missing.
pub fn postgres_program(name: &str) -> Command {
    Command::new(program(name).unwrap_or_else(|| panic!("{name} is not installed")))
}

/// Where a program of PostgreSQL is: on the path, or where Debian keeps it.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(name));
    on_path.chain(debian).find(|program| program.is_file())
}
