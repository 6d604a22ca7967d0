//! Claims: which of the people holders know one turned out to be.

use serde_json::Value;

use crate::support::{App, Caller, World, json, of, text};

const PASSWORD: &str = "blå hest i regnvær";

/// Signs up and verifies, as people do.
async fn sign_up(app: &App, email: &str, birth_date: &str) {
    let body = json!({ "name": "Anna Ødegård", "email": email, "birth_date": birth_date, "password": PASSWORD });
    app.nobody().post("/v1/accounts", body).await.expect(202);
    let (_, token) = app.letter().await;
    app.nobody().post("/v1/accounts/verification", json!({ "token": token })).await.expect(200);
    app.run_jobs().await;
}

async fn sign_in(app: &App, email: &str) -> Caller {
    let pair = app.nobody().post("/v1/sessions", json!({ "email": email, "password": PASSWORD })).await.expect(200);
    app.run_jobs().await;
    app.nobody().with_token(&text(&pair["access_token"]))
}

async fn completions(caller: &Caller) -> usize {
    caller.get("/v1/me/completions").await.ok()["items"].as_array().map_or(0, Vec::len)
}

async fn claims(caller: &Caller) -> Vec<Value> {
    caller.get("/v1/me/claims").await.ok()["items"].as_array().cloned().unwrap_or_default()
}

#[actix_web::test]
async fn who_verifies_the_address_and_has_the_birth_date_has_the_records() {
    let world = World::start().await;
    world.record(json!({ "email": "Anna@Example.no" })).await;
    assert_eq!(world.app.count("claims"), 0);
    sign_up(&world.app, "anna@example.no", "1991-05-17").await;
    assert_eq!(world.app.count("claims"), 1, "verifying is enough");
    let anna = sign_in(&world.app, "anna@example.no").await;
    assert_eq!(completions(&anna).await, 1);
    let made = claims(&anna).await;
    assert_eq!((&made[0]["holder"], &made[0]["claimed_by"]), (&json!("Fjordkurs AS"), &json!("email_and_birth_date")));
}

#[actix_web::test]
async fn what_arrives_later_is_claimed_at_the_next_sign_in() {
    let world = World::start().await;
    sign_up(&world.app, "anna@example.no", "1991-05-17").await;
    world.record(json!({})).await;
    assert_eq!(world.app.count("claims"), 0);
    let anna = sign_in(&world.app, "anna@example.no").await;
    assert_eq!((completions(&anna).await, world.app.count("claims")), (1, 1));
    sign_in(&world.app, "anna@example.no").await;
    assert_eq!(world.app.count("claims"), 1);
}

#[actix_web::test]
async fn an_address_alone_or_a_birth_date_alone_claims_nothing() {
    let world = World::start().await;
    world.record(json!({ "person_reference": "F-001", "birth_date": "1991-05-18" })).await;
    world.record(json!({ "person_reference": "F-002", "birth_date": null })).await;
    world.record(json!({ "person_reference": "F-003", "email": "another@example.no" })).await;
    sign_up(&world.app, "anna@example.no", "1991-05-17").await;
    let anna = sign_in(&world.app, "anna@example.no").await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert_eq!((completions(&anna).await, world.app.count("claims")), (0, 0));
}

#[actix_web::test]
async fn an_address_alone_is_enough_when_the_holder_invites() {
    let world = World::start().await;
    let made = world.record(json!({ "birth_date": null })).await;
    let anna = world.anna().await;
    let person = text(&made["person"]["id"]);
    let invitation = of(&world.school, &format!("persons/{person}/invitation"));
    let to = |email: &str| json!({ "email": email });
    assert_eq!(world.teacher.post(&invitation, to("odd@example.no")).await.findings(), ["/email unknown"]);
    world.hr.post(&invitation, to("anna@example.no")).await.expect(404);
    let elsewhere = of(&world.crane, &format!("persons/{person}/invitation"));
    world.hr.post(&elsewhere, to("anna@example.no")).await.expect(404);
    world.teacher.post(&invitation, to("Anna@example.no")).await.expect(201);
    let (mail, token) = world.app.letter().await;
    assert_eq!(mail.to.to_lowercase(), "anna@example.no");

    let acceptance = json!({ "token": token });
    let odd = world.app.person("Odd Berg", "odd@example.no", "1980-01-01").await;
    odd.post("/v1/invitations/acceptance", acceptance.clone()).await.expect(403);
    assert_eq!(world.app.count("claims"), 0);
    anna.post("/v1/invitations/acceptance", acceptance.clone()).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(completions(&anna).await, 1);
    assert_eq!(claims(&anna).await[0]["claimed_by"], "invitation");
    anna.post("/v1/invitations/acceptance", acceptance).await.expect(410);
}

