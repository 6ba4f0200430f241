//! How many requests are worked at once. Beyond that they are refused at once:
//! what is taken is answered in time, however many come.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Problem;
use crate::host::Overloaded;

/// Room for so many requests of one server.
#[derive(Clone)]
pub struct Room(Arc<Semaphore>);

impl Room {
    pub fn new(requests_max: usize) -> Self {
        Self(Arc::new(Semaphore::new(requests_max)))
    }

    fn is_full(&self) -> bool {
        self.0.available_permits() == 0
    }
}

/// A request's place in the room. It is taken when the body is there: who sends
/// slowly takes nobody's place.
#[derive(Clone)]
pub struct Place {
    room: Room,
    permit: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Place {
    /// Takes it, until the request is answered.
    ///
    /// # Errors
    /// `host.overloaded` where all are taken.
    pub fn take(&self) -> Result<(), Problem> {
        let mut permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner);
        if permit.is_none() {
            let taken = self.room.0.clone().try_acquire_owned();
            *permit = Some(taken.map_err(|_| full())?);
        }
        Ok(())
    }
}

/// Lets in what there is room for.
pub async fn bounded_crowd(State(room): State<Room>, mut request: Request, next: Next) -> Response {
    if room.is_full() {
        return full().into_response();
    }
    let place = Place {
        room,
        permit: Arc::default(),
    };
    if request.body().is_end_stream()
        && let Err(problem) = place.take()
    {
        return problem.into_response();
    }
    request.extensions_mut().insert(place.clone());
    let response = next.run(request).await;
    drop(place);
    response
}

fn full() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        Overloaded::code(),
        "Too much at once",
    )
    .detail("nothing was done; try again after the seconds of Retry-After")
}
