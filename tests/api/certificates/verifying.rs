//! What anyone learns who holds a code.

use chrono::TimeDelta;
use insta::assert_json_snapshot;

use super::{administrator, certificate, under, verify};
use crate::support::{Caller, World, json, text};

#[actix_web::test]
async fn anyone_learns_what_was_issued_to_whom_and_neither_grade_nor_birth_date() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics, "result": "A", "hours": 7.5 })).await;
    let issued = super::issue(&world, &[&completion]).await;
    assert_json_snapshot!(verify(&world, &issued).await, @r#"
    {
      "certificate": {
        "holder": "Anna Ødegård",
        "issued_on": "2026-03-02",
        "issuer": "Fjordkurs AS",
        "kind": "certificate",
        "lines": [
          {
            "competence": null,
            "course": {
              "code": "HYD",
              "name": {
                "en": "Course HYD",
                "nb": "Kurs HYD"
              }
            },
            "employer": null,
            "expired": false,
            "extended_by": null,
            "on": "2026-03-01",
            "outcome": "passed",
            "provider": "Fjordkurs AS",
            "valid_until": null
          }
        ],
        "number": "FA-2026-000001",
        "valid_until": null
      },
      "issuer": {
        "name": "Fjordkurs AS",
        "number": "310000000"
      },
      "on": "2026-03-02",
      "says": {
        "en": "The certificate is valid.",
        "nb": "Beviset er gyldig."
      },
      "status": "valid",
      "vouched": []
    }
    "#);
}

#[actix_web::test]
async fn a_code_is_read_however_it_is_typed_and_a_typo_is_told_from_a_code_nobody_has() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let (nobody, code) = (world.app.nobody(), text(&issued["code"]));
    let typed = code.to_lowercase().replace('-', "");
    assert_eq!(nobody.get(&format!("/v1/verify/{typed}")).await.expect(200)["status"], "valid");
    let unknown = nobody.get("/v1/verify/0000000-0000000-0000000").await.expect(200);
    assert_eq!((&unknown["status"], &unknown["issuer"]), (&json!("unknown"), &json!(null)));
    let other = if code.ends_with('0') { "1" } else { "0" };
    let wrong = format!("{}{other}", &code[..code.len() - 1]);
    assert_eq!(nobody.get(&format!("/v1/verify/{wrong}")).await.findings(), ["code mistyped"]);
    assert_eq!(nobody.get("/v1/verify/FA-2026-000001").await.findings(), ["code not_a_code"]);
}

#[actix_web::test]
async fn a_thousand_codes_are_verified_at_once_each_with_its_own_answer() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let mut codes = vec![text(&issued["code"]), "0000000-0000000-0000000".into(), "tull".into()];
    codes.extend((0..997).map(|_| text(&issued["code"])));
    let nobody = world.app.nobody();
    let listed = nobody.post("/v1/verify", json!({ "codes": codes })).await.expect(200);
    let items = listed["items"].as_array().expect("items");
    assert_eq!(items.len(), 1000);
    assert_eq!(items[0]["verification"]["status"], "valid");
    assert_eq!(items[1]["verification"]["status"], "unknown");
    assert_eq!((&items[2]["verification"], &items[2]["wrong"]["code"]), (&json!(null), &json!("not_a_code")));
    assert_eq!(items[999]["verification"]["status"], "valid");
    codes.push("tull".into());
    assert_eq!(nobody.post("/v1/verify", json!({ "codes": codes })).await.findings(), ["/codes too_long"]);
}

#[actix_web::test]
async fn of_an_erased_certificate_only_the_issuer_speaks() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    // What erasure will leave: the hash of the code, and whose it was.
    world
        .app
        .write(|tx| {
            use attest::platform::db::{run::prelude::*, schema::verification_codes};
            let none = None::<attest::words::CertificateId>;
            diesel::update(verification_codes::table)
                .set(verification_codes::certificate.eq(none))
                .execute(tx.conn())
                .map_err(attest::platform::db::Error::from)?;
            Ok(())
        })
        .await;
    let seen = verify(&world, &issued).await;
    assert_eq!((&seen["status"], &seen["certificate"]), (&json!("erased"), &json!(null)));
    assert_eq!(seen["issuer"]["name"], "Fjordkurs AS");
    assert!(text(&seen["says"]["nb"]).contains("Utstederen bekrefter det ikke lenger"));
}

/// Renames the school, past everything that would outdate an answer: what is answered now was read before, or after.
async fn rename_the_school(world: &World, name: &'static str) {
    world
        .app
        .write(move |tx| {
            use attest::platform::db::{run::prelude::*, schema::organisations};
            diesel::update(organisations::table.filter(organisations::number.eq("310000000")))
                .set(organisations::name.eq(name))
                .execute(tx.conn())
                .map_err(attest::platform::db::Error::from)?;
            Ok(())
        })
        .await;
}

