//! Completions over HTTP: recorded by a provider, seen by whoever holds them, and by the person.

use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    Completion, Content, Holder, OrderedBy, OwnCompletion,
    actions::*,
    facts::{Knowledge, hold_again},
    person::{Finder, Who},
    record::{self, Recording},
    store::{self, Narrowed},
};
use crate::{
    access::Permit,
    catalogue,
    platform::{
        db::Tx,
        http::{Body, Call, Condition, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{
            BirthDate, Change, Code, Email, Field, Hours, Id, Name, One, OrgNumber, PastDay, Reading, Whole, body,
        },
        problem::{Findings, Kind, Problem},
    },
    query,
    records::{self, Disclosure},
    words::*,
};

/// Who ordered it: `person`, or an organisation number.
#[derive(Clone, Debug)]
pub enum Orderer {
    /// The person.
    Person,
    /// An organisation.
    Organisation(OrgNumber),
}

impl Field for Orderer {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        if value.as_str() == Some("person") {
            return Ok(Self::Person);
        }
        OrgNumber::read(value, reading).map(Self::Organisation)
    }
    fn describe() -> RefOr<Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^(person|[0-9]{3} ?[0-9]{3} ?[0-9]{3})$"))
            .into()
    }
}

body! {
    /// A completion to record. The person is one you have a card of (`person`), or is found, or made known to you, by
    /// reference, by your orderer's reference, or by e-mail and birth date.
    pub struct NewCompletion {
        /// A person your organisation has a card of.
        pub person: Option<Id<PersonId>>,
        /// Your own reference of the person.
        pub person_reference: Option<Code>,
        /// The reference of the organisation that ordered it.
        pub orderer_reference: Option<Code>,
        /// The person's name, if you do not know the person yet.
        pub name: Option<Name>,
        /// The person's e-mail.
        pub email: Option<Email>,
        /// The person's day of birth.
        pub birth_date: Option<BirthDate>,
        /// The competence. Left out, the course's.
        pub competence: Option<Id<CompetenceId>>,
        /// Your course.
        pub course: Option<Id<CourseId>>,
        /// How it ended.
        pub outcome: One<Outcome>,
        /// The day; needed for passed and distinction.
        pub on: Option<PastDay>,
        /// Hours present, of 60 minutes.
        pub hours: Option<Hours>,
        /// Grade or points.
        pub result: Option<Code>,
        /// A label for the run of the course.
        pub run: Option<Code>,
        /// Ties several completions that came from one event.
        pub event_id: Option<Id<EventId>>,
        /// Who ordered it: `person`, or an organisation number.
        pub ordered_by: Option<Orderer>,
    }
    check |new, reading, findings| {
        let named = new.person_reference.is_some()
            || new.name.is_some()
            || new.email.is_some()
            || new.orderer_reference.is_some();
        if new.person.is_some() == named {
            findings.add("/person", Fault::OneOf { fields: "person, person_reference (or name, email, orderer_reference)" });
        } else if new.person.is_none() && new.person_reference.is_none() && new.name.is_none()
            && new.orderer_reference.is_none()
        {
            findings.add("/name", Fault::Required);
        }
        if new.orderer_reference.is_some() && !matches!(new.ordered_by, Some(Orderer::Organisation(_))) {
            findings.add("/ordered_by", Fault::Required);
        }
        if new.competence.is_none() && new.course.is_none() {
            findings.add("/competence", Fault::Required);
        }
        let born = new.birth_date.map(BirthDate::day);
        let content = Content {
            outcome: new.outcome.0, on: new.on.map(PastDay::day), hours: None, result: None, run: None,
            ordered_by: OrderedBy::Unstated,
        };
        findings.add_under("", record::check(&content, born, reading.today));
    };
    example {
        "person_reference": "F-001",
        "name": "Åse Ødegård",
        "course": "019cadf2-1111-7000-8000-00000000ffff",
        "outcome": "passed",
        "on": "2026-03-01"
    }
}

