//! The rows of annulments. Why one was proposed is sealed, and goes with the answer: the record it speaks of never was.

use super::{Annulment, actions::*, answer_by, routes::NewAnnulment};
use crate::{
    access::Permit,
    platform::{
        db::{Error, Tx, among::Among, run::prelude::*, schema::annulments},
        http::{Listed, Page},
        problem::{Kind, Problem},
        resealing::{PORTION, Portion, anew},
        vault::Purpose,
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = annulments, treat_none_as_default_value = false)]
struct NewRow {
    id: AnnulmentId,
    organisation: OrganisationId,
    record: RecordId,
    record_version: i64,
    reason: AnnulmentReason,
    explanation: Option<String>,
    belongs_to: Option<PersonId>,
    state: AnnulmentState,
    proposed_at: Instant,
    proposed_by: PersonId,
}

#[derive(Queryable)]
struct Row {
    id: AnnulmentId,
    record: RecordId,
    record_version: i64,
    reason: AnnulmentReason,
    explanation: Option<String>,
    belongs_to: Option<PersonId>,
    state: AnnulmentState,
    proposed_at: Instant,
    proposed_by: PersonId,
    answered_at: Option<Instant>,
    answered_by: Option<PersonId>,
    recorded_anew: Option<RecordId>,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        annulments::id,
        annulments::record,
        annulments::record_version,
        annulments::reason,
        annulments::explanation,
        annulments::belongs_to,
        annulments::state,
        annulments::proposed_at,
        annulments::proposed_by,
        annulments::answered_at,
        annulments::answered_by,
        annulments::recorded_anew,
    )
}

impl Row {
    fn rendered(self, tx: &Tx<'_>) -> Result<Annulment, Problem> {
        let open = |sealed: String| tx.vault().open_text(Purpose::Annulments, &self.id.to_string(), &sealed);
        let explanation = self.explanation.map(open).transpose().map_err(Problem::internal)?;
        Ok(Annulment {
            id: self.id,
            record: self.record,
            record_version: self.record_version,
            reason: self.reason,
            explanation,
            belongs_to: self.belongs_to,
            state: self.state,
            proposed_at: self.proposed_at,
            proposed_by: self.proposed_by,
            answer_by: answer_by(self.proposed_at),
            answered_at: self.answered_at,
            answered_by: self.answered_by,
            recorded_anew: self.recorded_anew,
        })
    }
}

/// Writes what is proposed.
///
/// # Errors
/// 409 if it is proposed of the record already.
pub fn insert(
    tx: &mut Tx<'_>,
    permit: &Permit<AnnulRecords>,
    new: &NewAnnulment,
    record_version: i64,
) -> Result<AnnulmentId, Problem> {
    let id: AnnulmentId = tx.new_id();
    let explanation = tx.vault().seal(Purpose::Annulments, &id.to_string(), new.explanation.as_str().as_bytes());
    let row = NewRow {
        id,
        organisation: permit.action().organisation,
        record: new.record.0,
        record_version,
        reason: new.reason.0,
        explanation: Some(explanation),
        belongs_to: new.belongs_to.map(|person| person.0),
        state: AnnulmentState::Proposed,
        proposed_at: tx.now(),
        proposed_by: permit.person()?,
    };
    diesel::insert_into(annulments::table).values(row).execute(tx.conn()).map_err(Error::from)?;
    Ok(id)
}

/// A page of an organisation's annulments.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadAnnulments>,
    page: &Page<AnnulmentId>,
) -> Result<Listed<Annulment>, Problem> {
    let rows = annulments::table
        .filter(annulments::organisation.eq(permit.action().organisation))
        .filter(annulments::id.gt(page.after.unwrap_or(AnnulmentId::nil())))
        .order(annulments::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.id);
    let items = items.into_iter().map(|row| row.rendered(tx)).collect::<Result<_, _>>()?;
    Ok(Listed { items, next })
}

/// One of an organisation's annulments.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, organisation: OrganisationId, id: AnnulmentId) -> Result<Annulment, Problem> {
    let row: Row = annulments::table
        .filter(annulments::id.eq(id))
        .filter(annulments::organisation.eq(organisation))
        .select(columns())
        .first(tx.conn())
        .map_err(Error::from)?;
    row.rendered(tx)
}

/// Answers what is proposed, or takes it back: once.
///
/// # Errors
/// `NotNow` if that has been done.
pub fn answer(
    tx: &mut Tx<'_>,
    of: &Annulment,
    state: AnnulmentState,
    by: PersonId,
    recorded_anew: Option<RecordId>,
) -> Result<(), Problem> {
    let now = tx.now();
    let open = annulments::table.filter(annulments::id.eq(of.id)).filter(annulments::answered_at.is_null());
    let answered = diesel::update(open)
        .set((
            (annulments::state.eq(state), annulments::explanation.eq(None::<String>)),
            (annulments::answered_at.eq(Some(now)), annulments::answered_by.eq(Some(by))),
            annulments::recorded_anew.eq(recorded_anew),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    tx.erased();
    if answered == 0 { Err(Kind::NotNow.into()) } else { Ok(()) }
}

/// Closes some of what was proposed before an instant and nobody has answered; how many.
///
/// # Errors
/// The database's.
pub fn lapse(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<usize, Error> {
    let now = tx.now();
    let old: Vec<AnnulmentId> = annulments::table
        .filter(annulments::answered_at.is_null())
        .filter(annulments::proposed_at.lt(before))
        .order(annulments::proposed_at)
        .limit(at_most)
        .select(annulments::id)
        .load(tx.conn())?;
    tx.erased();
    // Somebody may have answered one meanwhile.
    Ok(diesel::update(annulments::table.filter(annulments::id.among(&old)).filter(annulments::answered_at.is_null()))
        .set((
            (annulments::state.eq(AnnulmentState::Lapsed), annulments::answered_at.eq(Some(now))),
            annulments::explanation.eq(None::<String>),
        ))
        .execute(tx.conn())?)
}

/// Forgets annulments that were answered before an instant; how many.
///
/// # Errors
/// The database's.
pub fn forget_old(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<usize, Error> {
    let old: Vec<AnnulmentId> = annulments::table
        .filter(annulments::answered_at.lt(before))
        .order(annulments::answered_at)
        .limit(at_most)
        .select(annulments::id)
        .load(tx.conn())?;
    Ok(diesel::delete(annulments::table.filter(annulments::id.among(&old))).execute(tx.conn())?)
}

/// Seals why some of them were proposed with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &AnnulmentId) -> Result<Portion<AnnulmentId>, Error> {
    let rows = annulments::table
        .filter(annulments::id.gt(*after))
        .filter(annulments::explanation.is_not_null())
        .order(annulments::id)
        .limit(PORTION)
        .select((annulments::id, annulments::explanation.assume_not_null()))
        .load::<(AnnulmentId, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, id, sealed| vault.reseal(Purpose::Annulments, &id.to_string(), sealed),
        |tx, id, before, sealed| {
            let row = annulments::table.filter(annulments::id.eq(id)).filter(annulments::explanation.eq(before));
            Ok(diesel::update(row).set(annulments::explanation.eq(sealed)).execute(tx.conn())?)
        },
    )
}
