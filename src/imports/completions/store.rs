//! What each row of a source of completions last said.

use std::collections::HashMap;

use crate::{
    imports::run::Batch,
    platform::db::{Error, Tx, among::Among, run::prelude::*, schema::import_rows},
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = import_rows, treat_none_as_default_value = false)]
struct NewRow<'a> {
    organisation: OrganisationId,
    source: &'a str,
    row_key: String,
    completion: RecordId,
    content_hash: String,
    batch: BatchId,
    line: i64,
}

/// What rows of a source last said: key hash to completion and content hash.
///
/// # Errors
/// The database's.
pub fn last_said(tx: &mut Tx<'_>, batch: &Batch<'_>, keys: &[&str]) -> Result<HashMap<String, (AnyId, String)>, Error> {
    let rows = import_rows::table
        .filter(import_rows::organisation.eq(batch.organisation()))
        .filter(import_rows::source.eq(batch.source))
        .filter(import_rows::row_key.among_texts(keys.iter().copied()))
        .select((import_rows::row_key, import_rows::completion, import_rows::content_hash))
        .load::<(String, RecordId, String)>(tx.conn())?;
    Ok(rows.into_iter().map(|(key, completion, said)| (key, (completion.any(), said))).collect())
}

/// Remembers what new rows said.
///
/// # Errors
/// The database's.
pub fn remember(tx: &mut Tx<'_>, batch: &Batch<'_>, said: Vec<(String, RecordId, String, u64)>) -> Result<(), Error> {
    let rows: Vec<NewRow<'_>> = said
        .into_iter()
        .map(|(row_key, completion, content_hash, line)| NewRow {
            organisation: batch.organisation(),
            source: batch.source,
            row_key,
            completion,
            content_hash,
            batch: batch.id,
            line: i64::try_from(line).unwrap_or(i64::MAX),
        })
        .collect();
    crate::insert_many!(tx, import_rows::table, rows)?;
    Ok(())
}

/// Remembers that a row says something else now.
///
/// # Errors
/// The database's.
pub fn said_now(tx: &mut Tx<'_>, batch: &Batch<'_>, key: &str, said: &str, line: u64) -> Result<(), Error> {
    diesel::update(
        import_rows::table
            .filter(import_rows::organisation.eq(batch.organisation()))
            .filter(import_rows::source.eq(batch.source))
            .filter(import_rows::row_key.eq(key)),
    )
    .set((
        import_rows::content_hash.eq(said),
        import_rows::batch.eq(batch.id),
        import_rows::line.eq(i64::try_from(line).unwrap_or(i64::MAX)),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// The line a completion came from last; 0 if no source knows it.
///
/// # Errors
/// The database's.
pub fn line_of(tx: &mut Tx<'_>, completion: RecordId) -> Result<i64, Error> {
    let line = import_rows::table
        .filter(import_rows::completion.eq(completion))
        .select(import_rows::line)
        .first::<i64>(tx.conn())
        .optional()?;
    Ok(line.unwrap_or(0))
}

/// Forgets what the rows of a completion said, so that the next time they count as saying something else.
///
/// # Errors
/// The database's.
pub fn said_differently(tx: &mut Tx<'_>, completion: RecordId) -> Result<(), Error> {
    diesel::update(import_rows::table.filter(import_rows::completion.eq(completion)))
        .set(import_rows::content_hash.eq(""))
        .execute(tx.conn())?;
    Ok(())
}
