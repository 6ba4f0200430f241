//! How many connections each address has open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::network::{Networks, customer};

/// Who is connected; never more addresses than there are connections.
#[derive(Clone)]
pub struct Guests {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address_max: usize,
    trusted_proxies: Networks,
}

/// A connection that is counted as long as this is held.
pub struct Guest {
    guests: Guests,
    address: IpAddr,
}

impl Guests {
    pub fn new(per_address_max: usize, trusted_proxies: Networks) -> Self {
        Self {
            open: Arc::default(),
            per_address_max,
            trusted_proxies,
        }
    }

    /// Lets one more in; none where the address has all it may have. Proxies
    /// speak for many, and the machine's own programs are not counted.
    pub fn enter(&self, peer: IpAddr) -> Option<Guest> {
        let peer = peer.to_canonical();
        let address = customer(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        let is_free = peer.is_loopback() || self.trusted_proxies.contain(peer);
        if *count >= self.per_address_max && !is_free {
            return None;
        }
        *count += 1;
        Some(Guest {
            guests: self.clone(),
            address,
        })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let open = &self.guests.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_take_every_place() {
        let guests = Guests::new(2, "10.0.0.0/8".parse().unwrap());
        let enter = |address: &str| guests.enter(address.parse().unwrap());
        let first = enter("203.0.113.9");
        let second = enter("203.0.113.9");
        assert!(first.is_some() && second.is_some());
        assert!(enter("203.0.113.9").is_none());
        assert!(enter("203.0.113.10").is_some());
        drop(first);
        assert!(enter("203.0.113.9").is_some());
        // Those of one customer count together; the machine and its proxies do not.
        let customers = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(enter);
        assert_eq!(customers.iter().flatten().count(), 2);
        for free in ["127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3"] {
            let open: Vec<_> = (0..5).map(|_| enter(free)).collect();
            assert_eq!(open.iter().flatten().count(), 5, "{free}");
        }
        drop((second, customers));
        assert!(guests.open.lock().unwrap().is_empty(), "all have gone");
    }
}
