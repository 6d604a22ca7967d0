//! Works on imports: takes one that waits or whose worker is gone, and carries it on from where it is. A few at a time, so
//! that a small one does not wait for a big one; those of one organisation one after the other.

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet};

use super::{
    RowResult, Summary,
    actions::ImportRows,
    pieces::Pieces,
    reading::{faults::OpenFault, mapping::Mapping, rows::Rows},
    run::{Order, Stopped, of_the_database, run},
    store::{self, NewImport, Taken},
    undo::undo,
};
use crate::{
    access::Actor,
    platform::{
        db::{Db, Error},
        problem::{Kind, Problem},
    },
    words::*,
};

/// How many imports one process works on at once.
const AT_ONCE: usize = 2;
/// How long to wait after the database could not be written.
const PAUSE_SECONDS: i64 = 15;
/// How often a lease is renewed, beside every transaction: several times before it runs out.
const RENEWED_EVERY: Duration = Duration::from_secs(4);

/// An import that a command runs on its own thread, from a file that it reads itself.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who asks for it.
    pub actor: Actor,
    /// For whom and about what.
    pub rows: ImportRows,
    /// The hash of the file, for provenance.
    pub file_hash: String,
    /// Its size in bytes, if it is known.
    pub size: u64,
    /// Find out what would happen and change nothing.
    pub dry_run: bool,
    /// The language of remedies.
    pub lang: Lang,
}

/// Runs an import to its end. `observe` hears of what became of rows and of the bytes read, once they are durable.
///
/// # Errors
/// The file cannot be opened as the mapping says, or the actor may not, or the database fails; what was reported before is
/// durable, and running it again completes it.
pub fn run_here(
    db: &Db,
    command: &Command,
    mapping: &Mapping,
    input: impl Read,
    mut observe: impl FnMut(&[RowResult], u64),
) -> Result<Summary, Stopped> {
    let opened = Rows::open(mapping, input).map_err(Stopped::Unopened)?;
    let Command { actor, rows, file_hash, size, dry_run, lang } = command.clone();
    let size = i64::try_from(size).unwrap_or(0);
    let new =
        NewImport { source: mapping.source().to_owned(), state: ImportState::Running, lang, file_hash, size, dry_run };
    let source = new.source.clone();
    let (batch, runner) = db.write_here(move |tx| {
        let permit = tx.permit(&actor, rows)?;
        Ok::<_, Problem>(store::begin(tx, &permit, &new)?)
    })?;
    let order = Order {
        batch,
        runner,
        actor,
        rows,
        source,
        dry_run,
        lang,
        refused_at_most: None,
        changed_at_most: None,
        so_far: Summary::default(),
    };
    let outcome = run(db, &order, opened, |results, position| {
        observe(results, position);
        true
    });
    let because = match &outcome {
        Ok(_) => None,
        Err(Stopped::Unopened(_)) => Some(ImportStop::DoesNotFit),
        Err(Stopped::Because(because)) => Some(*because),
        Err(Stopped::Interrupted | Stopped::Problem(_)) => Some(ImportStop::BrokenOff),
    };
    let ended = db.write_here(move |tx| store::end(tx, batch, runner, because));
    // What went wrong first is what the caller wants to hear.
    let summary = outcome?;
    ended.map_err(Problem::from)?;
    Ok(summary)
}

/// Works until told to stop; then each import is put down after the rows it is at.
pub async fn work(db: Db, stop: watch::Receiver<bool>) {
    let mut stop = stop;
    let mut commits = db.commits();
    let stopping = Arc::new(AtomicBool::new(false));
    let mut working = JoinSet::new();
    loop {
        while working.len() < AT_ONCE && !*stop.borrow() {
            match next(&db).await {
                Ok(Some(taken)) => {
                    working.spawn(attend(db.clone(), taken, stopping.clone()));
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "imports cannot be taken");
                    break;
                }
            }
        }
        tokio::select! {
            _ = commits.changed() => {}
            Some(_) = working.join_next() => {}
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            _ = stop.changed() => {
                stopping.store(true, Ordering::Relaxed);
                while working.join_next().await.is_some() {}
                return;
            }
        }
    }
}

/// Carries an import on, on a thread of its own, and keeps the lease meanwhile, however long a step takes.
async fn attend(db: Db, taken: Taken, stopping: Arc<AtomicBool>) {
    let (batch, runner) = (taken.order.batch, taken.order.runner);
    let on_its_thread = db.clone();
    let mut carrying_on = tokio::task::spawn_blocking(move || carry_on(&on_its_thread, taken, &stopping));
    loop {
        tokio::select! {
            _ = &mut carrying_on => return,
            () = tokio::time::sleep(RENEWED_EVERY) => {}
        }
        // Lost, or no database: the thread finds out by itself when it writes.
        if let Err(error) = db.write(move |tx| store::standing(tx, batch, runner)).await {
            tracing::debug!(import = %batch, %error, "a lease was not renewed");
        }
    }
}

