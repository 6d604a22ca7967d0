//! Teams and employments.

use std::collections::{BTreeSet, HashMap};

use super::{Employment, EmploymentChanged, Team, routes::*};
use crate::{
    access::Permit,
    organisations::actions::*,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{cards, employments, ended_employments, memberships, requirements, teams},
        },
        http::{Listed, Page},
        input::Name,
        jobs,
        problem::{Kind, Problem},
    },
    words::*,
};

fn name_taken(error: diesel::result::Error) -> Problem {
    Problem::from(Error::from(error)).if_taken(Problem::at("/name", Fault::Taken))
}

/// A page of the teams.
///
/// # Errors
/// The database's.
pub fn teams(tx: &mut Tx<'_>, permit: &Permit<ListTeams>, page: &Page<TeamId>) -> Result<Listed<Team>, Problem> {
    let after = page.after.unwrap_or(TeamId::nil());
    let rows = teams::table
        .filter(teams::organisation.eq(permit.action().organisation))
        .filter(teams::id.gt(after))
        .order(teams::id)
        .limit(page.fetch())
        .select((teams::id, teams::name, teams::version))
        .load::<(TeamId, String, i64)>(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.0).map(|(id, name, version)| Team { id, name, version }))
}

/// One of the organisation's teams.
///
/// # Errors
/// 404.
pub fn team(tx: &mut Tx<'_>, organisation: OrganisationId, id: TeamId) -> Result<Team, Error> {
    let (name, version) = teams::table
        .filter(teams::id.eq(id))
        .filter(teams::organisation.eq(organisation))
        .select((teams::name, teams::version))
        .first(tx.conn())?;
    Ok(Team { id, name, version })
}

/// What these of the employer's teams are called.
///
/// # Errors
/// The database's.
pub fn team_names(
    tx: &mut Tx<'_>,
    permit: &Permit<ListEmployments>,
    ids: &BTreeSet<TeamId>,
) -> Result<HashMap<TeamId, String>, Error> {
    let named: Vec<(TeamId, String)> = teams::table
        .filter(teams::organisation.eq(permit.action().organisation))
        .filter(teams::id.among(ids))
        .select((teams::id, teams::name))
        .load(tx.conn())?;
    Ok(named.into_iter().collect())
}

/// Makes a team.
///
/// # Errors
/// `Taken` at `/name`.
pub fn create_team(tx: &mut Tx<'_>, permit: &Permit<ChangeTeams>, new: &TeamName) -> Result<TeamId, Problem> {
    let (id, now): (TeamId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(teams::table)
        .values((
            teams::id.eq(id),
            teams::organisation.eq(permit.action().organisation),
            teams::name.eq(new.name.as_str()),
            teams::created_at.eq(now),
            teams::version.eq(1),
        ))
        .execute(tx.conn())
        .map_err(name_taken)?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// Renames a team.
///
/// # Errors
/// 404, 412, `Taken` at `/name`.
pub fn rename_team(
    tx: &mut Tx<'_>,
    permit: &Permit<ChangeTeams>,
    id: TeamId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    new: &TeamName,
) -> Result<Team, Problem> {
    let organisation = permit.action().organisation;
    let before = team(tx, organisation, id)?;
    expected(before.version)?;
    diesel::update(teams::table.filter(teams::id.eq(id)))
        .set((teams::name.eq(new.name.as_str()), teams::version.eq(before.version + 1)))
        .execute(tx.conn())
        .map_err(name_taken)?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(team(tx, organisation, id)?)
}

/// Removes a team that nothing refers to.
///
/// # Errors
/// 404, 409 while somebody belongs to it, manages it or it has requirements.
pub fn remove_team(tx: &mut Tx<'_>, permit: &Permit<ChangeTeams>, id: TeamId) -> Result<(), Problem> {
    team(tx, permit.action().organisation, id)?;
    let (employed, managing, required): (i64, i64, i64) = (
        employments::table.filter(employments::team.eq(id)).count().get_result(tx.conn()).map_err(Error::from)?,
        memberships::table.filter(memberships::team.eq(id)).count().get_result(tx.conn()).map_err(Error::from)?,
        requirements::table.filter(requirements::team.eq(id)).count().get_result(tx.conn()).map_err(Error::from)?,
    );
    if employed + managing + required > 0 {
        return Err(Kind::InUse.into());
    }
    diesel::delete(teams::table.filter(teams::id.eq(id))).execute(tx.conn()).map_err(Error::from)?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(())
}

type Row = (EmploymentId, PersonId, Option<String>, Option<String>, Option<TeamId>, Day, Option<Day>, i64);

fn render((id, person, name, external_reference, team, from, to, version): Row) -> Employment {
    Employment { id, person, name, external_reference, team, from, to, version }
}

#[diesel::dsl::auto_type]
fn with_cards() -> _ {
    employments::table.left_join(
        cards::table
            .on(cards::person.eq(employments::person).and(cards::holder.eq(employments::organisation.nullable()))),
    )
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        employments::id,
        employments::person,
        cards::name.nullable(),
        cards::external_reference.nullable(),
        employments::team,
        employments::from_day,
        employments::to_day,
        employments::version,
    )
}

/// A page of the employments.
///
/// # Errors
/// The database's.
pub fn employments(
    tx: &mut Tx<'_>,
    permit: &Permit<ListEmployments>,
    page: &Page<EmploymentId>,
) -> Result<Listed<Employment>, Problem> {
    let after = page.after.unwrap_or(EmploymentId::nil());
    let rows = with_cards()
        .filter(employments::organisation.eq(permit.action().organisation))
        .filter(employments::id.gt(after))
        .order(employments::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.0).map(render))
}