body! {
    /// What a new version of a completion says differently; what is left out stays, null clears.
    pub struct NewVersion {
        /// How it ended.
        pub outcome: Option<One<Outcome>>,
        /// The day; needed for passed and distinction.
        pub on: Change<PastDay>,
        /// Hours present, of 60 minutes.
        pub hours: Change<Hours>,
        /// Grade or points.
        pub result: Change<Code>,
        /// A label for the run of the course.
        pub run: Change<Code>,
        /// Who ordered it: `person`, or an organisation number. It decides who else holds the completion.
        pub ordered_by: Change<Orderer>,
        /// Why it is corrected.
        pub reason: Name,
    };
    example { "outcome": "failed", "reason": "Feil i listen" }
}

query! {
    /// What a list of completions is narrowed to.
    pub struct Narrow {
        /// In which capacity your organisation holds them. A certifying body asks its scheme for `holders`.
        pub capacity: One<HeldAs>,
        /// One competence.
        pub competence: Option<Id<CompetenceId>>,
        /// One person.
        pub person: Option<Id<PersonId>>,
    }
}

impl Narrow {
    /// The same, as the store takes it.
    pub fn narrowed(&self) -> Narrowed {
        Narrowed { competence: self.competence.map(|id| id.0), person: self.person.map(|id| id.0), completion: None }
    }
}

query! {
    /// In which capacity.
    pub struct InCapacity {
        /// In which capacity your organisation holds it.
        pub capacity: One<HeldAs>,
    }
}

query! {
    /// Where in a feed to go on.
    pub struct Since {
        /// The greatest `number` you have seen; 0 for everything.
        pub since: Option<Whole<0, 9_007_199_254_740_991>>,
        /// How many steps, 50 unless given.
        pub limit: Option<Whole<1, 500>>,
    }
}

/// What happened in a scheme since a number.
#[derive(Debug, Serialize, ToSchema)]
pub struct Holders {
    /// The steps, in order.
    pub items: Vec<Holder>,
    /// Ask again with this as `since`.
    pub since: i64,
    /// Whether there is more already.
    pub more: bool,
}

fn ordered_by(tx: &mut Tx<'_>, orderer: Option<&Orderer>) -> Result<OrderedBy, Problem> {
    match orderer {
        None => Ok(OrderedBy::Unstated),
        Some(Orderer::Person) => Ok(OrderedBy::Person),
        Some(Orderer::Organisation(number)) => record::orderer(tx, number.as_str()),
    }
}

/// `POST /v1/organisations/{organisation}/completions`
pub async fn record(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewCompletion>,
) -> Result<Created<Completion>, Problem> {
    let organisation = path.0;
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, RecordCompletions { organisation })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| record_one(tx, &permit, &body.value))?;
            let view = ViewCompletion { organisation, capacity: Capacity::Provider, completion: made.id() };
            own_view(tx, &permit, view)
        })
        .await?;
    let location = format!("/v1/organisations/{organisation}/completions/{}?capacity=provider", made.id);
    Ok(Created { location, version: Some(made.version), value: made })
}

/// What a recorder just recorded, as it sees it: it may write, so it may see what it wrote.
fn own_view(tx: &mut Tx<'_>, permit: &Permit<RecordCompletions>, view: ViewCompletion) -> Result<Completion, Problem> {
    store::one_recorded(tx, permit.action().organisation, view.completion)?.ok_or_else(|| Kind::NotFound.into())
}

/// Records one completion of a person who is known, found or made known.
///
/// # Errors
/// 422 with everything that is wrong.
pub fn record_one(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    new: &NewCompletion,
) -> Result<RecordId, Problem> {
    let recorder = permit.action().organisation;
    let mut findings = Findings::default();
    let ordered_by = ordered_by(tx, new.ordered_by.as_ref()).unwrap_or_else(|problem| {
        problem.findings.into_iter().for_each(|found| findings.add(&found.pointer, found.fault));
        OrderedBy::Unstated
    });
    let competence = subject(tx, recorder, new, &mut findings)?;
    findings.check()?;
    let (person, born) = person(tx, permit, new, ordered_by.organisation())?;
    tx.lock_persons(&[person])?;
    let content = Content {
        outcome: new.outcome.0,
        on: new.on.map(PastDay::day),
        hours: new.hours.map(|hours| hours.0),
        result: new.result.clone().map(Code::into_string),
        run: new.run.clone().map(Code::into_string),
        ordered_by,
    };
    record::check(&content, born, tx.today()).check()?;
    let recording = Recording {
        person,
        competence,
        course: new.course.map(|id| id.0),
        event: new.event_id.map(|id| id.0),
        content,
    };
    let ids = record::record(tx, permit, &mut Knowledge::default(), &[recording], None)?;
    ids.first().copied().ok_or_else(|| Problem::internal("one recorded, none made"))
}

