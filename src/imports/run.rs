//! Runs an import: some rows in each transaction, with what became of them and how far it is, so that a killed import leaves
//! whole rows and goes on where it was.
//!
//! A row is compared with what the same row of the same source last said. What says the same changes nothing, whatever was
//! corrected by hand since; what says something else becomes a change.

use std::{
    collections::{HashMap, HashSet},
    io::{self, Read},
};

use super::{
    Became, RowResult, Summary,
    actions::ImportRows,
    completions::Completions,
    reading::{
        faults::{OpenFault, RowFault},
        rows::{Row, Rows},
    },
    row::{Parsed, Wrong, unreadable},
    staff::Staff,
    store::{self, Standing},
};
use crate::{
    access::{Actor, Permit},
    law::calendar,
    platform::{
        audit,
        db::{Db, Error, Tx},
        input::Reading,
        problem::Problem,
        vault::Purpose,
    },
    words::*,
};

/// How many rows share a transaction: others wait no longer than such a batch takes.
const TOGETHER: usize = 50;

/// An import that is to be run, or gone on with.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its batch.
    pub batch: BatchId,
    /// Who works on it; another may have taken over since.
    pub runner: JobId,
    /// On whose behalf.
    pub actor: Actor,
    /// For whom and about what.
    pub rows: ImportRows,
    /// Where the rows come from.
    pub source: String,
    /// Find out what would happen and change nothing.
    pub dry_run: bool,
    /// The language of remedies.
    pub lang: Lang,
    /// It ends when more rows than this were refused.
    pub refused_at_most: Option<i64>,
    /// It ends when more than this changed.
    pub changed_at_most: Option<i64>,
    /// What became of the rows so far.
    pub so_far: Summary,
}

/// Why an import did not run to its end.
#[derive(Debug)]
pub enum Stopped {
    /// The file does not fit the mapping.
    Unopened(OpenFault),
    /// Its order allows no more.
    Because(ImportStop),
    /// Somebody called it off, or another worker has taken over.
    Interrupted,
    /// A problem that concerns every row.
    Problem(Problem),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Stopped::Problem(error.into())
    }
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Stopped::Problem(problem)
    }
}

/// Runs an import from where it is. `observe` hears of the rows of each transaction, and of the bytes read, once they are
/// durable; it answers whether to go on.
///
/// # Errors
/// The actor may not, or the order allows no more, or the database fails; what was reported before is durable.
pub fn run<R: Read>(
    db: &Db,
    order: &Order,
    rows: Rows<R>,
    observe: impl FnMut(&[RowResult], u64) -> bool,
) -> Result<Summary, Stopped> {
    match order.rows.subject {
        ImportSubject::Completions => Session::<Completions>::new(db, order).run(rows, observe),
        ImportSubject::Staff => Session::<Staff>::new(db, order).run(rows, observe),
    }
}

/// What rows become. The value holds what has been looked up so far, such as the ids of codes.
pub trait Subject: Default + Clone + Send + 'static {
    /// What a row says.
    type Value: Clone + Send + 'static;

    /// Reads a row.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn parse(row: &Row, reading: &Reading, lang: Lang) -> Result<Parsed<Self::Value>, Vec<Wrong>>;

    /// What rows of the source last said: key hash to what they are about and content hash.
    ///
    /// # Errors
    /// The database's.
    fn last_said(tx: &mut Tx<'_>, batch: &Batch<'_>, keys: &[&str]) -> Result<HashMap<String, (AnyId, String)>, Error>;

    /// Does what is planned, in the order of the rows.
    ///
    /// # Errors
    /// A problem that concerns all of them.
    fn carry_out(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        plans: Vec<Plan<Self::Value>>,
    ) -> Result<Vec<Became>, Problem>;
}

/// The batch rows are written in.
pub struct Batch<'a> {
    /// The permit to write them.
    pub permit: &'a Permit<ImportRows>,
    /// Where they come from.
    pub source: &'a str,
    /// Its id.
    pub id: BatchId,
    /// The language of remedies.
    pub lang: Lang,
}

impl Batch<'_> {
    /// For whom.
    pub fn organisation(&self) -> OrganisationId {
        self.permit.action().organisation
    }

    /// What identifies a row of the source, as a hash only this installation can make.
    pub fn key_hash<V>(&self, tx: &Tx<'_>, row: &Parsed<V>) -> String {
        tx.vault().keyed_hash(Purpose::ImportRows, &[self.source, &row.key])
    }

    /// What a row says, likewise.
    pub fn content_hash<V>(&self, tx: &Tx<'_>, row: &Parsed<V>) -> String {
        tx.vault().keyed_hash(Purpose::ImportRows, &["said", &row.said])
    }
}

