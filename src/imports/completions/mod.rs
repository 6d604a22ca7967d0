//! Rows become completions.

mod store;

use std::collections::HashMap;

use super::{
    Became,
    reading::{
        mapping::{Subject as About, Target},
        rows::Row,
    },
    row::{Cells, Parsed, Wrong},
    run::{Batch, Plan, Subject},
};
use crate::{
    catalogue,
    completions::{
        Content, OrderedBy,
        actions::RecordCompletions,
        facts::{Knowledge, hold_again},
        person::{Finder, Who},
        record::{self, Recording},
        routes::Orderer,
        store as completions,
    },
    platform::{
        db::{Error, Tx},
        input::{BirthDate, Code, Email, Hours, Name, One, PastDay, Reading},
        problem::{Findings, Kind, Problem},
        vault::Purpose,
    },
    words::*,
};
pub use store::{line_of, said_differently};

/// What a row says about a completion; codes and numbers are not resolved yet.
#[derive(Clone, Debug)]
pub struct Said {
    who: Who,
    competence: Option<String>,
    course: Option<String>,
    event: Option<String>,
    orderer: Option<Orderer>,
    content: Content,
}

/// Codes and numbers already looked up.
#[derive(Clone, Default)]
pub struct Completions {
    competences: HashMap<String, Option<CompetenceId>>,
    courses: HashMap<String, Option<(CourseId, Option<CompetenceId>)>>,
    orderers: HashMap<String, Option<OrganisationId>>,
}

impl Subject for Completions {
    type Value = Said;

    fn parse(row: &Row, reading: &Reading, lang: Lang) -> Result<Parsed<Said>, Vec<Wrong>> {
        let mut cells = Cells::of(row, reading, lang);
        let who = Who {
            reference: cells.take::<Code>(Target::PersonReference).map(Code::into_string),
            orderer: None,
            orderer_reference: cells.take::<Code>(Target::OrdererReference).map(Code::into_string),
            name: cells.take::<Name>(Target::Name).map(Name::into_string),
            email: cells.take::<Email>(Target::Email),
            birth_date: cells.take::<BirthDate>(Target::BirthDate).map(BirthDate::day),
        };
        let competence = cells.take::<Code>(Target::Competence).map(Code::into_string);
        let course = cells.take::<Code>(Target::Course).map(Code::into_string);
        let event = cells.take::<Code>(Target::Event).map(Code::into_string);
        let orderer = cells.take::<Orderer>(Target::OrderedBy);
        let outcome = cells.take::<One<Outcome>>(Target::Outcome).map(|one| one.0);
        let content = Content {
            outcome: outcome.unwrap_or(Outcome::Attended),
            on: cells.take::<PastDay>(Target::On).map(PastDay::day),
            hours: cells.take::<Hours>(Target::Hours).map(|hours| hours.0),
            result: cells.take::<Code>(Target::Result).map(Code::into_string),
            run: cells.take::<Code>(Target::Run).map(Code::into_string),
            ordered_by: OrderedBy::Unstated,
        };
        if !cells.has(Target::Outcome) {
            cells.add(Target::Outcome, &Fault::Required);
        }
        if ![Target::PersonReference, Target::Name, Target::OrdererReference].iter().any(|target| cells.has(*target)) {
            cells.add(Target::PersonReference, &Fault::Required);
        }
        if !cells.has(Target::Competence) && !cells.has(Target::Course) {
            cells.add(Target::Competence, &Fault::OneOf { fields: "competence, course" });
        }
        if who.orderer_reference.is_some() && !matches!(orderer, Some(Orderer::Organisation(_))) {
            cells.add(Target::OrderedBy, &Fault::Required);
        }
        // A day that could not be read has been reported already.
        let day_is_right = content.on.is_some() == cells.has(Target::On);
        if outcome.is_some() && day_is_right {
            for finding in record::check(&content, who.birth_date, reading.today).into_vec() {
                cells.add(Target::On, &finding.fault);
            }
        }
        cells.parsed(About::Completions, Said { who, competence, course, event, orderer, content })
    }

    fn last_said(tx: &mut Tx<'_>, batch: &Batch<'_>, keys: &[&str]) -> Result<HashMap<String, (AnyId, String)>, Error> {
        store::last_said(tx, batch, keys)
    }

