//! One writer per host: it collects the commands that wait, and commits them
//! together. What costs is the number of statements and of fsyncs, so a group
//! shares both; under no load a group is one command and waits for nobody.

mod guards;
mod rows;

use std::collections::VecDeque;
use std::time::Instant;

use sqlx::{AnyPool, Row};
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

use self::guards::Known;
use super::changes::{Changes, Command};
use super::pool::{Engine, Store, StoreLimits};
use super::{Error, manufacturer};
use crate::metrics;
use crate::telemetry::TRACED;

/// What a commit has given a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Of the command's last event, or of the last one before it.
    pub position: i64,
}

#[derive(Clone)]
pub(super) struct Writer {
    messages: mpsc::Sender<Message>,
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
    Error::Unavailable("the writer has stopped".to_owned())
}

impl Writer {
    pub(super) fn start(pool: AnyPool, engine: Engine, limits: &StoreLimits) -> Self {
        let (messages, waiting) = mpsc::channel(limits.waiting_max);
        tokio::spawn(work(pool, engine, limits.group_max, waiting));
        Self { messages }
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

async fn work(
    pool: AnyPool,
    engine: Engine,
    group_max: usize,
    mut waiting: mpsc::Receiver<Message>,
) {
    let mut next: VecDeque<Job> = VecDeque::new();
    let mut stopping = None;
    loop {
        if next.is_empty() {
            if let Some(reply) = stopping {
                let _: Result<(), ()> = oneshot::Sender::send(reply, ());
                return;
            }
            match waiting.recv().await {
                Some(Message::Commit(job)) => next.push_back(*job),
                Some(Message::Stop(reply)) => {
                    stopping = Some(reply);
                    waiting.close();
                }
                None => return,
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
        let group = take_group(&mut next, group_max);
        commit_group(&pool, engine, group).await;
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

/// Commits a group; an error that no guard foresaw splits it by halves, so that
/// one bad command fails alone.
async fn commit_group(pool: &AnyPool, engine: Engine, group: Vec<Job>) {
    let mut groups = vec![group];
    while let Some(mut group) = groups.pop() {
        let commands: Vec<&Command> = group.iter().map(|job| &job.command).collect();
        let begin = Instant::now();
        let span = tracing::debug_span!(target: TRACED, "commit", commands = group.len());
        for job in &group {
            span.follows_from(&job.waits);
        }
        let written = write(pool, engine, &commands).instrument(span).await;
        match written {
            Ok(outcomes) => {
                let overtaken = outcomes.iter().filter(|outcome| outcome.is_err()).count();
                metrics::commits::committed(group.len(), overtaken, begin.elapsed());
                for (job, outcome) in group.into_iter().zip(outcomes) {
                    // Whoever asked may have gone; the commit stands.
                    let _ = job.reply.send(outcome);
                }
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
}

/// One transaction. The outer error concerns the group, the inner ones a
/// command each.
async fn write(
    pool: &AnyPool,
    engine: Engine,
    commands: &[&Command],
) -> Result<Vec<Result<Committed, Error>>, Error> {
    let Some(first) = commands.first() else {
        return Ok(Vec::new());
    };
    // Invariant: a group is of one manufacturer. The locks of two could be taken
    // in different orders by two hosts.
    let manufacturer = &first.manufacturer;
    debug_assert!(
        commands
            .iter()
            .all(|command| command.manufacturer == *manufacturer)
    );
    let mut transaction = pool.begin_with(engine.begin()).await?;
    for command in commands {
        if let Some(new) = &command.changes.manufacturer {
            manufacturer::begin(&mut transaction, new).await?;
        }
    }
    // Everything below is serialised per manufacturer by this row, across hosts.
    let feed = sqlx::query(
        "UPDATE feed SET position = position WHERE manufacturer = $1 RETURNING position",
    )
    .bind(manufacturer.as_str())
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(feed) = feed else {
        return Err(Error::Conflict { kind: "reference" });
    };
    let start: i64 = feed.try_get("position")?;
    let mut known = Known::read(&mut transaction, manufacturer, commands).await?;
    let mut position = start;
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
                });
                outcomes.push(Ok(Committed { position }));
            }
            Err(guard) => outcomes.push(Err(Error::Stale { guard })),
        }
    }
    if !accepted.is_empty() {
        rows::write(&mut transaction, manufacturer, &accepted).await?;
        if position > start {
            sqlx::query("UPDATE feed SET position = $1 WHERE manufacturer = $2")
                .bind(position)
                .bind(manufacturer.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
    }
    Ok(outcomes)
}

/// A command whose guards held.
struct Accepted<'a> {
    changes: &'a Changes,
    versions: guards::Versions,
    /// Before the command's first event.
    position: i64,
}
