//! Records, custodies, disclosures; and the one SQL fragment that says who sees what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Disclosure, Ended, Holding, OwnCustody, Party, ScheduleChanged, ending::store::remove, said, schedule};
use crate::{
    access::{Reach, Viewer},
    law::{custody::Custody, periods::Periods},
    people::{
        source,
        store::{Arrivals, CardContent},
    },
    platform::{
        db::{
            Disclosing, Error, Tx,
            among::Among,
            restricted::contested,
            run::prelude::*,
            schema::{custodies, disclosure_records, disclosures, narrowed_custodies, organisations, persons, records},
        },
        feed, fixed,
        http::{Listed, Page},
        input::{Email, Field, Reading},
        jobs,
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = records, treat_none_as_default_value = false)]
struct NewRecord {
    id: RecordId,
    kind: RecordKind,
    person: PersonId,
    created_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = custodies, treat_none_as_default_value = false)]
struct NewCustody {
    record: RecordId,
    controller: OrganisationId,
    ground: Ground,
    capacity: Capacity,
    content: Content,
    category: String,
    since: Instant,
    came_from: Option<OrganisationId>,
    #[diesel(embed)]
    periods: Written,
}

/// Periods as they are written down, with the version of the schedule they come from.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = custodies, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Written {
    must_keep: Option<String>,
    may_keep: Option<String>,
    most: Option<String>,
    erase_on: Option<Day>,
    review_on: Option<Day>,
    missing: Option<String>,
    schedule_version: String,
}

impl From<&Periods> for Written {
    fn from(periods: &Periods) -> Self {
        let until = |until: Option<crate::law::periods::Until>| until.map(|until| until.written());
        let missing: Vec<&str> = periods.missing.iter().map(|anchor| anchor.code()).collect();
        Self {
            must_keep: until(periods.must_keep),
            may_keep: until(periods.may_keep),
            most: until(periods.most),
            erase_on: periods.erase_on(),
            review_on: periods.review_on,
            missing: (!missing.is_empty()).then(|| missing.join(",")),
            schedule_version: schedule().version().to_owned(),
        }
    }
}

/// Inserts records of one kind.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, kind: RecordKind, new: &[(RecordId, PersonId)]) -> Result<(), Error> {
    let created_at = tx.now();
    let rows: Vec<NewRecord> =
        new.iter().map(|(id, person)| NewRecord { id: *id, kind, person: *person, created_at }).collect();
    crate::insert_many!(tx, records::table, rows)?;
    Ok(())
}

/// What is to be held of one record from now on.
pub struct Held {
    /// The record.
    pub record: RecordId,
    /// Its person.
    pub person: PersonId,
    /// Who recorded it: the card a new holder's card is made from.
    pub recorder: OrganisationId,
    /// The scheme its competence belongs to.
    pub scheme: Option<SchemeId>,
    /// Everyone who holds it, and until when.
    pub custodies: Vec<Holding>,
}

/// The custodies of records as they are stored.
#[derive(Default)]
pub struct Stored(HashMap<RecordId, Vec<(Custody, Written)>>);

impl Stored {
    /// Every custody, with its record.
    pub fn custodies(&self) -> impl Iterator<Item = (RecordId, &Custody)> {
        self.0.iter().flat_map(|(record, held)| held.iter().map(|(custody, _)| (*record, custody)))
    }

    /// The custodies of one.
    pub fn of(&self, record: RecordId) -> impl Iterator<Item = &Custody> {
        self.rows(record).iter().map(|(custody, _)| custody)
    }

    /// What whoever is not among those who hold it now held of a record.
    fn lost(&self, now: &Held) -> impl Iterator<Item = Ended> {
        let holds = |controller| now.custodies.iter().any(|one| one.custody.controller == controller);
        self.rows(now.record).iter().filter(move |(custody, _)| !holds(custody.controller)).map(|(custody, periods)| {
            Ended {
                record: now.record,
                person: now.person,
                controller: custody.controller,
                came_from: custody.came_from,
                ground: custody.ground,
                content: custody.content,
                category: custody.category.code().to_owned(),
                schedule_version: periods.schedule_version.clone(),
            }
        })
    }

    fn rows(&self, record: RecordId) -> &[(Custody, Written)] {
        self.0.get(&record).map_or(&[], Vec::as_slice)
    }
}

