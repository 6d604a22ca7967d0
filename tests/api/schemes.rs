//! What a certifying body pulls from its scheme's feed.

use attest::words::Role;
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Caller, World, json, of, text};

async fn officer(world: &World) -> Caller {
    world.app.member(&world.body, Role::SchemeOfficer).await
}

async fn since(world: &World, officer: &Caller, number: &Value) -> Value {
    world.app.run_jobs().await;
    officer.get(&format!("/v1/schemes/{}/holders?since={number}", text(&world.scheme))).await.expect(200)
}

fn kinds(feed: &Value) -> Vec<String> {
    feed["items"].as_array().expect("items").iter().map(|step| text(&step["kind"])).collect()
}

#[actix_web::test]
async fn a_body_pulls_what_its_list_names_once_and_no_more() {
    let world = World::start().await;
    let officer = officer(&world).await;
    world.record(json!({ "course": world.hot_work, "hours": 8, "result": "A" })).await;
    world.record(json!({ "course": world.hot_work, "outcome": "failed" })).await;
    world.record(json!({})).await;
    let first = since(&world, &officer, &json!(0)).await;
    assert_eq!((first["items"].as_array().map(Vec::len), &first["more"]), (Some(1), &json!(false)));
    let mut step = first["items"][0].clone();
    step["competence"] = step["competence"]["code"].take();
    for id in ["completion", "person"] {
        step[id].take();
    }
    assert_snapshot!(step, @r#"{"birth_date":"1991-05-17","competence":"VARME-ARBEIDER","completion":null,"course":null,"emails":null,"held":true,"hours":null,"kind":"custody_arose","name":"Anna Ødegård","number":1,"on":"2026-03-01","outcome":"passed","person":null}"#);
    let second = since(&world, &officer, &first["since"]).await;
    assert_eq!((&second["items"], &second["since"]), (&json!([]), &first["since"]));
}

#[actix_web::test]
async fn a_body_hears_of_a_correction_and_of_the_end_without_content() {
    let world = World::start().await;
    let officer = officer(&world).await;
    let made = world.record(json!({ "course": world.hot_work })).await;
    let first = since(&world, &officer, &json!(0)).await;
    let versions = of(&world.school, &format!("completions/{}/versions", text(&made["id"])));
    let moved = json!({ "outcome": "passed", "on": "2026-02-28", "reason": "Feil dag" });
    world.teacher.with_header("if-match", "\"1\"").post(&versions, moved).await.expect(200);
    let second = since(&world, &officer, &first["since"]).await;
    assert_eq!(kinds(&second), ["completion_changed"]);
    assert_eq!(second["items"][0]["on"], "2026-02-28");

    let failed = json!({ "outcome": "failed", "on": "2026-02-28", "reason": "Feil i listen" });
    world.teacher.with_header("if-match", "\"2\"").post(&versions, failed).await.expect(200);
    let third = since(&world, &officer, &second["since"]).await;
    assert_eq!(kinds(&third), ["custody_ended"]);
    let all = since(&world, &officer, &json!(0)).await;
    assert_eq!(kinds(&all), ["custody_arose", "completion_changed", "custody_ended"]);
    for step in all["items"].as_array().expect("items") {
        assert_eq!((&step["held"], &step["completion"]), (&json!(false), &made["id"]));
        for field in ["person", "name", "birth_date", "emails", "competence", "course", "outcome", "on", "hours"] {
            assert_eq!(step[field], Value::Null, "{field}");
        }
    }
}

#[actix_web::test]
async fn a_body_that_gets_the_scheme_late_hears_of_what_was_and_one_that_loses_it_of_the_end() {
    let world = World::start().await;
    let officer = officer(&world).await;
    world.record(json!({ "course": world.hot_work })).await;
    let first = since(&world, &officer, &json!(0)).await;
    let other = world.app.organisation("Annet organ", "310000035", &["certifying_body"]).await;
    let operator = world.app.operator().await;
    let path = format!("/v1/schemes/{}", text(&world.scheme));
    let etag = operator.get(&path).await.etag();
    operator.patch(&path, &etag, json!({ "body": other["id"] })).await.expect(200);
    world.app.run_jobs().await;
    let others = world.app.member(&other, Role::SchemeOfficer).await;
    assert_eq!(kinds(&since(&world, &others, &json!(0)).await), ["custody_arose"]);
    officer.get(&format!("/v1/schemes/{}/holders", text(&world.scheme))).await.expect(404);
    assert_eq!(first["since"], 1);
}

#[actix_web::test]
async fn a_feed_is_the_bodys_alone_and_is_read_step_by_step() {
    let world = World::start().await;
    let officer = officer(&world).await;
    for n in 0..3 {
        let who = json!({ "course": world.hot_work, "person_reference": format!("F-00{n}") });
        world.record(who).await;
    }
    world.app.run_jobs().await;
    let path = format!("/v1/schemes/{}/holders", text(&world.scheme));
    let page = officer.get(&format!("{path}?limit=2")).await.expect(200);
    assert_eq!(
        (page["items"].as_array().map(Vec::len), &page["more"], &page["since"]),
        (Some(2), &json!(true), &json!(2))
    );
    let rest = officer.get(&format!("{path}?limit=2&since=2")).await.expect(200);
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["more"]), (Some(1), &json!(false)));
    assert_eq!(officer.get(&format!("{path}?since=-1")).await.problem(), "invalid");
    world.hr.get(&path).await.expect(404);
    world.teacher.get(&path).await.expect(404);
    world.app.nobody().get(&path).await.expect(401);
    world.app.member(&world.body, Role::Administrator).await.get(&path).await.expect(403);
    world.app.operator().await.get(&path).await.expect(404);
    assert_eq!(world.app.count("disclosures"), 3);
}
