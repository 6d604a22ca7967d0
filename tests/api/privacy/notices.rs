//! Who was shown what is erased or reduced is told, once, by the record's id and no name (GDPR art. 19).

use attest::{law::calendar::oslo_day, platform::mail::Mail, privacy::sweep::sweep, words::*};
use serde_json::Value;

use super::asked::Asked;
use crate::support::{App, CRANE, Caller, World, json, of, text};

/// The organisation says where it is written to about privacy.
async fn reached_at(app: &App, organisation: &Value, address: &str) {
    let path = format!("/v1/organisations/{}", text(&organisation["id"]));
    let administrator = app.member(organisation, Role::Administrator).await;
    let etag = administrator.get(&path).await.etag();
    administrator.patch(&path, &etag, json!({ "privacy_contact": address })).await.expect(200);
}

/// What an organisation hears: `kind record held`, a line each.
async fn heard(app: &App, organisation: &Value) -> Vec<String> {
    app.run_jobs().await;
    let officer = app.member(organisation, Role::PrivacyOfficer).await;
    let notices = officer.get(&of(organisation, "erasure-notices?since=0")).await.expect(200);
    let line = |one: &Value| format!("{} {} {}", text(&one["kind"]), text(&one["record"]), one["held"]);
    notices["items"].as_array().expect("steps").iter().map(line).collect()
}

/// The letters that tell of an erasure, by address.
async fn letters(app: &App) -> Vec<Mail> {
    let mut letters = app.mails().await;
    letters.retain(|mail| mail.subject.contains("Erase what you have copied"));
    letters.sort_by(|a, b| a.to.cmp(&b.to));
    letters
}

fn names(parties: &Value) -> Vec<String> {
    parties.as_array().expect("parties").iter().map(|one| text(&one["name"])).collect()
}

/// Anna asks for the erasure of these, and confirms it: the plan and the receipt.
async fn erased(anna: &Caller, records: &Value) -> (Value, Value) {
    let plan = anna.post("/v1/me/erasure-plan", json!({ "records": records })).await.expect(200);
    let confirmed = json!({ "plan": plan["plan"], "records": records });
    let receipt = anna.post("/v1/me/erasures", confirmed).await.expect(201)["receipt"].clone();
    (plan, receipt)
}

/// The crane company, which has said where it is written to, was shown both courses it ordered.
async fn shown() -> Asked {
    let asked = Asked::start().await;
    for organisation in [&asked.world.crane, &asked.world.builder] {
        let address = format!("personvern@{}.example.no", text(&organisation["number"]));
        reached_at(&asked.world.app, organisation, &address).await;
    }
    assert_eq!(asked.seen().await.len(), 2);
    asked
}

#[actix_web::test]
async fn who_was_shown_it_is_told_and_nobody_else_and_plan_and_receipt_say_so() {
    let asked = shown().await;
    let app = &asked.world.app;
    let (plan, receipt) = erased(&asked.anna, &json!([asked.statutory["id"], asked.policy["id"]])).await;
    assert_eq!(
        (names(&plan["told"]), names(&receipt["told"])),
        (vec!["Bergen Kran AS".into()], vec!["Bergen Kran AS".into()])
    );
    assert!(text(&plan["says"]["nb"]).starts_with("Disse har fått se det, og får beskjed"), "{plan}");
    assert!(
        text(&receipt["says"]["en"]).ends_with("have been told to erase what they copied: Bergen Kran AS."),
        "{receipt}"
    );

    let mut heard_of: Vec<String> = heard(app, &asked.world.crane).await;
    heard_of.sort();
    let mut expected: Vec<String> =
        [&asked.statutory, &asked.policy].map(|one| format!("record_erased {} true", text(&one["id"]))).to_vec();
    expected.sort();
    assert_eq!(heard_of, expected, "the school's copies are gone; what the company holds itself it goes on holding");
    for never in [&asked.world.builder, &asked.world.school, &asked.world.body] {
        assert_eq!(heard(app, never).await, Vec::<String>::new());
    }
    let letters = letters(app).await;
    assert_eq!(letters.len(), 1, "one letter for both records");
    let Mail { to, subject, text: letter, .. } = &letters[0];
    assert_eq!(to, &format!("personvern@{CRANE}.example.no"));
    assert!(
        letter.contains("2 registreringer dere har fått se, er slettet") && letter.contains("2 records"),
        "{letter}"
    );
    assert!(
        letter.contains(&text(&asked.policy["id"])) && letter.contains("Slett det dere har skrevet av"),
        "{letter}"
    );
    for secret in ["Anna", "Ødegård", "anna@", "Kurs", "HYD", "F-001", "BK-001", "1991"] {
        assert!(!letter.contains(secret) && !subject.contains(secret), "{secret} in {letter}");
    }
}

