//! Runs an import: some rows in each transaction, so that a killed import leaves whole rows and a second run completes it.
//!
//! A row is compared with what the same row of the same source last said. What says the same changes nothing, whatever was
//! corrected by hand since; what says something else becomes a new version.

use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

use serde::Serialize;

use super::{
    reading::{
        faults::OpenFault,
        mapping::{Mapping, Target},
        rows::Rows,
    },
    row::{Parsed, Wrong, parse, unreadable},
    store,
};
use crate::{
    access::{Actor, Permit},
    catalogue,
    completions::{
        OrderedBy,
        actions::RecordCompletions,
        facts::{Knowledge, hold_again},
        person::Finder,
        record::{self, Recording},
        routes::Orderer,
        store as completions,
    },
    law::calendar,
    platform::{
        audit,
        db::{Db, Error, Tx},
        input::Reading,
        problem::{Kind, Problem},
        vault::Purpose,
    },
    words::*,
};

/// How many rows share a transaction: others wait no longer than such a batch takes.
const TOGETHER: usize = 200;

/// What to import, for whom, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who does it.
    pub actor: Actor,
    /// The provider.
    pub organisation: OrganisationId,
    /// The hash of the file, for provenance.
    pub file_hash: String,
    /// Find out what would happen and change nothing.
    pub dry_run: bool,
    /// The language of remedies.
    pub lang: Lang,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// A completion was recorded.
    Recorded(RecordId),
    /// The completion got a new version.
    Changed(RecordId),
    /// It says what it said before.
    Unchanged(RecordId),
    /// It was refused.
    Refused(Vec<Wrong>),
}

/// What became of all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows read.
    pub read: i64,
    /// Completions recorded.
    pub recorded: i64,
    /// Completions with a new version.
    pub changed: i64,
    /// Rows that say what they said before.
    pub unchanged: i64,
    /// Rows refused.
    pub refused: i64,
}

impl Summary {
    fn count(&mut self, became: &Became) {
        self.read += 1;
        *match became {
            Became::Recorded(_) => &mut self.recorded,
            Became::Changed(_) => &mut self.changed,
            Became::Unchanged(_) => &mut self.unchanged,
            Became::Refused(_) => &mut self.refused,
        } += 1;
    }
}

/// Why an import did not run to its end.
#[derive(Debug)]
pub enum Stopped {
    /// The file does not fit the mapping.
    Unopened(OpenFault),
    /// A problem that concerns every row.
    Problem(Problem),
}

/// Runs an import. `result` hears of every row in the order of the file; `progress` of the bytes read.
///
/// # Errors
/// The file cannot be opened as the mapping says, or the actor may not, or the database fails; what was reported before is
/// durable.
pub fn run(
    db: &Db,
    order: &Order,
    mapping: &Mapping,
    input: impl Read,
    mut result: impl FnMut(u64, &Became),
    mut progress: impl FnMut(u64),
) -> Result<Summary, Stopped> {
    let mut rows = Rows::open(mapping, input).map_err(Stopped::Unopened)?;
    let reading = Reading { today: calendar::oslo_day(db.clock().now()) };
    let mut session = Session::begin(db, order, mapping.source()).map_err(Stopped::Problem)?;
    let mut summary = Summary::default();
    loop {
        let mut lines = Vec::new();
        let mut some = Vec::new();
        for row in rows.by_ref().take(TOGETHER) {
            let parsed = match &row {
                Ok(row) => parse(row, &reading, order.lang),
                Err(faults) => Err(unreadable(faults, order.lang)),
            };
            let line = match &row {
                Ok(row) => row.line,
                Err(faults) => faults.first().map_or(0, |fault| fault.line),
            };
            lines.push(line);
            some.push(parsed);
        }
        if some.is_empty() {
            break;
        }
        let became = session.write(db, some).map_err(Stopped::Problem)?;
        for (line, one) in lines.into_iter().zip(&became) {
            summary.count(one);
            result(line, one);
        }
        progress(rows.position());
    }
    session.end(db, summary).map_err(Stopped::Problem)?;
    Ok(summary)
}

/// What is kept from batch to batch.
struct Session {
    order: Order,
    source: String,
    batch: BatchId,
    known: Known,
}

/// Codes and numbers already looked up.
#[derive(Clone, Default)]
struct Known {
    competences: HashMap<String, Option<CompetenceId>>,
    courses: HashMap<String, Option<(CourseId, Option<CompetenceId>)>>,
    orderers: HashMap<String, Option<OrganisationId>>,
}

/// A dry run ends every transaction by this, so that nothing stays.
enum Ended {
    Problem(Problem),
    Dry(Box<(Vec<Became>, Known)>),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Ended::Problem(error.into())
    }
}