/// Makes the stored custodies of these records exactly the given ones, but for what was narrowed, and gives every holder a
/// card of the person. The custodies of those who hold a record no longer on any ground.
///
/// # Errors
/// The database's.
pub fn hold(tx: &mut Tx<'_>, mut held: Vec<Held>, before: &Stored) -> Result<Vec<Ended>, Error> {
    let ids: Vec<RecordId> = held.iter().map(|one| one.record).collect();
    let narrowed = narrowed(tx, &ids)?;
    for one in &mut held {
        for Holding { custody, .. } in &mut one.custodies {
            if let Some(left) = narrowed.get(&(one.record, custody.controller, custody.ground)) {
                custody.content = custody.content.within(*left);
            }
        }
    }
    replace(tx, &held, before)?;
    Ok(held.iter().flat_map(|one| before.lost(one)).collect())
}

/// Stores the custodies of records that are new, and gives every holder a card of the person.
///
/// # Errors
/// The database's.
pub fn hold_new(tx: &mut Tx<'_>, held: &[Held]) -> Result<(), Error> {
    replace(tx, held, &Stored::default())
}

/// By custody: what it was narrowed to.
type Narrowed = HashMap<(RecordId, OrganisationId, Ground), Content>;

fn narrowed(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<Narrowed, Error> {
    use narrowed_custodies as narrowed;
    let rows = narrowed::table
        .filter(narrowed::record.among(ids))
        .select((narrowed::record, narrowed::controller, narrowed::ground, narrowed::content))
        .load::<(RecordId, OrganisationId, Ground, Content)>(tx.conn())?;
    Ok(rows.into_iter().map(|(record, controller, ground, content)| ((record, controller, ground), content)).collect())
}

fn replace(tx: &mut Tx<'_>, held: &[Held], before: &Stored) -> Result<(), Error> {
    let since = tx.now();
    let mut arrived = Vec::new();
    for one in held {
        let old = before.rows(one.record);
        for (gone, _) in old.iter().filter(|(old, _)| !one.custodies.iter().any(|new| new.custody == *old)) {
            remove(tx, gone.controller, gone.ground, &[one.record].into())?;
        }
        tell_bodies(tx, one, old)?;
        for Holding { custody, periods } in &one.custodies {
            let periods = Written::from(periods);
            match old.iter().find(|(old, _)| old == custody) {
                Some((_, same)) if *same == periods => {}
                Some(_) => {
                    let row = custodies::table.find((one.record, custody.controller, custody.ground));
                    diesel::update(row).set(periods).execute(tx.conn())?;
                }
                None => arrived.push(NewCustody {
                    record: one.record,
                    controller: custody.controller,
                    ground: custody.ground,
                    capacity: custody.ground.capacity(),
                    content: custody.content,
                    category: custody.category.code().to_owned(),
                    since,
                    came_from: custody.came_from,
                    periods,
                }),
            }
        }
    }
    give_cards(tx, held)?;
    crate::insert_many!(tx, custodies::table, arrived)?;
    Ok(())
}

/// Leaves work if another retention schedule was in force when the server last ran. If that was a later one this one is not
/// followed: somebody forgot to name the file, or runs an old program, and everything would be worked out by what is over.
/// The later version.
///
/// # Errors
/// The database's.
pub fn follow_schedule(tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
    const NAME: &str = "retention_schedule";
    let (now, last) = (schedule().version(), fixed::said(tx, NAME)?);
    if last.as_deref() == Some(now) {
        return Ok(None);
    }
    if let Some(later) = last.filter(|last| last.as_str() > now) {
        return Ok(Some(later));
    }
    fixed::say(tx, NAME, now)?;
    jobs::enqueue(tx, &ScheduleChanged {})?;
    Ok(None)
}

/// Some of the records after one, in the order in which they were made.
///
/// # Errors
/// The database's.
pub fn after(tx: &mut Tx<'_>, after: RecordId) -> Result<Vec<RecordId>, Error> {
    let later = records::table.filter(records::id.gt(after)).order(records::id).limit(200).select(records::id);
    Ok(later.load(tx.conn())?)
}

/// Some of the records after one that somebody keeps by another version of the schedule.
///
/// # Errors
/// The database's.
pub fn kept_by_another_schedule(tx: &mut Tx<'_>, after: RecordId) -> Result<Vec<RecordId>, Error> {
    Ok(custodies::table
        .filter(custodies::record.gt(after))
        .filter(custodies::schedule_version.ne(schedule().version()))
        .order(custodies::record)
        .limit(200)
        .select(custodies::record)
        .distinct()
        .load(tx.conn())?)
}

/// Those of these records that somebody keeps under one of these categories.
///
/// # Errors
/// The database's.
pub fn kept_under(
    tx: &mut Tx<'_>,
    ids: &[RecordId],
    categories: impl Iterator<Item = &'static str>,
) -> Result<Vec<RecordId>, Error> {
    Ok(custodies::table
        .filter(custodies::record.among(ids))
        .filter(custodies::category.among_texts(categories))
        .order(custodies::record)
        .select(custodies::record)
        .distinct()
        .load(tx.conn())?)
}

/// A body hears that it got or lost a record, and not that the record moved to another category.
fn tell_bodies(tx: &mut Tx<'_>, one: &Held, old: &[(Custody, Written)]) -> Result<(), Error> {
    let before = bodies(old.iter().map(|(custody, _)| custody));
    let after = bodies(one.custodies.iter().map(|holding| &holding.custody));
    for lost in before.difference(&after) {
        feed::publish_again(tx, "custody_ended", *lost, one.record)?;
    }
    for got in after.difference(&before) {
        feed::publish(tx, "custody_arose", *got, one.scheme, one.record)?;
    }
    Ok(())
}

fn bodies<'a>(custodies: impl Iterator<Item = &'a Custody>) -> BTreeSet<OrganisationId> {
    custodies.filter(|custody| custody.ground == Ground::Scheme).map(|custody| custody.controller).collect()
}

