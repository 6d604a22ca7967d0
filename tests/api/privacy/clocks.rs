//! What lies in nobody's custody ends by its own clock.

use attest::{app::run_clocks, law::calendar::oslo_day, privacy::sweep::sweep, words::*};
use serde_json::Value;

use crate::support::{CRANE, World, json, of, text};

async fn clocks(world: &World) {
    run_clocks(world.app.db()).await.expect("the clocks run");
    world.app.run_jobs().await;
}

async fn swept(world: &World) {
    let today = oslo_day(world.app.clock.now());
    sweep(&world.app.server.house, today, DoneBy::Job).await.expect("swept");
    world.app.run_jobs().await;
}

/// How many rows are left on each of two days.
async fn left(world: &World, table: &str, days: [&str; 2]) -> [usize; 2] {
    let mut left = [0; 2];
    for (place, day) in left.iter_mut().zip(days) {
        world.app.on(day);
        clocks(world).await;
        *place = world.app.count(table);
    }
    left
}

/// Anna has the school's private course erased, on 2 March 2026.
async fn erased(world: &World) {
    world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let plan = anna.post("/v1/me/erasure-plan", json!({})).await.expect(200);
    anna.post("/v1/me/erasures", json!({ "plan": plan["plan"] })).await.expect(201);
}

#[actix_web::test]
async fn a_receipt_is_kept_for_three_years() {
    let world = World::start().await;
    erased(&world).await;
    assert_eq!(left(&world, "erasures", ["2029-03-02", "2029-03-03"]).await, [1, 0]);
}

#[actix_web::test]
async fn an_entry_of_the_ledger_is_kept_for_three_years_with_what_it_is_found_by() {
    let world = World::start().await;
    erased(&world).await;
    assert!(world.app.count("erasure_hashes") > 0);
    assert_eq!(left(&world, "erasure_ledger", ["2029-03-02", "2029-03-03"]).await, [1, 0]);
    assert_eq!(world.app.count("erasure_hashes"), 0);
}

#[actix_web::test]
async fn a_hold_that_was_lifted_is_kept_for_three_years_and_one_that_holds_as_long_as_it_holds() {
    let world = World::start().await;
    let completion = world.record(json!({ "ordered_by": CRANE })).await;
    world.app.run_jobs().await;
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let new = json!({
        "record": completion["id"], "reason": "accident", "owner": officer.person, "review_on": "2026-09-01",
    });
    let holds = of(&world.crane, "legal-holds");
    let first = officer.post(&holds, new.clone()).await.expect(201);
    officer.post(&holds, new).await.expect(201);
    officer.delete(&format!("{holds}/{}", text(&first["id"]))).await.expect(204);
    world.app.run_jobs().await;
    assert_eq!(left(&world, "legal_holds", ["2029-03-02", "2029-03-03"]).await, [2, 1]);
}

#[actix_web::test]
async fn who_was_a_member_is_known_for_twelve_months() {
    let world = World::start().await;
    let administrator = world.app.member(&world.crane, Role::Administrator).await;
    let members = administrator.get(&of(&world.crane, "memberships")).await.expect(200);
    let hr = world.hr.person.map(|id| id.to_string());
    let of_hr = members["items"].as_array().expect("items").iter().find(|one| one["person"].as_str() == hr.as_deref());
    let membership = text(&of_hr.expect("a member")["id"]);
    administrator.delete(&of(&world.crane, &format!("memberships/{membership}"))).await.expect(204);
    let before = world.app.count("memberships");
    assert_eq!(left(&world, "memberships", ["2027-03-02", "2027-03-03"]).await, [before, before - 1]);
}

async fn ended(world: &World, employment: &Value) {
    let path = of(&world.crane, &format!("employments/{}", text(&employment["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": "2026-06-10" })).await.expect(200);
    world.app.run_jobs().await;
}

/// Anna worked for the crane company until 10 June 2026, which ordered a course for her.
async fn left_the_company(world: &World, course: &Value) -> Value {
    let job = world.anna_works_for_crane(Value::Null).await;
    let asked = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "course": course });
    let completion = world.record(asked).await;
    ended(world, &job).await;
    completion
}

#[actix_web::test]
async fn an_employment_stays_as_long_as_what_the_employer_keeps_counts_from_it_and_goes_with_the_card() {
    let world = World::start().await;
    left_the_company(&world, &world.truck).await;
    world.app.on("2029-12-31");
    clocks(&world).await;
    assert_eq!(world.app.count("employments"), 1);
    world.app.on("2030-01-01");
    clocks(&world).await;
    assert_eq!(world.app.count("employments"), 1, "the employer's copy counts from its end");
    let cards = world.app.count("cards");
    swept(&world).await;
    assert_eq!(world.app.count("cards"), cards, "who was employed there is known there");
    clocks(&world).await;
    assert_eq!((world.app.count("employments"), world.app.count("cards")), (0, cards - 1));
}

#[actix_web::test]
async fn an_employment_that_nothing_counts_from_goes_when_the_third_year_after_it_has_ended() {
    let world = World::start().await;
    let job = world.anna_works_for_crane(Value::Null).await;
    ended(&world, &job).await;
    assert_eq!(left(&world, "employments", ["2029-12-31", "2030-01-01"]).await, [1, 0]);
}

#[actix_web::test]
async fn who_was_shown_what_is_known_as_long_as_it_exists_and_for_three_years_at_least() {
    let world = World::start().await;
    let completion = left_the_company(&world, &world.hydraulics).await;
    world.hr.get(&of(&world.crane, "completions?capacity=employer")).await.expect(200);
    assert_eq!((world.app.count("disclosures"), world.app.count("disclosure_records")), (1, 1));
    // The employer's copy goes after twelve months; the school still has its own.
    world.app.on("2027-06-11");
    swept(&world).await;
    world.app.on("2035-01-01");
    clocks(&world).await;
    assert_eq!(world.app.count("disclosures"), 1, "what was shown exists");

    let anna = world.anna_who_claimed().await;
    let plan = anna.post("/v1/me/erasure-plan", json!({ "records": [completion["id"]] })).await.expect(200);
    anna.post("/v1/me/erasures", json!({ "plan": plan["plan"] })).await.expect(201);
    assert_eq!(world.app.count("records"), 0);
    clocks(&world).await;
    assert_eq!(world.app.count("disclosures"), 1, "today she may still ask who saw it");
    world.app.on("2035-01-02");
    clocks(&world).await;
    assert_eq!((world.app.count("disclosures"), world.app.count("disclosure_records")), (0, 0));
}

#[actix_web::test]
async fn what_is_gone_sooner_leaves_its_log_for_three_years_after_the_showing_and_then_nothing_of_its_person() {
    let world = World::start().await;
    let persons = world.app.count("persons");
    let completion = world.record(json!({ "ordered_by": CRANE })).await;
    world.app.run_jobs().await;
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    officer.get(&of(&world.crane, "undecided")).await.expect(200);
    let record: RecordId = text(&completion["id"]).parse().expect("an id");
    world
        .app
        .write(move |tx| {
            let people = attest::completions::store::people_of(tx, &[record])?;
            tx.lock_persons(&people)?;
            Ok(attest::completions::erasing::erase(tx, &[record], attest::completions::erasing::Because::Decided)?)
        })
        .await;
    world.app.run_jobs().await;
    assert_eq!(world.app.count("persons"), persons + 2, "Anna's, whom the log is about, and the officer's");
    assert_eq!(left(&world, "disclosures", ["2029-03-02", "2029-03-03"]).await, [1, 0]);
    assert_eq!(world.app.count("persons"), persons + 1);
}
