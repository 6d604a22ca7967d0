//! The rows of status lists.

use std::collections::BTreeSet;

use super::{Mark, PLACES};
use crate::{
    platform::{
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{credentials, status_lists as lists, status_marks as marks},
        },
        vault::fill_random,
    },
    words::*,
};

/// A place in a list.
pub type Place = (StatusListId, i32);

/// When a list is left for a new one: a free place is still found at once by drawing.
const FULL: i64 = PLACES as i64 / 4 * 3;

/// Takes places for so many credentials of an issuer: drawn, so that a place says nothing of when or for whom it was taken, and
/// never taken again.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>, issuer: OrganisationId, count: usize) -> Result<Vec<Place>, Error> {
    let mut list = open(tx, issuer)?;
    if list.is_none() {
        // Two that find none wait for each other, and the second finds the first's.
        tx.lead(&format!("status lists {issuer}"))?;
        list = open(tx, issuer)?;
    }
    let list = list.map_or_else(|| begin(tx, issuer), Ok)?;
    let mut places = BTreeSet::new();
    while places.len() < count {
        let place = drawn();
        if !is_taken(tx, (list, place))? {
            places.insert(place);
        }
    }
    let more = i64::try_from(count).unwrap_or(FULL);
    diesel::update(lists::table.find(list)).set(lists::taken.eq(lists::taken + more)).execute(tx.conn())?;
    Ok(places.into_iter().map(|place| (list, place)).collect())
}

/// The list that has room.
fn open(tx: &mut Tx<'_>, issuer: OrganisationId) -> Result<Option<StatusListId>, Error> {
    let newest = lists::table.filter(lists::organisation.eq(issuer)).order(lists::id.desc());
    crate::lock!(tx, newest.select(lists::id).limit(1))?;
    let found: Option<(StatusListId, i64)> = newest.select((lists::id, lists::taken)).first(tx.conn()).optional()?;
    Ok(found.filter(|(_, taken)| *taken < FULL).map(|(list, _)| list))
}

fn begin(tx: &mut Tx<'_>, issuer: OrganisationId) -> Result<StatusListId, Error> {
    let (id, now): (StatusListId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(lists::table)
        .values((
            lists::id.eq(id),
            lists::organisation.eq(issuer),
            lists::taken.eq(0),
            lists::changes.eq(0),
            lists::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// As many places as a power of two, so each is as likely as any other.
fn drawn() -> i32 {
    let mut bytes = [0; 4];
    fill_random(&mut bytes);
    i32::from_be_bytes(bytes) & (PLACES - 1)
}

/// Has a credential the place, or had one that is gone? Of those that go a mark stays.
fn is_taken(tx: &mut Tx<'_>, (list, place): Place) -> Result<bool, Error> {
    let taken = credentials::table.filter(credentials::list.eq(list)).filter(credentials::place.eq(place));
    if taken.select(credentials::place).first::<i32>(tx.conn()).optional()?.is_some() {
        return Ok(true);
    }
    Ok(marks::table.find((list, place)).select(marks::place).first::<i32>(tx.conn()).optional()?.is_some())
}

/// Sets or lifts something at some places. What is revoked stays revoked.
///
/// # Errors
/// The database's.
pub fn mark(tx: &mut Tx<'_>, places: &[Place], mark: Mark) -> Result<(), Error> {
    // In one order everywhere, so that two that mark at once do not wait for each other.
    let places: BTreeSet<&Place> = places.iter().collect();
    for (list, place) in &places {
        let (revoked, suspended) = (mark == Mark::Revoked, mark == Mark::Suspended);
        let new = diesel::insert_into(marks::table)
            .values((
                (marks::list.eq(list), marks::place.eq(place)),
                (marks::revoked.eq(revoked), marks::suspended.eq(suspended)),
            ))
            .on_conflict((marks::list, marks::place))
            .do_update();
        if revoked {
            new.set(marks::revoked.eq(true)).execute(tx.conn())?;
        } else {
            new.set(marks::suspended.eq(suspended)).execute(tx.conn())?;
        }
    }
    let changed: BTreeSet<StatusListId> = places.iter().map(|(list, _)| *list).collect();
    tx.outdate();
    for list in changed {
        diesel::update(lists::table.find(list)).set(lists::changes.eq(lists::changes + 1)).execute(tx.conn())?;
    }
    Ok(())
}

/// Whose a list is, and how often something has been set or lifted in it.
///
/// # Errors
/// 404.
pub fn list(tx: &mut Tx<'_>, id: StatusListId) -> Result<(OrganisationId, i64), Error> {
    Ok(lists::table.filter(lists::id.eq(id)).select((lists::organisation, lists::changes)).first(tx.conn())?)
}

/// Where something is set in a list, and what: is it revoked, is it suspended?
///
/// # Errors
/// The database's.
pub fn set(tx: &mut Tx<'_>, id: StatusListId) -> Result<Vec<(i32, bool, bool)>, Error> {
    Ok(marks::table
        .filter(marks::list.eq(id))
        .select((marks::place, marks::revoked, marks::suspended))
        .load(tx.conn())?)
}
