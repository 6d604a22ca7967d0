//! What can be exported, and who may: whoever may list it.

use crate::{
    access::{Action, Demand, Implies},
    completions::actions::ViewCompletions,
    organisations::actions::ListEmployments,
    words::{Capacity, OrganisationId},
};

/// Takes everything home that an organisation holds in a capacity.
#[derive(Clone, Copy, Debug)]
pub struct ExportCompletions {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// In which capacity.
    pub capacity: Capacity,
}

impl Action for ExportCompletions {
    const NAME: &'static str = "export_completions";
    fn demand(&self) -> Demand {
        ViewCompletions { organisation: self.organisation, capacity: self.capacity }.demand()
    }
}

/// Takes the staff home: who is employed, with the employer's cards.
#[derive(Clone, Copy, Debug)]
pub struct ExportStaff {
    /// The employer.
    pub organisation: OrganisationId,
}

impl Action for ExportStaff {
    const NAME: &'static str = "export_staff";
    fn demand(&self) -> Demand {
        ListEmployments { organisation: self.organisation }.demand()
    }
}

/// Whoever takes the staff home lists it. The cards go with it: whoever may list employments may read cards.
impl Implies<ListEmployments> for ExportStaff {}
