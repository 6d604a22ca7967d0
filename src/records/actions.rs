//! What can be done with records whatever their kind.

use crate::access::{Action, Demand};

/// Who was shown what about oneself.
#[derive(Clone, Copy, Debug)]
pub struct ReadDisclosures;

impl Action for ReadDisclosures {
    const NAME: &'static str = "read_disclosures";
    fn demand(&self) -> Demand {
        Demand::Oneself
    }
}
