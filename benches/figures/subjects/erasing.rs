//! Deciding what may go: the pure decision, and the plan of the person of whom most is kept. And letting it go: one person's
//! erasure, as it is confirmed, over a bare transaction that deletes the same rows on the same connection. SQLite's log is
//! emptied behind both, before the next.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use attest::{
    access::Actor,
    app::App,
    law::{
        decision::{Kept, decide},
        periods::{Case, periods},
    },
    people,
    platform::{
        db::{
            Error, Tx,
            connection::Purpose,
            run::prelude::*,
            schema::{card_emails, cards, completion_versions, completions, courses, custodies, persons, records},
        },
        problem::Problem,
    },
    privacy::{
        decisions::open,
        erasures::{self, confirm, plan},
    },
    records::schedule,
    words::*,
};
use diesel::dsl::count_star;
use serde_json::json;

use super::ratio_of;
use crate::{
    Failure,
    load::{Line, post},
    options::Options,
    place::Place,
    report::{Figure, Goal},
    serving,
    world::{World, provider, recorder},
};

const DECISIONS: u32 = 5_000_000;
/// Decisions a second on one core, and how long a plan may take.
const LEAST: f64 = 2_000_000.0;
const MOST: Duration = Duration::from_millis(20);
const PLANS: usize = 200;

pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
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
    let (ours, floor) = letting_go(place, world, &app)?;
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
        ratio_of(
            &format!("one person's erasure of {RECORDS} records over bare deletes, half of them within"),
            place,
            ours,
            floor,
            Goal::AtMost(2.0),
        ),
    ])
}

/// How long an erasure takes, and how long a bare one: half of them within.
pub fn letting_go(place: &Place, world: &World, app: &App) -> Result<(Duration, Duration), Failure> {
    let (leavers, receiver) = (leavers(place, app)?, world.staff_officer().person);
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for (n, person) in leavers.into_iter().enumerate() {
        // The writer empties the log of what was erased after it has answered; nobody else waits for that here.
        std::thread::sleep(BETWEEN);
        if n % 2 == 0 {
            // What they were shown before they confirmed.
            let plan = app.house.db.read_here(|tx| planned(tx, person)).map_err(|problem| format!("{problem:?}"))?;
            let began = Instant::now();
            let erased = app.house.db.write_here(move |tx| erase(tx, person, &plan, receiver));
            erased.map_err(|problem| format!("{problem:?}"))?;
            ours.push(began.elapsed());
        } else {
            let began = Instant::now();
            app.house.db.write_here(move |tx| delete(tx, person))?;
            floor.push(began.elapsed());
        }
    }
    ours.sort_unstable();
    floor.sort_unstable();
    Ok((ours[ours.len() / 2], floor[floor.len() / 2]))
}

const RECORDS: usize = 40;
/// From one who leaves to the next.
const BETWEEN: Duration = Duration::from_millis(30);
const LEAVERS: usize = 40;
/// Whose people they are: the largest provider.
const RECORDER: u64 = 0;

/// People of whom one provider has recorded so many completions nobody ordered, of a course no law asks for.
fn leavers(place: &Place, app: &App) -> Result<Vec<PersonId>, Failure> {
    let (db, product) = (&app.house.db, serving::product(app)?);
    let course = db.write_here(a_course)?;
    let token = app.tokens.issue(Actor::Client(recorder(RECORDER)), db.clock().now())?;
    let mut line = Line::open(product.address)?;
    for n in 0..LEAVERS * RECORDS {
        let (leaver, nth) = (n / RECORDS, n % RECORDS);
        let body = json!({
            "person_reference": format!("{course}-{leaver}"), "name": "Kari Nordmann", "course": course, "outcome": "passed",
            "on": format!("2026-01-{:02}", nth % 28 + 1), "result": format!("{nth}"),
        });
        line.ask(&post(&format!("/v1/organisations/{}/completions", provider(RECORDER)), &token, &body))?;
    }
    let mut conn = place.location.open(Purpose::Write)?;
    let known = cards::table
        .filter(cards::holder.eq(provider(RECORDER)))
        .filter(cards::external_reference.like(format!("{course}-%")))
        .select(cards::person);
    Ok(known.load(&mut conn)?)
}

fn a_course(tx: &mut Tx<'_>) -> Result<CourseId, Error> {
    let (id, now): (CourseId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(courses::table)
        .values((
            (courses::id.eq(id), courses::provider.eq(provider(RECORDER)), courses::code.eq(id.to_string())),
            (courses::title_nb.eq("Hydraulikk"), courses::sensitive.eq(false)),
            (courses::created_at.eq(now), courses::version.eq(1)),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// As it is confirmed over HTTP.
fn erase(tx: &mut Tx<'_>, person: PersonId, plan: &str, receiver: PersonId) -> Result<(), Problem> {
    people::store::lock_human(tx, person)?;
    let ids = records_of(tx, person)?;
    let open = open(tx, &ids)?;
    let (receipt, _) = confirm(tx, person, open, plan, "http://127.0.0.1")?;
    assert_eq!(receipt.gone.len(), RECORDS, "everything may go");
    // Who has no account is forgotten with the last record: the receipt is somebody else's here.
    erasures::store::keep(tx, receiver, &receipt)?;
    Ok(())
}

fn delete(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    tx.erased();
    let of = || records::table.filter(records::person.eq(person)).select(records::id);
    let held = || cards::table.filter(cards::person.eq(person)).select(cards::id);
    diesel::delete(custodies::table.filter(custodies::record.eq_any(of()))).execute(tx.conn())?;
    diesel::delete(completion_versions::table.filter(completion_versions::completion.eq_any(of())))
        .execute(tx.conn())?;
    diesel::delete(completions::table.filter(completions::record.eq_any(of()))).execute(tx.conn())?;
    diesel::delete(records::table.filter(records::person.eq(person))).execute(tx.conn())?;
    diesel::delete(card_emails::table.filter(card_emails::card.eq_any(held()))).execute(tx.conn())?;
    diesel::delete(cards::table.filter(cards::person.eq(person))).execute(tx.conn())?;
    diesel::delete(persons::table.filter(persons::id.eq(person))).execute(tx.conn())?;
    Ok(())
}

fn records_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<RecordId>, Error> {
    let ids = records::table.filter(records::person.eq(person)).order(records::id).select(records::id);
    Ok(ids.load(tx.conn())?)
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
    let ids = records_of(tx, person)?;
    let open = open(tx, &ids)?;
    Ok(plan::of(&open, tx.today()))
}
