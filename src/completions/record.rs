//! Records completions, one or many, and corrects them by new versions.

use std::collections::BTreeSet;

use super::{
    Content, OrderedBy,
    actions::RecordCompletions,
    certify::batches::wish,
    facts::{Knowledge, Situation, hold_again, hold_new},
    store,
};
use crate::{
    access::Permit,
    certificates::issue::store::is_certified,
    platform::{
        audit,
        db::{Error, Tx},
        problem::{Findings, Problem},
    },
    words::*,
};

/// A completion to record.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Whom it is about.
    pub person: PersonId,
    /// The competence, if it is about one.
    pub competence: Option<CompetenceId>,
    /// The course, if it is known.
    pub course: Option<CourseId>,
    /// Ties completions that came from one event.
    pub event: Option<EventId>,
    /// What it says.
    pub content: Content,
}

/// What must hold between the parts of a completion, whoever states them.
pub fn check(content: &Content, born: Option<Day>, today: Day) -> Findings {
    let mut findings = Findings::default();
    match content.on {
        None if content.outcome.carries_competence() => findings.add("/on", Fault::DayNeeded),
        Some(on) if on > today => findings.add("/on", Fault::InTheFuture),
        Some(on) if born.is_some_and(|born| on < born) => findings.add("/on", Fault::BeforeBirth),
        _ => {}
    }
    findings
}

/// Records completions together with everyone who holds them. The persons are locked by whoever found them.
///
/// # Errors
/// The database's.
pub fn record(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    knowledge: &mut Knowledge,
    recordings: &[Recording],
    batch: Option<BatchId>,
) -> Result<Vec<RecordId>, Error> {
    let recorder = permit.action().organisation;
    let ids: Vec<RecordId> = recordings.iter().map(|_| tx.new_id()).collect();
    store::insert(tx, permit, &ids, recordings, batch)?;
    let situations: Vec<Situation> = ids
        .iter()
        .zip(recordings)
        .map(|(id, recording)| Situation {
            record: *id,
            person: recording.person,
            recorder,
            competence: recording.competence,
            content: recording.content.clone(),
            in_portfolio: false,
            handed_over_to: BTreeSet::new(),
            recorded_on: tx.today(),
        })
        .collect();
    hold_new(tx, knowledge, &situations)?;
    let mut certified = Vec::new();
    for (id, recording) in ids.iter().zip(recordings) {
        if knowledge.certifies(tx, recording.course, &recording.content)? {
            certified.push(*id);
        }
    }
    wish(tx, recorder, &certified)?;
    Ok(ids)
}

/// Appends a version to one of the recorder's own completions and works out again who holds it. `say` makes the content and
/// the reason from what the completion says now. Who still holds
/// it hears of the change, who no longer does of the end.
///
/// # Errors
/// 404 if the organisation did not record it, 422 if the content cannot be.
pub fn correct(
    tx: &mut Tx<'_>,
    permit: &Permit<RecordCompletions>,
    completion: RecordId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    say: impl FnOnce(&mut Tx<'_>, Content) -> Result<(Content, String), Problem>,
) -> Result<(), Problem> {
    let current = store::recorded(tx, permit.action().organisation, completion)?;
    tx.lock_persons(&[current.person])?;
    let current = store::recorded(tx, permit.action().organisation, completion)?;
    expected(current.version)?;
    let (content, reason) = say(tx, current.content.clone())?;
    let born = store::birth_date(tx, permit.action().organisation, current.person)?;
    check(&content, born, tx.today()).check()?;
    if current.content == content {
        return Ok(());
    }
    let version = current.version + 1;
    store::append(tx, permit, completion, version, &content, Some(&reason), None)?;
    hold_again(tx, &[completion])?;
    // What has a certificate keeps it: that one is corrected by whoever issued it.
    if Knowledge::default().certifies(tx, current.course, &content)? && !is_certified(tx, completion)? {
        wish(tx, permit.action().organisation, &[completion])?;
    }
    store::publish_change(tx, completion)?;
    audit::note(tx, permit, Some(completion.uuid()), Some(serde_json::json!({ "version": version })))?;
    Ok(())
}

/// Who ordered it, with a sub-unit resolved to its legal entity.
///
/// # Errors
/// `Unknown` at `/ordered_by` for a number nobody here has.
pub fn orderer(tx: &mut Tx<'_>, number: &str) -> Result<OrderedBy, Problem> {
    match crate::organisations::store::legal_entity_by_number(tx, number)? {
        Some(id) if id != OPERATOR => Ok(OrderedBy::Organisation(id)),
        _ => Err(Problem::at("/ordered_by", Fault::Unknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(outcome: Outcome, on: Option<&str>) -> Content {
        let on = on.map(|day| day.parse().expect("a day"));
        Content { outcome, on, hours: None, result: None, run: None, ordered_by: OrderedBy::Unstated }
    }

    #[test]
    fn passed_needs_a_day_that_has_been_and_comes_after_birth() {
        let today: Day = "2026-11-22".parse().expect("a day");
        let born = Some("1990-05-17".parse().expect("a day"));
        for (outcome, on, expected) in [
            (Outcome::Passed, Some("2026-11-22"), None),
            (Outcome::Passed, None, Some("day_needed")),
            (Outcome::Distinction, None, Some("day_needed")),
            (Outcome::Withdrawn, None, None),
            (Outcome::Attended, Some("2026-11-23"), Some("in_the_future")),
            (Outcome::Failed, Some("1990-05-16"), Some("before_birth")),
        ] {
            let found = check(&content(outcome, on), born, today).into_vec();
            assert_eq!(found.first().map(|finding| finding.fault.code()), expected, "{outcome} {on:?}");
        }
    }
}
