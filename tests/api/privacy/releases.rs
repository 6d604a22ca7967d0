//! A controller lets go of what it holds before its time is over.

use attest::words::Role;
use serde_json::Value;

use super::asked::Asked;
use crate::{
    certificates::{issue, verify},
    support::{Caller, Reply, json, of, text},
};

async fn release(officer: &Caller, organisation: &Value, records: Value) -> Reply {
    officer.post(&of(organisation, "releases"), json!({ "records": records })).await
}

#[actix_web::test]
async fn while_a_law_keeps_it_a_release_is_refused_with_the_provision_and_what_it_waits_for_and_nothing_is_half_done() {
    let asked = Asked::start().await;
    let both = json!([{ "record": asked.policy["id"] }, { "record": asked.statutory["id"] }]);
    let refused = release(&asked.officer, &asked.world.crane, both.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "must-stay"));
    assert_eq!(refused.findings(), ["/records/1 kept_by_law"]);
    let why = text(&refused.body["errors"][0]["detail"]);
    assert!(why.contains("forskrift om utførelse av arbeid § 10-2") && why.contains("arbeidsforholdet"), "{why}");
    assert_eq!(asked.seen().await.len(), 2);

    let asked = Asked::after_anna_left().await;
    let both = json!([{ "record": asked.policy["id"] }, { "record": asked.statutory["id"] }]);
    let made = release(&asked.officer, &asked.world.crane, both).await;
    let released = made.body.clone();
    assert_eq!(made.status.as_u16(), 201, "{made}");
    let became: Vec<String> =
        released["records"].as_array().expect("records").iter().map(|one| text(&one["became"])).collect();
    assert_eq!(became, ["erase", "erase"]);
    assert_eq!(asked.seen().await, Vec::<String>::new());
    assert!(asked.kept_by_crane(&asked.statutory).await.is_none());
    let mut teacher = asked.world.teacher.clone();
    teacher = asked.world.app.signed_in_again(&teacher).await;
    assert_eq!(asked.world.seen(&teacher, &asked.world.school, "provider").await.len(), 2, "others' copies stay");
    assert_eq!(asked.officer.get(made.header("location").expect("a place")).await.expect(200), released);
}

#[actix_web::test]
async fn what_lies_under_a_hold_is_not_released() {
    let asked = Asked::start().await;
    let hold = asked.hold(&asked.policy).await;
    let one = json!([{ "record": asked.policy["id"], "ground": "ordered_offered" }]);
    let refused = release(&asked.officer, &asked.world.crane, one.clone()).await;
    assert_eq!((refused.problem(), refused.findings()), ("must-stay", vec!["/records/0 kept_by_hold".to_owned()]));
    asked.lift(&hold).await;
    release(&asked.officer, &asked.world.crane, one).await.expect(201);
    assert_eq!(asked.seen().await, [text(&asked.statutory["id"])]);
}

#[actix_web::test]
async fn the_release_of_one_ground_leaves_the_other_and_what_is_the_person_s_proof_is_not_released() {
    let asked = Asked::start().await;
    let app = &asked.world.app;
    let both = app.organisation("Dobbel AS", "310000035", &["provider", "employer"]).await;
    let (teacher, officer) =
        (app.member(&both, Role::CourseAdministrator).await, app.member(&both, Role::PrivacyOfficer).await);
    let course = json!({ "code": "INTERN", "title": { "nb": "Internt", "en": "Internal" } });
    let course = teacher.post("/v1/courses", course).await.expect(201);
    let completion = asked.world.completion(json!({ "course": course["id"], "ordered_by": "310000035" }));
    let completion = teacher.post(&of(&both, "completions"), completion).await.expect(201);
    app.run_jobs().await;
    let one = |ground: &str| json!([{ "record": completion["id"], "ground": ground }]);
    let in_capacity =
        |capacity: &str| of(&both, &format!("completions/{}?capacity={capacity}", text(&completion["id"])));
    let released = release(&officer, &both, one("ordered_offered")).await.expect(201);
    assert_eq!(released["certificates"], json!([]));
    assert_eq!(officer.get(&in_capacity("employer")).await.status, 404);
    assert_eq!(officer.get(&in_capacity("provider")).await.status, 200);
    let again = release(&officer, &both, one("ordered_offered")).await;
    assert_eq!((again.status.as_u16(), again.findings()), (422, vec!["/records/0 unknown".to_owned()]));

    let certificate = issue(&asked.world, &[&asked.policy]).await;
    let schools = app.member(&asked.world.school, Role::PrivacyOfficer).await;
    let own = json!([{ "record": asked.policy["id"], "ground": "delivered" }]);
    let refused = release(&schools, &asked.world.school, own).await;
    assert_eq!(refused.findings(), ["/records/0 kept_for_the_person"]);
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "must-stay"));
    assert_eq!(verify(&asked.world, &certificate).await["status"], "valid", "no provider erases a course on its own");
}

#[actix_web::test]
async fn only_privacy_officers_release_only_what_is_their_own_and_a_key_repeats_it() {
    let asked = Asked::start().await;
    let one = json!([{ "record": asked.policy["id"] }]);
    release(&asked.world.hr, &asked.world.crane, one.clone()).await.expect(403);
    let neighbour = asked.world.app.member(&asked.world.builder, Role::PrivacyOfficer).await;
    release(&neighbour, &asked.world.crane, one.clone()).await.expect(404);
    let refused = release(&neighbour, &asked.world.builder, one.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.findings()), (422, vec!["/records/0 unknown".to_owned()]));
    let keyed = asked.officer.with_header("idempotency-key", "once");
    let made = release(&keyed, &asked.world.crane, one.clone()).await.expect(201);
    assert_eq!(release(&keyed, &asked.world.crane, one).await.expect(201), made);
    let elsewhere = of(&asked.world.builder, &format!("releases/{}", text(&made["id"])));
    assert_eq!(neighbour.get(&elsewhere).await.status, 404);
}

#[actix_web::test]
async fn what_is_released_while_a_case_about_it_is_open_closes_the_case_and_the_person_is_told() {
    let asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    asked.letters().await;
    release(&asked.officer, &asked.world.crane, json!([{ "record": asked.policy["id"] }])).await.expect(201);
    let shown = asked.anna.get(&format!("/v1/me/cases/{}", text(&case["id"]))).await.expect(200);
    assert_eq!((&shown["state"], &shown["outcome"]), (&json!("decided"), &json!("release")));
    assert_eq!(asked.letters().await, ["Bergen Kran AS har svart deg"]);
    assert_eq!(asked.world.app.count("restricted_custodies"), 0);
}
