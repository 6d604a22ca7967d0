//! The rows of certificates that go, and of those that stay for others than their issuer.

use std::collections::BTreeSet;

use crate::{
    certificates::{credential, status},
    law::erasing::Mark,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{
            certificate_acts, certificate_lines, certificate_versions, certificates, issuing, photos,
            verification_codes, verification_counts,
        },
    },
    words::*,
};

/// A certificate that is concerned.
#[derive(Queryable)]
pub(super) struct Concerned {
    pub(super) id: CertificateId,
    pub(super) issuer: OrganisationId,
    pub(super) number: String,
}

/// The certificates about any of these records, in whichever of their versions.
///
/// # Errors
/// The database's.
pub(super) fn about(tx: &mut Tx<'_>, records: &BTreeSet<RecordId>) -> Result<Vec<Concerned>, Error> {
    Ok(certificate_lines::table
        .inner_join(certificates::table.on(certificates::id.eq(certificate_lines::certificate)))
        .filter(certificate_lines::completion.among(records))
        .order(certificates::id)
        .select((certificates::id, certificates::keeper, certificates::number))
        .distinct()
        .load(tx.conn())?)
}

/// Their issuers confirm them no longer.
///
/// # Errors
/// The database's.
pub(super) fn unconfirm(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    credential::store::mark(tx, ids, status::Mark::Revoked)?;
    let today = tx.today();
    let confirmed =
        certificates::table.filter(certificates::id.among(ids)).filter(certificates::unconfirmed_on.is_null());
    diesel::update(confirmed).set(certificates::unconfirmed_on.eq(Some(today))).execute(tx.conn())?;
    Ok(())
}

/// A version that says something of records that are gone.
pub(super) struct Saying {
    pub(super) certificate: CertificateId,
    pub(super) version: i64,
    pub(super) facts: String,
    pub(super) document: Option<DocumentId>,
    /// The places of what it says of them.
    pub(super) lines: BTreeSet<i16>,
}

/// The versions of certificates that say something of these records.
///
/// # Errors
/// The database's.
pub(super) fn saying(tx: &mut Tx<'_>, records: &BTreeSet<RecordId>) -> Result<Vec<Saying>, Error> {
    use certificate_lines as lines;
    use certificate_versions as versions;
    let rows = lines::table
        .inner_join(
            versions::table.on(versions::certificate.eq(lines::certificate).and(versions::version.eq(lines::version))),
        )
        .filter(lines::completion.among(records))
        .order((lines::certificate, lines::version, lines::position))
        .select((lines::certificate, lines::version, lines::position, versions::facts, versions::document))
        .load::<(CertificateId, i64, i16, String, Option<DocumentId>)>(tx.conn())?;
    let mut all: Vec<Saying> = Vec::new();
    for (certificate, version, position, facts, document) in rows {
        match all.last_mut() {
            Some(last) if (last.certificate, last.version) == (certificate, version) => {
                last.lines.insert(position);
            }
            _ => all.push(Saying { certificate, version, facts, document, lines: [position].into() }),
        }
    }
    Ok(all)
}

