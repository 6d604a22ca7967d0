//! Courses.

use std::collections::BTreeMap;

use super::{Course, Title, actions::*, routes::*};
use crate::{
    access::Permit,
    catalogue::{competences, read_list, written},
    platform::{
        audit,
        db::{Error, Tx, among::Among, run::prelude::*, schema::courses},
        http::{Listed, Page},
        problem::{Kind, Problem},
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = courses, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: CourseId,
    provider: OrganisationId,
    code: &'a str,
    competence: Option<CompetenceId>,
    title_nb: &'a str,
    title_en: Option<&'a str>,
    description: Option<&'a str>,
    learning_outcomes: Option<String>,
    workload_hours: Option<f64>,
    level: Option<Level>,
    assessment: Option<&'a str>,
    participation: Option<Participation>,
    quality_assurance: Option<&'a str>,
    esco: Option<&'a str>,
    sensitive: bool,
    certifies_from: Option<Day>,
    created_at: Instant,
    version: i64,
}

#[derive(Queryable)]
struct Row {
    id: CourseId,
    provider: OrganisationId,
    code: String,
    competence: Option<CompetenceId>,
    title_nb: String,
    title_en: Option<String>,
    description: Option<String>,
    learning_outcomes: Option<String>,
    workload_hours: Option<f64>,
    level: Option<Level>,
    assessment: Option<String>,
    participation: Option<Participation>,
    quality_assurance: Option<String>,
    esco: Option<String>,
    sensitive: bool,
    certifies_from: Option<Day>,
    closed_on: Option<Day>,
    version: i64,
}

/// What a change writes: the columns that can change, as they are after it.
#[derive(AsChangeset)]
#[diesel(table_name = courses, treat_none_as_null = true)]
struct Changed {
    competence: Option<CompetenceId>,
    title_nb: String,
    title_en: Option<String>,
    description: Option<String>,
    learning_outcomes: Option<String>,
    workload_hours: Option<f64>,
    level: Option<Level>,
    assessment: Option<String>,
    participation: Option<Participation>,
    quality_assurance: Option<String>,
    esco: Option<String>,
    sensitive: bool,
    certifies_from: Option<Day>,
    closed_on: Option<Day>,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        courses::id,
        courses::provider,
        courses::code,
        courses::competence,
        courses::title_nb,
        courses::title_en,
        courses::description,
        courses::learning_outcomes,
        courses::workload_hours,
        courses::level,
        courses::assessment,
        courses::participation,
        courses::quality_assurance,
        courses::esco,
        courses::sensitive,
        courses::certifies_from,
        courses::closed_on,
        courses::version,
    )
}

