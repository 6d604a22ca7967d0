//! An action is a value that carries its subject and says what it demands of the caller.

use crate::words::{Capacity, OrganisationId, RecordId, Role, Scope};

/// Something that can be done here. Each room lists its own in `actions.rs`.
pub trait Action {
    /// The name audit rows and idempotency keys know it by.
    const NAME: &'static str;

    /// What it demands of the caller.
    fn demand(&self) -> Demand;
}

/// In which organisation's name something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The one the path names.
    Named(OrganisationId),
    /// The one the header `Attest-Organisation` names, or the only one the caller can act for.
    Acting(Option<OrganisationId>),
}

/// What an action demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Nothing: anyone may.
    Nothing,
    /// A person, about themselves.
    Oneself,
    /// The operator.
    Operator,
    /// A member in one of the roles, or a client with the scope, of an organisation with the capacity. The role
    /// `operator` in the list stands for the operator, whichever organisation it is.
    Member {
        /// Which organisation.
        of: Whom,
        /// What the organisation must be able to act as; `None` if it does not matter.
        capacity: Option<Capacity>,
        /// The roles that may.
        roles: &'static [Role],
        /// The scope that lets a client; `None` if no client may.
        scope: Option<Scope>,
    },
    /// A viewer of what an organisation holds in a capacity; of one record, if one is named.
    View {
        /// Which organisation.
        organisation: OrganisationId,
        /// In which capacity it holds what is viewed.
        capacity: Capacity,
        /// The one record in question.
        record: Option<RecordId>,
    },
}

/// Actions of an organisation's own members and clients: which capacity it needs, which roles may, which scope lets a client.
macro_rules! within {
    ($($(#[$doc:meta])* $name:ident $code:literal: $capacity:expr, $roles:expr, $scope:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            /// The organisation.
            pub organisation: $crate::words::OrganisationId,
        }
        impl $crate::access::Action for $name {
            const NAME: &'static str = $code;
            fn demand(&self) -> $crate::access::Demand {
                let of = $crate::access::Whom::Named(self.organisation);
                $crate::access::Demand::Member { of, capacity: $capacity, roles: $roles, scope: $scope }
            }
        }
    )+};
}
pub(crate) use within;

/// Actions of a person about themselves.
macro_rules! about_oneself {
    ($($(#[$doc:meta])* $name:ident $code:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl $crate::access::Action for $name {
            const NAME: &'static str = $code;
            fn demand(&self) -> $crate::access::Demand {
                $crate::access::Demand::Oneself
            }
        }
    )+};
}
pub(crate) use about_oneself;
