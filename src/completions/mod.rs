//! Completions: the outcome of somebody's taking part. The id is stable; the content lies in append-only versions; who
//! holds it follows from facts and is worked out again whenever one of them arrives late.

pub mod actions;
pub mod certify;
pub mod erasing;
pub mod facts;
pub mod follow;
pub mod hand_overs;
pub mod keeping;
pub mod person;
pub mod record;
pub mod routes;
pub mod store;
pub mod succeeding;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    records::{OwnCustody, Party},
    words::*,
};

/// Who ordered a completion: a fact of it, stated by whoever records it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderedBy {
    /// Nobody said.
    #[default]
    Unstated,
    /// The person.
    Person,
    /// An organisation: the legal entity.
    Organisation(OrganisationId),
}

impl OrderedBy {
    /// The organisation, if one ordered it.
    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            OrderedBy::Organisation(id) => Some(id),
            _ => None,
        }
    }
}

/// What a version says.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// How it ended.
    pub outcome: Outcome,
    /// The day, always there for passed.
    pub on: Option<Day>,
    /// Hours present, of 60 minutes.
    pub hours: Option<f64>,
    /// Grade or points.
    pub result: Option<String>,
    /// A label for the run of the course.
    pub run: Option<String>,
    /// Who ordered it.
    pub ordered_by: OrderedBy,
}

/// A competence, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompetenceShown {
    /// Its id.
    pub id: CompetenceId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Said,
}

/// A course, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CourseShown {
    /// Its id.
    pub id: CourseId,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: Said,
}

/// The person a completion is about, as the viewer's organisation knows them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct About {
    /// The person.
    pub id: PersonId,
    /// The name on the organisation's card.
    pub name: Option<String>,
    /// The organisation's own reference.
    pub external_reference: Option<String>,
}

/// A completion, as an organisation that holds it sees it: only the parts its custody contains.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Completion {
    /// Its id.
    pub id: RecordId,
    /// Whom it is about.
    pub person: About,
    /// The competence it is about.
    pub competence: Option<CompetenceShown>,
    /// The course.
    pub course: Option<CourseShown>,
    /// How it ended. Only passed and distinction carry the competence.
    pub outcome: Outcome,
    /// The day.
    pub on: Option<Day>,
    /// Hours present, of 60 minutes.
    pub hours: Option<f64>,
    /// Grade or points.
    pub result: Option<String>,
    /// The run of the course.
    pub run: Option<String>,
    /// Ties completions that came from one event.
    pub event_id: Option<EventId>,
    /// Who recorded it.
    pub recorder: Party,
    /// The organisation that ordered it, if one did.
    pub ordered_by: Option<OrganisationId>,
    /// Why the viewer's organisation holds it.
    pub ground: Ground,
    /// Is an objection to it open? Then it is in no list, and may be used only as GDPR art. 18(2) allows.
    pub contested: bool,
    /// When this version was recorded.
    pub recorded_at: Instant,
    /// Counts its versions.
    pub version: i64,
}

/// A completion as the person sees it: everything, and everyone who holds it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnCompletion {
    /// Its id.
    pub id: RecordId,
    /// The competence it is about.
    pub competence: Option<CompetenceShown>,
    /// The course.
    pub course: Option<CourseShown>,
    /// How it ended. Only passed and distinction carry the competence.
    pub outcome: Outcome,
    /// The day.
    pub on: Option<Day>,
    /// Hours present, of 60 minutes.
    pub hours: Option<f64>,
    /// Grade or points.
    pub result: Option<String>,
    /// The run of the course.
    pub run: Option<String>,
    /// Ties completions that came from one event.
    pub event_id: Option<EventId>,
    /// Who recorded it.
    pub recorder: Party,
    /// Was it ordered by yourself?
    pub ordered_by_me: bool,
    /// The organisation that ordered it, if one did.
    pub ordered_by: Option<Party>,
    /// When this version was recorded.
    pub recorded_at: Instant,
    /// Counts its versions.
    pub version: i64,
    /// Everyone who holds it, and why.
    pub custodies: Vec<OwnCustody>,
}

/// One step of a scheme's feed: a completion that its body got or lost. Only the fields on the scheme's list are there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Holder {
    /// The number of the step; ask again with the greatest one as `since`.
    pub number: i64,
    /// What happened: `custody_arose`, `completion_changed`, `custody_ended`.
    pub kind: String,
    /// The completion.
    pub completion: RecordId,
    /// Whether the body still holds it and may use it: what is contested is not shown until that is decided. If not, nothing
    /// more is shown.
    pub held: bool,
    /// The person, as the body knows them.
    pub person: Option<PersonId>,
    /// The name.
    pub name: Option<String>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// E-mail addresses.
    pub emails: Option<Vec<String>>,
    /// The competence.
    pub competence: Option<CompetenceShown>,
    /// The course.
    pub course: Option<CourseShown>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The day.
    pub on: Option<Day>,
    /// Hours present.
    pub hours: Option<f64>,
}
