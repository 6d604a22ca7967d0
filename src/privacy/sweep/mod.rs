//! The sweep: whatever has come to the end of its time goes, without anybody asking. Everything whose day has come is decided
//! again in the transaction that carries it out, so nothing goes that lies under a hold or a law's order.
//!
//! It walks what is due by its day, some of it in each transaction. What goes is not due any more, so a walk that was broken
//! off is begun again and goes on where it was; what is due and stays is passed over. Two walks at once end nothing twice:
//! the later one waits for the persons, and finds nothing of what the earlier one took.
//!
//! With it goes what people confirmed and could take back until the day.
//!
//! What fails holds up nothing that lies behind it: a portion that fails is tried one by one, and what still fails is passed over.

mod store;

use std::collections::{BTreeMap, BTreeSet};

use self::store::Due;
use super::decisions::{Open, open};
use crate::{
    completions::store::people_of,
    documents,
    platform::{
        audit,
        db::{Db, Error, Tx},
        fixed,
        http::House,
        problem::{Kind, Problem},
    },
    privacy::{
        carrying::end_or_reduce,
        cases,
        erasures::{
            awaited::store as waiting,
            cooling::{carry_out_waiting, waited},
        },
        transfers,
    },
    records::Ending,
    words::*,
};

/// How many custodies are looked at in one transaction.
const PORTION: i64 = 200;

/// What became of what was due, or would: by category of the schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Each category something was due in.
    pub by_category: BTreeMap<String, Counts>,
    /// How many could not be decided or carried out. They stay, are written to the log by their ids, and are tried again with
    /// the next sweep.
    pub failed: usize,
}

/// How many custodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They ended.
    pub gone: usize,
    /// They were reduced.
    pub reduced: usize,
    /// They stay under a legal hold.
    pub held: usize,
    /// They stay for another reason: the law orders it since, nobody has taken them over yet, they are reduced already.
    pub stay: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.gone += other.gone;
        self.reduced += other.reduced;
        self.held += other.held;
        self.stay += other.stay;
    }
}

impl Swept {
    /// Over all categories.
    pub fn all(&self) -> Counts {
        let mut all = Counts::default();
        self.by_category.values().for_each(|counts| all.add(*counts));
        all
    }

    fn add(&mut self, other: Swept) {
        self.failed += other.failed;
        other.by_category.into_iter().for_each(|(category, counts)| self.of(&category).add(counts));
    }

    fn of(&mut self, category: &str) -> &mut Counts {
        self.by_category.entry(category.to_owned()).or_default()
    }
}

/// What follows for a custody whose day has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follows {
    Ends,
    IsReduced,
    IsHeld,
    Stays,
}

impl Open {
    fn follows(&self, trigger: Trigger, on: Day) -> Follows {
        use DecisionAction::*;
        let decision = self.decide(trigger, on);
        match decision.action {
            Erase | EraseAfterWarning | Anonymise => Follows::Ends,
            Reduce if self.own.content != Content::of(&[Part::Fact]) => Follows::IsReduced,
            Keep if decision.layer == DecisionLayer::Hold => Follows::IsHeld,
            // What is to be archived or handed over stays until somebody has taken it.
            Reduce | Archive | HandOver | Keep | Stay | Restrict | Refer | Report | Undecided => Follows::Stays,
        }
    }
}

/// Some of what is due, decided.
struct Decided {
    ends: Vec<Ending>,
    reduced: BTreeSet<Ending>,
    counted: Swept,
}

fn decided(open: &[Open], trigger: Trigger, on: Day) -> Decided {
    let mut decided = Decided { ends: Vec::new(), reduced: BTreeSet::new(), counted: Swept::default() };
    for one in open {
        let counts = decided.counted.of(&one.own.category);
        let place = match one.follows(trigger, on) {
            Follows::Ends => {
                decided.ends.push(one.ending());
                &mut counts.gone
            }
            Follows::IsReduced => {
                decided.reduced.insert(one.ending());
                &mut counts.reduced
            }
            Follows::IsHeld => &mut counts.held,
            Follows::Stays => &mut counts.stay,
        };
        *place += 1;
    }
    decided
}

