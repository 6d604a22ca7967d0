//! Completions, their versions, and how each viewer reads them.

use std::collections::{BTreeSet, HashMap};

use super::{
    About, CompetenceShown, Completion, Content, CourseShown, Holder, OrderedBy, OwnCompletion, actions::*,
    facts::Situation, hand_overs, record::Recording,
};
use crate::{
    access::{Permit, Viewer, parts_for_safety},
    catalogue,
    law::calendar::oslo_day,
    people,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            restricted::contested,
            run::prelude::*,
            schema::{
                cards, completion_versions, completions, custodies, feed, organisations, persons, portfolio, records,
            },
        },
        feed as events,
        http::{Listed, Page},
    },
    records::{
        Party,
        store::{Shown, Sight, seen, seen_for_safety},
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = completions, treat_none_as_default_value = false)]
struct NewCompletion {
    record: RecordId,
    recorder: OrganisationId,
    competence: Option<CompetenceId>,
    course: Option<CourseId>,
    event: Option<EventId>,
    version: i64,
}

#[derive(Insertable)]
#[diesel(table_name = completion_versions, treat_none_as_default_value = false)]
struct NewVersion<'a> {
    completion: RecordId,
    version: i64,
    outcome: Outcome,
    on_day: Option<Day>,
    hours: Option<f64>,
    result: Option<&'a str>,
    run: Option<&'a str>,
    ordered_by_person: bool,
    ordered_by: Option<OrganisationId>,
    recorded_at: Instant,
    done_by: DoneBy,
    doer: Option<AnyId>,
    reason: Option<&'a str>,
    batch: Option<BatchId>,
}

impl<'a> NewVersion<'a> {
    fn of(
        permit: &Permit<RecordCompletions>,
        completion: RecordId,
        version: i64,
        content: &'a Content,
        recorded_at: Instant,
    ) -> Self {
        let (done_by, doer) = permit.done_by();
        Self {
            completion,
            version,
            outcome: content.outcome,
            on_day: content.on,
            hours: content.hours,
            result: content.result.as_deref(),
            run: content.run.as_deref(),
            ordered_by_person: content.ordered_by == OrderedBy::Person,
            ordered_by: content.ordered_by.organisation(),
            recorded_at,
            done_by,
            doer: doer.map(AnyId::from_uuid),
            reason: None,
            batch: None,
        }
    }
}

/// Inserts completions with their first versions.
///
/// # Errors
/// The database's.
pub fn insert(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    ids: &[RecordId],
    recordings: &[Recording],
    batch: Option<BatchId>,
) -> Result<(), Error> {
    let recorder = permit.action().organisation;
    let now = tx.now();
    let both = || ids.iter().zip(recordings);
    let new: Vec<_> = both().map(|(id, recording)| (*id, recording.person)).collect();
    crate::records::store::insert(tx, RecordKind::Completion, &new)?;
    let rows: Vec<NewCompletion> = both()
        .map(|(id, recording)| NewCompletion {
            record: *id,
            recorder,
            competence: recording.competence,
            course: recording.course,
            event: recording.event,
            version: 1,
        })
        .collect();
    crate::insert_many!(tx, completions::table, rows)?;
    let versions: Vec<NewVersion<'_>> = both()
        .map(|(id, recording)| NewVersion { batch, ..NewVersion::of(permit, *id, 1, &recording.content, now) })
        .collect();
    crate::insert_many!(tx, completion_versions::table, versions)?;
    if batch.is_none() {
        for id in ids {
            audit::note(tx, permit, Some(id.uuid()), None)?;
        }
    }
    Ok(())
}

/// Appends a version and makes it the current one.
///
/// # Errors
/// The database's.
pub fn append(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    completion: RecordId,
    version: i64,
    content: &Content,
    reason: Option<&str>,
    batch: Option<BatchId>,
) -> Result<(), Error> {
    let now = tx.now();
    let row = NewVersion { reason, batch, ..NewVersion::of(permit, completion, version, content, now) };
    diesel::insert_into(completion_versions::table).values(row).execute(tx.conn())?;
    diesel::update(completions::table.filter(completions::record.eq(completion)))
        .set(completions::version.eq(version))
        .execute(tx.conn())?;
    Ok(())
}

