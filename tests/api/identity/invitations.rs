//! Invitations to roles.

use attest::words::{OPERATOR, Role};
use chrono::TimeDelta;
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{App, Caller, json};

async fn with_school() -> (App, Value, Caller, String) {
    let app = App::start().await;
    let school = app.organisation("Skole AS", "974760673", &["provider"]).await;
    let admin = app.member(&school, Role::Administrator).await;
    let path = format!("/v1/organisations/{}/invitations", school["id"].as_str().expect("an id"));
    (app, school, admin, path)
}

fn to_hr(email: &str) -> Value {
    json!({ "email": email, "role": "hr" })
}

#[actix_web::test]
async fn the_invited_accepts_once_and_has_the_role() {
    let (app, school, admin, path) = with_school().await;
    admin.with_header("accept-language", "en").post(&path, to_hr("Anna@example.no")).await.expect(201);
    let (mail, token) = app.letter().await;
    assert_eq!(mail.subject, "Skole AS invites you to Attest");
    assert_eq!(admin.get(&path).await.ok()["items"][0]["email"], "Anna@example.no");

    let stranger = app.person("Odd", "odd@example.no", "1990-05-17").await;
    let acceptance = json!({ "token": token });
    stranger.post("/v1/invitations/acceptance", acceptance.clone()).await.expect(403);
    let anna = app.person("Anna", "anna@example.no", "1990-05-17").await;
    let accepted = anna.post("/v1/invitations/acceptance", acceptance.clone()).await.expect(200);
    assert_eq!(accepted, json!({ "organisation": school["id"], "role": "hr", "card": null }));
    anna.post("/v1/invitations/acceptance", acceptance).await.expect(410);
    let held = anna.get("/v1/me/memberships").await.ok();
    assert_eq!(
        held["items"],
        json!([{ "organisation": school["id"], "name": "Skole AS", "role": "hr", "team": null }])
    );
    assert_eq!(admin.get(&path).await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn an_invitation_lasts_seven_days_and_can_be_withdrawn() {
    let (app, _, admin, path) = with_school().await;
    let anna = app.person("Anna", "anna@example.no", "1990-05-17").await;
    let made = admin.post(&path, to_hr("anna@example.no")).await.expect(201);
    let (_, withdrawn) = app.letter().await;
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    admin.delete(&one).await.expect(204);
    admin.delete(&one).await.expect(404);
    anna.post("/v1/invitations/acceptance", json!({ "token": withdrawn })).await.expect(410);

    admin.post(&path, to_hr("anna@example.no")).await.expect(201);
    let (_, late) = app.letter().await;
    app.later(TimeDelta::days(7));
    // The sign-in lasts longer than the access token it began with.
    let again = app.person("Anna again", "anna2@example.no", "1990-05-17").await;
    again.post("/v1/invitations/acceptance", json!({ "token": late })).await.expect(410);
}

#[actix_web::test]
async fn a_manager_needs_a_team_of_the_organisation_and_nobody_else_has_one() {
    let (_app, _, admin, path) = with_school().await;
    let team = "019cadf2-0000-7000-8000-00000000ffff";
    let manager = |team: Value| json!({ "email": "a@example.no", "role": "manager", "team": team });
    assert_eq!(admin.post(&path, manager(Value::Null)).await.findings(), ["/team required"]);
    assert_eq!(admin.post(&path, manager(team.into())).await.findings(), ["/team unknown"]);
    let hr = json!({ "email": "a@example.no", "role": "hr", "team": team });
    assert_eq!(admin.post(&path, hr).await.findings(), ["/team unknown_field"]);
}

#[actix_web::test]
async fn operators_are_invited_by_operators_and_to_the_operator_only() {
    let (app, _, admin, path) = with_school().await;
    let as_operator = json!({ "email": "a@example.no", "role": "operator" });
    assert_eq!(admin.post(&path, as_operator.clone()).await.findings(), ["/role not_in_list"]);
    let house = format!("/v1/organisations/{OPERATOR}/invitations");
    admin.post(&house, as_operator.clone()).await.expect(404);
    let its_administrator = app.member_of(OPERATOR, Role::Administrator, None).await;
    its_administrator.post(&house, as_operator.clone()).await.expect(403);
    app.operator().await.post(&house, as_operator).await.expect(201);
    app.letter().await;
    app.operator().await.post(&path, json!({ "email": "first@example.no", "role": "administrator" })).await.expect(201);
    app.letter().await;
}

#[actix_web::test]
async fn a_twin_of_an_invitation_writes_no_second_letter() {
    let (app, _, admin, path) = with_school().await;
    let keyed = admin.with_header("idempotency-key", "once");
    let first = keyed.post(&path, to_hr("anna@example.no")).await.expect(201);
    assert_eq!(keyed.post(&path, to_hr("anna@example.no")).await.expect(201), first);
    assert_eq!(keyed.post(&path, to_hr("odd@example.no")).await.problem(), "idempotency-key-reused");
    app.letter().await;
    assert_snapshot!(app.nobody().get(&path).await.problem(), @"unauthenticated");
}
