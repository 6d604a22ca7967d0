//! What anyone learns who holds a code.

use insta::assert_json_snapshot;

use super::{certificate, verify};
use crate::support::{World, json, text};

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
            "expired": false,
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
