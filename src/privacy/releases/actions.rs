//! Who may let go of what an organisation holds. It is the decision of those who answer the persons.

use crate::{access::within, words::Role};

within! {
    /// Lets go of what the organisation holds, and reads what became of it.
    ReleaseRecords "release_records": None, &[Role::PrivacyOfficer], None;
}
