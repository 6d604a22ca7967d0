//! The rows of custodies that have ended, or were narrowed; what keeps them from it, and what goes with the last.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    dsl::sql,
    sql_types::{Bool, Date},
};

use super::{Ended, Ending};
use crate::{
    law::succession::predecessors_of,
    organisations::staff,
    people::{self, store::Cards},
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                custodies, employments, ended_custodies, held_persons, legal_holds, narrowed_custodies, persons,
                records, restricted_custodies,
            },
            types::sql::Id,
        },
        feed,
    },
    records::{disclosures, succession},
    words::*,
};

/// Ends custodies: a body hears that it holds the record no longer. What was not held any more is passed over. Whoever calls
/// holds the persons and sees to what follows.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, endings: &[Ending]) -> Result<Vec<Ended>, Error> {
    let ended = these(tx, endings)?;
    for ((controller, ground), ids) in by_holder(&ended) {
        if ground == Ground::Scheme {
            ids.iter().try_for_each(|record| feed::publish_again(tx, "custody_ended", controller, *record))?;
        }
        remove(tx, controller, ground, &ids)?;
    }
    Ok(ended)
}

/// Takes what somebody held on a ground of these records out of the tables.
///
/// # Errors
/// The database's.
pub fn remove(
    tx: &mut Tx<'_>,
    controller: OrganisationId,
    ground: Ground,
    ids: &BTreeSet<RecordId>,
) -> Result<(), Error> {
    use restricted_custodies as restricted;
    let held = custodies::table
        .filter(custodies::record.among(ids))
        .filter(custodies::controller.eq(controller))
        .filter(custodies::ground.eq(ground));
    diesel::delete(held).execute(tx.conn())?;
    let locked = restricted::table
        .filter(restricted::record.among(ids))
        .filter(restricted::controller.eq(controller))
        .filter(restricted::ground.eq(ground));
    diesel::delete(locked).execute(tx.conn())?;
    Ok(())
}

/// The records of custodies, by who held them on which ground: there are few of these, however many the records.
fn by_holder(custodies: &[Ended]) -> BTreeMap<(OrganisationId, Ground), BTreeSet<RecordId>> {
    let mut ids = BTreeMap::<_, BTreeSet<_>>::new();
    for one in custodies {
        ids.entry((one.controller, one.ground)).or_default().insert(one.record);
    }
    ids
}

/// Those of these custodies that there are.
fn these(tx: &mut Tx<'_>, asked: &[Ending]) -> Result<Vec<Ended>, Error> {
    let asked: BTreeSet<Ending> = asked.iter().copied().collect();
    let ids: BTreeSet<RecordId> = asked.iter().map(|one| one.record).collect();
    let mut there = all_held(tx, &ids)?;
    there.retain(|one| asked.contains(&Ending::from(one)));
    Ok(there)
}

/// Every custody of these records.
///
/// # Errors
/// The database's.
pub fn all_held(tx: &mut Tx<'_>, ids: &BTreeSet<RecordId>) -> Result<Vec<Ended>, Error> {
    type Row = (RecordId, PersonId, (OrganisationId, Option<OrganisationId>), Ground, Content, String, String);
    let rows = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .filter(custodies::record.among(ids))
        .order((custodies::record, custodies::controller, custodies::ground))
        .select((
            custodies::record,
            records::person,
            (custodies::controller, custodies::came_from),
            custodies::ground,
            custodies::content,
            custodies::category,
            custodies::schedule_version,
        ))
        .load::<Row>(tx.conn())?;
    let held = |(record, person, (controller, came_from), ground, content, category, schedule_version): Row| Ended {
        record,
        person,
        controller,
        came_from,
        ground,
        content,
        category,
        schedule_version,
    };
    Ok(rows.into_iter().map(held).collect())
}

#[derive(Insertable)]
#[diesel(table_name = ended_custodies, treat_none_as_default_value = false)]
struct LetGo {
    record: RecordId,
    controller: OrganisationId,
    ground: Ground,
    capacity: Capacity,
    ended_on: Day,
}

/// Remembers who has let go of records that others still hold. A portfolio is not among them: it is the person's, who may
/// change their mind.
///
/// # Errors
/// The database's.
pub fn let_go(tx: &mut Tx<'_>, ended: &[&Ended]) -> Result<(), Error> {
    let ended_on = tx.today();
    // What a successor lets go of does not come back to whom the facts name either.
    let whose = ended
        .iter()
        .flat_map(|one| [Some(one.controller), one.came_from].into_iter().flatten().map(move |of| (one, of)));
    for (one, controller) in whose.filter(|(one, _)| one.ground != Ground::Portfolio) {
        let row =
            LetGo { record: one.record, controller, ground: one.ground, capacity: one.ground.capacity(), ended_on };
        diesel::insert_into(ended_custodies::table).values(row).on_conflict_do_nothing().execute(tx.conn())?;
    }
    Ok(())
}

