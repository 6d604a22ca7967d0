//! What was issued, as it was handed out.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_versions as versions, credentials, documents, verification_codes as codes},
        },
        problem::Problem,
    },
    words::*,
};

/// A version that was handed out.
pub(super) struct Version {
    /// Its code.
    pub(super) code: VerificationCode,
    /// The hash of its document; nothing if that is gone.
    pub(super) document: Option<String>,
    /// Its credentials.
    pub(super) credentials: Vec<Issued>,
}

/// A credential as it was signed.
pub(super) struct Issued {
    /// Its holder's id in it.
    pub(super) subject: Uuid,
    /// What was signed.
    pub(super) text: String,
}

/// The versions that these credentials belong to, or that has this code, the oldest first.
///
/// # Errors
/// The database's.
pub(super) fn versions(
    tx: &mut Tx<'_>,
    ids: &[CredentialId],
    code: Option<VerificationCode>,
) -> Result<Vec<Version>, Problem> {
    let of_credentials: Vec<(CertificateId, i64)> = credentials::table
        .filter(credentials::id.among(ids))
        .select((credentials::certificate, credentials::version))
        .load(tx.conn())
        .map_err(Error::from)?;
    let mut keys: BTreeSet<(CertificateId, i64)> = of_credentials.into_iter().collect();
    if let (true, Some(code)) = (keys.is_empty(), code) {
        keys.extend(of_code(tx, code)?);
    }
    let mut all = Vec::with_capacity(keys.len());
    for key in keys {
        all.extend(version(tx, key)?);
    }
    Ok(all)
}

fn of_code(tx: &mut Tx<'_>, code: VerificationCode) -> Result<Option<(CertificateId, i64)>, Error> {
    let hash = crate::certificates::verify::store::code_hash(tx, code);
    Ok(codes::table
        .filter(codes::hash.eq(hash))
        .filter(codes::certificate.is_not_null())
        .select((codes::certificate.assume_not_null(), codes::version))
        .first(tx.conn())
        .optional()?)
}

/// A version, if it has been finished: nobody has been given another.
fn version(tx: &mut Tx<'_>, key: (CertificateId, i64)) -> Result<Option<Version>, Problem> {
    let row = versions::table
        .left_join(documents::table.on(documents::id.nullable().eq(versions::document)))
        .filter(versions::certificate.eq(key.0))
        .filter(versions::version.eq(key.1))
        .filter(versions::issued_at.is_not_null())
        .select((versions::code, documents::sha256.nullable()))
        .first::<(String, Option<String>)>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    let Some((code, document)) = row else { return Ok(None) };
    let code = code.parse().map_err(|_| Problem::internal("a code that is none"))?;
    let signed = credentials::table
        .filter(credentials::certificate.eq(key.0))
        .filter(credentials::version.eq(key.1))
        .filter(credentials::signed.is_not_null())
        .select((credentials::subject, credentials::signed.assume_not_null()))
        .load::<(AnyId, String)>(tx.conn())
        .map_err(Error::from)?;
    let credentials = signed.into_iter().map(|(subject, text)| Issued { subject: subject.uuid(), text }).collect();
    Ok(Some(Version { code, document, credentials }))
}
