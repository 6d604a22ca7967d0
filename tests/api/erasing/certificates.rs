//! Certificates, their files and their codes.

use attest::{
    certificates::{
        issue::{resume, store::finish},
        verify::store::housekeeping,
    },
    completions::erasing::Because,
    law::erasing::Fate,
    platform::{
        db::{Error, Tx, run::prelude::*, schema::certificate_versions as versions},
        problem::Problem,
    },
    words::*,
};
use chrono::TimeDelta;
use serde_json::Value;

use super::{end, end_because, erased, fates, files, told};
use crate::{
    certificates::{
        administrator, course_that_lasts,
        credentials::{credential as only_credential, credentials, status},
        issue,
        pictures::picture,
        under, verify, verify_on,
    },
    support::{CRANE, World, json, of, text},
};

const OF_A_CERTIFICATE: [&str; 8] = [
    "certificates",
    "credentials",
    "certificate_versions",
    "certificate_lines",
    "certificate_acts",
    "verification_counts",
    "documents",
    "photos",
];

async fn private(world: &World) -> (Value, Value) {
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let certificate = issue(world, &[&completion]).await;
    (completion, certificate)
}

async fn correct(world: &World, certificate: &Value, version: &str) -> Value {
    let teacher = world.teacher.with_header("if-match", version);
    let said = json!({ "reason": "På engelsk", "language": "en" });
    let corrected = teacher.post(&under(world, certificate, "/corrections"), said).await.expect(201);
    world.app.mails().await;
    corrected
}

/// What is said of a file, and of the certificate it belongs to.
async fn sent(world: &World, file: Vec<u8>, code: Option<String>) -> (String, Option<String>) {
    let code = code.map(|code| format!("?code={code}")).unwrap_or_default();
    let reply = world.app.nobody().post_file(&format!("/v1/verify/file{code}"), "application/pdf", file).await;
    let body = reply.expect(200);
    (text(&body["verdict"]), body["verification"]["status"].as_str().map(str::to_owned))
}

#[actix_web::test]
async fn a_certificate_goes_with_its_last_completion_and_every_code_of_it_answers_erased() {
    let world = World::start().await;
    let (completion, first) = private(&world).await;
    let second = correct(&world, &first, "\"1\"").await;
    assert_eq!((told(&world, &first).await.0, told(&world, &second).await.0), ("replaced".into(), "valid".into()));
    let portable = [only_credential(&world, &second).await];
    let pdf = world.teacher.get(&under(&world, &second, "/pdf")).await.bytes;
    world.app.server.lookups.write_down(world.app.db()).await.expect("written");
    assert_eq!(files(&world).await, 2);
    let erasure = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!((fates(&erasure), erasure.files.len()), (vec![("FA-2026-000001", Fate::Goes)], 2));
    for table in OF_A_CERTIFICATE {
        assert_eq!(world.app.count(table), 0, "{table}");
    }
    assert_eq!(files(&world).await, 0);
    // What was handed out is still in somebody's hands, and its list says that it does not hold.
    assert_eq!(status(&world, &portable[0]).await, (true, false));
    assert_eq!(world.app.count("status_marks"), 2, "a place is never given away again");
    let file = portable[0].to_string().into_bytes();
    for (file, code) in [(pdf.to_vec(), None), (file.clone(), None), (file, Some(text(&second["code"])))] {
        let expected = code.as_ref().map(|_| "erased".to_owned());
        assert_eq!(sent(&world, file, code).await, ("no_longer_confirmed".into(), expected));
    }
    for certificate in [&first, &second] {
        assert_eq!(told(&world, certificate).await, erased());
        let seen = verify(&world, certificate).await;
        assert_eq!(seen["issuer"]["name"], "Fjordkurs AS");
        assert_eq!(verify_on(&world, certificate, "2020-01-01").await["status"], "erased", "no day is told");
    }
    // Somebody may look at what was erased a moment ago.
    world.app.server.lookups.write_down(world.app.db()).await.expect("written");
    let other = world.record(json!({ "course": world.hydraulics })).await;
    assert_eq!(issue(&world, &[&other]).await["facts"]["number"], "FA-2026-000002", "no number is given twice");
}

