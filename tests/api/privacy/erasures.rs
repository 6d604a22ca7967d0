//! From a request to a receipt: what would go and what would stay is seen first, exactly that is confirmed, and the receipt says
//! what became of it.

use attest::words::Role;
use futures_util::future::join_all;
use serde_json::Value;

use super::asked::Asked;
use crate::{
    certificates::{issue, verify},
    support::{CRANE, Caller, Reply, World, json, of, text},
};

/// What would follow for these records, or for everything.
async fn plan(person: &Caller, records: &Value) -> Value {
    person.post("/v1/me/erasure-plan", json!({ "records": records })).await.expect(200)
}

async fn confirm(person: &Caller, plan: &Value, records: &Value) -> Reply {
    person.post("/v1/me/erasures", json!({ "plan": plan["plan"], "records": records })).await
}

/// Looks and confirms at once: the receipt.
async fn erased(person: &Caller, records: &Value) -> Value {
    let seen = plan(person, records).await;
    confirm(person, &seen, records).await.expect(201)["receipt"].clone()
}

fn controllers(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|one| text(&one["controller"]["name"])).collect()
}

/// Anna works for the crane company, which ordered a truck course with a certificate for her; she has claimed all of it.
async fn ordered(world: &World) -> (Value, Value, Caller) {
    let anna = world.anna_who_claimed().await;
    world.anna_works_for_crane(Value::Null).await;
    let ordered = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "result": "særdeles godt" });
    let completion = world.record(ordered).await;
    let certificate = issue(world, &[&completion]).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    (completion, certificate, anna)
}

#[actix_web::test]
async fn a_private_course_is_seen_confirmed_and_gone_and_its_code_says_so_without_a_name() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics, "result": "særdeles godt" })).await;
    let certificate = issue(&world, &[&completion]).await;
    let anna = world.anna_who_claimed().await;
    let seen = plan(&anna, &Value::Null).await;
    let by = &seen["records"][0]["kept_by"][0];
    assert_eq!(
        (&by["decision"]["action"], &by["consequences"][0]["certificate"]),
        (&json!("erase_after_warning"), &certificate["id"])
    );
    assert_eq!(verify(&world, &certificate).await["status"], "valid", "to look changes nothing");

    let made = confirm(&anna, &seen, &Value::Null).await;
    let receipt = &made.body["receipt"];
    assert_eq!((controllers(&receipt["gone"]), controllers(&receipt["stays"])), (vec!["Fjordkurs AS".into()], vec![]));
    assert_eq!(
        (&receipt["gone"][0]["title"]["nb"], &receipt["gone"][0]["with_everybody"]),
        (&json!("Kurs HYD"), &json!(true))
    );
    assert_eq!(receipt["certificates"], json!([{ "certificate": certificate["id"], "is_gone": true }]));
    assert_eq!((&receipt["gone_on"], &receipt["gone_from_backups_by"]), (&json!("2026-03-02"), &json!("2026-04-01")));
    assert_eq!(receipt["says"]["nb"], "Alt dette er slettet. Sikkerhetskopier er borte senest 1. april 2026.");

    let path = of(&world.school, &format!("completions/{}?capacity=provider", text(&completion["id"])));
    assert_eq!(world.teacher.get(&path).await.status, 404);
    assert_eq!(anna.get("/v1/me/custodies").await.expect(200)["items"], json!([]));
    let public = verify(&world, &certificate).await;
    assert_eq!((&public["status"], &public["certificate"]), (&json!("erased"), &json!(null)));
    let stored = world.app.everything_stored();
    assert!(!stored.contains("særdeles godt") && !stored.contains("F-001"), "nothing of it is left");
    let again = anna.get(made.header("location").expect("a place")).await.expect(200);
    assert_eq!(again, made.body);
    assert_eq!(anna.get("/v1/me/erasures").await.expect(200)["items"], json!([made.body]));
    let other = world.app.person("Bjørn Dahl", "bjorn@example.no", "1980-01-01").await;
    assert_eq!(other.get(made.header("location").expect("a place")).await.status, 404);
}

