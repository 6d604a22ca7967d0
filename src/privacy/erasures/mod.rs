//! From a request to a receipt: what would go and what would stay is shown first; who confirms exactly that has it carried
//! out; and the receipt says what really happened.

pub mod awaited;
pub mod cooling;
pub mod lapsing;
mod letters;
pub mod paper;
pub mod plan;
pub mod routes;
pub mod store;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    carrying::{self, Done, Would, carry_out},
    cases::{self, OpenCase},
    custodies::{KeptRecord, by_record},
    decisions::Open,
    said,
};
use crate::{
    certificates::erasing::Settled,
    completions::erasing::{Erasure, telling::to_tell},
    law::{calendar::days_after, decision::Decided, erasing::Fate},
    organisations::store::privacy_contacts,
    platform::{
        db::{Error, Tx},
        problem::Problem,
    },
    records::{Ending, Party, disclosures::store::recipients},
    words::*,
};

/// What would go and what would stay if the person confirmed it today. Nothing has changed yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasurePlan {
    /// What is confirmed: it stands for everything below.
    pub plan: String,
    /// The day it was made for.
    pub on: Day,
    /// Each record, and what would become of it with everyone who keeps it.
    pub records: Vec<KeptRecord>,
    /// Who was shown what would go or be reduced, and would be told (GDPR art. 19).
    pub told: Vec<Party>,
    /// The same for people.
    pub says: Said,
}

/// What became of an erasure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ErasureReceipt)]
pub struct Receipt {
    /// What went.
    pub gone: Vec<Gone>,
    /// What was reduced to the fact that it was; it is among what stays, too.
    pub reduced: Vec<Gone>,
    /// What stays, why, and until when.
    pub stays: Vec<Stays>,
    /// What goes on a day that is still to come, and can be taken back until then.
    #[serde(default)]
    pub waits: Vec<Waits>,
    /// What became of certificates.
    pub certificates: Vec<Unconfirmed>,
    /// Who was shown what went or was reduced, and has been told (GDPR art. 19).
    #[serde(default)]
    pub told: Vec<Party>,
    /// The day it went from the live database.
    pub gone_on: Day,
    /// The receipt of which this is about the rest; null for what was confirmed.
    #[serde(default)]
    pub follows: Option<ErasureId>,
    /// The day on which no backup holds it any more, if backups are kept no longer than the schedule lets them.
    pub gone_from_backups_by: Day,
    /// For people.
    pub says: Said,
}

/// Something that one controller no longer keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = GoneRecord)]
pub struct Gone {
    /// The record.
    pub record: RecordId,
    /// What it was called.
    pub title: Said,
    /// Who kept it.
    pub controller: Party,
    /// On which ground.
    pub ground: Ground,
    /// Is nothing left of the record with anybody?
    pub with_everybody: bool,
    /// The day it went, if that was before the day of the receipt.
    #[serde(default)]
    pub gone_on: Option<Day>,
}

/// Something that goes on a day that is still to come, because its controller lets its people take back what they confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = WaitingRecord)]
pub struct Waits {
    /// The record.
    pub record: RecordId,
    /// What it is called.
    pub title: Said,
    /// Who keeps it until then.
    pub controller: Party,
    /// On which ground.
    pub ground: Ground,
    /// The day on which it is decided again and goes; the day before is the last on which it can be taken back.
    pub goes_on: Day,
    /// The same in plain words.
    pub says: Said,
    /// Since when it is gone; null as long as it is there.
    #[serde(default)]
    pub gone_since: Option<Day>,
    /// Did you take it back?
    #[serde(default)]
    pub taken_back: bool,
}

/// Something that one controller keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = StayingRecord)]
pub struct Stays {
    /// The record.
    pub record: RecordId,
    /// What it is called.
    pub title: Said,
    /// Who keeps it.
    pub controller: Party,
    /// On which ground.
    pub ground: Ground,
    /// Why, and until when.
    pub decision: Decided,
    /// The same in plain words.
    pub says: Said,
    /// The case in which a human there decides about it; null if nobody has to.
    #[serde(default)]
    pub case: Option<OpenCase>,
    /// The day on which it goes without anybody asking; null if that is not known.
    pub erase_on: Option<Day>,
    /// Since when it is gone all the same; null as long as it is there.
    #[serde(default)]
    pub gone_since: Option<Day>,
}

