//! What has come to the end of its time goes by itself, and nothing else does.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use attest::{
    law::calendar::oslo_day,
    platform::db::{
        Error, Tx,
        run::prelude::*,
        schema::{custodies, erasure_ledger},
    },
    privacy::sweep::{Counts, Swept, daily, look, sweep},
    words::*,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;

use crate::{
    certificates::{issue, verify},
    support::{App, CRANE, Caller, World, json, of, text},
};

/// Sweeps what is due today: `category gone/reduced/held/stay`.
async fn swept(app: &App) -> Vec<String> {
    let today = oslo_day(app.clock.now());
    let swept = sweep(&app.server.house, today, DoneBy::Job).await.expect("swept");
    app.run_jobs().await;
    lines(&swept)
}

/// What a sweep on a day would do.
fn seen(app: &App, on: &str) -> Vec<String> {
    lines(&look(app.db(), on.parse().expect("a day")).expect("seen"))
}

fn lines(swept: &Swept) -> Vec<String> {
    let line = |(category, Counts { gone, reduced, held, stay }): (&String, &Counts)| {
        format!("{category} {gone}/{reduced}/{held}/{stay}")
    };
    swept.by_category.iter().map(line).collect()
}

const NOTHING: [&str; 0] = [];

/// Anna works for the crane company, which orders a course for her.
async fn ordered(world: &World, changes: Value) -> Value {
    let mut asked = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" });
    changes.as_object().expect("an object").iter().for_each(|(name, value)| asked[name] = value.clone());
    let completion = world.record(asked).await;
    world.app.run_jobs().await;
    completion
}

/// Anna works for the crane company; until when is not known.
async fn employed(world: &World) -> Value {
    world.anna_works_for_crane(Value::Null).await
}

