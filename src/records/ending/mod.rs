//! The end of custodies: asked for, and carried out. What follows for what a record says is its own room's business.

pub mod store;

use crate::words::*;

/// A custody that is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ending {
    /// Of which record.
    pub record: RecordId,
    /// Whose.
    pub controller: OrganisationId,
    /// On which ground.
    pub ground: Ground,
}

/// A custody that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Of which record.
    pub record: RecordId,
    /// Whom that is about.
    pub person: PersonId,
    /// Whose it was.
    pub controller: OrganisationId,
    /// Whom the facts name, if it had been taken over.
    pub came_from: Option<OrganisationId>,
    /// On which ground.
    pub ground: Ground,
    /// Which parts it held.
    pub content: Content,
    /// Under which category of the schedule.
    pub category: String,
    /// The version of the schedule the category came from.
    pub schedule_version: String,
}

impl From<&Ended> for Ending {
    fn from(ended: &Ended) -> Self {
        Self { record: ended.record, controller: ended.controller, ground: ended.ground }
    }
}
