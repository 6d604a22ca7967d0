//! Imports: their batches, their files, how far they are, and what became of their rows.

use chrono::TimeDelta;

use super::{Import, RowError, RowResult, Summary, UNDO_DAYS, Undoing, actions::ImportRows, run::Order};
use crate::{
    access::{Actor, Permit},
    platform::{
        audit,
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{import_batches, import_pieces, import_results, imports},
        },
        http::{Listed, Page},
        problem::{Kind, Problem},
    },
    words::*,
};

/// How long a worker may be silent before another takes it for dead.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long a client, or what feeds a command, may be silent beyond that.
const PATIENCE: TimeDelta = TimeDelta::minutes(2);
/// How many pieces of a file are deleted in one transaction.
const FORGOTTEN_TOGETHER: i64 = 64;
/// The results of how many transactions are read at once.
const READ_TOGETHER: i64 = 20;
/// The states in which nobody will read the file any more.
const DONE: [ImportState; 5] =
    [ImportState::Finished, ImportState::Stopped, ImportState::Cancelled, ImportState::Undoing, ImportState::Undone];
/// How long what was sent and never begun is kept.
const UNUSED: TimeDelta = TimeDelta::days(7);

/// An import to begin.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Where the rows come from.
    pub source: String,
    /// How far it is: its file is being received, or a command runs it.
    pub state: ImportState,
    /// The language of remedies.
    pub lang: Lang,
    /// The hash of the file, if it is known.
    pub file_hash: String,
    /// The size of the file, if it is known.
    pub size: i64,
    /// Find out what would happen and change nothing.
    pub dry_run: bool,
}

