//! Signing up, verifying, choosing a new password, closing.

use attest::platform::problem::Problem;
use chrono::TimeDelta;
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{App, json};

const PASSWORD: &str = "blå hest i regnvær";

fn anna() -> Value {
    json!({ "name": "Anna Ødegård", "email": "Anna@Example.no", "birth_date": "1990-05-17", "password": PASSWORD })
}

#[actix_web::test]
async fn somebody_who_signs_up_and_verifies_the_address_can_sign_in() {
    let app = App::start().await;
    assert_snapshot!(app.nobody().post("/v1/accounts", anna()).await, @"202 Accepted");
    let (mail, token) = app.letter().await;
    assert_eq!((mail.to.as_str(), mail.lang.as_str()), ("Anna@Example.no", "nb"));

    let credentials = json!({ "email": "anna@example.no", "password": PASSWORD });
    app.nobody().post("/v1/sessions", credentials.clone()).await.expect(401);
    let opened = app.nobody().post("/v1/accounts/verification", json!({ "token": token })).await.expect(200);
    assert_eq!(opened.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>()), Some(vec!["account".into()]));
    let again = app.nobody().post("/v1/accounts/verification", json!({ "token": token })).await;
    assert_eq!(again.problem(), "link-spent");

    let signed_in = app.nobody().post("/v1/sessions", credentials).await.ok();
    let anna = app.nobody().with_token(signed_in["access_token"].as_str().expect("a token"));
    assert_snapshot!(anna.get("/v1/me/memberships").await, @r#"
    200 OK
    {
      "items": [],
      "next": null
    }
    "#);
    assert!(app.dump("cards").contains("Anna Ødegård"));
    assert!(app.dump("card_emails").contains("anna@example.no"));
}

#[actix_web::test]
async fn whoever_is_too_young_is_refused_and_nothing_is_stored() {
    let app = App::start().await;
    let young =
        json!({ "name": "Odd Ung", "email": "odd@example.no", "birth_date": "2011-03-03", "password": PASSWORD });
    let reply = app.nobody().with_header("accept-language", "en").post("/v1/accounts", young).await;
    assert_eq!(reply.findings(), ["/birth_date too_young"]);
    let stored = app.everything_stored();
    assert!(!stored.contains("Odd") && !stored.contains("odd@example.no") && !stored.contains("2011"));
    assert!(app.mails().await.is_empty());

    let just_old_enough =
        json!({ "name": "Odd Ung", "email": "odd@example.no", "birth_date": "2011-03-02", "password": PASSWORD });
    app.nobody().post("/v1/accounts", just_old_enough).await.expect(202);
    assert_eq!(app.mails().await.len(), 1);
}

#[actix_web::test]
async fn an_address_with_an_account_gets_the_same_answer_and_another_letter() {
    let app = App::start().await;
    app.person("Anna Ødegård", "anna@example.no", "1990-05-17").await;
    let reply = app.nobody().post("/v1/accounts", anna()).await;
    assert_snapshot!(reply, @"202 Accepted");
    let (mail, token) = app.letter().await;
    assert_eq!((mail.subject.as_str(), token.as_str()), ("Du har allerede en konto", ""));
    assert_eq!(app.count("sign_ups"), 0);
}

#[actix_web::test]
async fn an_address_gets_five_letters_a_day_however_often_somebody_asks() {
    let app = App::start().await;
    let tries = (0..8).map(|_| async { app.nobody().post("/v1/accounts", anna()).await.status.as_u16() });
    assert_eq!(join_all(tries).await, [202; 8]);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 5);

    let tokens = mails.iter().map(|mail| mail.text.lines().find(|line| line.len() == 43).expect("a token").to_owned());
    let mut statuses = Vec::new();
    for token in tokens {
        let reply = app.nobody().post("/v1/accounts/verification", json!({ "token": token })).await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses, [200, 410, 410, 410, 410]);
    assert_eq!(app.count("accounts"), 1);

    app.later(TimeDelta::days(1));
    app.nobody().post("/v1/accounts", anna()).await.expect(202);
    assert_eq!(app.mails().await.len(), 1);
}

