//! The one SQLite writer: a thread that owns the only writing connection and commits everything that waits together.
//!
//! SQLite has one writer at a time whatever we do, and a durable commit costs a sync. So writes queue here, run one
//! after the other inside savepoints of one transaction, and their callers hear back after the one sync that made all
//! of them durable. A write that fails is rolled back to its savepoint and takes nobody with it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use diesel::{RunQueryDsl, connection::SimpleConnection};

use super::{Connection, Error};

/// So many writes share one commit at most, so that the first does not wait for ever.
const MOST_TOGETHER: usize = 128;
/// And no longer than this, counted from the first.
const LONGEST_TOGETHER: Duration = Duration::from_millis(40);
/// How long the log is left alone while a reader needs it.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);
/// How often that is tried at the end.
const LAST_ATTEMPTS: u32 = 20;
/// How many writes may wait before callers are held back.
const QUEUE: usize = 4096;

/// One write: it runs inside the transaction and hears whether that was committed.
pub(super) trait Write: Send {
    /// Runs; true if its changes are to stay.
    fn run(&mut self, conn: &mut Connection) -> bool;
    /// Did it erase values that must go from the files too?
    fn erases(&self) -> bool;
    /// Tells the caller. With an error, nothing was written.
    fn settle(self: Box<Self>, committed: Result<(), Error>);
}

/// Where writes are handed in.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Write>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It ends with the `Writer`.
    pub(super) fn start(conn: Connection) -> Result<Self, Error> {
        let (queue, waiting) = sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("writer".into())
            .spawn(move || serve(conn, &waiting))
            .map_err(|_| Error::Unavailable("the writer thread cannot start"))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Hands a write in; blocks while the queue is full.
    pub(super) fn submit(&self, write: Box<dyn Write>) -> Result<(), Error> {
        let stopped = Error::Unavailable("the writer has stopped");
        self.queue.as_ref().is_some_and(|queue| queue.send(write).is_ok()).then_some(()).ok_or(stopped)
    }
}

impl Drop for Writer {
    /// Waits for the thread, so that a process does not end while the log can still be emptied of what it erased.
    fn drop(&mut self) {
        self.queue = None;
        // The last to let go of the database may be a write, on the thread itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            // A panic there has been reported by its callers' missing answers.
            let _ = thread.join();
        }
    }
}

/// Commits what is handed in. What was erased is still in the log when its caller hears of the commit; the log is emptied right
/// after, and again and again as long as a reader needs it, whether anybody writes meanwhile or not.
fn serve(mut conn: Connection, waiting: &Receiver<Box<dyn Write>>) {
    // What a process that was killed had erased and not yet emptied.
    let mut log_holds_erased = !empty_the_log(&mut conn);
    loop {
        let next = if log_holds_erased {
            waiting.recv_timeout(BETWEEN_ATTEMPTS)
        } else {
            waiting.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        match next {
            Ok(first) => {
                let (writes, committed) = commit_together(&mut conn, first, waiting);
                log_holds_erased |= committed.is_ok() && writes.iter().any(|write| write.erases());
                for write in writes {
                    write.settle(committed.clone());
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if log_holds_erased {
            log_holds_erased = !empty_the_log(&mut conn);
        }
    }
    // Another process may be reading. What it keeps from going now goes when the database is opened next.
    for _ in 0..LAST_ATTEMPTS {
        if !log_holds_erased || empty_the_log(&mut conn) {
            return;
        }
        thread::sleep(BETWEEN_ATTEMPTS);
    }
    tracing::warn!("erased values are still in the write-ahead log; the next start empties it");
}

fn commit_together(
    conn: &mut Connection,
    first: Box<dyn Write>,
    waiting: &Receiver<Box<dyn Write>>,
) -> (Vec<Box<dyn Write>>, Result<(), Error>) {
    if let Err(error) = conn.batch_execute("BEGIN IMMEDIATE") {
        return (vec![first], Err(error.into()));
    }
    let began = Instant::now();
    let mut done = Vec::new();
    let mut next = Some(first);
    while let Some(mut write) = next.take() {
        let ran = in_savepoint(conn, write.as_mut());
        done.push(write);
        if let Err(error) = ran {
            return (done, abandon(conn, error));
        }
        if done.len() < MOST_TOGETHER && began.elapsed() < LONGEST_TOGETHER {
            next = waiting.try_recv().ok();
        }
    }
    let committed = conn.batch_execute("COMMIT").map_err(Error::from);
    match committed {
        Ok(()) => (done, Ok(())),
        Err(error) => (done, abandon(conn, error)),
    }
}

/// Moves the write-ahead log into the database and truncates it; false if a reader still needs it.
fn empty_the_log(conn: &mut Connection) -> bool {
    #[derive(diesel::QueryableByName)]
    struct Checkpoint {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        busy: i32,
    }
    let Connection::Sqlite(conn) = conn else { return true };
    // A reader may be at it; the writers behind us do not wait for it.
    if conn.batch_execute("PRAGMA busy_timeout=20").is_err() {
        return false;
    }
    let outcome = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn);
    let restored = conn.batch_execute("PRAGMA busy_timeout=10000");
    restored.is_ok() && outcome.is_ok_and(|checkpoint| checkpoint.busy == 0)
}

/// Undoes everything of the batch. SQLite may already have rolled back by itself (a full disk), hence the ignored answer.
fn abandon(conn: &mut Connection, error: Error) -> Result<(), Error> {
    let _ = conn.batch_execute("ROLLBACK");
    Err(error)
}

fn in_savepoint(conn: &mut Connection, write: &mut dyn Write) -> Result<(), Error> {
    conn.batch_execute("SAVEPOINT one")?;
    // A panic must not take the other writes along; the caller hears of it because its answer never comes.
    let keep = catch_unwind(AssertUnwindSafe(|| write.run(conn))).unwrap_or(false);
    conn.batch_execute(if keep { "RELEASE one" } else { "ROLLBACK TO one; RELEASE one" })?;
    Ok(())
}