/// Begins an import.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, new: &NewImport) -> Result<(BatchId, JobId), Error> {
    let (id, runner, now): (BatchId, JobId, _) = (tx.new_id(), tx.new_id(), tx.now());
    let (done_by, doer) = permit.done_by();
    let ImportRows { organisation, subject } = *permit.action();
    diesel::insert_into(import_batches::table)
        .values((
            import_batches::id.eq(id),
            import_batches::organisation.eq(organisation),
            import_batches::source.eq(&new.source),
            import_batches::file_hash.eq(&new.file_hash),
            import_batches::done_by.eq(done_by),
            import_batches::doer.eq(doer.map(AnyId::from_uuid)),
            import_batches::started_at.eq(now),
            import_batches::read.eq(0),
            import_batches::recorded.eq(0),
            import_batches::changed.eq(0),
            import_batches::unchanged.eq(0),
            import_batches::refused.eq(0),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(imports::table)
        .values((
            imports::batch.eq(id),
            imports::organisation.eq(organisation),
            imports::subject.eq(subject),
            imports::state.eq(new.state),
            imports::lang.eq(new.lang),
            imports::dry_run.eq(new.dry_run),
            imports::pieces.eq(0),
            imports::size.eq(new.size),
            imports::position.eq(0),
            imports::undone.eq(0),
            imports::restored.eq(0),
            imports::kept.eq(0),
            imports::runner.eq(Some(runner)),
            imports::lease_until.eq(Some(now.plus(LEASE))),
        ))
        .execute(tx.conn())?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok((id, runner))
}

/// Stores a piece of the file.
///
/// # Errors
/// 404 unless the file is being received.
pub fn receive(tx: &mut Tx<'_>, id: BatchId, number: i64, sealed: Vec<u8>, length: usize) -> Result<(), Error> {
    let lease = tx.now().plus(LEASE);
    let row = imports::table.filter(imports::batch.eq(id)).filter(imports::state.eq(ImportState::Receiving));
    let receiving = diesel::update(row)
        .set((
            imports::pieces.eq(number + 1),
            imports::size.eq(imports::size + i64::try_from(length).unwrap_or(0)),
            imports::lease_until.eq(Some(lease)),
        ))
        .execute(tx.conn())?;
    if receiving == 0 {
        return Err(Error::NoRow);
    }
    diesel::insert_into(import_pieces::table)
        .values((import_pieces::batch.eq(id), import_pieces::number.eq(number), import_pieces::piece.eq(sealed)))
        .execute(tx.conn())?;
    Ok(())
}

/// A piece of the file, sealed.
///
/// # Errors
/// The database's.
pub fn piece(tx: &mut Tx<'_>, id: BatchId, number: i64) -> Result<Option<Vec<u8>>, Error> {
    Ok(import_pieces::table.find((id, number)).select(import_pieces::piece).first(tx.conn()).optional()?)
}

/// The first piece after one, sealed, of whatever file.
///
/// # Errors
/// The database's.
#[allow(clippy::type_complexity, reason = "where it lies, and what")]
pub fn piece_after(
    tx: &mut Tx<'_>,
    (batch, number): (BatchId, i64),
) -> Result<Option<((BatchId, i64), Vec<u8>)>, Error> {
    let later = import_pieces::batch.gt(batch).or(import_pieces::batch.eq(batch).and(import_pieces::number.gt(number)));
    Ok(import_pieces::table
        .filter(later)
        .order((import_pieces::batch, import_pieces::number))
        .select(((import_pieces::batch, import_pieces::number), import_pieces::piece))
        .first(tx.conn())
        .optional()?)
}

/// Replaces a piece that is still what was read by the same, sealed anew; how many that were.
///
/// # Errors
/// The database's.
pub fn exchange_piece(
    tx: &mut Tx<'_>,
    (batch, number): (BatchId, i64),
    before: &[u8],
    sealed: Vec<u8>,
) -> Result<usize, Error> {
    let row = import_pieces::table.find((batch, number)).filter(import_pieces::piece.eq(before));
    Ok(diesel::update(row).set(import_pieces::piece.eq(sealed)).execute(tx.conn())?)
}

/// Says that the whole file is here and waits for somebody to confirm what its columns mean.
///
/// # Errors
/// 404 unless it was being received: called off meanwhile, its file is gone.
pub fn received(tx: &mut Tx<'_>, id: BatchId, file_hash: &str) -> Result<(), Error> {
    diesel::update(import_batches::table.filter(import_batches::id.eq(id)))
        .set(import_batches::file_hash.eq(file_hash))
        .execute(tx.conn())?;
    let row = imports::table.filter(imports::batch.eq(id)).filter(imports::state.eq(ImportState::Receiving));
    let received = diesel::update(row).set(imports::state.eq(ImportState::Proposed)).execute(tx.conn())?;
    if received == 0 {
        return Err(Error::NoRow);
    }
    Ok(())
}

/// Removes an import nothing was written for, with its file; false if some of the file is left: then call it again.
///
/// # Errors
/// The database's.
pub fn discard(tx: &mut Tx<'_>, id: BatchId) -> Result<bool, Error> {
    if forget_some(tx, id)? {
        return Ok(false);
    }
    diesel::delete(imports::table.filter(imports::batch.eq(id))).execute(tx.conn())?;
    diesel::delete(import_batches::table.filter(import_batches::id.eq(id))).execute(tx.conn())?;
    Ok(true)
}

/// Forgets some of the file of an import that needs it no more; true if some is left: then call it again.
///
/// # Errors
/// The database's.
pub fn forget_file(tx: &mut Tx<'_>, id: BatchId) -> Result<bool, Error> {
    let done = imports::table
        .filter(imports::batch.eq(id))
        .filter(imports::state.eq_any(DONE))
        .select(imports::batch)
        .first::<BatchId>(tx.conn())
        .optional()?;
    match done {
        Some(id) => forget_some(tx, id),
        None => Ok(false),
    }
}

/// Deletes some pieces; true if there may be more. SQLite keeps what a transaction overwrites in memory until its end.
fn forget_some(tx: &mut Tx<'_>, id: BatchId) -> Result<bool, Error> {
    let some: Vec<i64> = import_pieces::table
        .filter(import_pieces::batch.eq(id))
        .order(import_pieces::number)
        .limit(FORGOTTEN_TOGETHER)
        .select(import_pieces::number)
        .load(tx.conn())?;
    let Some(last) = some.last() else { return Ok(false) };
    let these = import_pieces::table.filter(import_pieces::batch.eq(id)).filter(import_pieces::number.le(last));
    diesel::delete(these).execute(tx.conn())?;
    tx.erased();
    Ok(some.len() as i64 == FORGOTTEN_TOGETHER)
}

type Row = (Job, Counts, (i64, i64, i64));
type Counts = (i64, i64, i64, i64, i64);
type Job = (BatchId, ImportSubject, ImportState, String, bool, i64, i64, Option<ImportStop>, Instant, Option<Instant>);

/// An import beside its batch.
#[diesel::dsl::auto_type]
fn with_batch() -> _ {
    imports::table.inner_join(import_batches::table.on(import_batches::id.eq(imports::batch)))
}

#[diesel::dsl::auto_type]
fn counts() -> _ {
    (
        import_batches::read,
        import_batches::recorded,
        import_batches::changed,
        import_batches::unchanged,
        import_batches::refused,
    )
}

fn summary((read, recorded, changed, unchanged, refused): Counts) -> Summary {
    Summary { read, recorded, changed, unchanged, refused }
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (
            imports::batch,
            imports::subject,
            imports::state,
            import_batches::source,
            imports::dry_run,
            imports::size,
            imports::position,
            imports::stopped_because,
            import_batches::started_at,
            import_batches::finished_at,
        ),
        counts(),
        (imports::undone, imports::restored, imports::kept),
    )
}

