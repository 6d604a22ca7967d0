//! What can be done with organisations, and who may.

use crate::{
    access::{Action, Demand, within},
    words::{Capacity, OrganisationId, Role, Scope},
};

/// The operator creates an organisation.
#[derive(Clone, Copy, Debug)]
pub struct CreateOrganisation;

impl Action for CreateOrganisation {
    const NAME: &'static str = "create_organisation";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// The operator lists organisations.
#[derive(Clone, Copy, Debug)]
pub struct ListOrganisations;

impl Action for ListOrganisations {
    const NAME: &'static str = "list_organisations";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// The operator grants capacities and records certifications.
#[derive(Clone, Copy, Debug)]
pub struct GrantCapacity {
    /// To whom.
    pub organisation: OrganisationId,
}

impl Action for GrantCapacity {
    const NAME: &'static str = "grant_capacity";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

const ANY_ROLE: &[Role] = &[
    Role::Administrator,
    Role::CourseAdministrator,
    Role::Hr,
    Role::Manager,
    Role::SchemeOfficer,
    Role::PrivacyOfficer,
    Role::Instructor,
    Role::SafetyRepresentative,
    Role::Gatekeeper,
    Role::Operator,
];

within! {
    /// A member looks at the organisation itself.
    ShowOrganisation "show_organisation": None, ANY_ROLE, Some(Scope::StaffRead);
    /// The administrator changes what the organisation says about itself.
    ChangeOrganisation "change_organisation": None, &[Role::Administrator, Role::Operator], None;
    /// Chooses which register certifies what the provider may not certify itself.
    ChooseRegister "choose_register": Some(Capacity::Provider), &[Role::Administrator], None;
    /// Who works here in Attest.
    ListMembers "list_members": None, &[Role::Administrator, Role::PrivacyOfficer, Role::Operator], None;
    /// Ends a membership.
    EndMembership "end_membership": None, &[Role::Administrator, Role::Operator], None;
    /// Teams, as HR sees them.
    ListTeams "list_teams": None, &[Role::Administrator, Role::Hr, Role::Manager], Some(Scope::StaffRead);
    /// Makes and changes teams.
    ChangeTeams "change_teams": None, &[Role::Administrator, Role::Hr], Some(Scope::StaffWrite);
    /// Who is employed.
    ListEmployments "list_employments": Some(Capacity::Employer), &[Role::Hr], Some(Scope::StaffRead);
    /// Begins, changes and ends employments.
    ChangeEmployments "change_employments": Some(Capacity::Employer), &[Role::Hr], Some(Scope::StaffWrite);
}
