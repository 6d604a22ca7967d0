//! The outbox: work that must happen after a commit, or elsewhere. A row is written in the transaction that caused it; a
//! worker takes it, does it, and deletes it. Failed work is tried again, later and later.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use chrono::TimeDelta;
use diesel::{dsl::sql, sql_types::Bool};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    sync::watch,
    task::{Id, JoinSet},
};

use super::{
    db::{Db, Error, Tx, run::prelude::*, schema::outbox},
    gate::Gate,
    mail::Mail,
    resealing::{PORTION, Portion, anew},
    vault::Purpose,
};
use crate::words::{Instant, JobId};

/// A kind of work: its name and what it needs to know.
pub trait Job: Serialize + DeserializeOwned {
    /// The name of the kind.
    const KIND: &'static str;
}

/// Why work was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// Trying again later may help.
    #[error("{0}")]
    Later(String),
    /// Trying again cannot help; the row stays for a human, due once a day.
    #[error("{0}")]
    Stuck(String),
    /// It was not this job's turn: whoever is needed for its whole kind lets nobody in. A kind apart waits at its gate as
    /// if nothing had been tried.
    #[error("{0}")]
    Closed(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Later(error.to_string())
    }
}

/// Puts work into the outbox. The payload is sealed: it may hold an address or a token.
///
/// # Errors
/// The database's.
pub fn enqueue<J: Job>(tx: &mut Tx<'_>, job: &J) -> Result<(), Error> {
    let id: JobId = tx.new_id();
    let plain = serde_json::to_vec(job).map_err(|_| Error::Other("a job could not be written".into()))?;
    let payload = tx.vault().seal(Purpose::Outbox, &id.to_string(), &plain);
    let now = tx.now();
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id),
            outbox::kind.eq(J::KIND),
            outbox::payload.eq(payload),
            outbox::due_at.eq(now),
            outbox::attempts.eq(0),
            outbox::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    tx.leave_work();
    Ok(())
}

/// Seals some of the payloads of the outbox with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &JobId) -> Result<Portion<JobId>, Error> {
    let rows = outbox::table
        .filter(outbox::id.gt(*after))
        .order(outbox::id)
        .limit(PORTION)
        .select((outbox::id, outbox::payload))
        .load::<(JobId, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, id, sealed| vault.reseal(Purpose::Outbox, &id.to_string(), sealed),
        |tx, id, before, sealed| {
            let row = outbox::table.filter(outbox::id.eq(id)).filter(outbox::payload.eq(before));
            Ok(diesel::update(row).set(outbox::payload.eq(sealed)).execute(tx.conn())?)
        },
    )
}

type Doing = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
type Worker = Arc<dyn Fn(JobId, Vec<u8>) -> Doing + Send + Sync>;

/// Who does which kind of work.
#[derive(Clone, Default)]
pub struct Workers {
    in_turn: BTreeMap<&'static str, Worker>,
    apart: Option<Apart>,
}

/// The kind that waits for somebody outside. It is taken by itself, several at once, so that it holds up nothing else.
#[derive(Clone)]
struct Apart {
    kind: &'static str,
    gate: Arc<Gate>,
    worker: Worker,
}

impl Workers {
    /// Says who does a kind of work, one job after the other. The job's id is the same at every attempt.
    #[must_use]
    pub fn on<J, F, Fut>(mut self, work: F) -> Self
    where
        J: Job + Send + 'static,
        F: Fn(JobId, J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.in_turn.insert(J::KIND, worker(work));
        self
    }

    /// Says who does the kind of work that is done apart from the rest, as many at once as the gate lets through. One job
    /// must be done, or given up, within [`JOB_SECONDS`].
    #[must_use]
    pub fn apart<J, F, Fut>(mut self, gate: Arc<Gate>, work: F) -> Self
    where
        J: Job + Send + 'static,
        F: Fn(JobId, J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.apart = Some(Apart { kind: J::KIND, gate, worker: worker(work) });
        self
    }

    fn kind_apart(&self) -> &'static str {
        self.apart.as_ref().map_or("", |apart| apart.kind)
    }
}

fn worker<J, F, Fut>(work: F) -> Worker
where
    J: Job + Send + 'static,
    F: Fn(JobId, J) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Failure>> + Send + 'static,
{
    Arc::new(move |id, payload| {
        let doing = serde_json::from_slice::<J>(&payload).map(|job| work(id, job));
        Box::pin(async move {
            match doing {
                Ok(doing) => doing.await,
                Err(_) => Err(Failure::Stuck("the payload is of another version".into())),
            }
        })
    })
}

/// How long a worker may be at a job before another takes it for dead.
const LEASE_SECONDS: i64 = 120;
/// How long a job done apart may take. It is begun only while so much of its lease is left, and a little for settling it.
pub const JOB_SECONDS: i64 = 100;
const SETTLING_SECONDS: i64 = 10;
const TOGETHER: usize = 20;

