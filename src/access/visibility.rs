//! May this viewer see this record, and on which ground? The pure form of the rule; `records` has the same rule as one
//! SQL fragment, and a property test holds the two together.

use std::collections::BTreeSet;

use super::ties::{Caller, Ties};
use crate::words::{Capacity, Content, Ground, OrganisationId, Part, PersonId, Role, Scope, TeamId};

/// A custody, as far as sight is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holding {
    /// Who holds the record.
    pub controller: OrganisationId,
    /// Why.
    pub ground: Ground,
    /// Is an objection to it open, so that it is neither listed nor used (GDPR art. 18(1)(d))?
    pub contested: bool,
    /// Is the record about training that an employer must be able to show? Whatever came of it: the class is the competence's.
    pub statutory: bool,
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
    /// Of that, what the roles of a member reach who answers for some of those employed today.
    Roles {
        /// The member.
        member: PersonId,
        /// The teams the member manages: everything about those in them.
        led: BTreeSet<TeamId>,
        /// Whose statutory training the member sees as a safety representative.
        safety: Option<Area>,
    },
}

/// Whom a safety representative stands for (arbeidsmiljøloven § 6-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Area {
    /// Everybody who works here.
    Everyone,
    /// Those in these teams.
    Teams(BTreeSet<TeamId>),
}

impl Area {
    fn covers(&self, team: Option<TeamId>) -> bool {
        match self {
            Area::Everyone => true,
            Area::Teams(teams) => team.is_some_and(|team| teams.contains(&team)),
        }
    }
}

/// The parts of a record that a safety representative sees: that the training was and how it ended, and the document as it was
/// issued, which is what must be available to them (forskrift om utførelse av arbeid § 10-2). The grade and the hours beside it
/// say how well somebody did; to see to it that people are trained nobody needs them (GDPR art. 5(1)(c)).
pub fn parts_for_safety() -> Content {
    Content::of(&[Part::Fact, Part::Document])
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

    /// The same viewer without what it sees as a safety representative; nothing if it is none.
    pub fn but_for_safety(&self) -> Option<Self> {
        match &self.reach {
            Reach::Roles { member, led, safety: Some(_) } => {
                Some(Self { reach: Reach::Roles { member: *member, led: led.clone(), safety: None }, ..*self })
            }
            _ => None,
        }
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
        Capacity::Employer if holds(Role::Manager) || holds(Role::SafetyRepresentative) => {
            let teams = |role| ties.teams_as(role, organisation);
            let led = teams(Role::Manager).flatten().collect();
            let safety = holds(Role::SafetyRepresentative).then(|| area(teams(Role::SafetyRepresentative)));
            Some(Reach::Roles { member: person, led, safety })
        }
        _ => None,
    }
}

/// Who represents no team represents everybody.
fn area(teams: impl Iterator<Item = Option<TeamId>>) -> Area {
    teams.collect::<Option<BTreeSet<TeamId>>>().map_or(Area::Everyone, Area::Teams)
}

/// Does the viewer see the record in what it lists, and on which ground? The first ground in the list's order wins. What is
/// contested is not listed.
pub fn sees(viewer: &Viewer, holdings: &[Holding], work: &[Work]) -> Option<Ground> {
    let listed: Vec<Holding> = holdings.iter().filter(|one| !one.contested).copied().collect();
    opens(viewer, &listed, work)
}

/// May the viewer open the record by its id, and on which ground? Also one that is contested: it says so.
pub fn opens(viewer: &Viewer, holdings: &[Holding], work: &[Work]) -> Option<Ground> {
    let held =
        holdings.iter().filter(|h| h.controller == viewer.organisation && h.ground.capacity() == viewer.capacity);
    held.filter(|one| reaches(viewer, one, work)).map(|one| one.ground).min()
}

fn reaches(viewer: &Viewer, holding: &Holding, work: &[Work]) -> bool {
    let mut here = work.iter().filter(|w| w.employer == viewer.organisation);
    match &viewer.reach {
        Reach::Whole => true,
        Reach::Employed => here.next().is_some(),
        Reach::Roles { led, safety, .. } => here.any(|w| {
            let represented = || holding.statutory && safety.as_ref().is_some_and(|area| area.covers(w.team));
            w.team.is_some_and(|team| led.contains(&team)) || represented()
        }),
    }
}
