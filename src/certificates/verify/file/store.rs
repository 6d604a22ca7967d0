//! What was issued, as it was handed out.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    certificates::{
        credential::store::its_line,
        keys::{self, PublicKey, tokens::PublicTokenKey},
    },
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                certificate_lines as lines, certificate_versions as versions, certificates, credentials, documents,
                verification_codes as codes,
            },
        },
        problem::Problem,
    },
    words::*,
};

/// By what a credential is found: its id, which all its versions share, and its holder's, which only one has. Who knows only the
/// first has never seen it.
pub(super) type Ids = (CredentialId, Uuid);

/// A version that was handed out.
pub(super) struct Version {
    /// Its code.
    pub(super) code: VerificationCode,
    /// The hash of its document; nothing if that is gone, or was not drawn yet.
    pub(super) document: Option<String>,
    /// Does its issuer stand for it, and is there none after it?
    pub(super) holds_today: bool,
    /// Its issuer no longer stands for it.
    pub(super) is_unconfirmed: bool,
    /// Its credentials.
    pub(super) credentials: Vec<Issued>,
}

/// A credential as it was signed.
pub(super) struct Issued {
    /// Its own id and its holder's.
    pub(super) ids: Ids,
    /// Which line of the certificate it is about, from 0.
    pub(super) line: i16,
    /// What was signed.
    pub(super) text: String,
}

/// Which version of which certificate.
type Key = (CertificateId, i64);

/// The versions that these credentials belong to.
///
/// # Errors
/// The database's.
pub(super) fn of_credentials(tx: &mut Tx<'_>, carried: &[Ids]) -> Result<BTreeSet<Key>, Error> {
    let ids: Vec<CredentialId> = carried.iter().map(|(id, _)| *id).collect();
    let rows = credentials::table
        .filter(credentials::id.among(&ids))
        .select((credentials::id, credentials::subject, (credentials::certificate, credentials::version)))
        .load::<(CredentialId, AnyId, Key)>(tx.conn())?;
    let found = rows.into_iter().filter(|(id, subject, _)| carried.contains(&(*id, subject.uuid())));
    Ok(found.map(|(_, _, key)| key).collect())
}

/// The version that has a code; nothing if it is gone.
///
/// # Errors
/// The database's.
pub(super) fn of_code(tx: &mut Tx<'_>, code: VerificationCode) -> Result<Option<Key>, Error> {
    let hash = crate::certificates::verify::store::code_hash(tx, code);
    Ok(codes::table
        .filter(codes::hash.eq(hash))
        .filter(codes::certificate.is_not_null())
        .select((codes::certificate.assume_not_null(), codes::version))
        .first(tx.conn())
        .optional()?)
}

/// A version, if it has been finished: nobody has been given another.
///
/// # Errors
/// The database's.
pub(super) fn finished(tx: &mut Tx<'_>, key: Key) -> Result<Option<Version>, Problem> {
    type Row = (String, Option<String>, i64, Option<Day>);
    let row = versions::table
        .inner_join(certificates::table.on(certificates::id.eq(versions::certificate)))
        .left_join(documents::table.on(documents::id.nullable().eq(versions::document)))
        .filter(versions::certificate.eq(key.0))
        .filter(versions::version.eq(key.1))
        .filter(versions::issued_at.is_not_null())
        .select((versions::code, documents::sha256.nullable(), certificates::version, certificates::unconfirmed_on))
        .first::<Row>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    let Some((code, document, current, unconfirmed_on)) = row else { return Ok(None) };
    let code = code.parse().map_err(|_| Problem::internal("a code that is none"))?;
    let is_unconfirmed = unconfirmed_on.is_some();
    let holds_today = !is_unconfirmed && current == key.1;
    Ok(Some(Version { code, document, holds_today, is_unconfirmed, credentials: signed(tx, key)? }))
}

fn signed(tx: &mut Tx<'_>, key: Key) -> Result<Vec<Issued>, Error> {
    let rows = credentials::table
        .inner_join(its_line())
        .filter(credentials::certificate.eq(key.0))
        .filter(credentials::version.eq(key.1))
        .filter(credentials::signed.is_not_null())
        .order(lines::position)
        .select((credentials::id, credentials::subject, lines::position, credentials::signed.assume_not_null()))
        .load::<(CredentialId, AnyId, i16, String)>(tx.conn())?;
    let issued = |(id, subject, line, text): (_, AnyId, _, _)| Issued { ids: (id, subject.uuid()), line, text };
    Ok(rows.into_iter().map(issued).collect())
}

/// The keys of an issuer here.
pub(super) struct Keys {
    /// Its DID.
    pub(super) did: String,
    /// Those it signs credentials with.
    pub(super) proofs: Vec<PublicKey>,
    /// Those it signs tokens with.
    pub(super) tokens: Vec<PublicTokenKey>,
}

/// The keys of those of these issuers that have ever signed anything here.
///
/// # Errors
/// The database's.
pub(super) fn keys<'a>(
    tx: &mut Tx<'_>,
    public_url: &str,
    dids: impl Iterator<Item = &'a str>,
) -> Result<Vec<Keys>, Error> {
    let mut found = Vec::new();
    for did in dids {
        let Some(organisation) = keys::organisation(did) else { continue };
        let issuer = keys::store::address(tx, public_url, organisation)?;
        if issuer.did == did {
            let (proofs, tokens) =
                (keys::store::all(tx, &issuer, organisation)?, keys::store::token_keys(tx, organisation)?);
            found.push(Keys { did: issuer.did, proofs, tokens });
        }
    }
    Ok(found)
}