/// One of the employer's employments.
///
/// # Errors
/// 404.
pub fn employment(tx: &mut Tx<'_>, employer: OrganisationId, id: EmploymentId) -> Result<Employment, Error> {
    let row = with_cards()
        .filter(employments::id.eq(id))
        .filter(employments::organisation.eq(employer))
        .select(columns())
        .first::<Row>(tx.conn())?;
    Ok(render(row))
}

/// Begins an employment of a person the employer has a card of.
///
/// # Errors
/// `Unknown` for a person or team the employer does not know.
pub fn employ(
    tx: &mut Tx<'_>,
    permit: &Permit<ChangeEmployments>,
    new: &NewEmployment,
) -> Result<EmploymentId, Problem> {
    let employer = permit.action().organisation;
    let person = new.person.0;
    tx.lock_persons(&[person])?;
    let team = new.team.map(|team| team.0);
    let mut findings = crate::platform::problem::Findings::default();
    if crate::people::store::has_cards(tx, employer, &[person])?.is_empty() {
        findings.add("/person", Fault::Unknown);
    }
    if !has_team(tx, employer, team)? {
        findings.add("/team", Fault::Unknown);
    }
    findings.check()?;
    let id = begin(tx, employer, person, Terms { team, from: new.from, to: new.to })?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// What an employment says besides whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The team, if there is one.
    pub team: Option<TeamId>,
    /// The first day.
    pub from: Day,
    /// The last day, if it is known.
    pub to: Option<Day>,
}

/// Begins an employment; whoever calls has checked the terms, locked the person and notes it in the audit.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut Tx<'_>, employer: OrganisationId, person: PersonId, terms: Terms) -> Result<EmploymentId, Error> {
    let (id, now): (EmploymentId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(employments::table)
        .values((
            employments::id.eq(id),
            employments::organisation.eq(employer),
            employments::person.eq(person),
            employments::team.eq(terms.team),
            employments::from_day.eq(terms.from),
            employments::to_day.eq(terms.to),
            employments::created_at.eq(now),
            employments::version.eq(1),
        ))
        .execute(tx.conn())?;
    jobs::enqueue(tx, &EmploymentChanged { employer, person })?;
    Ok(id)
}

/// Gives an employment other terms; whoever calls has checked them, locked the person and notes it in the audit.
///
/// # Errors
/// The database's.
pub fn set_terms(tx: &mut Tx<'_>, employer: OrganisationId, of: &Employment, terms: Terms) -> Result<(), Error> {
    diesel::update(employments::table.filter(employments::id.eq(of.id)))
        .set((
            employments::team.eq(terms.team),
            employments::from_day.eq(terms.from),
            employments::to_day.eq(terms.to),
            employments::version.eq(of.version + 1),
        ))
        .execute(tx.conn())?;
    jobs::enqueue(tx, &EmploymentChanged { employer, person: of.person })
}