fn render((job, counts, (undone, restored, kept)): Row) -> Import {
    let (id, subject, state, source, dry_run, size, position, stopped_because, began_at, finished_at) = job;
    let was_undone = matches!(state, ImportState::Undoing | ImportState::Undone);
    let rows = summary(counts);
    let wrote = !dry_run && rows.recorded + rows.changed > 0 && !was_undone;
    Import {
        id,
        subject,
        state,
        source,
        dry_run,
        size,
        position,
        rows,
        stopped_because,
        undoing: was_undone.then_some(Undoing { undone, restored, kept }),
        began_at,
        finished_at,
        undo_until: finished_at.filter(|_| wrote).map(|at| at.plus(TimeDelta::days(UNDO_DAYS))),
    }
}

/// A page of an organisation's imports, the latest first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, page: &Page<BatchId>) -> Result<Listed<Import>, Error> {
    let rows = with_batch()
        .filter(imports::organisation.eq(permit.action().organisation))
        .filter(imports::subject.eq(permit.action().subject))
        .filter(imports::batch.lt(page.after.unwrap_or(BatchId::from_uuid(uuid::Uuid::max()))))
        .order(imports::batch.desc())
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())?;
    Ok(page.listed(rows, |row| row.0.0).map(render))
}

/// One of the organisation's imports.
///
/// # Errors
/// 404.
pub fn one(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, id: BatchId) -> Result<Import, Error> {
    let row = with_batch()
        .filter(imports::batch.eq(id))
        .filter(imports::organisation.eq(permit.action().organisation))
        .filter(imports::subject.eq(permit.action().subject))
        .select(columns())
        .first::<Row>(tx.conn())?;
    Ok(render(row))
}

/// The mapping an organisation last finished an import of this source with.
///
/// # Errors
/// The database's.
pub fn used_before(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, source: &str) -> Result<Option<String>, Error> {
    let mapping = with_batch()
        .filter(imports::organisation.eq(permit.action().organisation))
        .filter(imports::subject.eq(permit.action().subject))
        .filter(import_batches::source.eq(source))
        .filter(imports::mapping.is_not_null())
        .order(imports::batch.desc())
        .select(imports::mapping)
        .first::<Option<String>>(tx.conn())
        .optional()?;
    Ok(mapping.flatten())
}

/// How an import is to be run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Where the rows come from, as the mapping says.
    pub source: String,
    /// The mapping, as JSON.
    pub mapping: String,
    /// Find out what would happen and change nothing.
    pub dry_run: bool,
    /// It ends when more rows than this were refused.
    pub refused_at_most: Option<i64>,
    /// It ends when more than this changed.
    pub changed_at_most: Option<i64>,
}

