//! The database, as this host sees it.

use super::Instrument;

const REACHABLE: Instrument = Instrument::gauge(
    "stellwerk_store_reachable",
    &[],
    "1 where the database has answered when the metrics were asked for.",
);
const CONNECTIONS: Instrument = Instrument::gauge(
    "stellwerk_store_connections",
    &["state"],
    "Connections to the database: in-use, idle, and max, the most that there may be.",
);
const FEED: Instrument = Instrument::gauge(
    "stellwerk_feed_position",
    &["manufacturer"],
    "The last event's position; its growth is events.",
);

pub const GROUP: [Instrument; 3] = [REACHABLE, CONNECTIONS, FEED];

/// Whether the database has answered.
pub fn reachable(is_reachable: bool) {
    REACHABLE.level(&[]).set(f64::from(u8::from(is_reachable)));
}

/// How this host's connections are now.
pub fn connections(in_use: u32, idle: u32, max: u32) {
    CONNECTIONS.level(&["in-use"]).set(in_use);
    CONNECTIONS.level(&["idle"]).set(idle);
    CONNECTIONS.level(&["max"]).set(max);
}

/// Where a manufacturer's feed is.
pub fn feed(manufacturer: &str, position: i64) {
    FEED.level(&[manufacturer]).set(position as f64);
}