impl Session {
    fn begin(db: &Db, order: &Order, source: &str) -> Result<Self, Problem> {
        let (order, source) = (order.clone(), source.to_owned());
        let (asked, from) = (order.clone(), source.clone());
        let batch = db.write_here(move |tx| {
            let permit = tx.permit(&asked.actor, RecordCompletions { organisation: asked.organisation })?;
            let batch = tx.new_id();
            if !asked.dry_run {
                store::begin(tx, &permit, batch, &from, &asked.file_hash)?;
            }
            Ok::<_, Problem>(batch)
        })?;
        Ok(Self { order, source, batch, known: Known::default() })
    }

    fn write(&mut self, db: &Db, rows: Vec<Result<Parsed, Vec<Wrong>>>) -> Result<Vec<Became>, Problem> {
        let (order, source, batch) = (self.order.clone(), self.source.clone(), self.batch);
        let mut known = std::mem::take(&mut self.known);
        let outcome = db.write_here(move |tx| {
            let permit = tx
                .permit(&order.actor, RecordCompletions { organisation: order.organisation })
                .map_err(|no| Ended::Problem(no.into()))?;
            if order.dry_run {
                // The batch that everything refers to is rolled back with the rest.
                store::begin(tx, &permit, batch, &source, &order.file_hash)?;
            }
            let mut batch = Batch { permit: &permit, source: &source, id: batch, lang: order.lang, known: &mut known };
            let became = batch.write(tx, rows).map_err(Ended::Problem)?;
            if order.dry_run { Err(Ended::Dry(Box::new((became, known)))) } else { Ok((became, known)) }
        });
        let (became, known) = match outcome {
            Ok(done) => done,
            Err(Ended::Dry(done)) => *done,
            Err(Ended::Problem(problem)) => return Err(problem),
        };
        self.known = known;
        Ok(became)
    }

    fn end(self, db: &Db, summary: Summary) -> Result<(), Problem> {
        if self.order.dry_run {
            return Ok(());
        }
        let batch = self.batch;
        db.write_here(move |tx| Ok::<_, Problem>(store::end(tx, batch, summary)?))
    }
}

struct Batch<'a> {
    permit: &'a Permit<RecordCompletions>,
    source: &'a str,
    id: BatchId,
    lang: Lang,
    known: &'a mut Known,
}

/// What is to be done with a row.
enum Plan {
    Refuse(Vec<Wrong>),
    Unchanged(RecordId),
    Change(RecordId, Box<Parsed>),
    Record(Box<Parsed>),
    /// The same row came earlier in this batch: it is looked at again when that is stored.
    Again,
}