/// Lets a worker begin.
///
/// # Errors
/// 404, 409 unless it waits for its mapping.
pub fn start(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, id: BatchId, run: &Run) -> Result<(), Problem> {
    go(tx, permit, id, &[ImportState::Proposed], ImportState::Waiting)?;
    diesel::update(imports::table.filter(imports::batch.eq(id)))
        .set((
            imports::mapping.eq(Some(&run.mapping)),
            imports::dry_run.eq(run.dry_run),
            imports::refused_at_most.eq(run.refused_at_most),
            imports::changed_at_most.eq(run.changed_at_most),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    diesel::update(import_batches::table.filter(import_batches::id.eq(id)))
        .set(import_batches::source.eq(&run.source))
        .execute(tx.conn())
        .map_err(Error::from)?;
    tx.leave_work();
    Ok(())
}

/// Calls an import off. What was written before stays.
///
/// # Errors
/// 404, 409 if it is done already.
pub fn cancel(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, id: BatchId) -> Result<(), Problem> {
    let open = [ImportState::Receiving, ImportState::Proposed, ImportState::Waiting, ImportState::Running];
    go(tx, permit, id, &open, ImportState::Cancelled)?;
    Ok(finished_now(tx, id)?)
}

/// Lets a worker take back what an import wrote.
///
/// # Errors
/// 404, 409 unless it is done, wrote something, and did so less than [`UNDO_DAYS`] ago.
pub fn undo(tx: &mut Tx<'_>, permit: &Permit<ImportRows>, id: BatchId) -> Result<(), Problem> {
    let import = one(tx, permit, id)?;
    match import.undo_until {
        None => return Err(Kind::NotNow.into()),
        Some(until) if until < tx.now() => return Err(Kind::UndoTooLate.into()),
        Some(_) => {}
    }
    let done = [ImportState::Finished, ImportState::Stopped, ImportState::Cancelled];
    go(tx, permit, id, &done, ImportState::Undoing)?;
    tx.leave_work();
    Ok(())
}

/// Moves an import from one of some states to another; the row is held until the transaction ends.
fn go(
    tx: &mut Tx<'_>,
    permit: &Permit<ImportRows>,
    id: BatchId,
    from: &[ImportState],
    to: ImportState,
) -> Result<(), Problem> {
    let row = imports::table
        .filter(imports::batch.eq(id))
        .filter(imports::organisation.eq(permit.action().organisation))
        .filter(imports::subject.eq(permit.action().subject))
        .filter(imports::state.eq_any(from));
    let moved = diesel::update(row)
        .set((imports::state.eq(to), imports::runner.eq(None::<JobId>), imports::lease_until.eq(None::<Instant>)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    if moved == 0 {
        one(tx, permit, id)?;
        return Err(Kind::NotNow.into());
    }
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "state": to })))?;
    Ok(())
}

/// An import a worker has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// How to run it.
    pub order: Order,
    /// The mapping, as JSON.
    pub mapping: Option<String>,
    /// Is it to be undone?
    pub undo: bool,
}

type Due = (
    (BatchId, OrganisationId, ImportSubject, ImportState, Lang, bool),
    (Option<String>, Option<i64>, Option<i64>),
    (String, DoneBy, Option<AnyId>),
    Counts,
);

