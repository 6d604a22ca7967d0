//! Requirements: what an employer or client demands of whom, from a day on. The demand only: who meets it is asked
//! elsewhere, and a demand alone shows nobody anything.

pub mod actions;
pub mod routes;
pub mod store;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{platform::jobs::Job, words::*};

/// A demand on a group of people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requirement {
    /// Its id.
    pub id: RequirementId,
    /// What is demanded.
    pub competence: CompetenceId,
    /// Of which team; null for everyone who is employed.
    pub team: Option<TeamId>,
    /// The first day it is in force.
    pub from: Day,
    /// The last, if there is one.
    pub to: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

/// A requirement began, changed or ended: what the organisation ordered of this competence is held on another ground.
#[derive(Debug, Serialize, Deserialize)]
pub struct RequirementChanged {
    /// Who demands.
    pub organisation: OrganisationId,
    /// What.
    pub competence: CompetenceId,
}

impl Job for RequirementChanged {
    const KIND: &'static str = "requirement_changed";
}
