//! Claims while fifty plugins are uploaded at once, against claims while nothing else
//! happens: as many a second, on the same server. The load is modest, so that what is
//! seen is what the uploads do to the claims, and not a machine that is full.
//!
//! `cargo bench --bench uploads`

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use stellwerk_tests::load::Claims;
use stellwerk_tests::{Database, Server, contract};

const UPLOADS: u8 = 50;
const PER_SECOND: usize = 40;
/// Long enough that a dozen claims are above the p99.
const SPAN: Duration = Duration::from_secs(30);
const COMPONENT: &[u8] = include_bytes!("../../plugins/components/matching-weighted.wasm");
/// Where its manifest has name and version.
const TITLE: &[u8] = b"matching-weighted0.1.0";

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = Database::Sqlite(folder.path().join("data"));
    let server = Server::start(env!("CARGO_BIN_EXE_stellwerk"), database, &contract(1, 1));
    // What a host does once is not counted.
    let warmed = PER_SECOND;
    let counted = PER_SECOND * SPAN.as_secs() as usize;
    let claims = Claims::offered(&server, warmed + 2 * counted);
    claims.at(&server, PER_SECOND, Duration::from_secs(1));
    println!("SQLite, {PER_SECOND} claims a second, {UPLOADS} uploads");

    let without = claims.at(&server, PER_SECOND, SPAN);
    println!("  alone   {without}");
    let done = begin_uploads(&server);
    let with = claims.at(&server, PER_SECOND, SPAN);
    println!("  beside  {with}");
    println!(
        "  p99 beside uploads, per p99 alone: {:.2}; taken in meanwhile {}",
        with.percentile(99).as_secs_f64() / without.percentile(99).as_secs_f64(),
        done.load(Ordering::Relaxed)
    );
}

/// All at once. Nobody waits for them here: how many are done is counted.
fn begin_uploads(server: &Server) -> Arc<AtomicUsize> {
    let done = Arc::new(AtomicUsize::new(0));
    for number in 0..UPLOADS {
        let (client, done) = (server.client(server.secret()), done.clone());
        let component = component(number);
        thread::spawn(move || {
            let wasm = [("Content-Type", "application/wasm")];
            let answer = client.try_to_ask("POST", "/api/v1/plugins", &wasm, component);
            // The server ends with the benchmark, whoever still waits.
            if answer.is_ok_and(|answer| answer.status == 201) {
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    done
}

/// The reference plugin under a version that only this upload has.
fn component(number: u8) -> Vec<u8> {
    let mut component = COMPONENT.to_vec();
    let mut windows = component.windows(TITLE.len());
    let at = windows.position(|part| part == TITLE).expect("its title");
    let version = at + TITLE.len() - b"0.1.0".len();
    component[version] = b'1' + number / 10;
    component[version + 4] = b'0' + number % 10;
    component
}