#[actix_web::test]
async fn what_was_shown_to_nobody_is_told_to_nobody() {
    let asked = Asked::start().await;
    reached_at(&asked.world.app, &asked.world.crane, "personvern@example.no").await;
    let (plan, receipt) = erased(&asked.anna, &json!([asked.policy["id"]])).await;
    assert_eq!((&plan["told"], &receipt["told"]), (&json!([]), &json!([])));
    assert_eq!(plan["says"]["en"], "Nobody else was shown what would be erased.");
    assert!(!text(&receipt["says"]["nb"]).contains("beskjed"), "{receipt}");
    assert_eq!(heard(&asked.world.app, &asked.world.crane).await, Vec::<String>::new());
    assert_eq!(letters(&asked.world.app).await.len(), 0);
}

#[actix_web::test]
async fn a_confirmation_that_is_repeated_tells_nobody_twice() {
    let asked = shown().await;
    let records = json!([asked.policy["id"]]);
    let plan = asked.anna.post("/v1/me/erasure-plan", json!({ "records": records })).await.expect(200);
    let confirmed = json!({ "plan": plan["plan"], "records": records });
    let keyed = asked.anna.with_header("idempotency-key", "once");
    let first = keyed.post("/v1/me/erasures", confirmed.clone()).await.expect(201);
    assert_eq!(keyed.post("/v1/me/erasures", confirmed.clone()).await.expect(201), first);
    asked.anna.post("/v1/me/erasures", confirmed).await.expect(409);
    assert_eq!(heard(&asked.world.app, &asked.world.crane).await.len(), 1);
    assert_eq!(letters(&asked.world.app).await.len(), 1);
    assert_eq!(asked.world.app.mails().await.len(), 0);
}

#[actix_web::test]
async fn a_sweep_tells_who_was_shown_what_others_kept_and_who_let_its_own_go_is_not_told() {
    let world = World::start().await;
    let officer = world.app.member(&world.body, Role::SchemeOfficer).await;
    reached_at(&world.app, &world.body, "personvern@varmesikker.example.no").await;
    world.anna_works_for_crane(Value::Null).await;
    let asked =
        json!({ "course": world.hot_work, "on": "2020-05-01", "ordered_by": CRANE, "orderer_reference": "BK-001" });
    let completion = world.record(asked).await;
    world.app.run_jobs().await;
    let holders = format!("/v1/schemes/{}/holders?since=0", text(&world.scheme));
    assert_eq!(officer.get(&holders).await.expect(200)["items"][0]["held"], true);
    let privacy = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    assert_eq!(world.seen(&privacy, &world.crane, "employer").await.len(), 1);

    // The body's own time is over: the employer, who was shown it, hears that.
    world.app.on("2028-05-02");
    let today = oslo_day(world.app.clock.now());
    let swept = sweep(&world.app.server.house, today, DoneBy::Job).await.expect("swept");
    assert_eq!(swept.all().gone, 1);
    assert_eq!(heard(&world.app, &world.crane).await, [format!("record_erased {} true", text(&completion["id"]))]);
    assert_eq!(heard(&world.app, &world.body).await, Vec::<String>::new(), "it was its own");
    let again = sweep(&world.app.server.house, today, DoneBy::Job).await.expect("swept");
    assert_eq!(again.all().gone, 0);
    assert_eq!(heard(&world.app, &world.crane).await.len(), 1);
    assert_eq!(letters(&world.app).await.len(), 0, "the company has not said where it is written to");

    // Anna erases the school's copy: the body holds it no longer, and hears of it all the same.
    let anna = world.anna_who_claimed().await;
    let (_, receipt) = erased(&anna, &json!([completion["id"]])).await;
    assert_eq!(names(&receipt["told"]), ["Bergen Kran AS", "Varmesikker"]);
    assert_eq!(heard(&world.app, &world.body).await, [format!("record_erased {} false", text(&completion["id"]))]);
    assert_eq!(letters(&world.app).await.len(), 1);
    // Its scheme's feed still tells what is its scheme's.
    let officer = world.app.signed_in_again(&officer).await;
    let steps = officer.get(&holders).await.expect(200)["items"].clone();
    let kinds: Vec<String> = steps.as_array().expect("steps").iter().map(|one| text(&one["kind"])).collect();
    assert_eq!(kinds, ["custody_arose", "custody_ended"]);
}

