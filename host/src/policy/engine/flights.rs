//! What is made once, however many ask for it, and forgotten when nobody holds
//! it any more.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};

/// Dead entries are looked for when there are this many.
const SWEEP_FROM: usize = 64;

type Place<V> = Arc<Mutex<Weak<V>>>;

/// Values by key, each alive as long as somebody outside holds it.
pub struct Flights<K, V> {
    places: Mutex<HashMap<K, Place<V>>>,
}

impl<K: Eq + Hash, V> Flights<K, V> {
    pub fn new() -> Self {
        Self {
            places: Mutex::new(HashMap::new()),
        }
    }

    /// The value of the key; made here if there is none. Others who ask for the
    /// same key meanwhile wait, and make it themselves only if this fails.
    pub fn get_or_make<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        let place = self.place(key);
        let mut place = lock(&place);
        if let Some(value) = place.upgrade() {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        *place = Arc::downgrade(&value);
        Ok(value)
    }

    /// The value of the key, if it is there; nothing while it is being made.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let place = lock(&self.places).get(key)?.clone();
        let place = match place.try_lock() {
            Ok(place) => place,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        place.upgrade()
    }

    /// How many values somebody holds; what is being made is none yet.
    pub fn live(&self) -> usize {
        let places = lock(&self.places);
        let is_live = |place: &&Place<V>| match place.try_lock() {
            Ok(place) => place.strong_count() > 0,
            Err(_) => false,
        };
        places.values().filter(is_live).count()
    }

    fn place(&self, key: K) -> Place<V> {
        let mut places = lock(&self.places);
        if places.len() >= SWEEP_FROM && places.len().is_power_of_two() {
            places.retain(|_, place| {
                // Invariant: places are handed out under this lock only, so one
                // that nobody else holds stays so while it is looked at.
                Arc::strong_count(place) > 1 || lock(place).strong_count() > 0
            });
        }
        places.entry(key).or_default().clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_forgotten_when_dropped() {
        let flights = Flights::<u8, u8>::new();
        let first = flights.get_or_make(1, || Ok::<_, ()>(7)).unwrap();
        let again = flights.get_or_make(1, || Err(())).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!((flights.get(&1), flights.live()), (Some(first.clone()), 1));
        drop((first, again));
        assert_eq!(flights.live(), 0);
        assert_eq!(flights.get(&1), None);
        assert_eq!(flights.get_or_make(1, || Err(())), Err(()));
        assert_eq!(flights.get_or_make(1, || Ok::<_, ()>(8)), Ok(Arc::new(8)));
    }
}
