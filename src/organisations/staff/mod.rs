//! Staff: teams and employments. They limit what an employer sees of what it holds; by themselves they show nothing.

pub mod routes;
pub mod store;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{platform::jobs::Job, words::*};

/// A group of staff.
#[derive(Debug, Serialize, ToSchema)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name, unique in the organisation.
    pub name: String,
    /// Counts its changes.
    pub version: i64,
}

/// A person works for an employer, from one day to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct Employment {
    /// Its id.
    pub id: EmploymentId,
    /// The person, as the employer's card has it.
    pub person: PersonId,
    /// The name on the employer's card.
    pub name: Option<String>,
    /// The employer's own reference.
    pub external_reference: Option<String>,
    /// The team, if there is one.
    pub team: Option<TeamId>,
    /// The first day.
    pub from: Day,
    /// The last day, if it is known.
    pub to: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

/// An employment began, changed or ended: what the employer holds about the person is worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct EmploymentChanged {
    /// The employer.
    pub employer: OrganisationId,
    /// The person.
    pub person: PersonId,
}

impl Job for EmploymentChanged {
    const KIND: &'static str = "employment_changed";
}