/// Ends the employments of these persons that last today or begin later: with a day, or with their first if that is later.
///
/// # Errors
/// The database's.
pub fn end_all(tx: &mut Tx<'_>, people: &[PersonId], on: Day) -> Result<(), Error> {
    let today = tx.today();
    let lasting = employments::table
        .filter(employments::person.among(people))
        .filter(employments::to_day.is_null().or(employments::to_day.ge(today)));
    let found = lasting
        .select((employments::id, employments::organisation, employments::person, employments::from_day))
        .load::<(EmploymentId, OrganisationId, PersonId, Day)>(tx.conn())?;
    for (id, employer, person, from) in found {
        let ended = (employments::to_day.eq(Some(on.max(from))), employments::version.eq(employments::version + 1));
        diesel::update(employments::table.filter(employments::id.eq(id))).set(ended).execute(tx.conn())?;
        jobs::enqueue(tx, &EmploymentChanged { employer, person })?;
    }
    Ok(())
}

/// Ends every employment with an employer that lasts longer than a day: with that day, or with its first if that is later. When it
/// would have ended otherwise is written down. What the employer keeps is looked at again by whoever calls.
///
/// # Errors
/// The database's.
pub fn end_with_employer(tx: &mut Tx<'_>, employer: OrganisationId, on: Day) -> Result<(), Error> {
    use ended_employments as ended;
    let lasting = || {
        employments::table
            .filter(employments::organisation.eq(employer))
            .filter(employments::to_day.is_null().or(employments::to_day.gt(on)))
    };
    let found = lasting().select((employments::id, employments::organisation, employments::to_day)).load::<(
        EmploymentId,
        OrganisationId,
        Option<Day>,
    )>(tx.conn())?;
    let rows: Vec<_> = found
        .into_iter()
        .map(|(employment, employer, to_day)| EndedWithEmployer { employment, employer, to_day })
        .collect();
    crate::insert_many!(tx, ended::table, rows)?;
    let version = employments::version.eq(employments::version + 1);
    diesel::update(lasting().filter(employments::from_day.le(on)))
        .set((employments::to_day.eq(Some(on)), version))
        .execute(tx.conn())?;
    diesel::update(lasting().filter(employments::from_day.gt(on)))
        .set((employments::to_day.eq(employments::from_day.nullable()), version))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = ended_employments, treat_none_as_default_value = false)]
struct EndedWithEmployer {
    employment: EmploymentId,
    employer: OrganisationId,
    to_day: Option<Day>,
}

/// The employer is not dissolved after all, or was on another day: what ended with it goes on as it was written down.
///
/// # Errors
/// The database's.
pub fn go_on_with_employer(tx: &mut Tx<'_>, employer: OrganisationId) -> Result<(), Error> {
    use ended_employments as ended;
    let all = || ended::table.filter(ended::employer.eq(employer));
    let found = all().select((ended::employment, ended::to_day)).load::<(EmploymentId, Option<Day>)>(tx.conn())?;
    for (employment, to_day) in found {
        let goes_on = (employments::to_day.eq(to_day), employments::version.eq(employments::version + 1));
        diesel::update(employments::table.filter(employments::id.eq(employment))).set(goes_on).execute(tx.conn())?;
    }
    diesel::delete(all()).execute(tx.conn())?;
    Ok(())
}

/// Removes an employment that never was.
///
/// # Errors
/// The database's.
pub fn annul(tx: &mut Tx<'_>, employer: OrganisationId, of: &Employment) -> Result<(), Error> {
    diesel::delete(ended_employments::table.filter(ended_employments::employment.eq(of.id))).execute(tx.conn())?;
    diesel::delete(employments::table.filter(employments::id.eq(of.id))).execute(tx.conn())?;
    jobs::enqueue(tx, &EmploymentChanged { employer, person: of.person })
}

/// Forgets an employment whose time is over. Nothing counts from it any more, so nobody is told.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, id: EmploymentId) -> Result<(), Error> {
    diesel::delete(ended_employments::table.filter(ended_employments::employment.eq(id))).execute(tx.conn())?;
    diesel::delete(employments::table.filter(employments::id.eq(id))).execute(tx.conn())?;
    Ok(())
}

/// The employment of a person that began on a day.
///
/// # Errors
/// The database's.
pub fn begun_on(
    tx: &mut Tx<'_>,
    employer: OrganisationId,
    person: PersonId,
    from: Day,
) -> Result<Option<EmploymentId>, Error> {
    Ok(employments::table
        .filter(employments::person.eq(person))
        .filter(employments::organisation.eq(employer))
        .filter(employments::from_day.eq(from))
        .order(employments::id)
        .select(employments::id)
        .first(tx.conn())
        .optional()?)
}

