//! What can be done about records that never should have been, and who may. Two named people answer for it, so no program does.

use crate::{
    access::{Implies, within},
    completions::actions::RecordCompletions,
    words::{Capacity, Role},
};

within! {
    /// Reads what was annulled, and what is to be.
    ReadAnnulments "read_annulments": None, &[Role::Administrator, Role::CourseAdministrator, Role::PrivacyOfficer], None;
    /// Proposes that a record be annulled, and answers what somebody else has proposed.
    AnnulRecords "annul_records": Some(Capacity::Provider), &[Role::Administrator, Role::CourseAdministrator], None;
}

/// What is somebody else's is recorded anew about them.
impl Implies<RecordCompletions> for AnnulRecords {}
