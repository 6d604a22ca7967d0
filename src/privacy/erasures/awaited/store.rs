//! The rows of what is awaited.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    dsl::sql,
    sql_types::{Bool, Date},
};

use super::Awaited;
use crate::{
    platform::db::{Error, Tx, among::Among, run::prelude::*, schema::awaited_endings as awaited, types::sql::Id},
    records::Ending,
    words::*,
};

type Row = (RecordId, OrganisationId, Ground, OrganisationId, ErasureId, Option<Day>, Option<Day>);

/// By the hold as the receipt says it. Its controller may have handed it on since.
fn found((record, controller, ground, holder, erasure, goes_on, gone_on): Row) -> (Ending, Awaited) {
    let now = Ending { record, controller: holder, ground };
    (Ending { record, controller, ground }, Awaited { now, erasure, goes_on, gone_on })
}

/// What is awaited of these records.
///
/// # Errors
/// The database's.
pub fn about<'a>(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = &'a RecordId>,
) -> Result<BTreeMap<Ending, Awaited>, Error> {
    let rows = awaited::table.filter(awaited::record.among(ids)).select(awaited::all_columns).load::<Row>(tx.conn())?;
    Ok(rows.into_iter().map(found).collect())
}

/// What is awaited on a receipt.
///
/// # Errors
/// The database's.
pub fn on_receipt(tx: &mut Tx<'_>, erasure: ErasureId) -> Result<BTreeMap<Ending, Awaited>, Error> {
    let rows =
        awaited::table.filter(awaited::erasure.eq(erasure)).select(awaited::all_columns).load::<Row>(tx.conn())?;
    Ok(rows.into_iter().map(found).collect())
}

#[derive(Insertable)]
#[diesel(table_name = awaited, treat_none_as_default_value = false)]
struct NewRow {
    record: RecordId,
    controller: OrganisationId,
    ground: Ground,
    holder: OrganisationId,
    erasure: ErasureId,
    goes_on: Option<Day>,
    gone_on: Option<Day>,
}

/// Watches the rest of an erasure on its receipt. What waits already goes on waiting as it was confirmed first. The receipts that
/// awaited some of it until now: of what is left to them the last may have gone before.
///
/// # Errors
/// The database's.
pub fn watch(
    tx: &mut Tx<'_>,
    erasure: ErasureId,
    rest: &BTreeMap<Ending, Option<Day>>,
) -> Result<BTreeSet<ErasureId>, Error> {
    if rest.is_empty() {
        return Ok(BTreeSet::new());
    }
    let before = about(tx, &rest.keys().map(|one| one.record).collect::<BTreeSet<_>>())?;
    let (mut rows, mut from) = (Vec::new(), BTreeSet::new());
    for (ending, goes_on) in rest {
        let mut awaited_so_far = before.iter().filter(|(_, one)| one.now == *ending);
        if awaited_so_far.clone().any(|(_, one)| one.goes_on.is_some()) {
            continue;
        }
        awaited_so_far.try_for_each(|(said, one)| {
            from.insert(one.erasure);
            diesel::delete(awaited::table.find((said.record, said.controller, said.ground)))
                .execute(tx.conn())
                .map(drop)
        })?;
        let Ending { record, controller, ground } = *ending;
        let holder = controller;
        diesel::delete(awaited::table.find((record, controller, ground))).execute(tx.conn())?;
        rows.push(NewRow { record, controller, ground, holder, erasure, goes_on: *goes_on, gone_on: None });
    }
    crate::insert_many!(tx, awaited::table, rows)?;
    Ok(from)
}

/// A receipt says that these are gone: nothing more is to be said of them on the one that awaited them.
///
/// # Errors
/// The database's.
pub fn said_on(tx: &mut Tx<'_>, receipt: ErasureId, gone: &BTreeSet<Ending>) -> Result<(), Error> {
    let before = about(tx, &gone.iter().map(|one| one.record).collect::<BTreeSet<_>>())?;
    for (said, _) in before.iter().filter(|(said, one)| gone.contains(said) || gone.contains(&one.now)) {
        let row = awaited::table.find((said.record, said.controller, said.ground));
        diesel::update(row).set(awaited::erasure.eq(receipt)).execute(tx.conn())?;
    }
    Ok(())
}

/// Takes back what waits on a receipt for a day after this one; how much it was.
///
/// # Errors
/// The database's.
pub fn take_back(tx: &mut Tx<'_>, erasure: ErasureId, today: Day) -> Result<usize, Error> {
    let waiting = awaited::table.filter(awaited::erasure.eq(erasure)).filter(awaited::goes_on.gt(today));
    Ok(diesel::delete(waiting).execute(tx.conn())?)
}

/// What waited on a receipt until a day, and waits no longer.
///
/// # Errors
/// The database's.
pub fn wait_no_longer(tx: &mut Tx<'_>, erasure: ErasureId, on: Day) -> Result<BTreeSet<Ending>, Error> {
    let due = on_receipt(tx, erasure)?.into_values().filter(|one| one.goes_on.is_some_and(|day| day <= on));
    let due: BTreeSet<Ending> = due.map(|one| one.now).collect();
    let rows = awaited::table.filter(awaited::erasure.eq(erasure)).filter(awaited::goes_on.le(on));
    diesel::update(rows).set(awaited::goes_on.eq(None::<Day>)).execute(tx.conn())?;
    Ok(due)
}

/// The days and receipts something waits for, in this order.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// The day.
    pub goes_on: Day,
    /// The receipt.
    pub erasure: ErasureId,
}

impl Due {
    /// Before everything that can wait.
    pub fn first() -> Self {
        Self { goes_on: Day::earliest(), erasure: ErasureId::nil() }
    }
}

/// The next on which something waited until a day. The key is compared as a whole, as the index holds it.
///
/// # Errors
/// The database's.
pub fn next_due(tx: &mut Tx<'_>, on: Day, after: Due) -> Result<Option<Due>, Error> {
    let later = sql::<Bool>("(awaited_endings.goes_on, awaited_endings.erasure) > (")
        .bind::<Date, _>(after.goes_on)
        .sql(", ")
        .bind::<Id, _>(after.erasure)
        .sql(")");
    let next = awaited::table
        .filter(later)
        .filter(awaited::goes_on.le(on))
        .order((awaited::goes_on, awaited::erasure))
        .select((awaited::goes_on.assume_not_null(), awaited::erasure))
        .first::<(Day, ErasureId)>(tx.conn())
        .optional()?;
    Ok(next.map(|(goes_on, erasure)| Due { goes_on, erasure }))
}
