//! `stellwerk serve`: answers requests and works due deadlines.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::store::{Data, block_on, flag, host, text, this_program};
use super::temporary::Temporary;
use super::{CliError, Console, Exit};
use crate::clock::{Clock, Ids};
use crate::config::{Config, shown};
use crate::folder::Folder;
use crate::host::Host;
use crate::http;
use crate::metrics::{self, Counted};
use crate::persons::list::{List, agree};
use crate::private::shut_folder;
use crate::proof::KeyPlace;
use crate::store::StoreSettings;
use crate::telemetry::{self, LogFormat, Traces};
use crate::trial::served::Runner;
use crate::worker::{self, Sealing};

#[derive(Debug, Args)]
pub struct Serve {
    /// Address to listen on [env: STELLWERK_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Address for operators: health and metrics, without a token [env:
    /// STELLWERK_ADMIN_LISTEN] [default: none]
    #[arg(long, value_name = "ADDR")]
    admin_listen: Option<SocketAddr>,
    /// Where callers find the server, such as https://leads.example.com [env:
    /// STELLWERK_PUBLIC_URL] [default: none]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Folder that says what is in force in the slots of contracts; it is watched
    /// while the server runs [env: STELLWERK_POLICIES] [default: none]
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// How log lines are written [env: STELLWERK_LOG_FORMAT] [default: text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    #[command(flatten)]
    data: Data,
}

pub fn run(serve: &Serve, console: &Console) -> Result<Exit, CliError> {
    let flags = [
        flag("listen", serve.listen.map(|address| address.to_string())),
        flag(
            "admin-listen",
            serve.admin_listen.map(|address| address.to_string()),
        ),
        flag("public-url", serve.public_url.clone()),
        flag("policies", text(serve.policies.as_ref())),
        flag(
            "log.format",
            serve.log_format.map(|format| format.as_str().to_owned()),
        ),
    ];
    let configured = serve.data.configured(flags.into_iter().flatten())?;
    let config = &configured.config;
    let traces = Traces::to(&config.traces)
        .map_err(|error| CliError::Usage(format!("spans cannot be sent: {error}")))?;
    match &traces {
        Some(traces) => {
            telemetry::begin_with_traces(config.log.format, &config.log.filter, traces);
        }
        None => telemetry::begin(config.log.format, &config.log.filter),
    }
    tracing::info!(settings = %shown(&configured).values(), "configured");
    if let Some(policies) = &config.policies {
        // Later it may come and go; a name that was mistyped is told at once.
        std::fs::read_dir(policies).map_err(|error| CliError::file(policies, error))?;
    }
    let counted = match config.admin_listen {
        Some(_) => Some(metrics::begin().map_err(CliError::runtime)?),
        None => None,
    };
    let served = block_on(async {
        let host = host(config, Clock::System, Ids::random())
            .await
            .map_err(|error| {
                // A second server has no use for the first one's address.
                error.if_held("stop that one, or give this one a folder of its own with --data")
            })?;
        if let Some(list) = List::of(&host) {
            // Nobody meets those who came back with a backup.
            agree(&host, &list).await?;
        }
        let listener = listen(config.listen).await?;
        let admin = match (config.admin_listen, counted) {
            (Some(address), Some(counted)) => Some((listen(address).await?, counted)),
            _ => None,
        };
        answer(host, listener, admin, config, console).await?;
        Ok(Exit::Done)
    });
    if let Some(traces) = traces {
        traces.finish();
    }
    served
}

/// Takes the address.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| CliError::Unavailable(format!("{address}: {error}")))
}

