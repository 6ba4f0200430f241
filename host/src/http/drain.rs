//! A body that nobody wanted is read to its end all the same, within bounds: a
//! server that closes while the client still sends takes its answer away, and
//! that to the next request on the connection too.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body::SizeHint;

/// How much of a refused body is read; who sends more loses the connection.
const DRAINED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The same of a request that was answered before anybody looked at its body:
/// one that is mostly under way already.
const UNREAD_BYTES_MAX: u64 = 64 * 1024;
const UNREAD_TIME_MAX: Duration = Duration::from_secs(1);

/// Answers, and leaves the connection where the next request begins; where that
/// cannot be, the answer says that the connection ends.
pub async fn in_step(request: Request, next: Next) -> Response {
    // Whoever waits to be asked for the body does not send it unasked.
    let waits = request.headers().contains_key(header::EXPECT);
    let (request, rest) = Rest::of(request);
    let mut response = next.run(request).await;
    let ends = response.headers().contains_key(header::CONNECTION);
    let is_read = if rest.is_at_its_end() {
        true
    } else if waits || ends {
        false
    } else {
        let drained = rest.drain_up_to(UNREAD_BYTES_MAX);
        tokio::time::timeout(UNREAD_TIME_MAX, drained)
            .await
            .unwrap_or(false)
    };
    if !is_read {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// A request's body, which can be read on after it was given up.
#[derive(Clone)]
pub struct Rest(Arc<Mutex<Held>>);

struct Held {
    body: Body,
    /// Whether more of it was asked for than had come.
    is_awaited: bool,
}

impl Rest {
    /// The request with the same body, and a hold on what is left of it.
    pub fn of(request: Request) -> (Request, Self) {
        let (parts, body) = request.into_parts();
        let held = Held {
            body,
            is_awaited: false,
        };
        let rest = Self(Arc::new(Mutex::new(held)));
        let request = Request::from_parts(parts, Body::new(rest.clone()));
        (request, rest)
    }

    /// Reads what is left, and throws it away.
    pub async fn drain(self) {
        self.drain_up_to(DRAINED_BYTES_MAX).await;
    }

    /// The same, within a limit. Answers whether that was all.
    async fn drain_up_to(mut self, bytes_max: u64) -> bool {
        let mut drained = 0;
        while drained < bytes_max {
            let frame = poll_fn(|context| Pin::new(&mut self).poll_frame(context)).await;
            match frame {
                Some(Ok(frame)) => drained += frame.data_ref().map_or(0, |data| data.len() as u64),
                None => return true,
                // A client that has gone.
                Some(Err(_)) => return false,
            }
        }
        false
    }

    /// Whether somebody waits for more of it to come.
    pub fn is_awaited(&self) -> bool {
        self.lock().is_awaited
    }

    fn is_at_its_end(&self) -> bool {
        self.lock().body.is_end_stream()
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Rest {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let mut held = self.lock();
        let frame = Pin::new(&mut held.body).poll_frame(context);
        held.is_awaited = frame.is_pending();
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.is_at_its_end()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().body.size_hint()
    }
}
