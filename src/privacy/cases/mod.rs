//! Cases: what a person asks of a controller, and a human there decides within the law's time limit (GDPR art. 12(3)): what the
//! controller answers itself, what it keeps by its own wish and the person objects to (art. 21), and refusals the person wants
//! looked at again. While an objection is open, what it is about is restricted (art. 18(1)(d)).
//!
//! A case decides nothing by itself: what may go is asked of the law when a human has decided.

pub mod actions;
pub mod deciding;
mod letters;
pub mod opening;
pub mod routes;
pub mod store;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    law::calendar::{
        oslo_day,
        periods::{Due, due},
    },
    records::Party,
    words::*,
};

/// We promise an answer within so many days. Where the law's month is shorter, it is that.
const PROMISED_DAYS: u16 = 30;

/// Until when what arrived at an instant must be answered.
fn due_of(arrived: Instant) -> Due {
    due(oslo_day(arrived), Some(PROMISED_DAYS))
}

/// A case nobody has decided yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OpenPrivacyCase)]
pub struct OpenCase {
    /// Its id.
    pub id: CaseId,
    /// What is to be decided.
    pub kind: CaseKind,
    /// The day by which it is answered.
    pub due_on: Day,
}

/// What a case is about: that its controller holds a record on a ground.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PrivacyCaseCustody)]
pub struct CaseCustody {
    /// The record.
    pub record: RecordId,
    /// On which ground.
    pub ground: Ground,
    /// What it is called; null once it is not held any more.
    pub title: Option<Said>,
    /// Does the controller still hold it?
    pub kept: bool,
}

/// What a person asks of a controller, and what came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PrivacyCase {
    /// Its id.
    pub id: CaseId,
    /// What is to be decided.
    pub kind: CaseKind,
    /// How far it is.
    pub state: CaseState,
    /// Who decides.
    pub controller: Party,
    /// What it is about.
    pub custodies: Vec<CaseCustody>,
    /// The person's own words.
    pub reason: Option<String>,
    /// When it arrived.
    pub opened_at: Instant,
    /// The day by which it is answered.
    pub due_on: Day,
    /// The last day on which the law lets it be answered.
    pub due_last_on: Day,
    /// The day it was extended to; null if it was not.
    pub extended_to: Option<Day>,
    /// Why it was extended.
    pub extension: Option<String>,
    /// When the person was told so.
    pub extended_at: Option<Instant>,
    /// What it came to; null as long as it is open, and if it was withdrawn.
    pub outcome: Option<CaseOutcome>,
    /// What the controller answered.
    pub answer: Option<String>,
    /// When it was decided or withdrawn.
    pub closed_at: Option<Instant>,
    /// The same for people.
    pub says: Said,
    /// The person, under each id the organisation knows them by; empty where the person reads it.
    pub people: Vec<PersonId>,
    /// Who decided it. It is told to the organisation and not to the person, whom the organisation answers.
    pub decided_by: Option<PersonId>,
    /// Counts its changes.
    pub version: i64,
}
