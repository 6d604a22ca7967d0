//! Deciding what may go: the pure decision, and the plan of the person of whom most is kept.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use attest::{
    law::{
        decision::{Kept, decide},
        periods::{Case, periods},
    },
    platform::{
        db::{Error, Tx, run::prelude::*, schema::records},
        problem::Problem,
    },
    privacy::{decisions::open, erasures::plan},
    records::schedule,
    words::*,
};
use diesel::dsl::count_star;

use super::ratio_of;
use crate::{
    Failure,
    options::Options,
    place::Place,
    report::{Figure, Goal},
    world::World,
};

const DECISIONS: u32 = 5_000_000;
/// Decisions a second on one core, and how long a plan may take.
const LEAST: f64 = 2_000_000.0;
const MOST: Duration = Duration::from_millis(20);
const PLANS: usize = 200;

pub fn measure(place: &Place, _: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let rate = decisions_a_second()?;
    let app = place.app()?;
    let db = &app.house.db;
    let (person, count) = db.read_here(busiest)?;
    let mut took = Vec::with_capacity(PLANS);
    for _ in 0..PLANS {
        let asked = Instant::now();
        black_box(db.read_here(|tx| planned(tx, person)).map_err(|problem| format!("{problem:?}"))?);
        took.push(asked.elapsed());
    }
    took.sort_unstable();
    let what = format!("the plan of an erasure of {count} records, half of them within");
    Ok(vec![
        Figure {
            what: "decisions about what is kept, on one core".into(),
            database: place.name(),
            ours: format!("{rate:.0}/s"),
            floor: format!("{LEAST:.0}/s"),
            ratio: Some(rate / LEAST),
            goal: Goal::AtLeast(1.0),
        },
        ratio_of(&what, place, took[PLANS / 2], MOST, Goal::AtMost(1.0)),
    ])
}

/// Of every rule, as often as of the others.
fn decisions_a_second() -> Result<f64, Failure> {
    let today: Day = "2026-11-22".parse()?;
    let case = Case::default().on(Anchor::Completed, today).not_yet(Anchor::RelationEnd).on(Anchor::Issued, today);
    let kept: Vec<_> = schedule().rules().map(|rule| (rule, periods(rule, &case))).collect();
    let (began, mut erased) = (Instant::now(), 0_u32);
    for n in 0..DECISIONS {
        let (rule, periods) = &kept[n as usize % kept.len()];
        let one = Kept {
            rule,
            terms: &rule.terms,
            periods,
            held: false,
            released: false,
            withdrawn: false,
            choice: case.choice(),
            proves: n % 2 == 0,
            built_on: false,
            reduced: false,
        };
        erased += u32::from(decide(black_box(&one), Trigger::Request, today).action.erases());
    }
    black_box(erased);
    Ok(f64::from(DECISIONS) / began.elapsed().as_secs_f64())
}

/// The person with most records.
fn busiest(tx: &mut Tx<'_>) -> Result<(PersonId, i64), Error> {
    Ok(records::table
        .group_by(records::person)
        .order(count_star().desc())
        .select((records::person, count_star()))
        .first(tx.conn())?)
}

fn planned(tx: &mut Tx<'_>, person: PersonId) -> Result<String, Problem> {
    let ids = records::table.filter(records::person.eq(person)).order(records::id).select(records::id);
    let ids: Vec<RecordId> = ids.load(tx.conn()).map_err(Error::from)?;
    let open = open(tx, &ids)?;
    Ok(plan::of(&open, tx.today()))
}
