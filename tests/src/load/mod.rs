//! Load on a server, for benchmarks: so many clients, each sending its next
//! request when the last one is answered.

mod claims;
mod connection;
mod figures;
mod history;
mod machine;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use claims::Claims;
pub use connection::{Connection, Reply};
pub use figures::Figures;
pub use history::{HISTORY_MAPPING, LEADS_A_MONTH, import_history, month_after, write_history};
pub use machine::{bytes_in, processor_time, resident, resident_peak};

/// Runs `clients` at once for `span` and tells what came of it. Each client is
/// given its number and makes its step with `step` over a connection of its own.
///
/// # Panics
/// Where a step does.
pub fn closed_loop<S>(
    address: &str,
    clients: usize,
    span: Duration,
    make: impl Fn(usize) -> S,
) -> Figures
where
    S: FnMut(&mut Connection) -> Option<Reply> + Send,
{
    let ended = AtomicBool::new(false);
    let begun = Instant::now();
    let all: Vec<Figures> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..clients)
            .map(|client| {
                let mut step = make(client);
                let ended = &ended;
                scope.spawn(move || {
                    let mut connection = Connection::open(address);
                    let mut figures = Figures::default();
                    while !ended.load(Ordering::Relaxed) {
                        match step(&mut connection) {
                            Some(reply) => figures.add(reply.status, reply.took),
                            None => break,
                        }
                    }
                    figures
                })
            })
            .collect();
        let finished = || running.iter().all(|client| client.is_finished());
        while begun.elapsed() < span && !finished() {
            std::thread::sleep(Duration::from_millis(5));
        }
        ended.store(true, Ordering::Relaxed);
        running
            .into_iter()
            .map(|client| client.join().expect("a client"))
            .collect()
    });
    Figures::together(all, begun.elapsed())
}
