//! Releases: a controller lets go of what it holds before its time is over. A provision or a hold can keep it from that; its own
//! wish cannot. What is the person's proof only the person lets go of, as the schedule says. Only its own custody ends: what others hold stays with them, and it does not learn of it.

pub mod actions;
pub mod routes;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::{actions::ReleaseRecords, routes::NewRelease};
use super::{
    carrying::{Done, carry_out, must_be_free},
    cases::deciding,
    decisions::{self, Open},
};
use crate::{
    access::Permit,
    law::erasing::Fate,
    platform::{
        audit,
        db::Tx,
        problem::{Findings, Problem},
    },
    records::{Ending, ending::store::all_held},
    words::*,
};

/// What an organisation let go of.
#[derive(Debug, Serialize, ToSchema)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// When.
    pub released_at: Instant,
    /// By whom.
    pub released_by: Option<PersonId>,
    /// What became of it.
    #[serde(flatten)]
    pub became: Became,
}

/// What became of what was let go of, as far as it was the organisation's.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BecameOfRelease)]
pub struct Became {
    /// What the organisation held.
    pub records: Vec<Released>,
    /// The certificates it issued and confirms no longer.
    pub certificates: Vec<CertificateId>,
}

/// A record, and what became of the organisation's hold on it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ReleasedRecord)]
pub struct Released {
    /// The record.
    pub record: RecordId,
    /// On which ground it was held.
    pub ground: Ground,
    /// What became of it.
    pub became: DecisionAction,
}

/// Lets go of what an organisation holds, all of it or nothing. With the files to be discarded once this is committed.
///
/// # Errors
/// `Unknown` for what the organisation does not hold on that ground; `MustStay`.
pub fn release(
    tx: &mut Tx<'_>,
    permit: &Permit<ReleaseRecords>,
    new: &NewRelease,
    public_url: &str,
) -> Result<(ReleaseId, Vec<DocumentId>), Problem> {
    let organisation = permit.action().organisation;
    let ids: BTreeSet<RecordId> = new.records.0.iter().map(|one| one.record.0).collect();
    let open = locked(tx, organisation, &ids)?;
    let named = found(&open, new)?;
    let today = tx.today();
    must_be_free(named.values().map(|(pointer, one)| (pointer, one.refusal_of_release(today))))?;
    let records = named.values().map(|(_, one)| one.released(today)).collect();
    let done = carry_out(tx, named.values().map(|(_, one)| *one), Trigger::Release)?;
    deciding::settle(tx, &done.erasure, permit.person().ok(), public_url)?;
    let became = Became { records, certificates: unconfirmed(&done, organisation) };
    let id = store::keep(tx, permit, &became)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "custodies": became.records.len() })))?;
    Ok((id, done.erasure.files))
}

/// What the organisation holds of these records, their persons locked: from here on nobody else changes what is decided about.
/// What a person keeps in a portfolio is the person's to let go of.
fn locked(tx: &mut Tx<'_>, organisation: OrganisationId, ids: &BTreeSet<RecordId>) -> Result<Vec<Open>, Problem> {
    let held = all_held(tx, ids)?.into_iter().filter(|one| one.controller == organisation);
    let (ids, people): (BTreeSet<RecordId>, BTreeSet<PersonId>) = held.map(|one| (one.record, one.person)).unzip();
    tx.lock_persons(&people.into_iter().collect::<Vec<_>>())?;
    let mut open = decisions::open(tx, &ids.into_iter().collect::<Vec<_>>())?;
    open.retain(|one| one.own.controller.id == organisation && one.own.ground != Ground::Portfolio);
    Ok(open)
}

/// What was named, each hold once, with where it was named first.
fn found<'a>(open: &'a [Open], new: &NewRelease) -> Result<BTreeMap<Ending, (String, &'a Open)>, Problem> {
    let (mut named, mut findings) = (BTreeMap::new(), Findings::default());
    for (n, one) in new.records.0.iter().enumerate() {
        let pointer = format!("/records/{n}");
        let is_it = |open: &&Open| {
            open.situation.record == one.record.0
                && one.ground.as_ref().is_none_or(|ground| ground.0 == open.own.ground)
        };
        let mut held = open.iter().filter(is_it).peekable();
        if held.peek().is_none() {
            findings.add(&pointer, Fault::Unknown);
        }
        for open in held {
            named.entry(open.ending()).or_insert_with(|| (pointer.clone(), open));
        }
    }
    findings.check()?;
    Ok(named)
}

impl Open {
    fn released(&self, today: Day) -> Released {
        let became = self.decide(Trigger::Release, today).action;
        Released { record: self.situation.record, ground: self.own.ground, became }
    }
}

/// Of the certificates about it, whether others keep them is not the organisation's business; that it confirms its own no longer
/// is.
fn unconfirmed(done: &Done, organisation: OrganisationId) -> Vec<CertificateId> {
    let its_own = done.certificates().iter().filter(|one| one.issuer == organisation && one.fate != Fate::Stays);
    its_own.map(|one| one.id).collect()
}
