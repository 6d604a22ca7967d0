//! Many certificates at once: because somebody asked, or because the course says so.

use attest::{
    completions::erasing::{Because, erase},
    words::Role,
};
use serde_json::Value;

use super::issue;
use crate::support::{Reply, World, json, of, text};

/// So many people passed a course on a day.
async fn passed(world: &World, course: &Value, day: &str, people: usize) -> Vec<Value> {
    let mut completions = Vec::new();
    for n in 0..people {
        let who = format!("{day}-{n}");
        completions
            .push(world.record(json!({ "person_reference": who, "email": null, "course": course, "on": day })).await);
    }
    completions
}

async fn ask(world: &World, body: Value) -> Reply {
    world.teacher.post(&of(&world.school, "certificate-batches"), body).await
}

/// The batch, once everything that waits has been done.
async fn done(world: &World, batch: &Reply) -> Value {
    world.app.run_batches().await;
    world.app.mails().await;
    world.teacher.get(batch.header("location").expect("a location")).await.expect(200)
}

async fn not_certified(world: &World, query: &str) -> Vec<Value> {
    let listed = world.teacher.get(&of(&world.school, &format!("not-certified{query}"))).await.expect(200);
    listed["items"].as_array().expect("items").clone()
}

async fn numbers(world: &World) -> Vec<String> {
    let listed = world.teacher.get(&of(&world.school, "certificates?limit=100")).await.expect(200);
    listed["items"].as_array().expect("items").iter().map(|one| text(&one["facts"]["number"])).collect()
}

#[actix_web::test]
async fn everything_that_fits_gets_its_certificate_and_the_rest_does_not() {
    let world = World::start().await;
    let that_day = passed(&world, &world.hydraulics, "2026-02-10", 25).await;
    passed(&world, &world.hydraulics, "2026-02-11", 2).await;
    let failed = json!({ "person_reference": "F-9", "email": null, "course": world.hydraulics, "on": "2026-02-10", "outcome": "failed" });
    world.record(failed).await;
    issue(&world, &[&that_day[3]]).await;

    let batch = ask(&world, json!({ "course": world.hydraulics, "from": "2026-02-10", "to": "2026-02-10" })).await;
    assert_eq!((batch.status.as_u16(), &batch.body["state"]), (201, &json!("gathering")));
    let done = done(&world, &batch).await;
    let told = ["state", "found", "certified_before", "issued", "refused"].map(|name| done[name].clone());
    assert_eq!(told, [json!("finished"), json!(25), json!(1), json!(24), json!(0)]);
    assert!(done["finished_at"].is_string());
    let expected: Vec<String> = (1..=25).map(|n| format!("FA-2026-{n:06}")).collect();
    let mut numbers = numbers(&world).await;
    numbers.sort();
    assert_eq!(numbers, expected);
    assert_eq!(world.app.count("documents"), 25);
}

#[actix_web::test]
async fn what_cannot_be_certified_is_listed_with_the_remedy_and_certified_once_it_can_be() {
    let world = World::start().await;
    passed(&world, &world.hydraulics, "2026-02-10", 2).await;
    let nameless =
        world.record(json!({ "course": world.hydraulics, "on": "2026-02-10", "name": "王小明", "email": null })).await;
    let asked = json!({ "course": world.hydraulics });
    let batch = done(&world, &ask(&world, asked.clone()).await).await;
    assert_eq!((&batch["issued"], &batch["refused"]), (&json!(2), &json!(1)));
    let left = not_certified(&world, &format!("?batch={}", text(&batch["id"]))).await;
    assert_eq!((left.len(), &left[0]["completion"]), (1, &nameless["id"]));
    assert_eq!(left[0]["obstacles"][0]["code"], "detail_missing");
    assert!(text(&left[0]["obstacles"][0]["says"]["nb"]).contains("passet"), "{left:?}");

    let card = of(&world.school, &format!("persons/{}", text(&nameless["person"]["id"])));
    let version = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &version, json!({ "name": "Wang Xiaoming" })).await.expect(200);
    let again = done(&world, &ask(&world, asked).await).await;
    assert_eq!((&again["certified_before"], &again["issued"]), (&json!(2), &json!(1)));
    assert!(not_certified(&world, "").await.is_empty());
}