/// Sweeps what is due on a day: of a day that is still to come, what is due today.
///
/// # Errors
/// The database's. What was done before stays done.
pub async fn sweep(house: &House, on: Day, done_by: DoneBy) -> Result<Swept, Problem> {
    let (mut swept, mut from) = (Swept::default(), Some(Due::first()));
    while let Some(after) = from {
        from = match portion(house, on, after, PORTION, done_by).await {
            Ok((counted, next)) => {
                swept.add(counted);
                next
            }
            Err(problem) if is_passing(&problem) => return Err(problem),
            Err(_) => {
                let (counted, next) = one_by_one(house, on, after, done_by).await?;
                swept.add(counted);
                next
            }
        };
    }
    swept.add(cool_off(house, on, done_by).await?);
    Ok(swept)
}

/// Will the same go well the next time? Then there is nothing wrong with what is due.
fn is_passing(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Unavailable | Kind::StorageFull)
}

/// Sweeps so much of what is due: what became of it, and where to go on.
async fn portion(
    house: &House,
    on: Day,
    after: Due,
    at_most: i64,
    done_by: DoneBy,
) -> Result<(Swept, Option<Due>), Problem> {
    let url = house.config.public_url.clone();
    let step = house.db.write(move |tx| carry_out(tx, on, &after, at_most, done_by, &url)).await?;
    documents::discard(house, step.files).await;
    Ok((step.counted, step.next))
}

/// Sweeps a portion that failed one by one: what fails again is passed over.
async fn one_by_one(house: &House, on: Day, after: Due, done_by: DoneBy) -> Result<(Swept, Option<Due>), Problem> {
    let due = house.db.read(move |tx| store::due(tx, on.min(tx.today()), &after, PORTION)).await?;
    let (mut swept, mut before) = (Swept::default(), after);
    for one in &due {
        match portion(house, on, before, 1, done_by).await {
            Ok((counted, _)) => swept.add(counted),
            Err(problem) if is_passing(&problem) => return Err(problem),
            Err(problem) => {
                let Ending { record, controller, ground } = one.ending;
                tracing::error!(%record, %controller, %ground, cause = problem.cause, "it is due and could not be swept");
                swept.failed += 1;
            }
        }
        before = *one;
    }
    Ok((swept, next(due, PORTION)))
}

/// Carries out what people confirmed and could take back until a day: one receipt in each transaction.
async fn cool_off(house: &House, on: Day, done_by: DoneBy) -> Result<Swept, Problem> {
    let (mut swept, mut after) = (Swept::default(), waiting::Due::first());
    loop {
        let due = house.db.read(move |tx| waiting::next_due(tx, on.min(tx.today()), after)).await?;
        let Some(due) = due else { return Ok(swept) };
        match cool_off_one(house, on, due, done_by).await {
            Ok(counted) => swept.add(counted),
            Err(problem) if is_passing(&problem) => return Err(problem),
            Err(problem) => {
                tracing::error!(erasure = %due.erasure, cause = problem.cause, "it was confirmed and could not be erased");
                swept.failed += 1;
            }
        }
        after = due;
    }
}

async fn cool_off_one(house: &House, on: Day, due: waiting::Due, done_by: DoneBy) -> Result<Swept, Problem> {
    let url = house.config.public_url.clone();
    let done = house.db.write(move |tx| {
        let (on, mut counted) = (on.min(tx.today()), Swept::default());
        let look = |open: &[Open]| counted = decided(open, Trigger::Request, on).counted;
        let files = carry_out_waiting(tx, (due.erasure, on), done_by, &url, look)?;
        Ok::<_, Problem>((counted, files))
    });
    let (counted, files) = done.await?;
    documents::discard(house, files).await;
    Ok(counted)
}

/// Some of a sweep.
struct Step {
    counted: Swept,
    files: Vec<DocumentId>,
    next: Option<Due>,
}