#[actix_web::test]
async fn an_answer_is_given_again_for_a_minute_and_leaves_with_what_is_left_of_it() {
    let world = World::start().await;
    let code = text(&certificate(&world).await["code"]);
    let nobody = world.app.nobody();
    let (path, page) = (format!("/v1/verify/{code}"), format!("/v/{code}"));
    let first = nobody.get(&path).await;
    assert_eq!(first.header("cache-control"), Some("public, max-age=60"));
    rename_the_school(&world, "Fjordskolen AS").await;
    world.app.later(TimeDelta::seconds(59));
    let again = nobody.get(&path).await;
    assert_eq!((again.header("cache-control"), &again.text), (Some("public, max-age=1"), &first.text));
    let shown = nobody.get(&page).await;
    assert_eq!(shown.header("cache-control"), Some("public, max-age=1"));
    assert!(shown.text.contains("Fjordkurs AS (310000000)"), "{shown}");
    world.app.later(TimeDelta::seconds(1));
    let shown = nobody.get(&page).await;
    assert_eq!(shown.header("cache-control"), Some("public, max-age=60"));
    assert!(shown.text.contains("Fjordskolen AS (310000000)"), "{shown}");
    assert_eq!(nobody.get(&path).await.expect(200)["issuer"]["name"], "Fjordskolen AS");
}

#[actix_web::test]
async fn what_was_answered_before_midnight_in_oslo_is_not_the_answer_of_the_new_day() {
    let world = World::start().await;
    let code = text(&certificate(&world).await["code"]);
    let (nobody, path) = (world.app.nobody(), format!("/v1/verify/{code}"));
    world.app.clock.move_to(attest::words::Instant::parse("2026-03-02T22:59:30Z").expect("an instant"));
    let before = nobody.get(&path).await;
    assert_eq!(
        (before.header("cache-control"), &before.body["on"]),
        (Some("public, max-age=30"), &json!("2026-03-02"))
    );
    world.app.later(TimeDelta::seconds(30));
    assert_eq!(nobody.get(&path).await.expect(200)["on"], "2026-03-03");
}

#[actix_web::test]
async fn a_revocation_is_seen_here_at_once_and_on_every_other_instance_within_a_minute() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let path = format!("/v1/verify/{}", text(&issued["code"]));
    let (here, there) = (world.app.nobody(), world.app.instance_elsewhere().await);
    let status = async |caller: &Caller| caller.get(&path).await.expect(200)["status"].clone();
    assert_eq!((status(&here).await, status(&there).await), (json!("valid"), json!("valid")));
    world.app.later(TimeDelta::seconds(10));
    let reason = json!({ "reason": "issued_in_error", "heard_on": "2026-03-01" });
    let administrator = administrator(&world).await;
    administrator.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    assert_eq!((status(&here).await, status(&there).await), (json!("revoked"), json!("valid")));
    world.app.later(TimeDelta::seconds(50));
    assert_eq!(status(&there).await, "revoked");
}

#[actix_web::test]
async fn the_old_name_is_gone_as_soon_as_the_certificate_is_corrected() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let issued = super::issue(&world, &[&completion]).await;
    assert_eq!(verify(&world, &issued).await["status"], "valid");
    let card = crate::support::of(&world.school, &format!("persons/{}", text(&completion["person"]["id"])));
    let etag = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &etag, json!({ "name": "Anders Ødegård" })).await.expect(200);
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    teacher.post(&under(&world, &issued, "/corrections"), json!({ "reason": "Nytt navn" })).await.expect(201);
    world.app.mails().await;
    let seen = verify(&world, &issued).await;
    assert_eq!((&seen["status"], &seen["certificate"]), (&json!("replaced"), &json!(null)));
}

#[actix_web::test]
async fn a_code_nobody_has_is_remembered_as_such_and_an_answer_of_another_day_is_never_given_for_today() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let nobody = world.app.nobody();
    let unknown = "/v1/verify/0000000-0000000-0000000";
    assert_eq!(nobody.get(unknown).await.expect(200)["status"], "unknown");
    world.app.later(TimeDelta::seconds(20));
    assert_eq!(nobody.get(unknown).await.header("cache-control"), Some("public, max-age=40"));
    assert_eq!(super::verify_on(&world, &issued, "2026-03-01").await["status"], "unknown", "not issued yet");
    assert_eq!(verify(&world, &issued).await["status"], "valid");
    assert_eq!(super::verify_on(&world, &issued, "2026-03-01").await["status"], "unknown");
}
