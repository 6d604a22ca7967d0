//! Courses over HTTP.

use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use super::{Course, actions::*, store};
use crate::{
    platform::{
        http::{Acting, Anyone, Body, Call, Condition, Created, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Code, Field, Hours, Id, Name, One, Paragraph, Reading, Several, Text, body, fault},
        problem::{Findings, Problem},
    },
    words::*,
};

/// A link into ESCO, the EU's classification of skills and occupations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Esco(Text<200>);

impl Esco {
    /// The link.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The link, owned.
    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

/// ESCO's identifiers begin so; they are names, and have no other scheme.
const ESCO: &str = "http://data.europa.eu/esco/";

impl Field for Esco {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let text = Text::read(value, reading)?;
        let rest = text.as_str().strip_prefix(ESCO).unwrap_or_default();
        let fits = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.#".contains(c));
        if fits { Ok(Self(text)) } else { fault(Fault::NotAnEscoLink) }
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(200))
            .pattern(Some(r"^http://data\.europa\.eu/esco/[A-Za-z0-9/_.#-]+$"))
            .into()
    }
}

/// What one can do after a course.
pub type LearningOutcomes = Several<Text<500>, 50>;

body! {
    /// A course's title.
    pub struct NewTitle {
        /// Bokmål.
        pub nb: Name,
        /// English.
        pub en: Option<Name>,
    }
}

body! {
    /// A course to add.
    pub struct NewCourse {
        /// Its code, unique among the provider's.
        pub code: Code,
        /// The competence it leads to: a national one or one of the provider's own.
        pub competence: Option<Id<CompetenceId>>,
        /// Its title.
        pub title: NewTitle,
        /// What it is about.
        pub description: Option<Paragraph>,
        /// What one can do after it.
        pub learning_outcomes: Option<LearningOutcomes>,
        /// The work it takes, in hours of 60 minutes.
        pub workload_hours: Option<Hours>,
        /// The level of what is learnt, EQF or NKR.
        pub level: Option<One<Level>>,
        /// How it is tested.
        pub assessment: Option<Paragraph>,
        /// How one takes part.
        pub participation: Option<One<Participation>>,
        /// Who sees to its quality, and how.
        pub quality_assurance: Option<Paragraph>,
        /// What it teaches, as ESCO names it.
        pub esco: Option<Esco>,
        /// Does having taken it say something about health, belief or the like? No unless given.
        pub sensitive: Option<bool>,
        /// Certificates are issued by themselves for completions from this day on; left out, somebody asks for each.
        pub certifies_from: Option<Day>,
    };
    example { "code": "T4", "title": { "nb": "Truckførerkurs T4", "en": "Fork-lift course T4" }, "workload_hours": 34, "participation": "onsite" }
}

body! {
    /// What to change about a course.
    pub struct CourseChange {
        /// The competence it leads to; records made before keep theirs.
        pub competence: Change<Id<CompetenceId>>,
        /// Its title.
        pub title: Option<NewTitle>,
        /// What it is about.
        pub description: Change<Paragraph>,
        /// What one can do after it, as a whole list.
        pub learning_outcomes: Option<LearningOutcomes>,
        /// The work it takes, in hours of 60 minutes.
        pub workload_hours: Change<Hours>,
        /// The level of what is learnt, EQF or NKR.
        pub level: Change<One<Level>>,
        /// How it is tested.
        pub assessment: Change<Paragraph>,
        /// How one takes part.
        pub participation: Change<One<Participation>>,
        /// Who sees to its quality, and how.
        pub quality_assurance: Change<Paragraph>,
        /// What it teaches, as ESCO names it.
        pub esco: Change<Esco>,
        /// Does having taken it say something about health, belief or the like?
        pub sensitive: Option<bool>,
        /// Certificates are issued by themselves for completions from this day on; null: somebody asks for each.
        pub certifies_from: Change<Day>,
        /// The day it was closed; null opens it again.
        pub closed_on: Change<Day>,
    }
}

crate::query! {
    /// Which courses.
    pub struct CourseFilter {
        /// Those of this provider.
        pub provider: Option<Id<OrganisationId>>,
        /// Those that lead to this competence.
        pub competence: Option<Id<CompetenceId>>,
    }
}

/// `GET /v1/courses`
pub async fn list(
    house: House,
    _anyone: Anyone,
    query: Query<(CourseFilter, PageQuery)>,
) -> Result<Listed<Course>, Problem> {
    let (filter, page) = query.0;
    let page = page.of("courses")?;
    house.db.read(move |tx| store::list_public(tx, &filter, &page)).await
}

/// `GET /v1/courses/{course}`
pub async fn show(house: House, _anyone: Anyone, path: Path<CourseId>) -> Result<Shown<Course>, Problem> {
    let shown = house.db.read(move |tx| store::read_public(tx, path.0)).await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `POST /v1/courses`
pub async fn add(house: House, call: Call, acting: Acting, body: Body<NewCourse>) -> Result<Created<Course>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AddCourse { acting: acting.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::add(tx, &permit, &body.value))?;
            store::read(tx, made.id())
        })
        .await?;
    Ok(Created { location: format!("/v1/courses/{}", made.id), version: Some(made.version), value: made })
}

/// `PATCH /v1/courses/{course}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<CourseId>,
    condition: Condition,
    body: Body<CourseChange>,
) -> Result<Shown<Course>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let provider = store::provider(tx, path.0)?;
            let permit = tx.permit(&call.actor, ChangeCourse { course: path.0, provider })?;
            condition.expects(store::version(tx, &permit)?)?;
            store::change(tx, &permit, body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_esco_links_are_taken_for_esco_links() {
        let reading = Reading { today: "2026-11-22".parse().expect("a day") };
        assert!(Esco::read(&json!("http://data.europa.eu/esco/skill/abc-1"), &reading).is_ok());
        for bad in ["http://data.europa.eu/esco/", "https://example.com/esco/skill", "http://data.europa.eu/esco/a b"] {
            let wrong = Esco::read(&json!(bad), &reading).expect_err(bad).into_vec();
            assert_eq!(wrong[0].fault, Fault::NotAnEscoLink, "{bad}");
        }
    }
}
