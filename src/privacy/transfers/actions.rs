//! What can be done about transfers, and who may.

use crate::{
    access::{Action, Demand, within},
    words::{OrganisationId, Role},
};

within! {
    /// Reads what the organisation hands on or is to take over.
    ReadTransfers "read_transfers": None, &[Role::Administrator, Role::PrivacyOfficer, Role::Operator], None;
    /// Proposes that another organisation take over, and takes that back.
    ProposeTransfers "propose_transfers": None, &[Role::Administrator, Role::PrivacyOfficer], None;
    /// Takes over, or does not.
    AnswerTransfers "answer_transfers": None, &[Role::Administrator, Role::PrivacyOfficer], None;
}

/// The operator proposes a successor for an organisation that is no more.
#[derive(Clone, Copy, Debug)]
pub struct ProposeForDissolved {
    /// Which.
    pub organisation: OrganisationId,
}

impl Action for ProposeForDissolved {
    const NAME: &'static str = "propose_for_dissolved";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}