/// The custodies of these records.
///
/// # Errors
/// The database's.
pub fn stored(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<Stored, Error> {
    let rows = custodies::table
        .filter(custodies::record.among(ids))
        .select((
            (
                (custodies::record, custodies::controller, custodies::came_from),
                (custodies::ground, custodies::content, custodies::category),
            ),
            (
                custodies::must_keep,
                custodies::may_keep,
                custodies::most,
                custodies::erase_on,
                custodies::review_on,
                custodies::missing,
                custodies::schedule_version,
            ),
        ))
        .load::<(((RecordId, OrganisationId, Option<OrganisationId>), (Ground, Content, String)), Written)>(
            tx.conn(),
        )?;
    let mut found: HashMap<RecordId, Vec<(Custody, Written)>> = HashMap::new();
    for (((record, controller, came_from), (ground, content, category)), periods) in rows {
        let category = schedule().known_category(&category);
        found.entry(record).or_default().push((Custody { controller, ground, content, category, came_from }, periods));
    }
    Ok(Stored(found))
}

/// A holder must know whom its record is about. What a holder that did not record it gets is what it needs to recognise
/// its own employee or holder: name, e-mail and birth date from the recorder's card, and no more.
fn give_cards(tx: &mut Tx<'_>, held: &[Held]) -> Result<(), Error> {
    let mut wanted: BTreeMap<OrganisationId, BTreeMap<PersonId, OrganisationId>> = BTreeMap::new();
    for one in held {
        for Holding { custody, .. } in &one.custodies {
            let others_card = custody.controller != one.recorder && custody.ground != Ground::Portfolio;
            if others_card {
                wanted.entry(custody.controller).or_default().insert(one.person, one.recorder);
            }
        }
    }
    let mut arrivals = Arrivals::default();
    for (holder, people) in wanted {
        let asked: Vec<PersonId> = people.keys().copied().collect();
        let there: BTreeSet<PersonId> = crate::people::store::has_cards(tx, holder, &asked)?.into_iter().collect();
        let mut by_recorder: BTreeMap<OrganisationId, Vec<PersonId>> = BTreeMap::new();
        for (person, recorder) in people.into_iter().filter(|(person, _)| !there.contains(person)) {
            by_recorder.entry(recorder).or_default().push(person);
        }
        for (recorder, missing) in by_recorder {
            pass_on(tx, recorder, holder, missing, &mut arrivals)?;
        }
    }
    arrivals.insert(tx)
}

/// Gives a successor cards of those of whom it has none, from the cards of whoever it succeeds.
///
/// # Errors
/// The database's.
pub fn take_over_cards(
    tx: &mut Tx<'_>,
    giver: OrganisationId,
    receiver: OrganisationId,
    people: &BTreeSet<PersonId>,
) -> Result<(), Error> {
    let asked: Vec<PersonId> = people.iter().copied().collect();
    let there: BTreeSet<PersonId> = crate::people::store::has_cards(tx, receiver, &asked)?.into_iter().collect();
    let missing = people.difference(&there).copied().collect();
    let mut arrivals = Arrivals::default();
    pass_on(tx, giver, receiver, missing, &mut arrivals)?;
    arrivals.insert(tx)
}

fn pass_on(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
    people: Vec<PersonId>,
    arrivals: &mut Arrivals,
) -> Result<(), Error> {
    let today = tx.today();
    let known = crate::people::store::contents(tx, from, &people)?;
    for person in people {
        let content = known.get(&person).map(|card| passed_on(card, today)).unwrap_or_default();
        arrivals.card(tx, person, Some(to), source::CUSTODY, content);
    }
    Ok(())
}

fn passed_on(card: &crate::people::Card, today: Day) -> CardContent {
    // Addresses on a card were read as addresses once; one that no longer is stays behind.
    let reading = Reading { today };
    let emails = card.emails.iter().filter_map(|email| Email::read_text(email, &reading).ok()).collect();
    CardContent { name: card.name.clone(), emails, birth_date: card.birth_date, ..CardContent::default() }
}

/// A viewer's sight as the fragment's parameters.
#[derive(Clone, Copy)]
pub struct Sight {
    /// For whom they look.
    pub organisation: OrganisationId,
    /// In which capacity it holds what they see.
    pub capacity: Capacity,
    /// Everything, or only those who work here.
    pub whole: bool,
    /// Of those who work here, everyone, or only as far as this member's roles reach.
    pub every_team: bool,
    /// The member; nobody if it does not matter.
    pub member: PersonId,
    /// Do the roles count that the member has as a safety representative?
    pub safety: bool,
    /// Is one record looked at by its id? Then also a contested one.
    pub opens: bool,
}

impl Sight {
    /// The parameters for a viewer of lists.
    pub fn of(viewer: &Viewer) -> Self {
        let nobody = PersonId::nil();
        let (whole, every_team, member, safety) = match &viewer.reach {
            Reach::Whole => (true, true, nobody, false),
            Reach::Employed => (false, true, nobody, false),
            Reach::Roles { member, safety, .. } => (false, false, *member, safety.is_some()),
        };
        let Viewer { organisation, capacity, .. } = *viewer;
        Self { organisation, capacity, whole, every_team, member, safety, opens: false }
    }

    /// The same, for one record that is looked at by its id.
    #[must_use]
    pub fn that_opens(self, one: bool) -> Self {
        Self { opens: one, ..self }
    }
}

/// The one fragment that says who sees what: custodies of what a viewer may see, in a query where `persons` is joined to
/// the record's person. The same rule in its pure form is `access::sees`, and `access::opens` for one record; a property test
/// holds them together.
macro_rules! seen {
    ($sight:expr, $today:expr) => {{
        use diesel::IntoSql as _;
        use $crate::platform::db::{
            restricted::contested,
            schema::{competences, completions, custodies, employments, memberships, persons},
        };
        let (sight, today): ($crate::records::store::Sight, $crate::words::Day) = ($sight, $today);
        let (staff, trained) = diesel::alias!(persons as staff, completions as trained);
        let held_as = |role: $crate::words::Role| {
            memberships::table
                .filter(memberships::organisation.eq(sight.organisation))
                .filter(memberships::person.eq(sight.member))
                .filter(memberships::role.eq(role))
                .filter(memberships::ended_at.is_null())
        };
        let led = held_as($crate::words::Role::Manager).select(memberships::team);
        let represented = held_as($crate::words::Role::SafetyRepresentative)
            .filter(memberships::team.is_null().or(memberships::team.eq(employments::team)));
        // Its class as a value and not as `EXISTS`: PostgreSQL could answer that for every completion there is at once.
        let class = trained
            .inner_join(competences::table.on(trained.field(completions::competence).eq(competences::id.nullable())))
            .filter(trained.field(completions::record).eq(custodies::record))
            .select(competences::class)
            .single_value();
        // Asked by the person's ids, not joined: so both databases begin with the person and not with the whole staff.
        let known_as =
            staff.filter(staff.field(persons::same_as).eq(persons::same_as)).select(staff.field(persons::id));
        let works_here = employments::table
            .filter(employments::person.eq_any(known_as))
            .filter(employments::organisation.eq(sight.organisation))
            .filter(employments::from_day.le(today))
            .filter(employments::to_day.is_null().or(employments::to_day.ge(today)))
            .filter(
                sight
                    .every_team
                    .into_sql::<diesel::sql_types::Nullable<diesel::sql_types::Bool>>()
                    .or(employments::team.eq_any(led))
                    .or(sight
                        .safety
                        .into_sql::<diesel::sql_types::Nullable<diesel::sql_types::Bool>>()
                        .and(diesel::dsl::exists(represented))
                        .and(class.eq_any($crate::words::Class::SHOWN_BY_EMPLOYERS))),
            );
        custodies::controller
            .eq(sight.organisation)
            .and(custodies::capacity.eq(sight.capacity))
            .and(sight.whole.into_sql::<diesel::sql_types::Bool>().or(diesel::dsl::exists(works_here)))
            .and(sight.opens.into_sql::<diesel::sql_types::Bool>().or(diesel::dsl::not(contested())))
    }};
}
pub(crate) use seen;

/// The ids of the records a viewer sees, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn seen_by(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<RecordId>, Error> {
    let today = tx.today();
    Ok(custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .filter(seen!(Sight::of(viewer), today))
        .order(custodies::record)
        .select(custodies::record)
        .distinct()
        .load(tx.conn())?)
}

