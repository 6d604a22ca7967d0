//! The event feed: what happened, for those who pull. A number is given to committed rows by a single leader, in order, so
//! a reader who asks for what came after a number never loses a row that was begun earlier and committed later.

use diesel::prelude::*;

use super::db::{Error, Tx, schema::events};
use crate::words::{FeedId, Instant, OrganisationId, RecordId};

/// How many rows get their number in one transaction.
const BATCH: i64 = 1000;

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct NewEvent<'a> {
    id: FeedId,
    kind: &'a str,
    audience: OrganisationId,
    record: Option<RecordId>,
    at: Instant,
}

/// Writes an event for an organisation; it becomes readable once it has its number.
///
/// # Errors
/// The database's.
pub fn publish(tx: &mut Tx<'_>, kind: &str, audience: OrganisationId, record: RecordId) -> Result<(), Error> {
    let row = NewEvent { id: tx.new_id(), kind, audience, record: Some(record), at: tx.now() };
    diesel::insert_into(events::table).values(row).execute(tx.conn())?;
    tx.leave_work();
    Ok(())
}

/// Gives numbers to committed events that have none; true if there may be more.
///
/// # Errors
/// The database's.
pub fn number(tx: &mut Tx<'_>) -> Result<bool, Error> {
    tx.lead("events")?;
    let waiting = events::table
        .filter(events::number.is_null())
        .order(events::id)
        .limit(BATCH)
        .select(events::id)
        .load::<FeedId>(tx.conn())?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let last: Option<i64> = events::table.select(diesel::dsl::max(events::number)).first(tx.conn())?;
    let more = waiting.len() as i64 == BATCH;
    for (id, number) in waiting.into_iter().zip(last.unwrap_or(0) + 1..) {
        diesel::update(events::table.filter(events::id.eq(id))).set(events::number.eq(number)).execute(tx.conn())?;
    }
    Ok(more)
}
