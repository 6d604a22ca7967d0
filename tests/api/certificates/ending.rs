//! What is done to a certificate after its issue.

use attest::words::Role;

use super::{administrator, certificate, issue, under, verify, verify_on};
use crate::support::{World, json, text};

#[actix_web::test]
async fn a_revoked_certificate_stays_and_says_so_but_never_why() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let administrator = administrator(&world).await;
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    let path = under(&world, &issued, "/revocation");
    let revoked = administrator.post(&path, reason.clone()).await.expect(200);
    let (letter, _) = world.app.letter().await;
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("anna@example.no", "Fjordkurs AS har trukket tilbake et bevis")
    );
    assert!(letter.text.contains("FA-2026-000001") && !letter.text.contains("Kurs HYD"), "{}", letter.text);
    assert_eq!((&revoked["status"], &revoked["acts"][0]["reason"]), (&json!("revoked"), &json!("basis_withdrawn")));
    let seen = verify(&world, &issued).await;
    assert_eq!((&seen["status"], &seen["certificate"]["number"]), (&json!("revoked"), &issued["facts"]["number"]));
    assert!(!seen.to_string().contains("basis") && !seen.to_string().contains("heard"));
    assert_eq!(administrator.post(&path, reason).await.findings(), [" not_in_this_state"]);
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    let correction = json!({ "reason": "Nytt navn" });
    assert_eq!(
        teacher.post(&under(&world, &issued, "/corrections"), correction).await.findings(),
        [" not_in_this_state"]
    );

    let anna = world.anna_who_claimed().await;
    let own = anna.get(&format!("/v1/me/certificates/{}", text(&issued["id"]))).await.expect(200);
    assert_eq!((&own["status"], &own["acts"][0]["reason"]), (&json!("revoked"), &json!("basis_withdrawn")));
}

#[actix_web::test]
async fn nobody_revokes_without_a_reason_without_hearing_the_holder_or_without_the_right() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let path = under(&world, &issued, "/revocation");
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    let administrator = administrator(&world).await;
    let refused = administrator.post(&path, json!({})).await;
    assert_eq!(refused.findings(), ["/heard_on required", "/reason required"]);
    let tomorrow = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-03" });
    assert_eq!(administrator.post(&path, tomorrow).await.findings(), ["/heard_on in_the_future"]);
    assert_eq!(world.teacher.post(&path, reason.clone()).await.problem(), "forbidden");
    assert_eq!(world.hr.post(&path, reason.clone()).await.problem(), "not-found");
    let neighbour = world.app.member(&world.crane, Role::Administrator).await;
    let their_own = path.replace(&text(&world.school["id"]), &text(&world.crane["id"]));
    assert_eq!(neighbour.post(&their_own, reason).await.problem(), "not-found");
    assert_eq!(verify(&world, &issued).await["status"], "valid");
    assert_eq!(world.app.count("certificate_acts"), 0);
}

#[actix_web::test]
async fn a_suspension_ends_and_its_days_stay_what_they_were() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let (administrator, path) = (administrator(&world).await, under(&world, &issued, "/suspension"));
    assert_eq!(administrator.delete(&path).await.findings(), [" not_in_this_state"]);
    administrator.post(&path, json!({ "reason": "danger" })).await.expect(200);
    assert_eq!(verify(&world, &issued).await["status"], "suspended");
    world.app.later(chrono::TimeDelta::days(5));
    // The token of an hour ago has run out; the role has not.
    let administrator = super::administrator(&world).await;
    administrator.delete(&path).await.expect(200);
    for (day, expected) in [("2026-03-02", "suspended"), ("2026-03-06", "suspended"), ("2026-03-07", "valid")] {
        assert_eq!(verify_on(&world, &issued, day).await["status"], expected, "{day}");
    }
}

