//! How many requests are worked at once, and how many wait for their turn. A rush
//! may fill the waiting room; a crowd that stands there for long is no rush, and
//! then most who come are refused at once, so that what is taken is answered in
//! time, however many come.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::body;
use super::door::Inside;
use super::problem::Problem;
use super::settings::HttpSettings;
use crate::host::Overloaded;

/// How long somebody may be waiting at any instant before it is no rush …
const RUSH_MAX: Duration = Duration::from_millis(250);
/// (so long nobody may be waiting meanwhile) …
const GAP_MAX: Duration = Duration::from_millis(20);
/// … and then only this part of the room may wait.
const STANDING_PART: usize = 8;
/// Nearly every body.
const SMALL_BYTES_MAX: usize = 64 * 1024;

/// Room for the requests of one server.
pub struct Room {
    turns: Arc<Semaphore>,
    inside: Inside,
    waiting_max: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    count: usize,
    /// Since when somebody has been waiting, but for gaps.
    since: Option<Instant>,
    /// When the last one who waited had a turn, and nobody else did.
    ended: Option<Instant>,
}

impl Waiting {
    /// Since when, if somebody is waiting or was just now.
    fn begun(&self) -> Option<Instant> {
        let is_over = self.ended.is_some_and(|ended| ended.elapsed() > GAP_MAX);
        self.since.filter(|_| self.count > 0 || !is_over)
    }
}

impl Room {
    pub fn new(settings: &HttpSettings, inside: Inside) -> Self {
        Self {
            inside,
            turns: Arc::new(Semaphore::new(settings.requests_at_once_max)),
            waiting_max: settings.requests_waiting_max,
            waiting: Mutex::default(),
        }
    }

    /// Whether there is room for nobody more.
    pub fn is_full(&self) -> bool {
        self.turns.available_permits() == 0 && !self.may_wait(&self.lock())
    }

    fn may_wait(&self, waiting: &Waiting) -> bool {
        let begun = waiting.begun();
        let stands = begun.is_some_and(|begun| begun.elapsed() > RUSH_MAX);
        let most = match stands {
            true => self.waiting_max / STANDING_PART,
            false => self.waiting_max,
        };
        waiting.count < most
    }

    /// A turn, when those who came before have had theirs.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(turn) = self.turns.clone().try_acquire_owned() {
            return Ok(turn);
        }
        let _waits = self.wait().ok_or_else(full)?;
        // The semaphore is never closed.
        self.turns.clone().acquire_owned().await.map_err(|_| full())
    }

    fn wait(&self) -> Option<Waits<'_>> {
        let mut waiting = self.lock();
        if !self.may_wait(&waiting) {
            return None;
        }
        waiting.since = waiting.begun().or_else(|| Some(Instant::now()));
        waiting.count += 1;
        Some(Waits(self))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits, until dropped.
struct Waits<'r>(&'r Room);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.count -= 1;
        if waiting.count == 0 {
            waiting.ended = Some(Instant::now());
        }
    }
}

/// A request's turn. It is taken when the body is there: who sends slowly takes
/// nobody's.
#[derive(Clone)]
pub struct Turn {
    room: Arc<Room>,
    taken: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Turn {
    /// Takes it, until the request is answered.
    ///
    /// # Errors
    /// `host.overloaded` where there is no room.
    pub async fn take(&self) -> Result<(), Problem> {
        if self.is_taken() {
            return Ok(());
        }
        let turn = self.room.turn().await?;
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
        Ok(())
    }

    fn is_taken(&self) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.is_some()
    }
}

/// Lets in what there is room for.
pub async fn bounded_crowd(
    State(room): State<Arc<Room>>,
    mut request: Request,
    next: Next,
) -> Response {
    let inside = room.inside.clone();
    let turn = Turn {
        room,
        taken: Arc::default(),
    };
    // Before anything is looked up for it; whoever waits for that takes no turn.
    if is_small(&request) {
        let (parts, body) = request.into_parts();
        let Ok(bytes) = to_bytes(body, SMALL_BYTES_MAX).await else {
            return body::broken().into_response();
        };
        if let Err(problem) = turn.take().await {
            return problem.into_response();
        }
        request = Request::from_parts(parts, Body::from(bytes));
    }
    // Held here too: handlers let go of what a request carries before they answer.
    request.extensions_mut().insert(turn.clone());
    inside.work(next.run(request)).await
}

/// Whether its body is read here, or where it is needed.
fn is_small(request: &Request) -> bool {
    let most = request.body().size_hint().upper();
    most.is_some_and(|most| most <= SMALL_BYTES_MAX as u64)
}

/// What is told whom there is no room for.
pub fn full() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        Overloaded::code(),
        "Too much at once",
    )
    .detail("nothing was done; try again after the seconds of Retry-After")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rush_may_wait_and_a_standing_crowd_may_not() {
        let settings = HttpSettings {
            requests_at_once_max: 1,
            requests_waiting_max: 16,
            ..HttpSettings::default()
        };
        let room = Room::new(&settings, Inside::here());
        let turn = room.turn().await.unwrap();
        assert!(!room.is_full());
        let rush: Vec<_> = (0..16).map(|_| room.wait().unwrap()).collect();
        assert!(room.wait().is_none() && room.is_full());
        drop(rush);
        let waits = [room.wait(), room.wait()];
        room.lock().since = Instant::now().checked_sub(2 * RUSH_MAX);
        assert!(room.wait().is_none() && room.is_full());
        drop(waits);
        assert!(
            room.wait().is_some(),
            "for a standing crowd's part there is room"
        );
        {
            let mut waiting = room.lock();
            waiting.ended = Instant::now().checked_sub(2 * GAP_MAX);
            assert_eq!(waiting.begun(), None, "it is over");
        }
        drop(turn);
        assert!(room.turn().await.is_ok());
    }
}
