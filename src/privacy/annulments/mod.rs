//! Annulments: a record that never should have been, because it is about the wrong person, a duplicate, a test or a forgery,
//! need not be kept, whatever a law orders of what happened (GDPR art. 5(1)(d), 16). Whoever recorded it says so, and a second
//! person there confirms it; it is then gone with everybody who holds it, or moves to the person whose it is.
//!
//! What has something built on it is not annulled but reported: a certificate that stands is revoked first, a hold lifted. How
//! many others hold a record is told, and who they are is not: whoever recorded it learns of nobody by it.

pub mod actions;
pub mod answering;
mod letters;
pub mod proposing;
pub mod routes;
pub mod store;

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::{clocks, holds};
use crate::{
    certificates,
    completions::{
        record::check,
        store::{Recorded, birth_date},
    },
    law::{
        calendar::{begins, days_after, days_before, oslo_day},
        decision::of_untrue,
    },
    people,
    platform::{
        db::{Error, Tx},
        problem::{Findings, Kind, Problem},
    },
    records::{
        disclosures::store::recipients,
        ending::store::{all_held, under_hold},
    },
    words::*,
};

/// So many days a proposal waits for a second person; after that nobody remembers well enough what it was about.
const ANSWERED_WITHIN_DAYS: u16 = 30;

/// That a record never should have been, and what came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Annulment {
    /// Its id.
    pub id: AnnulmentId,
    /// The record.
    pub record: RecordId,
    /// The version it had when this was proposed.
    pub record_version: i64,
    /// Why.
    pub reason: AnnulmentReason,
    /// Why, in the words of whoever proposed it; null once it is answered.
    pub explanation: Option<String>,
    /// The person whose it is; null if it is nobody's, or nobody said.
    pub belongs_to: Option<PersonId>,
    /// How far it has come.
    pub state: AnnulmentState,
    /// Since when it is proposed.
    pub proposed_at: Instant,
    /// By whom.
    pub proposed_by: PersonId,
    /// The last day on which it can be confirmed.
    pub answer_by: Day,
    /// When it was answered, taken back or lapsed.
    pub answered_at: Option<Instant>,
    /// By whom; null if nobody did.
    pub answered_by: Option<PersonId>,
    /// The record about the person whose it is; null if it did not move.
    pub recorded_anew: Option<RecordId>,
}

/// An annulment, and what would follow from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownAnnulment {
    /// The annulment.
    #[serde(flatten)]
    pub annulment: Annulment,
    /// What would follow from confirming it today; null once it is answered.
    pub preview: Option<AnnulmentPreview>,
}

/// What would follow from confirming an annulment today.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnulmentPreview {
    /// The grounds on which your organisation holds the record.
    pub grounds: Vec<Ground>,
    /// How many others hold it too, and would hold it no longer. Who they are is theirs and the person's to know.
    pub others: usize,
    /// How many were shown it, and would be told (GDPR art. 19).
    pub told: usize,
    /// What has to be done before it can be confirmed; nothing if it can.
    pub first: Vec<DoneFirst>,
}

/// Something that has to be done before a record can be annulled.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoneFirst {
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub says: Said,
}

impl From<Fault> for DoneFirst {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code(), says: Said { nb: fault.remedy(Lang::Nb), en: fault.remedy(Lang::En) } }
    }
}

/// The last day on which what was proposed at an instant can be confirmed.
fn answer_by(proposed_at: Instant) -> Day {
    days_after(oslo_day(proposed_at), ANSWERED_WITHIN_DAYS)
}

/// RS42: closes proposals nobody has answered in time. True if there may be more.
///
/// # Errors
/// The database's.
pub fn lapse(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let before = begins(days_before(tx.today(), ANSWERED_WITHIN_DAYS));
    Ok(clocks::may_be_more(store::lapse(tx, before, clocks::TOGETHER)?))
}