/// Before a server that has its database to itself takes the first request: what a killed one had at hand is free at once.
///
/// # Errors
/// The database's.
pub async fn take_stock(db: &Db) -> Result<(), Error> {
    if db.is_served_by_one() { db.write(store::nobody_is_at_work).await } else { Ok(()) }
}

/// Works on everything that waits, for tests: what is left when it returns waits for something else.
///
/// # Errors
/// The database's.
pub fn do_what_waits(db: &Db) -> Result<usize, Error> {
    let mut count = 0;
    while let Some(taken) = db.write_here(store::take)? {
        carry_on(db, taken, &AtomicBool::new(false));
        count += 1;
    }
    Ok(count)
}

async fn next(db: &Db) -> Result<Option<Taken>, Error> {
    if db.read(store::waits).await? { db.write(store::take).await } else { Ok(None) }
}

fn carry_on(db: &Db, taken: Taken, stopping: &AtomicBool) {
    let go_on = || !stopping.load(Ordering::Relaxed);
    let outcome = if taken.undo { undo(db, &taken.order, go_on) } else { import(db, &taken, go_on) };
    let (batch, runner) = (taken.order.batch, taken.order.runner);
    let settled = match outcome {
        Ok(()) if taken.undo => Ok(()),
        Ok(()) => db.write_here(move |tx| store::end(tx, batch, runner, None)),
        Err(stopped) => settle(db, &taken.order, taken.undo, stopped, go_on()),
    };
    let forgotten = settled.and_then(|()| {
        while db.write_here(move |tx| store::forget_file(tx, batch))? {}
        Ok(())
    });
    if let Err(error) = forgotten {
        // The lease runs out, and somebody takes it again.
        tracing::warn!(import = %batch, %error, "how an import ended could not be written down");
    }
}

fn import(db: &Db, taken: &Taken, go_on: impl Fn() -> bool) -> Result<(), Stopped> {
    let does_not_fit = || Stopped::Because(ImportStop::DoesNotFit);
    let json = taken.mapping.as_deref().and_then(|text| serde_json::from_str(text).ok()).ok_or_else(does_not_fit)?;
    let mapping = Mapping::from_json(taken.order.rows.subject, &json).map_err(|_| does_not_fit())?;
    let rows = Rows::open(&mapping, Pieces::of(db, taken.order.batch)).map_err(unopened)?;
    run(db, &taken.order, rows, |_, _| go_on()).map(drop)
}

fn unopened(fault: OpenFault) -> Stopped {
    match fault {
        OpenFault::Unreadable(failure) => match of_the_database(failure) {
            Some(error) => Stopped::Problem(error.into()),
            None => Stopped::Because(ImportStop::DoesNotFit),
        },
        fault => Stopped::Unopened(fault),
    }
}

fn settle(db: &Db, order: &Order, undoing: bool, stopped: Stopped, go_on: bool) -> Result<(), Error> {
    let (batch, runner) = (order.batch, order.runner);
    let because = match stopped {
        // Told to stop: whoever comes next may take it at once. Called off or taken over: it is not ours to put down.
        Stopped::Interrupted => return db.write_here(move |tx| store::put_down(tx, batch, runner, 0)),
        Stopped::Unopened(_) => ImportStop::DoesNotFit,
        Stopped::Because(because) => because,
        Stopped::Problem(problem) => match verdict(&problem) {
            Some(because) => because,
            None => {
                tracing::warn!(import = %batch, kind = problem.kind.slug(), "an import waits for the database");
                let pause = if go_on { PAUSE_SECONDS } else { 0 };
                return db.write_here(move |tx| store::put_down(tx, batch, runner, pause));
            }
        },
    };
    if undoing {
        return db.write_here(move |tx| store::end_undoing(tx, batch));
    }
    db.write_here(move |tx| store::end(tx, batch, runner, Some(because)))
}

/// Why a problem ends an import; `None` if trying again makes sense.
fn verdict(problem: &Problem) -> Option<ImportStop> {
    match problem.kind {
        Kind::Unavailable | Kind::StorageFull => None,
        Kind::Unauthenticated | Kind::Forbidden | Kind::NotFound | Kind::LacksCapacity => Some(ImportStop::NotAllowed),
        _ => {
            tracing::error!(kind = problem.kind.slug(), cause = problem.cause, "an import failed");
            Some(ImportStop::Failed)
        }
    }
}
