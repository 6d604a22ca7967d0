//! The outbox: work that must happen after a commit, or elsewhere. A row is written in the transaction that caused it; a
//! worker takes it, does it, and deletes it. Failed work is tried again, later and later.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    db::{Db, Error, Tx, run::prelude::*, schema::outbox},
    vault::Purpose,
};
use crate::words::{Instant, JobId};

/// A kind of work: its name and what it needs to know.
pub trait Job: Serialize + DeserializeOwned {
    /// The name of the kind.
    const KIND: &'static str;
}

/// Why work was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Trying again later may help.
    #[error("{0}")]
    Later(String),
    /// Trying again cannot help; the row stays for a human, due once a day.
    #[error("{0}")]
    Stuck(String),
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

type Doing = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
type Worker = Arc<dyn Fn(JobId, Vec<u8>) -> Doing + Send + Sync>;

/// Who does which kind of work.
#[derive(Clone, Default)]
pub struct Workers(BTreeMap<&'static str, Worker>);

impl Workers {
    /// Says who does a kind of work. The job's id is the same at every attempt.
    #[must_use]
    pub fn on<J, F, Fut>(mut self, work: F) -> Self
    where
        J: Job + Send + 'static,
        F: Fn(JobId, J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let worker: Worker = Arc::new(move |id, payload| {
            let doing = serde_json::from_slice::<J>(&payload).map(|job| work(id, job));
            Box::pin(async move {
                match doing {
                    Ok(doing) => doing.await,
                    Err(_) => Err(Failure::Stuck("the payload is of another version".into())),
                }
            })
        });
        self.0.insert(J::KIND, worker);
        self
    }
}

/// How long a worker may be at a job before another takes it for dead.
const LEASE_SECONDS: i64 = 120;
const TOGETHER: i64 = 20;

#[derive(Queryable)]
struct Taken {
    id: JobId,
    kind: String,
    payload: String,
    attempts: i64,
}

/// Does what is due; the number of jobs taken. Several instances may do this at once.
///
/// # Errors
/// The database's.
pub async fn do_what_is_due(db: &Db, workers: &Workers) -> Result<usize, Error> {
    let taken = db.write(take).await?;
    let count = taken.len();
    for one in taken {
        let outcome = match (workers.0.get(one.kind.as_str()), open(db, &one)) {
            (Some(worker), Ok(payload)) => worker(one.id, payload).await,
            (None, _) => Err(Failure::Stuck(format!("nobody does {}", one.kind))),
            (_, Err(failure)) => Err(failure),
        };
        let (id, attempts) = (one.id, one.attempts);
        db.write(move |tx| settle(tx, id, attempts, outcome)).await?;
    }
    Ok(count)
}

fn open(db: &Db, one: &Taken) -> Result<Vec<u8>, Failure> {
    db.vault()
        .open(Purpose::Outbox, &one.id.to_string(), &one.payload)
        .map_err(|cannot| Failure::Stuck(cannot.to_string()))
}

fn take(tx: &mut Tx<'_>) -> Result<Vec<Taken>, Error> {
    let now = tx.now();
    let due = outbox::table.filter(outbox::due_at.le(now)).order(outbox::due_at).limit(TOGETHER).select((
        outbox::id,
        outbox::kind,
        outbox::payload,
        outbox::attempts,
    ));
    let taken = crate::claim!(tx, due, Taken)?;
    let lease = now.plus(TimeDelta::seconds(LEASE_SECONDS));
    for one in &taken {
        diesel::update(outbox::table.filter(outbox::id.eq(one.id)))
            .set((outbox::due_at.eq(lease), outbox::attempts.eq(one.attempts + 1)))
            .execute(tx.conn())?;
    }
    Ok(taken)
}

fn settle(tx: &mut Tx<'_>, id: JobId, attempts: i64, outcome: Result<(), Failure>) -> Result<(), Error> {
    let row = outbox::table.filter(outbox::id.eq(id));
    let Err(failure) = outcome else {
        diesel::delete(row).execute(tx.conn())?;
        return Ok(());
    };
    tracing::warn!(job = %id, attempts, %failure, "a job was not done");
    let wait = match failure {
        Failure::Later(_) => back_off(attempts),
        Failure::Stuck(_) => TimeDelta::days(1),
    };
    let due = tx.now().plus(wait);
    diesel::update(row)
        .set((outbox::due_at.eq(due), outbox::last_error.eq(Some(failure.to_string()))))
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

/// Works until told to stop: at once after a commit, and every few seconds for what other instances left.
pub async fn work(db: Db, workers: Workers, stop: tokio::sync::watch::Receiver<bool>) {
    let mut stop = stop;
    let mut commits = db.commits();
    loop {
        match do_what_is_due(&db, &workers).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
        }
        while let Ok(true) = db.write(super::feed::number).await {}
        tokio::select! {
            _ = commits.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            _ = stop.changed() => return,
        }
        if *stop.borrow() {
            return;
        }
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