/// The employment has ended.
async fn ended(world: &World, employment: &Value, on: &str) {
    let path = of(&world.crane, &format!("employments/{}", text(&employment["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": on })).await.expect(200);
    world.app.run_jobs().await;
}

/// The school is certified for T4.
async fn certified(world: &World) {
    let certification = json!({ "competences": [world.t4], "from": "2020-01-01", "number": "SO-1" });
    world.app.operator().await.post(&of(&world.school, "certifications"), certification).await.expect(201);
    world.app.run_jobs().await;
}

/// A hold on everything the crane company holds about Anna; the hold.
async fn hold(world: &World, officer: &Caller, person: &Value) -> Value {
    let review_on = world.app.clock.now().plus(TimeDelta::days(30)).utc().date_naive().to_string();
    let new = json!({ "person": person, "reason": "accident", "owner": officer.person, "review_on": review_on });
    officer.post(&of(&world.crane, "legal-holds"), new).await.expect(201)
}

#[actix_web::test]
async fn an_employer_s_statutory_copy_goes_by_itself_on_the_day_after_its_wish_is_over() {
    let world = World::start().await;
    let job = employed(&world).await;
    let completion = ordered(&world, json!({})).await;
    let anna = world.anna_who_claimed().await;
    assert_eq!(seen(&world.app, "2060-01-01"), NOTHING, "as long as she works there the law orders it kept");
    ended(&world, &job, "2026-06-10").await;
    world.app.on("2029-12-31");
    assert_eq!(swept(&world.app).await, NOTHING);
    world.app.on("2030-01-01");
    assert_eq!(swept(&world.app).await, ["RS10 1/0/0/0"]);
    assert_eq!(world.app.count("erasure_ledger"), 1);
    assert!(world.app.dump("erasure_ledger").contains("RS10"));
    let anna = world.app.signed_in_again(&anna).await;
    assert_eq!(world.held_by(&anna, &completion).await, ["Fjordkurs AS: delivered"], "and nobody else's copy with it");
    assert_eq!(swept(&world.app).await, NOTHING, "twice is once");
    assert_eq!(world.app.count("erasure_ledger"), 1);
}

#[actix_web::test]
async fn what_an_employer_wanted_twelve_months_after_somebody_left_is_gone() {
    let world = World::start().await;
    let job = employed(&world).await;
    ordered(&world, json!({ "course": world.hydraulics })).await;
    ended(&world, &job, "2026-06-10").await;
    world.app.on("2027-06-10");
    assert_eq!(swept(&world.app).await, NOTHING);
    world.app.on("2027-06-11");
    assert_eq!(swept(&world.app).await, ["RS12 1/0/0/0"]);
}

#[actix_web::test]
async fn a_certified_provider_s_copy_goes_with_its_certificate_when_its_holder_turned_seventy_five() {
    let world = World::start().await;
    certified(&world).await;
    let completion = world.record(json!({})).await;
    let certificate = issue(&world, &[&completion]).await;
    world.app.run_jobs().await;
    let files = world.app.count("documents");
    world.app.on("2066-05-17");
    assert_eq!(swept(&world.app).await, NOTHING);
    world.app.on("2066-05-18");
    assert_eq!(swept(&world.app).await, ["RS09 1/0/0/0"]);
    assert_eq!(world.app.count("records") + world.app.count("certificates"), 0);
    assert_eq!(world.app.count("documents"), files - 1);
    assert_eq!(verify(&world, &certificate).await["status"], "erased");
}

#[actix_web::test]
async fn where_an_employer_must_keep_it_the_certificate_stays_and_its_issuer_confirms_it_no_longer() {
    let world = World::start().await;
    certified(&world).await;
    employed(&world).await;
    let completion = ordered(&world, json!({ "result": "særdeles godt" })).await;
    let certificate = issue(&world, &[&completion]).await;
    world.app.on("2066-05-18");
    assert_eq!(seen(&world.app, "2066-05-18"), ["RS09 1/0/0/0"]);
    assert_eq!(swept(&world.app).await, ["RS09 1/0/0/0"]);
    assert_eq!((world.app.count("records"), world.app.count("certificates")), (1, 1));
    assert_eq!(verify(&world, &certificate).await["status"], "erased");
}

#[actix_web::test]
async fn a_body_forgets_what_can_be_renewed_no_longer() {
    let world = World::start().await;
    world.record(json!({ "course": world.hot_work, "on": "2020-05-01" })).await;
    world.app.on("2028-05-01");
    assert_eq!(swept(&world.app).await, NOTHING);
    world.app.on("2028-05-02");
    assert_eq!(swept(&world.app).await, ["RS15 1/0/0/0"]);
}

#[actix_web::test]
async fn what_lies_under_a_hold_stays_and_goes_the_day_after_the_hold_is_lifted() {
    let world = World::start().await;
    let job = employed(&world).await;
    let completion = ordered(&world, json!({})).await;
    ended(&world, &job, "2026-06-10").await;
    world.app.on("2029-12-31");
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let hold = hold(&world, &officer, &completion["person"]["id"]).await;
    world.app.on("2030-01-01");
    assert_eq!(
        daily(&world.app.server.house).await.expect("swept").map(|all| lines(&all)),
        Some(vec!["RS10 0/0/1/0".into()])
    );
    assert_eq!(swept(&world.app).await, ["RS10 0/0/1/0"], "each walk passes over it, and ends");
    assert_eq!(world.app.count("erasure_ledger"), 0);
    let officer = world.app.signed_in_again(&officer).await;
    officer.delete(&format!("{}/{}", of(&world.crane, "legal-holds"), text(&hold["id"]))).await.expect(204);
    world.app.run_jobs().await;
    assert_eq!(daily(&world.app.server.house).await.expect("swept"), None, "today has been swept");
    world.app.on("2030-01-02");
    assert_eq!(
        daily(&world.app.server.house).await.expect("swept").map(|all| lines(&all)),
        Some(vec!["RS10 1/0/0/0".into()])
    );
    assert_eq!(world.app.count("erasure_ledger"), 1);
}

#[actix_web::test]
async fn a_day_is_swept_once_and_a_day_without_a_server_is_caught_up() {
    let world = World::start().await;
    let job = employed(&world).await;
    ordered(&world, json!({})).await;
    ended(&world, &job, "2026-06-10").await;
    let house = &world.app.server.house;
    let all = |swept: Option<Swept>| swept.map(|swept| swept.all().gone);
    assert_eq!(all(daily(house).await.expect("swept")), Some(0));
    assert_eq!(all(daily(house).await.expect("swept")), None);
    world.app.on("2030-02-14");
    assert_eq!(all(daily(house).await.expect("swept")), Some(1));
    assert_eq!(all(daily(house).await.expect("swept")), None);
    world.app.run_jobs().await;
}

/// More than one transaction's worth, all due on one day.
async fn many(world: &World) -> usize {
    let job = employed(world).await;
    let mut recorded = 0;
    for month in 1..=12 {
        for day in 1..=18 {
            let on = format!("2025-{month:02}-{day:02}");
            world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "on": on })).await;
            recorded += 1;
        }
    }
    ended(world, &job, "2026-06-10").await;
    recorded
}

