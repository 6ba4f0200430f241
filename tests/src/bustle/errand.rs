//! A request that is sent until it is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Day;
use crate::{Answer, Client};

/// However often servers break down, one answers within that time.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
const TOO_MANY: u16 = 429;
const UNAVAILABLE: u16 = 503;
/// Before the next try.
const PAUSE: Duration = Duration::from_millis(10);

/// A request that changed something, or was refused for good.
#[derive(Clone, Debug)]
pub struct Done {
    pub token: String,
    pub path: String,
    pub body: Value,
    pub key: String,
    /// How often it was sent.
    pub tries: u64,
    pub answer: Answer,
}

impl Done {
    /// Whether it was accepted.
    pub fn is_accepted(&self) -> bool {
        (200..300).contains(&self.answer.status)
    }
}

/// What one person has to do at the servers.
pub(super) struct Errands {
    pub day: Arc<Day>,
    token: String,
    who: String,
    /// Counts every try; each goes to another server than the one before.
    turn: u64,
    requests: u64,
    /// By the server's address.
    clients: BTreeMap<String, Client>,
}

impl Errands {
    pub fn new(day: Arc<Day>, token: &str, who: &str) -> Self {
        Self {
            day,
            token: token.to_owned(),
            who: who.to_owned(),
            turn: who.bytes().map(u64::from).sum(),
            requests: 0,
            clients: BTreeMap::new(),
        }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.until_answered("GET", path, &[], &[])
    }

    /// With a key of its own, the same in every try.
    pub fn post(&mut self, path: String, body: Value) -> Done {
        self.requests += 1;
        let key = format!("{}-{}", self.who, self.requests);
        let headers = [("Idempotency-Key", key.as_str())];
        let before = self.turn;
        let answer = self.until_answered("POST", &path, &headers, body.to_string().as_bytes());
        self.day.answered.fetch_add(1, Ordering::SeqCst);
        Done {
            token: self.token.clone(),
            path,
            body,
            key,
            tries: self.turn - before,
            answer,
        }
    }

    fn until_answered(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let begin = Instant::now();
        loop {
            let address = self.day.address(self.turn);
            self.turn += 1;
            let client = self
                .clients
                .entry(address)
                .or_insert_with_key(|address| Client::new(address, &self.token));
            match client.try_to_ask(method, path, headers, body.to_vec()) {
                Ok(answer) if answer.status < 500 && answer.status != TOO_MANY => return answer,
                // Of what passes, a server says when to come again.
                Ok(answer) => assert!(
                    [TOO_MANY, UNAVAILABLE].contains(&answer.status),
                    "{path}: {answer:?}"
                ),
                // It has broken down meanwhile, or is not there.
                Err(_) => {}
            }
            assert!(
                begin.elapsed() < ANSWERED_WITHIN,
                "{method} {path}: nobody answers"
            );
            std::thread::sleep(PAUSE);
        }
    }
}
