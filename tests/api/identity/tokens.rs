//! Access tokens and the keys that sign them.

use attest::{
    access::Actor,
    identity::tokens::store::rotate,
    platform::problem::Problem,
    words::{Identifier, SignInId},
};
use chrono::TimeDelta;

use crate::support::App;

#[actix_web::test]
async fn the_key_set_shows_the_public_key_and_nothing_private() {
    let app = App::start().await;
    let set = app.nobody().get("/.well-known/jwks.json").await.ok();
    let keys = set["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 1);
    let mut members: Vec<_> = keys[0].as_object().expect("a key").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
}

#[actix_web::test]
async fn after_a_rotation_old_tokens_work_until_they_expire_and_other_instances_notice() {
    let app = App::start().await;
    let anna = app.person("Anna", "anna@example.no", "1990-05-17").await;
    let elsewhere = app.another_instance().await;
    app.write(|tx| Ok::<_, Problem>(rotate(tx)?)).await;
    app.server.tokens.reload().expect("the keys can be read");
    app.later(TimeDelta::seconds(10));

    anna.get("/v1/me/memberships").await.expect(200);
    let old = elsewhere.with_token(anna.token.as_deref().expect("a token"));
    old.get("/v1/me/memberships").await.expect(200);
    let odd = app.person("Odd", "odd@example.no", "1990-05-17").await;
    let new = elsewhere.with_token(odd.token.as_deref().expect("a token"));
    new.get("/v1/me/memberships").await.expect(200);
    assert_eq!(app.nobody().get("/.well-known/jwks.json").await.ok()["keys"].as_array().map(Vec::len), Some(2));

    app.later(TimeDelta::minutes(30));
    assert_eq!(app.nobody().get("/.well-known/jwks.json").await.ok()["keys"].as_array().map(Vec::len), Some(1));
    anna.get("/v1/me/memberships").await.expect(401);
}

#[actix_web::test]
async fn a_token_that_was_changed_or_is_for_another_sign_in_is_refused() {
    let app = App::start().await;
    let anna = app.person("Anna", "anna@example.no", "1990-05-17").await;
    let token = anna.token.clone().expect("a token");
    let (head, signature) = token.rsplit_once('.').expect("three parts");
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{head}.{flipped}{}", &signature[1..]);
    for bad in [changed.as_str(), head, "", "x.y.z"] {
        anna.with_token(bad).get("/v1/me/memberships").await.expect(401);
    }
    let account = anna.account.expect("an account");
    let nowhere = SignInId::from_uuid(account.uuid());
    let forged = app.server.tokens.issue(Actor::Account { account, sign_in: nowhere }, app.clock.now());
    anna.with_token(&forged.expect("signed")).get("/v1/me/memberships").await.expect(401);
}