/// Locks whom it is about, decides again, and does what is decided.
fn carry_out(
    tx: &mut Tx<'_>,
    on: Day,
    after: &Due,
    at_most: i64,
    done_by: DoneBy,
    public_url: &str,
) -> Result<Step, Problem> {
    // What has not come to its end must not go, whatever day somebody names.
    let on = on.min(tx.today());
    let due = store::due(tx, on, after, at_most)?;
    let people = people_of(tx, &records_of(&due))?;
    tx.lock_persons(&people)?;
    let Decided { ends, reduced, counted } = decided(&still_kept(tx, &due)?, Trigger::Sweep, on);
    let something = !ends.is_empty() || !reduced.is_empty();
    let done = end_or_reduce(tx, &ends, reduced)?;
    if something {
        audit::note_by(tx, (done_by, None), "sweep", None)?;
    }
    cases::deciding::settle(tx, &done.erasure, None, public_url)?;
    Ok(Step { counted, files: done.erasure.files, next: next(due, at_most) })
}

/// What a sweep on a day would do. Changes nothing, so the day may lie ahead.
///
/// # Errors
/// The database's.
pub fn look(db: &Db, on: Day) -> Result<Swept, Problem> {
    let (mut seen, mut from) = (Swept::default(), Some(Due::first()));
    while let Some(after) = from {
        let (counted, next) = db.read_here(|tx| {
            let due = store::due(tx, on, &after, PORTION)?;
            let Decided { counted, .. } = decided(&still_kept(tx, &due)?, Trigger::Sweep, on);
            Ok::<_, Problem>((counted, next(due, PORTION)))
        })?;
        seen.add(counted);
        from = next;
    }
    let mut after = waiting::Due::first();
    while let Some((due, counted)) = db.read_here(|tx| look_at_waiting(tx, on, after))? {
        seen.add(counted);
        after = due;
    }
    Ok(seen)
}

/// What would become of what waits for the next day on a receipt.
fn look_at_waiting(tx: &mut Tx<'_>, on: Day, after: waiting::Due) -> Result<Option<(waiting::Due, Swept)>, Problem> {
    let Some(due) = waiting::next_due(tx, on, after)? else { return Ok(None) };
    let of_the_day = waiting::on_receipt(tx, due.erasure)?.into_values().filter(|one| one.goes_on == Some(due.goes_on));
    let open = waited(tx, &of_the_day.map(|one| one.now).collect())?;
    Ok(Some((due, decided(&open, Trigger::Request, on).counted)))
}

fn records_of(due: &[Due]) -> Vec<RecordId> {
    due.iter().map(|one| one.ending.record).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Those of them that are there, with everything that bears on their end.
fn still_kept(tx: &mut Tx<'_>, due: &[Due]) -> Result<Vec<Open>, Problem> {
    let asked: BTreeSet<Ending> = due.iter().map(|one| one.ending).collect();
    let mut open = open(tx, &records_of(due))?;
    open.retain(|one| asked.contains(&one.ending()));
    Ok(open)
}

/// Where the walk goes on; nothing at its end.
fn next(mut due: Vec<Due>, at_most: i64) -> Option<Due> {
    if i64::try_from(due.len()).is_ok_and(|found| found < at_most) { None } else { due.pop() }
}

/// Under this name stands the last day that was swept.
const SWEPT: &str = "swept";

/// Sweeps if it has not been done today. A day on which no server ran is caught up with the next.
///
/// # Errors
/// The database's; it is tried again the next time.
pub async fn daily(house: &House) -> Result<Option<Swept>, Problem> {
    let today = house.db.read(|tx| Ok::<_, Problem>(unswept(tx)?)).await?;
    let Some(today) = today else { return Ok(None) };
    let swept = sweep(house, today, DoneBy::Job).await?;
    let done = house.db.write(move |tx| {
        transfers::work::resume(tx)?;
        Ok::<_, Problem>(fixed::say(tx, SWEPT, &today.to_string())?)
    });
    done.await?;
    Ok(Some(swept))
}

/// Today, unless it has been swept.
fn unswept(tx: &mut Tx<'_>) -> Result<Option<Day>, Error> {
    let (today, last) = (tx.today(), fixed::said(tx, SWEPT)?);
    let last: Option<Day> = last.and_then(|day| day.parse().ok());
    Ok(Some(today).filter(|today| last.is_none_or(|last| last < *today)))
}
