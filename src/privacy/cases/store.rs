//! The rows of cases. What people and controllers say to each other is sealed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{CaseCustody, OpenCase, PrivacyCase, actions::ReadPrivacyCases};
use crate::{
    access::Permit,
    completions::store::titles,
    law::calendar::periods::Due,
    people::store::known_as,
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                custodies, memberships, organisations, persons, privacy_case_custodies as about, privacy_cases as cases,
            },
        },
        http::{Key, Listed, Page},
        problem::Problem,
        resealing::{PORTION, Portion, anew},
        vault::{CannotOpen, Purpose, Vault},
    },
    privacy::{decisions::Open, said},
    records::{Ending, Party},
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = cases, treat_none_as_default_value = false)]
struct NewRow {
    id: CaseId,
    organisation: OrganisationId,
    person: PersonId,
    kind: CaseKind,
    reason: Option<String>,
    opened_at: Instant,
    due_on: Day,
    due_last_on: Day,
    state: CaseState,
    closed: bool,
    version: i64,
}

#[derive(Insertable)]
#[diesel(table_name = about, treat_none_as_default_value = false)]
struct NewAbout {
    privacy_case: CaseId,
    record: RecordId,
    ground: Ground,
    person: PersonId,
}

#[derive(Queryable)]
struct Row {
    id: CaseId,
    organisation: OrganisationId,
    name: String,
    kind: CaseKind,
    reason: Option<String>,
    opened_at: Instant,
    due_on: Day,
    due_last_on: Day,
    extended_at: Option<Instant>,
    extension: Option<String>,
    state: CaseState,
    outcome: Option<CaseOutcome>,
    answer: Option<String>,
    closed_at: Option<Instant>,
    decided_by: Option<PersonId>,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        cases::id,
        cases::organisation,
        organisations::name,
        cases::kind,
        cases::reason,
        cases::opened_at,
        cases::due_on,
        cases::due_last_on,
        cases::extended_at,
        cases::extension,
        cases::state,
        cases::outcome,
        cases::answer,
        cases::closed_at,
        cases::decided_by,
        cases::version,
    )
}

#[diesel::dsl::auto_type]
fn with_controllers() -> _ {
    cases::table.inner_join(organisations::table.on(organisations::id.eq(cases::organisation)))
}

/// Which of a case's texts: each is sealed for its place.
#[derive(Clone, Copy)]
enum Saying {
    Reason,
    Extension,
    Answer,
    ReplyTo,
}

fn place(id: CaseId, saying: Saying) -> String {
    let which = match saying {
        Saying::Reason => "reason",
        Saying::Extension => "extension",
        Saying::Answer => "answer",
        Saying::ReplyTo => "reply to",
    };
    format!("{id} {which}")
}

fn sealed(tx: &Tx<'_>, id: CaseId, saying: Saying, text: Option<&str>) -> Option<String> {
    text.map(|text| tx.vault().seal(Purpose::Cases, &place(id, saying), text.as_bytes()))
}

fn opened(tx: &Tx<'_>, id: CaseId, saying: Saying, sealed: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(sealed) = sealed else { return Ok(None) };
    tx.vault().open_text(Purpose::Cases, &place(id, saying), sealed).map(Some).map_err(Problem::internal)
}

/// Writes a case about what one controller holds.
///
/// # Errors
/// The database's.
pub fn insert(
    tx: &mut Tx<'_>,
    (organisation, person, kind): (OrganisationId, PersonId, CaseKind),
    reason: Option<&str>,
    due: Due,
    held: &[&Open],
) -> Result<CaseId, Error> {
    let id = tx.new_id();
    let row = NewRow {
        id,
        organisation,
        person,
        kind,
        reason: sealed(tx, id, Saying::Reason, reason),
        opened_at: tx.now(),
        due_on: due.target,
        due_last_on: due.last,
        state: CaseState::Open,
        closed: false,
        version: 1,
    };
    diesel::insert_into(cases::table).values(row).execute(tx.conn())?;
    let rows = held.iter().map(|one| NewAbout {
        privacy_case: id,
        record: one.situation.record,
        ground: one.own.ground,
        person: one.situation.person,
    });
    crate::insert_many!(tx, about::table, rows.collect::<Vec<_>>())?;
    Ok(id)
}

