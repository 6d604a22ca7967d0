//! What is to be certified, and who asked for it.

use super::{CertificateBatch, Fitting, NotCertified, Obstacle};
use crate::{
    access::{Actor, Permit},
    catalogue,
    certificates::actions::{IssueCertificates, ReadCertificates},
    completions::store::current,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_batches, completion_versions, completions, custodies, to_certify},
        },
        http::{Listed, Page},
        problem::{Findings, Kind, Problem},
    },
    words::*,
};

/// Certificates to ask for.
#[derive(Clone, Copy, Debug)]
pub struct NewBatch {
    /// Of which completions.
    pub fitting: Fitting,
    /// In which language.
    pub language: Lang,
    /// Are the holders to be written to?
    pub letters: bool,
    /// In which capacity the issuer certifies them.
    pub capacity: CertifiesAs,
}

/// Asks for certificates.
///
/// # Errors
/// `Unknown` for a course or a competence there is not.
pub fn ask(tx: &mut Tx<'_>, permit: &Permit<IssueCertificates>, new: &NewBatch) -> Result<CertificateBatchId, Problem> {
    use certificate_batches as batches;
    let (id, now, (done_by, doer)): (CertificateBatchId, _, _) = (tx.new_id(), tx.now(), permit.done_by());
    let Fitting { course, competence, from, to } = new.fitting;
    must_exist(tx, course, competence)?;
    diesel::insert_into(batches::table)
        .values((
            (batches::id.eq(id), batches::issuer.eq(permit.action().organisation)),
            (batches::state.eq(CertificateBatchState::Gathering), batches::position.eq(RecordId::nil())),
            (batches::language.eq(new.language), batches::letters.eq(new.letters), batches::capacity.eq(new.capacity)),
            (batches::course.eq(course), batches::competence.eq(competence)),
            (batches::from_day.eq(from), batches::to_day.eq(to)),
            (batches::found.eq(0), batches::certified_before.eq(0)),
            (batches::issued.eq(0), batches::refused.eq(0)),
            (batches::done_by.eq(done_by), batches::doer.eq(doer.map(AnyId::from_uuid)), batches::began_at.eq(now)),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    tx.leave_work();
    Ok(id)
}

fn must_exist(tx: &mut Tx<'_>, course: Option<CourseId>, competence: Option<CompetenceId>) -> Result<(), Problem> {
    let mut findings = Findings::default();
    if let Some(course) = course
        && catalogue::course_titles(tx, &[course])?.is_empty()
    {
        findings.add("/course", Fault::Unknown);
    }
    match competence.map(|competence| catalogue::competence_facts(tx, competence)) {
        Some(Err(Error::NoRow)) => findings.add("/competence", Fault::Unknown),
        Some(found) => drop(found?),
        None => {}
    }
    findings.check()
}

type Row = (
    (CertificateBatchId, CertificateBatchState, Lang, bool, CertifiesAs),
    (Option<CourseId>, Option<CompetenceId>, Option<Day>, Option<Day>),
    (i64, i64, i64, i64, Instant, Option<Instant>),
);

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (
            certificate_batches::id,
            certificate_batches::state,
            certificate_batches::language,
            certificate_batches::letters,
            certificate_batches::capacity,
        ),
        (
            certificate_batches::course,
            certificate_batches::competence,
            certificate_batches::from_day,
            certificate_batches::to_day,
        ),
        (
            certificate_batches::found,
            certificate_batches::certified_before,
            certificate_batches::issued,
            certificate_batches::refused,
            certificate_batches::began_at,
            certificate_batches::finished_at,
        ),
    )
}

fn render(row: Row) -> CertificateBatch {
    let ((id, state, language, letters, capacity), (course, competence, from, to), counts) = row;
    let (found, certified_before, issued, refused, began_at, finished_at) = counts;
    let fitting = Fitting { course, competence, from, to };
    CertificateBatch {
        id,
        state,
        fitting,
        language,
        letters,
        capacity,
        found,
        certified_before,
        issued,
        refused,
        began_at,
        finished_at,
    }
}

