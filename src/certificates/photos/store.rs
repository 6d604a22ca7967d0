//! Photos that wait to be used.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{KEPT_DAYS, Photo};
use crate::{
    access::Permit,
    certificates::actions::IssueCertificates,
    documents::{self, Kept, Stored},
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_versions, photos},
        },
        problem::Problem,
    },
    words::*,
};

/// The photo an issuer has of a person.
///
/// # Errors
/// The database's.
pub fn photo(tx: &mut Tx<'_>, issuer: OrganisationId, person: PersonId) -> Result<Option<Kept>, Error> {
    let found = photos::table.find((issuer, person)).select(photos::document).first::<DocumentId>(tx.conn());
    found.optional()?.map(|document| documents::store::kept(tx, document)).transpose()
}

/// Keeps a photo in the place of the one there was; the file nothing needs any more, if there is one.
///
/// # Errors
/// The database's.
pub fn put(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    person: PersonId,
    stored: &Stored,
) -> Result<(Photo, Vec<DocumentId>), Problem> {
    let issuer = permit.action().organisation;
    tx.lock_persons(&[person])?;
    let left = remove(tx, permit, person)?;
    let now = tx.now();
    documents::store::keep(tx, stored)?;
    diesel::insert_into(photos::table)
        .values((
            (photos::issuer.eq(issuer), photos::person.eq(person)),
            (photos::document.eq(stored.id()), photos::sent_at.eq(now)),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    Ok((Photo { sent_at: now, until: now.plus(TimeDelta::days(KEPT_DAYS)) }, left))
}

/// Takes a photo away; the file nothing needs any more. What was issued with it keeps it.
///
/// # Errors
/// The database's.
pub fn remove(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    person: PersonId,
) -> Result<Vec<DocumentId>, Problem> {
    let issuer = permit.action().organisation;
    audit::note(tx, permit, Some(person.uuid()), None)?;
    let document = photos::table.find((issuer, person)).select(photos::document).first::<DocumentId>(tx.conn());
    let Some(document) = document.optional().map_err(Error::from)? else { return Ok(Vec::new()) };
    Ok(forget(tx, &[document])?)
}

/// Forgets the photos an issuer has of these persons; the files nothing needs any more.
///
/// # Errors
/// The database's.
pub fn forget_of(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<DocumentId>, Error> {
    let ids: Vec<DocumentId> = photos::table
        .filter(photos::issuer.eq(issuer))
        .filter(photos::person.among(persons))
        .select(photos::document)
        .load(tx.conn())?;
    if ids.is_empty() { Ok(ids) } else { forget(tx, &ids) }
}

/// Forgets these photos; the files of those nothing was issued with.
fn forget(tx: &mut Tx<'_>, ids: &[DocumentId]) -> Result<Vec<DocumentId>, Error> {
    diesel::delete(photos::table.filter(photos::document.among(ids))).execute(tx.conn())?;
    let used: Vec<DocumentId> = certificate_versions::table
        .filter(certificate_versions::photo.assume_not_null().among(ids))
        .select(certificate_versions::photo.assume_not_null())
        .load(tx.conn())?;
    let left: Vec<DocumentId> = ids.iter().filter(|id| !used.contains(id)).copied().collect();
    left.iter().try_for_each(|id| documents::store::erase(tx, *id))?;
    Ok(left)
}

/// How many are forgotten in one transaction.
const TOGETHER: i64 = 500;

/// Forgets what has waited too long. Its files are noise without their keys, and are swept.
///
/// # Errors
/// The database's.
pub fn housekeeping(tx: &mut Tx<'_>) -> Result<(), Error> {
    let oldest = tx.now().plus(-TimeDelta::days(KEPT_DAYS));
    let old: Vec<DocumentId> =
        photos::table.filter(photos::sent_at.lt(oldest)).limit(TOGETHER).select(photos::document).load(tx.conn())?;
    forget(tx, &old).map(drop)
}