/// Is there an import to take? Asked often, so it asks a reader and not the one writer.
///
/// # Errors
/// The database's.
pub fn waits(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let now = tx.now();
    let due = [ImportState::Waiting, ImportState::Running, ImportState::Undoing];
    let found = imports::table
        .filter(imports::state.eq_any(due))
        .filter(imports::lease_until.is_null().or(imports::lease_until.le(now)))
        .select(imports::batch)
        .first::<BatchId>(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// Takes an import that waits, or whose worker is gone. An organisation's imports go one after the other.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>) -> Result<Option<Taken>, Error> {
    tx.lead("imports")?;
    let now = tx.now();
    let at_work = [ImportState::Running, ImportState::Undoing];
    let busy: Vec<OrganisationId> = imports::table
        .filter(imports::state.eq_any(at_work))
        .filter(imports::lease_until.gt(now))
        .select(imports::organisation)
        .load(tx.conn())?;
    let due = [ImportState::Waiting, ImportState::Running, ImportState::Undoing];
    let found = with_batch()
        .filter(imports::state.eq_any(due))
        .filter(imports::lease_until.is_null().or(imports::lease_until.le(now)))
        .filter(imports::pieces.gt(0).or(imports::state.eq(ImportState::Undoing)))
        .filter(imports::organisation.ne_all(busy))
        .order(imports::batch)
        .select((
            (imports::batch, imports::organisation, imports::subject, imports::state, imports::lang, imports::dry_run),
            (imports::mapping, imports::refused_at_most, imports::changed_at_most),
            (import_batches::source, import_batches::done_by, import_batches::doer),
            counts(),
        ))
        .first::<Due>(tx.conn())
        .optional()?;
    let Some(due) = found else { return Ok(None) };
    let taken = taken(tx, due);
    let state = if taken.undo { ImportState::Undoing } else { ImportState::Running };
    diesel::update(imports::table.filter(imports::batch.eq(taken.order.batch)))
        .set((
            imports::state.eq(state),
            imports::runner.eq(Some(taken.order.runner)),
            imports::lease_until.eq(Some(now.plus(LEASE))),
        ))
        .execute(tx.conn())?;
    Ok(Some(taken))
}

fn taken(tx: &Tx<'_>, due: Due) -> Taken {
    let (job, (mapping, refused_at_most, changed_at_most), (source, done_by, doer), counts) = due;
    let (batch, organisation, subject, state, lang, dry_run) = job;
    let order = Order {
        batch,
        runner: tx.new_id(),
        actor: Actor::on_behalf_of(done_by, doer),
        rows: ImportRows { organisation, subject },
        source,
        dry_run,
        lang,
        refused_at_most,
        changed_at_most,
        so_far: summary(counts),
    };
    Taken { order, mapping, undo: state == ImportState::Undoing }
}

/// Whose an import is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// This worker's.
    Ours,
    /// It was called off, or another worker has taken over.
    Lost,
}

/// Is the import still this worker's? The row is held until the transaction ends, and the lease renewed.
///
/// # Errors
/// The database's.
pub fn standing(tx: &mut Tx<'_>, id: BatchId, runner: JobId) -> Result<Standing, Error> {
    let lease = tx.now().plus(LEASE);
    let at_work = [ImportState::Running, ImportState::Undoing];
    let row = imports::table
        .filter(imports::batch.eq(id))
        .filter(imports::runner.eq(runner))
        .filter(imports::state.eq_any(at_work));
    let ours = diesel::update(row).set(imports::lease_until.eq(Some(lease))).execute(tx.conn())?;
    Ok(if ours == 0 { Standing::Lost } else { Standing::Ours })
}

/// Writes down how far an import is.
///
/// # Errors
/// The database's.
pub fn progress(tx: &mut Tx<'_>, id: BatchId, summary: Summary, position: u64) -> Result<(), Error> {
    diesel::update(import_batches::table.filter(import_batches::id.eq(id)))
        .set((
            import_batches::read.eq(summary.read),
            import_batches::recorded.eq(summary.recorded),
            import_batches::changed.eq(summary.changed),
            import_batches::unchanged.eq(summary.unchanged),
            import_batches::refused.eq(summary.refused),
        ))
        .execute(tx.conn())?;
    diesel::update(imports::table.filter(imports::batch.eq(id)))
        .set(imports::position.eq(i64::try_from(position).unwrap_or(i64::MAX)))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends an import: at the end of its file, or before.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, id: BatchId, runner: JobId, because: Option<ImportStop>) -> Result<(), Error> {
    if standing(tx, id, runner)? == Standing::Lost {
        return Ok(());
    }
    let state = if because.is_some() { ImportState::Stopped } else { ImportState::Finished };
    settle(tx, id, state, because)?;
    finished_now(tx, id)
}

