//! Legal holds. Whether one lies on what is to go is asked of the records.

use std::collections::BTreeSet;

use super::{LegalHold, actions::*, review_fault, routes::*};
use crate::{
    access::Permit,
    people::store::{has_cards, known_to},
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{custodies, held_persons, legal_holds, memberships, persons, records},
        },
        http::{Listed, Page},
        jobs,
        problem::{Findings, Kind, Problem},
    },
    privacy::deregistration::PortfolioFreed,
    records::HoldLifted,
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = legal_holds, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: HoldId,
    organisation: OrganisationId,
    person: PersonId,
    record: Option<RecordId>,
    reason: HoldReason,
    reference: Option<&'a str>,
    owner: PersonId,
    review_on: Day,
    set_at: Instant,
    set_by: Option<PersonId>,
    version: i64,
}

#[derive(Queryable)]
struct Row {
    id: HoldId,
    person: PersonId,
    record: Option<RecordId>,
    reason: HoldReason,
    reference: Option<String>,
    owner: PersonId,
    review_on: Day,
    set_at: Instant,
    set_by: Option<PersonId>,
    lifted_at: Option<Instant>,
    lifted_by: Option<PersonId>,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        legal_holds::id,
        legal_holds::person,
        legal_holds::record,
        legal_holds::reason,
        legal_holds::reference,
        legal_holds::owner,
        legal_holds::review_on,
        legal_holds::set_at,
        legal_holds::set_by,
        legal_holds::lifted_at,
        legal_holds::lifted_by,
        legal_holds::version,
    )
}

impl Row {
    fn rendered(self, members: &BTreeSet<PersonId>) -> LegalHold {
        LegalHold {
            id: self.id,
            person: self.person,
            record: self.record,
            reason: self.reason,
            reference: self.reference,
            owner: self.owner,
            owner_is_member: members.contains(&self.owner),
            review_on: self.review_on,
            set_at: self.set_at,
            set_by: self.set_by,
            lifted_at: self.lifted_at,
            lifted_by: self.lifted_by,
            version: self.version,
        }
    }
}

/// Which of these persons are members of an organisation now, in whatever role.
fn members(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    people: &BTreeSet<PersonId>,
) -> Result<BTreeSet<PersonId>, Error> {
    let found: Vec<PersonId> = memberships::table
        .filter(memberships::person.among(people))
        .filter(memberships::organisation.eq(organisation))
        .filter(memberships::ended_at.is_null())
        .select(memberships::person)
        .load(tx.conn())?;
    Ok(found.into_iter().collect())
}

/// A page of an organisation's holds, the lifted ones too.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadHolds>,
    filter: &HoldFilter,
    page: &Page<HoldId>,
) -> Result<Listed<LegalHold>, Problem> {
    let (organisation, today) = (permit.action().organisation, tx.today());
    let people = filter.person.map(|person| known_to(tx, organisation, person.0)).transpose()?;
    let rows: Vec<Row> = crate::on_either!(tx, |conn| {
        let mut query = legal_holds::table
            .filter(legal_holds::organisation.eq(organisation))
            .filter(legal_holds::id.gt(page.after.unwrap_or(HoldId::nil())))
            .order(legal_holds::id)
            .limit(page.fetch())
            .select(columns())
            .into_boxed();
        if let Some(people) = &people {
            query = query.filter(legal_holds::person.among(people));
        }
        query = match filter.open {
            Some(true) => query.filter(legal_holds::lifted_at.is_null()),
            Some(false) => query.filter(legal_holds::lifted_at.is_not_null()),
            None => query,
        };
        query = match filter.due {
            Some(true) => query.filter(legal_holds::lifted_at.is_null()).filter(legal_holds::review_on.le(today)),
            Some(false) => query.filter(legal_holds::lifted_at.is_not_null().or(legal_holds::review_on.gt(today))),
            None => query,
        };
        diesel::RunQueryDsl::load(query, conn).map_err(Error::from)?
    });
    let listed = page.listed(rows, |row| row.id);
    let owners = listed.items.iter().map(|row| row.owner).collect();
    let members = members(tx, organisation, &owners)?;
    Ok(listed.map(|row| row.rendered(&members)))
}

/// One of the organisation's holds.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, organisation: OrganisationId, id: HoldId) -> Result<LegalHold, Error> {
    let row: Row = legal_holds::table
        .filter(legal_holds::id.eq(id))
        .filter(legal_holds::organisation.eq(organisation))
        .select(columns())
        .first(tx.conn())?;
    let members = members(tx, organisation, &[row.owner].into())?;
    Ok(row.rendered(&members))
}

