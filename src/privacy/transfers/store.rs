//! Transfers, and what is still to move.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::{
    AggregateExpressionMethods,
    dsl::{count, count_star},
};

use super::{Transfer, TransferPart, actions::ReadTransfers, routes::NewTransfer};
use crate::{
    access::Permit,
    law::succession::Succession,
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                custodies, held_persons, legal_holds, persons, privacy_case_custodies, privacy_cases, records,
                transfer_categories, transfer_told, transfers,
            },
        },
        http::{Listed, Page},
        problem::{Kind, Problem},
    },
    records::{Party, schedule},
    words::*,
};

/// Proposes a transfer.
///
/// # Errors
/// The database's.
pub fn propose(
    tx: &mut Tx<'_>,
    (giver, receiver): (OrganisationId, OrganisationId),
    by: Option<PersonId>,
    new: &NewTransfer,
) -> Result<TransferId, Error> {
    let (id, now): (TransferId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(transfers::table)
        .values((
            (transfers::id.eq(id), transfers::giver.eq(giver), transfers::receiver.eq(receiver)),
            (transfers::reason.eq(new.reason.0), transfers::up_to.eq(new.up_to)),
            (transfers::state.eq(TransferState::Proposed), transfers::moved.eq(0)),
            (transfers::proposed_at.eq(now), transfers::proposed_by.eq(by)),
        ))
        .execute(tx.conn())?;
    for category in &new.categories.0 {
        diesel::insert_into(transfer_categories::table)
            .values((transfer_categories::transfer.eq(id), transfer_categories::category.eq(category.as_str())))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
    }
    Ok(id)
}

type Row = (
    (TransferId, OrganisationId, OrganisationId, TransferReason, Day, TransferState),
    (Instant, Option<Instant>, Option<Instant>, i64),
);

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (transfers::id, transfers::giver, transfers::receiver, transfers::reason, transfers::up_to, transfers::state),
        (transfers::proposed_at, transfers::answered_at, transfers::done_at, transfers::moved),
    )
}

fn rendered(tx: &mut Tx<'_>, rows: Vec<Row>) -> Result<Vec<Transfer>, Error> {
    let ids: Vec<TransferId> = rows.iter().map(|row| row.0.0).collect();
    let of = transfer_categories::table
        .filter(transfer_categories::transfer.among(&ids))
        .order((transfer_categories::transfer, transfer_categories::category))
        .load::<(TransferId, String)>(tx.conn())?;
    let mut categories = HashMap::<_, Vec<_>>::new();
    for (transfer, category) in of {
        categories.entry(transfer).or_default().push(category);
    }
    let parties: Vec<OrganisationId> = rows.iter().flat_map(|row| [row.0.1, row.0.2]).collect();
    let names = crate::organisations::store::parties(tx, &parties)?;
    let party = |id| Party { id, name: names.get(&id).cloned().unwrap_or_default() };
    let render = |((id, giver, receiver, reason, up_to, state), (proposed_at, answered_at, done_at, moved)): Row| {
        let categories = categories.remove(&id).unwrap_or_default();
        let (from, to) = (party(giver), party(receiver));
        Transfer { id, from, to, reason, categories, up_to, state, proposed_at, answered_at, done_at, moved }
    };
    Ok(rows.into_iter().map(render).collect())
}

/// A page of what an organisation hands on or takes over.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadTransfers>,
    page: &Page<TransferId>,
) -> Result<Listed<Transfer>, Error> {
    let organisation = permit.action().organisation;
    let rows = transfers::table
        .filter(transfers::giver.eq(organisation).or(transfers::receiver.eq(organisation)))
        .filter(transfers::id.gt(page.after.unwrap_or(TransferId::nil())))
        .order(transfers::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())?;
    let listed = page.listed(rows, |row| row.0.0);
    Ok(Listed { items: rendered(tx, listed.items)?, next: listed.next })
}

/// One of those an organisation hands on or takes over.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, organisation: OrganisationId, id: TransferId) -> Result<Transfer, Problem> {
    let one = by_id(tx, id)?;
    if one.from.id == organisation || one.to.id == organisation { Ok(one) } else { Err(Kind::NotFound.into()) }
}

/// One of those an organisation hands on.
///
/// # Errors
/// 404.
pub fn given(tx: &mut Tx<'_>, giver: OrganisationId, id: TransferId) -> Result<Transfer, Problem> {
    read(tx, giver, id).and_then(|one| if one.from.id == giver { Ok(one) } else { Err(Kind::NotFound.into()) })
}

/// One of those an organisation takes over.
///
/// # Errors
/// 404.
pub fn received(tx: &mut Tx<'_>, receiver: OrganisationId, id: TransferId) -> Result<Transfer, Problem> {
    read(tx, receiver, id).and_then(|one| if one.to.id == receiver { Ok(one) } else { Err(Kind::NotFound.into()) })
}

/// A transfer, whosever it is.
///
/// # Errors
/// 404.
pub fn by_id(tx: &mut Tx<'_>, id: TransferId) -> Result<Transfer, Error> {
    let row = transfers::table.filter(transfers::id.eq(id)).select(columns()).first::<Row>(tx.conn())?;
    rendered(tx, vec![row])?.pop().ok_or(Error::NoRow)
}

