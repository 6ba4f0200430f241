//! Who comes for the same thing at once, on this host, goes one after the other, as
//! they came: the first decides, and the others see at once what became of it. What
//! holds between hosts is the database's to say.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedMutexGuard;

type Place = Arc<tokio::sync::Mutex<()>>;

/// A queue for each thing that somebody comes for just now.
pub struct Queues<K: Eq + Hash>(Mutex<HashMap<K, Place>>);

/// Somebody's place in a queue, until dropped.
pub struct Queued<'q, K: Eq + Hash> {
    queues: &'q Queues<K>,
    key: K,
    place: Place,
    turn: Option<OwnedMutexGuard<()>>,
}

impl<K: Eq + Hash> Default for Queues<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> Queues<K> {
    /// The caller's turn, when all who came before for the same have had theirs.
    pub async fn turn(&self, key: K) -> Queued<'_, K> {
        let place = self.lock().entry(key.clone()).or_default().clone();
        // Made before the wait: who goes away meanwhile tidies up, too.
        let mut queued = Queued {
            queues: self,
            key,
            place,
            turn: None,
        };
        queued.turn = Some(queued.place.clone().lock_owned().await);
        queued
    }
}

impl<K: Eq + Hash> Queues<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Queued<'_, K> {
    fn drop(&mut self) {
        let mut queues = self.queues.lock();
        self.turn = None;
        // The map's and this one's: nobody comes after.
        if Arc::strong_count(&self.place) == 2 {
            queues.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_have_their_turn_as_they_came_and_nothing_is_left() {
        let queues = Queues::default();
        let order = Mutex::new(Vec::new());
        let first = queues.turn("lead").await;
        let come = async |number: usize| {
            let _turn = queues.turn("lead").await;
            order.lock().unwrap().push(number);
        };
        let other = async {
            tokio::select! {
                biased;
                _ = queues.turn("lead") => panic!("others came before"),
                () = std::future::ready(()) => {}
            }
            // Another's queue is its own.
            drop(queues.turn("other").await);
            assert!(order.lock().unwrap().is_empty());
            drop(first);
        };
        tokio::join!(biased; come(1), come(2), other, come(3));
        assert_eq!(order.into_inner().unwrap(), [1, 2, 3]);
        assert!(queues.lock().is_empty());
    }
}