/// Sets a hold. It locks the person first, as whatever erases or reduces does: of the two, the later one waits and then sees
/// what the other did. So a hold that was acknowledged is seen by every erasure, and none is set on what has just gone.
///
/// # Errors
/// `Unknown` for a person without a card here, a record the organisation has no custody of, an owner who is no member;
/// `InThePast` and `TooFarAhead` for the day of review.
pub fn set(tx: &mut Tx<'_>, permit: &Permit<SetHolds>, new: &NewLegalHold) -> Result<HoldId, Problem> {
    let organisation = permit.action().organisation;
    let mut findings = Findings::default();
    let on = match (new.record, new.person) {
        (Some(record), _) => on_record(tx, organisation, record.0, &mut findings)?,
        (None, Some(person)) => on_everything(tx, organisation, person.0, &mut findings)?,
        (None, None) => None,
    };
    answered_for(tx, organisation, Some(new.owner.0), Some(new.review_on), &mut findings)?;
    findings.check()?;
    let On { person, record, known_as } = on.ok_or_else(|| Problem::internal("a hold on nothing"))?;
    let row = NewRow {
        id: tx.new_id(),
        organisation,
        person,
        record,
        reason: new.reason.0,
        reference: new.reference.as_ref().map(|text| text.as_str()),
        owner: new.owner.0,
        review_on: new.review_on,
        set_at: tx.now(),
        set_by: permit.person().ok(),
        version: 1,
    };
    diesel::insert_into(legal_holds::table).values(&row).execute(tx.conn()).map_err(Error::from)?;
    let lies_on = known_as.iter().map(|person| (held_persons::person.eq(*person), held_persons::hold.eq(row.id)));
    let lies_on: Vec<_> = lies_on.collect();
    crate::insert_many!(tx, held_persons::table, lies_on)?;
    let noted = serde_json::json!({
        "person": person, "record": record, "reason": row.reason, "owner": row.owner, "review_on": row.review_on,
    });
    audit::note(tx, permit, Some(row.id.uuid()), Some(noted))?;
    Ok(row.id)
}

/// What a hold is to lie on.
struct On {
    person: PersonId,
    /// The one record, if it is only that.
    record: Option<RecordId>,
    /// Everyone the person is known as today: it goes on lying on them if they turn out to be several.
    known_as: Vec<PersonId>,
}

/// A record the organisation holds, with its person locked. The record knows its person for good.
fn on_record(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    record: RecordId,
    findings: &mut Findings,
) -> Result<Option<On>, Error> {
    let person: Option<PersonId> =
        records::table.filter(records::id.eq(record)).select(records::person).first(tx.conn()).optional()?;
    if let Some(person) = person {
        tx.lock_persons(&[person])?;
        let held: i64 = custodies::table
            .filter(custodies::record.eq(record))
            .filter(custodies::controller.eq(organisation))
            .count()
            .get_result(tx.conn())?;
        if held > 0 {
            return Ok(Some(On { person, record: Some(record), known_as: vec![person] }));
        }
    }
    findings.add("/record", Fault::Unknown);
    Ok(None)
}

/// A person the organisation has a card of, locked under every id the person is known by.
fn on_everything(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    findings: &mut Findings,
) -> Result<Option<On>, Error> {
    let known_as = known_to(tx, organisation, person)?;
    tx.lock_persons(&known_as)?;
    if has_cards(tx, organisation, &[person])?.is_empty() {
        findings.add("/person", Fault::Unknown);
        return Ok(None);
    }
    Ok(Some(On { person, record: None, known_as }))
}

