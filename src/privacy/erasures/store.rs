//! Erasures that were carried out, with their receipts.

use std::collections::BTreeSet;

use super::{
    Gone, Receipt,
    awaited::{self, say_since},
    lapsing::RestLapsed,
};
use crate::{
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{awaited_endings, erasures},
        },
        http::{Listed, Page},
        jobs,
        problem::Problem,
        resealing::{PORTION, Portion, anew},
        vault::Purpose,
    },
    privacy::erasures::routes::Erased,
    words::*,
};

/// Keeps the receipt of an erasure, and watches the rest. Of what it says is gone no other receipt is written.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, person: PersonId, receipt: &Receipt) -> Result<ErasureId, Problem> {
    let (id, now): (ErasureId, _) = (tx.new_id(), tx.now());
    let plain = serde_json::to_vec(receipt).map_err(Problem::internal)?;
    let sealed = tx.vault().seal(Purpose::Receipts, &id.uuid().to_string(), &plain);
    diesel::insert_into(erasures::table)
        .values((
            erasures::id.eq(id),
            erasures::person.eq(person),
            erasures::erased_at.eq(now),
            erasures::receipt.eq(sealed),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    for erasure in awaited::store::watch(tx, id, &receipt.rest())? {
        jobs::enqueue(tx, &RestLapsed { erasure })?;
    }
    awaited::store::said_on(tx, id, &receipt.gone.iter().map(Gone::ending).collect())?;
    Ok(id)
}

type Row = (ErasureId, Instant, String);

/// A page of a person's erasures.
///
/// # Errors
/// The database's.
pub fn own(tx: &mut Tx<'_>, person: PersonId, page: &Page<ErasureId>) -> Result<Listed<Erased>, Problem> {
    let rows = erasures::table
        .filter(erasures::person.eq(person))
        .filter(erasures::id.gt(page.after.unwrap_or(ErasureId::nil())))
        .order(erasures::id)
        .limit(page.fetch())
        .select((erasures::id, erasures::erased_at, erasures::receipt))
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.0);
    let mut items = items.into_iter().map(|row| opened(tx, row)).collect::<Result<Vec<_>, _>>()?;
    say_since(tx, items.iter_mut().map(|one| &mut one.receipt))?;
    Ok(Listed { items, next })
}

/// One of a person's erasures.
///
/// # Errors
/// 404.
pub fn own_one(tx: &mut Tx<'_>, person: PersonId, id: ErasureId) -> Result<Erased, Problem> {
    let row = erasures::table
        .filter(erasures::person.eq(person))
        .filter(erasures::id.eq(id))
        .select((erasures::id, erasures::erased_at, erasures::receipt))
        .first::<Row>(tx.conn())
        .map_err(Error::from)?;
    let mut erased = opened(tx, row)?;
    say_since(tx, [&mut erased.receipt])?;
    Ok(erased)
}

/// Whose an erasure is.
///
/// # Errors
/// 404.
pub fn whose(tx: &mut Tx<'_>, id: ErasureId) -> Result<PersonId, Error> {
    Ok(erasures::table.filter(erasures::id.eq(id)).select(erasures::person).first(tx.conn())?)
}

/// Whose a receipt is, when it was written, and what it said; nothing if it has been forgotten.
///
/// # Errors
/// The database's.
pub fn receipt(tx: &mut Tx<'_>, id: ErasureId) -> Result<Option<(PersonId, Instant, Receipt)>, Problem> {
    let row = erasures::table
        .filter(erasures::id.eq(id))
        .select((erasures::person, (erasures::id, erasures::erased_at, erasures::receipt)))
        .first::<(PersonId, Row)>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    let Some((person, row)) = row else { return Ok(None) };
    let Erased { erased_at, receipt, .. } = opened(tx, row)?;
    Ok(Some((person, erased_at, receipt)))
}

fn opened(tx: &Tx<'_>, (id, erased_at, sealed): Row) -> Result<Erased, Problem> {
    let plain = tx.vault().open(Purpose::Receipts, &id.uuid().to_string(), &sealed).map_err(Problem::internal)?;
    let receipt = serde_json::from_slice(&plain).map_err(Problem::internal)?;
    Ok(Erased { id, erased_at, receipt })
}

/// Whose receipts are older than an instant: some of them.
///
/// # Errors
/// The database's.
pub fn receivers(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<Vec<PersonId>, Error> {
    Ok(erasures::table
        .filter(erasures::erased_at.lt(before))
        .order(erasures::erased_at)
        .limit(at_most)
        .select(erasures::person)
        .load(tx.conn())?)
}

/// Forgets the receipts of these persons that are older than an instant, and what is awaited on them. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn forget_receipts(tx: &mut Tx<'_>, before: Instant, people: &BTreeSet<PersonId>) -> Result<(), Error> {
    let old: Vec<ErasureId> = erasures::table
        .filter(erasures::person.among(people))
        .filter(erasures::erased_at.lt(before))
        .select(erasures::id)
        .load(tx.conn())?;
    diesel::delete(awaited_endings::table.filter(awaited_endings::erasure.among(&old))).execute(tx.conn())?;
    diesel::delete(erasures::table.filter(erasures::id.among(&old))).execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// Seals some of the receipts with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &ErasureId) -> Result<Portion<ErasureId>, Error> {
    let rows = erasures::table
        .filter(erasures::id.gt(*after))
        .order(erasures::id)
        .limit(PORTION)
        .select((erasures::id, erasures::receipt))
        .load::<(ErasureId, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, id, sealed| vault.reseal(Purpose::Receipts, &id.uuid().to_string(), sealed),
        |tx, id, before, sealed| {
            let row = erasures::table.filter(erasures::id.eq(id)).filter(erasures::receipt.eq(before));
            Ok(diesel::update(row).set(erasures::receipt.eq(sealed)).execute(tx.conn())?)
        },
    )
}