#[actix_web::test]
async fn what_a_law_keeps_stays_with_whom_it_binds_and_the_receipt_names_the_provision() {
    let world = World::start().await;
    let (completion, certificate, anna) = ordered(&world).await;
    let receipt = erased(&anna, &Value::Null).await;
    assert_eq!(
        (controllers(&receipt["gone"]), controllers(&receipt["stays"])),
        (vec!["Fjordkurs AS".into()], vec!["Bergen Kran AS".into()])
    );
    let stays = &receipt["stays"][0];
    assert_eq!(
        (&stays["decision"]["action"], &stays["decision"]["provision"], &stays["decision"]["waits_for"]),
        (&json!("keep"), &json!("forskrift om utførelse av arbeid § 10-2"), &json!("relation_end"))
    );
    assert!(text(&stays["says"]["nb"]).contains("Du kan klage til Datatilsynet"), "{stays}");
    assert_eq!(receipt["gone"][0]["with_everybody"], false);
    // The employer still shows it, with its document, and the provider knows nothing of it any more.
    let one = |organisation: &Value, capacity: &str| {
        of(organisation, &format!("completions/{}?capacity={capacity}", text(&completion["id"])))
    };
    let employers = world.hr.get(&one(&world.crane, "employer")).await.expect(200);
    assert_eq!(employers["result"], "særdeles godt");
    assert_eq!(world.teacher.get(&one(&world.school, "provider")).await.status, 404);
    assert_eq!(receipt["certificates"], json!([{ "certificate": certificate["id"], "is_gone": false }]));
    assert_eq!(verify(&world, &certificate).await["status"], "erased", "its issuer confirms it no longer");
    let own = anna.get("/v1/me/certificates").await.expect(200)["items"][0].clone();
    assert_eq!((&own["id"], &own["unconfirmed_on"]), (&certificate["id"], &json!("2026-03-02")));

    // What follows later does not bring back what was let go.
    world.crane_requires_t4().await;
    assert_eq!(world.teacher.get(&one(&world.school, "provider")).await.status, 404);
    let next = plan(&anna, &Value::Null).await;
    assert_eq!(next["records"][0]["kept_by"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn what_changed_since_it_was_seen_is_named_and_nothing_goes() {
    let world = World::start().await;
    let (completion, _, anna) = ordered(&world).await;
    let seen = plan(&anna, &Value::Null).await;
    let more = world.record(json!({ "course": world.hydraulics })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let refused = confirm(&anna, &seen, &Value::Null).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "plan-changed"));
    let added = format!("/records/{}/{} changed_since", text(&more["id"]), text(&world.school["id"]));
    assert_eq!(refused.findings(), [added]);
    assert_eq!(world.app.count("completions"), 2);

    // Of what was chosen nothing has changed.
    let only = json!([completion["id"]]);
    let chosen = plan(&anna, &only).await;
    confirm(&anna, &chosen, &only).await.expect(201);
    let twice = confirm(&anna, &chosen, &only).await;
    assert_eq!((twice.status.as_u16(), twice.findings()), (409, vec!["/plan changed_since".to_owned()]));
    for nonsense in ["", "***", "1.***", "1.AAAA", "AAAAAAAAAAA"] {
        let refused = anna.post("/v1/me/erasures", json!({ "plan": nonsense })).await;
        assert_eq!(refused.status.as_u16(), 422, "{nonsense}: {refused}");
    }
}

#[actix_web::test]
async fn of_two_who_confirm_at_once_one_has_it_done_and_a_key_repeats_the_receipt() {
    let world = World::start().await;
    world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let seen = plan(&anna, &Value::Null).await;
    let all = join_all((0..5).map(|_| confirm(&anna, &seen, &Value::Null))).await;
    let mut statuses: Vec<u16> = all.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409]);

    world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let seen = plan(&anna, &Value::Null).await;
    let keyed = anna.with_header("idempotency-key", "once");
    let first = confirm(&keyed, &seen, &Value::Null).await.expect(201);
    assert_eq!(confirm(&keyed, &seen, &Value::Null).await.expect(201), first);
}

#[actix_web::test]
async fn an_employment_that_ends_while_an_erasure_is_carried_out_loses_nothing_and_the_receipt_says_what_happened() {
    let asked = Asked::start().await;
    let all = json!({});
    let seen = asked.anna.post("/v1/me/erasure-plan", all).await.expect(200)["plan"].clone();
    let employments = of(&asked.world.crane, "employments");
    let job = asked.world.hr.get(&employments).await.expect(200)["items"][0]["id"].clone();
    let job = format!("{employments}/{}", text(&job));
    let (confirmed, ended) = futures_util::future::join(
        asked.anna.post("/v1/me/erasures", json!({ "plan": seen })),
        asked.world.hr.patch(&job, "\"1\"", json!({ "to": "2026-03-01" })),
    )
    .await;
    ended.expect(200);
    asked.world.app.run_jobs().await;
    if confirmed.status == 201 {
        let stays = confirmed.body["receipt"]["stays"].as_array().expect("a list").clone();
        let one = stays.iter().find(|one| one["record"] == asked.statutory["id"]).expect("it stays");
        let action = text(&one["decision"]["action"]);
        assert!(action == "keep" || action == "restrict", "{one}");
    } else {
        assert_eq!((confirmed.status.as_u16(), confirmed.problem()), (409, "plan-changed"), "{confirmed}");
    }
    let kept = asked.kept_by_crane(&asked.statutory).await.expect("the law ordered it kept until that day");
    assert_eq!(kept["erase_on"], "2030-01-01", "and from then on it is the employer's wish");
    asked.letters().await;
}