#[actix_web::test]
async fn two_sweeps_at_once_and_one_that_was_broken_off_end_everything_once() {
    let world = World::start().await;
    let due = many(&world).await;
    world.app.on("2030-01-01");
    let today = oslo_day(world.app.clock.now());
    let house = &world.app.server.house;
    // Given up in the middle: what had begun is done or not, as a whole.
    let _ = tokio::time::timeout(Duration::from_millis(1), sweep(house, today, DoneBy::Job)).await;
    let both = join_all([sweep(house, today, DoneBy::Job), sweep(house, today, DoneBy::Console)]).await;
    both.into_iter().for_each(|swept| assert_eq!(swept.expect("swept").all().held, 0));
    let named =
        |tx: &mut Tx<'_>| erasure_ledger::table.select(erasure_ledger::records).load(tx.conn()).map_err(Error::from);
    let entries: Vec<String> = world.app.db().read_here(named).expect("read");
    let records: Vec<&str> = entries.iter().flat_map(|entry| entry.split(' ')).collect();
    let distinct: BTreeSet<&str> = records.iter().copied().collect();
    assert_eq!((records.len(), distinct.len()), (due, due), "each is written down once");
    assert_eq!(seen(&world.app, "2030-01-01"), NOTHING);
    world.app.run_jobs().await;
}

#[actix_web::test]
async fn a_walk_passes_over_what_stays_however_much_that_is() {
    let world = World::start().await;
    let due = many(&world).await;
    world.app.on("2029-12-31");
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let cards = world.app.signed_in_again(&world.hr).await.get(&of(&world.crane, "persons")).await.expect(200);
    hold(&world, &officer, &cards["items"][0]["person"]).await;
    world.app.on("2030-01-01");
    assert_eq!(swept(&world.app).await, [format!("RS10 0/0/{due}/0")]);
    assert_eq!(world.app.count("erasure_ledger"), 0);
}

#[actix_web::test]
async fn to_look_changes_nothing_and_a_day_that_lies_ahead_takes_nothing() {
    let world = World::start().await;
    certified(&world).await;
    let job = employed(&world).await;
    ordered(&world, json!({})).await;
    ordered(&world, json!({ "course": world.hydraulics })).await;
    ended(&world, &job, "2026-06-10").await;
    let before = world.app.every_row();
    assert_eq!(seen(&world.app, "2026-03-02"), NOTHING);
    assert_eq!(seen(&world.app, "2029-12-31"), ["RS12 1/0/0/0"]);
    assert_eq!(seen(&world.app, "2030-01-01"), ["RS10 1/0/0/0", "RS12 1/0/0/0"]);
    assert_eq!(seen(&world.app, "2070-01-01"), ["RS09 1/0/0/0", "RS10 1/0/0/0", "RS12 1/0/0/0"]);
    assert!(world.app.every_row() == before, "to look changes nothing");
    let ahead = "2070-01-01".parse().expect("a day");
    let swept = sweep(&world.app.server.house, ahead, DoneBy::Console).await.expect("swept");
    assert_eq!(swept, Swept::default(), "none of it is over today");
    assert!(world.app.every_row() == before);
}

