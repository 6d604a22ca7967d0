//! A permit is an action, stamped. Store functions accept nothing else, so a handler that forgets the check does not
//! compile, and the id that was checked is the id that is written.

use uuid::Uuid;

use super::{
    action::{Action, Demand, Whom},
    actor::Actor,
    ties::{Caller, Ties},
    visibility::{Viewer, opens},
};
use crate::words::{Capacity, DoneBy, OrganisationId, PersonId, Role, Scope};

/// Why there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is signed in, or the account, sign-in or client is closed.
    #[error("not signed in")]
    Unauthenticated,
    /// The subject does not exist for this caller.
    #[error("hidden")]
    Hidden,
    /// The subject is known to the caller, who may not do this to it.
    #[error("forbidden")]
    Forbidden,
    /// The organisation may not do this: it lacks the capacity.
    #[error("the organisation lacks the capacity")]
    LacksCapacity,
    /// The caller can act for several organisations and named none.
    #[error("no acting organisation")]
    ActingForWhom,
}

/// An action that was allowed.
#[derive(Clone, Debug)]
pub struct Permit<A> {
    action: A,
    actor: Actor,
    name: &'static str,
    grant: Grant,
}

#[derive(Clone, Debug, Default)]
struct Grant {
    person: Option<PersonId>,
    organisation: Option<OrganisationId>,
    viewer: Option<Viewer>,
}

/// What follows from a permitted action without being asked again: a closed list, each where both actions are known.
pub trait Implies<B: Action>: Action {}

impl<A: Action> Permit<A> {
    /// The action, with the subject that was checked.
    pub fn action(&self) -> &A {
        &self.action
    }

    /// The name of the action a person or client asked for; a consequence keeps the name of its cause.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Who does it.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Who does it, as versions and audit rows name it.
    pub fn done_by(&self) -> (DoneBy, Option<Uuid>) {
        self.actor.done_by()
    }

    /// The person who acts.
    ///
    /// # Errors
    /// `Unauthenticated` if it is none, but a client, a command or a job.
    pub fn person(&self) -> Result<PersonId, Denied> {
        self.grant.person.ok_or(Denied::Unauthenticated)
    }

    /// The organisation in whose name it is done.
    ///
    /// # Errors
    /// `Hidden` if the action is done in no organisation's name.
    pub fn organisation(&self) -> Result<OrganisationId, Denied> {
        self.grant.organisation.ok_or(Denied::Hidden)
    }

    /// Whose eyes a list is read with.
    ///
    /// # Errors
    /// `Hidden` if the action is not about viewing.
    pub fn viewer(&self) -> Result<&Viewer, Denied> {
        self.grant.viewer.as_ref().ok_or(Denied::Hidden)
    }

    /// The permit for a consequence of this action.
    pub fn implies<B: Action>(&self, consequence: B) -> Permit<B>
    where
        A: Implies<B>,
    {
        Permit { action: consequence, actor: self.actor, name: self.name, grant: self.grant.clone() }
    }
}

/// The one place a permit is made.
///
/// # Errors
/// `Unauthenticated` when nobody who could be asked is signed in, `Hidden` when the caller has no tie to the subject,
/// `Forbidden` when the tie is not enough.
pub fn stamp<A: Action>(actor: Actor, ties: &Ties, action: A) -> Result<Permit<A>, Denied> {
    let grant = decide(ties, action.demand())?;
    Ok(Permit { action, actor, name: A::NAME, grant })
}

fn decide(ties: &Ties, demand: Demand) -> Result<Grant, Denied> {
    if demand == Demand::Nothing {
        return Ok(Grant::default());
    }
    match ties.caller {
        Caller::Nobody | Caller::Closed => return Err(Denied::Unauthenticated),
        _ => {}
    }
    match demand {
        Demand::Nothing => Ok(Grant::default()),
        Demand::Oneself => match ties.caller {
            Caller::Person(person) => Ok(Grant { person: Some(person), ..Grant::default() }),
            _ => Err(Denied::Forbidden),
        },
        Demand::Operator => {
            // To everyone else the operator's rooms do not exist.
            let allowed = ties.is_operator() || ties.caller == Caller::House;
            if allowed { Ok(Grant { person: ties.person(), ..Grant::default() }) } else { Err(Denied::Hidden) }
        }
        Demand::Member { of, capacity, roles, scope } => member(ties, of, capacity, roles, scope),
        Demand::View { organisation, capacity, record } => {
            if !is_tied(ties, organisation) {
                return Err(Denied::Hidden);
            }
            let viewer = Viewer::of(ties, organisation, capacity).ok_or(Denied::Forbidden)?;
            if record.is_some() {
                opens(&viewer, &ties.holdings, &ties.work).ok_or(Denied::Hidden)?;
            }
            Ok(Grant { organisation: Some(organisation), viewer: Some(viewer), ..Grant::default() })
        }
    }
}

fn member(
    ties: &Ties,
    of: Whom,
    capacity: Option<Capacity>,
    roles: &[Role],
    scope: Option<Scope>,
) -> Result<Grant, Denied> {
    let organisation = match of {
        Whom::Named(organisation) | Whom::Acting(Some(organisation)) => organisation,
        Whom::Acting(None) => only_one(ties)?,
    };
    let capacities = ties.capacities.as_ref().ok_or(Denied::Hidden)?;
    let allowed = match &ties.caller {
        Caller::House => true,
        Caller::Client { organisation: own, scopes } if *own == organisation => scope.is_some_and(|s| scopes.holds(s)),
        Caller::Person(_) => {
            // An operator operates from the operator's organisation; the role means nothing in another.
            ties.roles_in(organisation).any(|role| role != Role::Operator && roles.contains(&role))
                || (roles.contains(&Role::Operator) && ties.is_operator())
        }
        _ => false,
    };
    if !allowed {
        return Err(if is_tied(ties, organisation) { Denied::Forbidden } else { Denied::Hidden });
    }
    if capacity.is_some_and(|needed| !capacities.contains(&needed)) {
        return Err(Denied::LacksCapacity);
    }
    Ok(Grant { organisation: Some(organisation), person: ties.person(), ..Grant::default() })
}

fn is_tied(ties: &Ties, organisation: OrganisationId) -> bool {
    ties.organisations().contains(&organisation)
}

fn only_one(ties: &Ties) -> Result<OrganisationId, Denied> {
    let organisations = ties.organisations();
    match organisations.len() {
        0 => Err(Denied::Forbidden),
        1 => organisations.first().copied().ok_or(Denied::Forbidden),
        _ => Err(Denied::ActingForWhom),
    }
}
