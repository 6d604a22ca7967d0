//! Courses: what a provider teaches, with the fields of an EU micro-credential.
//!
//! A course is closed, never deleted: the records of those who took it stand alone. A sensitive course is not shown to
//! anyone but its provider, because its title says something about those who took it.

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::*;

/// What is taught.
#[derive(Debug, Serialize, ToSchema)]
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// Whose it is.
    pub provider: OrganisationId,
    /// Its code, unique among the provider's.
    pub code: String,
    /// The competence it leads to, if to any.
    pub competence: Option<CompetenceId>,
    /// Its title.
    pub title: Title,
    /// What it is about.
    pub description: Option<String>,
    /// What one can do after it.
    pub learning_outcomes: Vec<String>,
    /// The work it takes, in hours of 60 minutes.
    pub workload_hours: Option<f64>,
    /// The level of what is learnt.
    pub level: Option<Level>,
    /// How it is tested.
    pub assessment: Option<String>,
    /// How one takes part.
    pub participation: Option<Participation>,
    /// Who sees to its quality, and how.
    pub quality_assurance: Option<String>,
    /// What it teaches, as ESCO names it.
    pub esco: Option<String>,
    /// Does having taken it say something about health, belief or the like?
    pub sensitive: bool,
    /// Certificates are issued by themselves for completions from this day on; null if somebody asks for each.
    pub certifies_from: Option<Day>,
    /// The day it was closed, if it is.
    pub closed_on: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

/// A course's title; English is optional.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Title {
    /// Bokmål.
    pub nb: String,
    /// English.
    pub en: Option<String>,
}

impl Title {
    /// The title in one language, in bokmål where there is no other.
    pub fn lang(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.nb,
        }
    }
}