/// The competence: the one named, which must be open to this provider, or the course's; both must agree.
fn subject(
    tx: &mut Tx<'_>,
    recorder: OrganisationId,
    new: &NewCompletion,
    findings: &mut Findings,
) -> Result<Option<CompetenceId>, Problem> {
    let named = new.competence.map(|id| id.0);
    if let Some(competence) = named
        && !catalogue::is_open_to(tx, recorder, competence)?
    {
        findings.add("/competence", Fault::Unknown);
    }
    let Some(course) = new.course else { return Ok(named) };
    match catalogue::course_of(tx, recorder, course.0)? {
        None => {
            findings.add("/course", Fault::Unknown);
            Ok(named)
        }
        Some(leads_to) => {
            if named.is_some() && named != leads_to {
                findings.add("/competence", Fault::OneOf { fields: "competence, course" });
            }
            Ok(leads_to)
        }
    }
}

fn person(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    new: &NewCompletion,
    orderer: Option<OrganisationId>,
) -> Result<(PersonId, Option<Day>), Problem> {
    let recorder = permit.action().organisation;
    if let Some(Id(person)) = new.person {
        if crate::people::store::has_cards(tx, recorder, &[person])?.is_empty() {
            return Err(Problem::at("/person", Fault::Unknown));
        }
        return Ok((person, store::birth_date(tx, recorder, person)?));
    }
    let who = Who {
        reference: new.person_reference.clone().map(Code::into_string),
        orderer,
        orderer_reference: new.orderer_reference.clone().map(Code::into_string),
        name: new.name.clone().map(Name::into_string),
        email: new.email.clone(),
        birth_date: new.birth_date.map(BirthDate::day),
    };
    let mut finder = Finder::new(tx, recorder, &[&who])?;
    let found = finder.find(tx, &who)??;
    finder.insert(tx)?;
    Ok((found.person, found.birth_date))
}

/// `GET /v1/organisations/{organisation}/completions`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<(Narrow, PageQuery)>,
) -> Result<Listed<Completion>, Problem> {
    let (narrow, page) = query.0;
    let page = page.of("completions")?;
    house
        .db
        .read_disclosing(move |tx| {
            let capacity = narrow.capacity.0.capacity();
            let permit = tx.permit(&call.actor, ViewCompletions { organisation: path.0, capacity })?;
            Ok::<_, Problem>(store::held(tx, permit.viewer()?, narrow.narrowed(), &page)?)
        })
        .await
}

/// `GET /v1/organisations/{organisation}/completions/{completion}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    completion: Path<RecordId>,
    query: Query<InCapacity>,
) -> Result<Shown<Completion>, Problem> {
    let shown = house
        .db
        .read_disclosing(move |tx| {
            let view = ViewCompletion {
                organisation: path.0,
                capacity: query.0.capacity.0.capacity(),
                completion: completion.0,
            };
            let permit = tx.permit(&call.actor, view)?;
            Ok::<_, Problem>(store::held_one(tx, permit.viewer()?, completion.0)?)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `POST /v1/organisations/{organisation}/completions/{completion}/versions`
pub async fn correct(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    completion: Path<RecordId>,
    condition: Condition,
    body: Body<NewVersion>,
) -> Result<Shown<Completion>, Problem> {
    let corrected = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, RecordCompletions { organisation: path.0 })?;
            record::correct(
                tx,
                &permit,
                completion.0,
                |version| condition.expects(version),
                |tx, before| corrected(tx, body.value, before),
            )?;
            let view = ViewCompletion { organisation: path.0, capacity: Capacity::Provider, completion: completion.0 };
            own_view(tx, &permit, view)
        })
        .await?;
    let version = corrected.version;
    Ok(Shown::version(corrected, version))
}