    fn carry_out(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        mut plans: Vec<Plan<Said>>,
    ) -> Result<Vec<Became>, Problem> {
        for plan in &mut plans {
            if let Plan::Record(row) | Plan::Change(_, row) = plan
                && let Err(wrong) = self.resolve_orderer(tx, batch, row)?
            {
                *plan = Plan::Refuse(vec![wrong]);
            }
        }
        let whos: Vec<_> = plans
            .iter()
            .filter_map(|plan| match plan {
                Plan::Record(row) => Some(&row.value.who),
                _ => None,
            })
            .collect();
        let mut finder = Finder::new(tx, batch.organisation(), &whos)?;
        let mut became = Vec::with_capacity(plans.len());
        let mut recordings = Vec::new();
        for (position, plan) in plans.into_iter().enumerate() {
            became.push(match plan {
                Plan::Refuse(wrong) => Became::Refused(wrong),
                Plan::Unchanged(completion) => Became::Unchanged(completion),
                Plan::Change(completion, row) => {
                    self.change(tx, batch, RecordId::from_uuid(completion.uuid()), &row)?
                }
                Plan::Again => Became::Refused(Vec::new()),
                Plan::Record(row) => match self.recording(tx, batch, &mut finder, &row)? {
                    Ok(recording) => {
                        recordings.push((position, row, recording));
                        Became::Refused(Vec::new())
                    }
                    Err(wrong) => Became::Refused(vec![wrong]),
                },
            });
        }
        let people: Vec<PersonId> = recordings.iter().map(|(.., recording)| recording.person).collect();
        tx.lock_persons(&people)?;
        finder.insert(tx)?;
        let new: Vec<Recording> = recordings.iter().map(|(.., recording)| recording.clone()).collect();
        let permit = batch.permit.implies(RecordCompletions { organisation: batch.organisation() });
        let ids = record::record(tx, &permit, &mut Knowledge::default(), &new, Some(batch.id))?;
        let mut said = Vec::with_capacity(ids.len());
        for ((position, row, _), id) in recordings.iter().zip(&ids) {
            said.push((batch.key_hash(tx, row), *id, batch.content_hash(tx, row), row.line));
            became[*position] = Became::Recorded(id.any());
        }
        store::remember(tx, batch, said)?;
        Ok(became)
    }
}

/// An answer about one row: it is refused, or it goes on.
type OrWrong<T> = Result<T, Wrong>;
/// What a completion is about.
type CourseAndCompetence = (Option<CourseId>, Option<CompetenceId>);

impl Completions {
    /// Numbers become organisations, once per file.
    fn resolve_orderer(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        row: &mut Parsed<Said>,
    ) -> Result<OrWrong<()>, Problem> {
        row.value.content.ordered_by = match &row.value.orderer {
            None => OrderedBy::Unstated,
            Some(Orderer::Person) => OrderedBy::Person,
            Some(Orderer::Organisation(number)) => {
                let found = known(&mut self.orderers, number.as_str(), |number| organisation(tx, number))?;
                match found {
                    Some(organisation) => OrderedBy::Organisation(organisation),
                    None => return Ok(Err(row.wrong(Target::OrderedBy, &Fault::Unknown, batch.lang))),
                }
            }
        };
        row.value.who.orderer = row.value.content.ordered_by.organisation();
        Ok(Ok(()))
    }