#[actix_web::test]
async fn a_release_tells_others_and_not_who_lets_go() {
    let world = World::start().await;
    let officer = world.app.member(&world.body, Role::SchemeOfficer).await;
    reached_at(&world.app, &world.body, "personvern@varmesikker.example.no").await;
    reached_at(&world.app, &world.crane, "personvern@kran.example.no").await;
    world.anna_works_for_crane(Value::Null).await;
    let asked = json!({ "course": world.hot_work, "ordered_by": CRANE, "orderer_reference": "BK-001" });
    let completion = world.record(asked).await;
    world.app.run_jobs().await;
    officer.get(&format!("/v1/schemes/{}/holders?since=0", text(&world.scheme))).await.expect(200);
    let privacy = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    assert_eq!(world.seen(&privacy, &world.crane, "employer").await.len(), 1);
    let released = json!({ "records": [{ "record": completion["id"] }] });
    let keyed = privacy.with_header("idempotency-key", "once");
    for _ in 0..2 {
        keyed.post(&of(&world.crane, "releases"), released.clone()).await.expect(201);
    }
    assert_eq!(heard(&world.app, &world.body).await, [format!("record_erased {} true", text(&completion["id"]))]);
    assert_eq!(heard(&world.app, &world.crane).await, Vec::<String>::new());
    let letters = letters(&world.app).await;
    assert_eq!(letters.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["personvern@varmesikker.example.no"]);
}

#[actix_web::test]
async fn what_a_body_is_left_with_as_a_fact_is_told_as_reduced() {
    let world = World::start().await;
    world.anna_works_for_crane(Value::Null).await;
    let asked =
        json!({ "course": world.hot_work, "on": "2020-05-01", "ordered_by": CRANE, "orderer_reference": "BK-001" });
    let completion = world.record(asked).await;
    let officer = world.app.member(&world.school, Role::PrivacyOfficer).await;
    let hold = json!({
        "record": completion["id"], "reason": "dispute", "owner": officer.person, "review_on": "2026-12-01",
    });
    officer.post(&of(&world.school, "legal-holds"), hold).await.expect(201);
    let privacy = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    assert_eq!(world.seen(&privacy, &world.crane, "employer").await.len(), 1);
    let anna = world.anna_who_claimed().await;
    let (plan, receipt) = erased(&anna, &Value::Null).await;
    assert_eq!((receipt["gone"].as_array().map(Vec::len), names(&plan["told"])), (Some(0), names(&receipt["told"])));
    assert_eq!(heard(&world.app, &world.crane).await, [format!("record_reduced {} true", text(&completion["id"]))]);
    assert_eq!(letters(&world.app).await.len(), 0);
}

#[actix_web::test]
async fn whom_a_correction_takes_it_from_hears_of_it_and_an_import_that_is_undone_is_told_to_all() {
    let asked = shown().await;
    let versions = of(&asked.world.school, &format!("completions/{}/versions", text(&asked.policy["id"])));
    let change = json!({ "outcome": "passed", "on": "2026-03-01", "ordered_by": null, "reason": "ikke bestilt" });
    asked.world.teacher.with_header("if-match", "\"1\"").post(&versions, change).await.expect(200);
    let app = &asked.world.app;
    assert_eq!(heard(app, &asked.world.crane).await, [format!("record_erased {} false", text(&asked.policy["id"]))]);
    assert_eq!(letters(app).await.len(), 1);
    let untrue: RecordId = text(&asked.statutory["id"]).parse().expect("an id");
    app.write(move |tx| {
        use attest::completions::erasing::{Because, erase};
        Ok(erase(tx, &[untrue], Because::PutRight)?)
    })
    .await;
    assert_eq!(heard(app, &asked.world.crane).await.len(), 2);
    assert_eq!(letters(app).await.len(), 1);
}

#[actix_web::test]
async fn notices_are_read_step_by_step_by_those_who_answer_and_by_systems() {
    let asked = shown().await;
    let (world, app) = (&asked.world, &asked.world.app);
    erased(&asked.anna, &json!([asked.statutory["id"], asked.policy["id"]])).await;
    letters(app).await;
    let path = of(&world.crane, "erasure-notices");
    let page = asked.officer.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!((page["items"].as_array().map(Vec::len), &page["more"]), (Some(1), &json!(true)));
    let rest = asked.officer.get(&format!("{path}?since={}", page["since"])).await.expect(200);
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["more"]), (Some(1), &json!(false)));
    let end = asked.officer.get(&format!("{path}?since={}", rest["since"])).await.expect(200);
    assert_eq!((&end["items"], &end["since"]), (&json!([]), &rest["since"]));
    world.hr.get(&path).await.expect(403);
    world.other_hr.get(&path).await.expect(404);
    app.nobody().get(&path).await.expect(401);
}