#[actix_web::test]
async fn what_an_employer_must_show_it_still_shows_and_the_issuer_confirms_it_no_longer() {
    let world = World::start().await;
    world.anna_works_for_crane(json!(null)).await;
    let ordered = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "course": world.hydraulics });
    let completion = world.record(ordered).await;
    let issued = issue(&world, &[&completion]).await;
    let anna = world.anna_who_claimed().await;
    let portable = only_credential(&world, &issued).await;
    let erasure = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!((fates(&erasure), erasure.files.len()), (vec![("FA-2026-000001", Fate::Unconfirmed)], 0));
    assert_eq!(status(&world, &portable).await, (true, false));
    assert_eq!(told(&world, &issued).await, erased());
    let no_longer = ("no_longer_confirmed".to_owned(), Some("erased".to_owned()));
    assert_eq!(sent(&world, portable.to_string().into_bytes(), None).await, no_longer);
    let own = format!("/v1/me/certificates/{}/pdf", text(&issued["id"]));
    assert_eq!(sent(&world, anna.get(&own).await.bytes.to_vec(), None).await, no_longer);
    assert_eq!(verify_on(&world, &issued, "2020-01-01").await["status"], "erased");

    let path = of(&world.crane, &format!("completions/{}/certificates", text(&completion["id"])));
    let listed = world.hr.get(&format!("{path}?capacity=employer")).await.expect(200)["items"].clone();
    assert_eq!(listed[0]["facts"], issued["facts"]);
    let pdf = format!("{path}/{}/pdf?capacity=employer", text(&issued["id"]));
    assert!(world.hr.get(&pdf).await.bytes.starts_with(b"%PDF"));
    let own = format!("/v1/me/certificates/{}", text(&issued["id"]));
    assert_eq!(anna.get(&own).await.expect(200)["facts"], issued["facts"]);
    assert!(anna.get(&format!("{own}/pdf")).await.bytes.starts_with(b"%PDF"));

    let administrator = administrator(&world).await;
    assert_eq!(world.teacher.get(&of(&world.school, "certificates")).await.expect(200)["items"], json!([]));
    for rest in ["", "/pdf"] {
        assert_eq!(world.teacher.get(&under(&world, &issued, rest)).await.status, 404, "{rest}");
    }
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    assert_eq!(administrator.post(&under(&world, &issued, "/revocation"), reason).await.status, 404);

    let rest = end(&world, &[(&completion, &world.crane, Ground::OrderedOffered)]).await;
    assert_eq!((fates(&rest), rest.files.len()), (vec![("FA-2026-000001", Fate::Goes)], 1));
    assert_eq!((told(&world, &issued).await, files(&world).await), (erased(), 0));
}

#[actix_web::test]
async fn erasing_does_not_wash_away_a_revocation_until_its_period_ends() {
    let world = World::start().await;
    let (completion, issued) = private(&world).await;
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator(&world).await.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    world.app.later(TimeDelta::days(365));
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    let revoked = ("revoked".to_owned(), false);
    assert_eq!(told(&world, &issued).await, revoked);
    assert_eq!(verify_on(&world, &issued, "2026-03-01").await["status"], "erased", "it was not revoked that day");
    // Revoked on 2 March 2026, erased on 2 March 2027; it had no last day.
    for (days, expected) in [(3288, "revoked"), (1, "erased"), (364, "erased"), (1, "unknown")] {
        world.app.later(TimeDelta::days(days));
        assert_eq!(told(&world, &issued).await, (expected.to_owned(), false), "{days} days later");
    }
    world.app.write(|tx| Ok(housekeeping(tx)?)).await;
    assert_eq!(world.app.count("verification_codes"), 0);
    assert_eq!(told(&world, &issued).await.0, "unknown");
}

#[actix_web::test]
async fn a_revoked_certificate_that_others_keep_stays_revoked_and_shows_nothing() {
    let world = World::start().await;
    let completion = world.record(json!({ "ordered_by": CRANE, "course": world.hydraulics })).await;
    let issued = issue(&world, &[&completion]).await;
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator(&world).await.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!(told(&world, &issued).await, ("revoked".into(), false));
}

#[actix_web::test]
async fn a_mark_is_kept_to_three_years_after_the_last_day_and_is_not_swept_before() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let completion = world.record(json!({ "course": course })).await;
    let issued = issue(&world, &[&completion]).await;
    assert_eq!(issued["facts"]["valid_until"], "2029-03-01");
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    let last: Day = "2032-03-01".parse().expect("a day");
    let today: Day = "2026-03-02".parse().expect("a day");
    world.app.later(*last.date() - *today.date());
    world.app.write(|tx| Ok(housekeeping(tx)?)).await;
    assert_eq!(told(&world, &issued).await, erased());
    world.app.later(TimeDelta::days(1));
    assert_eq!(told(&world, &issued).await.0, "unknown");
    world.app.write(|tx| Ok(housekeeping(tx)?)).await;
    assert_eq!(world.app.count("verification_codes"), 0);
}