/// What is to be done with a row.
pub enum Plan<V> {
    /// It is refused.
    Refuse(Vec<Wrong>),
    /// It says what it said last time.
    Unchanged(AnyId),
    /// It says something else.
    Change(AnyId, Box<Parsed<V>>),
    /// It is new.
    Record(Box<Parsed<V>>),
    /// The same row came earlier in this batch: it is looked at again when that is stored.
    Again,
}

type Read1<V> = Result<Parsed<V>, Vec<Wrong>>;

struct Session<'a, S: Subject> {
    db: &'a Db,
    order: &'a Order,
    subject: S,
    summary: Summary,
}

/// A dry run ends every transaction by this, so that nothing stays.
enum Ended<S> {
    Stopped(Stopped),
    Dry(Box<(Progress, Vec<Became>, S)>),
}

impl<S, E: Into<Stopped>> From<E> for Ended<S> {
    fn from(stopped: E) -> Self {
        Ended::Stopped(stopped.into())
    }
}

impl<'a, S: Subject> Session<'a, S> {
    fn new(db: &'a Db, order: &'a Order) -> Self {
        Self { db, order, subject: S::default(), summary: order.so_far }
    }

    fn run<R: Read>(
        mut self,
        mut rows: Rows<R>,
        mut observe: impl FnMut(&[RowResult], u64) -> bool,
    ) -> Result<Summary, Stopped> {
        let done = usize::try_from(self.summary.read).unwrap_or(usize::MAX);
        if done > 0 {
            let _ = rows.nth(done - 1);
        }
        let reading = Reading { today: calendar::oslo_day(self.db.clock().now()) };
        loop {
            let (lines, some) = self.next_rows(&mut rows, &reading);
            if let Some(error) = rows.failure().and_then(of_the_database) {
                return Err(error.into());
            }
            if some.is_empty() {
                return Ok(self.summary);
            }
            let position = rows.position();
            let results = self.write(lines, some, position)?;
            if !observe(&results, position) {
                return Err(Stopped::Interrupted);
            }
            self.keep_to_the_order()?;
        }
    }

    fn next_rows<R: Read>(&self, rows: &mut Rows<R>, reading: &Reading) -> (Vec<u64>, Vec<Read1<S::Value>>) {
        rows.by_ref().take(TOGETHER).map(|row| (line(&row), read::<S>(&row, reading, self.order.lang))).unzip()
    }

    fn keep_to_the_order(&self) -> Result<(), Stopped> {
        let passed = |most: Option<i64>, count: i64| most.is_some_and(|most| count > most);
        if passed(self.order.refused_at_most, self.summary.refused) {
            return Err(Stopped::Because(ImportStop::TooManyRefused));
        }
        if passed(self.order.changed_at_most, self.summary.changed) {
            return Err(Stopped::Because(ImportStop::TooManyChanged));
        }
        Ok(())
    }

    /// Writes some rows, with what became of them and how far the import is. A dry run rolls the rows back and writes down
    /// the rest by itself.
    fn write(&mut self, lines: Vec<u64>, rows: Vec<Read1<S::Value>>, position: u64) -> Result<Vec<RowResult>, Stopped> {
        let at = Progress { order: self.order.clone(), before: self.summary, lines, position };
        let mut subject = std::mem::take(&mut self.subject);
        let outcome = self.db.write_here(move |tx| {
            let permit = permitted(tx, &at.order)?;
            let batch = Batch { permit: &permit, source: &at.order.source, id: at.order.batch, lang: at.order.lang };
            let became = write(tx, &batch, &mut subject, rows)?;
            if at.order.dry_run {
                return Err(Ended::Dry(Box::new((at, became, subject))));
            }
            Ok((at.note(tx, became)?, subject))
        });
        let ((summary, results), subject) = match outcome {
            Ok(done) => done,
            Err(Ended::Stopped(stopped)) => return Err(stopped),
            Err(Ended::Dry(dry)) => {
                let (at, became, subject) = *dry;
                let noted = self.db.write_here(move |tx| at.note(tx, became))?;
                (noted, subject)
            }
        };
        self.subject = subject;
        self.summary = summary;
        Ok(results)
    }
}

/// The database's error, if a file that lies there could not be read. That says nothing about the file: what is left of
/// it can be read later, and is not to be taken for its end.
pub fn of_the_database(failure: io::Error) -> Option<Error> {
    failure.downcast().ok()
}

fn line(row: &Result<Row, Vec<RowFault>>) -> u64 {
    match row {
        Ok(row) => row.line,
        Err(faults) => faults.first().map_or(0, |fault| fault.line),
    }
}

