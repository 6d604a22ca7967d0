//! Hand-overs: a person gives an employer a record of a competence it requires of them. What the employer would hold, why and
//! until when is seen first; who confirms exactly that has given it away. Everything else of theirs stays as private as it was.

pub mod routes;

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    actions::HandOver,
    decisions::{self, KeptBy, Open},
    erasures::plan,
    said,
};
use crate::{
    access::Permit,
    completions::{
        facts::{Situation, hold_again},
        hand_overs,
        store::situations,
    },
    organisations::staff::store::employed,
    people,
    platform::{
        audit,
        db::{Error, Tx},
        problem::{Findings, Kind, Problem},
    },
    records::{Party, ending::store::has_let_go, store::own_custodies},
    requirements::store::demanded_of,
    words::*,
};

/// What an employer would hold if the person handed a completion over today. Nothing has changed yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandOverPlan {
    /// What is confirmed: it stands for what the employer would hold, and for how long.
    pub plan: String,
    /// The day it was made for.
    pub on: Day,
    /// The completion.
    pub completion: RecordId,
    /// What it is called.
    pub title: Said,
    /// What the employer would hold, until when, who could let it go before, and what would follow from asking for its erasure.
    pub would_hold: KeptBy,
    /// The same for people.
    pub says: Said,
}

/// A completion that its person handed over.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandedOver {
    /// The completion.
    pub completion: RecordId,
    /// What it is called.
    pub title: Said,
    /// What the employer holds of it.
    pub holds: KeptBy,
}

/// What would follow from handing a completion over.
///
/// # Errors
/// What `would_hold` refuses.
pub fn planned(
    tx: &mut Tx<'_>,
    person: PersonId,
    completion: RecordId,
    to: OrganisationId,
) -> Result<HandOverPlan, Problem> {
    let open = would_hold(tx, person, completion, to)?;
    let on = tx.today();
    Ok(HandOverPlan {
        plan: plan::of(std::slice::from_ref(&open), on),
        on,
        completion,
        title: open.title.clone(),
        says: said::would_be_handed_over(&open.own.controller.name),
        would_hold: open.shown(on),
    })
}

/// Hands over what was seen, if it still is what the employer would hold.
///
/// # Errors
/// What `would_hold` refuses; `PlanChanged` with what differs.
pub fn hand_over(
    tx: &mut Tx<'_>,
    permit: &Permit<HandOver>,
    completion: RecordId,
    to: OrganisationId,
    confirmed: &str,
) -> Result<(), Problem> {
    let person = permit.person()?;
    people::store::lock_human(tx, person)?;
    let open = would_hold(tx, person, completion, to)?;
    plan::must_be_what_was_seen(&[open], confirmed, tx.today())?;
    hand_overs::store::insert(tx, completion, to)?;
    hold_again(tx, &[completion])?;
    Ok(audit::note(tx, permit, Some(completion.uuid()), Some(serde_json::json!({ "to": to })))?)
}

/// What an employer holds because it was handed over.
///
/// # Errors
/// 404 if it holds it no longer.
pub fn handed_over(tx: &mut Tx<'_>, completion: RecordId, to: OrganisationId) -> Result<HandedOver, Problem> {
    let is_it = |one: &Open| (one.own.controller.id, one.own.ground) == (to, Ground::HandedOver);
    let found = decisions::open(tx, &[completion])?.into_iter().find(is_it).ok_or(Kind::NotFound)?;
    Ok(HandedOver { completion, title: found.title.clone(), holds: found.shown(tx.today()) })
}

/// What the employer would hold.
///
/// # Errors
/// 404 for what is not the person's own, and for whoever does not employ them today; `Conflict` for what the employer has, or
/// has let go of; `CarriesNoCompetence`; `NotRequired`.
fn would_hold(tx: &mut Tx<'_>, person: PersonId, completion: RecordId, to: OrganisationId) -> Result<Open, Problem> {
    let situation = own(tx, person, completion)?;
    must_employ(tx, situation.person, to)?;
    must_not_have_had(tx, completion, to)?;
    let to = who_requires(tx, &situation, to)?;
    decisions::if_handed_over(tx, situation, &to)
}

fn own(tx: &mut Tx<'_>, person: PersonId, completion: RecordId) -> Result<Situation, Problem> {
    let known_as = people::store::known_as(tx, person)?;
    let found = situations(tx, &[completion])?.into_iter().find(|one| known_as.contains(&one.person));
    Ok(found.ok_or(Error::NoRow)?)
}

/// To everybody else's staff an organisation is as unknown as one that is not there.
fn must_employ(tx: &mut Tx<'_>, person: PersonId, to: OrganisationId) -> Result<(), Problem> {
    let today = tx.today();
    let periods = employed(tx, &BTreeSet::from([(person, to)]))?;
    let is_today =
        periods.into_values().flatten().any(|(from, last)| from <= today && last.is_none_or(|last| today <= last));
    if is_today { Ok(()) } else { Err(Kind::NotFound.into()) }
}

fn must_not_have_had(tx: &mut Tx<'_>, completion: RecordId, to: OrganisationId) -> Result<(), Problem> {
    let held = own_custodies(tx, &[completion])?.remove(&completion).unwrap_or_default();
    let has_it = held.iter().any(|one| one.controller.id == to && one.capacity == Capacity::Employer);
    let fault = if has_it {
        Fault::HeldAlready
    } else if has_let_go(tx, completion, to, Capacity::Employer)? {
        Fault::LetGoBefore
    } else {
        return Ok(());
    };
    Err(Problem { findings: Findings::one("", fault).into_vec(), ..Kind::Conflict.into() })
}

/// The employer, if it requires today of the person what the completion proves: no organisation is given more than it may ask for.
fn who_requires(tx: &mut Tx<'_>, situation: &Situation, to: OrganisationId) -> Result<Party, Problem> {
    let carried = situation.competence.filter(|_| situation.content.outcome.carries_competence());
    let competence = carried.ok_or_else(|| Problem::at("", Fault::CarriesNoCompetence))?;
    let demanded = demanded_of(tx, &[situation.person].into(), &[competence].into())?;
    let employers = demanded.into_values().flatten();
    let found = employers.into_iter().find(|(employer, _)| *employer == to);
    found.map(|(id, name)| Party { id, name }).ok_or_else(|| Problem::at("", Fault::NotRequired))
}