/// Of these records, which a viewer sees, those it sees as a safety representative alone: not every part of them is for it.
///
/// # Errors
/// The database's.
pub fn seen_for_safety(tx: &mut Tx<'_>, viewer: &Viewer, ids: &[RecordId]) -> Result<BTreeSet<RecordId>, Error> {
    let Some(otherwise) = viewer.but_for_safety() else { return Ok(BTreeSet::new()) };
    let today = tx.today();
    let in_full: BTreeSet<RecordId> = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .filter(seen!(Sight::of(&otherwise).that_opens(true), today))
        .filter(custodies::record.among(ids))
        .select(custodies::record)
        .load(tx.conn())?
        .into_iter()
        .collect();
    Ok(ids.iter().copied().filter(|id| !in_full.contains(id)).collect())
}

/// A document a viewer holds: about whom, on which ground, and whether the viewer's organisation recorded what it is about.
pub type DocumentHeld = (PersonId, Ground, bool);

/// Of these records, those a viewer sees and holds the document of.
///
/// # Errors
/// The database's.
pub fn documents_held(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    ids: &[RecordId],
) -> Result<BTreeMap<RecordId, DocumentHeld>, Error> {
    let today = tx.today();
    let rows = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .filter(seen!(Sight::of(viewer), today))
        .filter(custodies::record.among(ids))
        .select((custodies::record, records::person, custodies::ground, custodies::content, custodies::came_from))
        .load::<(RecordId, PersonId, Ground, Content, Option<OrganisationId>)>(tx.conn())?;
    let held = rows.into_iter().filter(|(.., content, _)| content.holds(Part::Document));
    let recorded_it = |ground, came_from: Option<OrganisationId>| ground == Ground::Delivered && came_from.is_none();
    let of = |(record, person, ground, _, from)| (record, (person, ground, recorded_it(ground, from)));
    Ok(held.map(of).collect())
}

