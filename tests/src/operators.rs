//! What a server shows to those who run it.

use std::collections::BTreeMap;

use crate::{Client, Server, until};

impl Server {
    /// The operators' address, once the server has said it; it has one where
    /// `admin-listen` is set.
    pub fn operators(&self) -> Client {
        let said = "health and metrics on ";
        until("the operators' address", || self.log().contains(said));
        let log = self.log();
        let line = log.lines().find_map(|line| line.strip_prefix(said));
        Client::new(line.expect("an address").trim(), "")
    }
}

/// Every series of Prometheus' text by its name and labels.
///
/// # Panics
/// Where it is no such text.
pub fn series(text: &str) -> BTreeMap<String, f64> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a value");
            (name.to_owned(), value.parse().expect("a number"))
        })
        .collect()
}
