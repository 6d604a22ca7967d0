//! Signing in and out.

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::{App, Caller, json};

const PASSWORD: &str = "blå hest i regnvær";

/// Anna, with an account and a password.
async fn with_anna() -> App {
    let app = App::start().await;
    let body =
        json!({ "name": "Anna Ødegård", "email": "anna@example.no", "birth_date": "1990-05-17", "password": PASSWORD });
    app.nobody().post("/v1/accounts", body).await.expect(202);
    let (_, token) = app.letter().await;
    app.nobody().post("/v1/accounts/verification", json!({ "token": token })).await.expect(200);
    app
}

fn credentials(password: &str) -> Value {
    json!({ "email": "Anna@example.no", "password": password })
}

async fn refresh(app: &App, token: &Value) -> crate::support::Reply {
    app.nobody().post("/v1/sessions/refresh", json!({ "refresh_token": token })).await
}

fn signed_in(app: &App, pair: &Value) -> Caller {
    app.nobody().with_token(pair["access_token"].as_str().expect("a token"))
}

#[actix_web::test]
async fn signing_in_gives_a_token_for_a_quarter_of_an_hour_and_one_to_go_on_with() {
    let app = with_anna().await;
    let pair = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    assert_eq!((&pair["token_type"], &pair["expires_in"]), (&json!("Bearer"), &json!(900)));
    let anna = signed_in(&app, &pair);
    app.later(TimeDelta::seconds(899));
    anna.get("/v1/me/memberships").await.expect(200);
    app.later(TimeDelta::seconds(1));
    let late = anna.get("/v1/me/memberships").await;
    assert_eq!(late.header("www-authenticate"), Some("Bearer realm=\"attest\""));
    late.expect(401);

    let next = refresh(&app, &pair["refresh_token"]).await.expect(200);
    assert_ne!(next["refresh_token"], pair["refresh_token"]);
    signed_in(&app, &next).get("/v1/me/memberships").await.expect(200);
}

#[actix_web::test]
async fn a_refresh_token_that_is_used_twice_ends_the_whole_sign_in() {
    let app = with_anna().await;
    let first = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    let second = refresh(&app, &first["refresh_token"]).await.expect(200);
    let elsewhere = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);

    refresh(&app, &first["refresh_token"]).await.expect(401);
    refresh(&app, &second["refresh_token"]).await.expect(401);
    signed_in(&app, &second).get("/v1/me/memberships").await.expect(401);
    assert!(app.dump("sign_ins").contains("reuse"));
    signed_in(&app, &elsewhere).get("/v1/me/memberships").await.expect(200);
}

#[actix_web::test]
async fn a_sign_in_lasts_thirty_days_unused_and_ninety_at_most() {
    let app = with_anna().await;
    let unused = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    let mut used = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    for _ in 0..4 {
        app.later(TimeDelta::days(22));
        used = refresh(&app, &used["refresh_token"]).await.expect(200);
    }
    refresh(&app, &unused["refresh_token"]).await.expect(401);
    app.later(TimeDelta::days(2));
    refresh(&app, &used["refresh_token"]).await.expect(401);
}

#[actix_web::test]
async fn whoever_signs_out_is_out_on_this_device_only() {
    let app = with_anna().await;
    let here = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    let there = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    signed_in(&app, &here).delete("/v1/sessions/current").await.expect(204);
    signed_in(&app, &here).get("/v1/me/memberships").await.expect(401);
    refresh(&app, &here["refresh_token"]).await.expect(401);
    signed_in(&app, &there).get("/v1/me/memberships").await.expect(200);
}

#[actix_web::test]
async fn wrong_passwords_slow_down_and_never_block_for_ever() {
    let app = with_anna().await;
    for _ in 0..5 {
        let reply = app.nobody().post("/v1/sessions", credentials("not the password")).await;
        assert_eq!(reply.problem(), "wrong-credentials");
    }
    for wait in ["2", "2"] {
        let slowed = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await;
        assert_eq!((slowed.status.as_u16(), slowed.header("retry-after")), (429, Some(wait)));
    }
    app.later(TimeDelta::seconds(2));
    app.nobody().post("/v1/sessions", credentials("still wrong")).await.expect(401);
    let slowed = app.nobody().post("/v1/sessions", credentials(PASSWORD)).await;
    assert_eq!(slowed.header("retry-after"), Some("4"));
    app.later(TimeDelta::seconds(4));
    app.nobody().post("/v1/sessions", credentials(PASSWORD)).await.expect(200);
    assert!(!app.dump("attempts").contains("sign_in"), "success forgets the failures");
}

#[actix_web::test]
async fn an_unknown_address_is_slowed_and_answered_as_a_known_one() {
    let app = App::start().await;
    let unknown = json!({ "email": "nobody@example.no", "password": PASSWORD });
    for _ in 0..5 {
        assert_eq!(app.nobody().post("/v1/sessions", unknown.clone()).await.problem(), "wrong-credentials");
    }
    app.nobody().post("/v1/sessions", unknown).await.expect(429);
    assert!(!app.dump("attempts").contains("nobody"), "attempts are counted under a hash");
}

#[actix_web::test]
async fn many_guesses_at_once_count_as_many() {
    let app = with_anna().await;
    let guesses =
        (0..20).map(|_| async { app.nobody().post("/v1/sessions", credentials("a guess")).await.status.as_u16() });
    let statuses = futures_util::future::join_all(guesses).await;
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 15);
}
