//! The rows of what has moved to a successor.

use std::collections::BTreeSet;

use super::Moved;
use crate::{
    law::succession::Succession,
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                awaited_endings as awaited, competences, completions, custodies, ended_custodies as ended,
                held_persons, legal_holds, narrowed_custodies as narrowed, persons, privacy_case_custodies,
                privacy_cases, records, restricted_custodies as restricted, transfer_categories, transfers,
            },
        },
        feed,
    },
    words::*,
};

/// Every succession that was agreed, in that order.
///
/// # Errors
/// The database's.
pub fn successions(tx: &mut Tx<'_>) -> Result<Vec<Succession>, Error> {
    let rows = transfers::table
        .inner_join(transfer_categories::table.on(transfer_categories::transfer.eq(transfers::id)))
        .filter(transfers::state.eq_any([TransferState::Accepted, TransferState::Done]))
        .order((transfers::answered_at, transfers::id, transfer_categories::category))
        .select((
            transfers::id,
            (transfers::giver, transfers::receiver, transfers::up_to),
            transfer_categories::category,
        ))
        .load::<(TransferId, (OrganisationId, OrganisationId, Day), String)>(tx.conn())?;
    let mut found: Vec<(TransferId, Succession)> = Vec::new();
    for (id, (giver, receiver, up_to), category) in rows {
        match found.last_mut().filter(|(last, _)| *last == id) {
            Some((_, one)) => drop(one.categories.insert(category)),
            None => found.push((id, Succession { giver, receiver, categories: [category].into(), up_to })),
        }
    }
    Ok(found.into_iter().map(|(_, one)| one).collect())
}

/// Some of the custodies from a record on that are still to move, as those of one capacity lie in the index. Those a case is open
/// about are passed over: what is being decided stays with whoever was asked.
///
/// # Errors
/// The database's.
pub fn to_move(
    tx: &mut Tx<'_>,
    by: &Succession,
    capacity: Capacity,
    from: RecordId,
    at_most: i64,
) -> Result<Vec<Moved>, Error> {
    let about = privacy_case_custodies::table
        .inner_join(privacy_cases::table.on(privacy_cases::id.eq(privacy_case_custodies::privacy_case)))
        .filter(privacy_cases::closed.eq(false))
        .filter(privacy_cases::organisation.eq(by.giver))
        .filter(privacy_case_custodies::record.eq(custodies::record));
    let rows = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .filter(custodies::controller.eq(by.giver))
        .filter(custodies::capacity.eq(capacity))
        .filter(custodies::record.ge(from))
        .filter(custodies::category.among_texts(by.categories.iter().map(String::as_str)))
        .filter(records::created_at.lt(by.recorded_before()))
        .filter(diesel::dsl::not(diesel::dsl::exists(about)))
        .order((custodies::record, custodies::ground))
        .limit(at_most)
        .select((custodies::record, records::person, custodies::ground))
        .load::<(RecordId, PersonId, Ground)>(tx.conn())?;
    Ok(rows.into_iter().map(|(record, person, ground)| Moved { record, person, ground }).collect())
}

/// Moves custodies to the successor. Whoever holds a record on the ground already goes on holding it. Whoever calls holds the
/// persons.
///
/// # Errors
/// The database's.
pub fn take_over(tx: &mut Tx<'_>, by: &Succession, moved: &[Moved]) -> Result<(), Error> {
    let Succession { giver, receiver, .. } = *by;
    let since = tx.now();
    for one in moved {
        let (from, to) = ((one.record, giver, one.ground), (one.record, receiver, one.ground));
        let is_held: i64 = custodies::table.find(to).count().get_result(tx.conn())?;
        // What the receiver once held here, and let go of or had narrowed, was its own.
        diesel::delete(ended::table.find(to)).execute(tx.conn())?;
        if is_held == 0 {
            // Whom the facts name stays written down from hand to hand.
            let first: Option<OrganisationId> =
                custodies::table.find(from).select(custodies::came_from).first(tx.conn()).optional()?.flatten();
            let came_from = first.or(Some(giver)).filter(|first| *first != receiver);
            diesel::update(custodies::table.find(from))
                .set((
                    custodies::controller.eq(receiver),
                    custodies::came_from.eq(came_from),
                    custodies::since.eq(since),
                ))
                .execute(tx.conn())?;
            diesel::delete(narrowed::table.find(to)).execute(tx.conn())?;
            diesel::update(narrowed::table.find(from)).set(narrowed::controller.eq(receiver)).execute(tx.conn())?;
            diesel::update(restricted::table.find(from)).set(restricted::controller.eq(receiver)).execute(tx.conn())?;
        } else {
            diesel::delete(restricted::table.find(from)).execute(tx.conn())?;
            diesel::delete(narrowed::table.find(from)).execute(tx.conn())?;
            diesel::delete(custodies::table.find(from)).execute(tx.conn())?;
        }
        let awaited = awaited::table
            .filter(awaited::record.eq(one.record))
            .filter(awaited::holder.eq(giver))
            .filter(awaited::ground.eq(one.ground));
        diesel::update(awaited).set(awaited::holder.eq(receiver)).execute(tx.conn())?;
        if one.ground == Ground::Scheme {
            feed::publish_again(tx, "custody_ended", giver, one.record)?;
            let scheme = scheme_of(tx, one.record)?;
            feed::publish(tx, "custody_arose", receiver, scheme, one.record)?;
        }
    }
    continue_holds(tx, by, moved)
}