/// The open cases about these records that the human has opened whom they are about, by what is held; of each kind there is one
/// at most. Whoever asked and turned out to be somebody else keeps nobody from asking.
///
/// # Errors
/// The database's.
pub fn open_about<'a>(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = &'a RecordId>,
) -> Result<BTreeMap<Ending, Vec<OpenCase>>, Error> {
    let (asker, whose) = diesel::alias!(persons as asker, persons as whose);
    let rows = about::table
        .inner_join(cases::table.on(cases::id.eq(about::privacy_case)))
        .inner_join(asker.on(asker.field(persons::id).eq(cases::person)))
        .inner_join(whose.on(whose.field(persons::id).eq(about::person)))
        .filter(about::record.among(ids))
        .filter(asker.field(persons::same_as).eq(whose.field(persons::same_as)))
        .filter(cases::state.eq(CaseState::Open))
        .order((cases::due_on, cases::id))
        .select((about::record, cases::organisation, about::ground, cases::id, cases::kind, cases::due_on))
        .load::<(RecordId, OrganisationId, Ground, CaseId, CaseKind, Day)>(tx.conn())?;
    let mut found: BTreeMap<Ending, Vec<OpenCase>> = BTreeMap::new();
    for (record, controller, ground, id, kind, due_on) in rows {
        found.entry(Ending { record, controller, ground }).or_default().push(OpenCase { id, kind, due_on });
    }
    Ok(found)
}

/// Those of the open cases about these records of which their controllers hold nothing any more.
///
/// # Errors
/// The database's.
pub fn about_nothing(tx: &mut Tx<'_>, ids: &BTreeSet<RecordId>) -> Result<Vec<PrivacyCase>, Problem> {
    let open: Vec<CaseId> = about::table
        .inner_join(cases::table.on(cases::id.eq(about::privacy_case)))
        .filter(about::record.among(ids))
        .filter(cases::state.eq(CaseState::Open))
        .select(cases::id)
        .distinct()
        .load(tx.conn())
        .map_err(Error::from)?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let rows = with_controllers()
        .filter(cases::id.among(&open))
        .order(cases::id)
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    let mut found = rendered(tx, rows, Reader::Controller)?;
    found.retain(|one| !one.custodies.iter().any(|about| about.kept));
    Ok(found)
}

/// Of what a controller holds, what an open objection is about, whoever objects.
///
/// # Errors
/// The database's.
pub fn objected(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    held: &[(RecordId, Ground)],
) -> Result<BTreeSet<(RecordId, Ground)>, Error> {
    let rows: Vec<(RecordId, Ground)> = about::table
        .inner_join(cases::table.on(cases::id.eq(about::privacy_case)))
        .filter(about::record.among(held.iter().map(|(record, _)| record)))
        .filter(cases::organisation.eq(organisation))
        .filter(cases::kind.eq(CaseKind::Objection))
        .filter(cases::state.eq(CaseState::Open))
        .select((about::record, about::ground))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter(|one| held.contains(one)).collect())
}

/// Who reads, and so what may be told of records that the controller holds no longer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Person,
    Controller,
}

fn rendered(tx: &mut Tx<'_>, rows: Vec<Row>, reader: Reader) -> Result<Vec<PrivacyCase>, Problem> {
    let ids: BTreeSet<CaseId> = rows.iter().map(|row| row.id).collect();
    let mut held = what_they_are_about(tx, &ids)?;
    let records: BTreeSet<RecordId> = held.values().flatten().map(|one| one.record).collect();
    let titles = titles(tx, &records.into_iter().collect::<Vec<_>>())?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let held = held.remove(&row.id).unwrap_or_default();
        found.push(rendered_one(tx, row, held, &titles, reader)?);
    }
    Ok(found)
}

