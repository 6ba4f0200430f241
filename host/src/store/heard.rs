//! What hosts on one PostgreSQL tell each other when a contract changes. It is told
//! within the commit; who was away when it was told is told nothing, and has to look
//! for itself.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{AnyConnection, Executor};
use tokio::sync::mpsc;

use super::pool::{Engine, Store};
use super::writer::Accepted;
use crate::domain::ids::{ContractId, ManufacturerId};

const CHANNEL: &str = "stellwerk";
/// Messages that may wait to be worked; who has missed one is told to look for itself.
const WAITING_MAX: usize = 1_024;
/// A connection on which nothing has come for so long is tried.
const TRIED_EVERY: Duration = Duration::from_secs(10);
/// What a sound connection needs at most to say that it is, or to be made.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Between two tries to listen.
const PAUSE: Duration = Duration::from_secs(1);

/// What is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A contract has another version now.
    Changed(ManufacturerId, ContractId),
    /// It is being listened from now on: what was told before was not heard.
    Listening,
}

impl Store {
    /// What is told from now on, until the receiver is dropped. On SQLite, which has
    /// one host, nothing ever is.
    pub fn listen(&self) -> mpsc::Receiver<Heard> {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        match &self.listens_at {
            Some(options) => {
                tokio::spawn(listen(options.clone(), sender));
            }
            // Kept, so that the receiver waits.
            None => {
                tokio::spawn(async move { sender.closed().await });
            }
        }
        receiver
    }
}

/// Tells the other hosts which contracts are changed by what is being committed.
pub(super) async fn tell(
    connection: &mut AnyConnection,
    manufacturer: &ManufacturerId,
    accepted: &[Accepted<'_>],
) -> Result<(), sqlx::Error> {
    if Engine::of(connection) != Engine::Postgres {
        return Ok(());
    }
    let changed: BTreeSet<&str> = accepted
        .iter()
        .flat_map(|command| &command.changes.contracts)
        .map(|contract| contract.id.as_str())
        .collect();
    for contract in changed {
        sqlx::query("SELECT CAST(pg_notify($1, $2) AS TEXT)")
            .bind(CHANNEL)
            .bind(format!("{manufacturer}/{contract}"))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn listen(options: PgConnectOptions, heard: mpsc::Sender<Heard>) {
    loop {
        // What is the matter with the database is told by those who need an answer.
        let outcome = tokio::select! {
            () = heard.closed() => return,
            outcome = listen_once(&options, &heard) => outcome,
        };
        if let Err(error) = outcome {
            tracing::debug!("changes of contracts are not heard: {error}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Listens on a connection of its own until that breaks.
async fn listen_once(
    options: &PgConnectOptions,
    heard: &mpsc::Sender<Heard>,
) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(ANSWER_MAX)
        .connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    // Whatever breaks it ends this call, and with it the connection.
    listener.eager_reconnect(false);
    bounded(listener.listen(CHANNEL)).await?;
    let mut is_missing = heard.try_send(Heard::Listening).is_err();
    loop {
        let message = match tokio::time::timeout(TRIED_EVERY, listener.try_recv()).await {
            Ok(message) => message?,
            Err(_) => {
                bounded((&mut listener).execute("SELECT 1")).await?;
                if is_missing {
                    is_missing = heard.try_send(Heard::Listening).is_err();
                }
                continue;
            }
        };
        let Some(message) = message else {
            return Ok(());
        };
        let Some((manufacturer, contract)) = message.payload().split_once('/') else {
            continue;
        };
        let changed = Heard::Changed(manufacturer.into(), contract.into());
        is_missing |= heard.try_send(changed).is_err();
    }
}

async fn bounded<T>(work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    match tokio::time::timeout(ANSWER_MAX, work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(super::connections::too_slow(ANSWER_MAX)),
    }
}