macro_rules! about_a_hold {
    ($($kind:ident),+) => {$(
        impl $kind {
            /// The hold it is about.
            pub fn ending(&self) -> Ending {
                Ending { record: self.record, controller: self.controller.id, ground: self.ground }
            }
        }
    )+};
}

about_a_hold!(Gone, Stays, Waits);

/// A certificate that is gone, or that its issuer no longer confirms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnconfirmedCertificate)]
pub struct Unconfirmed {
    /// The certificate.
    pub certificate: CertificateId,
    /// Is the document gone, too? If not, somebody who keeps the training keeps it.
    pub is_gone: bool,
}

/// What would follow if the person asked today for the erasure of all this.
///
/// # Errors
/// The database's.
pub fn planned(tx: &mut Tx<'_>, open: &[Open]) -> Result<ErasurePlan, Error> {
    let on = tx.today();
    let told = would_be_told(tx, open)?;
    let says = said::would_be_told(&said::names(&told));
    Ok(ErasurePlan { plan: plan::of(open, on), on, records: by_record(open, on), told, says })
}

/// Who was shown what would go or be reduced: those who will be told, if nothing changes until then.
fn would_be_told(tx: &mut Tx<'_>, open: &[Open]) -> Result<Vec<Party>, Error> {
    let today = tx.today();
    let (ends, stays): (Vec<&Open>, Vec<&Open>) =
        open.iter().partition(|one| carrying::would(one, Trigger::Request, today) == Would::End);
    let less = stays.iter().filter(|one| carrying::would(one, Trigger::Request, today) == Would::BeReduced);
    let (ended, reduced): (Vec<Ending>, Vec<Ending>) =
        (ends.iter().map(|one| one.ending()).collect(), less.map(|one| one.ending()).collect());
    let kept: BTreeSet<RecordId> = stays.iter().map(|one| one.situation.record).collect();
    let ids: BTreeSet<RecordId> = ended.iter().chain(&reduced).map(|one| one.record).collect();
    let shown = recipients(tx, &ids)?;
    let gone = ids.difference(&kept).copied().collect();
    let told: Vec<OrganisationId> = to_tell(&shown, &ended, &reduced, &gone).into_keys().collect();
    let names = privacy_contacts(tx, &told)?;
    Ok(names.into_iter().map(|(id, name, _)| Party { id, name }).collect())
}

/// Carries out what was confirmed, if it is still what would follow, and opens a case with every controller that decides
/// itself; what its controller lets people take back waits. Whoever calls holds the person, so what is decided here is what is
/// done.
///
/// # Errors
/// `PlanChanged` with what differs.
pub fn confirm(
    tx: &mut Tx<'_>,
    person: PersonId,
    open: Vec<Open>,
    confirmed: &str,
    public_url: &str,
) -> Result<(Receipt, Erasure), Problem> {
    let today = tx.today();
    plan::must_be_what_was_seen(&open, confirmed, today)?;
    let waits: Vec<Waits> = open.iter().filter_map(|one| one.waiting(today)).collect();
    let at_once = open.into_iter().filter(|one| one.waits_until(today).is_none()).collect();
    let (receipt, erasure) = carried_out(tx, person, at_once, public_url)?;
    Ok((receipt.with_waiting(waits), erasure))
}

/// The same for somebody who leaves: nobody comes back to take anything back, so nothing waits.
///
/// # Errors
/// `PlanChanged` with what differs.
pub fn confirm_at_once(
    tx: &mut Tx<'_>,
    person: PersonId,
    open: Vec<Open>,
    confirmed: &str,
    public_url: &str,
) -> Result<(Receipt, Erasure), Problem> {
    plan::must_be_what_was_seen(&open, confirmed, tx.today())?;
    carried_out(tx, person, open, public_url)
}

