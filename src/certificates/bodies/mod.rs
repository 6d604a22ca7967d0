//! What the body of a scheme does with certificates of its scheme, whoever issued them: it sees them, confirms them, stands for
//! them beside the issuer, and takes back what should not be.

pub mod routes;
mod store;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Act,
    actions::WatchOverScheme,
    acts::{Ending, add},
    verify::Proven,
};
use crate::{
    access::Permit,
    platform::{db::Tx, problem::Problem},
    words::*,
};

/// A certificate, as the body of its scheme sees it: what belongs to the scheme, and no grades.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchemeCertificate {
    /// Its id.
    pub id: CertificateId,
    /// What it is worth today.
    pub status: CertificateStatus,
    /// What it says of the scheme.
    pub certificate: Proven,
    /// What was done to it, from the first to the last.
    pub acts: Vec<Act>,
}

/// The body does something to a certificate of its scheme. Revoking it takes more: all of it must be the scheme's.
///
/// # Errors
/// 404 unless it is of the scheme; `OtherSchemesToo`, `NotInThisState`, `RevokedByAnother`.
pub fn act(
    tx: &mut Tx<'_>,
    permit: &Permit<WatchOverScheme>,
    scheme: SchemeId,
    id: CertificateId,
    ending: Ending,
    public_url: &str,
) -> Result<(), Problem> {
    let (one, lines) = store::of_scheme(tx, scheme, id, public_url)?;
    let ends = matches!(ending.act, CertificateAct::Revoked | CertificateAct::Annulled);
    if ends && lines.len() < one.facts.lines.len() {
        return Err(Problem::at("", Fault::OtherSchemesToo));
    }
    add(tx, permit, &one, Some(permit.action().organisation), ending, public_url)
}