fn scheme_of(tx: &mut Tx<'_>, completion: RecordId) -> Result<Option<SchemeId>, Error> {
    let scheme = completions::table
        .inner_join(competences::table.on(competences::id.nullable().eq(completions::competence)))
        .filter(completions::record.eq(completion))
        .select(competences::scheme);
    Ok(scheme.first::<Option<SchemeId>>(tx.conn()).optional()?.flatten())
}

/// A hold that lies on what has moved, on whichever id of the person, goes on with the successor, once, with its own day of review
/// and its owner, whom the successor replaces. The former holder's lies on whatever it still keeps.
fn continue_holds(tx: &mut Tx<'_>, by: &Succession, moved: &[Moved]) -> Result<(), Error> {
    let people: BTreeSet<PersonId> = moved.iter().map(|one| one.person).collect();
    let records: BTreeSet<RecordId> = moved.iter().map(|one| one.record).collect();
    let (known, same) = diesel::alias!(persons as known, persons as same);
    let lying: BTreeSet<HoldId> = known
        .inner_join(same.on(same.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(held_persons::table.on(held_persons::person.eq(same.field(persons::id))))
        .inner_join(legal_holds::table.on(legal_holds::id.eq(held_persons::hold)))
        .filter(known.field(persons::id).among(&people))
        .filter(legal_holds::organisation.eq(by.giver))
        .filter(legal_holds::lifted_at.is_null())
        .select((legal_holds::id, legal_holds::record))
        .load::<(HoldId, Option<RecordId>)>(tx.conn())?
        .into_iter()
        .filter(|(_, record)| record.is_none_or(|record| records.contains(&record)))
        .map(|(id, _)| id)
        .collect();
    for hold in lying {
        let goes_on: i64 = legal_holds::table
            .filter(legal_holds::continues.eq(hold))
            .filter(legal_holds::organisation.eq(by.receiver))
            .filter(legal_holds::lifted_at.is_null())
            .count()
            .get_result(tx.conn())?;
        if goes_on == 0 {
            continue_hold(tx, hold, by.receiver)?;
        }
    }
    Ok(())
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = legal_holds, treat_none_as_default_value = false)]
struct Hold {
    id: HoldId,
    organisation: OrganisationId,
    person: PersonId,
    record: Option<RecordId>,
    reason: HoldReason,
    reference: Option<String>,
    owner: PersonId,
    review_on: Day,
    set_at: Instant,
    set_by: Option<PersonId>,
    version: i64,
    continues: Option<HoldId>,
}

fn continue_hold(tx: &mut Tx<'_>, hold: HoldId, receiver: OrganisationId) -> Result<(), Error> {
    let id: HoldId = tx.new_id();
    let before = legal_holds::table
        .find(hold)
        .select((
            legal_holds::id,
            legal_holds::organisation,
            legal_holds::person,
            legal_holds::record,
            legal_holds::reason,
            legal_holds::reference,
            legal_holds::owner,
            legal_holds::review_on,
            legal_holds::set_at,
            legal_holds::set_by,
            legal_holds::version,
            legal_holds::continues,
        ))
        .first::<Hold>(tx.conn())?;
    let goes_on = Hold { id, organisation: receiver, version: 1, continues: Some(hold), ..before };
    diesel::insert_into(legal_holds::table).values(goes_on).execute(tx.conn())?;
    let persons: Vec<PersonId> =
        held_persons::table.filter(held_persons::hold.eq(hold)).select(held_persons::person).load(tx.conn())?;
    for person in persons {
        diesel::insert_into(held_persons::table)
            .values((held_persons::person.eq(person), held_persons::hold.eq(id)))
            .execute(tx.conn())?;
    }
    Ok(())
}