/// Adds a course of the provider the caller acts for.
///
/// # Errors
/// `Taken` at `/code`, `Unknown` at `/competence`.
pub fn add(tx: &mut Tx<'_>, permit: &Permit<AddCourse>, new: &NewCourse) -> Result<CourseId, Problem> {
    let provider = permit.organisation()?;
    let competence = new.competence.map(|id| id.0);
    require_competence(tx, provider, competence)?;
    let id = tx.new_id();
    let row = NewRow {
        id,
        provider,
        code: new.code.as_str(),
        competence,
        title_nb: new.title.nb.as_str(),
        title_en: new.title.en.as_ref().map(|title| title.as_str()),
        description: new.description.as_ref().map(|text| text.as_str()),
        learning_outcomes: new.learning_outcomes.as_ref().map(outcomes_text),
        workload_hours: new.workload_hours.map(|hours| hours.0),
        level: new.level.map(|level| level.0),
        assessment: new.assessment.as_ref().map(|text| text.as_str()),
        participation: new.participation.map(|form| form.0),
        quality_assurance: new.quality_assurance.as_ref().map(|text| text.as_str()),
        esco: new.esco.as_ref().map(|link| link.as_str()),
        sensitive: new.sensitive.unwrap_or(false),
        certifies_from: new.certifies_from,
        created_at: tx.now(),
        version: 1,
    };
    diesel::insert_into(courses::table)
        .values(row)
        .execute(tx.conn())
        .map_err(|error| Problem::from(Error::from(error)).if_taken(Problem::at("/code", Fault::Taken)))?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

fn require_competence(
    tx: &mut Tx<'_>,
    provider: OrganisationId,
    competence: Option<CompetenceId>,
) -> Result<(), Problem> {
    let Some(id) = competence else { return Ok(()) };
    if competences::store::is_open_to(tx, provider, id)? {
        Ok(())
    } else {
        Err(Problem::at("/competence", Fault::Unknown))
    }
}

fn outcomes_text(outcomes: &LearningOutcomes) -> String {
    let texts: Vec<&str> = outcomes.0.iter().map(|outcome| outcome.as_str()).collect();
    written(&texts)
}

/// A course as it is, for its provider.
///
/// # Errors
/// 404.
pub(super) fn read(tx: &mut Tx<'_>, id: CourseId) -> Result<Course, Problem> {
    Ok(render(row(tx, id)?))
}

/// A course as anyone may see it: not at all if it is sensitive.
///
/// # Errors
/// 404.
pub fn read_public(tx: &mut Tx<'_>, id: CourseId) -> Result<Course, Problem> {
    let course = read(tx, id)?;
    if course.sensitive { Err(Kind::NotFound.into()) } else { Ok(course) }
}

fn row(tx: &mut Tx<'_>, id: CourseId) -> Result<Row, Error> {
    Ok(courses::table.filter(courses::id.eq(id)).select(columns()).first(tx.conn())?)
}

fn render(row: Row) -> Course {
    Course {
        id: row.id,
        provider: row.provider,
        code: row.code,
        competence: row.competence,
        title: Title { nb: row.title_nb, en: row.title_en },
        description: row.description,
        learning_outcomes: row.learning_outcomes.map(|list| read_list(&list)).unwrap_or_default(),
        workload_hours: row.workload_hours,
        level: row.level,
        assessment: row.assessment,
        participation: row.participation,
        quality_assurance: row.quality_assurance,
        esco: row.esco,
        sensitive: row.sensitive,
        certifies_from: row.certifies_from,
        closed_on: row.closed_on,
        version: row.version,
    }
}

/// A page of the courses that fit, without the sensitive ones.
///
/// # Errors
/// The database's.
pub fn list_public(tx: &mut Tx<'_>, filter: &CourseFilter, page: &Page<CourseId>) -> Result<Listed<Course>, Problem> {
    let rows: Vec<Row> = crate::on_either!(tx, |conn| {
        let mut query = courses::table
            .filter(courses::sensitive.eq(false))
            .order(courses::id)
            .limit(page.fetch())
            .select(columns())
            .into_boxed();
        if let Some(after) = page.after {
            query = query.filter(courses::id.gt(after));
        }
        if let Some(provider) = filter.provider {
            query = query.filter(courses::provider.eq(provider.0));
        }
        if let Some(competence) = filter.competence {
            query = query.filter(courses::competence.eq(competence.0));
        }
        diesel::RunQueryDsl::load(query, conn).map_err(Error::from)?
    });
    Ok(page.listed(rows, |row| row.id).map(render))
}

/// Whose a course is, to know whom to ask for a permit.
///
/// # Errors
/// 404.
pub fn provider(tx: &mut Tx<'_>, id: CourseId) -> Result<OrganisationId, Error> {
    Ok(courses::table.filter(courses::id.eq(id)).select(courses::provider).first(tx.conn())?)
}

/// The version of a course, for conditions.
///
/// # Errors
/// 404.
pub fn version(tx: &mut Tx<'_>, permit: &Permit<ChangeCourse>) -> Result<i64, Error> {
    Ok(row(tx, permit.action().course)?.version)
}

/// Changes a course, closes it, opens it again. Records of it stay as they were.
///
/// # Errors
/// `Unknown` at `/competence`; 412 when somebody else was first.
pub fn change(tx: &mut Tx<'_>, permit: &Permit<ChangeCourse>, change: CourseChange) -> Result<Course, Problem> {
    let id = permit.action().course;
    let before = row(tx, id)?;
    let (competence, version) = (before.competence, before.version);
    let after = changed(before, change);
    if after.competence != competence {
        require_competence(tx, permit.action().provider, after.competence)?;
    }
    let unchanged = courses::table.filter(courses::id.eq(id)).filter(courses::version.eq(version));
    if diesel::update(unchanged).set(after).execute(tx.conn()).map_err(Error::from)? == 0 {
        return Err(Kind::Stale.into());
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    read(tx, id)
}

/// The row as it is after the change.
fn changed(before: Row, change: CourseChange) -> Changed {
    let (title_nb, title_en) = match change.title {
        Some(title) => (title.nb.into_string(), title.en.map(|en| en.into_string())),
        None => (before.title_nb, before.title_en),
    };
    Changed {
        competence: change.competence.map(|id| id.0).after(before.competence),
        title_nb,
        title_en,
        description: change.description.map(|text| text.into_string()).after(before.description),
        learning_outcomes: change.learning_outcomes.as_ref().map(outcomes_text).or(before.learning_outcomes),
        workload_hours: change.workload_hours.map(|hours| hours.0).after(before.workload_hours),
        level: change.level.map(|level| level.0).after(before.level),
        assessment: change.assessment.map(|text| text.into_string()).after(before.assessment),
        participation: change.participation.map(|form| form.0).after(before.participation),
        quality_assurance: change.quality_assurance.map(|text| text.into_string()).after(before.quality_assurance),
        esco: change.esco.map(|link| link.into_string()).after(before.esco),
        sensitive: change.sensitive.unwrap_or(before.sensitive),
        certifies_from: change.certifies_from.after(before.certifies_from),
        closed_on: change.closed_on.after(before.closed_on),
        version: before.version + 1,
    }
}

/// The provider's course with this code, and the competence it leads to.
///
/// # Errors
/// The database's.
pub fn course_by_code(
    tx: &mut Tx<'_>,
    provider: OrganisationId,
    code: &str,
) -> Result<Option<(CourseId, Option<CompetenceId>)>, Error> {
    Ok(courses::table
        .filter(courses::provider.eq(provider))
        .filter(courses::code.eq(code))
        .select((courses::id, courses::competence))
        .first(tx.conn())
        .optional()?)
}

/// What a course is called.
#[derive(Clone, Debug)]
pub struct CourseTitle {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: Said,
    /// The skill it teaches, in ESCO.
    pub esco: Option<String>,
}

/// Code and title of many courses, in one question; sensitive ones too, so whoever shows them must have asked who may.
/// Where there is no English title the Norwegian one stands.
///
/// # Errors
/// The database's.
pub fn course_titles(tx: &mut Tx<'_>, ids: &[CourseId]) -> Result<BTreeMap<CourseId, CourseTitle>, Error> {
    let rows = courses::table
        .filter(courses::id.among(ids))
        .select((courses::id, courses::code, courses::title_nb, courses::title_en, courses::esco))
        .load::<(CourseId, String, String, Option<String>, Option<String>)>(tx.conn())?;
    let titled = |(id, code, nb, en, esco): (_, _, String, Option<String>, _)| {
        let en = en.unwrap_or_else(|| nb.clone());
        (id, CourseTitle { code, title: Said { nb, en }, esco })
    };
    Ok(rows.into_iter().map(titled).collect())
}

/// The competence one of the provider's courses leads to, if any; nothing if the provider has no such course.
///
/// # Errors
/// The database's.
pub fn course_of(
    tx: &mut Tx<'_>,
    provider: OrganisationId,
    id: CourseId,
) -> Result<Option<Option<CompetenceId>>, Error> {
    Ok(courses::table
        .filter(courses::id.eq(id))
        .filter(courses::provider.eq(provider))
        .select(courses::competence)
        .first(tx.conn())
        .optional()?)
}

/// From which day on a course certifies by itself, if it does.
///
/// # Errors
/// The database's.
pub fn certifies_from(tx: &mut Tx<'_>, course: CourseId) -> Result<Option<Day>, Error> {
    Ok(courses::table.find(course).select(courses::certifies_from).first(tx.conn())?)
}
