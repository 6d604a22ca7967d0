//! Who may see and choose what an organisation decides for itself about what it keeps.

use crate::{access::within, words::Role};

within! {
    /// Reads the pack of an organisation, and looks at what another would change.
    ReadPack "read_pack": None, &[Role::Administrator, Role::PrivacyOfficer], None;
    /// Chooses the pack of an organisation.
    ChoosePack "choose_pack": None, &[Role::Administrator, Role::PrivacyOfficer], None;
}