/// Answers requests and works what is due until the process is told to stop.
pub async fn answer(
    host: Host,
    listener: TcpListener,
    admin: Option<(TcpListener, Counted)>,
    config: &Config,
    console: &Console,
) -> Result<(), CliError> {
    let address = listener.local_addr().map_err(CliError::runtime)?;
    let sealing = Sealing {
        every: Duration::from_millis(config.seals.every_ms),
        key: KeyPlace::of(config.seals.key_file.as_deref())?,
    };
    // Before anybody asks for what the folder is to decide.
    let folder = match &config.policies {
        Some(path) => Some(Folder::open(&host, path.clone()).await),
        None => None,
    };
    // Before anybody is told that there is a server to be stopped.
    let asked_to_stop = asked_to_stop();
    host.store.announce(&format!("http://{address}"))?;
    console.step(format!("listening on http://{address}"));
    if let Some((listener, _)) = &admin {
        let address = listener.local_addr().map_err(CliError::runtime)?;
        console.step(format!("health and metrics on http://{address}"));
    }
    let (stop, stopped) = watch::channel(());
    let until = |mut stopped: watch::Receiver<()>| async move {
        // The sender going away means the same.
        let _ = stopped.changed().await;
    };
    // For those who share the database.
    let name = format!("{}:{}", machine(), address.port());
    let this = host.begin_record(name.clone());
    let working = worker::run(
        host.clone(),
        this,
        config.worker,
        sealing,
        until(stopped.clone()),
    );
    let worker = tokio::spawn(working);
    let (trials, _goes_afterwards) = trials(config)?;
    let runner = Runner {
        host: host.clone(),
        name,
        folder: trials,
        program: this_program().unwrap_or_default(),
    };
    let trying = tokio::spawn(runner.run(until(stopped.clone())));
    let following = folder.map(|folder| tokio::spawn(folder.run(until(stopped.clone()))));
    tokio::spawn(async move {
        asked_to_stop.await;
        tracing::info!("stopping: what was begun is finished first");
        // Nobody listening any more means that the server has ended already.
        let _ = stop.send(());
    });
    let front = http::Front {
        settings: config.http.clone(),
        public_url: config.public_url.clone(),
    };
    let answering = http::serve(host.clone(), listener, front, until(stopped.clone()));
    // Whoever watches sees what is finished, to its end.
    let (ended, watched) = watch::channel(());
    let watching = async {
        if let Some((listener, counted)) = admin {
            let end = until(watched);
            http::serve_admin(host.clone(), counted, listener, &config.http, end).await;
        }
    };
    let ((), answered) = tokio::join!(watching, async {
        let answered = answering.await;
        // Nobody watches where there is no address for it.
        let _ = ended.send(());
        answered
    });
    answered.map_err(CliError::runtime)?;
    worker.await.map_err(CliError::runtime)?;
    trying.await.map_err(CliError::runtime)?;
    if let Some(following) = following {
        following.await.map_err(CliError::runtime)?;
    }
    host.store.close().await;
    Ok(())
}

/// What the folder is called that trials are played in.
const TRIALS: &str = "trials";

/// Where trials are played: beside the data, or in a folder of this process. What lies there
/// can be made anew.
fn trials(config: &Config) -> Result<(PathBuf, Option<Temporary>), CliError> {
    match config.store() {
        StoreSettings::Sqlite { folder } => Ok((folder.join(TRIALS), None)),
        StoreSettings::Postgres { .. } => {
            Temporary::sweep(TRIALS);
            let temporary = Temporary::make(TRIALS)?;
            let folder = temporary.folder().to_owned();
            shut_folder(&folder).map_err(|error| CliError::file(&folder, error))?;
            Ok((folder, Some(temporary)))
        }
    }
}

/// The machine's name.
fn machine() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let set = || std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME"));
    let name = told.or_else(|| set().ok()).unwrap_or_default();
    match name.trim() {
        "" => "host".to_owned(),
        name => name.to_owned(),
    }
}

/// Ctrl-C, or the service manager's request; heard from this call on.
#[cfg(unix)]
fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind)
            .inspect_err(|error| tracing::warn!("a signal will not stop this server: {error}"))
            .ok()
    };
    let (interrupt, terminate) = (
        listen(SignalKind::interrupt()),
        listen(SignalKind::terminate()),
    );
    let heard = async |signal: Option<tokio::signal::unix::Signal>| match signal {
        // The stream of a signal never ends.
        Some(mut signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    };
    async move {
        tokio::select! {
            () = heard(interrupt) => {}
            () = heard(terminate) => {}
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