#[actix_web::test]
async fn of_a_certificate_about_two_completions_anyone_sees_the_one_that_is_still_held() {
    let world = World::start().await;
    let ordered = world.record(json!({ "ordered_by": CRANE, "course": world.hydraulics })).await;
    let lasting = course_that_lasts(&world).await;
    let own = world.record(json!({ "course": lasting, "on": "2026-02-01", "ordered_by": "person" })).await;
    let both = issue(&world, &[&own, &ordered]).await;
    assert_eq!(both["facts"]["valid_until"], "2029-02-01");
    let portable = credentials(&world, &both).await;
    let pdf = world.teacher.get(&under(&world, &both, "/pdf")).await.bytes.to_vec();
    assert_eq!(
        (&portable[0]["validUntil"], &portable[1]["validUntil"]),
        (&json!("2029-02-01T22:59:59Z"), &json!(null))
    );
    let erasure = end(&world, &[(&own, &world.school, Ground::Delivered)]).await;
    assert_eq!((fates(&erasure), erasure.files.len()), (vec![("FA-2026-000001", Fate::Stays)], 1), "with the document");
    assert_eq!(
        (status(&world, &portable[0]).await, status(&world, &portable[1]).await),
        ((true, false), (false, false))
    );
    assert_eq!(credentials(&world, &both).await, portable[1..]);
    // The document says what nobody knows any more; that does not make it false.
    let no_longer = |status: &str| ("no_longer_confirmed".to_owned(), Some(status.to_owned()));
    assert_eq!(sent(&world, pdf, None).await, no_longer("valid"));
    let gone = portable[0].to_string().into_bytes();
    assert_eq!(sent(&world, gone, None).await, ("no_longer_confirmed".into(), None));
    let seen = verify(&world, &both).await;
    let lines = seen["certificate"]["lines"].as_array().expect("lines");
    assert_eq!((text(&seen["status"]), lines.len()), ("valid".into(), 1));
    assert_eq!(lines[0]["course"]["code"], "HYD");
    assert_eq!(seen["certificate"]["valid_until"], json!(null), "what had a last day is gone");
    // What is gone is said nowhere, neither to the issuer nor to the employer, which never held it.
    let path = of(&world.crane, &format!("completions/{}/certificates", text(&ordered["id"])));
    let hr = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let held = hr.get(&format!("{path}?capacity=employer")).await.expect(200)["items"].clone();
    assert_eq!(
        (&held[0]["facts"]["lines"].as_array().map(Vec::len), &held[0]["facts"]["valid_until"]),
        (&Some(1), &json!(null))
    );
    let teacher = administrator(&world).await;
    let pdf = teacher.get(&under(&world, &both, "/pdf")).await;
    assert_eq!((pdf.status.as_u16(), pdf.problem()), (410, "document-erased"));
    assert!(!world.app.dump("certificate_versions").contains("2029-02-01"));
    correct(&world, &both, "\"1\"").await;
    assert_eq!(teacher.get(&under(&world, &both, "/pdf")).await.status, 200, "a correction is drawn anew");
    assert_eq!(issue(&world, &[&ordered]).await["facts"]["number"], "FA-2026-000001", "it is about that one now");

    let rest = [(&ordered, &world.school, Ground::Delivered), (&ordered, &world.crane, Ground::OrderedOffered)];
    let erasure = end(&world, &rest).await;
    assert_eq!(fates(&erasure), [("FA-2026-000001", Fate::Goes)]);
    assert_eq!((told(&world, &both).await, files(&world).await), (erased(), 0));
}

#[actix_web::test]
async fn what_says_less_by_the_time_it_is_drawn_is_drawn_again() {
    let world = World::start().await;
    let ordered = world.record(json!({ "ordered_by": CRANE, "course": world.hydraulics })).await;
    let own = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01", "ordered_by": "person" })).await;
    let both = issue(&world, &[&own, &ordered]).await;
    let id: CertificateId = text(&both["id"]).parse().expect("an id");
    // As if its document were still being drawn.
    let drawn = world.app.write(move |tx| begun_again(tx, id)).await;
    end(&world, &[(&own, &world.school, Ground::Delivered)]).await;
    let named = world.app.write(move |tx| Ok(finish(tx, (id, 1), &drawn, DocumentId::nil(), &[])?)).await;
    assert!(!named, "what shows more than is left is not named");
    world.app.later(TimeDelta::minutes(2));
    assert_eq!(resume(&world.app.server.house).await.expect("drawn"), 1);
    world.app.mails().await;
    let teacher = administrator(&world).await;
    assert_eq!(teacher.get(&under(&world, &both, "/pdf")).await.status, 200);
}