#[actix_web::test]
async fn a_sign_up_is_gone_after_48_hours() {
    let app = App::start().await;
    app.nobody().post("/v1/accounts", anna()).await.expect(202);
    let (_, token) = app.letter().await;
    app.later(TimeDelta::hours(48));
    let late = app.nobody().post("/v1/accounts/verification", json!({ "token": token })).await;
    assert_eq!((late.status.as_u16(), late.problem()), (410, "link-spent"));
    app.write(|tx| Ok::<_, Problem>(attest::identity::housekeeping(tx)?)).await;
    assert_eq!(app.count("sign_ups"), 0);
}

#[actix_web::test]
async fn everything_that_is_wrong_is_said_at_once_and_nothing_is_echoed() {
    let app = App::start().await;
    let body = json!({ "name": "Ola 13097248022", "email": "nowhere", "birth_date": "2026-03-03", "password": "kortord",
        "locale": "fr", "nickname": "x" });
    let reply = app.nobody().post("/v1/accounts", body).await;
    assert_eq!(reply.status.as_u16(), 422);
    assert_eq!(
        reply.findings(),
        [
            "/birth_date in_the_future",
            "/email not_an_email",
            "/locale not_in_list",
            "/name national_identity_number",
            "/nickname unknown_field",
            "/password too_short",
        ]
    );
    for given in ["13097248022", "nowhere", "2026-03-03", "kortord"] {
        assert!(!reply.text.contains(given), "the answer repeats {given}");
    }
}

#[actix_web::test]
async fn a_password_that_is_guessed_first_or_holds_the_own_address_is_refused() {
    let app = App::start().await;
    for password in ["Password123", "ola.nordmann!", "xola.nordmann@example.no"] {
        let body = json!({ "name": "Ola", "email": "ola.nordmann@example.no", "birth_date": "1990-01-01",
            "password": password });
        let reply = app.nobody().post("/v1/accounts", body).await;
        assert_eq!(reply.findings(), ["/password common_password"], "{password}");
    }
}

#[actix_web::test]
async fn a_new_password_ends_every_sign_in_and_its_letter_works_once() {
    let app = App::start().await;
    let anna = app.person("Anna Ødegård", "anna@example.no", "1990-05-17").await;
    app.nobody().post("/v1/accounts/password-resets", json!({ "email": "nobody@example.no" })).await.expect(202);
    assert!(app.mails().await.is_empty());
    app.nobody().post("/v1/accounts/password-resets", json!({ "email": "anna@example.no" })).await.expect(202);
    let (_, token) = app.letter().await;

    let weak = json!({ "token": token, "password": "anna@example.no" });
    let confirmation = "/v1/accounts/password-resets/confirmation";
    assert_eq!(app.nobody().post(confirmation, weak).await.findings(), ["/password common_password"]);
    let strong = json!({ "token": token, "password": PASSWORD });
    assert_snapshot!(app.nobody().post(confirmation, strong.clone()).await, @"204 No Content");
    assert_eq!(app.nobody().post(confirmation, strong).await.problem(), "link-spent");

    anna.get("/v1/me/memberships").await.expect(401);
    let credentials = json!({ "email": "anna@example.no", "password": PASSWORD });
    app.nobody().post("/v1/sessions", credentials).await.expect(200);
}

#[actix_web::test]
async fn the_operator_closes_an_account_and_nobody_else_can() {
    let app = App::start().await;
    let anna = app.person("Anna Ødegård", "anna@example.no", "1990-05-17").await;
    let other = app.person("Odd Berg", "odd@example.no", "1980-05-17").await;
    let closure = format!("/v1/accounts/{}/closure", anna.account.expect("an account"));
    other.post_nothing(&closure).await.expect(404);
    anna.post_nothing(&closure).await.expect(404);
    let operator = app.operator().await;
    operator.post_nothing(&closure).await.expect(204);
    operator.post_nothing(&closure).await.expect(204);
    anna.get("/v1/me/memberships").await.expect(401);
    operator.post_nothing("/v1/accounts/019cadf2-0000-7000-8000-00000000ffff/closure").await.expect(404);
}