/// What the completion says after the correction, and why.
fn corrected(tx: &mut Tx<'_>, new: NewVersion, before: Content) -> Result<(Content, String), Problem> {
    let ordered_by = match new.ordered_by {
        Change::Keep => before.ordered_by,
        Change::Clear => OrderedBy::Unstated,
        Change::Set(orderer) => ordered_by(tx, Some(&orderer))?,
    };
    let content = Content {
        outcome: new.outcome.map_or(before.outcome, |outcome| outcome.0),
        on: new.on.map(PastDay::day).after(before.on),
        hours: new.hours.map(|hours| hours.0).after(before.hours),
        result: new.result.map(Code::into_string).after(before.result),
        run: new.run.map(Code::into_string).after(before.run),
        ordered_by,
    };
    Ok((content, new.reason.into_string()))
}

/// `GET /v1/me/completions`
pub async fn mine(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<OwnCompletion>, Problem> {
    let page = query.0.of("own completions")?;
    house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCompletions)?.person()?;
            Ok::<_, Problem>(store::own(tx, person, &page)?)
        })
        .await
}

/// `GET /v1/me/completions/{completion}`
pub async fn my_one(house: House, call: Call, path: Path<RecordId>) -> Result<Shown<OwnCompletion>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCompletions)?.person()?;
            Ok::<_, Problem>(store::own_one(tx, person, path.0)?)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `PUT /v1/me/completions/{completion}/portfolio`
pub async fn keep(house: House, call: Call, path: Path<RecordId>) -> Result<Done, Problem> {
    portfolio(house, call, path.0, true).await
}

/// `DELETE /v1/me/completions/{completion}/portfolio`
pub async fn let_go(house: House, call: Call, path: Path<RecordId>) -> Result<Done, Problem> {
    portfolio(house, call, path.0, false).await
}

async fn portfolio(house: House, call: Call, completion: RecordId, kept: bool) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, KeepInPortfolio)?;
            let person = permit.person()?;
            store::keep(tx, &permit, person, completion, kept)?;
            Ok::<_, Problem>(hold_again(tx, &[completion])?)
        })
        .await?;
    Ok(Done)
}

/// `GET /v1/me/disclosures`
pub async fn disclosures(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<Disclosure>, Problem> {
    let page = query.0.of("disclosures")?;
    house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, records::actions::ReadDisclosures)?.person()?;
            let Listed { items, next } = records::store::disclosures_of(tx, person, &page)?;
            let shown = records::store::disclosed_records(tx, &items)?;
            let titles = store::titles(tx, &shown.concat())?;
            let rendered = items.into_iter().zip(shown).map(|(logged, records)| {
                let named: Vec<Said> = records
                    .iter()
                    .map(|id| titles.get(id).cloned().unwrap_or(Said { nb: String::new(), en: String::new() }))
                    .collect();
                logged.rendered(records, &named)
            });
            Ok::<_, Problem>(Listed { items: rendered.collect(), next })
        })
        .await
}

/// `GET /v1/schemes/{scheme}/holders`
pub async fn holders(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    query: Query<Since>,
) -> Result<crate::platform::http::Shown<Holders>, Problem> {
    let since = query.0.since.map_or(0, |since| since.0);
    let page = crate::platform::http::Page::after(since, query.0.limit.map(|limit| limit.0));
    let listed = house
        .db
        .read_disclosing(move |tx| {
            // Who asks comes first: a stranger must not learn by the answer whether a scheme has a body.
            let scheme = catalogue::schemes::store::read(tx, path.0)?;
            let body = scheme.body.ok_or(Kind::NotFound)?;
            let view = ViewCompletions { organisation: body, capacity: Capacity::CertifyingBody };
            let permit = tx.permit(&call.actor, view)?;
            Ok::<_, Problem>(store::holders(tx, permit.viewer()?, path.0, &scheme.fields, &page)?)
        })
        .await?;
    let since = listed.items.last().map_or(since, |step| step.number);
    Ok(Shown::plain(Holders { more: listed.next.is_some(), items: listed.items, since }))
}
