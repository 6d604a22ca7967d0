//! Transactions: one hop to a blocking thread, one connection, one transaction.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    r2d2::{ManageConnection, Pool},
};
use tokio::sync::{oneshot, watch};

use super::{
    Connection, Error, Location,
    connection::Purpose,
    writer::{Write, Writer},
};
use crate::{
    law::calendar,
    platform::{clock::Clock, ids::Mint, vault::Vault},
    words::{Day, Identifier, Instant},
};

/// The database and how to reach it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    readers: Pool<Opener>,
    writer: Option<Writer>,
    clock: Clock,
    mint: Mint,
    vault: Arc<Vault>,
    commits: watch::Sender<()>,
    outdated: AtomicU64,
}

/// One transaction, lent to a closure.
pub struct Tx<'a> {
    conn: &'a mut Connection,
    inner: &'a Inner,
    now: Instant,
    today: Day,
    left: Left,
}

/// What a transaction leaves to be done once it is committed.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    /// Work in the outbox or events without a number.
    work: bool,
    /// Values that must go from the files too.
    erased: bool,
    /// Answers kept in memory that hold no longer.
    outdated: bool,
}

/// What is to be shown to somebody who did not record it, and must be written down before it is shown.
pub trait Disclosing<T>: Send {
    /// Is there anything to write down? Whoever is shown only what is their own leaves no trace.
    fn leaves_a_trace(&self) -> bool;
    /// Writes down what was shown.
    fn disclose(&self, tx: &mut Tx<'_>) -> Result<(), Error>;
    /// The answer.
    fn answer(self) -> T;
}

impl Db {
    /// Opens the database; it must have been migrated.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    pub fn open(location: &Location, clock: Clock, mint: Mint, vault: Arc<Vault>, readers: u32) -> Result<Self, Error> {
        let (writer, purpose) = match location {
            Location::Sqlite(_) => (Some(Writer::start(location.open(Purpose::Write)?)?), Purpose::Read),
            Location::Postgres(_) => (None, Purpose::Write),
        };
        let readers = Pool::builder()
            .max_size(readers)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(std::time::Duration::from_secs(10))
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build(Opener { location: location.clone(), purpose })
            .map_err(|_| Error::Unavailable("no connection"))?;
        let (commits, _) = watch::channel(());
        let outdated = AtomicU64::new(0);
        Ok(Self { inner: Arc::new(Inner { readers, writer, clock, mint, vault, commits, outdated }) })
    }

    /// Reads in one transaction.
    ///
    /// # Errors
    /// What the closure returns, or the database's error.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let db = self.clone();
        blocking(move || db.read_here(work)).await?
    }

    /// Writes in one transaction. When this returns `Ok`, the write is durable.
    ///
    /// # Errors
    /// What the closure returns, or the database's error; nothing was written then.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let Some(writer) = &self.inner.writer else {
            let db = self.clone();
            return blocking(move || db.write_on_pool(work)).await?;
        };
        let (reply, answer) = oneshot::channel();
        writer.submit(self.job(work, move |outcome| drop(reply.send(outcome))))?;
        answer.await.map_err(|_| Error::Other("a write broke off".into()))?
    }

    /// Reads something that must be written down before it is shown. PostgreSQL does both in one transaction; SQLite
    /// reads beside the writer, which then commits together all disclosures that wait. What leaves no trace does not wait
    /// for the writer.
    ///
    /// # Errors
    /// What the closure returns, or the database's error; nothing may be shown then.
    pub async fn read_disclosing<T, D, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        D: Disclosing<T> + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<D, E> + Send + 'static,
    {
        if self.inner.writer.is_none() {
            return self
                .write(move |tx| {
                    let shown = work(tx)?;
                    if shown.leaves_a_trace() {
                        shown.disclose(tx)?;
                    }
                    Ok(shown.answer())
                })
                .await;
        }
        let shown = self.read(work).await?;
        if !shown.leaves_a_trace() {
            return Ok(shown.answer());
        }
        self.write(move |tx| {
            shown.disclose(tx)?;
            Ok::<_, Error>(shown.answer())
        })
        .await
        .map_err(E::from)
    }

    /// Reads on this thread, for commands.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_here<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        self.on_pool(work)
    }

    /// Writes and waits on this thread, for commands and for streams that write batch by batch.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_here<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let Some(writer) = &self.inner.writer else { return self.write_on_pool(work) };
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        writer.submit(self.job(work, move |outcome| drop(reply.send(outcome))))?;
        answer.recv().map_err(|_| Error::Other("a write broke off".into()))?
    }

    /// Is one server all that ever serves this database? A SQLite file is not shared between machines.
    pub fn is_served_by_one(&self) -> bool {
        self.inner.writer.is_some()
    }

    /// Changes whenever something was committed that may have left work behind.
    pub fn commits(&self) -> watch::Receiver<()> {
        self.inner.commits.subscribe()
    }

    /// Changes whenever something was committed here that makes answers untrue which were kept in memory. What another
    /// process commits does not change it.
    pub fn outdated(&self) -> u64 {
        self.inner.outdated.load(Ordering::SeqCst)
    }

    /// The clock everything here goes by.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// A new UUID outside any transaction, for request ids.
    pub fn new_uuid(&self) -> uuid::Uuid {
        self.inner.mint.uuid(self.inner.clock.now())
    }

    /// The secrets' keeper.
    pub fn vault(&self) -> &Arc<Vault> {
        &self.inner.vault
    }

    fn job<T, E, F, R>(&self, work: F, reply: R) -> Box<dyn Write>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        R: FnOnce(Result<T, E>) + Send + 'static,
    {
        let work = |tx: &mut Tx<'_>| work(tx).map(|value| (value, tx.left));
        Box::new(Job { inner: self.inner.clone(), work: Some(work), outcome: None, reply })
    }

    fn write_on_pool<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        let (value, left) = self.on_pool(|tx| work(tx).map(|value| (value, tx.left)))?;
        self.inner.committed(left);
        Ok(value)
    }

    fn on_pool<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E>,
    {
        let mut lent = self.inner.readers.get().map_err(|_| Error::Unavailable("no connection was free in time"))?;
        let conn = &mut *lent;
        conn.batch_execute("BEGIN").map_err(Error::from)?;
        let outcome = self.inner.run(conn, work);
        let ended = conn.batch_execute(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).map_err(Error::from);
        let value = outcome?;
        ended?;
        Ok(value)
    }
}