/// What a batch did to a completion.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// The completion.
    pub completion: RecordId,
    /// The first version the batch wrote; 1 if it recorded the completion.
    pub first: i64,
    /// The last.
    pub last: i64,
}

/// Some completions a batch wrote, after one.
///
/// # Errors
/// The database's.
pub fn written_by(tx: &mut Tx<'_>, batch: BatchId, after: Option<RecordId>, limit: i64) -> Result<Vec<Written>, Error> {
    use diesel::dsl::{max, min};
    let rows = completion_versions::table
        .filter(completion_versions::batch.eq(batch))
        .filter(completion_versions::completion.gt(after.unwrap_or(RecordId::nil())))
        .group_by(completion_versions::completion)
        .order(completion_versions::completion)
        .limit(limit)
        .select((completion_versions::completion, min(completion_versions::version), max(completion_versions::version)))
        .load::<(RecordId, Option<i64>, Option<i64>)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(completion, first, last)| Written { completion, first: first.unwrap_or(1), last: last.unwrap_or(1) })
        .collect())
}

/// What a version of a completion said.
///
/// # Errors
/// `NoRow` if there is no such version.
pub fn said_in(tx: &mut Tx<'_>, completion: RecordId, version: i64) -> Result<Content, Error> {
    let row = completion_versions::table
        .find((completion, version))
        .select(content_columns())
        .first::<ContentRow>(tx.conn())?;
    Ok(content(row))
}

/// Has the person accepted it into the portfolio?
///
/// # Errors
/// The database's.
pub fn is_in_a_portfolio(tx: &mut Tx<'_>, completion: RecordId) -> Result<bool, Error> {
    let found = portfolio::table.find(completion).select(portfolio::record).first::<RecordId>(tx.conn()).optional()?;
    Ok(found.is_some())
}

/// Tells the bodies that hold a completion that it changed.
///
/// # Errors
/// The database's.
pub fn publish_change(tx: &mut Tx<'_>, completion: RecordId) -> Result<(), Error> {
    let bodies: Vec<OrganisationId> = custodies::table
        .filter(custodies::record.eq(completion))
        .filter(custodies::ground.eq(Ground::Scheme))
        .select(custodies::controller)
        .load(tx.conn())?;
    bodies.into_iter().try_for_each(|body| events::publish_again(tx, "completion_changed", body, completion))
}

/// Joins a completion with its current version.
#[diesel::dsl::auto_type]
pub(super) fn current() -> _ {
    completion_versions::table.on(completion_versions::completion
        .eq(completions::record)
        .and(completion_versions::version.eq(completions::version)))
}

type ContentRow = (Outcome, Option<Day>, Option<f64>, Option<String>, Option<String>, bool, Option<OrganisationId>);

#[diesel::dsl::auto_type]
fn content_columns() -> _ {
    (
        completion_versions::outcome,
        completion_versions::on_day,
        completion_versions::hours,
        completion_versions::result,
        completion_versions::run,
        completion_versions::ordered_by_person,
        completion_versions::ordered_by,
    )
}

fn content((outcome, on, hours, result, run, by_person, by): ContentRow) -> Content {
    let ordered_by = match (by_person, by) {
        (true, _) => OrderedBy::Person,
        (false, Some(organisation)) => OrderedBy::Organisation(organisation),
        (false, None) => OrderedBy::Unstated,
    };
    Content { outcome, on, hours, result, run, ordered_by }
}

/// A completion, as it stands.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Who recorded it.
    pub recorder: OrganisationId,
    /// Whom it is about.
    pub person: PersonId,
    /// The competence, if it is about one.
    pub competence: Option<CompetenceId>,
    /// The course, if it is known.
    pub course: Option<CourseId>,
    /// What ties it to others of the same event.
    pub event: Option<EventId>,
    /// The current version.
    pub version: i64,
    /// What it says.
    pub content: Content,
}

/// A completion an organisation recorded, or took over from whoever did.
///
/// # Errors
/// 404 if it holds it no longer.
pub fn recorded(tx: &mut Tx<'_>, holder: OrganisationId, completion: RecordId) -> Result<Recorded, Error> {
    let came_from = custodies::table
        .find((completion, holder, Ground::Delivered))
        .select(custodies::came_from)
        .first::<Option<OrganisationId>>(tx.conn())?;
    let found = as_they_stand(tx, &[completion])?.remove(&completion);
    found.filter(|one| one.recorder == came_from.unwrap_or(holder)).ok_or(Error::NoRow)
}

