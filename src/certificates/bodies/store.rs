//! The certificates of a scheme.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{exists, not};

use super::SchemeCertificate;
use crate::{
    access::Permit,
    certificates::{
        Certificate,
        actions::ReadSchemeCertificates,
        store::{current_lines, issued_by_id, these},
        verify::proven,
    },
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_lines, certificates, ended_custodies, schemes},
        },
        http::{Listed, Page},
        problem::{Kind, Problem},
    },
    records::store::Shown,
    words::*,
};

/// The lines of certificates that belong to a scheme: the completion each is about, and where it stands.
type Lines = BTreeMap<CertificateId, Vec<(i16, RecordId)>>;

/// A certificate of a scheme, and its lines that belong to the scheme.
///
/// # Errors
/// 404.
pub fn of_scheme(
    tx: &mut Tx<'_>,
    scheme: SchemeId,
    id: CertificateId,
    public_url: &str,
) -> Result<(Certificate, BTreeSet<i16>), Problem> {
    let lines = lines(tx, scheme, &[id])?.remove(&id).ok_or(Kind::NotFound)?;
    let one = issued_by_id(tx, id, public_url)?;
    // On its way: it does not exist for others than its issuer yet.
    if one.issued_at.is_none() {
        return Err(Kind::NotFound.into());
    }
    Ok((one, lines.into_iter().map(|(position, _)| position).collect()))
}

/// A page of what was issued in a scheme. The body did not record it, so what it is shown is written down.
///
/// # Errors
/// The database's.
pub fn issued_in(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadSchemeCertificates>,
    scheme: SchemeId,
    page: &Page<CertificateId>,
    public_url: &str,
) -> Result<Shown<Listed<SchemeCertificate>>, Problem> {
    let found: Vec<CertificateId> = certificate_lines::table
        .inner_join(certificates::table.on(certificates::id.eq(certificate_lines::certificate)))
        .filter(certificate_lines::scheme.eq(scheme))
        .filter(certificate_lines::version.eq(certificates::version))
        .filter(certificate_lines::certificate.gt(page.after.unwrap_or(CertificateId::nil())))
        .filter(not(exists(let_go(Ground::Scheme))))
        .order(certificate_lines::certificate)
        .select(certificate_lines::certificate)
        .distinct()
        .limit(page.fetch())
        .load(tx.conn())
        .map_err(Error::from)?;
    let Listed { items: ids, next } = page.listed(found, |id| *id);
    let (lines, today) = (lines(tx, scheme, &ids)?, tx.today());
    let (mut rows, mut items) = (Vec::new(), Vec::new());
    for one in these(tx, &ids, public_url)?.into_iter().filter(|one| one.issued_at.is_some()) {
        let Some(lines) = lines.get(&one.id) else { continue };
        rows.extend(lines.iter().map(|(_, completion)| (one.person, *completion, Ground::Scheme)));
        let mut certificate = proven(one.facts, one.valid_until, &one.moved, today);
        let mut position = -1;
        certificate.lines.retain(|_| {
            position += 1;
            lines.iter().any(|(own, _)| *own == position)
        });
        items.push(SchemeCertificate { id: one.id, status: one.status, certificate, acts: one.acts });
    }
    Ok(Shown { organisation: permit.action().organisation, rows, answer: Listed { items, next } })
}

/// That the body of its scheme has let go, on this ground, of what a line is about.
#[diesel::dsl::auto_type]
fn let_go(ground: Ground) -> _ {
    ended_custodies::table
        .inner_join(schemes::table.on(schemes::body.eq(ended_custodies::controller.nullable())))
        .filter(schemes::id.nullable().eq(certificate_lines::scheme))
        .filter(ended_custodies::record.eq(certificate_lines::completion))
        .filter(ended_custodies::ground.eq(ground))
}

fn lines(tx: &mut Tx<'_>, scheme: SchemeId, ids: &[CertificateId]) -> Result<Lines, Error> {
    let rows = certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.among(ids))
        .filter(certificate_lines::scheme.eq(scheme))
        .filter(not(exists(let_go(Ground::Scheme))))
        .order((certificates::id, certificate_lines::position))
        .select((certificates::id, certificate_lines::position, certificate_lines::completion))
        .load::<(CertificateId, i16, RecordId)>(tx.conn())?;
    let mut of = Lines::new();
    rows.into_iter().for_each(|(id, position, completion)| of.entry(id).or_default().push((position, completion)));
    Ok(of)
}