impl Inner {
    fn run<T, E>(&self, conn: &mut Connection, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let now = self.clock.now();
        work(&mut Tx { conn, inner: self, now, today: calendar::oslo_day(now), left: Left::default() })
    }

    fn committed(&self, left: Left) {
        if left.outdated {
            self.outdated.fetch_add(1, Ordering::SeqCst);
        }
        if left.work {
            self.commits.send_replace(());
        }
    }
}

impl Tx<'_> {
    /// The connection, for `store.rs` files.
    pub fn conn(&mut self) -> &mut Connection {
        self.conn
    }

    /// The instant of this transaction.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The day it is in Oslo.
    pub fn today(&self) -> Day {
        self.today
    }

    /// Says that there is something to do for a worker once this is committed.
    pub fn leave_work(&mut self) {
        self.left.work = true;
    }

    /// Says that answers kept in memory are untrue once this is committed.
    pub fn outdate(&mut self) {
        self.left.outdated = true;
    }

    /// Says that values were erased: on SQLite the write-ahead log is emptied right after the commit, so that they are gone
    /// from the files; in PostgreSQL they go at the next vacuum.
    pub fn erased(&mut self) {
        self.left.erased = true;
    }

    /// A new id, made for this transaction's instant.
    pub fn new_id<I: Identifier>(&self) -> I {
        I::from_uuid(self.inner.mint.uuid(self.now))
    }

    /// The secrets' keeper.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// Does no other transaction write while this one does, so that what commits later began later?
    pub fn writes_alone(&self) -> bool {
        matches!(self.conn, Connection::Sqlite(_))
    }

    /// Waits until this transaction is the only one, on any instance, that leads in a matter. SQLite's one writer does.
    ///
    /// # Errors
    /// The database's.
    pub fn lead(&mut self, matter: &str) -> Result<(), Error> {
        match self.conn {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(conn) => diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext($1))")
                .bind::<diesel::sql_types::Text, _>(matter)
                .execute(conn)
                .map(drop)
                .map_err(Error::from),
        }
    }
}

struct Job<T, E, F, R> {
    inner: Arc<Inner>,
    work: Option<F>,
    outcome: Option<Result<(T, Left), E>>,
    reply: R,
}

impl<T, E, F, R> Write for Job<T, E, F, R>
where
    T: Send,
    E: From<Error> + Send,
    F: FnOnce(&mut Tx<'_>) -> Result<(T, Left), E> + Send,
    R: FnOnce(Result<T, E>) + Send,
{
    fn run(&mut self, conn: &mut Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let outcome = self.inner.run(conn, work);
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn erases(&self) -> bool {
        matches!(&self.outcome, Some(Ok((_, left))) if left.erased)
    }

    fn settle(self: Box<Self>, committed: Result<(), Error>) {
        // No outcome: the work panicked. Dropping the reply tells the caller so.
        let Some(outcome) = self.outcome else { return };
        let answer = match (outcome, committed) {
            (Ok(_), Err(error)) => Err(error.into()),
            (Ok((value, left)), Ok(())) => {
                self.inner.committed(left);
                Ok(value)
            }
            (Err(error), _) => Err(error),
        };
        (self.reply)(answer);
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Other("a transaction broke off".into()))
}

struct Opener {
    location: Location,
    purpose: Purpose,
}

impl ManageConnection for Opener {
    type Connection = Connection;
    type Error = Error;

    fn connect(&self) -> Result<Connection, Error> {
        self.location.open(self.purpose)
    }

    fn is_valid(&self, conn: &mut Connection) -> Result<(), Error> {
        conn.ping().map_err(Error::from)
    }

    fn has_broken(&self, conn: &mut Connection) -> bool {
        // Work that panicked has left its transaction open, and diesel did not see it begin.
        std::thread::panicking() || conn.is_broken()
    }
}