impl Batch<'_> {
    fn write(&mut self, tx: &mut Tx<'_>, rows: Vec<Result<Parsed, Vec<Wrong>>>) -> Result<Vec<Became>, Problem> {
        let (plans, again) = self.plan(tx, rows)?;
        let mut became = self.carry_out(tx, plans)?;
        // A key twice within one batch is rare: what is left over goes through the same steps until nothing is.
        let mut again = again;
        while !again.is_empty() {
            let (positions, rows): (Vec<_>, Vec<_>) = again.into_iter().unzip();
            let (plans, left) = self.plan(tx, rows.into_iter().map(Ok).collect())?;
            let done = self.carry_out(tx, plans)?;
            let mut later = Vec::new();
            for ((i, position), one) in positions.iter().enumerate().zip(done) {
                match left.iter().find(|(index, _)| *index == i) {
                    Some((_, row)) => later.push((*position, row.clone())),
                    None => became[*position] = one,
                }
            }
            again = later;
        }
        let payload = serde_json::json!({ "batch": self.id, "rows": became.len() });
        audit::note(tx, self.permit, Some(self.id.uuid()), Some(payload))?;
        Ok(became)
    }

    /// Decides about each row against what its source last said. The second list is of rows whose key came before.
    #[allow(clippy::type_complexity, reason = "a list of plans and a list of leftovers with their positions")]
    fn plan(
        &mut self,
        tx: &mut Tx<'_>,
        rows: Vec<Result<Parsed, Vec<Wrong>>>,
    ) -> Result<(Vec<Plan>, Vec<(usize, Parsed)>), Problem> {
        let organisation = self.permit.action().organisation;
        let hashes: Vec<Option<String>> =
            rows.iter().map(|row| row.as_ref().ok().map(|row| self.key_hash(tx, row))).collect();
        let asked: Vec<&str> = hashes.iter().flatten().map(String::as_str).collect();
        let before = store::last_said(tx, organisation, self.source, &asked)?;
        let mut seen = HashSet::new();
        let mut again = Vec::new();
        let mut plans = Vec::with_capacity(rows.len());
        for (i, (row, hash)) in rows.into_iter().zip(hashes).enumerate() {
            let plan = match (row, hash) {
                (Err(wrong), _) => Plan::Refuse(wrong),
                (Ok(row), None) => Plan::Record(Box::new(row)),
                (Ok(row), Some(hash)) if !seen.insert(hash.clone()) => {
                    again.push((i, row));
                    Plan::Again
                }
                (Ok(row), Some(hash)) => match before.get(&hash) {
                    None => Plan::Record(Box::new(row)),
                    Some((completion, said)) if *said == self.content_hash(tx, &row) => Plan::Unchanged(*completion),
                    Some((completion, _)) => Plan::Change(*completion, Box::new(row)),
                },
            };
            plans.push(plan);
        }
        Ok((plans, again))
    }

    fn key_hash(&self, tx: &Tx<'_>, row: &Parsed) -> String {
        tx.vault().keyed_hash(Purpose::ImportRows, &[self.source, &row.key])
    }

    fn content_hash(&self, tx: &Tx<'_>, row: &Parsed) -> String {
        tx.vault().keyed_hash(Purpose::ImportRows, &["said", &row.said])
    }

    fn carry_out(&mut self, tx: &mut Tx<'_>, mut plans: Vec<Plan>) -> Result<Vec<Became>, Problem> {
        let organisation = self.permit.action().organisation;
        for plan in &mut plans {
            if let Plan::Record(row) | Plan::Change(_, row) = plan
                && let Err(wrong) = self.resolve_orderer(tx, row)?
            {
                *plan = Plan::Refuse(vec![wrong]);
            }
        }
        let whos: Vec<_> = plans
            .iter()
            .filter_map(|plan| match plan {
                Plan::Record(row) => Some(&row.who),
                _ => None,
            })
            .collect();
        let mut finder = Finder::new(tx, organisation, &whos)?;
        let mut became = Vec::with_capacity(plans.len());
        let mut recordings = Vec::new();
        for (position, plan) in plans.into_iter().enumerate() {
            became.push(match plan {
                Plan::Refuse(wrong) => Became::Refused(wrong),
                Plan::Unchanged(completion) => Became::Unchanged(completion),
                Plan::Change(completion, row) => self.change(tx, completion, &row)?,
                Plan::Again => Became::Refused(Vec::new()),
                Plan::Record(row) => match self.recording(tx, &mut finder, &row)? {
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
        let ids = record::record(tx, self.permit, &mut Knowledge::default(), &new, Some(self.id))?;
        let mut said = Vec::with_capacity(ids.len());
        for ((position, row, _), id) in recordings.iter().zip(&ids) {
            said.push((self.key_hash(tx, row), *id, self.content_hash(tx, row), row.line));
            became[*position] = Became::Recorded(*id);
        }
        store::remember(tx, organisation, self.source, self.id, said)?;
        Ok(became)
    }

    /// Numbers become organisations, once per file.
    fn resolve_orderer(&mut self, tx: &mut Tx<'_>, row: &mut Parsed) -> Result<Result<(), Wrong>, Problem> {
        row.content.ordered_by = match &row.orderer {
            None => OrderedBy::Unstated,
            Some(Orderer::Person) => OrderedBy::Person,
            Some(Orderer::Organisation(number)) => {
                if !self.known.orderers.contains_key(number.as_str()) {
                    let found = record::orderer(tx, number.as_str());
                    let found = match found {
                        Ok(ordered_by) => ordered_by.organisation(),
                        Err(problem) if problem.kind == Kind::Invalid => None,
                        Err(problem) => return Err(problem),
                    };
                    self.known.orderers.insert(number.as_str().to_owned(), found);
                }
                match self.known.orderers.get(number.as_str()).copied().flatten() {
                    Some(organisation) => OrderedBy::Organisation(organisation),
                    None => return Ok(Err(row.wrong(Target::OrderedBy, &Fault::Unknown, self.lang))),
                }
            }
        };
        row.who.orderer = row.content.ordered_by.organisation();
        Ok(Ok(()))
    }

    fn recording(
        &mut self,
        tx: &mut Tx<'_>,
        finder: &mut Finder,
        row: &Parsed,
    ) -> Result<Result<Recording, Wrong>, Problem> {
        let (course, competence) = match self.subject(tx, row)? {
            Ok(subject) => subject,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let found = match finder.find(tx, &row.who)? {
            Ok(found) => found,
            Err(findings) => return Ok(Err(self.ambiguous(row, findings))),
        };
        if let Some(finding) = record::check(&row.content, found.birth_date, tx.today()).into_vec().first() {
            return Ok(Err(row.wrong(Target::On, &finding.fault, self.lang)));
        }
        let event = row.event.as_ref().map(|label| self.event(tx, label));
        Ok(Ok(Recording { person: found.person, competence, course, event, content: row.content.clone() }))
    }

    fn ambiguous(&self, row: &Parsed, findings: crate::platform::problem::Findings) -> Wrong {
        let finding = findings.into_vec().into_iter().next();
        let target = match finding.as_ref().map(|finding| finding.pointer.as_str()) {
            Some("/orderer_reference") => Target::OrdererReference,
            Some("/person_reference") => Target::PersonReference,
            _ => Target::Email,
        };
        row.wrong(target, &finding.map_or(Fault::Ambiguous, |finding| finding.fault), self.lang)
    }

    /// Codes become a course and a competence, once per file.
    #[allow(clippy::type_complexity, reason = "course and competence, or what is wrong, or the database's error")]
    fn subject(
        &mut self,
        tx: &mut Tx<'_>,
        row: &Parsed,
    ) -> Result<Result<(Option<CourseId>, Option<CompetenceId>), Wrong>, Problem> {
        let provider = self.permit.action().organisation;
        let course = match &row.course {
            None => None,
            Some(code) => {
                if !self.known.courses.contains_key(code) {
                    let found = catalogue::course_by_code(tx, provider, code)?;
                    self.known.courses.insert(code.clone(), found);
                }
                match self.known.courses.get(code).copied().flatten() {
                    Some(course) => Some(course),
                    None => return Ok(Err(row.wrong(Target::Course, &Fault::Unknown, self.lang))),
                }
            }
        };
        let competence = match &row.competence {
            None => None,
            Some(code) => {
                if !self.known.competences.contains_key(code) {
                    let found = catalogue::competence_by_code(tx, Some(provider), code)?;
                    self.known.competences.insert(code.clone(), found);
                }
                match self.known.competences.get(code).copied().flatten() {
                    Some(competence) => Some(competence),
                    None => return Ok(Err(row.wrong(Target::Competence, &Fault::Unknown, self.lang))),
                }
            }
        };
        Ok(match (course, competence) {
            (Some((_, leads_to)), Some(_)) if leads_to != competence => {
                let fault = Fault::OneOf { fields: "competence, course" };
                Err(row.wrong(Target::Competence, &fault, self.lang))
            }
            (Some((course, leads_to)), _) => Ok((Some(course), leads_to)),
            (None, competence) => Ok((None, competence)),
        })
    }

    /// Rows of a source that share a label share an event, in every run of the import.
    fn event(&self, tx: &Tx<'_>, label: &str) -> EventId {
        let organisation = self.permit.action().organisation.to_string();
        let hash = tx.vault().keyed_hash(Purpose::ImportRows, &["event", &organisation, self.source, label]);
        let mut bytes = [0_u8; 16];
        for (byte, from) in bytes.iter_mut().zip(hash.as_bytes().iter().skip(1)) {
            *byte = *from;
        }
        EventId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The row says something else than last time: a new version, unless it is about something else altogether.
    fn change(&mut self, tx: &mut Tx<'_>, completion: RecordId, row: &Parsed) -> Result<Became, Problem> {
        let (course, competence) = match self.subject(tx, row)? {
            Ok(subject) => subject,
            Err(wrong) => return Ok(Became::Refused(vec![wrong])),
        };
        let organisation = self.permit.action().organisation;
        let current = completions::recorded(tx, organisation, completion)?;
        if (current.course, current.competence) != (course, competence) {
            let target = if row.course.is_some() { Target::Course } else { Target::Competence };
            return Ok(Became::Refused(vec![row.wrong(target, &Fault::OtherSubject, self.lang)]));
        }
        tx.lock_persons(&[current.person])?;
        let born = completions::birth_date(tx, organisation, current.person)?;
        if let Some(finding) = record::check(&row.content, born, tx.today()).into_vec().first() {
            return Ok(Became::Refused(vec![row.wrong(Target::On, &finding.fault, self.lang)]));
        }
        let (key, said) = (self.key_hash(tx, row), self.content_hash(tx, row));
        store::said_now(tx, organisation, self.source, &key, &said, self.id, row.line)?;
        if current.content == row.content {
            // What changed is the person's name or address: a card's business, not a version's.
            return Ok(Became::Unchanged(completion));
        }
        completions::append(tx, self.permit, completion, current.version + 1, &row.content, None, Some(self.id))?;
        hold_again(tx, &[completion])?;
        completions::publish_change(tx, completion)?;
        Ok(Became::Changed(completion))
    }
}