/// Answers what was proposed, or takes it back: once.
///
/// # Errors
/// `NotNow` if that has been done.
pub fn answer(tx: &mut Tx<'_>, id: TransferId, state: TransferState, by: Option<PersonId>) -> Result<(), Problem> {
    let now = tx.now();
    let open = transfers::table.filter(transfers::id.eq(id)).filter(transfers::state.eq(TransferState::Proposed));
    let answered = diesel::update(open)
        .set((transfers::state.eq(state), transfers::answered_at.eq(Some(now)), transfers::answered_by.eq(by)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    if answered == 0 { Err(Kind::NotNow.into()) } else { Ok(()) }
}

/// Those that were accepted and have not all moved.
///
/// # Errors
/// The database's.
pub fn unfinished(tx: &mut Tx<'_>) -> Result<Vec<TransferId>, Error> {
    Ok(transfers::table.filter(transfers::state.eq(TransferState::Accepted)).select(transfers::id).load(tx.conn())?)
}

/// Notes that more has moved.
///
/// # Errors
/// The database's.
pub fn moved(tx: &mut Tx<'_>, id: TransferId, more: usize) -> Result<(), Error> {
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    diesel::update(transfers::table.filter(transfers::id.eq(id)))
        .set(transfers::moved.eq(transfers::moved + more))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes that all has moved. Who was written to is forgotten.
///
/// # Errors
/// The database's.
pub fn done(tx: &mut Tx<'_>, id: TransferId) -> Result<(), Error> {
    let now = tx.now();
    diesel::update(transfers::table.filter(transfers::id.eq(id)))
        .set((transfers::state.eq(TransferState::Done), transfers::done_at.eq(Some(now))))
        .execute(tx.conn())?;
    diesel::delete(transfer_told::table.filter(transfer_told::transfer.eq(id))).execute(tx.conn())?;
    Ok(())
}

#[diesel::dsl::auto_type]
fn still_with(giver: OrganisationId, before: Instant) -> _ {
    custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .filter(custodies::controller.eq(giver))
        .filter(records::created_at.lt(before))
}

/// What is still to move, by category and ground.
///
/// # Errors
/// The database's.
pub fn parts(tx: &mut Tx<'_>, by: &Succession) -> Result<Vec<TransferPart>, Error> {
    let rows = still_with(by.giver, by.recorded_before())
        .filter(custodies::category.among_texts(by.categories.iter().map(String::as_str)))
        .group_by((custodies::category, custodies::ground))
        .order((custodies::category, custodies::ground))
        .select((custodies::category, custodies::ground, count_star(), count(custodies::must_keep)))
        .load::<(String, Ground, i64, i64)>(tx.conn())?;
    let part = |(category, ground, custodies, ordered_by_law): (String, Ground, i64, i64)| {
        let name = schedule().rule(&category).map(|rule| rule.name.clone());
        TransferPart { category, name, ground, custodies, ordered_by_law }
    };
    Ok(rows.into_iter().map(part).collect())
}

/// Of how many of these a case is being decided.
///
/// # Errors
/// The database's.
pub fn in_cases(tx: &mut Tx<'_>, by: &Succession) -> Result<i64, Error> {
    Ok(privacy_cases::table
        .inner_join(privacy_case_custodies::table.on(privacy_case_custodies::privacy_case.eq(privacy_cases::id)))
        .inner_join(
            custodies::table.on(custodies::record
                .eq(privacy_case_custodies::record)
                .and(custodies::controller.eq(privacy_cases::organisation))
                .and(custodies::ground.eq(privacy_case_custodies::ground))),
        )
        .filter(privacy_cases::organisation.eq(by.giver))
        .filter(privacy_cases::closed.eq(false))
        .filter(custodies::category.among_texts(by.categories.iter().map(String::as_str)))
        .select(count_star())
        .first(tx.conn())?)
}

/// How many of these lie under a hold of the giver's.
///
/// # Errors
/// The database's.
pub fn under_hold(tx: &mut Tx<'_>, by: &Succession) -> Result<i64, Error> {
    let (held, same) = diesel::alias!(persons as held, persons as same);
    Ok(legal_holds::table
        .inner_join(held_persons::table.on(held_persons::hold.eq(legal_holds::id)))
        .inner_join(held.on(held.field(persons::id).eq(held_persons::person)))
        .inner_join(same.on(same.field(persons::same_as).eq(held.field(persons::same_as))))
        .inner_join(records::table.on(records::person.eq(same.field(persons::id))))
        .inner_join(custodies::table.on(custodies::record.eq(records::id)))
        .filter(legal_holds::organisation.eq(by.giver))
        .filter(legal_holds::lifted_at.is_null())
        .filter(legal_holds::record.is_null().or(legal_holds::record.eq(records::id.nullable())))
        .filter(custodies::controller.eq(by.giver))
        .filter(custodies::category.among_texts(by.categories.iter().map(String::as_str)))
        .select(count(custodies::record).aggregate_distinct())
        .first(tx.conn())?)
}

/// Of the persons whose records have moved, one id of each human who has not been written to about this transfer: from now on
/// they have been.
///
/// # Errors
/// The database's.
pub fn to_tell(tx: &mut Tx<'_>, id: TransferId, moved: &BTreeSet<PersonId>) -> Result<BTreeSet<PersonId>, Error> {
    let known = persons::table.filter(persons::id.among(moved)).select((persons::same_as, persons::id));
    let humans: BTreeMap<PersonId, PersonId> = known.load::<(PersonId, PersonId)>(tx.conn())?.into_iter().collect();
    let mut untold = BTreeSet::new();
    for (human, person) in humans {
        let told = diesel::insert_into(transfer_told::table)
            .values((transfer_told::transfer.eq(id), transfer_told::person.eq(human)))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
        if told > 0 {
            untold.insert(person);
        }
    }
    Ok(untold)
}

/// Has everything moved, what was being decided too?
///
/// # Errors
/// The database's.
pub fn is_empty(tx: &mut Tx<'_>, by: &Succession) -> Result<bool, Error> {
    let left = still_with(by.giver, by.recorded_before())
        .filter(custodies::category.among_texts(by.categories.iter().map(String::as_str)))
        .select(custodies::record);
    Ok(left.first::<RecordId>(tx.conn()).optional()?.is_none())
}