#[actix_web::test]
async fn a_claim_undone_is_two_people_again_and_not_made_again_by_itself() {
    let world = World::start().await;
    world.record(json!({})).await;
    sign_up(&world.app, "anna@example.no", "1991-05-17").await;
    let anna = sign_in(&world.app, "anna@example.no").await;
    let claim = format!("/v1/me/claims/{}", text(&claims(&anna).await[0]["id"]));
    let odd = world.app.person("Odd Berg", "odd@example.no", "1980-01-01").await;
    odd.delete(&claim).await.expect(404);
    world.app.run_jobs().await;
    anna.delete(&claim).await.expect(204);
    world.app.run_jobs().await;
    let undone = claims(&anna).await;
    anna.delete(&claim).await.expect(204);
    assert_eq!(claims(&anna).await, undone);
    assert_eq!(completions(&anna).await, 0);
    let anna = sign_in(&world.app, "anna@example.no").await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(completions(&anna).await, 0);
    assert!(claims(&anna).await[0]["undone_at"].is_string());
}

#[actix_web::test]
async fn what_was_undone_by_mistake_comes_back_by_an_invitation() {
    let world = World::start().await;
    let made = world.record(json!({})).await;
    let anna = world.anna_who_claimed().await;
    anna.delete(&format!("/v1/me/claims/{}", text(&claims(&anna).await[0]["id"]))).await.expect(204);
    world.app.run_jobs().await;
    let invitation = of(&world.school, &format!("persons/{}/invitation", text(&made["person"]["id"])));
    world.teacher.post(&invitation, json!({ "email": "anna@example.no" })).await.expect(201);
    let (_, token) = world.app.letter().await;
    anna.post("/v1/invitations/acceptance", json!({ "token": token })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(completions(&anna).await, 1);
}

#[actix_web::test]
async fn a_person_somebody_claimed_is_nobody_elses() {
    let world = World::start().await;
    let made = world.record(json!({})).await;
    let anna = world.anna_who_claimed().await;
    // The school's card gets a second address; whoever has that one, and the same birth date, is somebody else.
    let card = of(&world.school, &format!("persons/{}", text(&made["person"]["id"])));
    let both = json!({ "emails": ["anna@example.no", "twin@example.no"] });
    world.teacher.patch(&card, "\"1\"", both).await.expect(200);
    let twin = world.app.person("Berit Ødegård", "twin@example.no", "1991-05-17").await;
    twin.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert_eq!((completions(&twin).await, completions(&anna).await), (0, 1));
    world.teacher.post(&format!("{card}/invitation"), json!({ "email": "twin@example.no" })).await.expect(201);
    let (_, token) = world.app.letter().await;
    let reply = twin.post("/v1/invitations/acceptance", json!({ "token": token })).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (409, "conflict"));
    assert_eq!((completions(&twin).await, completions(&anna).await), (0, 1));
}

#[actix_web::test]
async fn an_employer_sees_what_it_ordered_once_its_employee_says_who_she_is() {
    let world = World::start().await;
    // Nobody told the school the employer's reference, so the two know her under two ids until she says they are one.
    let made = world.record(json!({ "ordered_by": crate::support::CRANE, "email": "private@example.no" })).await;
    world.anna_works_for_crane(Value::Null).await;
    assert!(world.seen(&world.hr, &world.crane, "employer").await.is_empty());
    let anna = world.app.person("Anna Ødegård", "private@example.no", "1991-05-17").await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert!(world.seen(&world.hr, &world.crane, "employer").await.is_empty(), "the employer has another address");

    let found =
        world.hr.post(&of(&world.crane, "persons/search"), json!({ "external_reference": "BK-001" })).await.ok();
    let card = of(&world.crane, &format!("persons/{}", text(&found["items"][0]["person"])));
    world.hr.patch(&card, "\"1\"", json!({ "emails": ["private@example.no"] })).await.expect(200);
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.seen(&world.hr, &world.crane, "employer").await, [text(&made["id"])]);
    let listed = world.hr.get(&of(&world.crane, "completions?capacity=employer")).await.ok();
    for person in [&listed["items"][0]["person"]["id"], &found["items"][0]["person"]] {
        let narrowed = of(&world.crane, &format!("completions?capacity=employer&person={}", text(person)));
        assert_eq!(world.hr.get(&narrowed).await.ok()["items"].as_array().map(Vec::len), Some(1));
    }
}
