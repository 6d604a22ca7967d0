//! Organisations: legal entities with capacities, certifications, teams, members and staff.
//!
//! The operator creates an organisation and grants its capacities; its own administrator does the rest. An employment alone
//! gives nobody sight of anything: it only limits what an employer sees of what it holds.

pub mod actions;
pub mod registers;
pub mod routes;
pub mod staff;
pub mod store;

pub use self::registers::RegisterChoice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{platform::jobs::Job, words::*};

/// A legal entity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its organisation number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The legal entity it is a part of, if its number is a sub-unit's.
    pub legal_entity: Option<OrganisationId>,
    /// What it can act as today.
    pub capacities: Vec<Capacity>,
    /// As a provider: what it shows an employer of what that employer ordered.
    pub employer_view: EmployerView,
    /// Where its people answer questions about personal data.
    pub privacy_contact: Option<String>,
    /// The day it was dissolved; null if it was not.
    pub dissolved_on: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

/// A provider's certification.
#[derive(Debug, Serialize, ToSchema)]
pub struct Certification {
    /// Its id.
    pub id: CertificationId,
    /// The number the certifier gave it.
    pub number: String,
    /// The competences it covers.
    pub competences: Vec<CompetenceId>,
    /// The first day.
    pub from: Day,
    /// The last day, if there is one.
    pub to: Option<Day>,
}

/// A member: a person who works in Attest for the organisation, in one role.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    /// The membership's id.
    pub id: MembershipId,
    /// The person.
    pub person: PersonId,
    /// The name on the person's own card.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
    /// For which team, if the role is about one.
    pub team: Option<TeamId>,
    /// Since when.
    pub since: Instant,
}

/// What an organisation acts as, what it is certified for, or what it shows employers changed: who holds what it recorded
/// or ordered is worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct OrganisationChanged {
    /// Which.
    pub organisation: OrganisationId,
}

impl Job for OrganisationChanged {
    const KIND: &'static str = "organisation_changed";
}

/// An organisation was dissolved, or that was taken back: until when it keeps what it keeps is worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct OrganisationDissolved {
    /// Which.
    pub organisation: OrganisationId,
}

impl Job for OrganisationDissolved {
    const KIND: &'static str = "organisation_dissolved";
}