/// A page of an organisation's batches, the latest first.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadCertificates>,
    page: &Page<CertificateBatchId>,
) -> Result<Listed<CertificateBatch>, Error> {
    let rows = certificate_batches::table
        .filter(certificate_batches::issuer.eq(permit.action().organisation))
        .filter(certificate_batches::id.lt(page.after.unwrap_or(CertificateBatchId::from_uuid(uuid::Uuid::max()))))
        .order(certificate_batches::id.desc())
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())?;
    Ok(page.listed(rows, |row| row.0.0).map(render))
}

/// One of an organisation's batches.
///
/// # Errors
/// 404.
pub fn one(tx: &mut Tx<'_>, issuer: OrganisationId, id: CertificateBatchId) -> Result<CertificateBatch, Error> {
    let row = certificate_batches::table
        .filter(certificate_batches::id.eq(id))
        .filter(certificate_batches::issuer.eq(issuer))
        .select(columns())
        .first::<Row>(tx.conn())?;
    Ok(render(row))
}

/// Calls a batch off. What was issued before stays.
///
/// # Errors
/// 404, 409 if it is done already.
pub fn cancel(tx: &mut Tx<'_>, permit: &Permit<IssueCertificates>, id: CertificateBatchId) -> Result<(), Problem> {
    let issuer = permit.action().organisation;
    one(tx, issuer, id)?;
    if !end(tx, id, CertificateBatchState::Cancelled)? {
        return Err(Kind::NotNow.into());
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(())
}

/// Ends a batch, whatever is left of it; false if it has ended before.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, id: CertificateBatchId, state: CertificateBatchState) -> Result<bool, Error> {
    let now = tx.now();
    let open = certificate_batches::table
        .filter(certificate_batches::id.eq(id))
        .filter(certificate_batches::finished_at.is_null());
    let ended = diesel::update(open)
        .set((certificate_batches::state.eq(state), certificate_batches::finished_at.eq(Some(now))))
        .execute(tx.conn())?;
    if ended == 0 {
        return Ok(false);
    }
    let left = to_certify::table.filter(to_certify::batch.eq(id)).filter(to_certify::obstacles.is_null());
    diesel::delete(left).execute(tx.conn())?;
    Ok(true)
}

/// A batch that is not done.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Which.
    pub id: CertificateBatchId,
    /// Whose.
    pub issuer: OrganisationId,
    /// How far it is.
    pub state: CertificateBatchState,
    /// What is to be certified.
    pub new: NewBatch,
    /// The last completion that was looked at.
    pub position: RecordId,
    /// Who asked for it.
    pub actor: Actor,
}

/// The batches that are not done, from the first to the last.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Open>, Error> {
    use certificate_batches as batches;
    type Of = (RecordId, OrganisationId, DoneBy, Option<AnyId>);
    let rows = batches::table
        .filter(batches::finished_at.is_null())
        .order(batches::id)
        .select((columns(), (batches::position, batches::issuer, batches::done_by, batches::doer)))
        .load::<(Row, Of)>(tx.conn())?;
    let open = |(row, (position, issuer, done_by, doer)): (Row, Of)| {
        let CertificateBatch { id, state, fitting, language, letters, capacity, .. } = render(row);
        let (new, actor) = (NewBatch { fitting, language, letters, capacity }, Actor::on_behalf_of(done_by, doer));
        Open { id, issuer, state, new, position, actor }
    };
    Ok(rows.into_iter().map(open).collect())
}

/// A completion that was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Which.
    pub id: RecordId,
    /// Its course.
    pub course: Option<CourseId>,
    /// Its competence.
    pub competence: Option<CompetenceId>,
    /// How it ended.
    pub outcome: Outcome,
    /// The day.
    pub on: Option<Day>,
}

