//! Requirements.

use std::collections::{BTreeSet, HashMap};

use super::{Requirement, RequirementChanged, actions::*, routes::*};
use crate::{
    access::Permit,
    organisations::staff,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{competences, employments, organisations, persons, requirements},
        },
        http::{Listed, Page},
        jobs,
        problem::{Findings, Problem},
    },
    words::*,
};

type Row = (RequirementId, CompetenceId, Option<TeamId>, Day, Option<Day>, i64);

fn render((id, competence, team, from, to, version): Row) -> Requirement {
    Requirement { id, competence, team, from, to, version }
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        requirements::id,
        requirements::competence,
        requirements::team,
        requirements::from_day,
        requirements::to_day,
        requirements::version,
    )
}

/// A page of an organisation's requirements.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ListRequirements>,
    page: &Page<RequirementId>,
) -> Result<Listed<Requirement>, Problem> {
    let after = page.after.unwrap_or(RequirementId::nil());
    let rows = requirements::table
        .filter(requirements::organisation.eq(permit.action().organisation))
        .filter(requirements::id.gt(after))
        .order(requirements::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.0).map(render))
}

/// One of the organisation's requirements.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, organisation: OrganisationId, id: RequirementId) -> Result<Requirement, Error> {
    let row = requirements::table
        .filter(requirements::id.eq(id))
        .filter(requirements::organisation.eq(organisation))
        .select(columns())
        .first::<Row>(tx.conn())?;
    Ok(render(row))
}

/// Sets a requirement.
///
/// # Errors
/// `Unknown` for a competence or team that does not exist.
pub fn set(tx: &mut Tx<'_>, permit: &Permit<SetRequirements>, new: &NewRequirement) -> Result<RequirementId, Problem> {
    let organisation = permit.action().organisation;
    let competence = new.competence.0;
    let mut findings = Findings::default();
    let known: i64 =
        competences::table.filter(competences::id.eq(competence)).count().get_result(tx.conn()).map_err(Error::from)?;
    if known == 0 {
        findings.add("/competence", Fault::Unknown);
    }
    if let Some(team) = new.team
        && staff::store::team(tx, organisation, team.0).is_err()
    {
        findings.add("/team", Fault::Unknown);
    }
    findings.check()?;
    let (id, now): (RequirementId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(requirements::table)
        .values((
            requirements::id.eq(id),
            requirements::organisation.eq(organisation),
            requirements::competence.eq(competence),
            requirements::team.eq(new.team.map(|team| team.0)),
            requirements::from_day.eq(new.from),
            requirements::to_day.eq(new.to),
            requirements::created_at.eq(now),
            requirements::version.eq(1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    jobs::enqueue(tx, &RequirementChanged { organisation, competence })?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// Changes the days of a requirement; it ends by its last day.
///
/// # Errors
/// 404, 412, `EndsBeforeItBegins`.
pub fn change(
    tx: &mut Tx<'_>,
    permit: &Permit<SetRequirements>,
    id: RequirementId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    change: RequirementChange,
) -> Result<Requirement, Problem> {
    let organisation = permit.action().organisation;
    let before = read(tx, organisation, id)?;
    expected(before.version)?;
    let from = change.from.unwrap_or(before.from);
    let to = change.to.after(before.to);
    if to.is_some_and(|to| to < from) {
        return Err(Problem::at("/to", Fault::EndsBeforeItBegins));
    }
    diesel::update(requirements::table.filter(requirements::id.eq(id)))
        .set((
            requirements::from_day.eq(from),
            requirements::to_day.eq(to),
            requirements::version.eq(before.version + 1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    jobs::enqueue(tx, &RequirementChanged { organisation, competence: before.competence })?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(read(tx, organisation, id)?)
}

/// A demand, as far as a day and a team are concerned: the team, the first day, the last.
pub type Demanded = (Option<TeamId>, Day, Option<Day>);

/// The requirements an organisation has ever had for a competence: team, first and last day.
///
/// # Errors
/// The database's.
pub fn for_competence(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    competence: CompetenceId,
) -> Result<Vec<Demanded>, Error> {
    Ok(requirements::table
        .filter(requirements::competence.eq(competence))
        .filter(requirements::organisation.eq(organisation))
        .select((requirements::team, requirements::from_day, requirements::to_day))
        .load(tx.conn())?)
}

/// An employer, and what it is called.
pub type Employer = (OrganisationId, String);

/// Who requires these competences of these people today, as their employer: by competence.
///
/// # Errors
/// The database's.
pub fn demanded_of(
    tx: &mut Tx<'_>,
    people: &BTreeSet<PersonId>,
    competences: &BTreeSet<CompetenceId>,
) -> Result<HashMap<CompetenceId, Vec<Employer>>, Error> {
    let today = tx.today();
    let (known, staff) = diesel::alias!(persons as known, persons as staff);
    let rows = known
        .inner_join(staff.on(staff.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(employments::table.on(employments::person.eq(staff.field(persons::id))))
        .inner_join(requirements::table.on(requirements::organisation.eq(employments::organisation)))
        .inner_join(organisations::table.on(organisations::id.eq(requirements::organisation)))
        .filter(known.field(persons::id).among(people))
        .filter(employments::from_day.le(today))
        .filter(employments::to_day.is_null().or(employments::to_day.ge(today)))
        .filter(requirements::team.is_null().or(requirements::team.eq(employments::team)))
        .filter(requirements::competence.among(competences))
        .filter(requirements::from_day.le(today))
        .filter(requirements::to_day.is_null().or(requirements::to_day.ge(today)))
        .select((requirements::competence, organisations::id, organisations::name))
        .distinct()
        .load::<(CompetenceId, OrganisationId, String)>(tx.conn())?;
    let mut of = HashMap::<_, Vec<_>>::new();
    for (competence, id, name) in rows {
        of.entry(competence).or_default().push((id, name));
    }
    Ok(of)
}
