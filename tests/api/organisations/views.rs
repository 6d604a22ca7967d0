//! Who sees which completions, and what is written down about it.

use std::sync::mpsc::channel;

use attest::{
    platform::db::Error,
    words::{Role, TeamId},
};
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{BUILDER, CRANE, Caller, World, json, of, text};

/// Anna works for the crane company, which ordered a course for her and one for Odd, who does not.
async fn with_two_ordered() -> (World, Value, Value, Value) {
    let world = World::start().await;
    let employment = world.anna_works_for_crane(Value::Null).await;
    let annas = world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    let odds = json!({
        "person_reference": "F-002", "name": "Odd Berg", "email": "odd@example.no", "birth_date": "1980-01-01",
        "ordered_by": CRANE,
    });
    let odds = world.record(odds).await;
    (world, employment, annas, odds)
}

async fn person_of(world: &World, name: &str, role: Role) -> Caller {
    let organisation = match name {
        "crane" => &world.crane,
        "school" => &world.school,
        _ => &world.body,
    };
    world.app.member(organisation, role).await
}

#[actix_web::test]
async fn a_provider_sees_its_own_and_an_employer_what_it_ordered_of_those_who_work_there() {
    let (world, _, annas, odds) = with_two_ordered().await;
    let private = world.record(json!({ "course": world.hydraulics, "ordered_by": "person" })).await;
    let own = world.seen(&world.teacher, &world.school, "provider").await;
    assert_eq!(own, [text(&annas["id"]), text(&odds["id"]), text(&private["id"])]);
    assert_eq!(world.seen(&world.hr, &world.crane, "employer").await, [text(&annas["id"])]);
    let one = |completion: &Value, capacity: &str| {
        of(&world.crane, &format!("completions/{}?capacity={capacity}", text(&completion["id"])))
    };
    let shown = world.hr.get(&one(&annas, "employer")).await.expect(200);
    assert_eq!(
        (&shown["ground"], &shown["person"]["external_reference"], &shown["recorder"]["name"]),
        (&json!("ordered_offered"), &json!("BK-001"), &json!("Fjordkurs AS"))
    );
    world.hr.get(&one(&odds, "employer")).await.expect(404);
    world.hr.get(&one(&private, "employer")).await.expect(404);
    world.hr.get(&one(&annas, "provider")).await.expect(403);
    let narrowed = of(&world.crane, &format!("completions?capacity=employer&competence={}", text(&world.t4)));
    assert_eq!(world.hr.get(&narrowed).await.ok()["items"].as_array().map(Vec::len), Some(1));
    let by_person = format!("{narrowed}&person={}", text(&shown["person"]["id"]));
    assert_eq!(world.hr.get(&by_person).await.ok()["items"].as_array().map(Vec::len), Some(1));
    let nobody = format!("{narrowed}&person={}", text(&odds["person"]["id"]));
    assert_eq!(world.hr.get(&nobody).await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn another_employer_sees_nothing_and_is_told_nothing() {
    let (world, _, annas, _) = with_two_ordered().await;
    assert!(world.seen(&world.other_hr, &world.builder, "employer").await.is_empty());
    world.other_hr.get(&of(&world.crane, "completions?capacity=employer")).await.expect(404);
    let id = text(&annas["id"]);
    world.other_hr.get(&of(&world.builder, &format!("completions/{id}?capacity=employer"))).await.expect(404);
    world.other_hr.get(&of(&world.crane, &format!("completions/{id}?capacity=employer"))).await.expect(404);
    world.app.nobody().get(&of(&world.crane, "completions?capacity=employer")).await.expect(401);
    assert_eq!(world.app.count("disclosures"), 0);
}

#[actix_web::test]
async fn what_is_asked_for_must_be_a_capacity() {
    let (world, ..) = with_two_ordered().await;
    let ask = |query: &str| of(&world.crane, &format!("completions{query}"));
    assert_eq!(world.hr.get(&ask("")).await.problem(), "invalid");
    assert_eq!(world.hr.get(&ask("?capacity=boss")).await.problem(), "invalid");
    world.hr.get(&ask("?capacity=client")).await.expect(422);
    world.hr.get(&ask("?capacity=provider")).await.expect(403);
    let administrator = person_of(&world, "crane", Role::Administrator).await;
    administrator.get(&ask("?capacity=employer")).await.expect(403);
}

#[actix_web::test]
async fn a_manager_sees_the_own_team_only() {
    let world = World::start().await;
    let (towers, shed) = (world.team("Tårnkran").await, world.team("Verksted").await);
    world.anna_works_for_crane(towers.clone()).await;
    let annas = world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    let manager = |team: &Value| {
        let team: TeamId = text(team).parse().expect("an id");
        let crane = text(&world.crane["id"]).parse().expect("an id");
        let app = &world.app;
        async move { app.member_of(crane, Role::Manager, Some(team)).await }
    };
    let (hers, other) = (manager(&towers).await, manager(&shed).await);
    assert_eq!(world.seen(&hers, &world.crane, "employer").await, [text(&annas["id"])]);
    assert!(world.seen(&other, &world.crane, "employer").await.is_empty());
    let one = of(&world.crane, &format!("completions/{}?capacity=employer", text(&annas["id"])));
    hers.get(&one).await.expect(200);
    other.get(&one).await.expect(404);
}

#[actix_web::test]
async fn when_the_employment_has_ended_the_employer_sees_nothing() {
    let (world, employment, annas, _) = with_two_ordered().await;
    let path = of(&world.crane, &format!("employments/{}", text(&employment["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": "2026-03-02" })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.seen(&world.hr, &world.crane, "employer").await.len(), 1, "the last day is a day of work");
    world.hr.patch(&path, "\"2\"", json!({ "to": "2026-03-01" })).await.expect(200);
    world.app.run_jobs().await;
    assert!(world.seen(&world.hr, &world.crane, "employer").await.is_empty());
    let one = of(&world.crane, &format!("completions/{}?capacity=employer", text(&annas["id"])));
    world.hr.get(&one).await.expect(404);
}

#[actix_web::test]
async fn a_staff_list_and_a_requirement_show_nothing_of_what_a_stranger_paid_for() {
    let world = World::start().await;
    let private = world.record(json!({ "ordered_by": "person" })).await;
    let others = world.record(json!({ "ordered_by": BUILDER })).await;
    world.anna_works_for_crane(Value::Null).await;
    world.crane_requires_t4().await;
    let anna = world.anna_who_claimed().await;
    world.app.run_jobs().await;
    let listed = world.hr.get(&of(&world.crane, "completions?capacity=employer")).await;
    assert_eq!(listed.expect(200), json!({ "items": [], "next": null }));
    for completion in [&private, &others] {
        let one = of(&world.crane, &format!("completions/{}?capacity=employer", text(&completion["id"])));
        world.hr.get(&one).await.expect(404);
    }
    assert_eq!(world.held_by(&anna, &private).await, ["Fjordkurs AS: delivered"]);
    assert_eq!(anna.get("/v1/me/disclosures").await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn a_privacy_officer_sees_all_the_organisation_holds() {
    let (world, _, annas, odds) = with_two_ordered().await;
    let officer = person_of(&world, "crane", Role::PrivacyOfficer).await;
    assert_eq!(world.seen(&officer, &world.crane, "employer").await, [text(&annas["id"]), text(&odds["id"])]);
    assert!(world.seen(&officer, &world.crane, "provider").await.is_empty());
    let schools = person_of(&world, "school", Role::PrivacyOfficer).await;
    assert_eq!(world.seen(&schools, &world.school, "provider").await.len(), 2);
    officer.get(&of(&world.school, "completions?capacity=provider")).await.expect(404);
}

#[actix_web::test]
async fn an_api_client_sees_what_its_scope_says() {
    let (world, _, annas, _) = with_two_ordered().await;
    let admin = person_of(&world, "crane", Role::Administrator).await;
    let new = json!({ "name": "HR-system", "scopes": ["employer:read"] });
    let client = admin.post(&of(&world.crane, "api-clients"), new).await.expect(201);
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text(&client["client_id"]),
        text(&client["client_secret"])
    );
    let token = world.app.nobody().post_form("/oauth/token", &form).await.expect(200);
    let system = world.app.nobody().with_token(&text(&token["access_token"]));
    assert_eq!(world.seen(&system, &world.crane, "employer").await, [text(&annas["id"])]);
    system.get(&of(&world.crane, "completions?capacity=provider")).await.expect(403);
    system.get(&of(&world.builder, "completions?capacity=employer")).await.expect(404);
    system.get(&of(&world.crane, "persons")).await.expect(403);
    system.post(&of(&world.crane, "completions"), world.completion(json!({}))).await.expect(403);
}

#[actix_web::test]
async fn whoever_is_shown_a_completion_leaves_one_line_a_day() {
    let (world, _, annas, _) = with_two_ordered().await;
    let second =
        world.record(json!({ "course": world.hydraulics, "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    let anna = world.anna_who_claimed().await;
    world.seen(&world.teacher, &world.school, "provider").await;
    assert_eq!(anna.get("/v1/me/disclosures").await.ok()["items"], json!([]), "the school reads what is its own");

    let one = of(&world.crane, &format!("completions/{}?capacity=employer", text(&annas["id"])));
    world.hr.get(&one).await.expect(200);
    world.hr.get(&one).await.expect(200);
    let log = anna.get("/v1/me/disclosures").await.ok();
    assert_eq!((&log["items"][0]["count"], &log["items"][0]["day"]), (&json!(2), &json!("2026-03-02")));
    assert_snapshot!(text(&log["items"][0]["sentence"]["nb"]), @"Bergen Kran AS fikk vist registreringen din «Truck T4 – motvektstruck» 2. mars 2026. Oppgitt grunn: bestilt av arbeidsgiver.");
    assert_snapshot!(text(&log["items"][0]["sentence"]["en"]), @"Bergen Kran AS was shown your record “Truck T4 – counterbalance truck” on 2 March 2026. Stated reason: ordered by the employer.");
    assert_eq!(log["items"][0]["records"], json!([annas["id"]]));

    world.app.later(chrono::TimeDelta::minutes(5));
    world.seen(&world.hr, &world.crane, "employer").await;
    let log = anna.get("/v1/me/disclosures").await.ok();
    assert_eq!(log["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&log["items"][0]["count"], &log["items"][0]["records"]),
        (&json!(3), &json!([annas["id"], second["id"]]))
    );
    assert_eq!(log["items"][0]["last_at"], "2026-03-02T09:05:00.000000Z");
    assert_eq!(world.app.count("disclosures"), 1, "Odd does not work there, so nothing of his was shown");
}

#[actix_web::test]
async fn what_leaves_no_trace_does_not_wait_for_whoever_writes() {
    let (world, _, annas, _) = with_two_ordered().await;
    let (db, (began, begun), (release, released)) = (world.app.db().clone(), channel(), channel());
    let writing = std::thread::spawn(move || {
        db.write_here(move |_| {
            began.send(()).expect("somebody waits");
            released.recv().map_err(|_| Error::Other("nobody waits".into()))
        })
    });
    begun.recv().expect("it writes");
    let own = world.seen(&world.teacher, &world.school, "provider").await;
    release.send(()).expect("it still writes");
    writing.join().expect("no panic").expect("written");
    assert_eq!(own.first(), Some(&text(&annas["id"])));
}
