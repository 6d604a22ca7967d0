//! The rows of documents.

use std::collections::BTreeSet;

use super::{Kept, Stored};
use crate::{
    platform::{
        db::{Error, Tx, among::Among, run::prelude::*, schema::documents},
        resealing::{PORTION, Portion, anew},
        vault::Purpose,
    },
    words::{DocumentId, Identifier},
};

/// Keeps a file that was put: from this commit on it is somebody's.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Error> {
    let now = tx.now();
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(stored.id),
            documents::media_type.eq(stored.media_type),
            documents::sha256.eq(&stored.sha256),
            documents::size.eq(stored.size),
            documents::sealed_key.eq(&stored.sealed_key),
            documents::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What is needed to open a document.
///
/// # Errors
/// 404.
pub fn kept(tx: &mut Tx<'_>, id: DocumentId) -> Result<Kept, Error> {
    let (media_type, sha256, sealed_key) = documents::table
        .filter(documents::id.eq(id))
        .select((documents::media_type, documents::sha256, documents::sealed_key))
        .first::<(String, String, String)>(tx.conn())?;
    Ok(Kept { id, media_type, sha256, sealed_key })
}

/// Seals some of the keys of documents with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &DocumentId) -> Result<Portion<DocumentId>, Error> {
    let rows = documents::table
        .filter(documents::id.gt(*after))
        .order(documents::id)
        .limit(PORTION)
        .select((documents::id, documents::sealed_key))
        .load::<(DocumentId, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, id, sealed| vault.reseal(Purpose::Documents, &id.uuid().to_string(), sealed),
        |tx, id, before, sealed| {
            let row = documents::table.filter(documents::id.eq(id)).filter(documents::sealed_key.eq(before));
            Ok(diesel::update(row).set(documents::sealed_key.eq(sealed)).execute(tx.conn())?)
        },
    )
}

/// Forgets a document. Its key goes with its row, so whatever is left of the file is noise.
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut Tx<'_>, id: DocumentId) -> Result<(), Error> {
    diesel::delete(documents::table.filter(documents::id.eq(id))).execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// Of these files, those that no row names and that this database would know of: written after its first document and
/// before its last.
///
/// # Errors
/// The database's.
pub fn unnamed(tx: &mut Tx<'_>, files: &[DocumentId]) -> Result<Vec<DocumentId>, Error> {
    let all = documents::table.select(documents::id);
    let named = all.filter(documents::id.among(files)).load::<DocumentId>(tx.conn())?;
    let named: BTreeSet<_> = named.into_iter().collect();
    let first = all.order(documents::id).first::<DocumentId>(tx.conn()).optional()?;
    let last = all.order(documents::id.desc()).first::<DocumentId>(tx.conn()).optional()?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
    let known = |id: &&DocumentId| (first..last).contains(*id) && !named.contains(*id);
    Ok(files.iter().filter(known).copied().collect())
}
