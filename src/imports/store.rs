//! What an import remembers: its batches, and what each row of a source last said.

use std::collections::HashMap;

use diesel::prelude::*;

use super::run::Summary;
use crate::{
    access::Permit,
    completions::actions::RecordCompletions,
    platform::{
        audit,
        db::{
            Error, Tx,
            schema::{import_batches, import_rows},
        },
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = import_rows)]
struct NewRow<'a> {
    organisation: OrganisationId,
    source: &'a str,
    row_key: String,
    completion: RecordId,
    content_hash: String,
    batch: BatchId,
    line: i64,
}

/// Begins a batch.
///
/// # Errors
/// The database's.
pub fn begin(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    id: BatchId,
    source: &str,
    file_hash: &str,
) -> Result<(), Error> {
    let now = tx.now();
    let (done_by, doer) = permit.done_by();
    diesel::insert_into(import_batches::table)
        .values((
            import_batches::id.eq(id),
            import_batches::organisation.eq(permit.action().organisation),
            import_batches::source.eq(source),
            import_batches::file_hash.eq(file_hash),
            import_batches::done_by.eq(done_by),
            import_batches::doer.eq(doer.map(AnyId::from_uuid)),
            import_batches::started_at.eq(now),
            import_batches::read.eq(0),
            import_batches::recorded.eq(0),
            import_batches::changed.eq(0),
            import_batches::unchanged.eq(0),
            import_batches::refused.eq(0),
        ))
        .execute(tx.conn())?;
    audit::note(tx, permit, Some(id.uuid()), None)
}

/// Ends a batch with its counts.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut Tx<'_>, id: BatchId, summary: Summary) -> Result<(), Error> {
    let now = tx.now();
    diesel::update(import_batches::table.filter(import_batches::id.eq(id)))
        .set((
            import_batches::finished_at.eq(Some(now)),
            import_batches::read.eq(summary.read),
            import_batches::recorded.eq(summary.recorded),
            import_batches::changed.eq(summary.changed),
            import_batches::unchanged.eq(summary.unchanged),
            import_batches::refused.eq(summary.refused),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What rows of a source last said: key hash to completion and content hash.
///
/// # Errors
/// The database's.
pub fn last_said(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    source: &str,
    keys: &[&str],
) -> Result<HashMap<String, (RecordId, String)>, Error> {
    let rows = import_rows::table
        .filter(import_rows::organisation.eq(organisation))
        .filter(import_rows::source.eq(source))
        .filter(import_rows::row_key.eq_any(keys))
        .select((import_rows::row_key, import_rows::completion, import_rows::content_hash))
        .load::<(String, RecordId, String)>(tx.conn())?;
    Ok(rows.into_iter().map(|(key, completion, said)| (key, (completion, said))).collect())
}

/// Remembers what new rows said.
///
/// # Errors
/// The database's.
pub fn remember(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    source: &str,
    batch: BatchId,
    said: Vec<(String, RecordId, String, u64)>,
) -> Result<(), Error> {
    let rows: Vec<NewRow<'_>> = said
        .into_iter()
        .map(|(row_key, completion, content_hash, line)| NewRow {
            organisation,
            source,
            row_key,
            completion,
            content_hash,
            batch,
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
pub fn said_now(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    source: &str,
    key: &str,
    said: &str,
    batch: BatchId,
    line: u64,
) -> Result<(), Error> {
    diesel::update(
        import_rows::table
            .filter(import_rows::organisation.eq(organisation))
            .filter(import_rows::source.eq(source))
            .filter(import_rows::row_key.eq(key)),
    )
    .set((
        import_rows::content_hash.eq(said),
        import_rows::batch.eq(batch),
        import_rows::line.eq(i64::try_from(line).unwrap_or(i64::MAX)),
    ))
    .execute(tx.conn())?;
    Ok(())
}
