//! What a controller can do about the cases people have with it, and who may. What people object to, and why, is read only by
//! those who answer them.

use crate::{access::within, words::Role};

within! {
    /// Reads the cases of an organisation.
    ReadPrivacyCases "read_privacy_cases": None, &[Role::PrivacyOfficer], None;
    /// Decides cases, and extends their time limits.
    AnswerPrivacyCases "answer_privacy_cases": None, &[Role::PrivacyOfficer], None;
}
