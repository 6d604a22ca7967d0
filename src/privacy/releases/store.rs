//! What was let go of, by ids and codes.

use super::{Became, Release, actions::ReleaseRecords};
use crate::{
    access::Permit,
    platform::{
        db::{Error, Tx, among::Among, run::prelude::*, schema::releases},
        problem::Problem,
    },
    words::*,
};

/// Keeps what became of a release.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, permit: &Permit<ReleaseRecords>, became: &Became) -> Result<ReleaseId, Problem> {
    let (id, now): (ReleaseId, _) = (tx.new_id(), tx.now());
    let became = serde_json::to_string(became).map_err(Problem::internal)?;
    diesel::insert_into(releases::table)
        .values((
            releases::id.eq(id),
            releases::organisation.eq(permit.action().organisation),
            releases::released_by.eq(permit.person().ok()),
            releases::released_at.eq(now),
            releases::became.eq(became),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    Ok(id)
}

/// One of an organisation's releases.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, organisation: OrganisationId, id: ReleaseId) -> Result<Release, Problem> {
    let (released_at, released_by, became) = releases::table
        .filter(releases::organisation.eq(organisation))
        .filter(releases::id.eq(id))
        .select((releases::released_at, releases::released_by, releases::became))
        .first::<(Instant, Option<PersonId>, String)>(tx.conn())
        .map_err(Error::from)?;
    let became = serde_json::from_str(&became).map_err(Problem::internal)?;
    Ok(Release { id, released_at, released_by, became })
}

/// Forgets releases before an instant; how many.
///
/// # Errors
/// The database's.
pub fn forget_old(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<usize, Error> {
    let old: Vec<ReleaseId> = releases::table
        .filter(releases::released_at.lt(before))
        .order(releases::released_at)
        .limit(at_most)
        .select(releases::id)
        .load(tx.conn())?;
    Ok(diesel::delete(releases::table.filter(releases::id.among(&old))).execute(tx.conn())?)
}