/// Who answers for the organisation's own holds that lie on a record.
///
/// # Errors
/// The database's.
pub fn owners(tx: &mut Tx<'_>, organisation: OrganisationId, record: RecordId) -> Result<Vec<PersonId>, Error> {
    let (known, same) = diesel::alias!(persons as known, persons as same);
    Ok(records::table
        .inner_join(known.on(known.field(persons::id).eq(records::person)))
        .inner_join(same.on(same.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(held_persons::table.on(held_persons::person.eq(same.field(persons::id))))
        .inner_join(legal_holds::table.on(legal_holds::id.eq(held_persons::hold)))
        .filter(records::id.eq(record))
        .filter(legal_holds::organisation.eq(organisation))
        .filter(legal_holds::lifted_at.is_null())
        .filter(legal_holds::record.is_null().or(legal_holds::record.eq(record)))
        .order(legal_holds::owner)
        .select(legal_holds::owner)
        .distinct()
        .load(tx.conn())?)
}

/// Notes what is wrong with who is to answer for a hold, and with when it is looked at again.
fn answered_for(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    owner: Option<PersonId>,
    review_on: Option<Day>,
    findings: &mut Findings,
) -> Result<(), Error> {
    if let Some(owner) = owner
        && members(tx, organisation, &[owner].into())?.is_empty()
    {
        findings.add("/owner", Fault::Unknown);
    }
    if let Some(fault) = review_on.and_then(|day| review_fault(day, tx.today())) {
        findings.add("/review_on", fault);
    }
    Ok(())
}

/// One of the organisation's holds that is not lifted, locked with its person.
fn open_one(tx: &mut Tx<'_>, organisation: OrganisationId, id: HoldId) -> Result<LegalHold, Problem> {
    let person = read(tx, organisation, id)?.person;
    tx.lock_persons(&[person])?;
    // Asked again under the lock: somebody else may have been at it.
    let hold = read(tx, organisation, id)?;
    if hold.lifted_at.is_some() { Err(Kind::NotNow.into()) } else { Ok(hold) }
}

/// Gives a hold another owner, another day of review, another reference. What it lies on and why stay.
///
/// # Errors
/// 404, 412; 409 for one that was lifted; as [`set`] for the owner and the day.
pub fn change(
    tx: &mut Tx<'_>,
    permit: &Permit<SetHolds>,
    id: HoldId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    change: LegalHoldChange,
) -> Result<LegalHold, Problem> {
    let organisation = permit.action().organisation;
    let before = open_one(tx, organisation, id)?;
    expected(before.version)?;
    let mut findings = Findings::default();
    let owner = change.owner.map(|owner| owner.0);
    answered_for(tx, organisation, owner, change.review_on, &mut findings)?;
    findings.check()?;
    let (owner, review_on) = (owner.unwrap_or(before.owner), change.review_on.unwrap_or(before.review_on));
    let reference = change.reference.map(|text| text.into_string()).after(before.reference);
    diesel::update(legal_holds::table.filter(legal_holds::id.eq(id)))
        .set((
            legal_holds::owner.eq(owner),
            legal_holds::review_on.eq(review_on),
            legal_holds::reference.eq(reference),
            legal_holds::version.eq(before.version + 1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "owner": owner, "review_on": review_on })))?;
    Ok(read(tx, organisation, id)?)
}

/// Lifts a hold. It stays to be read: that something could not be erased, and why.
///
/// # Errors
/// 404; 409 for one that was lifted.
pub fn lift(tx: &mut Tx<'_>, permit: &Permit<SetHolds>, id: HoldId) -> Result<(), Problem> {
    let hold_of = permit.action().organisation;
    let hold = open_one(tx, hold_of, id)?;
    let now = tx.now();
    diesel::update(legal_holds::table.filter(legal_holds::id.eq(id)))
        .set((
            legal_holds::lifted_at.eq(Some(now)),
            legal_holds::lifted_by.eq(permit.person().ok()),
            legal_holds::version.eq(hold.version + 1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    let lay_on = held_persons::table.filter(held_persons::hold.eq(id));
    let people: Vec<PersonId> = lay_on.select(held_persons::person).load(tx.conn()).map_err(Error::from)?;
    diesel::delete(lay_on).execute(tx.conn()).map_err(Error::from)?;
    for person in people {
        jobs::enqueue(tx, &HoldLifted { person })?;
        if hold_of == OPERATOR {
            jobs::enqueue(tx, &PortfolioFreed { person })?;
        }
    }
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "lifted": true })))?;
    Ok(())
}

/// Forgets some of the holds that were lifted before an instant; how many.
///
/// # Errors
/// The database's.
pub fn forget_lifted(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<usize, Error> {
    let old: Vec<HoldId> = legal_holds::table
        .filter(legal_holds::lifted_at.lt(before))
        .order(legal_holds::lifted_at)
        .limit(at_most)
        .select(legal_holds::id)
        .load(tx.conn())?;
    Ok(diesel::delete(legal_holds::table.filter(legal_holds::id.among(&old))).execute(tx.conn())?)
}
