//! Rows of history imported per second; against a plain loader that reads the
//! same file and writes each row into one table, a hundred rows a statement and
//! a commit, with the same durability.
//!
//! `cargo bench --bench import`

mod bare;

use std::path::Path;
use std::time::{Duration, Instant};

use stellwerk_tests::load::{MAPPING, write_history};
use stellwerk_tests::{Database, contract, on_both_databases, postgres};

const ROWS: u32 = 50_000;
const PARTNERS: usize = 100;

fn main() {
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        write_history(&at("history.csv"), 0..ROWS, PARTNERS);
        std::fs::write(at("history.toml"), MAPPING).expect("the mapping");
        std::fs::write(at("contract.toml"), contract(PARTNERS, 3)).expect("the contract");
        let (name, url) = match &database {
            Database::Sqlite(_) => {
                let url = format!("sqlite://{}?mode=rwc", at("bare.db").display());
                ("SQLite", url)
            }
            Database::Postgres(_) => ("PostgreSQL", postgres().expect("a database")),
        };
        println!("{name}, {ROWS} rows");
        let plain = bare::load(&url, &at("history.csv"));

        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let path = |file: &str| at(file).display().to_string();
        database.run(binary, &["apply", &path("contract.toml")]);
        let begun = Instant::now();
        import(&database, binary, &at("history.csv"), &at("history.toml"));
        let imported = begun.elapsed();
        let rate = |span: Duration| f64::from(ROWS) / span.as_secs_f64();
        println!("  plain loader {:9.0} rows/s", rate(plain));
        println!("  stellwerk    {:9.0} rows/s", rate(imported));
        println!(
            "  rows imported per row loaded: {:.3}",
            rate(imported) / rate(plain)
        );
    });
}

fn import(database: &Database, binary: &str, file: &Path, mapping: &Path) {
    let (file, mapping) = (file.display().to_string(), mapping.display().to_string());
    let said = database.run(
        binary,
        &[
            "import",
            "leads",
            &file,
            "--contract",
            "pumps",
            "--mapping",
            &mapping,
        ],
    );
    assert!(
        said.contains(&format!("{ROWS} rows: {ROWS} imported")),
        "{said}"
    );
}
