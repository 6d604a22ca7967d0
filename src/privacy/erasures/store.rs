//! Erasures that were carried out, with their receipts.

use std::collections::BTreeSet;

use super::Receipt;
use crate::{
    platform::{
        db::{Error, Tx, among::Among, run::prelude::*, schema::erasures},
        http::{Listed, Page},
        problem::Problem,
        resealing::{PORTION, Portion, anew},
        vault::Purpose,
    },
    privacy::erasures::routes::Erased,
    words::*,
};

/// Keeps the receipt of an erasure.
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
    let items = items.into_iter().map(|row| opened(tx, row)).collect::<Result<_, _>>()?;
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
    opened(tx, row)
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

/// Forgets the receipts of these persons that are older than an instant. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn forget_receipts(tx: &mut Tx<'_>, before: Instant, people: &BTreeSet<PersonId>) -> Result<(), Error> {
    let old = erasures::table.filter(erasures::person.among(people)).filter(erasures::erased_at.lt(before));
    diesel::delete(old).execute(tx.conn())?;
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
