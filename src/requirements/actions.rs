//! What can be done with requirements, and who may.

use crate::{
    access::{Action, Demand, Whom},
    words::{OrganisationId, Role, Scope},
};

/// Reads the requirements of an organisation.
#[derive(Clone, Copy, Debug)]
pub struct ListRequirements {
    /// Whose.
    pub organisation: OrganisationId,
}

impl Action for ListRequirements {
    const NAME: &'static str = "list_requirements";
    fn demand(&self) -> Demand {
        Demand::Member {
            of: Whom::Named(self.organisation),
            capacity: None,
            roles: &[Role::Hr, Role::Manager, Role::Administrator],
            scope: Some(Scope::StaffRead),
        }
    }
}

/// Sets and ends requirements.
#[derive(Clone, Copy, Debug)]
pub struct SetRequirements {
    /// Whose.
    pub organisation: OrganisationId,
}

impl Action for SetRequirements {
    const NAME: &'static str = "set_requirements";
    fn demand(&self) -> Demand {
        Demand::Member {
            of: Whom::Named(self.organisation),
            capacity: None,
            roles: &[Role::Hr, Role::Administrator],
            scope: Some(Scope::StaffWrite),
        }
    }
}