#[derive(Clone, Queryable)]
struct Taken {
    id: JobId,
    kind: String,
    payload: String,
    attempts: i64,
    due_at: Instant,
}

/// Jobs that were taken, and until when they are ours.
struct Batch {
    jobs: Vec<Taken>,
    lease: Instant,
}

/// Which jobs are taken.
#[derive(Clone, Copy)]
enum Which {
    Only(&'static str),
    AllBut(&'static str),
}

/// Does what is due; the number of jobs taken. Several instances may do this at once.
///
/// # Errors
/// The database's.
pub async fn do_what_is_due(db: &Db, workers: &Workers) -> Result<usize, Error> {
    let mut taken = do_in_turn(db, workers).await?;
    if let Some(apart) = &workers.apart {
        let mut under_way = UnderWay::default();
        taken += under_way.fill(db, apart).await?;
        under_way.finish().await;
    }
    Ok(taken)
}

async fn do_in_turn(db: &Db, workers: &Workers) -> Result<usize, Error> {
    let which = Which::AllBut(workers.kind_apart());
    let batch = db.write(move |tx| take(tx, which, TOGETHER)).await?;
    let count = batch.jobs.len();
    for one in batch.jobs {
        let outcome = match workers.in_turn.get(one.kind.as_str()) {
            Some(worker) => done_by(worker, db, &one).await,
            None => Err(Failure::Stuck(format!("nobody does {}", one.kind))),
        };
        db.write(move |tx| settle(tx, &one, batch.lease, outcome)).await?;
    }
    Ok(count)
}

async fn done_by(worker: &Worker, db: &Db, one: &Taken) -> Result<(), Failure> {
    worker(one.id, open(db, one)?).await
}

/// The jobs apart that this process has begun.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<()>,
    ids: BTreeMap<Id, JobId>,
}

impl UnderWay {
    /// Begins as many as there is room for now. None is taken to wait here: its lease would run out meanwhile.
    async fn fill(&mut self, db: &Db, apart: &Apart) -> Result<usize, Error> {
        let room = apart.gate.room().saturating_sub(self.tasks.len());
        if room == 0 {
            return Ok(0);
        }
        let which = Which::Only(apart.kind);
        let batch = db.write(move |tx| take(tx, which, room)).await?;
        let count = batch.jobs.len();
        for one in batch.jobs {
            // A machine that slept may find its own jobs again while it is still at them.
            if self.ids.values().all(|id| *id != one.id) {
                let id = one.id;
                let task = self.tasks.spawn(attend(db.clone(), apart.clone(), one, batch.lease));
                self.ids.insert(task.id(), id);
            }
        }
        Ok(count)
    }

    /// Waits for the first that ends; for ever, if there is none.
    async fn next(&mut self) {
        let ended = match self.tasks.join_next_with_id().await {
            Some(Ok((task, ()))) => task,
            Some(Err(error)) => {
                tracing::error!(%error, "a job broke off: when its lease has run out it is taken again");
                error.id()
            }
            None => std::future::pending().await,
        };
        self.ids.remove(&ended);
    }