/// Who holds these records, and why, for the person they are about.
///
/// # Errors
/// The database's.
pub fn own_custodies(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<HashMap<RecordId, Vec<OwnCustody>>, Error> {
    let rows =
        custodies::table
            .inner_join(organisations::table.on(organisations::id.eq(custodies::controller)))
            .filter(custodies::record.among(ids))
            .order((custodies::record, custodies::since, custodies::controller, custodies::ground))
            .select((
                custodies::record,
                (organisations::id, organisations::name),
                custodies::ground,
                custodies::content,
                custodies::category,
                custodies::schedule_version,
                custodies::since,
                custodies::came_from,
                contested(),
            ))
            .load::<(
                RecordId,
                (OrganisationId, String),
                Ground,
                Content,
                String,
                String,
                Instant,
                Option<OrganisationId>,
                bool,
            )>(tx.conn())?;
    let givers: BTreeSet<OrganisationId> = rows.iter().filter_map(|row| row.7).collect();
    let givers = crate::organisations::store::parties(tx, &givers.into_iter().collect::<Vec<_>>())?;
    let mut found: HashMap<RecordId, Vec<OwnCustody>> = HashMap::new();
    for (record, (id, name), ground, content, category, schedule_version, since, came_from, restricted) in rows {
        let came_from = came_from.and_then(|id| Some(Party { id, name: givers.get(&id)?.clone() }));
        let purpose = schedule().purpose(&category).cloned();
        found.entry(record).or_default().push(OwnCustody {
            controller: Party { id, name },
            capacity: ground.capacity(),
            ground,
            why: came_from.as_ref().map_or_else(|| said::ground(ground), |giver| said::taken_over(&giver.name, ground)),
            content,
            category,
            purpose,
            schedule_version,
            since,
            came_from,
            restricted,
        });
    }
    Ok(found)
}

/// What was shown to an organisation that did not record it, with the answer that may only go out once this is durable.
pub struct Shown<T> {
    /// To whom.
    pub organisation: OrganisationId,
    /// Which records of which persons, on which ground.
    pub rows: Vec<(PersonId, RecordId, Ground)>,
    /// The answer.
    pub answer: T,
}

impl<T: Send> Disclosing<T> for Shown<T> {
    fn leaves_a_trace(&self) -> bool {
        !self.rows.is_empty()
    }
    fn disclose(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        disclose(tx, self.organisation, &self.rows)
    }
    fn answer(self) -> T {
        self.answer
    }
}

#[derive(Insertable)]
#[diesel(table_name = disclosures, treat_none_as_default_value = false)]
struct NewDisclosure {
    person: PersonId,
    organisation: OrganisationId,
    ground: Ground,
    day: Day,
    count: i64,
    first_at: Instant,
    last_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = disclosure_records, treat_none_as_default_value = false)]
