//! What another retention schedule would change, before it is in force: until when everything is kept is worked out by both, and
//! nothing is written.

use std::collections::BTreeMap;

use crate::{
    completions::{
        facts::{Knowledge, Situation},
        keeping,
        store::situations,
    },
    law::{
        custody::Custody,
        periods::{Periods, periods},
        schedule::Schedule,
    },
    platform::{
        db::{Db, Tx},
        problem::Problem,
    },
    records::{schedule, store},
    words::*,
};

/// What would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rescheduled {
    /// By category, where anything would.
    pub by_category: BTreeMap<String, Moves>,
    /// How many custodies were looked at.
    pub looked_at: usize,
    /// How many of them would be kept as long as now.
    pub unchanged: usize,
}

/// How many custodies of a category would be kept otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// They would be kept longer.
    pub later: usize,
    /// They would be kept shorter.
    pub sooner: usize,
    /// Of these, those that would be due at once.
    pub due: usize,
    /// It could not be said any more until when.
    pub undecided: usize,
}

/// What another schedule would change today. Walks everything that is kept, some in each read.
///
/// # Errors
/// The database's.
pub fn look(db: &Db, to: &Schedule) -> Result<Rescheduled, Problem> {
    let (mut seen, mut next) = (Rescheduled::default(), Some(RecordId::nil()));
    while let Some(after) = next {
        next = db.read_here(|tx| {
            let ids = store::after(tx, after)?;
            compare(tx, &ids, to, &mut seen)?;
            Ok::<_, Problem>(ids.last().copied())
        })?;
    }
    Ok(seen)
}

fn compare(tx: &mut Tx<'_>, ids: &[RecordId], to: &Schedule, seen: &mut Rescheduled) -> Result<(), Problem> {
    let (situations, stored, today) = (situations(tx, ids)?, store::stored(tx, ids)?, tx.today());
    let of = |one: &Situation| -> Vec<Custody> { stored.of(one.record).cloned().collect() };
    let held: Vec<_> = situations.iter().map(|one| (one, of(one))).collect();
    let cases = keeping::cases(tx, &mut Knowledge::default(), &held, false)?;
    for ((_, custodies), cases) in held.iter().zip(cases) {
        for (custody, case) in custodies.iter().zip(cases) {
            let category = custody.category.code();
            let by = |schedule: &Schedule| schedule.rule(category).map(|rule| periods(rule, &case));
            if let (Some(now), Some(then)) = (by(schedule()), by(to)) {
                seen.note(category, &now, &then, today);
            }
        }
    }
    Ok(())
}

impl Rescheduled {
    fn note(&mut self, category: &str, now: &Periods, then: &Periods, today: Day) {
        self.looked_at += 1;
        if (now.erase_on(), now.missing.is_empty()) == (then.erase_on(), then.missing.is_empty()) {
            self.unchanged += 1;
            return;
        }
        let moves = self.by_category.entry(category.to_owned()).or_default();
        let is_due = then.erase_on().is_some_and(|day| day <= today);
        match (now.erase_on(), then.erase_on()) {
            (_, None) if !then.missing.is_empty() => moves.undecided += 1,
            (Some(before), Some(after)) if after < before => moves.sooner += 1,
            (None, Some(_)) => moves.sooner += 1,
            _ => moves.later += 1,
        }
        moves.due += usize::from(is_due);
    }
}