/// Narrows custodies to some parts, whatever facts arrive later; what they were before. What was not held any more is passed
/// over. Whoever calls holds the persons and sees to what follows.
///
/// # Errors
/// The database's.
pub fn reduce(tx: &mut Tx<'_>, of: &[Ending], to: Content) -> Result<Vec<Ended>, Error> {
    use narrowed_custodies as narrowed;
    let reduced = these(tx, of)?;
    let today = tx.today();
    for one in &reduced {
        diesel::insert_into(narrowed::table)
            .values((
                (narrowed::record.eq(one.record), narrowed::controller.eq(one.controller)),
                (narrowed::ground.eq(one.ground), narrowed::content.eq(to), narrowed::narrowed_on.eq(today)),
            ))
            .on_conflict((narrowed::record, narrowed::controller, narrowed::ground))
            .do_update()
            .set((narrowed::content.eq(to), narrowed::narrowed_on.eq(today)))
            .execute(tx.conn())?;
        let row = custodies::table.find((one.record, one.controller, one.ground));
        diesel::update(row).set(custodies::content.eq(to)).execute(tx.conn())?;
    }
    Ok(reduced)
}

/// Which of these lie under a hold that is not lifted: of what each controller holds about its person, the records. A hold on
/// every record about a person reaches the person under every id known when it was set, and under those found to be the same
/// since.
///
/// To be asked in the transaction that erases or reduces, after `lock_persons` of these persons: who sets a hold takes the
/// same lock, so that at READ COMMITTED too a hold is either seen here, or set after what is done here.
///
/// # Errors
/// The database's.
pub fn under_hold(
    tx: &mut Tx<'_>,
    kept: &[(RecordId, PersonId, OrganisationId)],
) -> Result<BTreeSet<(RecordId, OrganisationId)>, Error> {
    if kept.is_empty() {
        return Ok(BTreeSet::new());
    }
    let people: BTreeSet<PersonId> = kept.iter().map(|(_, person, _)| *person).collect();
    let controllers: BTreeSet<OrganisationId> = kept.iter().map(|(.., controller)| *controller).collect();
    let (known, same) = diesel::alias!(persons as known, persons as same);
    let holds: BTreeSet<(PersonId, OrganisationId, Option<RecordId>)> = known
        .inner_join(same.on(same.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(held_persons::table.on(held_persons::person.eq(same.field(persons::id))))
        .inner_join(legal_holds::table.on(legal_holds::id.eq(held_persons::hold)))
        .filter(known.field(persons::id).among(&people))
        .filter(legal_holds::organisation.among(&controllers))
        .filter(legal_holds::lifted_at.is_null())
        .select((known.field(persons::id), legal_holds::organisation, legal_holds::record))
        .load(tx.conn())?
        .into_iter()
        .collect();
    let is_held = |(record, person, controller): &&(RecordId, PersonId, OrganisationId)| {
        [None, Some(*record)].into_iter().any(|on| holds.contains(&(*person, *controller, on)))
    };
    Ok(kept.iter().filter(is_held).map(|(record, _, controller)| (*record, *controller)).collect())
}

/// Who has let go of which record, in which capacity.
pub type EndedBefore = BTreeSet<(RecordId, OrganisationId, Capacity)>;

/// Who has let go of these records: whoever has, in a capacity, does not get them back because a fact arrives late.
///
/// # Errors
/// The database's.
pub fn ended_before(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<EndedBefore, Error> {
    let ended = ended_custodies::table
        .filter(ended_custodies::record.among(ids))
        .select((ended_custodies::record, ended_custodies::controller, ended_custodies::capacity))
        .load(tx.conn())?;
    Ok(ended.into_iter().collect())
}

/// Has somebody let go of a record it held in a capacity?
///
/// # Errors
/// The database's.
pub fn has_let_go(tx: &mut Tx<'_>, record: RecordId, of: OrganisationId, capacity: Capacity) -> Result<bool, Error> {
    let found: i64 = ended_custodies::table
        .filter(ended_custodies::record.eq(record))
        .filter(ended_custodies::controller.eq(of))
        .filter(ended_custodies::capacity.eq(capacity))
        .count()
        .get_result(tx.conn())?;
    Ok(found > 0)
}

/// Erases records nobody holds any more. What they said is another room's and has been erased by it.
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    disclosures::store::gone(tx, ids)?;
    diesel::delete(ended_custodies::table.filter(ended_custodies::record.among(ids))).execute(tx.conn())?;
    diesel::delete(narrowed_custodies::table.filter(narrowed_custodies::record.among(ids))).execute(tx.conn())?;
    diesel::delete(restricted_custodies::table.filter(restricted_custodies::record.among(ids))).execute(tx.conn())?;
    diesel::delete(records::table.filter(records::id.among(ids))).execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// The card of somebody of whom its holder holds no record any more goes, unless the person is or was employed there. Whose
/// cards went.
///
/// # Errors
/// The database's.
pub fn forget_cards(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    unheld: &BTreeSet<PersonId>,
    which: Cards,
) -> Result<Vec<PersonId>, Error> {
    let mut strangers = Vec::new();
    for person in unheld {
        if !staff::store::ever_employed(tx, holder, *person)? {
            strangers.push(*person);
        }
    }
    people::store::forget(tx, holder, &strangers, which)
}

/// An employment that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// Which.
    pub employment: EmploymentId,
    /// Whose employer.
    pub employer: OrganisationId,
    /// The person.
    pub person: PersonId,
}

/// Some of the employments that ended on a day or before, and from which nothing is counted any more: what the employer
/// keeps about the person, under any id, lies in none of these categories. Those that something counts from are passed over;
/// there are as many as there are holds, because what counts from an employment goes before it.
///
/// # Errors
/// The database's.
pub fn uncounted_employments(
    tx: &mut Tx<'_>,
    ended_by: Day,
    counting: &[&str],
    at_most: i64,
) -> Result<Vec<Past>, Error> {
    let mut after = None;
    loop {
        let past = past_employments(tx, ended_by, after, at_most)?;
        let Some((day, last)) = past.last() else { return Ok(Vec::new()) };
        after = Some((*day, last.employment));
        let past: Vec<Past> = past.into_iter().map(|(_, one)| one).collect();
        let counted = counted_from(tx, &past, counting)?;
        let uncounted: Vec<Past> =
            past.into_iter().filter(|one| !counted.contains(&(one.person, one.employer))).collect();
        if !uncounted.is_empty() {
            return Ok(uncounted);
        }
    }
}

/// Some of the employments that ended on a day or before, after one, in the order in which they ended.
fn past_employments(
    tx: &mut Tx<'_>,
    ended_by: Day,
    after: Option<(Day, EmploymentId)>,
    at_most: i64,
) -> Result<Vec<(Day, Past)>, Error> {
    let (day, id) = after.unwrap_or((Day::earliest(), EmploymentId::nil()));
    let later = sql::<Bool>("(employments.to_day, employments.id) > (")
        .bind::<Date, _>(day)
        .sql(", ")
        .bind::<Id, _>(id)
        .sql(")");
    let rows = employments::table
        .filter(later)
        .filter(employments::to_day.le(ended_by))
        .order((employments::to_day, employments::id))
        .limit(at_most)
        .select((
            employments::to_day.assume_not_null(),
            employments::id,
            employments::organisation,
            employments::person,
        ))
        .load::<(Day, EmploymentId, OrganisationId, PersonId)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(day, employment, employer, person)| (day, Past { employment, employer, person }))
        .collect())
}

