//! What can be done with cards and claims, and who may.

use crate::{
    access::{Action, Demand, Whom},
    words::{OrganisationId, Role, Scope},
};

macro_rules! on_cards {
    ($($(#[$doc:meta])* $name:ident $code:literal: $roles:expr, $scope:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            /// The holder.
            pub organisation: OrganisationId,
        }
        impl Action for $name {
            const NAME: &'static str = $code;
            fn demand(&self) -> Demand {
                Demand::Member { of: Whom::Named(self.organisation), capacity: None, roles: $roles, scope: Some($scope) }
            }
        }
    )+};
}

on_cards! {
    /// The holder's own cards.
    ReadCards "read_cards":
        &[Role::Administrator, Role::CourseAdministrator, Role::Hr, Role::PrivacyOfficer], Scope::StaffRead;
    /// Makes a card, and with it a person, or changes one.
    WriteCards "write_cards": &[Role::Administrator, Role::CourseAdministrator, Role::Hr], Scope::StaffWrite;
}

macro_rules! about_oneself {
    ($($(#[$doc:meta])* $name:ident $code:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Action for $name {
            const NAME: &'static str = $code;
            fn demand(&self) -> Demand {
                Demand::Oneself
            }
        }
    )+};
}
pub(crate) use about_oneself;

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
