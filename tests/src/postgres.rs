//! A PostgreSQL server of the tests' own, from the installed programs, on a
//! socket in a folder of its own. It ends with the test program.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Set to `required`, a machine without PostgreSQL's programs fails the tests
/// instead of skipping those that need it.
const DEMAND: &str = "STELLWERK_TEST_POSTGRES";
/// PostgreSQL refuses to run as root; then it runs as this user.
const NOBODY: u32 = 65_534;
const START_MAX: Duration = Duration::from_secs(60);

struct Cluster {
    folder: tempfile::TempDir,
    user: Option<u32>,
    server: Mutex<Child>,
    databases: AtomicU32,
}

/// The URL of a new, empty database; none where the programs are missing.
///
/// # Panics
/// Where they are demanded but missing, or do not start.
pub fn postgres() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(Cluster::start).as_ref()?;
    let name = format!(
        "story_{}",
        cluster.databases.fetch_add(1, Ordering::Relaxed)
    );
    cluster.run(
        "createdb",
        &["-h", &cluster.socket(), "-U", "stellwerk", &name],
    );
    Some(format!(
        "postgres://stellwerk@localhost/{name}?host={}",
        cluster.socket()
    ))
}

impl Cluster {
    fn start() -> Option<Self> {
        if program("initdb").is_none() || program("postgres").is_none() {
            assert!(
                std::env::var(DEMAND).as_deref() != Ok("required"),
                "{DEMAND} demands PostgreSQL, but initdb and postgres are not to be found"
            );
            eprintln!("PostgreSQL's programs are not installed: its tests are skipped");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
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
        let data = folder.path().join("data");
        let mut cluster = Self {
            folder,
            user,
            server: Mutex::new(Command::new("true").spawn().expect("a program")),
            databases: AtomicU32::new(0),
        };
        let data = data.display().to_string();
        cluster.run(
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
        let mut server = cluster.command("postgres");
        server.args([
            "-D",
            &data,
            "-k",
            &cluster.socket(),
            "-c",
            "listen_addresses=",
        ]);
        server.args(["-c", "max_connections=200"]);
        server.stdout(Stdio::null()).stderr(Stdio::null());
        cluster.server = Mutex::new(server.spawn().expect("postgres starts"));
        let begin = Instant::now();
        while !cluster.is_ready() {
            assert!(begin.elapsed() < START_MAX, "postgres does not get ready");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(cluster)
    }

    fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn is_ready(&self) -> bool {
        self.command("psql")
            .args([
                "-h",
                &self.socket(),
                "-U",
                "stellwerk",
                "-c",
                "SELECT 1",
                "postgres",
            ])
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