/// Of which of these persons, under any id, the employer keeps something in one of these categories.
fn counted_from(
    tx: &mut Tx<'_>,
    past: &[Past],
    counting: &[&str],
) -> Result<BTreeSet<(PersonId, OrganisationId)>, Error> {
    let people: BTreeSet<PersonId> = past.iter().map(|one| one.person).collect();
    let employers: BTreeSet<OrganisationId> = past.iter().map(|one| one.employer).collect();
    let (known, same) = diesel::alias!(persons as known, persons as same);
    let rows = known
        .inner_join(same.on(same.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(records::table.on(records::person.eq(same.field(persons::id))))
        .inner_join(custodies::table.on(custodies::record.eq(records::id)))
        .filter(known.field(persons::id).among(&people))
        .filter(custodies::controller.among(&employers))
        .filter(custodies::category.among_texts(counting.iter().copied()))
        .select((known.field(persons::id), custodies::controller))
        .load::<(PersonId, OrganisationId)>(tx.conn())?;
    let mut counted: BTreeSet<(PersonId, OrganisationId)> = rows.into_iter().collect();
    // Also what a successor keeps.
    let (known, same) = diesel::alias!(persons as known, persons as same);
    let taken_over = known
        .inner_join(same.on(same.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(records::table.on(records::person.eq(same.field(persons::id))))
        .inner_join(custodies::table.on(custodies::record.eq(records::id)))
        .filter(known.field(persons::id).among(&people))
        .filter(custodies::came_from.is_not_null())
        .filter(custodies::category.among_texts(counting.iter().copied()))
        .select((known.field(persons::id), custodies::came_from.assume_not_null(), custodies::controller))
        .load::<(PersonId, OrganisationId, OrganisationId)>(tx.conn())?;
    let successions = succession::store::successions(tx)?;
    for (person, first, controller) in taken_over {
        let between = predecessors_of(first, controller, &successions);
        counted.extend(between.into_iter().map(|employer| (person, employer)));
    }
    Ok(counted)
}

/// Those of these persons of whom the organisation holds no record.
///
/// # Errors
/// The database's.
pub fn unheld_by(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    people: &BTreeSet<PersonId>,
) -> Result<BTreeSet<PersonId>, Error> {
    let held: BTreeSet<PersonId> = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .filter(records::person.among(people))
        .filter(custodies::controller.eq(holder))
        .select(records::person)
        .load::<PersonId>(tx.conn())?
        .into_iter()
        .collect();
    Ok(people.difference(&held).copied().collect())
}
