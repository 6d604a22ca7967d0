//! What an organisation keeps without its being known until when.

use attest::words::Role;
use serde_json::Value;

use crate::support::{CRANE, Caller, World, json, of, text};

async fn undecided(world: &World, officer: &Caller, query: &str) -> Value {
    officer.get(&of(&world.crane, &format!("undecided{query}"))).await.expect(200)
}

#[actix_web::test]
async fn an_employer_reads_what_it_must_say_where_and_what_it_says_is_off_the_list() {
    let world = World::start().await;
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let completion = world.record(json!({ "ordered_by": CRANE })).await;
    world.record(json!({ "course": world.hydraulics })).await;
    world.app.run_jobs().await;
    let listed = undecided(&world, &officer, "").await;
    let crane = text(&world.crane["id"]);
    assert_eq!(
        listed["items"],
        json!([{
            "record": completion["id"],
            "person": { "id": completion["person"]["id"], "name": "Anna Ødegård", "external_reference": null },
            "title": listed["items"][0]["title"],
            "ground": "ordered_offered",
            "category": "RS10",
            "missing": ["relation_end"],
            "says": {
                "nb": format!("Oppgi arbeidsforholdet eller oppdraget, og når det slutter, hvis det er kjent: POST \
                    /v1/organisations/{crane}/employments. Så lenge det ikke er gjort, slettes dette ikke av seg selv."),
                "en": format!("Say what the employment or the assignment was, and when it ends if that is known: POST \
                    /v1/organisations/{crane}/employments. As long as that is not done, this does not go by itself."),
            },
        }])
    );
    assert!(!text(&listed["items"][0]["title"]["nb"]).is_empty());

    let new = json!({ "person": completion["person"]["id"], "from": "2020-01-01" });
    world.hr.post(&of(&world.crane, "employments"), new).await.expect(201);
    world.app.run_jobs().await;
    assert_eq!(undecided(&world, &officer, "").await["items"], json!([]), "it waits for a day, which is not unknown");
}

#[actix_web::test]
async fn to_read_what_another_recorded_leaves_a_disclosure_and_what_one_recorded_oneself_none() {
    let world = World::start().await;
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let anna = world.anna_who_claimed().await;
    world.record(json!({ "ordered_by": CRANE })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    undecided(&world, &officer, "").await;
    let log = anna.get("/v1/me/disclosures").await.expect(200);
    assert_eq!(log["items"][0]["organisation"]["name"], "Bergen Kran AS");
    assert_eq!(log["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn the_list_is_read_in_pages_by_the_privacy_officer_alone() {
    let world = World::start().await;
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    for on in ["2025-01-01", "2025-02-01", "2025-03-01"] {
        world.record(json!({ "ordered_by": CRANE, "on": on })).await;
    }
    world.app.run_jobs().await;
    let mut found = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = undecided(&world, &officer, &query).await;
        found.extend(page["items"].as_array().expect("items").iter().map(|one| text(&one["record"])));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    let distinct: std::collections::BTreeSet<_> = found.iter().collect();
    assert_eq!((found.len(), distinct.len()), (3, 3));
    assert_eq!(world.hr.get(&of(&world.crane, "undecided")).await.status, 403);
    let other = world.app.member(&world.builder, Role::PrivacyOfficer).await;
    assert_eq!(other.get(&of(&world.crane, "undecided")).await.status, 404);
    let listed = other.get(&of(&world.builder, "undecided")).await.expect(200);
    assert_eq!(listed["items"], json!([]), "nothing of others' is in it");
}
