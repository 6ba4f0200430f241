//! Leads that are claimed at a steady rate, whatever else is going on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Figures, closed_loop};
use crate::{Server, lead, partner_code};

/// Who sends leads before, and claims them then.
const CLIENTS: usize = 4;

/// Offers of the first partner that nobody has claimed yet.
pub struct Claims {
    token: String,
    offers: Vec<String>,
    next: AtomicUsize,
}

impl Claims {
    /// Has that many leads offered, to the first partner alone: its contract asks no
    /// other.
    ///
    /// # Panics
    /// Where they are not.
    pub fn offered(server: &Server, count: usize) -> Self {
        let sent = AtomicUsize::new(0);
        let (sender, long) = (server.secret(), Duration::from_secs(600));
        closed_loop(server.address(), CLIENTS, long, |_| {
            |connection| {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                let lead = lead(&number.to_string()).to_string();
                (number < count).then(|| connection.send("POST", "/api/v1/leads", sender, &lead))
            }
        });
        let partner = server.partner(&partner_code(1));
        let mut offers = Vec::new();
        let mut after = String::new();
        loop {
            let page = partner.get(&format!("/api/v1/offers?limit=200{after}"));
            let found = page.body["offers"].as_array().into_iter().flatten();
            offers.extend(found.filter_map(|offer| offer["id"].as_str().map(str::to_owned)));
            match page.body["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(offers.len(), count, "leads that are offered");
        Self {
            token: partner.token().to_owned(),
            offers,
            next: AtomicUsize::new(0),
        }
    }

    /// Claims the next ones for a while, so many a second, evenly spread.
    pub fn at(&self, server: &Server, per_second: usize, span: Duration) -> Figures {
        let interval = Duration::from_secs_f64(CLIENTS as f64 / per_second as f64);
        let begun = Instant::now();
        closed_loop(server.address(), CLIENTS, span, |client| {
            let share = client as f64 / CLIENTS as f64;
            let mut turn = 0.0;
            move |connection| {
                let at = interval.mul_f64(turn + share);
                std::thread::sleep(at.saturating_sub(begun.elapsed()));
                turn += 1.0;
                let offer = self.offers.get(self.next.fetch_add(1, Ordering::Relaxed))?;
                let path = format!("/api/v1/offers/{offer}/claim");
                Some(connection.send("POST", &path, &self.token, "{}"))
            }
        })
    }
}
