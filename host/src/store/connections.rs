//! The connections to the database. A statement on one has a bounded time, and
//! a connection that may be broken is tried before it is used again: after an
//! outage nothing has to be restarted here.

use std::io;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_core::Stream;
use sqlx::any::{
    AnyConnectOptions, AnyPoolOptions, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo,
};
use sqlx::pool::{PoolConnection, PoolConnectionMetadata};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Describe, Either, Execute, Executor, SqlStr};

use super::StoreLimits;
use super::file::DataFile;
use super::outage::{Outage, Trouble};
use super::pool::{Engine, let_be_lost, prepare};
use crate::domain::erasure::Words;

/// A connection that was used so lately is believed to be sound.
const TRUSTED: Duration = Duration::from_secs(1);
/// What a sound connection needs at most to say that it is.
const PING_MAX: Duration = Duration::from_secs(2);

/// Between two lines of the log about the same outage.
const SAID_EVERY: Duration = Duration::from_secs(10);

type Answer<'e, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'e>>;
type Answers<'e, T> = Pin<Box<dyn Stream<Item = Result<T, sqlx::Error>> + Send + 'e>>;

/// Where statements outside of commits go. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pool: AnyPool,
    answer_max: Duration,
    breaks: Breaks,
    /// Of an embedded database.
    file: Option<Arc<DataFile>>,
}

impl Connections {
    pub(super) async fn open(
        engine: Engine,
        options: AnyConnectOptions,
        limits: &StoreLimits,
        file: Option<DataFile>,
    ) -> Result<Self, sqlx::Error> {
        let breaks = Breaks::default();
        let seen = breaks.clone();
        let (answer_max, may_be_lost) = (limits.answer_time(), limits.may_be_lost);
        let pool = AnyPoolOptions::new()
            .max_connections(limits.connections_max)
            .acquire_timeout(limits.acquire_time())
            .test_before_acquire(false)
            .before_acquire(move |connection, about| {
                let is_sound = engine == Engine::Sqlite || seen.spare(&about);
                Box::pin(async move {
                    if !is_sound {
                        ping(connection).await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    prepare(engine, connection, answer_max).await?;
                    if may_be_lost {
                        let_be_lost(engine, connection).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self {
            pool,
            answer_max,
            breaks,
            file: file.map(Arc::new),
        })
    }

    /// A connection to do several things with.
    pub(super) async fn lend(&self) -> Result<Lent, sqlx::Error> {
        match self.acquire().await {
            Ok(connection) => Ok(Lent {
                connection,
                is_broken: false,
                breaks: self.breaks.clone(),
            }),
            Err(error) => {
                if let Some(trouble) = Trouble::of(&error) {
                    self.breaks.note();
                    self.breaks.say(&trouble);
                }
                Err(error)
            }
        }
    }

    async fn acquire(&self) -> Result<PoolConnection<Any>, sqlx::Error> {
        if let Some(file) = &self.file {
            file.is_there()?;
        }
        self.pool.acquire().await
    }

    /// What `work` comes to within the time that an answer may take.
    pub(super) async fn bounded<T, E: From<sqlx::Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        match tokio::time::timeout(self.answer_max, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(too_slow(self.answer_max).into()),
        }
    }

    /// How many connections there are, and how many of them nobody uses now.
    pub(super) fn open_and_idle(&self) -> (u32, u32) {
        let open = self.pool.size();
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(open);
        (open, idle.min(open))
    }

    pub(super) fn connections_max(&self) -> u32 {
        self.pool.options().get_max_connections()
    }

    /// Whether the file of an embedded database holds one of the words, anywhere.
    pub(super) async fn file_holds(&self, words: &Words) -> Result<bool, sqlx::Error> {
        let Some(file) = self.file.clone() else {
            return Ok(false);
        };
        let words = words.clone();
        let looked = tokio::task::spawn_blocking(move || file.holds(&words)).await;
        looked
            .map_err(io::Error::other)
            .flatten()
            .map_err(sqlx::Error::Io)
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// One statement on a connection of its own.
    async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&mut AnyConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let mut lent = self.lend().await?;
        let outcome = self.bounded(work(&mut lent)).await;
        if outcome.is_ok() {
            self.breaks.answered();
        }
        lent.give_back(outcome.as_ref().err());
        outcome
    }
}

impl<'p> Executor<'p> for &'p Connections {
    type Database = Any;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> Answer<'e, AnyQueryResult>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(self.run(async move |connection| connection.execute(query).await))
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> Answer<'e, Vec<AnyRow>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(self.run(async move |connection| connection.fetch_all(query).await))
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> Answer<'e, Option<AnyRow>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(self.run(async move |connection| connection.fetch_optional(query).await))
    }

    /// Unbounded: whoever reads a stream decides how long. Nobody does here.
    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Answers<'e, Either<AnyQueryResult, AnyRow>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        (&self.pool).fetch_many(query)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> Answer<'e, AnyStatement>
    where
        'p: 'e,
    {
        Box::pin(self.run(async move |connection| connection.prepare_with(sql, parameters).await))
    }

    fn describe<'e>(self, sql: SqlStr) -> Answer<'e, Describe<Any>>
    where
        'p: 'e,
    {
        Box::pin(self.run(async move |connection| connection.describe(sql).await))
    }
}

/// A connection on loan. Whoever gives it back says how that went; one that is
/// dropped in the middle of something is tried before others get it.
pub(super) struct Lent {
    connection: PoolConnection<Any>,
    is_broken: bool,
    breaks: Breaks,
}

impl Lent {
    /// Gives it back after this error, or none. What an outage has touched is not
    /// used again: the driver may take it for something that it no longer is.
    pub(super) fn give_back(self, error: Option<&sqlx::Error>) {
        if let Some(trouble) = error.and_then(Trouble::of) {
            self.breaks.say(&trouble);
            self.give_up();
        }
    }

    /// Has it closed.
    pub(super) fn give_up(mut self) {
        self.breaks.note();
        self.is_broken = true;
    }
}

impl Deref for Lent {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.is_broken {
            self.connection.close_on_drop();
        } else {
            // The driver tries it first; one that hangs must not be waited for.
            tokio::spawn(tokio::time::timeout(
                PING_MAX,
                self.connection.return_to_pool(),
            ));
        }
    }
}

/// When a connection has broken last: older ones are not believed.
#[derive(Clone, Debug, Default)]
struct Breaks {
    /// Milliseconds after `BEGIN`; 0 is never.
    last_at_ms: Arc<AtomicU64>,
    told: Arc<Mutex<Told>>,
    /// Whether `told` has an outage that is not over yet.
    is_out: Arc<AtomicBool>,
}

/// What the log was told.
#[derive(Debug, Default)]
struct Told {
    last: Vec<(Outage, Instant)>,
    /// Not answering, of which the end is told too. Of what takes commits the
    /// writer tells.
    not_answering: Option<(Outage, Instant)>,
}

impl Breaks {
    fn note(&self) {
        self.last_at_ms
            .fetch_max(since_begin_ms(), Ordering::Relaxed);
    }