struct NewDisclosed {
    person: PersonId,
    organisation: OrganisationId,
    ground: Ground,
    day: Day,
    record: RecordId,
}

/// Writes down what was shown: one row per person, organisation, ground and day. Sorted by person, so that two readers do
/// not wait for each other.
fn disclose(tx: &mut Tx<'_>, organisation: OrganisationId, rows: &[(PersonId, RecordId, Ground)]) -> Result<(), Error> {
    let (now, day) = (tx.now(), tx.today());
    let shown: BTreeMap<(PersonId, Ground), BTreeSet<RecordId>> =
        rows.iter().fold(BTreeMap::new(), |mut shown, (person, record, ground)| {
            shown.entry((*person, *ground)).or_default().insert(*record);
            shown
        });
    let people: BTreeSet<PersonId> = shown.keys().map(|(person, _)| *person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let there: i64 = persons::table.filter(persons::id.among(&people)).count().get_result(tx.conn())?;
    if there != people.len() as i64 {
        // Somebody was erased between the reading and now: nothing of them may be shown.
        return Err(Error::NoRow);
    }
    let asked: BTreeSet<RecordId> = shown.values().flatten().copied().collect();
    let there: i64 = records::table.filter(records::id.among(&asked)).count().get_result(tx.conn())?;
    if there != asked.len() as i64 {
        return Err(Error::NoRow);
    }
    let lines: Vec<NewDisclosure> = shown
        .keys()
        .map(|(person, ground)| {
            let (person, ground) = (*person, *ground);
            NewDisclosure { person, organisation, ground, day, count: 1, first_at: now, last_at: now }
        })
        .collect();
    diesel::insert_into(disclosures::table)
        .values(lines)
        .on_conflict((disclosures::person, disclosures::organisation, disclosures::ground, disclosures::day))
        .do_update()
        .set((disclosures::count.eq(disclosures::count + 1), disclosures::last_at.eq(now)))
        .execute(tx.conn())?;
    let disclosed: Vec<NewDisclosed> = shown
        .into_iter()
        .flat_map(|((person, ground), records)| {
            records.into_iter().map(move |record| NewDisclosed { person, organisation, ground, day, record })
        })
        .collect();
    diesel::insert_into(disclosure_records::table).values(disclosed).on_conflict_do_nothing().execute(tx.conn())?;
    Ok(())
}

/// What a list of disclosures is sorted by: newest day first.
#[derive(Clone, Debug)]
pub struct DisclosureKey {
    day: Day,
    organisation: OrganisationId,
    ground: Ground,
    person: PersonId,
}

impl crate::platform::http::Key for DisclosureKey {
    fn write(&self) -> String {
        format!("{} {} {} {}", self.day, self.organisation, self.ground, self.person)
    }
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        Some(Self {
            day: parts.next()?.parse().ok()?,
            organisation: parts.next()?.parse().ok()?,
            ground: Ground::from_code(parts.next()?)?,
            person: parts.next()?.parse().ok()?,
        })
    }
}