#[actix_web::test]
async fn the_holder_and_nobody_else_gives_a_certificate_back() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let path = format!("/v1/me/certificates/{}/surrender", text(&issued["id"]));
    let stranger = world.app.person("Berit Vik", "berit@example.no", "1988-08-08").await;
    assert_eq!(stranger.post_nothing(&path).await.problem(), "not-found");
    let anna = world.anna_who_claimed().await;
    assert_eq!(anna.post_nothing(&path).await.expect(200)["status"], "surrendered");
    assert_eq!(anna.post_nothing(&path).await.findings(), [" not_in_this_state"]);
    assert_eq!(verify(&world, &issued).await["status"], "surrendered");
}

#[actix_web::test]
async fn a_corrected_certificate_keeps_its_number_and_the_old_code_tells_nothing_of_the_new_name() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let old = issue(&world, &[&completion]).await;
    let card = crate::support::of(&world.school, &format!("persons/{}", text(&completion["person"]["id"])));
    let etag = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &etag, json!({ "name": "Anders Ødegård" })).await.expect(200);
    let path = under(&world, &old, "/corrections");
    assert_eq!(world.teacher.post(&path, json!({ "reason": "Nytt navn" })).await.problem(), "condition-needed");
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    assert_eq!(teacher.post(&path, json!({})).await.findings(), ["/reason required"]);
    let new = teacher.post(&path, json!({ "reason": "Nytt navn", "language": "en" })).await.expect(201);
    world.app.mails().await;
    assert_eq!((&new["id"], &new["facts"]["number"]), (&old["id"], &old["facts"]["number"]));
    assert_eq!((&new["version"], &new["facts"]["holder"]["name"]), (&json!(2), &json!("Anders Ødegård")));
    assert_ne!(new["code"], old["code"]);
    let seen = verify(&world, &old).await;
    assert_eq!((&seen["status"], &seen["certificate"]), (&json!("replaced"), &json!(null)));
    assert!(!seen.to_string().contains("Ander") && !seen.to_string().contains(&text(&new["code"])));
    let seen = verify(&world, &new).await;
    assert_eq!((&seen["status"], &seen["certificate"]["holder"]), (&json!("valid"), &json!("Anders Ødegård")));
    // Nor on the days before, nor when something else is done to the certificate.
    assert_eq!(verify_on(&world, &old, "2026-03-02").await["certificate"], json!(null));
    assert_eq!(teacher.post(&path, json!({ "reason": "En gang til" })).await.problem(), "stale");
    let unchanged = json!({ "reason": "Ingenting nytt", "language": "en" });
    let same = world.teacher.with_header("if-match", "\"2\"").post(&path, unchanged).await.expect(201);
    assert_eq!((&same["version"], &same["code"]), (&json!(2), &new["code"]));
    let administrator = administrator(&world).await;
    administrator.post(&under(&world, &old, "/suspension"), json!({ "reason": "under_review" })).await.expect(200);
    assert!(!verify(&world, &old).await.to_string().contains("Anna"));
    // The certificate of these completions is this one; it is not issued a second time.
    assert_eq!(issue(&world, &[&completion]).await["id"], old["id"]);
}

#[actix_web::test]
async fn a_wrong_revocation_is_annulled_and_the_certificate_is_issued_anew_under_another_code() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let (administrator, path) = (administrator(&world).await, under(&world, &issued, "/revocation"));
    let reason = json!({ "reason": "issued_in_error", "heard_on": "2026-03-01" });
    administrator.post(&path, reason).await.expect(200);
    world.app.mails().await;
    let new = administrator.delete(&path).await.expect(200);
    assert_eq!(world.app.letter().await.0.subject, "Fjordkurs AS har utstedt et bevis til deg");
    assert_eq!((&new["facts"], &new["version"]), (&issued["facts"], &json!(2)));
    assert_eq!(verify(&world, &issued).await["status"], "replaced");
    assert_eq!(verify(&world, &new).await["status"], "valid");
    assert!(world.teacher.get(&under(&world, &new, "/pdf")).await.text.contains("%PDF"));
    assert_eq!(administrator.delete(&path).await.findings(), [" not_in_this_state"]);
}
