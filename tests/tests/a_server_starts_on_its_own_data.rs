//! A server that cannot have its data says why and what to do, and leaves the
//! data as it is.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::STELLWERK;
use stellwerk_tests::{
    Database, Server, SmallDisk, contract, is_root, on_both_databases, postgres_program,
};

/// Exit codes, as `host/src/cli/exit.rs` has them.
const INPUT: i32 = 3;
const UNAVAILABLE: i32 = 8;

/// Starts a server that does not come to serve. Answers its exit code and what it
/// says to people.
fn refused(database: &Database) -> (i32, String) {
    let output = database
        .command(STELLWERK)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("STELLWERK_LOG_FILTER", "off")
        .env("STELLWERK_STORE_ACQUIRE_SECONDS_MAX", "2")
        .output()
        .expect("the binary runs");
    let said = String::from_utf8(output.stderr).expect("text");
    (output.status.code().unwrap_or_default(), said)
}

#[test]
fn a_second_server_on_a_folder_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::Sqlite(folder.path().join("data"));
    let first = Server::start(STELLWERK, database.clone(), &contract(1, 1));
    let (exit, said) = refused(&database);
    assert_eq!(exit, UNAVAILABLE, "{said}");
    let holder = format!(
        "the server at {}, process {}",
        first.base(),
        first.process_id()
    );
    assert!(said.contains(&holder), "{said}");
    assert!(
        said.contains("give this one a folder of its own with --data"),
        "{said}"
    );
    assert_eq!(first.manufacturer().get("/health/ready").status, 200);
    // The folder is free when its server is gone, however that went.
    let mut first = first;
    first.crash();
}

#[test]
fn a_new_data_folder_is_its_owners_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let rights = |path: &Path| {
        let about = std::fs::metadata(path).expect("a folder");
        about.permissions().mode() & 0o777
    };
    let new = folder.path().join("new");
    let mut server = Server::start(STELLWERK, Database::Sqlite(new.clone()), &contract(1, 1));
    server.stop();
    assert_eq!(rights(&new), 0o700);
    // Whoever has made it may want others to read it.
    let made = folder.path().join("made");
    std::fs::create_dir(&made).expect("a folder");
    std::fs::set_permissions(&made, std::fs::Permissions::from_mode(0o750)).expect("rights");
    let mut server = Server::start(STELLWERK, Database::Sqlite(made.clone()), &contract(1, 1));
    server.stop();
    assert_eq!(rights(&made), 0o750);
}

#[test]
fn data_of_a_newer_version_is_refused_and_left_as_it_is() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database.clone(), &contract(1, 1));
        server.stop();
        database.execute(
            "INSERT INTO _sqlx_migrations \
             SELECT 9999, 'later', installed_on, success, checksum, execution_time \
             FROM _sqlx_migrations WHERE version = 1",
        );
        let before = contents(&database);
        let (exit, said) = refused(&database);
        assert_eq!(exit, UNAVAILABLE, "{said}");
        assert_eq!(
            said,
            "error: the data was written by a newer version of Stellwerk (migration 9999)\n\
             start that version or a newer one; nothing was changed\n"
        );
        assert!(contents(&database) == before, "something was written");
    });
}

/// Everything that the database holds.
fn contents(database: &Database) -> Vec<u8> {
    match database {
        Database::Sqlite(folder) => {
            std::fs::read(folder.join("stellwerk.db")).expect("the database")
        }
        Database::Postgres(url) => {
            let dumped = postgres_program("pg_dump").arg(url).output();
            let dumped = dumped.expect("pg_dump runs");
            assert!(dumped.status.success(), "{dumped:?}");
            // Newer programs mark each dump with a word of its own.
            let text = String::from_utf8(dumped.stdout).expect("text");
            let lines = text.lines().filter(|line| !line.starts_with('\\'));
            lines.collect::<Vec<_>>().join("\n").into_bytes()
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = SmallDisk::new(1);
    let place = disk.as_ref().map_or(folder.path(), SmallDisk::path);
    // Rights do not keep root out; a disk does.
    match &disk {
        Some(disk) => disk.make_read_only(),
        None if is_root() => return,
        None => {
            let rights = std::fs::Permissions::from_mode(0o555);
            std::fs::set_permissions(place, rights).expect("rights");
        }
    }
    let data = place.join("data");
    let (exit, said) = refused(&Database::Sqlite(data.clone()));
    assert_eq!(exit, INPUT, "{said}");
    let what = format!("error: the data folder {} cannot be used: ", data.display());
    assert!(said.starts_with(&what), "{said}");
    assert!(said.contains("name another one with --data"), "{said}");
}

#[test]
fn a_database_that_is_not_there_is_told() {
    // Nobody listens on a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let url = format!("postgres://stellwerk@127.0.0.1:{port}/nothing");
    let (exit, said) = refused(&Database::Postgres(url));
    assert_eq!(exit, UNAVAILABLE, "{said}");
    assert!(
        said.starts_with("error: The database cannot be reached: "),
        "{said}"
    );
    assert!(
        said.contains("start the database, or open the way to it"),
        "{said}"
    );
}
