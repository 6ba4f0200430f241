//! A busy day: leads come in, partners claim, decline, report and conclude, and
//! somebody reads the feed, all at once, from servers that may break down at any
//! moment. Whoever gets no answer asks again with the same Idempotency-Key, until
//! there is one.

mod chance;
mod errand;
mod people;
mod reader;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;

pub use chance::Chance;
pub use errand::Done;
pub use reader::Read;

use crate::Server;

/// Who sends leads in, at once.
const SENDERS: u64 = 2;

/// The people at work. They go on until they are told to stop.
pub struct Bustle {
    day: Arc<Day>,
    people: Vec<JoinHandle<Vec<Done>>>,
    reader: JoinHandle<Vec<Read>>,
}

/// What all of them share.
struct Day {
    /// Where servers answer now; each try goes to another one.
    addresses: Mutex<Vec<String>>,
    is_over: AtomicBool,
    /// The feed is read to its end and no further.
    is_read_up: AtomicBool,
    /// Requests for a change that were answered, whatever the answer.
    answered: AtomicU64,
    /// Leads that may come in so far.
    leads_max: AtomicU64,
    leads: AtomicU64,
}

/// What came of it.
pub struct Account {
    /// Every request that changed something, with its answer.
    pub done: Vec<Done>,
    /// Everything that the feed has shown, as it was read.
    pub read: Vec<Read>,
}

impl Bustle {
    /// Begins, with that many partners of the contract `pumps`.
    pub fn begin(servers: &[&Server], partners: usize, seed: u64) -> Self {
        let day = Arc::new(Day {
            addresses: Mutex::default(),
            is_over: AtomicBool::default(),
            is_read_up: AtomicBool::default(),
            answered: AtomicU64::default(),
            leads_max: AtomicU64::default(),
            leads: AtomicU64::default(),
        });
        day.go_to(servers);
        let first = servers.first().expect("a server");
        let maker = first.secret().to_owned();
        let mut people = Vec::new();
        for number in 0..SENDERS {
            let errands = day.errands(&maker, &format!("sender-{number}"));
            let chance = Chance::of(seed, number);
            people.push(std::thread::spawn(|| people::send(errands, chance)));
        }
        for number in 1..=partners {
            let code = crate::partner_code(number);
            let token = first.partner(&code).token().to_owned();
            let errands = day.errands(&token, &code);
            let chance = Chance::of(seed, 1_000 + number as u64);
            people.push(std::thread::spawn(|| people::work(errands, chance)));
        }
        let errands = day.errands(&maker, "reader");
        let reader = std::thread::spawn(|| reader::read(errands));
        Self {
            day,
            people,
            reader,
        }
    }

    /// The servers are others now.
    pub fn go_to(&self, servers: &[&Server]) {
        self.day.go_to(servers);
    }

    /// Lets more leads come in.
    pub fn let_in(&self, leads: u64) {
        self.day.leads_max.fetch_add(leads, Ordering::SeqCst);
    }

    /// How many requests for a change have been answered.
    pub fn answered(&self) -> u64 {
        self.day.answered.load(Ordering::SeqCst)
    }

    /// Nothing new is begun; what was is brought to its end, and so is what follows
    /// from it without anybody asking, as far as `rest` waits for that.
    ///
    /// # Panics
    /// Where somebody has met what cannot be.
    pub fn end(self, rest: impl FnOnce()) -> Account {
        self.day.is_over.store(true, Ordering::SeqCst);
        let mut done = Vec::new();
        for person in self.people {
            done.extend(person.join().expect("a person at work"));
        }
        rest();
        self.day.is_read_up.store(true, Ordering::SeqCst);
        let read = self.reader.join().expect("the reader of the feed");
        Account { done, read }
    }
}

impl Day {
    fn go_to(&self, servers: &[&Server]) {
        let addresses = servers.iter().map(|server| server.base().to_owned());
        *self.addresses.lock().expect("the addresses") = addresses.collect();
    }

    fn errands(self: &Arc<Self>, token: &str, who: &str) -> errand::Errands {
        errand::Errands::new(self.clone(), token, who)
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// One of the servers, another one in each turn.
    fn address(&self, turn: u64) -> String {
        let addresses = self.addresses.lock().expect("the addresses");
        let number = turn as usize % addresses.len().max(1);
        addresses.get(number).expect("a server").clone()
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}
