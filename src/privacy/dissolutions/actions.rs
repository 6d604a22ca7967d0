//! What can be said about organisations that are no more, and by whom.

use crate::{
    access::{Action, Demand},
    words::OrganisationId,
};

/// The operator says that an organisation was dissolved, or takes it back.
#[derive(Clone, Copy, Debug)]
pub struct Dissolve {
    /// Which.
    pub organisation: OrganisationId,
}

impl Action for Dissolve {
    const NAME: &'static str = "dissolve";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// The operator reads which organisations were dissolved, and who still needs a successor.
#[derive(Clone, Copy, Debug)]
pub struct ReadDissolutions;

impl Action for ReadDissolutions {
    const NAME: &'static str = "read_dissolutions";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}
