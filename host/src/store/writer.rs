//! One writer per host: it collects the commands that wait, and commits them
//! together. What costs is the number of statements and of fsyncs, so a group
//! shares both; under no load a group is one command and waits for nobody.

pub(super) mod guards;
mod rows;
mod standing;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::{AnyConnection, Connection, Row};
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

use self::guards::Known;
use self::standing::Standing;
use super::changes::{Afterwards, Changes, Command};
use super::connections::{Connections, Lent};
use super::outage::Trouble;
use super::packed::Models;
use super::pool::{Engine, Store, StoreLimits};
use super::statistics::Statistics;
use super::{Error, heard, manufacturer, seal};
use crate::metrics;
use crate::telemetry::TRACED;

/// How often a database that takes no commits is tried where nobody else does.
const TRY_EVERY: Duration = Duration::from_secs(1);

/// What a commit has given a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Of the command's last event, or of the last one before it.
    pub position: i64,
}

#[derive(Clone)]
pub(super) struct Writer {
    messages: mpsc::Sender<Message>,
    standing: Arc<Standing>,
}

enum Message {
    Commit(Box<Job>),
    /// Answered when everything before it is.
    Stop(oneshot::Sender<()>),
}

struct Job {
    command: Command,
    /// Whoever waits for it, in a trace.
    waits: Span,
    reply: oneshot::Sender<Result<Committed, Error>>,
}

impl Store {
    /// Commits the command's changes, together or not at all. It is answered
    /// only after the commit that holds it.
    ///
    /// # Errors
    /// `Stale` when a guard no longer holds; nothing was written then.
    pub async fn commit(&self, command: Command) -> Result<Committed, Error> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .messages
            .try_send(Message::Commit(Box::new(Job {
                command,
                waits: Span::current(),
                reply,
            })))
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Error::Overloaded,
                mpsc::error::TrySendError::Closed(_) => stopped(),
            })?;
        answer.await.map_err(|_| stopped())?
    }
}

fn stopped() -> Error {
    Error::gone("the writer has stopped")
}

impl Writer {
    pub(super) fn start(connections: Connections, engine: Engine, limits: &StoreLimits) -> Self {
        let (messages, waiting) = mpsc::channel(limits.waiting_max);
        let standing = Arc::new(Standing::default());
        let work = Work {
            statistics: Statistics::new(connections.clone(), engine),
            connections,
            engine,
            group_max: limits.group_max,
            standing: standing.clone(),
            models: Models::default(),
            lent: None,
        };
        tokio::spawn(work.run(waiting));
        Self { messages, standing }
    }

    /// Whether the last commit was done, or was refused for a reason of its own.
    pub(super) fn is_well(&self) -> Result<(), Error> {
        self.standing.ask()
    }

    /// Commands that wait to be committed.
    pub(super) fn waiting(&self) -> usize {
        self.messages.max_capacity() - self.messages.capacity()
    }

    /// Waits until everything that was sent before is answered; nothing is
    /// taken afterwards.
    pub(super) async fn finish(&self) {
        let (reply, done) = oneshot::channel();
        if self.messages.send(Message::Stop(reply)).await.is_ok() {
            // An error means that the writer has stopped already.
            let _ = done.await;
        }
    }
}

/// The writer at work.
struct Work {
    connections: Connections,
    engine: Engine,
    group_max: usize,
    standing: Arc<Standing>,
    statistics: Statistics,
    /// By which long values are packed.
    models: Models,
    /// Kept while work waits: the driver has its statements prepared, and SQLite
    /// the pages that it has written last.
    lent: Option<Lent>,
}

impl Work {
    async fn run(mut self, mut waiting: mpsc::Receiver<Message>) {
        let mut next: VecDeque<Job> = VecDeque::new();
        let mut stopping = None;
        loop {
            if next.is_empty() && waiting.is_empty() {
                self.lent = None;
            }
            if next.is_empty() {
                if let Some(reply) = stopping {
                    let _: Result<(), ()> = oneshot::Sender::send(reply, ());
                    return;
                }
                match self.wait(&mut waiting).await {
                    Waited::For(Some(Message::Commit(job))) => next.push_back(*job),
                    Waited::For(Some(Message::Stop(reply))) => {
                        stopping = Some(reply);
                        waiting.close();
                    }
                    Waited::For(None) => return,
                    Waited::InVain => self.try_again().await,
                }
            }
            while let Ok(message) = waiting.try_recv() {
                match message {
                    Message::Commit(job) => next.push_back(*job),
                    Message::Stop(reply) => {
                        stopping = Some(reply);
                        waiting.close();
                    }
                }
            }
            // What nobody waits for any more has been answered as not known.
            next.retain(|job| !job.reply.is_closed());
            let group = take_group(&mut next, self.group_max);
            if let Err(trouble) = self.commit_group(group).await {
                refuse(next.drain(..), || Error::Unavailable(trouble.clone()));
            }
        }
    }

