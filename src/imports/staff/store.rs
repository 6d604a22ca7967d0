//! What each row of a source of staff last said, and what the employment was before.

use std::collections::HashMap;

use super::Said;
use crate::{
    imports::{row::Parsed, run::Batch},
    organisations::staff::store::Terms,
    platform::db::{Error, Tx, among::Among, run::prelude::*, schema::import_employments},
    words::*,
};

/// What rows of a source last said: key hash to employment and content hash.
///
/// # Errors
/// The database's.
pub fn last_said(tx: &mut Tx<'_>, batch: &Batch<'_>, keys: &[&str]) -> Result<HashMap<String, (AnyId, String)>, Error> {
    let rows = import_employments::table
        .filter(import_employments::organisation.eq(batch.organisation()))
        .filter(import_employments::source.eq(batch.source))
        .filter(import_employments::row_key.among_texts(keys.iter().copied()))
        .select((import_employments::row_key, import_employments::employment, import_employments::content_hash))
        .load::<(String, EmploymentId, String)>(tx.conn())?;
    Ok(rows.into_iter().map(|(key, employment, said)| (key, (employment.any(), said))).collect())
}

/// Terms as text: team, first day, last day.
fn as_text(terms: Terms) -> String {
    let to = terms.to.map(|day| day.to_string()).unwrap_or_default();
    format!("{} {} {to}", terms.team.unwrap_or(TeamId::nil()), terms.from)
}

fn from_text(text: &str) -> Option<Terms> {
    let mut parts = text.split(' ');
    let team: TeamId = parts.next()?.parse().ok()?;
    let from = parts.next()?.parse().ok()?;
    let to = parts.next().filter(|day| !day.is_empty()).map(|day| day.parse().ok());
    Some(Terms { team: Some(team).filter(|team| *team != TeamId::nil()), from, to: to.flatten() })
}

/// Remembers what a new row said.
///
/// # Errors
/// The database's.
pub fn remember(
    tx: &mut Tx<'_>,
    batch: &Batch<'_>,
    row: &Parsed<Said>,
    employment: EmploymentId,
    version: i64,
    before: Option<Terms>,
) -> Result<(), Error> {
    let (key, said) = (batch.key_hash(tx, row), batch.content_hash(tx, row));
    diesel::insert_into(import_employments::table)
        .values((
            import_employments::organisation.eq(batch.organisation()),
            import_employments::source.eq(batch.source),
            import_employments::row_key.eq(key),
            import_employments::employment.eq(employment),
            import_employments::content_hash.eq(said),
            import_employments::batch.eq(batch.id),
            import_employments::line.eq(i64::try_from(row.line).unwrap_or(i64::MAX)),
            import_employments::version.eq(version),
            import_employments::before.eq(before.map(as_text)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Remembers that a row says something else now; the batch is the one that can be undone from here on, if it changed the
/// employment.
///
/// # Errors
/// The database's.
pub fn said_now(
    tx: &mut Tx<'_>,
    batch: &Batch<'_>,
    row: &Parsed<Said>,
    version: i64,
    before: Option<Terms>,
) -> Result<(), Error> {
    let (key, said) = (batch.key_hash(tx, row), batch.content_hash(tx, row));
    let place = import_employments::table
        .filter(import_employments::organisation.eq(batch.organisation()))
        .filter(import_employments::source.eq(batch.source))
        .filter(import_employments::row_key.eq(key));
    diesel::update(place.clone()).set(import_employments::content_hash.eq(said)).execute(tx.conn())?;
    if before.is_some() {
        diesel::update(place)
            .set((
                import_employments::batch.eq(batch.id),
                import_employments::line.eq(i64::try_from(row.line).unwrap_or(i64::MAX)),
                import_employments::version.eq(version),
                import_employments::before.eq(before.map(as_text)),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// What a batch did to an employment.
#[derive(Clone, Debug)]
pub struct Written {
    /// The employment.
    pub employment: EmploymentId,
    /// The line of the file.
    pub line: i64,
    /// The version the batch left it at.
    pub version: i64,
    /// What it said before; `None` if the batch made it.
    pub before: Option<Terms>,
}

/// Some employments a batch wrote, after one.
///
/// # Errors
/// The database's.
pub fn written_by(tx: &mut Tx<'_>, batch: BatchId, after: Option<AnyId>, limit: i64) -> Result<Vec<Written>, Error> {
    let after = after.map_or(EmploymentId::nil(), |id| EmploymentId::from_uuid(id.uuid()));
    let rows = import_employments::table
        .filter(import_employments::batch.eq(batch))
        .filter(import_employments::employment.gt(after))
        .order(import_employments::employment)
        .limit(limit)
        .select((
            import_employments::employment,
            import_employments::line,
            import_employments::version,
            import_employments::before,
        ))
        .load::<(EmploymentId, i64, i64, Option<String>)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(employment, line, version, before)| {
            let before = before.as_deref().and_then(from_text);
            Written { employment, line, version, before }
        })
        .collect())
}

/// Forgets the rows an employment came from.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, employment: EmploymentId) -> Result<(), Error> {
    diesel::delete(import_employments::table.filter(import_employments::employment.eq(employment)))
        .execute(tx.conn())?;
    Ok(())
}
