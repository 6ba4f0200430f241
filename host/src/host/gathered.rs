//! What many look up by key at once: whoever comes while others are being read
//! for is read for together with all who came meanwhile. What costs is the number
//! of statements.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

/// Look-ups of one kind that are made together.
pub(super) struct Gathered<K, V> {
    waiting: Mutex<Vec<Asking<K, V>>>,
    /// Held by whoever reads.
    turn: tokio::sync::Mutex<()>,
}

struct Asking<K, V> {
    key: K,
    answer: oneshot::Sender<Option<V>>,
}

impl<K, V> Default for Gathered<K, V> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Gathered<K, V> {
    /// What belongs to the key now, or did at some instant since this call.
    /// `read` is given distinct keys, and answers those that it finds.
    ///
    /// # Errors
    /// What `read` answers; nobody else's look-up fails with it.
    pub async fn find<E, Reading>(
        &self,
        key: K,
        read: impl Fn(Vec<K>) -> Reading,
    ) -> Result<Option<V>, E>
    where
        Reading: Future<Output = Result<HashMap<K, V>, E>>,
    {
        let mut answer = self.wait_with(key.clone());
        let turn = tokio::select! {
            biased;
            found = &mut answer => Err(found),
            turn = self.turn.lock() => Ok(turn),
        };
        let turn = match turn {
            Ok(turn) => turn,
            Err(Ok(found)) => return Ok(found),
            Err(Err(_)) => return alone(key, read).await,
        };
        // Invariant: whoever has the turn answers all whom it has taken before it
        // gives the turn on. Who has no answer is waiting still.
        match answer.try_recv() {
            Ok(found) => return Ok(found),
            Err(TryRecvError::Closed) => return alone(key, read).await,
            Err(TryRecvError::Empty) => {}
        }
        let asking = std::mem::take(&mut *self.lock());
        let mut keys: Vec<K> = Vec::with_capacity(asking.len());
        for asked in &asking {
            if !keys.contains(&asked.key) {
                keys.push(asked.key.clone());
            }
        }
        let found = read(keys).await?;
        for asked in asking {
            // Whoever asked may have gone.
            let _ = asked.answer.send(found.get(&asked.key).cloned());
        }
        drop(turn);
        Ok(found.get(&key).cloned())
    }

    fn wait_with(&self, key: K) -> oneshot::Receiver<Option<V>> {
        let (answer, receiver) = oneshot::channel();
        self.lock().push(Asking { key, answer });
        receiver
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Asking<K, V>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever has read for this one failed, or went away: all who are left look for
/// themselves, and beside each other.
async fn alone<K, V, E, Reading>(key: K, read: impl Fn(Vec<K>) -> Reading) -> Result<Option<V>, E>
where
    K: Clone + Eq + Hash,
    Reading: Future<Output = Result<HashMap<K, V>, E>>,
{
    Ok(read(vec![key.clone()]).await?.remove(&key))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Notify;

    use super::*;

    /// Squares below ten, once somebody lets a reading go on.
    #[derive(Clone, Default)]
    struct Squares {
        readings: Arc<Mutex<Vec<Vec<u32>>>>,
        go_on: Arc<Notify>,
    }

    impl Squares {
        async fn read(&self, keys: Vec<u32>) -> Result<HashMap<u32, u32>, &'static str> {
            let fails = keys.contains(&99);
            self.readings.lock().unwrap().push(keys.clone());
            self.go_on.notified().await;
            if fails {
                return Err("gone");
            }
            let found = keys.into_iter().filter(|key| *key < 10);
            Ok(found.map(|key| (key, key * key)).collect())
        }

        async fn until_begun(&self, readings: usize) {
            while self.readings.lock().unwrap().len() < readings {
                tokio::task::yield_now().await;
            }
        }
    }

    type Look = tokio::task::JoinHandle<Result<Option<u32>, &'static str>>;

    fn look(gathered: &Arc<Gathered<u32, u32>>, squares: &Squares, key: u32) -> Look {
        let (gathered, squares) = (gathered.clone(), squares.clone());
        tokio::spawn(async move { gathered.find(key, |keys| squares.read(keys)).await })
    }

    async fn until_waiting(gathered: &Gathered<u32, u32>, count: usize) {
        while gathered.lock().len() < count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn those_who_come_during_a_reading_share_the_next_one() {
        let (gathered, squares) = (Arc::new(Gathered::default()), Squares::default());
        let first = look(&gathered, &squares, 2);
        squares.until_begun(1).await;
        let others = [3, 4, 3, 12].map(|key| look(&gathered, &squares, key));
        until_waiting(&gathered, 4).await;
        squares.go_on.notify_one();
        assert_eq!(first.await.unwrap(), Ok(Some(4)));
        squares.until_begun(2).await;
        squares.go_on.notify_one();
        let expected = [Some(9), Some(16), Some(9), None];
        for (other, expected) in others.into_iter().zip(expected) {
            assert_eq!(other.await.unwrap(), Ok(expected));
        }
        assert_eq!(*squares.readings.lock().unwrap(), [vec![2], vec![3, 4, 12]]);
    }

    #[tokio::test]
    async fn a_reading_that_fails_or_is_given_up_is_nobody_elses() {
        for gives_up in [false, true] {
            let (gathered, squares) = (Arc::new(Gathered::default()), Squares::default());
            let first = look(&gathered, &squares, 1);
            squares.until_begun(1).await;
            let bad = look(&gathered, &squares, 99);
            until_waiting(&gathered, 1).await;
            let good = look(&gathered, &squares, 5);
            until_waiting(&gathered, 2).await;
            squares.go_on.notify_one();
            assert_eq!(first.await.unwrap(), Ok(Some(1)));
            squares.until_begun(2).await;
            if gives_up {
                bad.abort();
            } else {
                squares.go_on.notify_one();
                assert!(bad.await.unwrap().is_err());
            }
            squares.until_begun(3).await;
            squares.go_on.notify_one();
            assert_eq!(good.await.unwrap(), Ok(Some(25)), "gives up: {gives_up}");
        }
    }

    /// An answer that takes its time to be given, so that others come in between.
    #[derive(Debug, PartialEq)]
    struct Slow(u32);

    impl Clone for Slow {
        fn clone(&self) -> Self {
            std::thread::yield_now();
            Self(self.0)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn everyone_gets_the_answer_to_its_own_key() {
        const LOOKS: u32 = 32;
        let gathered = Arc::new(Gathered::default());
        let look = |first: u32| {
            let gathered = gathered.clone();
            tokio::spawn(async move {
                for key in (first..8_000).step_by(LOOKS as usize) {
                    let read = |keys: Vec<u32>| async move {
                        tokio::task::yield_now().await;
                        if keys.iter().any(|key| key % 1_000 == 7) {
                            return Err(());
                        }
                        Ok(keys.into_iter().map(|key| (key, Slow(key + 1))).collect())
                    };
                    let found = gathered.find(key, read).await;
                    let expected = [Ok(Some(Slow(key + 1))), Err(())];
                    assert!(expected.contains(&found), "{key}: {found:?}");
                }
            })
        };
        let looks: Vec<_> = (0..LOOKS).map(look).collect();
        for looked in looks {
            looked.await.unwrap();
        }
    }
}
