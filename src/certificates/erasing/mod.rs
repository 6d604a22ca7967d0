//! What becomes of certificates when custodies of what they are about have ended: they stay, stay without their issuer
//! standing for them, or go with their documents. Of one that goes a mark of its code is left, unless it never should have
//! been issued.

mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    photos,
    store::{completions_of, histories},
};
use crate::{
    documents,
    law::erasing::{Fate, fate, mark},
    platform::db::{Error, Tx},
    records,
    words::*,
};

/// What became of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Which.
    pub id: CertificateId,
    /// Who issued it.
    pub issuer: OrganisationId,
    /// Its number.
    pub number: String,
    /// What became of it.
    pub fate: Fate,
}

/// Settles what becomes of the certificates about records of which custodies have ended; `gone` are those of the records
/// nobody holds any more. With the files to be removed once this is committed.
///
/// # Errors
/// The database's.
pub fn settle(
    tx: &mut Tx<'_>,
    records: &BTreeSet<RecordId>,
    gone: &BTreeSet<RecordId>,
    untrue: bool,
) -> Result<(Vec<Settled>, Vec<DocumentId>), Error> {
    let concerned = store::about(tx, records)?;
    if concerned.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let ids: Vec<CertificateId> = concerned.iter().map(|one| one.id).collect();
    let about = completions_of(tx, &ids)?;
    let all: Vec<RecordId> = about.values().flatten().copied().collect();
    let held = records::store::stored(tx, &all)?;
    let mut settled = Vec::new();
    for store::Concerned { id, issuer, number, .. } in concerned {
        let left = about.get(&id).into_iter().flatten().flat_map(|record| held.of(*record));
        let fate = fate(issuer, left);
        settled.push(Settled { id, issuer, number, fate });
    }
    let of = |fate| settled.iter().filter(move |one| one.fate == fate).map(|one| one.id).collect::<Vec<_>>();
    store::unconfirm(tx, &of(Fate::Unconfirmed))?;
    let files = erase(tx, &of(Fate::Goes), untrue)?;
    store::forget_lines(tx, gone)?;
    tx.outdate();
    Ok((settled, files))
}

fn erase(tx: &mut Tx<'_>, ids: &[CertificateId], untrue: bool) -> Result<Vec<DocumentId>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if !untrue {
        leave_marks(tx, ids)?;
    }
    let mut files = Vec::new();
    for document in store::erase(tx, ids)? {
        if !store::is_used(tx, document)? {
            documents::store::erase(tx, document)?;
            files.push(document);
        }
    }
    Ok(files)
}

/// Of every code that was given to somebody a mark is left.
fn leave_marks(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<(), Error> {
    let (histories, today) = (histories(tx, ids)?, tx.today());
    for version in store::issued_versions(tx, ids)? {
        let revoked_on = histories.get(&version.certificate).and_then(|history| history.revoked_on(today));
        let mark = mark(records::schedule(), version.valid_until, revoked_on, today);
        store::leave_mark(tx, &version, revoked_on, mark)?;
    }
    Ok(())
}

/// Forgets the photos that wait for persons at issuers that hold nothing about them any more; the files nothing needs.
///
/// # Errors
/// The database's.
pub fn forget_photos(
    tx: &mut Tx<'_>,
    unheld: &BTreeMap<OrganisationId, BTreeSet<PersonId>>,
) -> Result<Vec<DocumentId>, Error> {
    let mut files = Vec::new();
    for (issuer, persons) in unheld {
        files.append(&mut photos::store::forget_of(tx, *issuer, persons)?);
    }
    Ok(files)
}
