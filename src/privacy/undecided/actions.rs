//! Who may read what is not decided: those who answer the persons.

use crate::{access::within, words::Role};

within! {
    /// Reads what an organisation keeps without its being known until when.
    ReadUndecided "read_undecided": None, &[Role::PrivacyOfficer], None;
}
