//! The body of a scheme sees what was issued in it, confirms, countersigns and takes back, and nothing beyond its scheme.

use attest::words::Role;
use serde_json::Value;

use super::{issue, under, verify};
use crate::support::{Caller, Reply, World, give_scheme, json, text};

/// What the school issued for hot work, and an officer of the scheme's body.
async fn hot_work(world: &World) -> (Value, Caller) {
    let completion = world.record(json!({ "course": world.hot_work })).await;
    let officer = world.app.member(&world.body, Role::SchemeOfficer).await;
    (issue(world, &[&completion]).await, officer)
}

fn path(world: &World, certificate: &Value, rest: &str) -> String {
    format!("/v1/schemes/{}/certificates/{}{rest}", text(&world.scheme), text(&certificate["id"]))
}

async fn revoke(world: &World, caller: &Caller, certificate: &Value) -> Reply {
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    let reply = caller.post(&path(world, certificate, "/revocation"), reason).await;
    world.app.mails().await;
    reply
}

#[actix_web::test]
async fn a_body_sees_what_was_issued_in_its_scheme_and_the_holder_sees_that_it_did() {
    let world = World::start().await;
    let (certificate, officer) = hot_work(&world).await;
    super::certificate(&world).await;
    let list = format!("/v1/schemes/{}/certificates", text(&world.scheme));
    let listed = officer.get(&list).await.expect(200)["items"].clone();
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["id"]), (Some(1), &certificate["id"]));
    let shown = &listed[0]["certificate"];
    assert_eq!(
        (&shown["holder"], &shown["lines"][0]["competence"]["code"]),
        (&json!("Anna Ødegård"), &json!("VARME-ARBEIDER"))
    );
    assert_eq!(shown["lines"][0]["result"], json!(null));
    let anna = world.anna_who_claimed().await;
    let disclosures = anna.get("/v1/me/disclosures").await.expect(200)["items"].to_string();
    assert!(disclosures.contains("Varmesikker"), "{disclosures}");
    assert_eq!(world.teacher.get(&list).await.status, 404);
    assert_eq!(world.app.member(&world.body, Role::Administrator).await.get(&list).await.status, 403);
}

#[actix_web::test]
async fn a_body_confirms_and_countersigns_and_anyone_sees_that_it_did() {
    let world = World::start().await;
    let (certificate, officer) = hot_work(&world).await;
    for (act, rest) in [("confirmed", "/confirmation"), ("countersigned", "/countersignature")] {
        officer.post_nothing(&path(&world, &certificate, rest)).await.expect(204);
        let again = officer.post_nothing(&path(&world, &certificate, rest)).await;
        assert_eq!(again.findings(), [" not_in_this_state"]);
        let seen = verify(&world, &certificate).await;
        let vouched = seen["vouched"].as_array().expect("a list").last().cloned();
        assert_eq!(vouched, Some(json!({ "act": act, "by": "Varmesikker", "on": "2026-03-02" })));
    }
    let page = world.app.nobody().get(&format!("/v/{}", text(&certificate["code"]))).await;
    let shown = String::from_utf8_lossy(&page.bytes).into_owned();
    assert!(shown.contains("Bekreftet av") && shown.contains("Kontrasignert av"), "{shown}");
    let own = world.teacher.get(&under(&world, &certificate, "")).await.expect(200);
    assert_eq!((&own["acts"][0]["act"], &own["acts"][0]["by"]["name"]), (&json!("confirmed"), &json!("Varmesikker")));
}