/// What would follow from confirming an annulment today.
///
/// # Errors
/// The database's.
fn preview(tx: &mut Tx<'_>, organisation: OrganisationId, of: &Annulment) -> Result<AnnulmentPreview, Problem> {
    let ids = BTreeSet::from([of.record]);
    let held = all_held(tx, &ids)?;
    let (own, others): (Vec<_>, Vec<_>) = held.iter().partition(|one| one.controller == organisation);
    let others: BTreeSet<OrganisationId> = others.iter().map(|one| one.controller).collect();
    let told = recipients(tx, &ids)?.remove(&of.record).map_or(0, |shown_to| shown_to.len());
    let first = match still_recorded(tx, organisation, of)? {
        Ok(recorded) => {
            let unfit = unfit(tx, organisation, &recorded, of.belongs_to)?;
            unfit.into_iter().chain(built_on(tx, organisation, of.record)?).collect()
        }
        Err(changed) => vec![changed],
    };
    Ok(AnnulmentPreview {
        grounds: own.iter().map(|one| one.ground).collect(),
        others: others.len(),
        told,
        first: first.into_iter().map(DoneFirst::from).collect(),
    })
}

/// The record as it was when it was proposed, or what has become of it since.
fn still_recorded(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    of: &Annulment,
) -> Result<Result<Recorded, Fault>, Error> {
    match crate::completions::store::recorded(tx, organisation, of.record) {
        Ok(now) if now.version == of.record_version => Ok(Ok(now)),
        Ok(now) => Ok(Err(Fault::CorrectedSince { version: now.version })),
        Err(Error::NoRow) => Ok(Err(Fault::GoneSince)),
        Err(error) => Err(error),
    }
}

/// Why a record cannot be about whose it is said to be, if it cannot: of somebody the organisation has a card of, who was born by
/// then, and whom it is not about already.
fn unfit(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    recorded: &Recorded,
    belongs_to: Option<PersonId>,
) -> Result<Option<Fault>, Error> {
    let Some(person) = belongs_to else { return Ok(None) };
    if people::store::has_cards(tx, organisation, &[person])?.is_empty() {
        return Ok(Some(Fault::Unknown));
    }
    if people::claims::store::known_with(tx, &[person])?.contains(&recorded.person) {
        return Ok(Some(Fault::SameHuman));
    }
    let born = birth_date(tx, organisation, person)?;
    Ok(check(&recorded.content, born, tx.today()).into_vec().pop().map(|finding| finding.fault))
}

/// What is built on a record, and has to be looked at first: certificates that stand, whoever issued them, and holds. Whoever
/// recorded it learns of its own by name, and of others only that there are some.
fn built_on(tx: &mut Tx<'_>, organisation: OrganisationId, record: RecordId) -> Result<Vec<Fault>, Problem> {
    let certificates = certificates::store::in_force_about(tx, record)?;
    let held = all_held(tx, &[record].into())?;
    let kept: Vec<_> = held.iter().map(|one| (one.record, one.person, one.controller)).collect();
    let held: BTreeSet<OrganisationId> = under_hold(tx, &kept)?.into_iter().map(|(_, holder)| holder).collect();
    if of_untrue(!certificates.is_empty(), !held.is_empty()) != DecisionAction::Report {
        return Ok(Vec::new());
    }
    let (own, others): (Vec<_>, Vec<_>) = certificates.into_iter().partition(|one| one.keeper == organisation);
    let mut faults: Vec<Fault> = own.into_iter().map(|one| Fault::CertificateStands { number: one.number }).collect();
    if !others.is_empty() {
        faults.push(Fault::CertificateOfAnother);
    }
    let owners = holds::store::owners(tx, organisation, record)?;
    faults.extend(owners.into_iter().map(|owner| Fault::HeldBy { owner: owner.to_string() }));
    if held.iter().any(|holder| *holder != organisation) {
        faults.push(Fault::KeptByHold);
    }
    Ok(faults)
}

/// Refuses what has something built on it, naming all of it.
///
/// # Errors
/// `BuiltOn`.
fn must_not_be_built_on(tx: &mut Tx<'_>, organisation: OrganisationId, record: RecordId) -> Result<(), Problem> {
    let mut findings = Findings::default();
    for fault in built_on(tx, organisation, record)? {
        findings.add("/record", fault);
    }
    if findings.is_empty() { Ok(()) } else { Err(Problem { findings: findings.into_vec(), ..Kind::BuiltOn.into() }) }
}

/// Is one person the same human as another, under whichever account?
///
/// # Errors
/// The database's.
pub(super) fn is_same_human(tx: &mut Tx<'_>, one: PersonId, other: PersonId) -> Result<bool, Error> {
    Ok(one == other || people::claims::store::known_with(tx, &[one])?.contains(&other))
}
