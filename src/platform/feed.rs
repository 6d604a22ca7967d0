//! The event feed: what happened, for those who pull. A reader who asks for what came after a number never loses a row
//! that was begun earlier and committed later: where transactions write one after the other, a row gets its number at once;
//! where they overlap, a single leader numbers what is committed.

use diesel::{dsl::max, sql_types::BigInt};

use super::db::{Error, Tx, run::prelude::*, schema::feed};
use crate::words::{FeedId, Instant, OrganisationId, RecordId, SchemeId};

/// How many rows get their number in one transaction.
const BATCH: i64 = 1000;

#[derive(Insertable)]
#[diesel(table_name = feed, treat_none_as_default_value = false)]
struct NewEvent<'a> {
    id: FeedId,
    number: Option<i64>,
    kind: &'a str,
    audience: OrganisationId,
    scheme: Option<SchemeId>,
    record: RecordId,
    at: Instant,
}

/// Writes an event about a record for the body of its scheme, or for whoever was shown it; it is readable once it is committed and has its number.
///
/// # Errors
/// The database's.
pub fn publish(
    tx: &mut Tx<'_>,
    kind: &str,
    audience: OrganisationId,
    scheme: Option<SchemeId>,
    record: RecordId,
) -> Result<(), Error> {
    publish_all(tx, &[Happened { kind, audience, scheme, record }])
}

/// Something that happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened<'a> {
    /// What.
    pub kind: &'a str,
    /// Who is to hear it.
    pub audience: OrganisationId,
    /// In whose feed it stands; in none of a scheme's unless given.
    pub scheme: Option<SchemeId>,
    /// The record.
    pub record: RecordId,
}

/// Writes many events, in their order.
///
/// # Errors
/// The database's.
pub fn publish_all(tx: &mut Tx<'_>, events: &[Happened<'_>]) -> Result<(), Error> {
    if events.is_empty() {
        return Ok(());
    }
    let (at, last) = (tx.now(), if tx.writes_alone() { Some(last_number(tx)?) } else { None });
    let mut rows = Vec::with_capacity(events.len());
    for (after, one) in (1..).zip(events) {
        let Happened { kind, audience, scheme, record } = *one;
        rows.push(NewEvent {
            id: tx.new_id(),
            number: last.map(|last| last + after),
            kind,
            audience,
            scheme,
            record,
            at,
        });
    }
    crate::insert_many!(tx, feed::table, rows)?;
    if last.is_none() {
        tx.leave_work();
    }
    Ok(())
}

fn last_number(tx: &mut Tx<'_>) -> Result<i64, Error> {
    let last = feed::table.select(max(feed::number)).get_result::<Option<i64>>(tx.conn())?;
    Ok(last.unwrap_or(0))
}

/// Writes another event about a record, in the scheme of the one before: the competence may belong to another by now, and
/// the record may be about to go.
///
/// # Errors
/// The database's.
pub fn publish_again(tx: &mut Tx<'_>, kind: &str, audience: OrganisationId, record: RecordId) -> Result<(), Error> {
    let scheme = feed::table
        .filter(feed::record.eq(record))
        .filter(feed::audience.eq(audience))
        // What stands in no scheme's feed says nothing about whose it was.
        .filter(feed::scheme.is_not_null())
        .order(feed::id.desc())
        .select(feed::scheme)
        .first::<Option<SchemeId>>(tx.conn())
        .optional()?;
    publish(tx, kind, audience, scheme.flatten(), record)
}

/// Gives numbers to committed events that have none; true if there may be more.
///
/// # Errors
/// The database's.
pub fn number(tx: &mut Tx<'_>) -> Result<bool, Error> {
    tx.lead("feed")?;
    let numbered = diesel::sql_query(NUMBER).bind::<BigInt, _>(BATCH).execute(tx.conn())?;
    Ok(i64::try_from(numbered).is_ok_and(|numbered| numbered == BATCH))
}

/// One statement for all that wait: an update for each would be prepared and sent as often.
const NUMBER: &str = "UPDATE feed SET number = waiting.number FROM (
    SELECT id, row_number() OVER (ORDER BY id) + (SELECT coalesce(max(number), 0) FROM feed) AS number
    FROM feed WHERE number IS NULL ORDER BY id LIMIT $1
) AS waiting WHERE feed.id = waiting.id";
