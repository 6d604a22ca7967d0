//! What becomes of certificates when custodies of what they are about have ended: they stay, stay without their issuer
//! standing for them, or go with their documents. Of one that goes a mark of its code is left, unless it never should have
//! been issued.

mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    last_day, photos,
    store::{completions_of, frozen, histories, thawed},
};
use crate::{
    documents,
    law::erasing::{Fate, fate, mark},
    platform::{
        db::{Error, Tx},
        problem::Problem,
    },
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
    let mut files = erase(tx, &of(Fate::Goes), untrue)?;
    files.append(&mut narrow(tx, gone)?);
    tx.outdate();
    Ok((settled, files))
}

/// Takes what certificates that live on say of records that are gone out of every version (GDPR art. 5(1)(c)), and with it the
/// documents that showed it. Whoever still stands for the rest corrects the certificate, and so has it drawn anew.
fn narrow(tx: &mut Tx<'_>, gone: &BTreeSet<RecordId>) -> Result<Vec<DocumentId>, Error> {
    let mut drawn = BTreeSet::new();
    for store::Saying { certificate, version, facts, document, lines } in store::saying(tx, gone)? {
        let mut facts = thawed(&facts).map_err(Problem::into_error)?;
        let mut positions = 0..;
        facts.lines.retain(|_| positions.next().is_none_or(|position: i16| !lines.contains(&position)));
        facts.valid_until = last_day(&facts.lines);
        store::say_less(tx, (certificate, version), &frozen(&facts).map_err(Problem::into_error)?, facts.valid_until)?;
        drawn.extend(document);
    }
    store::forget_lines(tx, gone)?;
    discard(tx, drawn)
}

fn erase(tx: &mut Tx<'_>, ids: &[CertificateId], untrue: bool) -> Result<Vec<DocumentId>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if !untrue {
        leave_marks(tx, ids)?;
    }
    let drawn = store::erase(tx, ids)?;
    discard(tx, drawn)
}

/// Forgets documents nothing names any more; their files are to be removed.
fn discard(tx: &mut Tx<'_>, drawn: BTreeSet<DocumentId>) -> Result<Vec<DocumentId>, Error> {
    let mut files = Vec::new();
    for document in drawn {
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