    fn recording(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        finder: &mut Finder,
        row: &Parsed<Said>,
    ) -> Result<OrWrong<Recording>, Problem> {
        let (course, competence) = match self.subject(tx, batch, row)? {
            Ok(subject) => subject,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let found = match finder.find(tx, &row.value.who)? {
            Ok(found) => found,
            Err(findings) => return Ok(Err(ambiguous(batch, row, findings))),
        };
        if let Some(finding) = record::check(&row.value.content, found.birth_date, tx.today()).into_vec().first() {
            return Ok(Err(row.wrong(Target::On, &finding.fault, batch.lang)));
        }
        let event = row.value.event.as_ref().map(|label| event(tx, batch, label));
        Ok(Ok(Recording { person: found.person, competence, course, event, content: row.value.content.clone() }))
    }

    /// Codes become a course and a competence, once per file.
    fn subject(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        row: &Parsed<Said>,
    ) -> Result<OrWrong<CourseAndCompetence>, Problem> {
        let provider = batch.organisation();
        let (mut course, mut competence) = (None, None);
        if let Some(code) = &row.value.course {
            course = known(&mut self.courses, code, |code| catalogue::course_by_code(tx, provider, code))?;
            if course.is_none() {
                return Ok(Err(row.wrong(Target::Course, &Fault::Unknown, batch.lang)));
            }
        }
        if let Some(code) = &row.value.competence {
            let find = |code: &str| catalogue::competence_by_code(tx, Some(provider), code);
            competence = known(&mut self.competences, code, find)?;
            if competence.is_none() {
                return Ok(Err(row.wrong(Target::Competence, &Fault::Unknown, batch.lang)));
            }
        }
        Ok(match (course, competence) {
            (Some((_, leads_to)), Some(_)) if leads_to != competence => {
                let fault = Fault::OneOf { fields: "competence, course" };
                Err(row.wrong(Target::Competence, &fault, batch.lang))
            }
            (Some((course, leads_to)), _) => Ok((Some(course), leads_to)),
            (None, competence) => Ok((None, competence)),
        })
    }

    /// The row says something else than last time: a new version, unless it is about something else altogether.
    fn change(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        completion: RecordId,
        row: &Parsed<Said>,
    ) -> Result<Became, Problem> {
        let (course, competence) = match self.subject(tx, batch, row)? {
            Ok(subject) => subject,
            Err(wrong) => return Ok(Became::Refused(vec![wrong])),
        };
        let organisation = batch.organisation();
        let current = completions::recorded(tx, organisation, completion)?;
        if (current.course, current.competence) != (course, competence) {
            let target = if row.value.course.is_some() { Target::Course } else { Target::Competence };
            return Ok(Became::Refused(vec![row.wrong(target, &Fault::OtherSubject, batch.lang)]));
        }
        tx.lock_persons(&[current.person])?;
        let born = completions::birth_date(tx, organisation, current.person)?;
        if let Some(finding) = record::check(&row.value.content, born, tx.today()).into_vec().first() {
            return Ok(Became::Refused(vec![row.wrong(Target::On, &finding.fault, batch.lang)]));
        }
        let (key, said) = (batch.key_hash(tx, row), batch.content_hash(tx, row));
        store::said_now(tx, batch, &key, &said, row.line)?;
        if current.content == row.value.content {
            // What changed is the person's name or address: a card's business, not a version's.
            return Ok(Became::Unchanged(completion.any()));
        }
        let permit = batch.permit.implies(RecordCompletions { organisation });
        completions::append(tx, &permit, completion, current.version + 1, &row.value.content, None, Some(batch.id))?;
        hold_again(tx, &[completion])?;
        completions::publish_change(tx, completion)?;
        Ok(Became::Changed(completion.any()))
    }
}

/// What a code stands for, asked once per file.
fn known<T: Copy, E>(
    asked: &mut HashMap<String, Option<T>>,
    code: &str,
    find: impl FnOnce(&str) -> Result<Option<T>, E>,
) -> Result<Option<T>, E> {
    if let Some(answer) = asked.get(code) {
        return Ok(*answer);
    }
    let found = find(code)?;
    asked.insert(code.to_owned(), found);
    Ok(found)
}

/// The legal entity with this number, or with a sub-unit of it.
fn organisation(tx: &mut Tx<'_>, number: &str) -> Result<Option<OrganisationId>, Problem> {
    match record::orderer(tx, number) {
        Ok(ordered_by) => Ok(ordered_by.organisation()),
        Err(problem) if problem.kind == Kind::Invalid => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn ambiguous(batch: &Batch<'_>, row: &Parsed<Said>, findings: Findings) -> Wrong {
    let finding = findings.into_vec().into_iter().next();
    let target = match finding.as_ref().map(|finding| finding.pointer.as_str()) {
        Some("/orderer_reference") => Target::OrdererReference,
        Some("/person_reference") => Target::PersonReference,
        _ => Target::Email,
    };
    row.wrong(target, &finding.map_or(Fault::Ambiguous, |finding| finding.fault), batch.lang)
}

/// Rows of a source that share a label share an event, in every run of the import.
fn event(tx: &Tx<'_>, batch: &Batch<'_>, label: &str) -> EventId {
    let organisation = batch.organisation().to_string();
    let hash = tx.vault().keyed_hash(Purpose::ImportRows, &["event", &organisation, batch.source, label]);
    let mut bytes = [0_u8; 16];
    for (byte, from) in bytes.iter_mut().zip(hash.as_bytes().iter().skip(1)) {
        *byte = *from;
    }
    EventId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
