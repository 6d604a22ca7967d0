//! What a person can do about what is kept of them.

use crate::access::about_oneself;

about_oneself! {
    /// Who keeps what about oneself, why, and until when.
    ReadOwnCustodies "read_own_custodies";
    /// Looks at what would go and what would stay, and confirms it.
    EraseOwn "erase_own";
    /// Looks at what an employer would hold of a completion, and hands it over.
    HandOver "hand_over";
    /// Leaves, for a while or for good.
    Deregister "deregister";
    /// Reads what one has asked of humans at controllers, and what they answered.
    ReadOwnCases "read_own_cases";
    /// Asks a human at a controller, and takes that back.
    AskHumans "ask_humans";
}