/// A version says less from now on, and has no document.
///
/// # Errors
/// The database's.
pub(super) fn say_less(
    tx: &mut Tx<'_>,
    version: (CertificateId, i64),
    facts: &str,
    valid_until: Option<Day>,
) -> Result<(), Error> {
    use certificate_versions as versions;
    diesel::update(versions::table.find(version))
        .set((
            versions::facts.eq(facts),
            versions::valid_until.eq(valid_until),
            versions::document.eq(None::<DocumentId>),
        ))
        .execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// Forgets that certificates were about these records; those that are still about others say since when they are not whole.
///
/// # Errors
/// The database's.
pub(super) fn forget_lines(tx: &mut Tx<'_>, records: &BTreeSet<RecordId>) -> Result<(), Error> {
    let narrowed: BTreeSet<CertificateId> = about(tx, records)?.into_iter().map(|one| one.id).collect();
    if narrowed.is_empty() {
        return Ok(());
    }
    let today = tx.today();
    let whole =
        certificates::table.filter(certificates::id.among(&narrowed)).filter(certificates::narrowed_on.is_null());
    diesel::update(whole).set(certificates::narrowed_on.eq(Some(today))).execute(tx.conn())?;
    credential::store::erase_about(tx, records)?;
    diesel::delete(certificate_lines::table.filter(certificate_lines::completion.among(records))).execute(tx.conn())?;
    close_up(tx, &narrowed)
}

/// The lines that are left stand where the facts say them.
fn close_up(tx: &mut Tx<'_>, ids: &BTreeSet<CertificateId>) -> Result<(), Error> {
    use certificate_lines as lines;
    let places = lines::table
        .filter(lines::certificate.among(ids))
        .order((lines::certificate, lines::version, lines::position))
        .select((lines::certificate, lines::version, lines::position))
        .load::<(CertificateId, i64, i16)>(tx.conn())?;
    let (mut of, mut place) = (None, 0);
    for (certificate, version, position) in places {
        if of != Some((certificate, version)) {
            (of, place) = (Some((certificate, version)), 0);
        }
        if position != place {
            let line = lines::table.find((certificate, version, position));
            diesel::update(line).set(lines::position.eq(place)).execute(tx.conn())?;
        }
        place += 1;
    }
    Ok(())
}

/// A version that was issued.
#[derive(Queryable)]
pub(super) struct Version {
    pub(super) certificate: CertificateId,
    pub(super) version: i64,
    pub(super) valid_until: Option<Day>,
}

/// The versions of these certificates that were issued.
///
/// # Errors
/// The database's.
pub(super) fn issued_versions(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<Vec<Version>, Error> {
    use certificate_versions as versions;
    Ok(versions::table
        .filter(versions::certificate.among(ids))
        .filter(versions::issued_at.is_not_null())
        .order((versions::certificate, versions::version))
        .select((versions::certificate, versions::version, versions::valid_until))
        .load(tx.conn())?)
}

/// Of the code of a version only the mark is left.
///
/// # Errors
/// The database's.
pub(super) fn leave_mark(tx: &mut Tx<'_>, version: &Version, revoked_on: Option<Day>, mark: Mark) -> Result<(), Error> {
    use verification_codes as codes;
    let Mark { revoked_until, kept_until } = mark;
    let code =
        codes::table.filter(codes::certificate.eq(version.certificate)).filter(codes::version.eq(version.version));
    diesel::update(code)
        .set((
            codes::certificate.eq(None::<CertificateId>),
            codes::revoked_on.eq(revoked_on.filter(|_| revoked_until.is_some())),
            codes::revoked_until.eq(revoked_until),
            codes::kept_until.eq(Some(kept_until)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Erases certificates, and the codes that still lead to them; the documents they were drawn with.
///
/// # Errors
/// The database's.
pub(super) fn erase(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<BTreeSet<DocumentId>, Error> {
    use certificate_versions as versions;
    let drawn: Vec<[Option<DocumentId>; 3]> = versions::table
        .filter(versions::certificate.among(ids))
        .select((versions::document, versions::photo, versions::logo))
        .load::<(Option<DocumentId>, Option<DocumentId>, Option<DocumentId>)>(tx.conn())?
        .into_iter()
        .map(|(document, photo, logo)| [document, photo, logo])
        .collect();
    let renewing = certificates::table.filter(certificates::renews.assume_not_null().among(ids));
    diesel::update(renewing).set(certificates::renews.eq(None::<CertificateId>)).execute(tx.conn())?;
    let codes = verification_codes::table.filter(verification_codes::certificate.assume_not_null().among(ids));
    diesel::delete(codes).execute(tx.conn())?;
    let counts = verification_counts::table.filter(verification_counts::certificate.among(ids));
    diesel::delete(counts).execute(tx.conn())?;
    diesel::delete(certificate_acts::table.filter(certificate_acts::certificate.among(ids))).execute(tx.conn())?;
    credential::store::erase(tx, ids)?;
    diesel::delete(certificate_lines::table.filter(certificate_lines::certificate.among(ids))).execute(tx.conn())?;
    diesel::delete(versions::table.filter(versions::certificate.among(ids))).execute(tx.conn())?;
    diesel::delete(certificates::table.filter(certificates::id.among(ids))).execute(tx.conn())?;
    tx.erased();
    Ok(drawn.into_iter().flatten().flatten().collect())
}

/// Does something still name this document? Asked of one at a time, because a logo may stand on thousands of certificates.
///
/// # Errors
/// The database's.
pub(super) fn is_used(tx: &mut Tx<'_>, id: DocumentId) -> Result<bool, Error> {
    use certificate_versions as versions;
    macro_rules! is_named {
        ($named:expr, $column:expr) => {
            $named.select($column).first::<Option<DocumentId>>(tx.conn()).optional()?.is_some()
        };
    }
    Ok(is_named!(versions::table.filter(versions::document.eq(id)), versions::document)
        || is_named!(versions::table.filter(versions::photo.eq(id)), versions::photo)
        || is_named!(versions::table.filter(versions::logo.eq(id)), versions::logo)
        || is_named!(photos::table.filter(photos::document.eq(id)), photos::document.nullable())
        || is_named!(issuing::table.filter(issuing::logo.eq(id)), issuing::logo))
}
