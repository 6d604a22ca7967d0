//! What can be done with legal holds, and who may. A hold says that there is a dispute or a case about somebody: only those
//! who answer the persons know of it.

use crate::{access::within, words::Role};

within! {
    /// Reads the holds of an organisation.
    ReadHolds "read_holds": None, &[Role::PrivacyOfficer], None;
    /// Sets, reviews and lifts holds.
    SetHolds "set_holds": None, &[Role::PrivacyOfficer], None;
}
