//! Legal holds: while a case is open, nothing the hold lies on is erased or reduced, whoever asks and whatever day has come.
//! By itself it restricts nothing: who sees the records sees them as before.
//!
//! It is one organisation's, and lies on what that organisation holds: on one record, or on every record it holds about the
//! person, now and later. What is said about a record, its versions and the certificates about it, goes with the record, and
//! so stays with it. What turns out never to have been true stays as well, as it may be the evidence: see
//! [`crate::law::decision`].

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{law::calendar::months_after, words::*};

/// A hold that nobody looks at again would be a way to keep things for ever.
const REVIEWED_WITHIN_MONTHS: u16 = 12;

/// A legal hold on what an organisation holds about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LegalHold {
    /// Its id.
    pub id: HoldId,
    /// The person.
    pub person: PersonId,
    /// The one record it lies on; null if it lies on every record the organisation holds about the person, now and later.
    pub record: Option<RecordId>,
    /// Why it lies there.
    pub reason: HoldReason,
    /// What the case is called elsewhere.
    pub reference: Option<String>,
    /// The person who answers for it.
    pub owner: PersonId,
    /// Is the owner a member of the organisation still? If not, it needs another.
    pub owner_is_member: bool,
    /// The day on which somebody asks whether it is needed still. Until it is lifted it holds, also after that day.
    pub review_on: Day,
    /// When it was set.
    pub set_at: Instant,
    /// By whom; null for the command line.
    pub set_by: Option<PersonId>,
    /// When it was lifted; null as long as it holds.
    pub lifted_at: Option<Instant>,
    /// By whom.
    pub lifted_by: Option<PersonId>,
    /// Counts its changes.
    pub version: i64,
}

/// What is wrong with a day of review, chosen today.
fn review_fault(review_on: Day, today: Day) -> Option<Fault> {
    let last = months_after(today, REVIEWED_WITHIN_MONTHS);
    if review_on < today {
        Some(Fault::InThePast)
    } else if review_on > last {
        Some(Fault::TooFarAhead { last })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_reviewed_within_twelve_months_and_not_yesterday() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        for (review_on, today, wrong) in [
            ("2026-03-02", "2026-03-02", None),
            ("2026-03-01", "2026-03-02", Some(Fault::InThePast)),
            ("2027-03-02", "2026-03-02", None),
            ("2027-03-03", "2026-03-02", Some(Fault::TooFarAhead { last: day("2027-03-02") })),
            ("2029-02-28", "2028-02-29", None),
            ("2029-03-01", "2028-02-29", Some(Fault::TooFarAhead { last: day("2029-02-28") })),
        ] {
            assert_eq!(review_fault(day(review_on), day(today)), wrong, "{review_on} on {today}");
        }
    }
}