fn read<S: Subject>(row: &Result<Row, Vec<RowFault>>, reading: &Reading, lang: Lang) -> Read1<S::Value> {
    match row {
        Ok(row) => S::parse(row, reading, lang),
        Err(faults) => Err(unreadable(faults, lang)),
    }
}

/// May the actor still, and is it still this worker's? One batch of an organisation is written at a time, so that two
/// imports of one file see each other's rows.
///
/// # Errors
/// `Interrupted` if it is not, the permit's and the database's.
pub fn permitted(tx: &mut Tx<'_>, order: &Order) -> Result<Permit<ImportRows>, Stopped> {
    let permit = tx.permit(&order.actor, order.rows).map_err(Problem::from)?;
    tx.lead(&format!("imports of {}", order.rows.organisation))?;
    match store::standing(tx, order.batch, order.runner)? {
        Standing::Ours => Ok(permit),
        Standing::Lost => Err(Stopped::Interrupted),
    }
}

/// How far an import is while some rows are written.
struct Progress {
    order: Order,
    before: Summary,
    lines: Vec<u64>,
    position: u64,
}

impl Progress {
    /// Writes down what became of the rows and how far the import is now.
    fn note(self, tx: &mut Tx<'_>, became: Vec<Became>) -> Result<(Summary, Vec<RowResult>), Error> {
        let mut summary = self.before;
        became.iter().for_each(|one| summary.count(one));
        let results: Vec<_> =
            self.lines.into_iter().zip(became).map(|(line, became)| RowResult::of(line, became)).collect();
        store::results(tx, self.order.batch, ImportStep::Import, self.before.read, &results)?;
        store::progress(tx, self.order.batch, summary, self.position)?;
        Ok((summary, results))
    }
}

fn write<S: Subject>(
    tx: &mut Tx<'_>,
    batch: &Batch<'_>,
    subject: &mut S,
    rows: Vec<Read1<S::Value>>,
) -> Result<Vec<Became>, Problem> {
    let (plans, mut again) = plan::<S>(tx, batch, rows)?;
    let mut became = subject.carry_out(tx, batch, plans)?;
    // A key twice within one batch is rare: what is left over goes through the same steps until nothing is.
    while !again.is_empty() {
        let (positions, rows): (Vec<_>, Vec<_>) = again.into_iter().unzip();
        let (plans, left) = plan::<S>(tx, batch, rows.into_iter().map(Ok).collect())?;
        let done = subject.carry_out(tx, batch, plans)?;
        let mut later = Vec::new();
        for ((i, position), one) in positions.iter().enumerate().zip(done) {
            match left.iter().find(|(index, _)| *index == i) {
                Some((_, row)) => later.push((*position, row.clone())),
                None => became[*position] = one,
            }
        }
        again = later;
    }
    let payload = serde_json::json!({ "batch": batch.id, "rows": became.len() });
    audit::note(tx, batch.permit, Some(batch.id.uuid()), Some(payload))?;
    Ok(became)
}

type Plans<V> = (Vec<Plan<V>>, Vec<(usize, Parsed<V>)>);

/// Decides about each row against what its source last said. The second list is of rows whose key came before.
fn plan<S: Subject>(
    tx: &mut Tx<'_>,
    batch: &Batch<'_>,
    rows: Vec<Read1<S::Value>>,
) -> Result<Plans<S::Value>, Problem> {
    let hashes: Vec<String> =
        rows.iter().map(|row| row.as_ref().map_or_else(|_| String::new(), |row| batch.key_hash(tx, row))).collect();
    let asked: Vec<&str> = hashes.iter().map(String::as_str).filter(|hash| !hash.is_empty()).collect();
    let before = S::last_said(tx, batch, &asked)?;
    let mut seen = HashSet::new();
    let mut again = Vec::new();
    let mut plans = Vec::with_capacity(rows.len());
    for (i, (row, hash)) in rows.into_iter().zip(hashes).enumerate() {
        plans.push(match row {
            Err(wrong) => Plan::Refuse(wrong),
            Ok(row) if seen.contains(&hash) => {
                again.push((i, row));
                Plan::Again
            }
            Ok(row) => {
                let plan = match before.get(&hash) {
                    None => Plan::Record(Box::new(row)),
                    Some((about, said)) if *said == batch.content_hash(tx, &row) => Plan::Unchanged(*about),
                    Some((about, _)) => Plan::Change(*about, Box::new(row)),
                };
                seen.insert(hash);
                plan
            }
        });
    }
    Ok((plans, again))
}