/// Those of these completions that the organisation may certify: it holds them as who recorded them, as a register or as
/// the body of their scheme.
///
/// # Errors
/// The database's.
pub fn certifiable(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, Recorded>, Error> {
    let held: BTreeSet<RecordId> = custodies::table
        .filter(custodies::record.among(ids))
        .filter(custodies::controller.eq(issuer))
        .filter(custodies::ground.eq_any([Ground::Delivered, Ground::Register, Ground::Scheme]))
        .select(custodies::record)
        .load(tx.conn())?
        .into_iter()
        .collect();
    let mut found = as_they_stand(tx, ids)?;
    found.retain(|id, _| held.contains(id));
    Ok(found)
}

fn as_they_stand(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<HashMap<RecordId, Recorded>, Error> {
    type Subject = (Option<CompetenceId>, Option<CourseId>, Option<EventId>);
    type Row = ((RecordId, PersonId, OrganisationId, i64), Subject, ContentRow);
    let rows = completions::table
        .inner_join(records::table.on(records::id.eq(completions::record)))
        .inner_join(current())
        .filter(completions::record.among(ids))
        .select((
            (completions::record, records::person, completions::recorder, completions::version),
            (completions::competence, completions::course, completions::event),
            content_columns(),
        ))
        .load::<Row>(tx.conn())?;
    let one = |((id, person, recorder, version), (competence, course, event), said): Row| {
        (id, Recorded { recorder, person, competence, course, event, version, content: content(said) })
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The day of birth on the holder's card.
///
/// # Errors
/// The database's.
pub fn birth_date(tx: &mut Tx<'_>, holder: OrganisationId, person: PersonId) -> Result<Option<Day>, Error> {
    let found = cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.eq(person))
        .select(cards::birth_date)
        .first::<Option<Day>>(tx.conn())
        .optional()?;
    Ok(found.flatten())
}

/// The persons these completions are about.
///
/// # Errors
/// The database's.
pub fn people_of(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<Vec<PersonId>, Error> {
    Ok(records::table.filter(records::id.among(ids)).select(records::person).load(tx.conn())?)
}

/// These completions, as far as custody is concerned.
///
/// # Errors
/// The database's.
pub fn situations(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<Vec<Situation>, Error> {
    type Row = ((RecordId, PersonId, Instant), OrganisationId, Option<CompetenceId>, Option<RecordId>, ContentRow);
    let rows = completions::table
        .inner_join(records::table.on(records::id.eq(completions::record)))
        .inner_join(current())
        .left_join(portfolio::table.on(portfolio::record.eq(completions::record)))
        .filter(completions::record.among(ids))
        .order(completions::record)
        .select((
            (completions::record, records::person, records::created_at),
            completions::recorder,
            completions::competence,
            portfolio::record.nullable(),
            content_columns(),
        ))
        .load::<Row>(tx.conn())?;
    let mut handed_over_to = hand_overs::store::to_whom(tx, ids)?;
    Ok(rows
        .into_iter()
        .map(|((record, person, recorded_at), recorder, competence, kept, row)| Situation {
            record,
            person,
            recorder,
            competence,
            content: content(row),
            in_portfolio: kept.is_some(),
            handed_over_to: handed_over_to.remove(&record).unwrap_or_default(),
            recorded_on: oslo_day(recorded_at),
        })
        .collect())
}

/// What a list of completions is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Narrowed {
    /// One competence.
    pub competence: Option<CompetenceId>,
    /// One person.
    pub person: Option<PersonId>,
    /// One completion.
    pub completion: Option<RecordId>,
}

type HeldRow = (
    (RecordId, PersonId, Option<CompetenceId>, Option<CourseId>, Option<EventId>, i64),
    ContentRow,
    Instant,
    (OrganisationId, String),
    (Option<String>, Option<String>),
    (Ground, crate::words::Content, bool),
);

/// A page of what a viewer sees, with what must be written down before it is shown.
///
/// # Errors
/// The database's.
pub fn held(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    narrowed: Narrowed,
    page: &Page<RecordId>,
) -> Result<Shown<Listed<Completion>>, Error> {
    let today = tx.today();
    let Narrowed { competence, person, completion } = narrowed;
    let known_as = match person {
        Some(person) => people::store::known_to(tx, viewer.organisation, person)?,
        None => Vec::new(),
    };
    let any = |narrow: bool| (!narrow).into_sql::<diesel::sql_types::Nullable<diesel::sql_types::Bool>>();
    let rows = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .inner_join(completions::table.on(completions::record.eq(custodies::record)))
        .inner_join(current())
        .inner_join(organisations::table.on(organisations::id.eq(completions::recorder)))
        .left_join(cards::table.on(cards::person.eq(records::person).and(cards::holder.eq(viewer.organisation))))
        .filter(seen!(Sight::of(viewer).that_opens(completion.is_some()), today))
        .filter(custodies::record.gt(page.after.unwrap_or(RecordId::nil())))
        .filter(any(competence.is_some()).or(completions::competence.eq(competence)))
        .filter(any(person.is_some()).or(records::person.among(&known_as)))
        .filter(any(completion.is_some()).or(custodies::record.nullable().eq(completion)))
        .order((custodies::record, custodies::ground))
        .limit(page.fetch())
        .select((
            (
                custodies::record,
                records::person,
                completions::competence,
                completions::course,
                completions::event,
                completions::version,
            ),
            content_columns(),
            completion_versions::recorded_at,
            (organisations::id, organisations::name),
            (cards::name.nullable(), cards::external_reference.nullable()),
            (custodies::ground, custodies::content, contested()),
        ))
        .load::<HeldRow>(tx.conn())?;
    let mut listed = page.listed(rows, |row| row.0.0);
    let for_safety = seen_for_safety(tx, viewer, &listed.items.iter().map(|row| row.0.0).collect::<Vec<_>>())?;
    for row in listed.items.iter_mut().filter(|row| for_safety.contains(&row.0.0)) {
        row.5.1 = row.5.1.within(parts_for_safety());
    }
    let disclosed = listed.items.iter().filter(|row| row.3.0 != viewer.organisation);
    let disclosed = disclosed.map(|row| (row.0.1, row.0.0, row.5.0)).collect();
    let names = Names::of(tx, listed.items.iter().map(|row| (row.0.2, row.0.3)))?;
    let Listed { items, next } = listed.map(|row| render(row, &names));
    Ok(Shown { organisation: viewer.organisation, rows: disclosed, answer: Listed { items: merged(items), next } })
}

/// One completion that a viewer sees, with what must be written down before it is shown.
///
/// # Errors
/// 404.
pub fn held_one(tx: &mut Tx<'_>, viewer: &Viewer, id: RecordId) -> Result<Shown<Completion>, Error> {
    let narrowed = Narrowed { completion: Some(id), ..Narrowed::default() };
    let Shown { organisation, rows, answer } = held(tx, viewer, narrowed, &before(id))?;
    let answer = answer.items.into_iter().next().ok_or(Error::NoRow)?;
    Ok(Shown { organisation, rows, answer })
}

/// One completion as its recorder holds it.
///
/// # Errors
/// The database's.
pub fn one_recorded(tx: &mut Tx<'_>, recorder: OrganisationId, id: RecordId) -> Result<Option<Completion>, Error> {
    let viewer = Viewer { organisation: recorder, capacity: Capacity::Provider, reach: crate::access::Reach::Whole };
    let narrowed = Narrowed { completion: Some(id), ..Narrowed::default() };
    Ok(held(tx, &viewer, narrowed, &before(id))?.answer.items.into_iter().next())
}

/// A page that begins right before one record, so that finding it walks no list.
fn before(id: RecordId) -> Page<RecordId> {
    let just_before = uuid::Uuid::from_u128(id.uuid().as_u128().saturating_sub(1));
    Page::after(RecordId::from_uuid(just_before), Some(1))
}

/// Two grounds in one capacity are one row in a list; the first ground stands for both.
fn merged(mut items: Vec<Completion>) -> Vec<Completion> {
    items.dedup_by(|later, first| {
        let same = later.id == first.id;
        if same {
            first.hours = first.hours.or(later.hours);
            first.result = first.result.take().or(later.result.take());
            first.contested |= later.contested;
        }
        same
    });
    items
}

fn render(row: HeldRow, names: &Names) -> Completion {
    let ((id, person, competence, course, event_id, version), said, recorded_at, recorder, card, holding) = row;
    let (ground, parts, contested) = holding;
    let content = content(said);
    Completion {
        id,
        person: About { id: person, name: card.0, external_reference: card.1 },
        competence: names.competence(competence),
        course: names.course(course),
        outcome: content.outcome,
        on: content.on,
        hours: content.hours.filter(|_| parts.holds(Part::Hours)),
        result: content.result.filter(|_| parts.holds(Part::Result)),
        run: content.run,
        event_id,
        recorder: Party { id: recorder.0, name: recorder.1 },
        ordered_by: content.ordered_by.organisation(),
        ground,
        contested,
        recorded_at,
        version,
    }
}

/// The names of competences and courses on a page.
struct Names {
    competences: HashMap<CompetenceId, CompetenceShown>,
    courses: HashMap<CourseId, CourseShown>,
}

impl Names {
    fn of(
        tx: &mut Tx<'_>,
        subjects: impl Iterator<Item = (Option<CompetenceId>, Option<CourseId>)>,
    ) -> Result<Self, Error> {
        let (competences, courses): (Vec<_>, Vec<_>) = subjects.unzip();
        let competences: BTreeSet<CompetenceId> = competences.into_iter().flatten().collect();
        let courses: BTreeSet<CourseId> = courses.into_iter().flatten().collect();
        let competences: Vec<_> = competences.into_iter().collect();
        let courses: Vec<_> = courses.into_iter().collect();
        let named = catalogue::competence_facts_of(tx, &competences)?;
        let titled = catalogue::course_titles(tx, &courses)?;
        Ok(Self {
            competences: named
                .into_iter()
                .map(|(id, facts)| (id, CompetenceShown { id, code: facts.code, name: facts.name }))
                .collect(),
            courses: titled
                .into_iter()
                .map(|(id, one)| (id, CourseShown { id, code: one.code, title: one.title }))
                .collect(),
        })
    }

    fn competence(&self, id: Option<CompetenceId>) -> Option<CompetenceShown> {
        self.competences.get(&id?).cloned()
    }

    fn course(&self, id: Option<CourseId>) -> Option<CourseShown> {
        self.courses.get(&id?).cloned()
    }
}

type OwnRow = (
    (RecordId, Option<CompetenceId>, Option<CourseId>, Option<EventId>, i64),
    ContentRow,
    Instant,
    (OrganisationId, String),
);

/// A page of a person's own completions, under every id the person has claimed, with everyone who holds them.
///
/// # Errors
/// The database's.
pub fn own(tx: &mut Tx<'_>, person: PersonId, page: &Page<RecordId>) -> Result<Listed<OwnCompletion>, Error> {
    let rows = persons::table
        .inner_join(records::table.on(records::person.eq(persons::id)))
        .inner_join(completions::table.on(completions::record.eq(records::id)))
        .inner_join(current())
        .inner_join(organisations::table.on(organisations::id.eq(completions::recorder)))
        .filter(persons::same_as.eq(person))
        .filter(records::id.gt(page.after.unwrap_or(RecordId::nil())))
        .order(records::id)
        .limit(page.fetch())
        .select((
            (records::id, completions::competence, completions::course, completions::event, completions::version),
            content_columns(),
            completion_versions::recorded_at,
            (organisations::id, organisations::name),
        ))
        .load::<OwnRow>(tx.conn())?;
    let Listed { items, next } = page.listed(rows, |row| row.0.0);
    Ok(Listed { items: own_rendered(tx, items)?, next })
}

/// A page of the ids of a person's own completions, under every id the person has claimed.
///
/// # Errors
/// The database's.
pub fn own_ids(tx: &mut Tx<'_>, person: PersonId, page: &Page<RecordId>) -> Result<Listed<RecordId>, Error> {
    let ids = persons::table
        .inner_join(records::table.on(records::person.eq(persons::id)))
        .filter(persons::same_as.eq(person))
        .filter(records::id.gt(page.after.unwrap_or(RecordId::nil())))
        .order(records::id)
        .limit(page.fetch())
        .select(records::id)
        .load::<RecordId>(tx.conn())?;
    Ok(page.listed(ids, |id| *id))
}

/// The ids of all of a person's own completions, in order.
///
/// # Errors
/// The database's.
pub fn all_own_ids(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<RecordId>, Error> {
    Ok(persons::table
        .inner_join(records::table.on(records::person.eq(persons::id)))
        .filter(persons::same_as.eq(person))
        .order(records::id)
        .select(records::id)
        .load(tx.conn())?)
}

/// The ids of all completions about these persons, in order.
///
/// # Errors
/// The database's.
pub fn all_about(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<RecordId>, Error> {
    Ok(records::table.filter(records::person.among(people)).order(records::id).select(records::id).load(tx.conn())?)
}

/// One of a person's own completions.
///
/// # Errors
/// 404.
pub fn own_one(tx: &mut Tx<'_>, person: PersonId, id: RecordId) -> Result<OwnCompletion, Error> {
    let row = persons::table
        .inner_join(records::table.on(records::person.eq(persons::id)))
        .inner_join(completions::table.on(completions::record.eq(records::id)))
        .inner_join(current())
        .inner_join(organisations::table.on(organisations::id.eq(completions::recorder)))
        .filter(persons::same_as.eq(person))
        .filter(records::id.eq(id))
        .select((
            (records::id, completions::competence, completions::course, completions::event, completions::version),
            content_columns(),
            completion_versions::recorded_at,
            (organisations::id, organisations::name),
        ))
        .first::<OwnRow>(tx.conn())?;
    own_rendered(tx, vec![row])?.pop().ok_or(Error::NoRow)
}

fn own_rendered(tx: &mut Tx<'_>, rows: Vec<OwnRow>) -> Result<Vec<OwnCompletion>, Error> {
    let ids: Vec<RecordId> = rows.iter().map(|row| row.0.0).collect();
    let mut custodies = crate::records::store::own_custodies(tx, &ids)?;
    let names = Names::of(tx, rows.iter().map(|row| (row.0.1, row.0.2)))?;
    let orderers: BTreeSet<OrganisationId> = rows.iter().filter_map(|row| row.1.6).collect();
    let parties = crate::organisations::store::parties(tx, &orderers.into_iter().collect::<Vec<_>>())?;
    Ok(rows
        .into_iter()
        .map(|((id, competence, course, event_id, version), said, recorded_at, recorder)| {
            let content = content(said);
            let orderer = content.ordered_by.organisation();
            OwnCompletion {
                id,
                competence: names.competence(competence),
                course: names.course(course),
                outcome: content.outcome,
                on: content.on,
                hours: content.hours,
                result: content.result,
                run: content.run,
                event_id,
                recorder: Party { id: recorder.0, name: recorder.1 },
                ordered_by_me: content.ordered_by == OrderedBy::Person,
                ordered_by: orderer.and_then(|id| Some(Party { id, name: parties.get(&id)?.clone() })),
                recorded_at,
                version,
                custodies: custodies.remove(&id).unwrap_or_default(),
            }
        })
        .collect())
}

/// What these completions are called, for sentences about them.
///
/// # Errors
/// The database's.
pub fn titles(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<HashMap<RecordId, Said>, Error> {
    let rows = completions::table
        .filter(completions::record.among(ids))
        .select((completions::record, completions::competence, completions::course))
        .load::<(RecordId, Option<CompetenceId>, Option<CourseId>)>(tx.conn())?;
    let names = Names::of(tx, rows.iter().map(|row| (row.1, row.2)))?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, competence, course)| {
            let title = names.competence(competence).map(|c| c.name).or(names.course(course).map(|c| c.title))?;
            Some((id, title))
        })
        .collect())
}

/// Accepts one of the person's own completions into the portfolio, or takes it out again.
///
/// # Errors
/// 404.
pub fn keep(
    tx: &mut Tx<'_>,
    permit: &Permit<KeepInPortfolio>,
    person: PersonId,
    id: RecordId,
    kept: bool,
) -> Result<(), Error> {
    own_one(tx, person, id)?;
    let people = people_of(tx, &[id])?;
    tx.lock_persons(&people)?;
    if kept {
        let accepted_at = tx.now();
        diesel::insert_into(portfolio::table)
            .values((portfolio::record.eq(id), portfolio::accepted_at.eq(accepted_at)))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
    } else {
        diesel::delete(portfolio::table.filter(portfolio::record.eq(id))).execute(tx.conn())?;
    }
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "kept": kept })))
}