/// Some of what an organisation holds in a capacity, after one: in the order of what it holds, so that no filter makes the database
/// look at more than these.
///
/// # Errors
/// The database's.
pub fn held_after(
    tx: &mut Tx<'_>,
    (issuer, capacity): (OrganisationId, Capacity),
    after: RecordId,
    limit: i64,
) -> Result<Vec<Found>, Error> {
    type Row = (RecordId, Option<CourseId>, Option<CompetenceId>, Outcome, Option<Day>);
    let rows = custodies::table
        .inner_join(completions::table.on(completions::record.eq(custodies::record)))
        .inner_join(current())
        .filter(custodies::controller.eq(issuer))
        .filter(custodies::capacity.eq(capacity))
        .filter(custodies::record.gt(after))
        .order(custodies::record)
        .limit(limit)
        .select((
            completions::record,
            completions::course,
            completions::competence,
            completion_versions::outcome,
            completion_versions::on_day,
        ))
        .load::<Row>(tx.conn())?;
    let found = |(id, course, competence, outcome, on)| Found { id, course, competence, outcome, on };
    Ok(rows.into_iter().map(found).collect())
}

#[derive(Insertable)]
#[diesel(table_name = to_certify, treat_none_as_default_value = false)]
struct Wish {
    completion: RecordId,
    issuer: OrganisationId,
    batch: Option<CertificateBatchId>,
    language: Lang,
    letter: bool,
    obstacles: Option<String>,
    asked_at: Instant,
}

/// What was found for a batch: it is to be certified, and the batch goes on after the last that was looked at; false if
/// somebody else has done that, or called it off.
///
/// # Errors
/// The database's.
pub fn gathered(
    tx: &mut Tx<'_>,
    batch: &Open,
    fitting: &[RecordId],
    certified_before: usize,
    last: Option<RecordId>,
) -> Result<bool, Error> {
    use certificate_batches as batches;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let state = if last.is_some() { CertificateBatchState::Gathering } else { CertificateBatchState::Issuing };
    let here = batches::table
        .filter(batches::id.eq(batch.id))
        .filter(batches::position.eq(batch.position))
        .filter(batches::state.eq(CertificateBatchState::Gathering));
    let mine = diesel::update(here)
        .set((
            batches::position.eq(last.unwrap_or(batch.position)),
            batches::state.eq(state),
            batches::found.eq(batches::found + count(fitting.len() + certified_before)),
            batches::certified_before.eq(batches::certified_before + count(certified_before)),
        ))
        .execute(tx.conn())?;
    if mine == 0 {
        return Ok(false);
    }
    let (now, NewBatch { language, letters: letter, .. }) = (tx.now(), batch.new);
    // What was refused before is asked for again.
    diesel::delete(to_certify::table.filter(to_certify::completion.among(fitting))).execute(tx.conn())?;
    let wish = |completion: &RecordId| Wish {
        completion: *completion,
        issuer: batch.issuer,
        batch: Some(batch.id),
        language,
        letter,
        obstacles: None,
        asked_at: now,
    };
    let wishes: Vec<Wish> = fitting.iter().map(wish).collect();
    crate::insert_many!(tx, to_certify::table, wishes)?;
    Ok(true)
}

/// These completions are to be certified by themselves.
///
/// # Errors
/// The database's.
pub fn wish(tx: &mut Tx<'_>, issuer: OrganisationId, completions: &[RecordId]) -> Result<(), Error> {
    if completions.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    diesel::delete(to_certify::table.filter(to_certify::completion.among(completions))).execute(tx.conn())?;
    let wish = |completion: &RecordId| Wish {
        completion: *completion,
        issuer,
        batch: None,
        language: Lang::default(),
        letter: true,
        obstacles: None,
        asked_at: now,
    };
    let wishes: Vec<Wish> = completions.iter().map(wish).collect();
    crate::insert_many!(tx, to_certify::table, wishes)?;
    tx.leave_work();
    Ok(())
}

