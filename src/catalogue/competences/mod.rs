//! Competences: what one can be qualified in, under whose rules, and for how long.
//!
//! National ones have no owner and are the operator's; a provider keeps its own, which no law asks for. A competence says
//! nothing about who has it.

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{law::validity::ExpiryRule, words::*};

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
    /// The body of its scheme.
    pub scheme_body: Option<OrganisationId>,
}
