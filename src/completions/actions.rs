//! What can be done with completions, and who may.

use crate::{
    access::{Action, Demand, about_oneself, within},
    words::{Capacity, OrganisationId, RecordId, Role, Scope},
};

within! {
    /// A provider records completions, and corrects its own.
    RecordCompletions "record_completions":
        Some(Capacity::Provider), &[Role::Administrator, Role::CourseAdministrator], Some(Scope::CompletionsWrite);
}

/// Looks at what an organisation holds in a capacity.
#[derive(Clone, Copy, Debug)]
pub struct ViewCompletions {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// In which capacity.
    pub capacity: Capacity,
}

impl Action for ViewCompletions {
    const NAME: &'static str = "view_completions";
    fn demand(&self) -> Demand {
        Demand::View { organisation: self.organisation, capacity: self.capacity, record: None }
    }
}

/// Looks at one completion that an organisation holds in a capacity.
#[derive(Clone, Copy, Debug)]
pub struct ViewCompletion {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// In which capacity.
    pub capacity: Capacity,
    /// Which completion.
    pub completion: RecordId,
}

impl Action for ViewCompletion {
    const NAME: &'static str = "view_completion";
    fn demand(&self) -> Demand {
        Demand::View { organisation: self.organisation, capacity: self.capacity, record: Some(self.completion) }
    }
}

about_oneself! {
    /// One's own completions, with everyone who holds them.
    ReadOwnCompletions "read_own_completions";
    /// Accepts a completion into the own portfolio, or takes it out again.
    KeepInPortfolio "keep_in_portfolio";
}