/// Some of what waits to be certified for a batch, or by itself, each with who is to certify it.
///
/// # Errors
/// The database's.
pub fn waiting(
    tx: &mut Tx<'_>,
    batch: Option<CertificateBatchId>,
    limit: i64,
) -> Result<Vec<(OrganisationId, RecordId)>, Error> {
    let waits = to_certify::table
        .filter(to_certify::obstacles.is_null())
        .order(to_certify::completion)
        .limit(limit)
        .select((to_certify::issuer, to_certify::completion));
    // Two statements, because nothing equals null.
    Ok(match batch {
        Some(batch) => waits.filter(to_certify::batch.eq(batch)).load(tx.conn())?,
        None => waits.filter(to_certify::batch.is_null()).load(tx.conn())?,
    })
}

/// A completion that is to be certified now.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Claimed {
    /// Which.
    pub completion: RecordId,
    /// In which language.
    pub language: Lang,
    /// Is its holder to be written to?
    pub letter: bool,
}

/// Takes those of these that still wait and that nobody else has taken. Whoever asks holds their persons.
///
/// # Errors
/// The database's.
pub fn claim(tx: &mut Tx<'_>, completions: &[RecordId]) -> Result<Vec<Claimed>, Error> {
    let waits = to_certify::table
        .filter(to_certify::completion.among(completions))
        .filter(to_certify::obstacles.is_null())
        .order(to_certify::completion)
        .select((to_certify::completion, to_certify::language, to_certify::letter));
    crate::claim!(tx, waits, Claimed)
}

/// These completions have been certified, or are gone: nothing is to be done about them.
///
/// # Errors
/// The database's.
pub fn settled(tx: &mut Tx<'_>, completions: &[RecordId]) -> Result<(), Error> {
    diesel::delete(to_certify::table.filter(to_certify::completion.among(completions))).execute(tx.conn())?;
    Ok(())
}

/// What keeps a completion from being certified.
///
/// # Errors
/// The database's.
pub fn refused(tx: &mut Tx<'_>, completion: RecordId, obstacles: &[Obstacle]) -> Result<(), Problem> {
    let written = serde_json::to_string(obstacles).map_err(Problem::internal)?;
    diesel::update(to_certify::table.filter(to_certify::completion.eq(completion)))
        .set(to_certify::obstacles.eq(Some(written)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    Ok(())
}

/// Adds to what became of a batch.
///
/// # Errors
/// The database's.
pub fn count(
    tx: &mut Tx<'_>,
    batch: CertificateBatchId,
    issued: i64,
    certified_before: i64,
    refused: i64,
) -> Result<(), Error> {
    use certificate_batches as batches;
    diesel::update(batches::table.filter(batches::id.eq(batch)))
        .set((
            batches::issued.eq(batches::issued + issued),
            batches::certified_before.eq(batches::certified_before + certified_before),
            batches::refused.eq(batches::refused + refused),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A page of what was to be certified and cannot be as it is: of a batch, or all.
///
/// # Errors
/// The database's.
pub fn not_certified(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadCertificates>,
    batch: Option<CertificateBatchId>,
    page: &Page<RecordId>,
) -> Result<Listed<NotCertified>, Problem> {
    type Row = (RecordId, Option<CertificateBatchId>, String, Instant);
    let refused = to_certify::table
        .filter(to_certify::issuer.eq(permit.action().organisation))
        .filter(to_certify::obstacles.is_not_null())
        .filter(to_certify::completion.gt(page.after.unwrap_or(RecordId::nil())))
        .order(to_certify::completion)
        .limit(page.fetch())
        .select((
            to_certify::completion,
            to_certify::batch,
            to_certify::obstacles.assume_not_null(),
            to_certify::asked_at,
        ));
    let rows: Vec<Row> = match batch {
        Some(batch) => refused.filter(to_certify::batch.eq(batch)).load(tx.conn()),
        None => refused.load(tx.conn()),
    }
    .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.0);
    let read = |(completion, batch, obstacles, asked_at): Row| {
        let obstacles = serde_json::from_str(&obstacles).map_err(Problem::internal)?;
        Ok(NotCertified { completion, batch, obstacles, asked_at })
    };
    Ok(Listed { items: items.into_iter().map(read).collect::<Result<_, Problem>>()?, next })
}