/// By custody: until when the law orders it kept, and the day it goes.
fn kept(app: &App) -> Vec<(String, Option<String>, Option<Day>)> {
    let rows = app.db().read_here(|tx| {
        custodies::table
            .select((custodies::category, custodies::must_keep, custodies::erase_on))
            .load(tx.conn())
            .map_err(Error::from)
    });
    rows.expect("read")
}

#[actix_web::test]
async fn whatever_day_one_looks_at_nothing_goes_that_the_law_orders_kept() {
    let world = World::start().await;
    certified(&world).await;
    let job = employed(&world).await;
    ordered(&world, json!({})).await;
    ordered(&world, json!({ "course": world.hydraulics })).await;
    world.record(json!({ "course": world.hot_work, "on": "2024-05-01" })).await;
    world.record(json!({ "ordered_by": CRANE, "person_reference": "F-002", "email": "odd@example.no" })).await;
    let mut went = BTreeMap::<String, usize>::new();
    for end in [None, Some("2026-06-10")] {
        if let Some(end) = end {
            ended(&world, &job, end).await;
        }
        let kept = kept(&world.app);
        for months in (0..50 * 12).step_by(5) {
            let on = attest::law::calendar::months_after(oslo_day(world.app.clock.now()), months);
            let ordered = |must_keep: &Option<String>| {
                // A text that is no day is an event that has not come, or not known.
                must_keep.as_ref().is_some_and(|until| {
                    until.parse::<Day>().is_ok_and(|last| on <= last) || until.parse::<Day>().is_err()
                })
            };
            for (category, counts) in look(world.app.db(), on).expect("seen").by_category {
                let free = kept.iter().filter(|(of, must_keep, _)| *of == category && !ordered(must_keep)).count();
                assert!(counts.gone + counts.reduced <= free, "{category} on {on}");
                *went.entry(category).or_default() += counts.gone;
            }
        }
    }
    assert_eq!(went.keys().collect::<Vec<_>>(), ["RS09", "RS10", "RS12", "RS15"], "and each had its day");
}

#[actix_web::test]
async fn what_cannot_be_swept_holds_up_nothing_that_lies_behind_it() {
    let world = World::start().await;
    let job = employed(&world).await;
    let (first, second) = (ordered(&world, json!({})).await, ordered(&world, json!({ "on": "2026-02-02" })).await);
    ended(&world, &job, "2026-03-02").await;
    let broken: RecordId = text(&first["id"]).parse().expect("an id");
    world
        .app
        .write(move |tx| {
            let row = custodies::table
                .filter(custodies::record.eq(broken))
                .filter(custodies::capacity.eq(Capacity::Employer));
            diesel::update(row).set(custodies::category.eq("RS99")).execute(tx.conn()).map_err(Error::from)?;
            Ok(())
        })
        .await;
    world.app.on("2030-01-01");
    let today = oslo_day(world.app.clock.now());
    let swept = sweep(&world.app.server.house, today, DoneBy::Job).await.expect("swept");
    assert_eq!((swept.failed, lines(&swept)), (1, vec!["RS10 1/0/0/0".to_owned()]));
    let held = world.app.dump("custodies");
    let left = |one: &Value| held.lines().any(|line| line.contains("ordered") && mentions(line, one));
    assert!(left(&first) && !left(&second), "{held}");
    assert!(daily(&world.app.server.house).await.expect("swept").is_some(), "and the day is done");
    assert!(daily(&world.app.server.house).await.expect("swept").is_none());
    world.app.mails().await;
}

/// Does a row name a record, in whichever way the database writes ids?
fn mentions(line: &str, record: &Value) -> bool {
    let (line, id) = (line.to_lowercase(), text(&record["id"]));
    line.contains(&id) || line.contains(&id.replace('-', ""))
}
