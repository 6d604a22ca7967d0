//! How an annulment is proposed, and taken back. While it is proposed nothing changes.

use super::{
    actions::AnnulRecords, answering::open_one, is_same_human, must_not_be_built_on, routes::NewAnnulment, store, unfit,
};
use crate::{
    access::Permit,
    completions,
    platform::{
        audit,
        db::{Error, Tx},
        problem::{Kind, Problem},
    },
    words::*,
};

/// Proposes that a record be annulled.
///
/// # Errors
/// `Unknown` for what the organisation has not recorded or holds no longer, and for a person it has no card of; `SameHuman`,
/// `BeforeBirth`; 409 `BuiltOn`, and for a record of which it is proposed already.
pub fn propose(tx: &mut Tx<'_>, permit: &Permit<AnnulRecords>, new: &NewAnnulment) -> Result<AnnulmentId, Problem> {
    let (organisation, record) = (permit.action().organisation, new.record.0);
    let recorded = completions::store::recorded(tx, organisation, record).map_err(|error| match error {
        Error::NoRow => Problem::at("/record", Fault::Unknown),
        error => error.into(),
    })?;
    if let Some(fault) = unfit(tx, organisation, &recorded, new.belongs_to.map(|person| person.0))? {
        return Err(Problem::at("/belongs_to", fault));
    }
    must_not_be_built_on(tx, organisation, record)?;
    let id = store::insert(tx, permit, new, recorded.version)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "reason": new.reason.0 })))?;
    Ok(id)
}

/// Whoever proposed an annulment takes it back.
///
/// # Errors
/// 404; 403 for what somebody else has proposed, who can be refused; 409 for what is answered.
pub fn withdraw(tx: &mut Tx<'_>, permit: &Permit<AnnulRecords>, id: AnnulmentId) -> Result<(), Problem> {
    let found = open_one(tx, permit.action().organisation, id)?;
    if !is_same_human(tx, found.proposed_by, permit.person()?)? {
        return Err(Kind::Forbidden.into());
    }
    store::answer(tx, &found, AnnulmentState::Withdrawn, permit.person()?, None)?;
    Ok(audit::note(tx, permit, Some(id.uuid()), None)?)
}