#[actix_web::test]
async fn nobody_erases_what_is_about_another() {
    let world = World::start().await;
    let completion = world.record(json!({})).await;
    let other = world.app.person("Bjørn Dahl", "bjorn@example.no", "1980-01-01").await;
    let named = json!({ "records": [completion["id"]] });
    assert_eq!(other.post("/v1/me/erasure-plan", named.clone()).await.findings(), ["/records/0 unknown"]);
    let mut confirmed = named;
    confirmed["plan"] = json!("1.AAAAAAAAAAA");
    assert_eq!(other.post("/v1/me/erasures", confirmed).await.findings(), ["/records/0 unknown"]);
    let nothing = erased(&other, &Value::Null).await;
    assert_eq!(
        (&nothing["gone"], &nothing["says"]["en"]),
        (&json!([]), &json!("Nothing was erased. Backups are gone by 1 April 2026."))
    );
    assert_eq!(world.app.count("completions"), 1);
}

#[actix_web::test]
async fn while_it_is_not_known_when_a_duty_ends_nothing_of_it_goes() {
    let world = World::start().await;
    world.record(json!({ "ordered_by": CRANE })).await;
    let anna = world.anna_who_claimed().await;
    let receipt = erased(&anna, &Value::Null).await;
    assert_eq!(controllers(&receipt["stays"]), ["Bergen Kran AS"]);
    assert_eq!(receipt["stays"][0]["decision"]["action"], "undecided");
    assert_eq!(
        world.seen(&world.app.member(&world.crane, Role::PrivacyOfficer).await, &world.crane, "employer").await.len(),
        1
    );
}

#[actix_web::test]
async fn a_hold_set_after_the_plan_was_seen_stops_it_and_what_lies_under_one_stays() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let seen = plan(&anna, &Value::Null).await;
    let officer = world.app.member(&world.school, Role::PrivacyOfficer).await;
    let hold = json!({
        "record": completion["id"], "reason": "dispute", "owner": officer.person, "review_on": "2026-12-01",
    });
    let hold = officer.post(&of(&world.school, "legal-holds"), hold).await.expect(201);
    let refused = confirm(&anna, &seen, &Value::Null).await;
    let held = format!("/records/{}/{} changed_since", text(&completion["id"]), text(&world.school["id"]));
    assert!(refused.status.as_u16() == 409 && refused.findings().contains(&held), "{refused}");
    let receipt = erased(&anna, &Value::Null).await;
    let stays = &receipt["stays"][0];
    assert_eq!((&stays["decision"]["action"], &stays["decision"]["layer"]), (&json!("keep"), &json!("hold")));
    assert!(text(&stays["says"]["nb"]).starts_with("Det er en åpen sak om dette hos Fjordkurs AS."), "{stays}");
    // Lifted, it goes.
    let path = of(&world.school, &format!("legal-holds/{}", text(&hold["id"])));
    let lifted = officer.with_header("if-match", "\"1\"").delete(&path).await;
    assert!(lifted.status.is_success(), "{lifted}");
    world.app.run_jobs().await;
    assert_eq!(controllers(&erased(&anna, &Value::Null).await["gone"]), ["Fjordkurs AS"]);
    // The receipt of that says it, and no other.
    assert_eq!(world.app.mails().await.len(), 0);
    assert_eq!(anna.get("/v1/me/erasures").await.expect(200)["items"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn a_body_is_left_with_the_fact_of_what_has_expired() {
    let world = World::start().await;
    world.record(json!({ "course": world.hot_work, "on": "2020-05-01", "result": "særdeles godt" })).await;
    let anna = world.anna_who_claimed().await;
    let receipt = erased(&anna, &Value::Null).await;
    assert_eq!(
        (controllers(&receipt["gone"]), controllers(&receipt["stays"])),
        (vec!["Fjordkurs AS".into()], vec!["Varmesikker".into()])
    );
    assert!(!world.app.everything_stored().contains("særdeles godt"), "the result is nobody's any more");
    assert_eq!(controllers(&receipt["reduced"]), ["Varmesikker"]);
    let left = anna.get("/v1/me/custodies").await.expect(200)["items"][0]["kept_by"][0].clone();
    assert_eq!((&left["content"], &left["decision"]["action"]), (&json!(["fact"]), &json!("restrict")));
}

#[actix_web::test]
async fn what_lies_under_a_hold_is_not_lost_when_the_facts_are_corrected() {
    let world = World::start().await;
    let (completion, _, anna) = ordered(&world).await;
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let hold = json!({
        "record": completion["id"], "reason": "dispute", "owner": officer.person, "review_on": "2026-12-01",
    });
    officer.post(&of(&world.crane, "legal-holds"), hold).await.expect(201);
    let versions = of(&world.school, &format!("completions/{}/versions", text(&completion["id"])));
    let change = json!({ "outcome": "passed", "on": "2026-03-01", "ordered_by": null, "reason": "ikke bestilt" });
    world.teacher.with_header("if-match", "\"1\"").post(&versions, change).await.expect(200);
    assert_eq!(world.seen(&officer, &world.crane, "employer").await.len(), 1);
    // Nor when its provider's copy goes.
    let receipt = erased(&anna, &Value::Null).await;
    assert_eq!(
        (controllers(&receipt["gone"]), controllers(&receipt["stays"])),
        (vec!["Fjordkurs AS".into()], vec!["Bergen Kran AS".into()])
    );
}