fn rendered_one(
    tx: &Tx<'_>,
    row: Row,
    held: Vec<About>,
    titles: &HashMap<RecordId, Said>,
    reader: Reader,
) -> Result<PrivacyCase, Problem> {
    let is_controller = reader == Reader::Controller;
    let people: BTreeSet<PersonId> = held.iter().map(|one| one.person).filter(|_| is_controller).collect();
    let custodies = held.into_iter().map(|one| CaseCustody {
        record: one.record,
        ground: one.ground,
        title: titles.get(&one.record).filter(|_| one.kept || !is_controller).cloned(),
        kept: one.kept,
    });
    Ok(PrivacyCase {
        id: row.id,
        kind: row.kind,
        state: row.state,
        says: said::case(&row.name, row.kind, row.outcome, row.state, row.due_on),
        controller: Party { id: row.organisation, name: row.name },
        custodies: custodies.collect(),
        reason: opened(tx, row.id, Saying::Reason, row.reason.as_deref())?,
        opened_at: row.opened_at,
        due_on: row.due_on,
        due_last_on: row.due_last_on,
        extended_to: row.extended_at.map(|_| row.due_last_on),
        extension: opened(tx, row.id, Saying::Extension, row.extension.as_deref())?,
        extended_at: row.extended_at,
        outcome: row.outcome,
        answer: opened(tx, row.id, Saying::Answer, row.answer.as_deref())?,
        closed_at: row.closed_at,
        people: people.into_iter().collect(),
        decided_by: row.decided_by.filter(|_| is_controller),
        version: row.version,
    })
}

struct About {
    record: RecordId,
    ground: Ground,
    person: PersonId,
    kept: bool,
}

fn what_they_are_about(tx: &mut Tx<'_>, ids: &BTreeSet<CaseId>) -> Result<HashMap<CaseId, Vec<About>>, Error> {
    let still_held = custodies::table.on(custodies::record
        .eq(about::record)
        .and(custodies::controller.eq(cases::organisation))
        .and(custodies::ground.eq(about::ground)));
    let rows = about::table
        .inner_join(cases::table.on(cases::id.eq(about::privacy_case)))
        .left_join(still_held)
        .filter(about::privacy_case.among(ids))
        .order((about::privacy_case, about::record, about::ground))
        .select((
            about::privacy_case,
            about::record,
            about::ground,
            about::person,
            custodies::since.nullable().is_not_null(),
        ))
        .load::<(CaseId, RecordId, Ground, PersonId, bool)>(tx.conn())?;
    let mut found: HashMap<CaseId, Vec<About>> = HashMap::new();
    for (id, record, ground, person, kept) in rows {
        found.entry(id).or_default().push(About { record, ground, person, kept });
    }
    Ok(found)
}

/// A page of a person's cases, also those from under an account the person has no longer.
///
/// # Errors
/// The database's.
pub fn own(tx: &mut Tx<'_>, person: PersonId, page: &Page<CaseId>) -> Result<Listed<PrivacyCase>, Problem> {
    let known_as = known_as(tx, person)?;
    let rows = with_controllers()
        .filter(cases::person.among(&known_as))
        .filter(cases::id.gt(page.after.unwrap_or(CaseId::nil())))
        .order(cases::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.id);
    Ok(Listed { items: rendered(tx, items, Reader::Person)?, next })
}

/// One of a person's cases.
///
/// # Errors
/// 404.
pub fn own_one(tx: &mut Tx<'_>, person: PersonId, id: CaseId) -> Result<PrivacyCase, Problem> {
    let known_as = known_as(tx, person)?;
    let row = with_controllers()
        .filter(cases::person.among(&known_as))
        .filter(cases::id.eq(id))
        .select(columns())
        .first::<Row>(tx.conn())
        .map_err(Error::from)?;
    let one = rendered(tx, vec![row], Reader::Person)?.pop();
    one.ok_or_else(|| Problem::internal("a case was lost while it was rendered"))
}

