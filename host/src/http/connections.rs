//! Connections: a bounded number of them, each with a bounded time for its
//! headers, and an end that answers what was begun.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::settings::HttpSettings;

/// Until a listener that fails is asked again: what fails at once and again is
/// a lack of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// Headers beyond this many times the limit are not even read; up to there the
/// answer says what is wrong.
const HEADERS_READ_FACTOR: usize = 4;
/// The least that hyper takes.
const BUFFER_BYTES_MIN: usize = 8 * 1024;

/// Answers connections until `stop` is done, and then finishes what was begun.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: &HttpSettings,
    stop: impl Future<Output = ()>,
) {
    let permits = Arc::new(Semaphore::new(settings.connections_max));
    let (stopping, stopped) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            // Those that have ended are forgotten as they end.
            Some(_) = open.join_next() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        match accepted {
            Ok((stream, permit)) => {
                let answering = answer(stream, router.clone(), *settings, stopped.clone());
                open.spawn(async move {
                    answering.await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::error!("connections cannot be taken: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    // Nobody listening means that no connection is open.
    let _ = stopping.send(true);
    let finish = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(settings.stop_time(), finish)
        .await
        .is_err()
    {
        tracing::warn!(
            connections = open.len(),
            "broken off: they did not end in time"
        );
        open.shutdown().await;
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let permit = permits
        .clone()
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Ok((stream, permit)),
            // The caller's, who has gone again; the listener is well.
            Err(error) if is_callers(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

fn is_callers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// One connection's life.
async fn answer(
    stream: TcpStream,
    router: Router,
    settings: HttpSettings,
    mut stopped: watch::Receiver<bool>,
) {
    let asked_to_stop = async move {
        // The sender going away means the same.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let header_bytes_read = (settings.header_bytes_max * HEADERS_READ_FACTOR).max(BUFFER_BYTES_MIN);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_time())
        .max_header_size(header_bytes_read)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = asked_to_stop => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection broke: {error}");
    }
}