#[actix_web::test]
async fn issuing_one_by_hand_takes_it_from_the_list() {
    let world = World::start().await;
    let nameless = world.record(json!({ "course": world.hydraulics, "name": "王小明", "email": null })).await;
    done(&world, &ask(&world, json!({ "course": world.hydraulics })).await).await;
    assert_eq!(not_certified(&world, "").await.len(), 1);
    let card = of(&world.school, &format!("persons/{}", text(&nameless["person"]["id"])));
    let version = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &version, json!({ "name": "Wang Xiaoming" })).await.expect(200);
    issue(&world, &[&nameless]).await;
    assert!(not_certified(&world, "").await.is_empty());
}

#[actix_web::test]
async fn holders_are_written_to_unless_the_batch_says_otherwise() {
    let world = World::start().await;
    for (day, letters, expected) in [("2026-02-10", true, 1), ("2026-02-11", false, 0)] {
        world.record(json!({ "course": world.hydraulics, "on": day })).await;
        ask(&world, json!({ "from": day, "to": day, "letters": letters, "language": "en" })).await.expect(201);
        world.app.run_batches().await;
        assert_eq!(world.app.mails().await.len(), expected, "{day}");
    }
}

#[actix_web::test]
async fn a_course_that_certifies_by_itself_does_so_for_completions_from_its_day_on() {
    let world = World::start().await;
    let path = format!("/v1/courses/{}", text(&world.hydraulics));
    let version = world.teacher.get(&path).await.etag();
    let change = json!({ "certifies_from": "2026-02-01" });
    let changed = world.teacher.patch(&path, &version, change).await.expect(200);
    assert_eq!(changed["certifies_from"], "2026-02-01");

    let old = json!({ "course": world.hydraulics, "on": "2026-01-31" });
    let new = json!({ "course": world.hydraulics, "on": "2026-02-01" });
    let failed = json!({ "course": world.hydraulics, "on": "2026-02-02", "outcome": "failed" });
    world.record(old).await;
    let certified = world.record(new).await;
    let corrected = world.record(failed).await;
    world.app.run_batches().await;
    assert_eq!(numbers(&world).await, ["FA-2026-000001"]);
    assert_eq!(world.app.mails().await.len(), 1);

    let under = of(&world.school, &format!("completions/{}/versions", text(&corrected["id"])));
    let passed = json!({ "outcome": "passed", "reason": "a mix-up" });
    world.teacher.with_header("if-match", "\"1\"").post(&under, passed).await.expect(200);
    // What has its certificate keeps it when something else about it is corrected.
    let under = of(&world.school, &format!("completions/{}/versions", text(&certified["id"])));
    let hours = json!({ "hours": 8, "reason": "forgotten" });
    world.teacher.with_header("if-match", "\"1\"").post(&under, hours).await.expect(200);
    world.app.run_batches().await;
    world.app.mails().await;
    assert_eq!(numbers(&world).await, ["FA-2026-000001", "FA-2026-000002"]);
}

#[actix_web::test]
async fn what_was_called_off_stops_where_it_is() {
    let world = World::start().await;
    passed(&world, &world.hydraulics, "2026-02-10", 3).await;
    let batch = ask(&world, json!({ "course": world.hydraulics })).await;
    let cancellation = format!("{}/cancellation", batch.header("location").expect("a location"));
    let cancelled = world.teacher.post_nothing(&cancellation).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    world.app.run_batches().await;
    assert!(numbers(&world).await.is_empty());
    assert_eq!(world.teacher.post_nothing(&cancellation).await.status, 409);
    let listed = world.teacher.get(&of(&world.school, "certificate-batches")).await.expect(200);
    assert_eq!(listed["items"][0], cancelled);
}