/// What an organisation's cases are sorted by: the open ones first, then by the day they are due.
#[derive(Clone, Copy, Debug)]
pub struct CaseKey {
    closed: bool,
    due_on: Day,
    id: CaseId,
}

impl Key for CaseKey {
    fn write(&self) -> String {
        format!("{} {} {}", self.closed, self.due_on, self.id)
    }
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        Some(Self {
            closed: parts.next()?.parse().ok()?,
            due_on: parts.next()?.parse().ok()?,
            id: parts.next()?.parse().ok()?,
        })
    }
}

/// A page of an organisation's cases: the open ones first, by the day they are due.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadPrivacyCases>,
    state: Option<CaseState>,
    page: &Page<CaseKey>,
) -> Result<Listed<PrivacyCase>, Problem> {
    let organisation = permit.action().organisation;
    let rows: Vec<Row> = crate::on_either!(tx, |conn| {
        let mut query = with_controllers()
            .filter(cases::organisation.eq(organisation))
            .order((cases::closed, cases::due_on, cases::id))
            .limit(page.fetch())
            .select(columns())
            .into_boxed();
        if let Some(state) = state {
            query = query.filter(cases::state.eq(state));
        }
        if let Some(CaseKey { closed, due_on, id }) = page.after {
            let later = cases::due_on.gt(due_on).or(cases::due_on.eq(due_on).and(cases::id.gt(id)));
            query = query.filter(cases::closed.gt(closed).or(cases::closed.eq(closed).and(later)));
        }
        diesel::RunQueryDsl::load(query, conn).map_err(Error::from)?
    });
    let key = |row: &Row| CaseKey { closed: row.state != CaseState::Open, due_on: row.due_on, id: row.id };
    let Listed { items, next } = page.listed(rows, key);
    Ok(Listed { items: rendered(tx, items, Reader::Controller)?, next })
}

/// One of an organisation's cases.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, organisation: OrganisationId, id: CaseId) -> Result<PrivacyCase, Problem> {
    let row = with_controllers()
        .filter(cases::organisation.eq(organisation))
        .filter(cases::id.eq(id))
        .select(columns())
        .first::<Row>(tx.conn())
        .map_err(Error::from)?;
    let one = rendered(tx, vec![row], Reader::Controller)?.pop();
    one.ok_or_else(|| Problem::internal("a case was lost while it was rendered"))
}

/// Who asked, under the id of the account.
///
/// # Errors
/// 404.
pub fn asked_by(tx: &mut Tx<'_>, id: CaseId) -> Result<PersonId, Error> {
    Ok(cases::table.filter(cases::id.eq(id)).select(cases::person).first(tx.conn())?)
}

/// Who has decided at the same controller about something this case is about, too.
///
/// # Errors
/// The database's.
pub fn decided_before(tx: &mut Tx<'_>, one: &PrivacyCase) -> Result<BTreeSet<PersonId>, Error> {
    let asked: BTreeSet<(RecordId, Ground)> = one.custodies.iter().map(|one| (one.record, one.ground)).collect();
    let rows = about::table
        .inner_join(cases::table.on(cases::id.eq(about::privacy_case)))
        .filter(about::record.among(asked.iter().map(|(record, _)| record)))
        .filter(cases::organisation.eq(one.controller.id))
        .filter(cases::decided_by.is_not_null())
        .select((about::record, about::ground, cases::decided_by))
        .load::<(RecordId, Ground, Option<PersonId>)>(tx.conn())?;
    let same = rows.into_iter().filter(|(record, ground, _)| asked.contains(&(*record, *ground)));
    Ok(same.filter_map(|(.., human)| human).collect())
}

