//! `stellwerk serve`: answers requests and works due deadlines.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::store::{Data, block_on};
use super::{CliError, Console, Exit};
use crate::clock::{Clock, Ids};
use crate::telemetry::{self, LogFormat};
use crate::{http, worker};

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    data: Data,
    /// Address to listen on
    #[arg(
        long,
        value_name = "ADDR",
        env = "STELLWERK_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    listen: SocketAddr,
    /// How log lines are written
    #[arg(long, value_enum, default_value_t, env = "STELLWERK_LOG_FORMAT")]
    log_format: LogFormat,
}

pub fn run(serve: &Serve, console: &Console) -> Result<Exit, CliError> {
    telemetry::begin(serve.log_format);
    block_on(async {
        let host = serve.data.host(Clock::System, Ids::random()).await?;
        let listener = TcpListener::bind(serve.listen)
            .await
            .map_err(|error| CliError::Unavailable(format!("{}: {error}", serve.listen)))?;
        let address = listener.local_addr().map_err(CliError::runtime)?;
        console.step(format!("listening on http://{address}"));
        let (stop, stopped) = watch::channel(());
        let until = |mut stopped: watch::Receiver<()>| async move {
            // The sender going away means the same.
            let _ = stopped.changed().await;
        };
        let worker = tokio::spawn(worker::run(host.clone(), until(stopped.clone())));
        tokio::spawn(async move {
            asked_to_stop().await;
            tracing::info!("stopping: what was begun is finished first");
            // Nobody listening any more means that the server has ended already.
            let _ = stop.send(());
        });
        http::serve(host.clone(), listener, until(stopped))
            .await
            .map_err(CliError::runtime)?;
        worker.await.map_err(CliError::runtime)?;
        host.store.close().await;
        Ok(Exit::Done)
    })
}

/// Ctrl-C, or the service manager's request.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(error) => {
                tracing::warn!("no signal but Ctrl-C will stop this server: {error}");
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
