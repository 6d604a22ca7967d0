//! What can be done with competences, and who may. Reading is for anyone and asks for no permit.

use crate::{
    access::{Action, Demand, Denied, Permit, Whom},
    platform::{
        db::{NoPermit, Tx},
        http::{Acting, Call},
        problem::{Findings, Problem},
    },
    words::*,
};

/// The operator adds a national competence.
#[derive(Clone, Copy, Debug)]
pub struct AddNationalCompetence;

impl Action for AddNationalCompetence {
    const NAME: &'static str = "add_national_competence";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// A provider adds a competence of its own.
#[derive(Clone, Copy, Debug)]
pub struct AddOwnCompetence {
    /// The organisation the header names.
    pub acting: Option<OrganisationId>,
}

impl Action for AddOwnCompetence {
    const NAME: &'static str = "add_own_competence";
    fn demand(&self) -> Demand {
        of_a_provider(Whom::Acting(self.acting))
    }
}

/// The operator changes any competence in any way.
#[derive(Clone, Copy, Debug)]
pub struct ChangeAnyCompetence {
    /// The competence.
    pub competence: CompetenceId,
}

impl Action for ChangeAnyCompetence {
    const NAME: &'static str = "change_any_competence";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// A provider changes what it may about a competence of its own.
#[derive(Clone, Copy, Debug)]
pub struct ChangeOwnCompetence {
    /// The competence.
    pub competence: CompetenceId,
    /// Whose it is.
    pub owner: OrganisationId,
}

impl Action for ChangeOwnCompetence {
    const NAME: &'static str = "change_own_competence";
    fn demand(&self) -> Demand {
        of_a_provider(Whom::Named(self.owner))
    }
}

/// What keeping a provider's part of the catalogue demands.
pub(in crate::catalogue) fn of_a_provider(of: Whom) -> Demand {
    Demand::Member {
        of,
        capacity: Some(Capacity::Provider),
        roles: &[Role::Administrator, Role::CourseAdministrator],
        scope: Some(Scope::CatalogueWrite),
    }
}

/// The permit to add a competence, which says whose it will be.
#[derive(Debug)]
pub enum Adding {
    /// The nation's: without owner.
    National(Permit<AddNationalCompetence>),
    /// A provider's.
    Own(Permit<AddOwnCompetence>),
}

impl Adding {
    /// Asks in the name of the organisation the caller acts for; the operator's people need not name it.
    ///
    /// # Errors
    /// As [`Tx::permit`].
    pub fn ask(tx: &mut Tx<'_>, call: &Call, acting: Acting) -> Result<Self, NoPermit> {
        if acting.0 == Some(OPERATOR) {
            return tx.permit(&call.actor, AddNationalCompetence).map(Self::National);
        }
        match tx.permit(&call.actor, AddOwnCompetence { acting: acting.0 }) {
            Ok(permit) => Ok(Self::Own(permit)),
            // Whoever acts for the operator alone is no provider, and is asked again as the operator.
            Err(NoPermit::Denied(denied)) if acting.0.is_none() && denied != Denied::ActingForWhom => {
                let asked = tx.permit(&call.actor, AddNationalCompetence).map(Self::National);
                asked.map_err(|no| if matches!(no, NoPermit::Denied(_)) { denied.into() } else { no })
            }
            Err(no) => Err(no),
        }
    }

    /// Whose the competence will be; `None` for the nation's.
    ///
    /// # Errors
    /// None in practice: the permit of a provider names it.
    pub fn owner(&self) -> Result<Option<OrganisationId>, Problem> {
        match self {
            Self::National(_) => Ok(None),
            Self::Own(permit) => Ok(Some(permit.organisation()?)),
        }
    }

    /// The action's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::National(permit) => permit.name(),
            Self::Own(permit) => permit.name(),
        }
    }
}

/// The permit to change a competence, which says how much of it.
#[derive(Debug)]
pub enum Changing {
    /// Everything.
    Any(Permit<ChangeAnyCompetence>),
    /// What an owner may.
    Own(Permit<ChangeOwnCompetence>),
}

impl Changing {
    /// Asks as the operator, and then as the owner if there is one.
    ///
    /// # Errors
    /// As [`Tx::permit`].
    pub fn ask(
        tx: &mut Tx<'_>,
        call: &Call,
        competence: CompetenceId,
        owner: Option<OrganisationId>,
    ) -> Result<Self, NoPermit> {
        match (tx.permit(&call.actor, ChangeAnyCompetence { competence }), owner) {
            (Ok(permit), _) => Ok(Self::Any(permit)),
            (Err(NoPermit::Denied(_)), Some(owner)) => {
                tx.permit(&call.actor, ChangeOwnCompetence { competence, owner }).map(Self::Own)
            }
            (Err(no), _) => Err(no),
        }
    }

    /// The competence that was asked about.
    pub fn competence(&self) -> CompetenceId {
        match self {
            Self::Any(permit) => permit.action().competence,
            Self::Own(permit) => permit.action().competence,
        }
    }

    /// May everything be changed?
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any(_))
    }
}

/// Notes that only the operator decides this, at each of the fields that were used.
///
/// # Errors
/// `ClassNotYours` at every field used.
pub(super) fn leave_to_operator(used: &[(&'static str, bool)]) -> Result<(), Problem> {
    let mut findings = Findings::default();
    for (pointer, _) in used.iter().filter(|(_, used)| *used) {
        findings.add(pointer, Fault::ClassNotYours);
    }
    findings.check()
}