/// How a case ends.
pub struct Closing<'a> {
    state: CaseState,
    outcome: Option<CaseOutcome>,
    answer: Option<&'a str>,
    decided_by: Option<PersonId>,
}

impl<'a> Closing<'a> {
    /// It was decided; by nobody, where what it is about ended otherwise.
    pub fn decided(outcome: CaseOutcome, answer: Option<&'a str>, decided_by: Option<PersonId>) -> Self {
        Self { state: CaseState::Decided, outcome: Some(outcome), answer, decided_by }
    }

    /// The person took it back.
    pub fn withdrawn() -> Self {
        Self { state: CaseState::Withdrawn, outcome: None, answer: None, decided_by: None }
    }
}

/// Closes a case. Whoever calls holds its person.
///
/// # Errors
/// The database's.
pub fn close(tx: &mut Tx<'_>, case: &PrivacyCase, closing: Closing<'_>) -> Result<(), Error> {
    let (now, answer) = (tx.now(), sealed(tx, case.id, Saying::Answer, closing.answer));
    diesel::update(cases::table.filter(cases::id.eq(case.id)))
        .set((
            cases::state.eq(closing.state),
            cases::closed.eq(true),
            cases::outcome.eq(closing.outcome),
            cases::answer.eq(answer),
            cases::closed_at.eq(Some(now)),
            cases::decided_by.eq(closing.decided_by),
            (cases::reply_to.eq(None::<String>), cases::reply_lang.eq(None::<Lang>)),
            cases::version.eq(case.version + 1),
        ))
        .execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// Keeps, as long as a person's cases are open, where the person is answered once there is no account any more. Whoever calls
/// holds the person.
///
/// # Errors
/// The database's.
pub fn reply_to(tx: &mut Tx<'_>, person: PersonId, to: &str, lang: Lang) -> Result<(), Error> {
    let open: Vec<CaseId> = cases::table
        .filter(cases::person.eq(person))
        .filter(cases::closed.eq(false))
        .select(cases::id)
        .load(tx.conn())?;
    for id in open {
        let to = sealed(tx, id, Saying::ReplyTo, Some(to));
        diesel::update(cases::table.filter(cases::id.eq(id)))
            .set((cases::reply_to.eq(to), cases::reply_lang.eq(Some(lang))))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Where the person of a case is answered who has no account any more, and in which language.
///
/// # Errors
/// 404 for no case; the database's.
pub fn reply_address(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<(String, Lang)>, Problem> {
    let columns = (cases::reply_to, cases::reply_lang);
    let (to, lang): (Option<String>, Option<Lang>) =
        cases::table.filter(cases::id.eq(id)).select(columns).first(tx.conn()).map_err(Error::from)?;
    Ok(opened(tx, id, Saying::ReplyTo, to.as_deref())?.zip(lang))
}

/// Extends the time limit of a case. Whoever calls holds its person.
///
/// # Errors
/// The database's.
pub fn extend(tx: &mut Tx<'_>, case: &PrivacyCase, to: Day, reason: &str) -> Result<(), Error> {
    let (now, reason) = (tx.now(), sealed(tx, case.id, Saying::Extension, Some(reason)));
    diesel::update(cases::table.filter(cases::id.eq(case.id)))
        .set((
            cases::due_on.eq(to),
            cases::due_last_on.eq(to),
            cases::extended_at.eq(Some(now)),
            cases::extension.eq(reason),
            cases::version.eq(case.version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The members of an organisation who answer the persons; if there is none, those who can make somebody one.
///
/// # Errors
/// The database's.
pub fn who_answers(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<PersonId>, Error> {
    for role in [Role::PrivacyOfficer, Role::Administrator] {
        let members: BTreeSet<PersonId> = memberships::table
            .filter(memberships::organisation.eq(organisation))
            .filter(memberships::role.eq(role))
            .filter(memberships::ended_at.is_null())
            .select(memberships::person)
            .load(tx.conn())?
            .into_iter()
            .collect();
        if !members.is_empty() {
            return Ok(members.into_iter().collect());
        }
    }
    Ok(Vec::new())
}

/// What is sealed in a case.
type Sealed = (Option<String>, Option<String>, Option<String>, Option<String>);

/// Seals what is said in some of the cases with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &CaseId) -> Result<Portion<CaseId>, Error> {
    let rows = cases::table
        .filter(cases::id.gt(*after))
        .order(cases::id)
        .limit(PORTION)
        .select((cases::id, (cases::reason, cases::extension, cases::answer, cases::reply_to)))
        .load::<(CaseId, Sealed)>(tx.conn())?;
    anew(tx, rows, resealed, |tx, id, before, (reason, extension, answer, reply_to)| {
        // An answer may have come meanwhile: only what was read is exchanged.
        let mut exchanged = 0;
        if reason != before.0 {
            let row = cases::table.filter(cases::id.eq(id)).filter(cases::reason.eq(&before.0));
            exchanged = exchanged.max(diesel::update(row).set(cases::reason.eq(reason)).execute(tx.conn())?);
        }
        if extension != before.1 {
            let row = cases::table.filter(cases::id.eq(id)).filter(cases::extension.eq(&before.1));
            exchanged = exchanged.max(diesel::update(row).set(cases::extension.eq(extension)).execute(tx.conn())?);
        }
        if answer != before.2 {
            let row = cases::table.filter(cases::id.eq(id)).filter(cases::answer.eq(&before.2));
            exchanged = exchanged.max(diesel::update(row).set(cases::answer.eq(answer)).execute(tx.conn())?);
        }
        if reply_to != before.3 {
            let row = cases::table.filter(cases::id.eq(id)).filter(cases::reply_to.eq(&before.3));
            exchanged = exchanged.max(diesel::update(row).set(cases::reply_to.eq(reply_to)).execute(tx.conn())?);
        }
        Ok(exchanged)
    })
}

fn resealed(vault: &Vault, id: &CaseId, before: &Sealed) -> Result<Option<Sealed>, CannotOpen> {
    let (reason, extension, answer, reply_to) = before;
    let one = |saying, sealed: &Option<String>| match sealed {
        Some(sealed) => vault.reseal(Purpose::Cases, &place(*id, saying), sealed),
        None => Ok(None),
    };
    let answers = (one(Saying::Answer, answer)?, one(Saying::ReplyTo, reply_to)?);
    let new = (one(Saying::Reason, reason)?, one(Saying::Extension, extension)?, answers.0, answers.1);
    if new == (None, None, None, None) {
        return Ok(None);
    }
    let or = |new: Option<String>, before: &Option<String>| new.or_else(|| before.clone());
    Ok(Some((or(new.0, reason), or(new.1, extension), or(new.2, answer), or(new.3, reply_to))))
}

/// Whose cases were closed before an instant, some of them.
///
/// # Errors
/// The database's.
pub fn closed(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<Vec<PersonId>, Error> {
    Ok(cases::table
        .filter(cases::closed_at.lt(before))
        .order(cases::closed_at)
        .limit(at_most)
        .select(cases::person)
        .load(tx.conn())?)
}

/// Forgets the cases of these persons that were closed before an instant. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn forget_closed(tx: &mut Tx<'_>, before: Instant, people: &BTreeSet<PersonId>) -> Result<(), Error> {
    use crate::platform::db::schema::{privacy_case_custodies, privacy_cases};
    let old: Vec<CaseId> = privacy_cases::table
        .filter(privacy_cases::person.among(people))
        .filter(privacy_cases::closed_at.lt(before))
        .select(privacy_cases::id)
        .load(tx.conn())?;
    let named = privacy_case_custodies::table.filter(privacy_case_custodies::privacy_case.among(&old));
    diesel::delete(named).execute(tx.conn())?;
    diesel::delete(privacy_cases::table.filter(privacy_cases::id.among(&old))).execute(tx.conn())?;
    tx.erased();
    Ok(())
}
