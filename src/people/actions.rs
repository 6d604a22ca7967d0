//! What can be done with cards and claims, and who may.

use crate::{
    access::{about_oneself, within},
    words::{Role, Scope},
};

within! {
    /// The holder's own cards.
    ReadCards "read_cards":
        None, &[Role::Administrator, Role::CourseAdministrator, Role::Hr, Role::PrivacyOfficer], Some(Scope::StaffRead);
    /// Makes a card, and with it a person, or changes one.
    WriteCards "write_cards":
        None, &[Role::Administrator, Role::CourseAdministrator, Role::Hr], Some(Scope::StaffWrite);
}

about_oneself! {
    /// The own card.
    ReadOwnCard "read_own_card";
    /// Changes the own card.
    ChangeOwnCard "change_own_card";
    /// Removes the mobile number, wherever a card has it.
    RemoveMobile "remove_mobile";
    /// The own claims.
    ReadClaims "read_claims";
    /// Claims the cards that carry the own verified e-mail and birth date.
    MakeClaims "make_claims";
    /// Undoes a claim.
    UndoClaim "undo_claim";
}
