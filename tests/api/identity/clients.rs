//! API clients: made, signed in, given another secret, revoked.

use attest::words::Role;
use base64::{Engine, engine::general_purpose::STANDARD};
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{App, Caller, json};

async fn with_client() -> (App, Caller, String, Value) {
    let app = App::start().await;
    let school = app.organisation("Skole AS", "974760673", &["provider"]).await;
    let admin = app.member(&school, Role::Administrator).await;
    let path = format!("/v1/organisations/{}/api-clients", school["id"].as_str().expect("an id"));
    let client = admin.post(&path, json!({ "name": "HR-system", "scopes": ["staff:read"] })).await.expect(201);
    (app, admin, path, client)
}

fn form(client: &Value) -> String {
    let text = |name: &str| client[name].as_str().unwrap_or_default().to_owned();
    format!("grant_type=client_credentials&client_id={}&client_secret={}", text("client_id"), text("client_secret"))
}

#[actix_web::test]
async fn a_client_signs_in_with_the_form_or_with_basic_and_acts_for_its_organisation() {
    let (app, _, path, client) = with_client().await;
    let token = app.nobody().post_form("/oauth/token", &form(&client)).await.expect(200);
    assert_eq!((&token["token_type"], &token["scope"]), (&json!("Bearer"), &json!("staff:read")));
    let organisation = path.trim_end_matches("/api-clients");
    let caller = app.nobody().with_token(token["access_token"].as_str().expect("a token"));
    caller.get(organisation).await.expect(200);
    caller.get(&path).await.expect(403);
    caller.get("/v1/me/memberships").await.expect(403);

    let pair =
        format!("{}:{}", client["client_id"].as_str().expect("id"), client["client_secret"].as_str().expect("s"));
    let basic = app.nobody().with_header("authorization", &format!("Basic {}", STANDARD.encode(pair)));
    basic.post_form("/oauth/token", "grant_type=client_credentials&scope=staff%3Aread&foo=bar").await.expect(200);
}

#[actix_web::test]
async fn a_token_request_is_refused_in_the_words_of_the_standard() {
    let (app, _, _, client) = with_client().await;
    let good = form(&client);
    let mut answers = Vec::new();
    for (what, form) in [
        ("no grant", good.replace("grant_type", "grunt_type")),
        ("another grant", good.replace("client_credentials", "password")),
        ("no client", "grant_type=client_credentials".to_owned()),
        ("another secret", format!("{good}x")),
        ("an unknown scope", format!("{good}&scope=everything")),
        ("a scope it was not given", format!("{good}&scope=staff%3Awrite")),
    ] {
        let reply = app.nobody().post_form("/oauth/token", &form).await;
        answers.push(format!("{what}: {} {}", reply.status.as_u16(), reply.body["error"].as_str().unwrap_or_default()));
    }
    assert_snapshot!(answers.join("\n"), @r"
    no grant: 400 invalid_request
    another grant: 400 unsupported_grant_type
    no client: 401 invalid_client
    another secret: 401 invalid_client
    an unknown scope: 400 invalid_scope
    a scope it was not given: 400 invalid_scope
    ");
}

#[actix_web::test]
async fn a_secret_is_shown_once_and_kept_hashed() {
    let (app, admin, path, client) = with_client().await;
    let listed = admin.get(&path).await.ok();
    assert_eq!(listed["items"][0].get("client_secret"), None);
    assert!(!app.dump("api_clients").contains(client["client_secret"].as_str().expect("a secret")));

    let keyed = admin.with_header("idempotency-key", "once");
    let body = json!({ "name": "Import", "scopes": ["completions:write"] });
    keyed.post(&path, body.clone()).await.expect(201);
    let twin = keyed.post(&path, body).await;
    assert_eq!((twin.status.as_u16(), twin.problem()), (409, "secret-already-shown"));
    assert_eq!(app.count("api_clients"), 2);
}

#[actix_web::test]
async fn a_new_secret_replaces_the_old_one() {
    let (app, admin, path, client) = with_client().await;
    let one = format!("{path}/{}", client["client_id"].as_str().expect("an id"));
    let renewed = admin.post_nothing(&format!("{one}/secret")).await.expect(201);
    assert_eq!(renewed["client_id"], client["client_id"]);
    app.nobody().post_form("/oauth/token", &form(&client)).await.expect(401);
    app.nobody().post_form("/oauth/token", &form(&renewed)).await.expect(200);
}

#[actix_web::test]
async fn a_revoked_client_is_out_at_once() {
    let (app, admin, path, client) = with_client().await;
    let token = app.nobody().post_form("/oauth/token", &form(&client)).await.expect(200);
    let caller = app.nobody().with_token(token["access_token"].as_str().expect("a token"));
    let organisation = path.trim_end_matches("/api-clients");
    caller.get(organisation).await.expect(200);
    let one = format!("{path}/{}", client["client_id"].as_str().expect("an id"));
    admin.delete(&one).await.expect(204);
    caller.get(organisation).await.expect(401);
    app.nobody().post_form("/oauth/token", &form(&client)).await.expect(401);
    admin.delete(&one).await.expect(404);
    assert_eq!(admin.get(&path).await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn only_the_administrator_of_the_organisation_has_clients() {
    let (app, _, path, _) = with_client().await;
    let other = app.organisation("Annen AS", "923609016", &["employer"]).await;
    app.member(&other, Role::Administrator).await.get(&path).await.expect(404);
    let organisation: Value = path.split('/').nth(3).expect("an id").into();
    app.member(&organisation, Role::Hr).await.get(&path).await.expect(403);
    let reply =
        app.member(&organisation, Role::Administrator).await.post(&path, json!({ "name": "x", "scopes": [] })).await;
    assert_eq!(reply.findings(), ["/scopes required"]);
}