    /// One line of the log in a while: every request meets the same outage.
    fn say(&self, trouble: &Trouble) {
        let outage = trouble.outage;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |(of, _): &(Outage, Instant)| *of == outage;
        let is_told = |told: &(Outage, Instant)| is_same(told) && told.1.elapsed() < SAID_EVERY;
        if told.last.iter().any(is_told) {
            return;
        }
        told.last.retain(|told| !is_same(told));
        told.last.push((outage, Instant::now()));
        if matches!(outage, Outage::Gone | Outage::Slow) {
            told.not_answering.get_or_insert((outage, Instant::now()));
            self.is_out.store(true, Ordering::Relaxed);
        }
        drop(told);
        tracing::error!(code = outage.code(), "{trouble}; {}", outage.next_step());
    }

    /// A statement was answered.
    fn answered(&self) {
        if !self.is_out.load(Ordering::Relaxed) {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_out.store(false, Ordering::Relaxed);
        if let Some((outage, since)) = told.not_answering.take() {
            tracing::info!(
                code = outage.code(),
                seconds = since.elapsed().as_secs(),
                "the database answers again"
            );
        }
    }

    /// Whether the connection need not be tried.
    fn spare(&self, about: &PoolConnectionMetadata) -> bool {
        let last_ms = self.last_at_ms.load(Ordering::Relaxed);
        let since_ms = since_begin_ms().saturating_sub(last_ms);
        let is_younger = last_ms == 0 || about.age < Duration::from_millis(since_ms);
        is_younger && about.idle_for < TRUSTED
    }
}

fn since_begin_ms() -> u64 {
    static BEGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    BEGIN.elapsed().as_millis() as u64 + 1
}

async fn ping(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    match tokio::time::timeout(PING_MAX, connection.ping()).await {
        Ok(outcome) => outcome,
        Err(_) => Err(too_slow(PING_MAX)),
    }
}

/// The error of what has not been answered in time.
pub(super) fn too_slow(max: Duration) -> sqlx::Error {
    let text = format!("no answer within {} s", max.as_secs());
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, text))
}
