//! What each row of a source of staff last said, and what the employment was before.

use std::collections::HashMap;

use super::Said;
use crate::{
    imports::{row::Parsed, run::Batch},
    organisations::staff::store::Terms,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{import_changes, import_employments},
    },
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

/// Remembers which employment a new row is about, and what it said.
///
/// # Errors
/// The database's.
pub fn remember(tx: &mut Tx<'_>, batch: &Batch<'_>, row: &Parsed<Said>, employment: EmploymentId) -> Result<(), Error> {
    let (key, said) = (batch.key_hash(tx, row), batch.content_hash(tx, row));
    diesel::insert_into(import_employments::table)
        .values((
            import_employments::organisation.eq(batch.organisation()),
            import_employments::source.eq(batch.source),
            import_employments::row_key.eq(key),
            import_employments::employment.eq(employment),
            import_employments::content_hash.eq(said),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Remembers that a row says something else now.
///
/// # Errors
/// The database's.
pub fn said_now(tx: &mut Tx<'_>, batch: &Batch<'_>, row: &Parsed<Said>) -> Result<(), Error> {
    let (key, said) = (batch.key_hash(tx, row), batch.content_hash(tx, row));
    let place = import_employments::table
        .filter(import_employments::organisation.eq(batch.organisation()))
        .filter(import_employments::source.eq(batch.source))
        .filter(import_employments::row_key.eq(key));
    diesel::update(place).set(import_employments::content_hash.eq(said)).execute(tx.conn())?;
    Ok(())
}

/// Remembers what a batch did to an employment. Several rows of a batch about one are one change: from what it said before
/// the first to what it says after the last.
///
/// # Errors
/// The database's.
pub fn wrote(tx: &mut Tx<'_>, batch: BatchId, written: &Written) -> Result<(), Error> {
    diesel::insert_into(import_changes::table)
        .values((
            import_changes::batch.eq(batch),
            import_changes::employment.eq(written.employment),
            import_changes::line.eq(written.line),
            import_changes::from_version.eq(written.from_version),
            import_changes::version.eq(written.version),
            import_changes::before.eq(written.before.map(as_text)),
        ))
        .on_conflict((import_changes::batch, import_changes::employment))
        .do_update()
        .set(import_changes::version.eq(written.version))
        .execute(tx.conn())?;
    Ok(())
}

/// What a batch did to an employment.
#[derive(Clone, Debug)]
pub struct Written {
    /// The employment.
    pub employment: EmploymentId,
    /// The line of the file.
    pub line: i64,
    /// The version the batch found; 0 if it made the employment.
    pub from_version: i64,
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
    let rows = import_changes::table
        .filter(import_changes::batch.eq(batch))
        .filter(import_changes::employment.gt(after))
        .order(import_changes::employment)
        .limit(limit)
        .select((
            import_changes::employment,
            import_changes::line,
            import_changes::from_version,
            import_changes::version,
            import_changes::before,
        ))
        .load::<(EmploymentId, i64, i64, i64, Option<String>)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(employment, line, from_version, version, before)| {
            let before = before.as_deref().and_then(from_text);
            Written { employment, line, from_version, version, before }
        })
        .collect())
}

/// Forgets which rows an employment came from, so that the next file that names it is read as the first.
///
/// # Errors
/// The database's.
pub fn forget_rows(tx: &mut Tx<'_>, employment: EmploymentId) -> Result<(), Error> {
    diesel::delete(import_employments::table.filter(import_employments::employment.eq(employment)))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets what batches did to an employment that is to go.
///
/// # Errors
/// The database's.
pub fn forget_changes(tx: &mut Tx<'_>, employment: EmploymentId) -> Result<(), Error> {
    diesel::delete(import_changes::table.filter(import_changes::employment.eq(employment))).execute(tx.conn())?;
    Ok(())
}

/// The employment says again, in a new version, what it said in an earlier one: whoever left it there can be undone too.
///
/// # Errors
/// The database's.
pub fn says_again(tx: &mut Tx<'_>, written: &Written, version: i64) -> Result<(), Error> {
    let left_so = import_changes::table
        .filter(import_changes::employment.eq(written.employment))
        .filter(import_changes::version.eq(written.from_version));
    diesel::update(left_so).set(import_changes::version.eq(version)).execute(tx.conn())?;
    Ok(())
}
