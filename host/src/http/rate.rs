//! How often one token and one address may ask.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, MonotonicClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};

use super::network::{Networks, Peer, customer};
use super::problem::Problem;
use super::settings::HttpSettings;
use crate::domain::ids::TokenId;

/// Tokens or addresses that are remembered; beyond them all share one limit.
const KEYS_MAX: usize = 65_536;
/// What the many may ask together then, as a multiple of what one may.
const CROWD_FACTOR: u32 = 16;
/// How often those are forgotten that have asked nothing lately …
const TIDY_EVERY: Duration = Duration::from_secs(10);
/// … and where there is no room for more.
const TIDY_FULL_EVERY: Duration = Duration::from_secs(1);

/// The limits of one server.
pub struct Rates {
    token: Option<Limiter<TokenId>>,
    address: Option<Limiter<IpAddr>>,
    trusted_proxies: Networks,
}

impl Rates {
    pub fn new(settings: &HttpSettings) -> Self {
        Self {
            token: Limiter::new(
                settings.token_requests_per_second,
                settings.token_requests_at_once,
            ),
            address: Limiter::new(
                settings.address_requests_per_second,
                settings.address_requests_at_once,
            ),
            trusted_proxies: settings.trusted_proxies.clone(),
        }
    }

    /// Counts a request with a token that holds.
    pub fn token(&self, token: &TokenId) -> Result<(), Problem> {
        let Some(limiter) = &self.token else {
            return Ok(());
        };
        limiter.count(token).map_err(|wait| {
            Problem::too_many_requests(
                "token.too-many-requests",
                "The token has asked too often",
                wait,
            )
        })
    }

    /// Counts a request from an address. The machine's own are not counted:
    /// they are its programs', or a proxy's that is not named as one.
    fn address(&self, client: IpAddr) -> Result<(), Problem> {
        let Some(limiter) = self.address.as_ref().filter(|_| !client.is_loopback()) else {
            return Ok(());
        };
        limiter.count(&customer(client)).map_err(|wait| {
            Problem::too_many_requests(
                "address.too-many-requests",
                "Too many requests come from this address",
                wait,
            )
        })
    }
}

/// Counts the request, and gives handlers what they count tokens by.
pub async fn bounded_rate(
    State(rates): State<Arc<Rates>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(Peer(peer)) = request.extensions().get() {
        let client = rates.trusted_proxies.client(*peer, request.headers());
        if let Err(problem) = rates.address(client) {
            return problem.into_response();
        }
    }
    request.extensions_mut().insert(rates);
    next.run(request).await
}

type Direct<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;
type Keyed<K, C> = RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// So many requests a second for each key, in bounded memory.
struct Limiter<K: Hash + Eq + Clone, C: Clock = MonotonicClock> {
    each: Keyed<K, C>,
    /// For those that there is no room to remember.
    crowd: Direct<C>,
    clock: C,
    keys_max: usize,
    tidied: Mutex<C::Instant>,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// None where everybody may ask as often as they like.
    fn new(per_second: u32, at_once: u32) -> Option<Self> {
        Self::with(per_second, at_once, KEYS_MAX, MonotonicClock)
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Limiter<K, C> {
    fn with(per_second: u32, at_once: u32, keys_max: usize, clock: C) -> Option<Self> {
        let quota = |factor: u32| {
            let per_second = NonZeroU32::new(per_second.saturating_mul(factor))?;
            let at_once = NonZeroU32::new(at_once.saturating_mul(factor))?;
            Some(Quota::per_second(per_second).allow_burst(at_once))
        };
        Some(Self {
            each: RateLimiter::new(quota(1)?, HashMapStateStore::default(), clock.clone()),
            crowd: RateLimiter::new(
                quota(CROWD_FACTOR)?,
                InMemoryState::default(),
                clock.clone(),
            ),
            tidied: Mutex::new(clock.now()),
            clock,
            keys_max,
        })
    }

    /// Counts a request, or says how long to wait with it.
    fn count(&self, key: &K) -> Result<(), Duration> {
        let wait = |not: NotUntil<C::Instant>| not.wait_time_from(self.clock.now());
        if self.has_room() {
            self.each.check_key(key).map_err(wait)
        } else {
            self.crowd.check().map_err(wait)
        }
    }

    /// Whether one more key can be remembered. Those are forgotten that have
    /// waited long enough to be as good as new.
    fn has_room(&self) -> bool {
        let is_full = self.each.len() >= self.keys_max;
        let now = self.clock.now();
        let mut tidied = self.tidied.lock().unwrap_or_else(PoisonError::into_inner);
        let since: Duration = now.duration_since(*tidied).into();
        if since < if is_full { TIDY_FULL_EVERY } else { TIDY_EVERY } {
            return !is_full;
        }
        *tidied = now;
        drop(tidied);
        self.each.retain_recent();
        self.each.shrink_to_fit();
        self.each.len() < self.keys_max
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limiter(keys_max: usize) -> (Limiter<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let limiter = Limiter::with(2, 4, keys_max, clock.clone()).unwrap();
        (limiter, clock)
    }

    #[test]
    fn each_key_has_its_own_limit_and_is_told_how_long_to_wait() {
        let (limiter, clock) = limiter(10);
        for _ in 0..4 {
            assert_eq!(limiter.count(&1), Ok(()));
        }
        assert_eq!(limiter.count(&1), Err(Duration::from_millis(500)));
        assert_eq!(limiter.count(&2), Ok(()));
        clock.advance(Duration::from_millis(500));
        assert_eq!(limiter.count(&1), Ok(()));
        assert!(limiter.count(&1).is_err());
    }

    #[test]
    fn however_many_there_are_no_more_are_remembered() {
        let (limiter, clock) = limiter(10);
        let taken = (0..1_000).filter(|key| limiter.count(key).is_ok()).count();
        // Ten of their own, and what all the others have together.
        assert_eq!(taken, 10 + 4 * CROWD_FACTOR as usize);
        assert_eq!(limiter.each.len(), 10);
        // Those that have waited make room for others.
        clock.advance(TIDY_FULL_EVERY + Duration::from_secs(2));
        assert_eq!(limiter.count(&7_000), Ok(()));
        assert_eq!(limiter.each.len(), 1);
    }

    #[test]
    fn those_who_have_asked_nothing_lately_are_forgotten() {
        let (limiter, clock) = limiter(1_000);
        for key in 0..100 {
            assert_eq!(limiter.count(&key), Ok(()));
        }
        clock.advance(TIDY_EVERY);
        assert_eq!(limiter.count(&7_000), Ok(()));
        assert_eq!(limiter.each.len(), 1);
    }

    #[test]
    fn without_a_number_there_is_no_limit_and_the_machine_itself_has_none() {
        let mut settings = HttpSettings {
            token_requests_per_second: 0,
            address_requests_per_second: 1,
            address_requests_at_once: 1,
            ..HttpSettings::default()
        };
        let rates = Rates::new(&settings);
        let token = TokenId::from("t");
        assert!((0..10_000).all(|_| rates.token(&token).is_ok()));
        let count = |rates: &Rates, address: &str| {
            let address = address.parse().unwrap();
            (0..10).filter(|_| rates.address(address).is_ok()).count()
        };
        assert_eq!(count(&rates, "203.0.113.9"), 1);
        assert_eq!(count(&rates, "127.0.0.1"), 10);
        assert_eq!(count(&rates, "::1"), 10);
        settings.address_requests_per_second = 0;
        assert_eq!(count(&Rates::new(&settings), "203.0.113.9"), 10);
    }
}