/// Carries out what is decided today, and opens a case with every controller that decides itself.
fn carried_out(
    tx: &mut Tx<'_>,
    person: PersonId,
    mut open: Vec<Open>,
    public_url: &str,
) -> Result<(Receipt, Erasure), Problem> {
    let today = tx.today();
    let done = carry_out(tx, &open, Trigger::Request)?;
    cases::deciding::settle(tx, &done.erasure, None, public_url)?;
    cases::opening::by_request(tx, person, &mut open, public_url)?;
    Ok((receipt(&open, &done, today), done.erasure))
}

/// Backups are kept at most so many days (RS41).
const BACKUP_DAYS: u16 = 30;

fn receipt(open: &[Open], done: &Done, today: Day) -> Receipt {
    let erasure = &done.erasure;
    let ended: BTreeSet<Ending> = erasure.custodies.iter().map(Ending::from).collect();
    let reduced: Vec<&Open> = open.iter().filter(|one| done.reduced.contains(&one.ending())).collect();
    let is_gone = |record: RecordId| erasure.records.iter().any(|left| left.record == record && left.is_gone());
    let (gone, stays): (Vec<&Open>, Vec<&Open>) = open.iter().partition(|one| ended.contains(&one.ending()));
    Receipt {
        gone: gone.iter().map(|one| one.gone(is_gone(one.situation.record))).collect(),
        reduced: reduced.iter().map(|one| one.gone(false)).collect(),
        stays: stays.iter().map(|one| one.stays(today)).collect(),
        certificates: unconfirmed(done),
        told: erasure.told.clone(),
        says: said::receipt(
            (gone.len(), reduced.len(), stays.len()),
            days_after(today, BACKUP_DAYS),
            &said::names(&erasure.told),
        ),
        ..Receipt::of_nothing(today, days_after(today, BACKUP_DAYS))
    }
}

impl Receipt {
    /// Of nothing yet.
    fn of_nothing(gone_on: Day, gone_from_backups_by: Day) -> Self {
        Self {
            gone: Vec::new(),
            reduced: Vec::new(),
            stays: Vec::new(),
            waits: Vec::new(),
            certificates: Vec::new(),
            told: Vec::new(),
            follows: None,
            gone_on,
            gone_from_backups_by,
            says: Said { nb: String::new(), en: String::new() },
        }
    }

    /// With what waits.
    fn with_waiting(self, waits: Vec<Waits>) -> Self {
        if waits.is_empty() {
            return self;
        }
        let has_nothing_else = self.gone.is_empty() && self.reduced.is_empty() && self.stays.is_empty();
        let says = said::with_waiting(Some(self.says).filter(|_| !has_nothing_else), waits.len());
        Self { waits, says, ..self }
    }
}

impl Open {
    fn gone(&self, with_everybody: bool) -> Gone {
        let (title, controller) = (self.title.clone(), self.own.controller.clone());
        Gone {
            record: self.situation.record,
            title,
            controller,
            ground: self.own.ground,
            with_everybody,
            gone_on: None,
        }
    }

    fn waiting(&self, today: Day) -> Option<Waits> {
        let goes_on = self.waits_until(today)?;
        Some(Waits {
            record: self.situation.record,
            title: self.title.clone(),
            controller: self.own.controller.clone(),
            ground: self.own.ground,
            goes_on,
            says: said::waits(&self.own.controller.name, goes_on),
            gone_since: None,
            taken_back: false,
        })
    }

    fn stays(&self, today: Day) -> Stays {
        let (shown, (_, case)) = (self.shown(today), self.leads_to(today));
        Stays {
            record: self.situation.record,
            title: self.title.clone(),
            controller: self.own.controller.clone(),
            ground: self.own.ground,
            decision: shown.decision,
            says: shown.says,
            case: case.cloned(),
            erase_on: shown.erase_on,
            gone_since: None,
        }
    }
}

fn unconfirmed(done: &Done) -> Vec<Unconfirmed> {
    let one = |settled: &Settled| {
        let is_gone = match settled.fate {
            Fate::Goes => true,
            Fate::Unconfirmed => false,
            Fate::Stays => return None,
        };
        Some(Unconfirmed { certificate: settled.id, is_gone })
    };
    done.certificates().iter().filter_map(one).collect()
}
