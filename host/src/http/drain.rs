//! A body that was refused is read to its end all the same, within bounds: a
//! server that closes while the client still sends takes its answer away.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;

/// How much of a refused body is read; who sends more loses the connection.
const DRAINED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A request's body, which can be read on after it was given up.
#[derive(Clone)]
pub struct Rest(Arc<Mutex<Body>>);

impl Rest {
    /// The request with the same body, and a hold on what is left of it.
    pub fn of(request: Request) -> (Request, Self) {
        let (parts, body) = request.into_parts();
        let rest = Self(Arc::new(Mutex::new(body)));
        let request = Request::from_parts(parts, Body::new(rest.clone()));
        (request, rest)
    }

    /// Reads what is left, and throws it away.
    pub async fn drain(mut self) {
        let mut drained = 0;
        while drained < DRAINED_BYTES_MAX {
            let frame = poll_fn(|context| Pin::new(&mut self).poll_frame(context)).await;
            match frame {
                Some(Ok(frame)) => drained += frame.data_ref().map_or(0, |data| data.len() as u64),
                // The end, or a client that has gone.
                Some(Err(_)) | None => return,
            }
        }
    }
}

impl HttpBody for Rest {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }
}