fn settle(tx: &mut Tx<'_>, id: BatchId, state: ImportState, because: Option<ImportStop>) -> Result<(), Error> {
    diesel::update(imports::table.filter(imports::batch.eq(id)))
        .set((
            imports::state.eq(state),
            imports::stopped_because.eq(because),
            imports::runner.eq(None::<JobId>),
            imports::lease_until.eq(None::<Instant>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

fn finished_now(tx: &mut Tx<'_>, id: BatchId) -> Result<(), Error> {
    let now = tx.now();
    diesel::update(import_batches::table.filter(import_batches::id.eq(id)))
        .set(import_batches::finished_at.eq(Some(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Puts an import down: another attempt, by anyone, makes sense after so many seconds.
///
/// # Errors
/// The database's.
pub fn put_down(tx: &mut Tx<'_>, id: BatchId, runner: JobId, seconds: i64) -> Result<(), Error> {
    let due = tx.now().plus(TimeDelta::seconds(seconds));
    diesel::update(imports::table.filter(imports::batch.eq(id)).filter(imports::runner.eq(runner)))
        .set((imports::runner.eq(None::<JobId>), imports::lease_until.eq(Some(due))))
        .execute(tx.conn())?;
    Ok(())
}

/// How far the undoing of an import is: the last thing looked at, and the counts.
///
/// # Errors
/// The database's.
pub fn undoing(tx: &mut Tx<'_>, id: BatchId) -> Result<(Option<AnyId>, Undoing), Error> {
    let (up_to, undone, restored, kept) = imports::table
        .filter(imports::batch.eq(id))
        .select((imports::undone_up_to, imports::undone, imports::restored, imports::kept))
        .first::<(Option<AnyId>, i64, i64, i64)>(tx.conn())?;
    Ok((up_to, Undoing { undone, restored, kept }))
}

/// Writes down how far the undoing is.
///
/// # Errors
/// The database's.
pub fn undone(tx: &mut Tx<'_>, id: BatchId, up_to: AnyId, counts: Undoing) -> Result<(), Error> {
    diesel::update(imports::table.filter(imports::batch.eq(id)))
        .set((
            imports::undone_up_to.eq(Some(up_to)),
            imports::undone.eq(counts.undone),
            imports::restored.eq(counts.restored),
            imports::kept.eq(counts.kept),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Says that everything that could be taken back has been.
///
/// # Errors
/// The database's.
pub fn end_undoing(tx: &mut Tx<'_>, id: BatchId) -> Result<(), Error> {
    settle(tx, id, ImportState::Undone, None)
}

/// One result as it is stored: line, outcome, id, what is wrong.
type Stored = (i64, RowOutcome, Option<AnyId>, Vec<RowError>);

/// Writes down what became of some rows; `number` counts the rows before them.
///
/// # Errors
/// The database's.
pub fn results(
    tx: &mut Tx<'_>,
    id: BatchId,
    step: ImportStep,
    number: i64,
    results: &[RowResult],
) -> Result<(), Error> {
    let stored: Vec<_> = results.iter().map(|one| (one.line, one.outcome, one.id, &one.errors)).collect();
    let lines = serde_json::to_string(&stored).map_err(|_| Error::Other("results cannot be written".into()))?;
    diesel::insert_into(import_results::table)
        .values((
            import_results::batch.eq(id),
            import_results::step.eq(step),
            import_results::number.eq(number),
            import_results::lines.eq(lines),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What became of some rows, after a number; with the number to go on from, if there may be more.
///
/// # Errors
/// 404 if the organisation has no such import.
pub fn results_after(
    tx: &mut Tx<'_>,
    permit: &Permit<ImportRows>,
    id: BatchId,
    step: ImportStep,
    after: Option<i64>,
) -> Result<(Option<i64>, Vec<RowResult>), Error> {
    one(tx, permit, id)?;
    let found: Vec<(i64, String)> = import_results::table
        .filter(import_results::batch.eq(id))
        .filter(import_results::step.eq(step))
        .filter(import_results::number.gt(after.unwrap_or(-1)))
        .order(import_results::number)
        .limit(READ_TOGETHER)
        .select((import_results::number, import_results::lines))
        .load(tx.conn())?;
    let mut results = Vec::new();
    for (_, lines) in &found {
        let stored: Vec<Stored> =
            serde_json::from_str(lines).map_err(|_| Error::Other("results of another version".into()))?;
        results.extend(stored.into_iter().map(|(line, outcome, id, errors)| RowResult { line, outcome, id, errors }));
    }
    Ok((found.last().map(|(number, _)| *number), results))
}

/// Frees what the workers of a killed server had taken and removes the files it was receiving, without waiting for the
/// leases: for the start of a server that is alone. Were another at work after all, it would find its lease lost, write
/// nothing more, and the import would go on here. What commands run is left alone, because they run beside the server.
///
/// # Errors
/// The database's.
pub fn nobody_is_at_work(tx: &mut Tx<'_>) -> Result<(), Error> {
    let half = imports::table
        .filter(imports::state.eq(ImportState::Receiving))
        .select(imports::batch)
        .load::<BatchId>(tx.conn())?;
    half.into_iter().try_for_each(|id| discard(tx, id).map(drop))?;
    let files = imports::state.eq(ImportState::Running).and(imports::pieces.gt(0));
    diesel::update(imports::table.filter(files.or(imports::state.eq(ImportState::Undoing))))
        .set((imports::runner.eq(None::<JobId>), imports::lease_until.eq(None::<Instant>)))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends what was broken off: removes files that are no longer being sent, and closes the imports of commands that are gone.
///
/// # Errors
/// The database's.
pub fn end_broken_off(tx: &mut Tx<'_>) -> Result<(), Error> {
    let silent = tx.now().plus(-PATIENCE);
    let half = imports::table
        .filter(imports::state.eq(ImportState::Receiving))
        .filter(imports::lease_until.lt(silent))
        .select(imports::batch)
        .load::<BatchId>(tx.conn())?;
    half.into_iter().try_for_each(|id| discard(tx, id).map(drop))?;
    // Whoever ended an import may have been killed before its file was forgotten.
    let left = import_pieces::table
        .inner_join(imports::table.on(imports::batch.eq(import_pieces::batch)))
        .filter(imports::state.eq_any(DONE))
        .select(import_pieces::batch)
        .first::<BatchId>(tx.conn())
        .optional()?;
    left.map(|id| forget_some(tx, id)).transpose()?;
    // A command keeps no file here, so nobody can go on with its work; running it again completes it.
    let broken_off = imports::table
        .filter(imports::state.eq(ImportState::Running))
        .filter(imports::pieces.eq(0))
        .filter(imports::lease_until.lt(silent))
        .select(imports::batch)
        .load::<BatchId>(tx.conn())?;
    for id in broken_off {
        settle(tx, id, ImportState::Stopped, Some(ImportStop::BrokenOff))?;
        finished_now(tx, id)?;
    }
    Ok(())
}

/// Removes what was sent and never begun, and forgets results that can no longer be acted on.
///
/// # Errors
/// The database's.
pub fn housekeeping(tx: &mut Tx<'_>) -> Result<(), Error> {
    end_broken_off(tx)?;
    let now = tx.now();
    let (unused, past) = (now.plus(-UNUSED), now.plus(TimeDelta::days(-UNDO_DAYS)));
    let never_begun = with_batch()
        .filter(imports::state.eq(ImportState::Proposed))
        .filter(import_batches::started_at.lt(unused))
        .select(imports::batch)
        .load::<BatchId>(tx.conn())?;
    never_begun.into_iter().try_for_each(|id| discard(tx, id).map(drop))?;
    let old = import_batches::table.filter(import_batches::finished_at.lt(past)).select(import_batches::id);
    diesel::delete(import_results::table.filter(import_results::batch.eq_any(old))).execute(tx.conn())?;
    Ok(())
}
