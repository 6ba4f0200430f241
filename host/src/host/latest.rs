//! What many need as it is now: one reads it, and all who came before the
//! reading began share what was read.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

/// The latest reading of something that others may change at any time.
pub(super) struct Latest<T> {
    /// Readings that were begun.
    begun: AtomicU64,
    /// Which of the readings was the last one; 0: none yet. Held by whoever reads.
    last: Mutex<u64>,
    /// What that one found.
    found: std::sync::Mutex<Option<Arc<T>>>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            begun: AtomicU64::new(0),
            last: Mutex::new(0),
            found: std::sync::Mutex::new(None),
        }
    }
}

impl<T> Latest<T> {
    /// What was found the last time, be it being read anew just now.
    pub fn found(&self) -> Option<Arc<T>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.clone()
    }

    /// As it is now or was at some instant since this call: `read` is given what
    /// was found the last time.
    ///
    /// # Errors
    /// What `read` answers; nobody else's reading fails with it.
    pub async fn read<E, Reading>(
        &self,
        read: impl FnOnce(Option<Arc<T>>) -> Reading,
    ) -> Result<Arc<T>, E>
    where
        Reading: Future<Output = Result<Arc<T>, E>>,
    {
        let before = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if *last > before
            && let Some(found) = self.found()
        {
            return Ok(found);
        }
        let reading = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = read(self.found()).await?;
        *last = reading;
        let mut kept = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(found.clone());
        drop(kept);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn those_who_wait_share_a_reading_that_began_after_they_came() {
        let latest = Arc::new(Latest::default());
        let (times, go_on) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let ask = || {
            let (latest, times, go_on) = (latest.clone(), times.clone(), go_on.clone());
            tokio::spawn(async move {
                let read = |_| async move {
                    let time = times.fetch_add(1, Ordering::SeqCst) + 1;
                    go_on.notified().await;
                    Ok::<_, ()>(Arc::new(time))
                };
                *latest.read(read).await.unwrap()
            })
        };
        let first = ask();
        while times.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        // They come while the first reading is on its way, which may have missed
        // what they must see.
        let others = [ask(), ask(), ask()];
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        go_on.notify_one();
        assert_eq!(first.await.unwrap(), 1);
        go_on.notify_one();
        for other in others {
            assert_eq!(other.await.unwrap(), 2);
        }
    }

    #[tokio::test]
    async fn a_reading_that_fails_is_nobody_elses() {
        let latest = Latest::default();
        let failed = latest.read(|_| async { Err::<Arc<u8>, _>("gone") }).await;
        assert_eq!(failed, Err("gone"));
        let found = latest
            .read(|before| async move {
                assert_eq!(before, None);
                Ok::<_, &str>(Arc::new(7))
            })
            .await;
        assert_eq!(found, Ok(Arc::new(7)));
    }
}
