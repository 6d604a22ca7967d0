//! How cases end: a human at the controller decides, the person takes it back, or what it was about ends otherwise.

use std::collections::BTreeSet;

use super::{
    PrivacyCase,
    actions::AnswerPrivacyCases,
    due_of,
    letters::{News, reader, tell},
    routes::{CaseDecision, CaseExtension},
    store::{self, Closing},
};
use crate::{
    access::Permit,
    completions::erasing::Erasure,
    people,
    platform::{
        audit,
        db::Tx,
        problem::{Kind, Problem},
    },
    privacy::{
        actions::AskHumans,
        carrying::{carry_out, must_be_free},
        decisions::{self, Open},
    },
    records::restricting,
    words::*,
};

/// A human at the controller decides. What is let go of is asked of the law once more and erased in the same transaction; what
/// is kept is restricted no longer, and the person reads why. With the files to be discarded once this is committed.
///
/// # Errors
/// 404, 412; 409 for one that is closed, for what must stay, and if the same human decided before.
pub fn decide(
    tx: &mut Tx<'_>,
    permit: &Permit<AnswerPrivacyCases>,
    id: CaseId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    decision: &CaseDecision,
    public_url: &str,
) -> Result<Vec<DocumentId>, Problem> {
    let (organisation, human) = (permit.action().organisation, permit.person()?);
    let found = open_one(tx, organisation, id, expected)?;
    if found.kind == CaseKind::Review && store::decided_before(tx, &found)?.contains(&human) {
        return Err(Kind::AnotherHuman.into());
    }
    let outcome = decision.outcome.0;
    let answer = decision.answer.as_ref().map(|text| text.as_str());
    // Where it goes is forgotten with the end of the case, and of the account before.
    let reader = reader(tx, &found)?;
    store::close(tx, &found, Closing::decided(outcome, answer, Some(human)))?;
    let files = match outcome {
        CaseOutcome::Release => let_go(tx, &found, public_url)?,
        CaseOutcome::Keep => {
            lift(tx, &found)?;
            Vec::new()
        }
    };
    tell(tx, reader, &found.controller, News::Decided, public_url)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "outcome": outcome })))?;
    Ok(files)
}

/// The controller needs more time: three months in all, told within the first month (GDPR art. 12(3)).
///
/// # Errors
/// 404, 412; 409 for one that is closed, was extended before, or whose first month is over.
pub fn extend(
    tx: &mut Tx<'_>,
    permit: &Permit<AnswerPrivacyCases>,
    id: CaseId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    extension: &CaseExtension,
    public_url: &str,
) -> Result<(), Problem> {
    let found = open_one(tx, permit.action().organisation, id, expected)?;
    let due = due_of(found.opened_at);
    if found.extended_at.is_some() || tx.today() > due.last {
        return Err(Kind::ExtensionTooLate.into());
    }
    store::extend(tx, &found, due.extended, extension.reason.as_str())?;
    let reader = reader(tx, &found)?;
    tell(tx, reader, &found.controller, News::Extended(due.extended), public_url)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "extended_to": due.extended })))?;
    Ok(())
}

/// The person takes a case back. What was restricted for it is restricted no longer.
///
/// # Errors
/// 404; 409 for one that is closed.
pub fn withdraw(tx: &mut Tx<'_>, permit: &Permit<AskHumans>, id: CaseId) -> Result<(), Problem> {
    let person = permit.person()?;
    let organisation = store::own_one(tx, person, id)?.controller.id;
    let found = open_one(tx, organisation, id, |_| Ok(()))?;
    store::close(tx, &found, Closing::withdrawn())?;
    lift(tx, &found)?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(())
}

/// Closes the open cases about what has just ended, of which nothing is held any more: there is nothing left to decide. The
/// person is told if a human there ended it.
///
/// # Errors
/// The database's.
pub fn settle(tx: &mut Tx<'_>, erasure: &Erasure, by: Option<PersonId>, public_url: &str) -> Result<(), Problem> {
    let ids: BTreeSet<RecordId> = erasure.custodies.iter().map(|ended| ended.record).collect();
    for found in store::about_nothing(tx, &ids)? {
        let reader = if by.is_some() { reader(tx, &found)? } else { None };
        store::close(tx, &found, Closing::decided(CaseOutcome::Release, None, by))?;
        tell(tx, reader, &found.controller, News::Decided, public_url)?;
    }
    Ok(())
}

/// One of the organisation's open cases, its person locked under every id.
fn open_one(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: CaseId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
) -> Result<PrivacyCase, Problem> {
    // Asked of the organisation first: to another the case does not exist.
    let people = store::read(tx, organisation, id)?.people;
    let person = store::asked_by(tx, id)?;
    let mut known_as = people::store::known_as(tx, person)?;
    known_as.extend(people);
    known_as.sort_unstable();
    known_as.dedup();
    tx.lock_persons(&known_as)?;
    // Asked again under the lock: somebody else may have been at it.
    let found = store::read(tx, organisation, id)?;
    if found.state != CaseState::Open {
        return Err(Kind::NotNow.into());
    }
    expected(found.version)?;
    Ok(found)
}

/// Ends what a case is about at its controller, if nothing keeps it.
fn let_go(tx: &mut Tx<'_>, found: &PrivacyCase, public_url: &str) -> Result<Vec<DocumentId>, Problem> {
    let ids: BTreeSet<RecordId> = found.custodies.iter().map(|one| one.record).collect();
    let open = decisions::open(tx, &ids.into_iter().collect::<Vec<_>>())?;
    let about: Vec<(String, &Open)> = open.iter().filter_map(|one| Some((place(found, one)?, one))).collect();
    must_be_free(about.iter().map(|(pointer, one)| (pointer, one.refusal(tx.today()))))?;
    let done = carry_out(tx, about.into_iter().map(|(_, one)| one), Trigger::Release)?;
    settle(tx, &done.erasure, None, public_url)?;
    Ok(done.erasure.files)
}

/// Where a case names what its controller holds, if it does.
fn place(found: &PrivacyCase, one: &Open) -> Option<String> {
    let held = (one.own.controller.id, one.situation.record, one.own.ground);
    let is_it = |about: &super::CaseCustody| (found.controller.id, about.record, about.ground) == held;
    found.custodies.iter().position(is_it).map(|n| format!("/custodies/{n}"))
}

/// What the case restricted is restricted no longer, unless somebody else objects to it still.
fn lift(tx: &mut Tx<'_>, found: &PrivacyCase) -> Result<(), Problem> {
    if found.kind == CaseKind::Objection {
        let mut held: Vec<_> = found.custodies.iter().map(|one| (one.record, one.ground)).collect();
        let objected = store::objected(tx, found.controller.id, &held)?;
        held.retain(|one| !objected.contains(one));
        restricting::store::lift(tx, found.controller.id, &held)?;
    }
    Ok(())
}
