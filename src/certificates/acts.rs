//! What is done to a certificate after its issue: revoked, suspended, given back. Each is added to the others and none is
//! taken away, so that it can be said what the certificate was worth on any day.

use super::{
    Certificate, CertificateEnded,
    actions::{EndCertificates, SurrenderCertificate},
    credential,
    letters::{News, tell},
    status::Mark,
    store,
};
use crate::{
    access::{Action, Permit},
    platform::{audit, db::Tx, jobs, problem::Problem},
    words::*,
};

/// What an issuer does to one of its certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What.
    pub act: CertificateAct,
    /// Why.
    pub reason: Option<EndReason>,
    /// The day the holder was heard.
    pub heard_on: Option<Day>,
}

/// The issuer does something to one of its certificates.
///
/// # Errors
/// 404; `NotInThisState` for what has been done, or cannot be done to what it has become.
pub fn end(
    tx: &mut Tx<'_>,
    permit: &Permit<EndCertificates>,
    id: CertificateId,
    ending: Ending,
    public_url: &str,
) -> Result<(), Problem> {
    let issuer = permit.action().organisation;
    let one = store::issued_one(tx, issuer, id, public_url)?;
    add(tx, permit, &one, Some(issuer), ending, public_url)
}

/// The holder gives a certificate back.
///
/// # Errors
/// 404; `NotInThisState`.
pub fn surrender(
    tx: &mut Tx<'_>,
    permit: &Permit<SurrenderCertificate>,
    id: CertificateId,
    public_url: &str,
) -> Result<(), Problem> {
    let person = permit.person()?;
    let one = store::own_one(tx, person, id, public_url)?;
    let ending = Ending { act: CertificateAct::Surrendered, reason: None, heard_on: None };
    add(tx, permit, &one, None, ending, public_url)
}

/// Adds an act that somebody was permitted. Who undoes a revocation is who revoked; the holder is told of a revocation.
///
/// # Errors
/// `NotInThisState`, `RevokedByAnother`.
pub(super) fn add<A: Action>(
    tx: &mut Tx<'_>,
    permit: &Permit<A>,
    one: &Certificate,
    organisation: Option<OrganisationId>,
    ending: Ending,
    public_url: &str,
) -> Result<(), Problem> {
    let id = one.id;
    tx.lock_persons(&[one.person])?;
    // Asked again under the lock: somebody else may have been at it.
    let mut history = store::histories(tx, &[id])?.remove(&id).unwrap_or_default();
    // Each body stands for it by itself, whoever else does.
    history.acts.retain(|act| !act.act.vouches() || act.by.as_ref().map(|by| by.id) == organisation);
    let standing = history.standing(one.facts.issued_on, one.valid_until);
    if !standing.admits(ending.act) {
        return Err(Problem::at("", Fault::NotInThisState { status: standing.on(tx.today()).code() }));
    }
    let revocation = history.acts.iter().rfind(|act| act.act == CertificateAct::Revoked);
    let revoked_by = revocation.and_then(|act| act.by.as_ref()).map(|by| by.id);
    if ending.act == CertificateAct::Annulled && revoked_by != organisation {
        return Err(Problem::at("", Fault::RevokedByAnother));
    }
    let (done_by, doer) = permit.done_by();
    store::act(tx, id, (done_by, doer, organisation), ending.act, ending.reason, ending.heard_on)?;
    if let Some(mark) = mark(ending.act) {
        credential::store::mark(tx, &[id], mark)?;
    }
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "act": ending.act })))?;
    if matches!(ending.act, CertificateAct::Revoked | CertificateAct::Annulled) {
        jobs::enqueue(tx, &CertificateEnded { certificate: id })?;
    }
    if ending.act == CertificateAct::Revoked {
        tell(tx, one.person, &one.facts, News::Revoked, public_url)?;
    }
    Ok(())
}

/// What an act means for the credentials. A revocation that was wrong is put right by another certificate, and the credentials
/// of this one stay revoked.
fn mark(act: CertificateAct) -> Option<Mark> {
    match act {
        CertificateAct::Revoked | CertificateAct::Surrendered => Some(Mark::Revoked),
        CertificateAct::Suspended => Some(Mark::Suspended),
        CertificateAct::Reinstated => Some(Mark::Reinstated),
        CertificateAct::Annulled | CertificateAct::Confirmed | CertificateAct::Countersigned => None,
    }
}