    /// Waits for work; while the database takes no commits, not for long.
    async fn wait(&mut self, waiting: &mut mpsc::Receiver<Message>) -> Waited {
        if self.standing.ask().is_ok() {
            return Waited::For(waiting.recv().await);
        }
        match tokio::time::timeout(TRY_EVERY, waiting.recv()).await {
            Ok(message) => Waited::For(message),
            Err(_) => Waited::InVain,
        }
    }

    /// Commits something that changes nothing, to learn whether it can.
    async fn try_again(&mut self) {
        let tried = self.transact(&[]).await;
        self.standing.note(tried.as_ref().err());
    }

    /// Commits a group; an error that no guard foresaw splits it by halves, so
    /// that one bad command fails alone.
    ///
    /// # Errors
    /// An outage, which those that wait need not try for themselves.
    async fn commit_group(&mut self, group: Vec<Job>) -> Result<(), Trouble> {
        let mut groups = vec![group];
        while let Some(mut group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            let commands: Vec<&Command> = group.iter().map(|job| &job.command).collect();
            let begin = Instant::now();
            let span = tracing::debug_span!(target: TRACED, "commit", commands = group.len());
            for job in &group {
                span.follows_from(&job.waits);
            }
            let written = self.transact(&commands).instrument(span).await;
            self.standing.note(written.as_ref().err());
            match written {
                Ok(outcomes) => {
                    self.statistics.count(&commands);
                    let overtaken = outcomes.iter().filter(|outcome| outcome.is_err()).count();
                    metrics::commits::committed(group.len(), overtaken, begin.elapsed());
                    for (job, outcome) in group.into_iter().zip(outcomes) {
                        if outcome.is_ok() {
                            let afterwards = &job.command.changes.afterwards;
                            afterwards.iter().for_each(Afterwards::begin);
                        }
                        // Whoever asked may have gone; the commit stands.
                        let _ = job.reply.send(outcome);
                    }
                }
                // Not again by halves: what has been done already, unknown to us,
                // would be done twice.
                Err(Error::Unknown(trouble)) => {
                    refuse(group, || Error::Unknown(trouble.clone()));
                    return self.give_up(groups, trouble);
                }
                Err(Error::Unavailable(trouble)) => {
                    groups.push(group);
                    return self.give_up(groups, trouble);
                }
                Err(error) if group.len() == 1 => {
                    metrics::commits::failed(error.code());
                    if let Some(job) = group.pop() {
                        let _ = job.reply.send(Err(error));
                    }
                }
                Err(error) => {
                    tracing::warn!(commands = group.len(), "a commit group is split: {error}");
                    let second = group.split_off(group.len() / 2);
                    groups.push(second);
                    groups.push(group);
                }
            }
        }
        Ok(())
    }

    fn give_up(&self, groups: Vec<Vec<Job>>, trouble: Trouble) -> Result<(), Trouble> {
        refuse(groups.into_iter().flatten(), || {
            Error::Unavailable(trouble.clone())
        });
        Err(trouble)
    }

    /// One transaction. The outer error concerns the group, the inner ones a
    /// command each.
    async fn transact(
        &mut self,
        commands: &[&Command],
    ) -> Result<Vec<Result<Committed, Error>>, Error> {
        let mut lent = match self.lent.take() {
            Some(lent) => lent,
            None => self.connections.lend().await?,
        };
        let outcome = self.transact_on(&mut lent, commands).await;
        match &outcome {
            Ok(_) => self.lent = Some(lent),
            Err(error) if error.trouble().is_some() => {
                self.models.forget();
                lent.give_up();
            }
            Err(_) => {}
        }
        outcome
    }

    async fn transact_on(
        &mut self,
        connection: &mut AnyConnection,
        commands: &[&Command],
    ) -> Result<Vec<Result<Committed, Error>>, Error> {
        let begun = connection.begin_with(self.engine.begin());
        let mut transaction = self.connections.bounded(begun).await?;
        let written = write(&mut transaction, commands, &mut self.models);
        let written = self.connections.bounded(written).await?;
        if written.is_anything {
            let commit = self.connections.bounded(transaction.commit());
            commit.await.map_err(Error::of_commit)?;
            for command in commands {
                self.models.committed(&command.manufacturer);
            }
        }
        Ok(written.outcomes)
    }
}