#[actix_web::test]
async fn a_batch_stops_when_who_asked_for_it_may_not_issue_any_more() {
    let world = World::start().await;
    let administrator = world.app.member(&world.school, Role::Administrator).await;
    let leaver = world.app.member(&world.school, Role::CourseAdministrator).await;
    passed(&world, &world.hydraulics, "2026-02-10", 3).await;
    let asked = json!({ "course": world.hydraulics });
    let batch = leaver.post(&of(&world.school, "certificate-batches"), asked).await;
    let members = administrator.get(&of(&world.school, "memberships?limit=100")).await.expect(200);
    let person = leaver.person.expect("a person").to_string();
    let membership = members["items"].as_array().expect("items").iter().find(|one| text(&one["person"]) == person);
    let path = of(&world.school, &format!("memberships/{}", text(&membership.expect("a membership")["id"])));
    administrator.delete(&path).await.expect(204);
    let stopped = done(&world, &batch).await;
    assert_eq!((&stopped["state"], &stopped["issued"]), (&json!("stopped"), &json!(0)));
}

#[actix_web::test]
async fn a_batch_says_which_and_its_days_are_in_order() {
    let world = World::start().await;
    assert_eq!(ask(&world, json!({ "language": "en" })).await.findings(), ["/course required"]);
    let turned = json!({ "from": "2026-03-01", "to": "2026-02-28" });
    assert_eq!(ask(&world, turned).await.findings(), ["/to ends_before_it_begins"]);
    let nothing = "b5493280-f219-74d4-855e-d302d1d50059";
    for field in ["course", "competence"] {
        assert_eq!(ask(&world, json!({ field: nothing })).await.findings(), [format!("/{field} unknown")]);
    }
    let strangers = world.hr.post(&of(&world.school, "certificate-batches"), json!({ "from": "2026-03-01" })).await;
    assert_eq!(strangers.status, 404);
}

#[actix_web::test]
async fn what_an_import_undoes_is_no_longer_waiting() {
    let world = World::start().await;
    let path = format!("/v1/courses/{}", text(&world.hydraulics));
    let version = world.teacher.get(&path).await.etag();
    world.teacher.patch(&path, &version, json!({ "certifies_from": "2020-01-01" })).await.expect(200);
    let gone = world.record(json!({ "course": world.hydraulics })).await;
    assert_eq!(world.app.count("to_certify"), 1);
    let id = text(&gone["id"]).parse().expect("an id");
    world.app.write(move |tx| Ok(erase(tx, &[id], Because::PutRight)?)).await;
    assert_eq!(world.app.count("to_certify"), 0);
    world.app.run_batches().await;
    assert!(numbers(&world).await.is_empty());
}

#[actix_web::test]
async fn while_documents_cannot_be_stored_a_batch_waits_and_then_goes_on_without_a_gap() {
    let world = World::start().await;
    passed(&world, &world.hydraulics, "2026-02-10", 85).await;
    let folder = world.app.server.house.config.data.join("documents");
    std::fs::write(&folder, "in the way").expect("written");
    let batch = ask(&world, json!({ "course": world.hydraulics, "letters": false })).await;
    let house = &world.app.server.house;
    for _ in 0..10 {
        // It says that it cannot store; the worker tries again in its time.
        let _ = attest::completions::certify::batches::work::do_some(house).await;
    }
    assert_eq!(world.app.count("certificates"), 60, "no more numbers than can be worked off");

    std::fs::remove_file(&folder).expect("removed");
    world.app.later(chrono::TimeDelta::minutes(2));
    attest::certificates::issue::resume(house).await.expect("the database answers");
    let done = done(&world, &batch).await;
    assert_eq!((&done["state"], &done["issued"]), (&json!("finished"), &json!(85)));
    let mut numbers = numbers(&world).await;
    numbers.sort();
    assert_eq!(numbers, (1..=85).map(|n| format!("FA-2026-{n:06}")).collect::<Vec<_>>());
}
