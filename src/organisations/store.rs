//! Organisations, capacities, certifications, members.

use std::collections::{BTreeSet, HashMap};

use super::{Certification, Member, Organisation, OrganisationChanged, OrganisationDissolved, actions::*, routes::*};
use crate::{
    access::Permit,
    law::calendar::days_before,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                accounts, capacities, cards, certification_competences, certifications, competences,
                former_employer_views, memberships, organisations,
            },
        },
        http::{Listed, Page},
        jobs,
        problem::{Kind, Problem},
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = organisations, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: OrganisationId,
    number: &'a str,
    name: &'a str,
    legal_entity: Option<OrganisationId>,
    employer_view: EmployerView,
    privacy_contact: Option<&'a str>,
    created_at: Instant,
    version: i64,
}

#[derive(Queryable)]
struct Row {
    id: OrganisationId,
    number: String,
    name: String,
    legal_entity: Option<OrganisationId>,
    employer_view: EmployerView,
    privacy_contact: Option<String>,
    dissolved_on: Option<Day>,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        organisations::id,
        organisations::number,
        organisations::name,
        organisations::legal_entity,
        organisations::employer_view,
        organisations::privacy_contact,
        organisations::dissolved_on,
        organisations::version,
    )
}

/// Creates an organisation with its capacities.
///
/// # Errors
/// `Taken` at `/number`.
pub fn create(
    tx: &mut Tx<'_>,
    permit: &Permit<CreateOrganisation>,
    new: &NewOrganisation,
) -> Result<OrganisationId, Problem> {
    let legal_entity = new.legal_entity.map(|id| id.0);
    if let Some(parent) = legal_entity {
        require_legal_entity(tx, parent)?;
    }
    let id = tx.new_id();
    let row = NewRow {
        id,
        number: new.number.as_str(),
        name: new.name.as_str(),
        legal_entity,
        employer_view: EmployerView::Record,
        privacy_contact: new.privacy_contact.as_ref().map(|email| email.as_str()),
        created_at: tx.now(),
        version: 1,
    };
    diesel::insert_into(organisations::table)
        .values(row)
        .execute(tx.conn())
        .map_err(|error| Problem::from(Error::from(error)).if_taken(Problem::at("/number", Fault::Taken)))?;
    for capacity in &new.capacities.0 {
        insert_capacity(tx, id, capacity.0)?;
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// A sub-unit belongs to a legal entity, never to another sub-unit.
fn require_legal_entity(tx: &mut Tx<'_>, id: OrganisationId) -> Result<(), Problem> {
    let parent = organisations::table
        .filter(organisations::id.eq(id))
        .select(organisations::legal_entity)
        .first::<Option<OrganisationId>>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    match parent {
        Some(None) => Ok(()),
        _ => Err(Problem::at("/legal_entity", Fault::Unknown)),
    }
}

fn insert_capacity(tx: &mut Tx<'_>, organisation: OrganisationId, capacity: Capacity) -> Result<(), Error> {
    let today = tx.today();
    let row =
        (capacities::organisation.eq(organisation), capacities::capacity.eq(capacity), capacities::from_day.eq(today));
    diesel::insert_into(capacities::table).values(row).on_conflict_do_nothing().execute(tx.conn())?;
    Ok(())
}

/// Grants a capacity from today; once granted it stays granted.
///
/// # Errors
/// 404 if there is no such organisation.
pub fn grant(tx: &mut Tx<'_>, permit: &Permit<GrantCapacity>, capacity: Capacity) -> Result<(), Problem> {
    let organisation = permit.action().organisation;
    show_row(tx, organisation)?;
    insert_capacity(tx, organisation, capacity)?;
    let from_day =
        capacities::table.filter(capacities::organisation.eq(organisation)).filter(capacities::capacity.eq(capacity));
    diesel::update(from_day).set(capacities::to_day.eq(None::<Day>)).execute(tx.conn()).map_err(Error::from)?;
    jobs::enqueue(tx, &OrganisationChanged { organisation })?;
    audit::note(tx, permit, Some(organisation.uuid()), Some(serde_json::json!({ "capacity": capacity })))?;
    Ok(())
}

/// Shows an organisation to one of its members.
///
/// # Errors
/// 404.
pub fn show(tx: &mut Tx<'_>, permit: &Permit<ShowOrganisation>) -> Result<Organisation, Problem> {
    read(tx, permit.action().organisation)
}

/// An organisation as it is.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Organisation, Problem> {
    let row = show_row(tx, id)?;
    let capacities = capacities_today(tx, &[id])?;
    Ok(render(row, &capacities))
}

fn show_row(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Row, Error> {
    Ok(organisations::table.filter(organisations::id.eq(id)).select(columns()).first(tx.conn())?)
}

fn capacities_today(tx: &mut Tx<'_>, ids: &[OrganisationId]) -> Result<Vec<(OrganisationId, Capacity)>, Error> {
    let today = tx.today();
    Ok(capacities::table
        .filter(capacities::organisation.among(ids))
        .filter(capacities::from_day.le(today))
        .filter(capacities::to_day.is_null().or(capacities::to_day.ge(today)))
        .select((capacities::organisation, capacities::capacity))
        .load(tx.conn())?)
}

fn render(row: Row, capacities: &[(OrganisationId, Capacity)]) -> Organisation {
    let mut own: Vec<Capacity> = capacities.iter().filter(|(id, _)| *id == row.id).map(|(_, c)| *c).collect();
    own.sort();
    Organisation {
        id: row.id,
        number: row.number,
        name: row.name,
        legal_entity: row.legal_entity,
        capacities: own,
        employer_view: row.employer_view,
        privacy_contact: row.privacy_contact,
        dissolved_on: row.dissolved_on,
        version: row.version,
    }
}

/// A page of all organisations.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    _: &Permit<ListOrganisations>,
    page: &Page<OrganisationId>,
) -> Result<Listed<Organisation>, Problem> {
    let after = page.after.unwrap_or(OrganisationId::nil());
    let rows: Vec<Row> = organisations::table
        .filter(organisations::id.gt(after))
        .order(organisations::id)
        .limit(page.fetch())
        .select(columns())
        .load(tx.conn())
        .map_err(Error::from)?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let capacities = capacities_today(tx, &ids)?;
    Ok(page.listed(rows, |row| row.id).map(|row| render(row, &capacities)))
}

/// Changes what the organisation says about itself.
///
/// # Errors
/// 412 when somebody else was first.
pub fn change(
    tx: &mut Tx<'_>,
    permit: &Permit<ChangeOrganisation>,
    change: OrganisationChange,
) -> Result<Organisation, Problem> {
    let id = permit.action().organisation;
    let before = show_row(tx, id)?;
    let name = change.name.map_or(before.name, |name| name.into_string());
    let view = change.employer_view.map_or(before.employer_view, |view| view.0);
    let contact = change.privacy_contact.map(|email| email.as_str().to_owned()).after(before.privacy_contact);
    diesel::update(organisations::table.filter(organisations::id.eq(id)))
        .set((
            organisations::name.eq(name),
            organisations::employer_view.eq(view),
            organisations::privacy_contact.eq(contact),
            organisations::version.eq(before.version + 1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    if view != before.employer_view {
        remember(tx, id, before.employer_view)?;
        jobs::enqueue(tx, &OrganisationChanged { organisation: id })?;
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    read(tx, id)
}

/// What was shown until yesterday; of two changes on one day the first one knows.
fn remember(tx: &mut Tx<'_>, organisation: OrganisationId, view: EmployerView) -> Result<(), Error> {
    use former_employer_views as former;
    let until = days_before(tx.today(), 1);
    diesel::insert_into(former::table)
        .values((former::organisation.eq(organisation), former::until_day.eq(until), former::employer_view.eq(view)))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(())
}

/// The version of an organisation, for conditions.
///
/// # Errors
/// 404.
pub fn version(tx: &mut Tx<'_>, permit: &Permit<ChangeOrganisation>) -> Result<i64, Problem> {
    Ok(show_row(tx, permit.action().organisation)?.version)
}

/// Records a certification.
///
/// # Errors
/// `Unknown` for a competence that does not exist.
pub fn certify(
    tx: &mut Tx<'_>,
    permit: &Permit<GrantCapacity>,
    new: &NewCertification,
) -> Result<CertificationId, Problem> {
    let organisation = permit.action().organisation;
    show_row(tx, organisation)?;
    let mut covered: Vec<CompetenceId> = new.competences.0.iter().map(|id| id.0).collect();
    covered.sort();
    covered.dedup();
    let known: i64 = competences::table
        .filter(competences::id.among(&covered))
        .count()
        .get_result(tx.conn())
        .map_err(Error::from)?;
    if known != covered.len() as i64 {
        return Err(Problem::at("/competences", Fault::Unknown));
    }
    let id: CertificationId = tx.new_id();
    let now = tx.now();
    diesel::insert_into(certifications::table)
        .values((
            certifications::id.eq(id),
            certifications::organisation.eq(organisation),
            certifications::number.eq(new.number.as_str()),
            certifications::from_day.eq(new.from),
            certifications::to_day.eq(new.to),
            certifications::created_at.eq(now),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    for competence in covered {
        diesel::insert_into(certification_competences::table)
            .values((
                certification_competences::certification.eq(id),
                certification_competences::competence.eq(competence),
            ))
            .execute(tx.conn())
            .map_err(Error::from)?;
    }
    jobs::enqueue(tx, &OrganisationChanged { organisation })?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// The certifications of an organisation.
///
/// # Errors
/// The database's.
pub fn certifications_of(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<Certification>, Error> {
    let rows = certifications::table
        .filter(certifications::organisation.eq(organisation))
        .order(certifications::id)
        .select((certifications::id, certifications::number, certifications::from_day, certifications::to_day))
        .load::<(CertificationId, String, Day, Option<Day>)>(tx.conn())?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let covered = certification_competences::table
        .inner_join(certifications::table.on(certifications::id.eq(certification_competences::certification)))
        .filter(certifications::organisation.eq(organisation))
        .select((certification_competences::certification, certification_competences::competence))
        .load::<(CertificationId, CompetenceId)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, number, from, to)| Certification {
            id,
            number,
            competences: covered.iter().filter(|(of, _)| *of == id).map(|(_, competence)| *competence).collect(),
            from,
            to,
        })
        .collect())
}

/// A page of the members.
///
/// # Errors
/// The database's.
pub fn members(
    tx: &mut Tx<'_>,
    permit: &Permit<ListMembers>,
    page: &Page<MembershipId>,
) -> Result<Listed<Member>, Problem> {
    let after = page.after.unwrap_or(MembershipId::nil());
    let rows = memberships::table
        .left_join(cards::table.on(cards::person.eq(memberships::person).and(cards::holder.is_null())))
        .filter(memberships::organisation.eq(permit.action().organisation))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::id.gt(after))
        .order(memberships::id)
        .limit(page.fetch())
        .select((
            memberships::id,
            memberships::person,
            cards::name.nullable(),
            memberships::role,
            memberships::team,
            memberships::created_at,
        ))
        .load::<(MembershipId, PersonId, Option<String>, Role, Option<TeamId>, Instant)>(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.0).map(|(id, person, name, role, team, since)| Member {
        id,
        person,
        name,
        role,
        team,
        since,
    }))
}

/// Makes somebody a member. Who may decide that was asked when the invitation was sent, or by the command line.
///
/// # Errors
/// The database's.
pub fn join(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    role: Role,
    team: Option<TeamId>,
) -> Result<MembershipId, Error> {
    let held = memberships::table
        .filter(memberships::organisation.eq(organisation))
        .filter(memberships::person.eq(person))
        .filter(memberships::role.eq(role))
        .filter(memberships::ended_at.is_null())
        .select((memberships::id, memberships::team))
        .load::<(MembershipId, Option<TeamId>)>(tx.conn())?;
    if let Some((id, _)) = held.into_iter().find(|(_, of)| *of == team) {
        return Ok(id);
    }
    let (id, now) = (tx.new_id(), tx.now());
    diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(id),
            memberships::organisation.eq(organisation),
            memberships::person.eq(person),
            memberships::role.eq(role),
            memberships::team.eq(team),
            memberships::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// Whose memberships ended before an instant: some of them.
///
/// # Errors
/// The database's.
pub fn former_members(tx: &mut Tx<'_>, ended_before: Instant, at_most: i64) -> Result<Vec<PersonId>, Error> {
    Ok(memberships::table
        .filter(memberships::ended_at.lt(ended_before))
        .order(memberships::ended_at)
        .limit(at_most)
        .select(memberships::person)
        .load(tx.conn())?)
}

/// Forgets the memberships of these persons that ended before an instant. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn forget_memberships(tx: &mut Tx<'_>, ended_before: Instant, people: &BTreeSet<PersonId>) -> Result<(), Error> {
    let former =
        memberships::table.filter(memberships::person.among(people)).filter(memberships::ended_at.lt(ended_before));
    diesel::delete(former).execute(tx.conn())?;
    Ok(())
}

/// Is this person the last who holds a role in an organisation and can sign in? Of two who leave at once the later one sees
/// what the other did.
///
/// # Errors
/// The database's.
pub fn is_the_last(tx: &mut Tx<'_>, organisation: OrganisationId, role: Role, person: PersonId) -> Result<bool, Error> {
    tx.lead(&format!("{role} of {organisation}"))?;
    let there: Vec<PersonId> = memberships::table
        .inner_join(accounts::table.on(accounts::person.eq(memberships::person)))
        .filter(memberships::organisation.eq(organisation))
        .filter(memberships::role.eq(role))
        .filter(memberships::ended_at.is_null())
        .filter(accounts::closed_at.is_null())
        .select(memberships::person)
        .load(tx.conn())?;
    Ok(there.contains(&person) && there.iter().all(|one| *one == person))
}

/// Ends a membership at once.
///
/// # Errors
/// 404 if the organisation has no such member; 409 for the last who could give others their roles.
pub fn end_membership(tx: &mut Tx<'_>, permit: &Permit<EndMembership>, id: MembershipId) -> Result<(), Problem> {
    let organisation = permit.action().organisation;
    let row = memberships::table
        .filter(memberships::id.eq(id))
        .filter(memberships::organisation.eq(organisation))
        .filter(memberships::ended_at.is_null());
    let (role, person): (Role, PersonId) =
        row.select((memberships::role, memberships::person)).first(tx.conn()).map_err(Error::from)?;
    if matches!(role, Role::Administrator | Role::Operator) && is_the_last(tx, organisation, role, person)? {
        return Err(Kind::TheLast.into());
    }
    let now = tx.now();
    let ended = diesel::update(row).set(memberships::ended_at.eq(Some(now))).execute(tx.conn()).map_err(Error::from)?;
    if ended == 0 {
        return Err(Error::NoRow.into());
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(())
}

/// A role held: where, the organisation's name, as what, for which team.
pub type Held = (OrganisationId, String, Role, Option<TeamId>);

/// The organisations of a person, with the roles held there.
///
/// # Errors
/// The database's.
pub fn memberships_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Held>, Error> {
    Ok(memberships::table
        .inner_join(organisations::table.on(organisations::id.eq(memberships::organisation)))
        .filter(memberships::person.eq(person))
        .filter(memberships::ended_at.is_null())
        .order(memberships::id)
        .select((organisations::id, organisations::name, memberships::role, memberships::team))
        .load(tx.conn())?)
}

/// Says on which day an organisation was dissolved: from the day after it acts as nothing any more. What it keeps is looked
/// at again.
///
/// # Errors
/// 404.
pub fn dissolve(tx: &mut Tx<'_>, id: OrganisationId, on: Day) -> Result<(), Error> {
    reinstate(tx, id)?;
    say_dissolved(tx, id, Some(on))?;
    let lasting = capacities::table.filter(capacities::organisation.eq(id)).filter(capacities::to_day.is_null());
    diesel::update(lasting).set(capacities::to_day.eq(Some(on))).execute(tx.conn())?;
    jobs::enqueue(tx, &OrganisationDissolved { organisation: id })
}

/// Takes back that an organisation was dissolved. It acts again as what it acted until then.
///
/// # Errors
/// 404.
pub fn reinstate(tx: &mut Tx<'_>, id: OrganisationId) -> Result<(), Error> {
    let Some(on) = show_row(tx, id)?.dissolved_on else { return Ok(()) };
    say_dissolved(tx, id, None)?;
    let ended = capacities::table.filter(capacities::organisation.eq(id)).filter(capacities::to_day.eq(on));
    diesel::update(ended).set(capacities::to_day.eq(None::<Day>)).execute(tx.conn())?;
    jobs::enqueue(tx, &OrganisationDissolved { organisation: id })
}

fn say_dissolved(tx: &mut Tx<'_>, id: OrganisationId, on: Option<Day>) -> Result<(), Error> {
    diesel::update(organisations::table.filter(organisations::id.eq(id)))
        .set((organisations::dissolved_on.eq(on), organisations::version.eq(organisations::version + 1)))
        .execute(tx.conn())?;
    Ok(())
}

/// Those of these organisations that were dissolved, with the day.
///
/// # Errors
/// The database's.
pub fn dissolved(tx: &mut Tx<'_>, ids: &BTreeSet<OrganisationId>) -> Result<HashMap<OrganisationId, Day>, Error> {
    let rows = organisations::table
        .filter(organisations::id.among(ids))
        .filter(organisations::dissolved_on.is_not_null())
        .select((organisations::id, organisations::dissolved_on.assume_not_null()))
        .load::<(OrganisationId, Day)>(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// The number of an organisation.
///
/// # Errors
/// 404.
pub fn number(tx: &mut Tx<'_>, id: OrganisationId) -> Result<String, Error> {
    Ok(organisations::table.filter(organisations::id.eq(id)).select(organisations::number).first(tx.conn())?)
}

/// Resolves a number to its legal entity: a sub-unit holds nothing itself.
///
/// # Errors
/// The database's.
pub fn legal_entity_by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<OrganisationId>, Error> {
    let found = organisations::table
        .filter(organisations::number.eq(number))
        .select((organisations::id, organisations::legal_entity))
        .first::<(OrganisationId, Option<OrganisationId>)>(tx.conn())
        .optional()?;
    Ok(found.map(|(id, parent)| parent.unwrap_or(id)))
}

/// Resolves an id to its legal entity.
///
/// # Errors
/// The database's.
pub fn legal_entity(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Option<OrganisationId>, Error> {
    let found = organisations::table
        .filter(organisations::id.eq(id))
        .select(organisations::legal_entity)
        .first::<Option<OrganisationId>>(tx.conn())
        .optional()?;
    Ok(found.map(|parent| parent.unwrap_or(id)))
}

/// What an organisation shows employers, and has shown.
#[derive(Clone, Debug)]
pub struct EmployerViews {
    now: EmployerView,
    /// Until which day which, from the first on.
    former: Vec<(Day, EmployerView)>,
}

impl EmployerViews {
    /// What it showed of what was recorded on a day. A choice counts from its day on, so that none takes away what an employer
    /// got before, and must be able to show.
    pub fn on(&self, day: Day) -> EmployerView {
        self.former.iter().find(|(until, _)| day <= *until).map_or(self.now, |(_, view)| *view)
    }
}

/// What an organisation shows employers, and has shown.
///
/// # Errors
/// 404.
pub fn employer_views(tx: &mut Tx<'_>, id: OrganisationId) -> Result<EmployerViews, Error> {
    use former_employer_views as former;
    let now =
        organisations::table.filter(organisations::id.eq(id)).select(organisations::employer_view).first(tx.conn())?;
    let former = former::table
        .filter(former::organisation.eq(id))
        .order(former::until_day)
        .select((former::until_day, former::employer_view))
        .load(tx.conn())?;
    Ok(EmployerViews { now, former })
}

/// What an organisation has ever been able to act as: history was recorded before the operator granted anything here.
///
/// # Errors
/// The database's.
pub fn acted_as(tx: &mut Tx<'_>, id: OrganisationId) -> Result<BTreeSet<Capacity>, Error> {
    let capacities = capacities::table
        .filter(capacities::organisation.eq(id))
        .select(capacities::capacity)
        .load::<Capacity>(tx.conn())?;
    Ok(capacities.into_iter().collect())
}

/// Organisations with the address where each is written to about privacy, if it has said one, by their ids.
///
/// # Errors
/// The database's.
pub fn privacy_contacts(
    tx: &mut Tx<'_>,
    ids: &[OrganisationId],
) -> Result<Vec<(OrganisationId, String, Option<String>)>, Error> {
    Ok(organisations::table
        .filter(organisations::id.among(ids))
        .order(organisations::id)
        .select((organisations::id, organisations::name, organisations::privacy_contact))
        .load(tx.conn())?)
}

/// The names of organisations.
///
/// # Errors
/// The database's.
pub fn parties(tx: &mut Tx<'_>, ids: &[OrganisationId]) -> Result<HashMap<OrganisationId, String>, Error> {
    let rows = organisations::table
        .filter(organisations::id.among(ids))
        .select((organisations::id, organisations::name))
        .load::<(OrganisationId, String)>(tx.conn())?;
    Ok(rows.into_iter().collect())
}
