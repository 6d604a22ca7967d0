//! Certificates by the many: for a course, a day or a filter, because somebody asked, or by themselves, because the course
//! says so. What is to be certified stands in one table; a worker takes some at a time, issues what can be issued, and
//! writes down what keeps the rest from it. What is killed goes on where it was: a completion leaves the table in the
//! transaction that gives its certificate a number.

pub mod routes;
mod store;
pub mod work;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::store::{NewBatch, ask, settled, wish};
use crate::{platform::problem::Finding, words::*};

/// Certificates that somebody asked for together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateBatch {
    /// Its id.
    pub id: CertificateBatchId,
    /// How far it is.
    pub state: CertificateBatchState,
    /// What is certified.
    #[serde(flatten)]
    pub fitting: Fitting,
    /// The language the certificates are written in.
    pub language: Lang,
    /// Are the holders written to?
    pub letters: bool,
    /// In which capacity the organisation certifies them.
    pub capacity: CertifiesAs,
    /// How many completions fit, as far as they have been looked for.
    pub found: i64,
    /// How many of them had a certificate before.
    pub certified_before: i64,
    /// How many have got one.
    pub issued: i64,
    /// How many cannot get one; what keeps them from it is listed.
    pub refused: i64,
    /// When it was asked for.
    pub began_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
}

/// Which of an organisation's completions, passed ones, a batch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fitting {
    /// Those of this course.
    pub course: Option<CourseId>,
    /// Those of this competence.
    pub competence: Option<CompetenceId>,
    /// Those from this day on.
    pub from: Option<Day>,
    /// Those to this day, the day included.
    pub to: Option<Day>,
}

impl Fitting {
    fn holds(&self, found: &store::Found) -> bool {
        found.outcome.carries_competence()
            && self.course.is_none_or(|course| found.course == Some(course))
            && self.competence.is_none_or(|competence| found.competence == Some(competence))
            && self.from.is_none_or(|from| found.on.is_some_and(|on| from <= on))
            && self.to.is_none_or(|to| found.on.is_some_and(|on| on <= to))
    }
}

/// A completion that was to be certified and cannot be as it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotCertified {
    /// Which.
    pub completion: RecordId,
    /// The batch it was asked for in; null if its course certifies by itself.
    pub batch: Option<CertificateBatchId>,
    /// What keeps it from being certified.
    pub obstacles: Vec<Obstacle>,
    /// When it was asked for.
    pub asked_at: Instant,
}

/// What keeps a completion from being certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Obstacle {
    /// For programs.
    pub code: String,
    /// For people: what is wrong and what to do.
    pub says: Said,
}

impl From<&Finding> for Obstacle {
    fn from(finding: &Finding) -> Self {
        let fault = &finding.fault;
        Self { code: fault.code().to_owned(), says: Said { nb: fault.remedy(Lang::Nb), en: fault.remedy(Lang::En) } }
    }
}
