//! PostgreSQL plans by what it knows of the tables, and looks at them by itself
//! about once a minute. Until then it takes everybody for one of many
//! manufacturers and reads all of its rows, which an import of some minutes pays
//! for dearly: so it is told to look when tables have grown tenfold.

use super::changes::Command;
use super::connections::Connections;
use super::pool::Engine;

/// Leads written by this host before the tables are looked at first.
const FIRST_AT: u64 = 500;
const FACTOR: u64 = 10;

/// Tables that grow with leads.
const TABLES: &str = "lead, lead_contact, duplicate_key, offer, claim, event, decision, deadline, \
                      deal, posting";

/// How far this host's tables have grown.
pub(super) struct Statistics {
    /// Written by this host.
    leads: u64,
    connections: Connections,
    engine: Engine,
}

impl Statistics {
    pub fn new(connections: Connections, engine: Engine) -> Self {
        Self {
            leads: 0,
            connections,
            engine,
        }
    }

    /// Counts what was committed, and has the tables looked at beside the requests
    /// when it is time. That it fails costs time, nothing else.
    pub fn count(&mut self, commands: &[&Command]) {
        let written = commands.iter().map(|command| command.changes.leads.len());
        let written = written.sum::<usize>() as u64;
        let before = self.leads;
        self.leads += written;
        if self.engine != Engine::Postgres || !passes(before, self.leads) {
            return;
        }
        let connections = self.connections.clone();
        tokio::spawn(async move {
            let text = sqlx::AssertSqlSafe(format!("ANALYZE {TABLES}"));
            if let Err(error) = sqlx::query(text).execute(&connections).await {
                tracing::warn!("the tables' statistics could not be brought up to date: {error}");
            }
        });
    }
}

/// Whether a number at which the tables are looked at lies between.
fn passes(before: u64, after: u64) -> bool {
    let mut at = FIRST_AT;
    while at <= before {
        at = at.saturating_mul(FACTOR);
    }
    at <= after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_looked_at_when_they_have_grown_tenfold() {
        for (before, after, expected) in [
            (0, 499, false),
            (0, 500, true),
            (499, 501, true),
            (500, 4_999, false),
            (4_000, 60_000, true),
            (5_000, 49_999, false),
        ] {
            assert_eq!(passes(before, after), expected, "{before}..{after}");
        }
    }
}