    async fn finish(&mut self) {
        while !self.tasks.is_empty() {
            self.next().await;
        }
    }
}

/// Does one job apart and writes down what came of it.
async fn attend(db: Db, apart: Apart, one: Taken, lease: Instant) {
    if db.clock().now().plus(TimeDelta::seconds(JOB_SECONDS + SETTLING_SECONDS)) > lease {
        // It took too long to take it. Whoever takes it next has the whole time.
        return;
    }
    let outcome = done_by(&apart.worker, &db, &one).await;
    // Without an end: what is forgotten here would be done a second time.
    while let Err(error) = write_down(&db, &one, lease, &outcome).await {
        tracing::warn!(job = %one.id, %error, "what came of a job was not written down yet");
        tokio::time::sleep(LOOKING).await;
    }
}

async fn write_down(db: &Db, one: &Taken, lease: Instant, outcome: &Result<(), Failure>) -> Result<(), Error> {
    let (one, outcome) = (one.clone(), outcome.clone());
    db.write(move |tx| match outcome {
        Err(Failure::Closed(_)) => put_back(tx, &one, lease),
        outcome => settle(tx, &one, lease, outcome),
    })
    .await
}

fn open(db: &Db, one: &Taken) -> Result<Vec<u8>, Failure> {
    db.vault()
        .open(Purpose::Outbox, &one.id.to_string(), &one.payload)
        .map_err(|cannot| Failure::Stuck(cannot.to_string()))
}

fn take(tx: &mut Tx<'_>, which: Which, at_most: usize) -> Result<Batch, Error> {
    let now = tx.now();
    let due =
        outbox::table.filter(outbox::due_at.le(now)).order(outbox::due_at).limit(i64::try_from(at_most).unwrap_or(1));
    let due = due.select((outbox::id, outbox::kind, outbox::payload, outbox::attempts, outbox::due_at));
    let jobs = match which {
        Which::Only(kind) => crate::claim!(tx, due.filter(outbox::kind.eq(kind)), Taken)?,
        // Word for word as the index says it: of a value that is given later neither database knows that the index fits.
        Which::AllBut(Mail::KIND) => crate::claim!(tx, due.filter(sql::<Bool>("kind <> 'mail'")), Taken)?,
        Which::AllBut(kind) => crate::claim!(tx, due.filter(outbox::kind.ne(kind)), Taken)?,
    };
    let lease = now.plus(TimeDelta::seconds(LEASE_SECONDS));
    for one in &jobs {
        diesel::update(outbox::table.filter(outbox::id.eq(one.id)))
            .set((outbox::due_at.eq(lease), outbox::attempts.eq(one.attempts + 1)))
            .execute(tx.conn())?;
    }
    Ok(Batch { jobs, lease })
}

fn settle(tx: &mut Tx<'_>, one: &Taken, lease: Instant, outcome: Result<(), Failure>) -> Result<(), Error> {
    let row = outbox::table.filter(outbox::id.eq(one.id));
    let Err(failure) = outcome else {
        diesel::delete(row).execute(tx.conn())?;
        return Ok(());
    };
    tracing::warn!(job = %one.id, attempts = one.attempts, %failure, "a job was not done");
    let wait = match failure {
        Failure::Later(_) | Failure::Closed(_) => back_off(one.attempts),
        Failure::Stuck(_) => TimeDelta::days(1),
    };
    let due = tx.now().plus(wait);
    // Not if the lease was lost: then it is another's to say when it is due.
    diesel::update(row.filter(outbox::due_at.eq(lease)))
        .set((outbox::due_at.eq(due), outbox::last_error.eq(Some(failure.to_string()))))
        .execute(tx.conn())?;
    Ok(())
}

/// As if it had never been taken.
fn put_back(tx: &mut Tx<'_>, one: &Taken, lease: Instant) -> Result<(), Error> {
    diesel::update(outbox::table.filter(outbox::id.eq(one.id).and(outbox::due_at.eq(lease))))
        .set((outbox::due_at.eq(one.due_at), outbox::attempts.eq(one.attempts)))
        .execute(tx.conn())?;
    Ok(())
}

/// 2, 4, 8 … seconds, at most an hour.
fn back_off(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(0, 11)).unwrap_or(11);
    TimeDelta::seconds(2_i64.pow(doublings + 1).min(3600))
}

/// How many jobs wait, and since when the oldest does.
///
/// # Errors
/// The database's.
pub fn waiting(tx: &mut Tx<'_>) -> Result<(i64, Option<Instant>), Error> {
    let oldest = outbox::table.order(outbox::created_at).select(outbox::created_at).first(tx.conn()).optional()?;
    Ok((outbox::table.count().get_result(tx.conn())?, oldest))
}

/// Works until told to stop: at once after a commit, and every few seconds for what other instances left. What has been
/// begun is finished first.
pub async fn work(db: Db, workers: Workers, stop: watch::Receiver<bool>) {
    let apart = workers.apart.clone().map(|apart| work_apart(db.clone(), apart, stop.clone()));
    let apart = async move {
        if let Some(apart) = apart {
            apart.await;
        }
    };
    tokio::join!(work_in_turn(db, workers, stop), apart);
}

/// How often to look for what other instances left.
const LOOKING: Duration = Duration::from_secs(2);

async fn work_in_turn(db: Db, workers: Workers, mut stop: watch::Receiver<bool>) {
    let mut commits = db.commits();
    loop {
        match do_in_turn(&db, &workers).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
        }
        while let Ok(true) = db.write(super::feed::number).await {}
        tokio::select! {
            _ = commits.changed() => {}
            () = tokio::time::sleep(LOOKING) => {}
            _ = stop.changed() => return,
        }
        if *stop.borrow() {
            return;
        }
    }
}

async fn work_apart(db: Db, apart: Apart, mut stop: watch::Receiver<bool>) {
    let mut commits = db.commits();
    let mut under_way = UnderWay::default();
    while !*stop.borrow() {
        if let Err(error) = under_way.fill(&db, &apart).await {
            tracing::warn!(%error, "the outbox cannot be read");
        }
        tokio::select! {
            () = under_way.next() => {}
            _ = commits.changed() => {}
            () = tokio::time::sleep(LOOKING) => {}
            _ = stop.changed() => break,
        }
    }
    // With a lease's end nothing is gained any more.
    let patience = Duration::from_secs(LEASE_SECONDS.unsigned_abs());
    if tokio::time::timeout(patience, under_way.finish()).await.is_err() {
        tracing::error!("jobs were broken off: they are taken again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_an_hour() {
        let waits: Vec<i64> = [0, 1, 2, 10, 11, 500].map(|n| back_off(n).num_seconds()).to_vec();
        assert_eq!(waits, [2, 4, 8, 2048, 3600, 3600]);
    }
}