#[actix_web::test]
async fn of_two_schemes_each_body_stands_for_the_certificate_by_itself() {
    let world = World::start().await;
    let offshore = world.app.organisation("Sokkelregisteret", "310000051", &["certifying_body"]).await;
    let (mut schemes, mut completions) = (Vec::new(), Vec::new());
    for (body, scheme, code) in
        [(&offshore, "GSK", "GSK"), (&world.body, "OFFSHORE-FORSTEHJELP", "FORSTEHJELP-OFFSHORE")]
    {
        schemes.push((body, give_scheme(&world.app, scheme, body).await));
        let path = format!("/v1/competences?code={code}");
        let competence = world.app.nobody().get(&path).await.expect(200)["items"][0]["id"].clone();
        let course = json!({ "code": code, "title": { "nb": code, "en": code }, "competence": competence });
        let course = world.teacher.post("/v1/courses", course).await.expect(201)["id"].clone();
        completions.push(world.record(json!({ "course": course })).await);
    }
    let both = issue(&world, &completions.iter().collect::<Vec<_>>()).await;
    for (body, scheme) in schemes {
        let officer = world.app.member(body, Role::SchemeOfficer).await;
        let path = format!("/v1/schemes/{}/certificates/{}/confirmation", text(&scheme), text(&both["id"]));
        officer.post_nothing(&path).await.expect(204);
        assert_eq!(officer.post_nothing(&path).await.findings(), [" not_in_this_state"]);
    }
    let vouched = verify(&world, &both).await["vouched"].clone();
    let by: Vec<String> = vouched.as_array().expect("a list").iter().map(|one| text(&one["by"])).collect();
    assert_eq!(by, ["Sokkelregisteret", "Varmesikker"]);
}

#[actix_web::test]
async fn what_a_body_revokes_only_the_body_gives_back() {
    let world = World::start().await;
    let (certificate, officer) = hot_work(&world).await;
    officer.post_nothing(&path(&world, &certificate, "/confirmation")).await.expect(204);
    revoke(&world, &officer, &certificate).await.expect(204);
    let seen = verify(&world, &certificate).await;
    assert_eq!((&seen["status"], &seen["vouched"]), (&json!("revoked"), &json!([])));
    let administrator = world.app.member(&world.school, Role::Administrator).await;
    let issuers = administrator.delete(&under(&world, &certificate, "/revocation")).await;
    assert_eq!(issuers.findings(), [" revoked_by_another"]);
    officer.delete(&path(&world, &certificate, "/revocation")).await.expect(204);
    world.app.mails().await;
    assert_eq!(verify(&world, &certificate).await["status"], "replaced");
    let anew = world.teacher.get(&under(&world, &certificate, "")).await.expect(200);
    assert_eq!(verify(&world, &anew).await["status"], "valid");

    let reason = json!({ "reason": "issued_in_error", "heard_on": "2026-03-01" });
    administrator.post(&under(&world, &certificate, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    let bodys = officer.delete(&path(&world, &certificate, "/revocation")).await;
    assert_eq!(bodys.findings(), [" revoked_by_another"]);
}

#[actix_web::test]
async fn a_body_has_no_say_beyond_its_scheme() {
    let world = World::start().await;
    let (certificate, officer) = hot_work(&world).await;
    let other = super::certificate(&world).await;
    assert_eq!(revoke(&world, &officer, &other).await.status, 404);
    assert_eq!(officer.post_nothing(&path(&world, &other, "/confirmation")).await.status, 404);
    assert_eq!(revoke(&world, &world.hr, &certificate).await.status, 404);
    let administrator = world.app.member(&world.body, Role::Administrator).await;
    assert_eq!(revoke(&world, &administrator, &certificate).await.status, 403);

    // Hot work and something else on one document: the scheme is not all of it.
    let hot = world.record(json!({ "course": world.hot_work, "on": "2026-02-01" })).await;
    let truck = world.record(json!({ "on": "2026-02-01" })).await;
    let both = issue(&world, &[&hot, &truck]).await;
    assert_eq!(revoke(&world, &officer, &both).await.findings(), [" other_schemes_too"]);
    officer.post_nothing(&path(&world, &both, "/confirmation")).await.expect(204);
    let list = format!("/v1/schemes/{}/certificates", text(&world.scheme));
    let listed = officer.get(&list).await.expect(200)["items"].clone();
    let lines = listed[1]["certificate"]["lines"].as_array().expect("lines").len();
    assert_eq!((listed.as_array().map(Vec::len), lines), (Some(2), 1), "of the other competence it is not told");
    let no_body = world.teacher.get("/v1/schemes").await.expect(200)["items"].clone();
    let no_body = no_body.as_array().expect("schemes").iter().find(|one| one["body"].is_null()).cloned();
    let path = format!("/v1/schemes/{}/certificates", text(&no_body.expect("a scheme without a body")["id"]));
    assert_eq!(officer.get(&path).await.status, 404);
}
