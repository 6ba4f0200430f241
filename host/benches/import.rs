//! Rows of history imported per second; against a plain loader that reads the
//! same file and writes each row into one table, a hundred rows a statement and
//! a commit, with the same durability.
//!
//! `cargo bench --bench import`

mod bare;

use std::time::{Duration, Instant};

use stellwerk_tests::load::{import_history, write_history};
use stellwerk_tests::{contract, on_both_databases};

const ROWS: u32 = 50_000;
const PARTNERS: usize = 100;

fn main() {
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        write_history(&at("history.csv"), 0..ROWS, PARTNERS);
        std::fs::write(at("contract.toml"), contract(PARTNERS, 3)).expect("the contract");
        let url = bare::url_beside(&database, folder.path());
        println!("{}, {ROWS} rows", database.name());
        let plain = bare::load(&url, &at("history.csv"));

        let binary = env!("CARGO_BIN_EXE_stellwerk");
        let path = |file: &str| at(file).display().to_string();
        database.run(binary, &["apply", &path("contract.toml")]);
        let begun = Instant::now();
        import_history(&database, binary, &at("history.csv"));
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
