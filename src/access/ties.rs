//! What connects the caller to organisations and people, at this instant.

use std::collections::BTreeSet;

use super::visibility::{Holding, Work};
use crate::words::{Capacity, OPERATOR, OrganisationId, PersonId, Role, Scopes, TeamId};

/// Who the caller turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody signed in, and nobody needs to be.
    Nobody,
    /// The account, sign-in or client is closed, revoked or gone.
    Closed,
    /// A person.
    Person(PersonId),
    /// A client of an organisation.
    Client {
        /// Whose client.
        organisation: OrganisationId,
        /// What it may do.
        scopes: Scopes,
    },
    /// A command on the machine itself, or a worker.
    House,
}

/// A role held in an organisation now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
    /// For which team, if the role is about one.
    pub team: Option<TeamId>,
}

/// Everything a decision may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ties {
    /// Who is calling.
    pub caller: Caller,
    /// The caller's roles, in every organisation.
    pub memberships: Vec<Membership>,
    /// What the organisation in question can act as now; `None` if there is no such organisation.
    pub capacities: Option<BTreeSet<Capacity>>,
    /// Who holds the record in question; empty if there is none.
    pub holdings: Vec<Holding>,
    /// Where the record's person works today, as far as the organisation in question is concerned.
    pub work: Vec<Work>,
}

impl Ties {
    /// The ties of someone who has none.
    pub fn none(caller: Caller) -> Self {
        Self { caller, memberships: Vec::new(), capacities: None, holdings: Vec::new(), work: Vec::new() }
    }

    /// The caller's roles in one organisation.
    pub fn roles_in(&self, organisation: OrganisationId) -> impl Iterator<Item = Role> + '_ {
        self.memberships.iter().filter(move |m| m.organisation == organisation).map(|m| m.role)
    }

    /// The teams for which the caller holds a role in one organisation; nothing where it is held for no team.
    pub fn teams_as(&self, role: Role, organisation: OrganisationId) -> impl Iterator<Item = Option<TeamId>> + '_ {
        self.memberships.iter().filter(move |m| m.organisation == organisation && m.role == role).map(|m| m.team)
    }

    /// The person who calls, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        match self.caller {
            Caller::Person(person) => Some(person),
            _ => None,
        }
    }

    /// Does the caller operate this Attest?
    pub fn is_operator(&self) -> bool {
        self.roles_in(OPERATOR).any(|role| role == Role::Operator)
    }

    /// The organisations the caller can act for.
    pub fn organisations(&self) -> BTreeSet<OrganisationId> {
        match &self.caller {
            Caller::Client { organisation, .. } => BTreeSet::from([*organisation]),
            _ => self.memberships.iter().map(|m| m.organisation).collect(),
        }
    }
}