/// What came of waiting for work.
enum Waited {
    For(Option<Message>),
    InVain,
}

fn refuse(jobs: impl IntoIterator<Item = Job>, error: impl Fn() -> Error) {
    for job in jobs {
        let error = error();
        metrics::commits::failed(error.code());
        // Whoever asked may have gone.
        let _ = job.reply.send(Err(error));
    }
}

/// The oldest command and those of the same manufacturer, in their order.
fn take_group(next: &mut VecDeque<Job>, group_max: usize) -> Vec<Job> {
    let mut group: Vec<Job> = Vec::new();
    let mut rest = VecDeque::new();
    for job in next.drain(..) {
        let same = group
            .first()
            .is_none_or(|first| first.command.manufacturer == job.command.manufacturer);
        if same && group.len() < group_max {
            group.push(job);
        } else {
            rest.push_back(job);
        }
    }
    *next = rest;
    group
}

/// What an open transaction holds.
struct Written {
    /// Of each command.
    outcomes: Vec<Result<Committed, Error>>,
    /// Whether there is something to commit.
    is_anything: bool,
}

/// Writes a group's rows into an open transaction.
async fn write(
    transaction: &mut AnyConnection,
    commands: &[&Command],
    models: &mut Models,
) -> Result<Written, Error> {
    let Some(first) = commands.first() else {
        manufacturer::touch_one(transaction).await?;
        return Ok(Written {
            outcomes: Vec::new(),
            is_anything: true,
        });
    };
    // Invariant: a group is of one manufacturer. The locks of two could be taken
    // in different orders by two hosts.
    let manufacturer = &first.manufacturer;
    debug_assert!(
        commands
            .iter()
            .all(|command| command.manufacturer == *manufacturer)
    );
    for command in commands {
        if let Some(new) = &command.changes.manufacturer {
            manufacturer::begin(transaction, new).await?;
        }
    }
    // Everything below is serialised per manufacturer by this row, across hosts.
    let feed = sqlx::query(
        "UPDATE feed SET position = position WHERE manufacturer = $1 \
         RETURNING position, decisions",
    )
    .bind(manufacturer.as_str())
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(feed) = feed else {
        return Err(Error::Conflict { kind: "reference" });
    };
    let start: i64 = feed.try_get("position")?;
    let numbered_before: i64 = feed.try_get("decisions")?;
    let mut known = Known::read(transaction, manufacturer, commands).await?;
    let mut position = start;
    let mut numbered = numbered_before;
    let mut outcomes = Vec::with_capacity(commands.len());
    let mut accepted = Vec::with_capacity(commands.len());
    for command in commands {
        match known.admit(&command.changes) {
            Ok(versions) => {
                let from = position;
                position += command.changes.events.len() as i64;
                accepted.push(Accepted {
                    changes: &command.changes,
                    versions,
                    position: from,
                    numbered,
                });
                numbered += command.changes.decisions.len() as i64;
                outcomes.push(Ok(Committed { position }));
            }
            Err(guard) => outcomes.push(Err(Error::Stale { guard })),
        }
    }
    if !accepted.is_empty() {
        rows::write(transaction, manufacturer, &accepted, models).await?;
        heard::tell(transaction, manufacturer, &accepted).await?;
        let older = accepted
            .iter()
            .map(|command| command.changes.older_numbered);
        if let Some(older) = older.max().filter(|older| *older > 0) {
            let done = sqlx::query(seal::NUMBER)
                .bind(manufacturer.as_str())
                .bind(numbered)
                .bind(i64::from(older))
                .execute(&mut *transaction)
                .await?;
            numbered += done.rows_affected() as i64;
        }
        if position > start || numbered > numbered_before {
            sqlx::query("UPDATE feed SET position = $1, decisions = $2 WHERE manufacturer = $3")
                .bind(position)
                .bind(numbered)
                .bind(manufacturer.as_str())
                .execute(&mut *transaction)
                .await?;
        }
    }
    Ok(Written {
        outcomes,
        is_anything: !accepted.is_empty(),
    })
}

/// A command whose guards held.
pub(super) struct Accepted<'a> {
    pub(super) changes: &'a Changes,
    versions: guards::Versions,
    /// Before the command's first event.
    position: i64,
    /// Of the last decision before the command's first one.
    numbered: i64,
}