type FeedRow = (i64, String, RecordId, Option<InScheme>);
type InScheme = (PersonId, Option<CompetenceId>, Option<CourseId>, ContentRow);

/// The steps of a scheme's feed after a number, with what must be written down before they are shown. Of what the body
/// does not hold any more, or is gone altogether, only the id is left.
///
/// # Errors
/// The database's.
pub fn holders(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    scheme: SchemeId,
    fields: &[SchemeField],
    page: &Page<i64>,
) -> Result<Shown<Listed<Holder>>, Error> {
    let body = viewer.organisation;
    let steps = feed::table
        .filter(feed::audience.eq(body))
        .filter(feed::scheme.eq(scheme))
        .filter(feed::number.gt(page.after.unwrap_or(0)))
        .order(feed::number)
        .limit(page.fetch())
        .select((feed::number.assume_not_null(), feed::kind, feed::record))
        .load::<(i64, String, RecordId)>(tx.conn())?;
    let Listed { items: steps, next } = page.listed(steps, |step| step.0);
    let ids: Vec<RecordId> = steps.iter().map(|step| step.2).collect();
    let held = in_scheme_custody(tx, body, &ids)?;
    let shown: Vec<_> = steps.iter().filter_map(|step| Some((held.get(&step.2)?.0, step.2, Ground::Scheme))).collect();
    let people: Vec<PersonId> = shown.iter().map(|(person, ..)| *person).collect();
    let cards = people::store::contents(tx, body, &people)?;
    let names = Names::of(tx, held.values().map(|row| (row.1, row.2)))?;
    let items = steps
        .into_iter()
        .map(|(number, kind, record)| {
            holder((number, kind, record, held.get(&record).cloned()), fields, &cards, &names)
        })
        .collect();
    Ok(Shown { organisation: body, rows: shown, answer: Listed { items, next } })
}

