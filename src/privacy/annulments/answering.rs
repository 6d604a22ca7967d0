//! How an annulment is answered by a second person: another human, whichever accounts the two have.

use super::{
    Annulment, actions::AnnulRecords, answer_by, is_same_human, letters, must_not_be_built_on, still_recorded, store,
    unfit,
};
use crate::{
    access::Permit,
    completions::{
        erasing::{Because, erase},
        facts::Knowledge,
        record::{Recording, record},
        store::{Recorded, people_of},
    },
    identity::letters::write_to,
    organisations,
    people::store::lock_humans,
    platform::{
        audit,
        db::Tx,
        problem::{Findings, Kind, Problem},
    },
    privacy::cases,
    words::*,
};

/// A second person confirms an annulment: the record is gone with everybody who holds it, and if it is somebody else's it is
/// recorded anew about them. Everything is asked again under the lock of the persons. With the files to be discarded once this
/// is committed.
///
/// # Errors
/// 404; 409 for what is answered, for whoever proposed it, and with what changed or is built on it since.
pub fn confirm(
    tx: &mut Tx<'_>,
    permit: &Permit<AnnulRecords>,
    id: AnnulmentId,
    public_url: &str,
) -> Result<Vec<DocumentId>, Problem> {
    let organisation = permit.action().organisation;
    let found = answered_by_another(tx, permit, id)?;
    let recorded = still_recorded(tx, organisation, &found)?.map_err(|fault| changed("/record", fault))?;
    if let Some(fault) = unfit(tx, organisation, &recorded, found.belongs_to)? {
        return Err(changed("/belongs_to", fault));
    }
    must_not_be_built_on(tx, organisation, found.record)?;
    tell_person(tx, organisation, recorded.person, public_url)?;
    let erasure = erase(tx, &[found.record], Because::Untrue)?;
    cases::deciding::settle(tx, &erasure, None, public_url)?;
    let anew = found.belongs_to.map(|person| record_anew(tx, permit, recorded, person)).transpose()?;
    store::answer(tx, &found, AnnulmentState::Confirmed, permit.person()?, anew)?;
    let done = serde_json::json!({ "custodies": erasure.custodies.len(), "recorded_anew": anew });
    audit::note(tx, permit, Some(id.uuid()), Some(done))?;
    Ok(erasure.files)
}

/// A second person does not confirm an annulment: the record stays.
///
/// # Errors
/// 404; 409 for what is answered, and for whoever proposed it.
pub fn refuse(tx: &mut Tx<'_>, permit: &Permit<AnnulRecords>, id: AnnulmentId) -> Result<(), Problem> {
    let found = answered_by_another(tx, permit, id)?;
    store::answer(tx, &found, AnnulmentState::Refused, permit.person()?, None)?;
    Ok(audit::note(tx, permit, Some(id.uuid()), None)?)
}

/// An open annulment that the caller has not proposed.
fn answered_by_another(tx: &mut Tx<'_>, permit: &Permit<AnnulRecords>, id: AnnulmentId) -> Result<Annulment, Problem> {
    let found = open_one(tx, permit.action().organisation, id)?;
    if is_same_human(tx, found.proposed_by, permit.person()?)? {
        return Err(Kind::AnotherHuman.into());
    }
    Ok(found)
}

/// One of the organisation's annulments that can still be answered, everyone it is about locked under every id.
pub(super) fn open_one(tx: &mut Tx<'_>, organisation: OrganisationId, id: AnnulmentId) -> Result<Annulment, Problem> {
    let before = store::read(tx, organisation, id)?;
    let mut people = people_of(tx, &[before.record])?;
    people.extend(before.belongs_to);
    lock_humans(tx, &people)?;
    // Asked again under the lock: somebody else may have been at it.
    let found = store::read(tx, organisation, id)?;
    if found.state != AnnulmentState::Proposed || tx.today() > answer_by(found.proposed_at) {
        return Err(Kind::NotNow.into());
    }
    Ok(found)
}

fn changed(pointer: &str, fault: Fault) -> Problem {
    Problem { findings: Findings::one(pointer, fault).into_vec(), ..Kind::PlanChanged.into() }
}

/// The same, about the person whose it is.
fn record_anew(
    tx: &mut Tx<'_>,
    permit: &Permit<AnnulRecords>,
    said: Recorded,
    person: PersonId,
) -> Result<RecordId, Problem> {
    use crate::completions::actions::RecordCompletions;
    let permit = permit.implies(RecordCompletions { organisation: permit.action().organisation });
    let Recorded { competence, course, event, content, .. } = said;
    let recording = Recording { person, competence, course, event, content };
    let ids = record(tx, &permit, &mut Knowledge::default(), &[recording], None)?;
    ids.first().copied().ok_or_else(|| Problem::internal("nothing was recorded"))
}

/// Writes to the person a record was about, if there is an account.
fn tell_person(tx: &mut Tx<'_>, by: OrganisationId, person: PersonId, public_url: &str) -> Result<(), Problem> {
    let name = organisations::store::read(tx, by)?.name;
    Ok(write_to(tx, person, |lang| letters::annulled(&name, public_url, lang))?)
}
