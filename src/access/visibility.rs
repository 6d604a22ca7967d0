//! May this viewer see this record, and on which ground? The pure form of the rule; `records` has the same rule as one
//! SQL fragment, and a property test holds the two together.

use std::collections::BTreeSet;

use super::ties::{Caller, Ties};
use crate::words::{Capacity, Ground, OrganisationId, PersonId, Role, Scope, TeamId};

/// A custody, as far as sight is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holding {
    /// Who holds the record.
    pub controller: OrganisationId,
    /// Why.
    pub ground: Ground,
    /// Is an objection to it open, so that it is neither listed nor used (GDPR art. 18(1)(d))?
    pub contested: bool,
}

/// An employment of the record's person that covers today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    /// The employer.
    pub employer: OrganisationId,
    /// The team, if there is one.
    pub team: Option<TeamId>,
}

/// Somebody who looks at what an organisation holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// For whom they look.
    pub organisation: OrganisationId,
    /// In which capacity the organisation holds what they may see.
    pub capacity: Capacity,
    /// How far they see.
    pub reach: Reach,
}

/// How far a viewer sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything the organisation holds in the capacity.
    Whole,
    /// Of that, the records of those employed today.
    Employed,
    /// Of that, the records of those employed today in the teams this member manages.
    Teams {
        /// The manager.
        manager: PersonId,
        /// The teams.
        teams: BTreeSet<TeamId>,
    },
}

impl Viewer {
    /// The viewer that the ties allow for an organisation in a capacity, if they allow any.
    pub fn of(ties: &Ties, organisation: OrganisationId, capacity: Capacity) -> Option<Self> {
        let reach = match &ties.caller {
            Caller::Client { organisation: own, scopes } if *own == organisation => {
                scopes.holds(scope(capacity)?).then(|| whole(capacity))
            }
            Caller::Person(person) => by_role(ties, *person, organisation, capacity),
            _ => None,
        }?;
        Some(Self { organisation, capacity, reach })
    }
}

fn scope(capacity: Capacity) -> Option<Scope> {
    match capacity {
        Capacity::Provider | Capacity::Register => Some(Scope::CompletionsRead),
        Capacity::Employer => Some(Scope::EmployerRead),
        Capacity::CertifyingBody => Some(Scope::SchemeRead),
        // Gates answer yes or no and never show a record; the operator has no readers.
        Capacity::Client | Capacity::Operator => None,
    }
}

/// An employer sees those who work for it; the others see what they hold.
fn whole(capacity: Capacity) -> Reach {
    if capacity == Capacity::Employer { Reach::Employed } else { Reach::Whole }
}

fn by_role(ties: &Ties, person: PersonId, organisation: OrganisationId, capacity: Capacity) -> Option<Reach> {
    let holds = |role: Role| ties.roles_in(organisation).any(|r| r == role);
    scope(capacity)?;
    if holds(Role::PrivacyOfficer) {
        return Some(Reach::Whole);
    }
    match capacity {
        Capacity::Provider | Capacity::Register if holds(Role::Administrator) || holds(Role::CourseAdministrator) => {
            Some(Reach::Whole)
        }
        Capacity::CertifyingBody if holds(Role::SchemeOfficer) => Some(Reach::Whole),
        Capacity::Employer if holds(Role::Hr) => Some(Reach::Employed),
        Capacity::Employer if holds(Role::Manager) => {
            let teams = ties.memberships.iter().filter(|m| m.organisation == organisation && m.role == Role::Manager);
            Some(Reach::Teams { manager: person, teams: teams.filter_map(|m| m.team).collect() })
        }
        _ => None,
    }
}

/// Does the viewer see the record in what it lists, and on which ground? The first ground in the list's order wins. What is
/// contested is not listed.
pub fn sees(viewer: &Viewer, holdings: &[Holding], work: &[Work]) -> Option<Ground> {
    let listed: Vec<Holding> = holdings.iter().filter(|one| !one.contested).copied().collect();
    opens(viewer, &listed, work)
}

/// May the viewer open the record by its id, and on which ground? Also one that is contested: it says so.
pub fn opens(viewer: &Viewer, holdings: &[Holding], work: &[Work]) -> Option<Ground> {
    let held = holdings.iter().filter(|h| h.controller == viewer.organisation);
    let ground = held.map(|h| h.ground).filter(|g| g.capacity() == viewer.capacity).min()?;
    let mut here = work.iter().filter(|w| w.employer == viewer.organisation);
    let within_reach = match &viewer.reach {
        Reach::Whole => true,
        Reach::Employed => here.next().is_some(),
        Reach::Teams { teams, .. } => here.any(|w| w.team.is_some_and(|team| teams.contains(&team))),
    };
    within_reach.then_some(ground)
}
