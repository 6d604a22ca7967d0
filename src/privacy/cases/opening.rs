//! How cases begin: by a request for erasure that the controller answers itself or wants to refuse, or because the person asks
//! for a human.

use std::collections::{BTreeMap, BTreeSet};

use super::{due_of, letters::tell_controller, routes::NewCase, store};
use crate::{
    access::Permit,
    completions::store::all_own_ids,
    people,
    platform::{
        audit,
        db::Tx,
        problem::{Findings, Problem},
    },
    privacy::{
        actions::AskHumans,
        decisions::{self, Open},
    },
    records::restricting,
    words::*,
};

/// Opens a case of each kind a request leads to, with each controller that decides itself. What a case of the kind is open about
/// is not asked twice. Afterwards each knows its cases. Whoever calls holds the person.
///
/// # Errors
/// The database's.
pub fn by_request(tx: &mut Tx<'_>, person: PersonId, open: &mut [Open], public_url: &str) -> Result<(), Problem> {
    let today = tx.today();
    let mut asked: BTreeMap<(OrganisationId, CaseKind), Vec<&Open>> = BTreeMap::new();
    for one in open.iter() {
        if let (Some(kind), None) = one.leads_to(today) {
            asked.entry((one.own.controller.id, kind)).or_default().push(one);
        }
    }
    for ((_, kind), about) in asked {
        begin(tx, person, kind, &about, None, public_url)?;
    }
    let ids: BTreeSet<RecordId> = open.iter().map(|one| one.situation.record).collect();
    let mut cases = store::open_about(tx, &ids)?;
    for one in open {
        one.cases = cases.remove(&one.ending()).unwrap_or_default();
    }
    Ok(())
}

/// Asks a human at a controller. What a case of the kind is open about is not asked twice: if that is all of it, the case there
/// is, is the answer.
///
/// # Errors
/// `Unknown` for what is not the person's, or not held there on that ground; `CanBeErased`; `NotToBeObjected` for an objection to
/// what is nobody's wish.
pub fn ask(tx: &mut Tx<'_>, permit: &Permit<AskHumans>, new: &NewCase, public_url: &str) -> Result<CaseId, Problem> {
    let (person, kind) = (permit.person()?, CaseKind::from(new.kind.0));
    people::store::lock_human(tx, person)?;
    let own = all_own_ids(tx, person)?;
    let named: BTreeSet<RecordId> = new.custodies.0.iter().map(|one| one.record.0).collect();
    let ids: Vec<RecordId> = named.into_iter().filter(|id| own.binary_search(id).is_ok()).collect();
    let open = decisions::open(tx, &ids)?;
    let about = found(&open, new, tx.today())?;
    let (asked_before, new_ones): (Vec<&Open>, Vec<&Open>) =
        about.into_iter().partition(|one| one.case(kind).is_some());
    let before = asked_before.first().and_then(|one| one.case(kind)).map(|case| case.id);
    if let (Some(before), true) = (before, new_ones.is_empty()) {
        return Ok(before);
    }
    let reason = new.reason.as_ref().map(|text| text.as_str());
    let id = begin(tx, person, kind, &new_ones, reason, public_url)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "kind": kind, "custodies": new_ones.len() })))?;
    Ok(id)
}

/// The custodies that were named, each once.
fn found<'a>(open: &'a [Open], new: &NewCase, today: Day) -> Result<Vec<&'a Open>, Problem> {
    let (mut about, mut findings) = (BTreeMap::new(), Findings::default());
    for (n, named) in new.custodies.0.iter().enumerate() {
        let is_it = |one: &&Open| {
            let held = one.ending();
            (held.record, held.controller, held.ground) == (named.record.0, new.controller.0, named.ground.0)
        };
        match open.iter().find(is_it) {
            None => findings.add(&format!("/custodies/{n}"), Fault::Unknown),
            Some(one) => match not_to_be_asked(one, new.kind.0, today) {
                Some(fault) => findings.add(&format!("/custodies/{n}"), fault),
                None => drop(about.insert(one.ending(), one)),
            },
        }
    }
    findings.check()?;
    Ok(about.into_values().collect())
}

/// What goes when it is asked for needs no human; what somebody keeps by its own wish can be objected to (GDPR art. 21(1)), and
/// every refusal looked at again.
fn not_to_be_asked(one: &Open, asked: CaseAsked, today: Day) -> Option<Fault> {
    let action = one.decide(Trigger::Request, today).action;
    if action.erases() {
        Some(Fault::CanBeErased)
    } else if asked == CaseAsked::Objection && action.opens().is_none() {
        Some(Fault::NotToBeObjected)
    } else {
        None
    }
}

/// Opens a case about what one controller holds, and tells it. From now on what is objected to is restricted.
fn begin(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: CaseKind,
    about: &[&Open],
    reason: Option<&str>,
    public_url: &str,
) -> Result<CaseId, Problem> {
    let controller = about.first().ok_or_else(|| Problem::internal("a case about nothing"))?.own.controller.id;
    let due = due_of(tx.now());
    let id = store::insert(tx, (controller, person, kind), reason, due, about)?;
    if kind == CaseKind::Objection {
        let held: Vec<_> = about.iter().map(|one| (one.situation.record, one.own.ground)).collect();
        restricting::store::restrict(tx, controller, &held)?;
    }
    tell_controller(tx, controller, due.target, public_url)?;
    Ok(id)
}