/// What a body holds of these completions because of a scheme.
fn in_scheme_custody(
    tx: &mut Tx<'_>,
    body: OrganisationId,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, InScheme>, Error> {
    let rows = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(completions::table.on(completions::record.eq(custodies::record)))
        .inner_join(current())
        .filter(custodies::record.among(ids))
        .filter(custodies::controller.eq(body))
        .filter(custodies::ground.eq(Ground::Scheme))
        .filter(diesel::dsl::not(contested()))
        .select((custodies::record, records::person, completions::competence, completions::course, content_columns()))
        .load::<(RecordId, PersonId, Option<CompetenceId>, Option<CourseId>, ContentRow)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, person, competence, course, said)| (id, (person, competence, course, said)))
        .collect())
}

fn holder(
    (number, kind, completion, row): FeedRow,
    fields: &[SchemeField],
    cards: &HashMap<PersonId, people::Card>,
    names: &Names,
) -> Holder {
    let on_list = |field: SchemeField| fields.contains(&field);
    let (person, competence, course, said) = match row {
        Some((person, competence, course, said)) => (Some(person), competence, course, Some(content(said))),
        None => (None, None, None, None),
    };
    let card = person.and_then(|person| cards.get(&person));
    Holder {
        number,
        kind,
        completion,
        held: person.is_some(),
        person,
        name: card.and_then(|card| card.name.clone()).filter(|_| on_list(SchemeField::Name)),
        birth_date: card.and_then(|card| card.birth_date).filter(|_| on_list(SchemeField::BirthDate)),
        emails: card.map(|card| card.emails.clone()).filter(|_| on_list(SchemeField::Email)),
        competence: names.competence(competence).filter(|_| on_list(SchemeField::Competence)),
        course: names.course(course).filter(|_| on_list(SchemeField::Course)),
        outcome: said.as_ref().map(|said| said.outcome).filter(|_| on_list(SchemeField::Outcome)),
        on: said.as_ref().and_then(|said| said.on).filter(|_| on_list(SchemeField::On)),
        hours: said.as_ref().and_then(|said| said.hours).filter(|_| on_list(SchemeField::Hours)),
    }
}
