//! What can be done with requirements, and who may.

use crate::{
    access::within,
    words::{Role, Scope},
};

within! {
    /// Reads the requirements of an organisation.
    ListRequirements "list_requirements":
        None, &[Role::Hr, Role::Manager, Role::Administrator], Some(Scope::StaffRead);
    /// Sets and ends requirements.
    SetRequirements "set_requirements": None, &[Role::Hr, Role::Administrator], Some(Scope::StaffWrite);
}
