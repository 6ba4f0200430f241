//! The door has a thread of its own: however much is worked inside, whoever comes
//! is let in or turned away, without waiting for a thread that is at work.

use std::io;

use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tracing::Instrument;

use super::crowd;

/// Answers connections on a thread of its own until that has come to its end.
///
/// # Errors
/// There is no thread to be had.
pub async fn stand<F>(
    listener: TcpListener,
    answer: impl FnOnce(TcpListener) -> F + Send + 'static,
) -> io::Result<()>
where
    F: Future<Output = ()>,
{
    let listener = listener.into_std()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (ended, end) = oneshot::channel();
    let stand = move || {
        let stood = runtime.block_on(async {
            answer(TcpListener::from_std(listener)?).await;
            Ok(())
        });
        // Whoever waits for it is there as long as the process.
        let _ = ended.send(stood);
    };
    std::thread::Builder::new()
        .name("door".to_owned())
        .spawn(stand)?;
    end.await.map_err(io::Error::other)?
}

/// Where requests are worked.
#[derive(Clone)]
pub struct Inside(Handle);

impl Inside {
    /// On the threads of whoever calls.
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn here() -> Self {
        Self(Handle::current())
    }

    /// Lets a request in. It is given up with whoever waits for its answer.
    pub async fn work(
        &self,
        answering: impl Future<Output = Response> + Send + 'static,
    ) -> Response {
        let mut one = JoinSet::new();
        one.spawn_on(answering.in_current_span(), &self.0);
        match one.join_next().await {
            Some(Ok(response)) => response,
            Some(Err(error)) if error.is_panic() => {
                std::panic::resume_unwind(error.into_panic());
            }
            // The server is at its end.
            Some(Err(_)) | None => crowd::full().into_response(),
        }
    }
}
