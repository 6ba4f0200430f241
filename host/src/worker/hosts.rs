//! Generations without requests: what a host has served it keeps as it is agreed,
//! whoever changes it, and it says on record what it runs.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::pace::Pace;
use super::settings::WorkerSettings;
use crate::domain::host::{HostRecord, Running};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::{ContractError, Host};
use crate::store::{self, Heard};

/// Between two signs of life: a host that does not count has missed four.
const SIGN_EVERY: Duration = Duration::from_secs(5);
/// Between two looks at what has come without being taken into use.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// What comes within this time is written together.
const TOGETHER: Duration = Duration::from_millis(100);
/// How long a host that has ended without saying so stays on record.
const FORGOTTEN_MICROS: i64 = 60 * 60 * 1_000_000;
/// Between two looks for such.
const FORGET_EVERY: Duration = Duration::from_secs(600);
/// What is left behind where the database does not take a host's leave is forgotten
/// by others.
const LEAVE_MAX: Duration = Duration::from_secs(2);

/// Takes changes of contracts over as they are made, be it by another host. They
/// are told at once on PostgreSQL; what was not heard is found by looking.
pub(super) async fn follow(host: &Host, settings: &WorkerSettings, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut heard = host.store.listen();
    let mut pace = Pace::new(settings.contracts_poll());
    let mut look_at = Instant::now() + settings.contracts_poll();
    loop {
        let followed = tokio::select! {
            biased;
            () = &mut stop => return,
            message = heard.recv() => match message {
                Some(Heard::Changed(manufacturer, contract)) => {
                    host.follow(&manufacturer, &contract).await
                }
                Some(Heard::Listening) => host.follow_all().await,
                // Whoever listened has ended, and with it the server.
                None => return,
            },
            () = sleep_until(look_at) => {
                let followed = host.follow_all().await;
                look_at = Instant::now() + match &followed {
                    Ok(()) => pace.rest(),
                    Err(_) => pace.back_off(),
                };
                followed
            }
        };
        match followed {
            // Of a contract that is gone, or cannot be read, requests tell; of an
            // outage the connections do.
            Ok(()) | Err(ContractError::NotFound | ContractError::Terms(..)) => {}
            Err(ContractError::Store(error)) if error.trouble().is_some() => {}
            Err(error) => tracing::error!("changes of contracts could not be followed: {error}"),
        }
    }
}

/// Says on record that this host is there and what it runs, until `stop` is done;
/// and tells of what was replaced and is still used.
pub(super) async fn record(
    host: &Host,
    this: HostRecord,
    settings: &WorkerSettings,
    stop: impl Future<Output = ()>,
) {
    tokio::pin!(stop);
    let mut record = Record::of(this);
    loop {
        for overdue in host.overdue(settings.drain_micros()) {
            tracing::warn!(
                contract = overdue.contract,
                generations = overdue.generations.join(", "),
                seconds = overdue.seconds,
                "generations that were replaced are still used"
            );
        }
        match record.write(host).await {
            Ok(()) => {}
            Err(error) if error.trouble().is_some() => {}
            Err(error) => tracing::error!(
                code = error.code(),
                "what this server runs could not be put on record: {error}"
            ),
        }
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = host.has_taken() => tokio::time::sleep(TOGETHER).await,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    if let Ok(Err(error)) = timeout(LEAVE_MAX, host.store.forget_host(&record.this.id)).await {
        tracing::debug!("this server stays on record for a while: {error}");
    }
}

/// What is on record of this host.
struct Record {
    this: HostRecord,
    written: BTreeMap<(ManufacturerId, ContractId), Vec<Running>>,
    seen_at: Option<Instant>,
    forgot_at: Option<Instant>,
}

impl Record {
    fn of(this: HostRecord) -> Self {
        Self {
            this,
            written: BTreeMap::new(),
            seen_at: None,
            forgot_at: None,
        }
    }

    /// Writes what has changed, and that this host lives.
    async fn write(&mut self, host: &Host) -> Result<(), store::Error> {
        if is_over(self.seen_at, SIGN_EVERY) {
            self.this.seen_at = host.clock.now();
            if !host.store.see_host(&self.this).await? {
                self.written.clear();
            }
            self.seen_at = Some(Instant::now());
        }
        for (key, rows) in host.running(&self.this.id) {
            let written = self.written.get(&key).map_or(&[][..], Vec::as_slice);
            if written == rows {
                continue;
            }
            let is_there = |gone: &&Running| {
                let mut rows = rows.iter();
                rows.any(|row| (&row.slot, row.generation) == (&gone.slot, gone.generation))
            };
            let gone = written.iter().filter(|gone| !is_there(gone));
            let gone: Vec<Running> = gone.cloned().collect();
            host.store.keep_running(&rows, &gone).await?;
            self.written.insert(key, rows);
        }
        if is_over(self.forgot_at, FORGET_EVERY) {
            let before = host.clock.now().0.saturating_sub(FORGOTTEN_MICROS);
            host.store.forget_hosts(Micros(before)).await?;
            self.forgot_at = Some(Instant::now());
        }
        Ok(())
    }
}

fn is_over(since: Option<Instant>, pause: Duration) -> bool {
    since.is_none_or(|since| since.elapsed() >= pause)
}
