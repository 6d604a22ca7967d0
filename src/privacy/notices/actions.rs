//! Who hears of the erasure of what an organisation was shown: those who answer the persons, and its systems.

use crate::{
    access::within,
    words::{Role, Scope},
};

within! {
    /// Hears what has become of what the organisation was shown.
    HearOfErasures "hear_of_erasures":
        None, &[Role::PrivacyOfficer, Role::Administrator], Some(Scope::ErasuresRead);
}
