//! Competences: what one can be qualified in, under whose rules, and for how long.
//!
//! National ones have no owner and are the operator's; a provider keeps its own, which no law asks for. A competence says
//! nothing about who has it.

pub mod actions;
pub mod lasting;
pub mod routes;
pub mod store;

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    law::validity::{Change, ExpiryRule, Extension, in_force},
    words::*,
};

/// What one can be qualified in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Competence {
    /// Its id.
    pub id: CompetenceId,
    /// Its code, unique among the owner's.
    pub code: String,
    /// The provider it belongs to; null if it is national.
    pub owner: Option<OrganisationId>,
    /// Its name.
    pub name: Said,
    /// The subject it belongs to, for sorting; empty if nobody said.
    pub subject: String,
    /// Under what it must be documented.
    pub class: Class,
    /// Whom its provisions bind.
    pub obliged_party: Option<ObligedParty>,
    /// Who may issue its certificate.
    pub issued_by: IssuedBy,
    /// What the law demands its certificate to say.
    pub profile: Profile,
    /// Does having it say something about health, belief or the like?
    pub sensitive: bool,
    /// The scheme it belongs to.
    pub scheme: Option<SchemeId>,
    /// How long it lasts.
    pub expiry: ExpiryRule,
    /// From these days on it lasts otherwise. A completion goes by the rule of its day.
    pub expiry_changes: Vec<Change>,
    /// Last days that an authority moved.
    pub extensions: Vec<Extension>,
    /// What it is a repetition of: it renews the certificates of that.
    pub repeats: Option<CompetenceId>,
    /// What it is added to, as a specialisation: it shares its last day.
    pub adds_to: Option<CompetenceId>,
    /// The least number of hours of training, as the source states it.
    pub min_hours: Option<f64>,
    /// A remark.
    pub note: Option<Said>,
    /// The pages it was taken from.
    pub sources: Vec<String>,
    /// The law that asks for it.
    pub provisions: Vec<Provision>,
    /// Counts its changes.
    pub version: i64,
}

/// A provision that asks for a competence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Provision {
    /// Where it stands.
    pub citation: String,
    /// The day it took effect.
    pub from: Day,
    /// The last day it was in force, if it no longer is.
    pub to: Option<Day>,
}

/// What other rooms ask about a competence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompetenceFacts {
    /// Under what it must be documented.
    pub class: Class,
    /// The scheme it belongs to.
    pub scheme: Option<SchemeId>,
    /// The body of its scheme.
    pub scheme_body: Option<OrganisationId>,
    /// Who may issue its certificate.
    pub issued_by: IssuedBy,
    /// Does having it say something about health, belief or the like?
    pub sensitive: bool,
    /// Its name.
    pub name: Said,
    /// Its code.
    pub code: String,
}

/// What a certificate of a competence goes by.
#[derive(Debug)]
pub struct IssuingRules {
    /// The competence, as it is today.
    pub competence: Competence,
    /// The competences whose certificates one of this renews: itself, what it repeats, and what repeats the same.
    pub family: BTreeSet<CompetenceId>,
    /// The body of its scheme.
    pub scheme_body: Option<OrganisationId>,
}

impl IssuingRules {
    /// How long a completion of a day lasts.
    pub fn expiry_on(&self, completed: Day) -> ExpiryRule {
        in_force(self.competence.expiry, &self.competence.expiry_changes, completed)
    }
}