/// Was or is this person employed here?
///
/// # Errors
/// The database's.
pub fn ever_employed(tx: &mut Tx<'_>, employer: OrganisationId, person: PersonId) -> Result<bool, Error> {
    let found: i64 = employments::table
        .filter(employments::person.eq(person))
        .filter(employments::organisation.eq(employer))
        .count()
        .get_result(tx.conn())?;
    Ok(found > 0)
}

/// When these people, under any claimed id, worked for these employers: from, and to if that is known.
///
/// # Errors
/// The database's.
pub fn employed(
    tx: &mut Tx<'_>,
    of: &BTreeSet<(PersonId, OrganisationId)>,
) -> Result<HashMap<(PersonId, OrganisationId), Vec<Period>>, Error> {
    use crate::platform::db::schema::persons;
    let mut periods = HashMap::<_, Vec<_>>::new();
    if of.is_empty() {
        return Ok(periods);
    }
    let (people, employers): (BTreeSet<_>, BTreeSet<_>) = of.iter().copied().unzip();
    let (known, staff) = diesel::alias!(persons as known, persons as staff);
    let rows = known
        .inner_join(staff.on(staff.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(employments::table.on(employments::person.eq(staff.field(persons::id))))
        .filter(known.field(persons::id).among(&people))
        .filter(employments::organisation.among(&employers))
        .select((known.field(persons::id), employments::organisation, employments::from_day, employments::to_day))
        .load::<(PersonId, OrganisationId, Day, Option<Day>)>(tx.conn())?;
    for (person, employer, from, to) in rows {
        periods.entry((person, employer)).or_default().push((from, to));
    }
    Ok(periods)
}

/// The first day, and the last if it is known.
pub type Period = (Day, Option<Day>);

/// The team of this name, made if there is none yet.
///
/// # Errors
/// The database's.
pub fn team_named(tx: &mut Tx<'_>, permit: &Permit<ChangeTeams>, name: &Name) -> Result<TeamId, Problem> {
    let known = teams::table
        .filter(teams::organisation.eq(permit.action().organisation))
        .filter(teams::name.eq(name.as_str()))
        .select(teams::id)
        .first::<TeamId>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    known.map_or_else(|| create_team(tx, permit, &TeamName { name: name.clone() }), Ok)
}

fn has_team(tx: &mut Tx<'_>, organisation: OrganisationId, id: Option<TeamId>) -> Result<bool, Error> {
    let Some(id) = id else { return Ok(true) };
    match team(tx, organisation, id) {
        Ok(_) => Ok(true),
        Err(Error::NoRow) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Changes or ends an employment.
///
/// # Errors
/// 404, 412, `Unknown` for a team the employer does not have, `EndsBeforeItBegins`.
pub fn change_employment(
    tx: &mut Tx<'_>,
    permit: &Permit<ChangeEmployments>,
    id: EmploymentId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    change: EmploymentChange,
) -> Result<Employment, Problem> {
    let employer = permit.action().organisation;
    let before = employment(tx, employer, id)?;
    tx.lock_persons(&[before.person])?;
    expected(before.version)?;
    let team = change.team.map(|team| team.0).after(before.team);
    let from = change.from.unwrap_or(before.from);
    let to = change.to.after(before.to);
    if !has_team(tx, employer, team)? {
        return Err(Problem::at("/team", Fault::Unknown));
    }
    if to.is_some_and(|to| to < from) {
        return Err(Problem::at("/to", Fault::EndsBeforeItBegins));
    }
    set_terms(tx, employer, &before, Terms { team, from, to })?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(employment(tx, employer, id)?)
}

/// The teams a person, under any claimed id, worked in for an employer on a day.
///
/// # Errors
/// The database's.
pub fn teams_on(tx: &mut Tx<'_>, employer: OrganisationId, person: PersonId, day: Day) -> Result<Vec<TeamId>, Error> {
    use crate::platform::db::schema::persons;
    let (known, staff) = diesel::alias!(persons as known, persons as staff);
    let found = known
        .inner_join(staff.on(staff.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(employments::table.on(employments::person.eq(staff.field(persons::id))))
        .filter(known.field(persons::id).eq(person))
        .filter(employments::organisation.eq(employer))
        .filter(employments::from_day.le(day))
        .filter(employments::to_day.is_null().or(employments::to_day.ge(day)))
        .select(employments::team)
        .load::<Option<TeamId>>(tx.conn())?;
    Ok(found.into_iter().flatten().collect())
}