/// The version is on its way again; what it says.
fn begun_again(tx: &mut Tx<'_>, id: CertificateId) -> Result<String, Problem> {
    let version = versions::table.find((id, 1_i64));
    diesel::update(version)
        .set((versions::issued_at.eq(None::<Instant>), versions::document.eq(None::<DocumentId>)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    Ok(version.select(versions::facts).first(tx.conn()).map_err(Error::from)?)
}

#[actix_web::test]
async fn a_certificate_outlives_the_one_it_renews() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let before = world.record(json!({ "course": course, "on": "2024-03-01" })).await;
    let old = issue(&world, &[&before]).await;
    let new = issue(&world, &[&world.record(json!({ "course": course })).await]).await;
    assert_eq!((&new["renews"], told(&world, &old).await.0.as_str()), (&old["id"], "superseded"));
    end(&world, &[(&before, &world.school, Ground::Delivered)]).await;
    assert_eq!(told(&world, &old).await, erased());
    assert_eq!(told(&world, &new).await.0, "valid");
    assert_eq!(world.teacher.get(&under(&world, &new, "")).await.expect(200)["renews"], json!(null));
}

#[actix_web::test]
async fn of_what_never_should_have_been_no_mark_stays() {
    let world = World::start().await;
    let (completion, issued) = private(&world).await;
    let reason = json!({ "reason": "issued_in_error", "heard_on": "2026-03-01" });
    administrator(&world).await.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    end_because(&world, Because::Untrue, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!(told(&world, &issued).await, ("unknown".into(), false));
    assert_eq!((world.app.count("verification_codes"), files(&world).await), (0, 0));
}

#[actix_web::test]
async fn the_logo_stays_as_long_as_something_bears_it_and_the_photo_that_waits_goes() {
    let world = World::start().await;
    let administrator = administrator(&world).await;
    let logo = of(&world.school, "issuing/logo");
    administrator.put_file(&logo, "image/png", picture(700, 120, [122, 31, 31])).await.expect(204);
    let (completion, _) = private(&world).await;
    let other = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    issue(&world, &[&other]).await;
    let photo = of(&world.school, &format!("persons/{}/photo", text(&completion["person"]["id"])));
    world.teacher.put_file(&photo, "image/png", picture(300, 400, [9; 3])).await.expect(200);
    assert_eq!((world.app.count("documents"), files(&world).await), (4, 4));
    let erasure = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!((erasure.files.len(), world.app.count("photos"), files(&world).await), (1, 1, 3));
    administrator.delete(&logo).await.expect(204);
    assert_eq!(files(&world).await, 3, "a certificate bears the logo");
    end(&world, &[(&other, &world.school, Ground::Delivered)]).await;
    assert_eq!((world.app.count("documents"), files(&world).await), (0, 0));
}

#[actix_web::test]
async fn a_body_that_let_go_no_longer_sees_what_was_issued_in_its_scheme() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hot_work })).await;
    let issued = issue(&world, &[&completion]).await;
    let officer = world.app.member(&world.body, Role::SchemeOfficer).await;
    let list = format!("/v1/schemes/{}/certificates", text(&world.scheme));
    assert_eq!(officer.get(&list).await.expect(200)["items"][0]["id"], issued["id"]);
    let erasure = end(&world, &[(&completion, &world.body, Ground::Scheme)]).await;
    assert_eq!(fates(&erasure), [("FA-2026-000001", Fate::Stays)]);
    assert_eq!(officer.get(&list).await.expect(200)["items"], json!([]));
    let confirmation = format!("{list}/{}/confirmation", text(&issued["id"]));
    assert_eq!(officer.post_nothing(&confirmation).await.status, 404);
    assert_eq!(told(&world, &issued).await.0, "valid");
}

#[actix_web::test]
async fn what_is_still_being_drawn_when_it_goes_is_not_finished() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let folder = world.app.server.house.config.data.join("documents");
    std::fs::write(&folder, "in the way").expect("written");
    let asked = json!({ "completions": [completion["id"]] });
    let broken_off = world.teacher.post(&of(&world.school, "certificates"), asked).await;
    assert!(broken_off.status.is_server_error() && world.app.count("certificates") == 1, "{broken_off}");
    std::fs::remove_file(&folder).expect("removed");
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    world.app.later(TimeDelta::minutes(2));
    attest::certificates::issue::resume(&world.app.server.house).await.expect("the database answers");
    assert_eq!((world.app.count("certificates"), world.app.count("verification_codes")), (0, 0));
    assert_eq!(files(&world).await, 0);
}