/// Later than any day a record can have; the texts of days sort as the days do up to the year 9999.
fn last_day() -> Day {
    Day::new(chrono::NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default())
}

/// One row of the disclosure log.
pub struct Logged {
    key: DisclosureKey,
    name: String,
    count: i64,
    first_at: Instant,
    last_at: Instant,
}

/// A page of what was disclosed about a person, under every id the person is known by.
///
/// # Errors
/// The database's.
pub fn disclosures_of(tx: &mut Tx<'_>, person: PersonId, page: &Page<DisclosureKey>) -> Result<Listed<Logged>, Error> {
    type Row = (PersonId, OrganisationId, String, Ground, Day, i64, Instant, Instant);
    let from_the_top = DisclosureKey {
        day: last_day(),
        organisation: OrganisationId::nil(),
        ground: Ground::Delivered,
        person: PersonId::nil(),
    };
    let DisclosureKey { day, organisation, ground, person: after } = page.after.clone().unwrap_or(from_the_top);
    let rows = disclosures::table
        .inner_join(persons::table.on(persons::id.eq(disclosures::person)))
        .inner_join(organisations::table.on(organisations::id.eq(disclosures::organisation)))
        .filter(persons::same_as.eq(person))
        .filter(disclosures::day.lt(day).or(disclosures::day.eq(day).and(
            disclosures::organisation.gt(organisation).or(disclosures::organisation.eq(organisation).and(
                disclosures::ground.gt(ground).or(disclosures::ground.eq(ground).and(disclosures::person.gt(after))),
            )),
        )))
        .order((disclosures::day.desc(), disclosures::organisation, disclosures::ground, disclosures::person))
        .limit(page.fetch())
        .select((
            disclosures::person,
            organisations::id,
            organisations::name,
            disclosures::ground,
            disclosures::day,
            disclosures::count,
            disclosures::first_at,
            disclosures::last_at,
        ))
        .load::<Row>(tx.conn())?;
    let logged = rows.into_iter().map(|(person, organisation, name, ground, day, count, first_at, last_at)| Logged {
        key: DisclosureKey { day, organisation, ground, person },
        name,
        count,
        first_at,
        last_at,
    });
    Ok(page.listed(logged.collect(), |one| one.key.clone()))
}

/// The records of rows of the log.
///
/// # Errors
/// The database's.
pub fn disclosed_records(tx: &mut Tx<'_>, logged: &[Logged]) -> Result<Vec<Vec<RecordId>>, Error> {
    let people: BTreeSet<PersonId> = logged.iter().map(|one| one.key.person).collect();
    let days: BTreeSet<Day> = logged.iter().map(|one| one.key.day).collect();
    let rows = disclosure_records::table
        .filter(disclosure_records::person.among(&people))
        .filter(disclosure_records::day.eq_any(days))
        .order(disclosure_records::record)
        .select((
            disclosure_records::person,
            disclosure_records::organisation,
            disclosure_records::ground,
            disclosure_records::day,
            disclosure_records::record,
        ))
        .load::<(PersonId, OrganisationId, Ground, Day, RecordId)>(tx.conn())?;
    let mut by_key: HashMap<(PersonId, OrganisationId, Ground, Day), Vec<RecordId>> = HashMap::new();
    for (person, organisation, ground, day, record) in rows {
        by_key.entry((person, organisation, ground, day)).or_default().push(record);
    }
    let of = |one: &Logged| (one.key.person, one.key.organisation, one.key.ground, one.key.day);
    Ok(logged.iter().map(|one| by_key.remove(&of(one)).unwrap_or_default()).collect())
}

impl Logged {
    /// As the person reads it; `titles` are the names of what was shown.
    pub fn rendered(self, records: Vec<RecordId>, titles: &[Said]) -> Disclosure {
        let sentence = said::disclosure(&self.name, titles, self.key.day, self.key.ground);
        Disclosure {
            organisation: Party { id: self.key.organisation, name: self.name },
            ground: self.key.ground,
            day: self.key.day,
            count: self.count,
            first_at: self.first_at,
            last_at: self.last_at,
            records,
            sentence,
        }
    }
}
