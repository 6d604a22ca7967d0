//! Who may issue what, once, under which number.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use insta::assert_json_snapshot;

use super::{Register, ask, certificate, course_that_lasts, issue, under, verify, verify_on};
use crate::support::{World, json, of, text};

#[actix_web::test]
async fn a_certificate_says_what_was_true_the_day_it_was_issued() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let completion = world.record(json!({ "course": course, "hours": 7.5, "result": "A" })).await;
    let reply = ask(&world, &[&completion]).await;
    let location = under(&world, &reply.body, "");
    assert_eq!((reply.status.as_u16(), reply.header("location")), (201, Some(location.as_str())));
    let shown = world.teacher.get(&location).await;
    assert_eq!((shown.etag().as_str(), &shown.body), ("\"1\"", &reply.body));
    let mut facts = reply.body["facts"].clone();
    facts["issuer"]["id"].take();
    assert_json_snapshot!(facts, @r#"
    {
      "holder": {
        "birth_date": null,
        "name": "Anna Ødegård"
      },
      "issued_on": "2026-03-02",
      "issuer": {
        "id": null,
        "name": "Fjordkurs AS",
        "number": "310000000"
      },
      "kind": "certificate",
      "language": "nb",
      "lines": [
        {
          "competence": {
            "code": "HYD-1",
            "name": {
              "en": "Hydraulics",
              "nb": "Hydraulikk"
            }
          },
          "course": {
            "code": "HYD-K1",
            "name": {
              "en": "Hydraulics 1",
              "nb": "Hydraulikk trinn 1"
            }
          },
          "employer": null,
          "hours": 7.5,
          "on": "2026-03-01",
          "outcome": "passed",
          "provider": "Fjordkurs AS",
          "provisions": [],
          "result": "A",
          "valid_until": "2029-03-01"
        }
      ],
      "look": {
        "colour": null,
        "logo": null,
        "photo": null
      },
      "number": "FA-2026-000001",
      "signatory": null,
      "valid_until": "2029-03-01"
    }
    "#);
    let anna = world.anna_who_claimed().await;
    let mut own = anna.get("/v1/me/certificates").await.expect(200)["items"][0].clone();
    assert_eq!(anna.get(&format!("/v1/me/certificates/{}", text(&reply.body["id"]))).await.expect(200), own);
    own["lookups"].take();
    assert_eq!(own, reply.body);
}

#[actix_web::test]
async fn for_the_same_completions_there_is_one_certificate_however_often_and_at_once_it_is_asked_for() {
    let world = World::start().await;
    let first = world.record(json!({ "course": world.hydraulics })).await;
    let second = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    let asked = (0..50).map(|n| {
        let (one, other) = if n % 2 == 0 { (&first, &second) } else { (&second, &first) };
        let both = [one, other];
        let world = &world;
        async move { issue(world, &both).await["id"].clone() }
    });
    let ids: BTreeSet<String> = join_all(asked).await.iter().map(text).collect();
    assert_eq!((ids.len(), world.app.count("certificates"), world.app.count("documents")), (1, 1, 1));
}

#[actix_web::test]
async fn the_numbers_of_an_issuer_have_no_gaps_however_many_ask_at_once() {
    numbers_have_no_gaps(30).await;
}

/// Each draws its document, which a debug build does slowly: `cargo test --release -- --ignored`.
#[actix_web::test]
#[ignore = "takes long in a debug build"]
async fn the_numbers_of_an_issuer_have_no_gaps_when_five_hundred_ask_at_once() {
    numbers_have_no_gaps(500).await;
}

async fn numbers_have_no_gaps(count: usize) {
    let world = World::start().await;
    let mut completions = Vec::new();
    for n in 0..count {
        let who = json!({ "person_reference": format!("N-{n}"), "email": null, "course": world.hydraulics });
        completions.push(world.record(who).await);
    }
    // Some fail after others have taken their number, and must not leave a hole.
    let failed = world.record(json!({ "course": world.hydraulics, "outcome": "failed" })).await;
    let asked = completions.iter().map(|one| async { text(&issue(&world, &[one]).await["facts"]["number"]) });
    let refused = (0..5).map(|_| async { ask(&world, &[&failed]).await.expect(422) });
    let (numbers, _) = futures_util::future::join(join_all(asked), join_all(refused)).await;
    let numbers: BTreeSet<String> = numbers.into_iter().collect();
    let expected: BTreeSet<String> = (1..=count).map(|n| format!("FA-2026-{n:06}")).collect();
    assert_eq!(numbers, expected);
}

#[actix_web::test]
async fn who_may_not_issue_the_certificate_confirms_the_course() {
    let world = World::start().await;
    let t4 = world.record(json!({})).await;
    let confirmed = issue(&world, &[&t4]).await;
    assert_eq!(
        (&confirmed["facts"]["kind"], &confirmed["facts"]["valid_until"]),
        (&json!("confirmation"), &json!(null))
    );
    let seen = verify(&world, &confirmed).await;
    assert_eq!((&seen["status"], &seen["certificate"]["kind"]), (&json!("valid"), &json!("confirmation")));
    assert!(text(&seen["says"]["nb"]).contains("ikke et kompetansebevis"), "{seen}");
    let hydraulics = world.record(json!({ "course": world.hydraulics })).await;
    assert_eq!(ask(&world, &[&t4, &hydraulics]).await.findings(), ["/completions mixed_documents"]);
}

#[actix_web::test]
async fn a_certificate_of_the_law_is_not_issued_without_what_the_law_demands_on_it() {
    let world = World::start().await;
    let register = Register::of(&world).await;
    let completion = world.record(json!({ "birth_date": null, "email": null, "person_reference": "F-9" })).await;
    let refused = register.ask(&world, &completion).await;
    assert_eq!(refused.findings(), ["/completions detail_missing"; 2]);
    let says = refused.body["errors"].to_string();
    assert!(says.contains("§ 8-2") && says.contains("fødselsdatoen") && says.contains("bildet"), "{says}");
    assert_eq!(world.app.count("certificates"), 0);
    world.app.run_jobs().await;
}

#[actix_web::test]
async fn what_cannot_become_a_certificate_is_refused_with_the_reason() {
    let world = World::start().await;
    let course = json!({ "course": world.hydraulics });
    let good = world.record(course.clone()).await;
    let failed = world.record(json!({ "course": world.hydraulics, "outcome": "failed" })).await;
    let absent = world.record(json!({ "course": world.hydraulics, "outcome": "withdrawn" })).await;
    let other = world.record(json!({ "course": world.hydraulics, "person_reference": "F-2", "email": null })).await;
    let nameless = json!({
        "course": world.hydraulics, "person_reference": "F-3", "name": null, "email": null, "birth_date": null,
    });
    let nameless = world.record(nameless).await;
    let nobodys = json!({ "id": "019cadf2-1111-7000-8000-00000000ffff" });
    for (what, completions, expected) in [
        (
            "failed and withdrawn",
            vec![&failed, &good, &absent],
            vec!["/completions/0 not_to_be_certified", "/completions/2 not_to_be_certified"],
        ),
        ("of two persons", vec![&good, &other], vec!["/completions several_persons"]),
        ("nobody's", vec![&good, &nobodys], vec!["/completions/1 unknown"]),
        ("named twice", vec![&good, &good], vec!["/completions/1 unknown"]),
        ("nameless", vec![&nameless], vec!["/completions detail_missing"]),
        ("none", vec![], vec!["/completions required"]),
    ] {
        assert_eq!(ask(&world, &completions).await.findings(), expected, "{what}");
    }
    assert_eq!((world.app.count("certificates"), world.app.count("certificate_numbers")), (0, 0));
}

#[actix_web::test]
async fn nothing_that_changes_later_changes_a_certificate() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let issued = issue(&world, &[&completion]).await;
    let (before, pdf) = (verify(&world, &issued).await, under(&world, &issued, "/pdf"));
    let page = world.teacher.get(&pdf).await.bytes;

    let course = format!("/v1/courses/{}", text(&world.hydraulics));
    let etag = world.teacher.get(&course).await.etag();
    let change = json!({ "title": { "nb": "Noe annet", "en": "Something else" }, "closed_on": "2026-03-02" });
    world.teacher.patch(&course, &etag, change).await.expect(200);
    let card = of(&world.school, &format!("persons/{}", text(&completion["person"]["id"])));
    let etag = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &etag, json!({ "name": "Anna Solheim", "emails": ["as@example.no"] })).await.expect(200);
    let anna = world.anna_who_claimed().await;
    anna.post("/v1/me/deregistration", json!({ "remove_my_data": false })).await.expect(200);

    assert_eq!(verify(&world, &issued).await, before);
    assert_eq!(world.teacher.get(&pdf).await.bytes, page);
    assert_eq!(before["certificate"]["holder"], "Anna Ødegård");
}

#[actix_web::test]
async fn a_renewal_is_a_new_certificate_and_the_old_one_is_what_it_was_on_every_day_before() {
    let mut world = World::start().await;
    let course = course_that_lasts(&world).await;
    let old = issue(&world, &[&world.record(json!({ "course": course, "on": "2024-05-01" })).await]).await;
    world.app.later(chrono::TimeDelta::days(30));
    world.teacher = world.app.member(&world.school, attest::words::Role::CourseAdministrator).await;
    let new = issue(&world, &[&world.record(json!({ "course": course, "on": "2026-03-20" })).await]).await;
    assert_eq!((&new["renews"], &new["facts"]["valid_until"]), (&old["id"], &json!("2029-03-20")));
    assert_eq!(verify(&world, &new).await["status"], "valid");
    for (day, expected) in [("2026-03-01", "unknown"), ("2026-03-02", "valid"), ("2026-04-01", "superseded")] {
        assert_eq!(verify_on(&world, &old, day).await["status"], expected, "{day}");
    }
}

#[actix_web::test]
async fn an_issuer_chooses_what_its_numbers_begin_with_and_who_signs() {
    let world = World::start().await;
    let administrator = super::administrator(&world).await;
    let path = of(&world.school, "issuing");
    let before = administrator.get(&path).await;
    assert_eq!((before.etag().as_str(), &before.body["prefix"]), ("\"0\"", &json!("FA")));
    let chosen = json!({ "prefix": "FJORD", "signatory": "Kari Nordmann, daglig leder" });
    let put = |etag: &str, body: serde_json::Value| {
        let caller = administrator.with_header("if-match", etag);
        let path = path.clone();
        async move { caller.call(actix_web::http::Method::PUT, &path, Some(("application/json", body.to_string()))).await }
    };
    put("\"0\"", chosen.clone()).await.expect(200);
    assert_eq!(put("\"0\"", chosen.clone()).await.status.as_u16(), 412);
    for wrong in ["F", "fk", "F1", "ÆØ"] {
        assert_eq!(put("\"1\"", json!({ "prefix": wrong })).await.findings(), ["/prefix not_a_prefix"], "{wrong}");
    }
    let issued = certificate(&world).await;
    assert_eq!(issued["facts"]["number"], "FJORD-2026-000001");
    assert_eq!(issued["facts"]["signatory"], "Kari Nordmann, daglig leder");
    assert_eq!(
        world
            .teacher
            .with_header("if-match", "\"1\"")
            .call(actix_web::http::Method::PUT, &path, Some(("application/json", chosen.to_string())))
            .await
            .problem(),
        "forbidden"
    );
}

#[actix_web::test]
async fn the_holder_is_told_once_at_the_address_the_issuer_knows_and_not_what_it_is_about() {
    let world = World::start().await;
    let path = of(&world.school, "certificates");
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let asked = json!({ "completions": [completion["id"]] });
    for _ in 0..2 {
        world.teacher.post(&path, asked.clone()).await.expect(201);
    }
    let (letter, _) = world.app.letter().await;
    assert_eq!((letter.to.as_str(), letter.lang.as_str()), ("anna@example.no", "nb"));
    assert_eq!(letter.subject, "Fjordkurs AS har utstedt et bevis til deg");
    assert!(letter.text.contains("FA-2026-000001") && !letter.text.contains("Kurs HYD"), "{}", letter.text);

    let unreached = json!({ "course": world.hydraulics, "person_reference": "F-7", "email": null });
    let completion = world.record(unreached).await;
    world.teacher.post(&path, json!({ "completions": [completion["id"]] })).await.expect(201);
    assert_eq!(world.app.mails().await.len(), 0);
}

#[actix_web::test]
async fn who_renews_a_part_keeps_the_old_certificate_for_the_rest() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let hydraulics = world.record(json!({ "course": course, "on": "2025-05-01" })).await;
    let other = world.record(json!({ "course": world.hydraulics, "on": "2025-05-02" })).await;
    let both = issue(&world, &[&hydraulics, &other]).await;
    assert_eq!(
        both["facts"]["valid_until"], "2028-05-01",
        "the course that proves no competence lasts neither long nor short"
    );
    let part = issue(&world, &[&world.record(json!({ "course": course })).await]).await;
    assert_eq!(part["renews"], json!(null));
    assert_eq!(verify(&world, &both).await["status"], "valid");
}

#[actix_web::test]
async fn a_completion_that_was_corrected_has_its_certificate_corrected_and_gets_no_second_one() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let issued = issue(&world, &[&completion]).await;
    let versions = of(&world.school, &format!("completions/{}/versions", text(&completion["id"])));
    let change = json!({ "outcome": "passed", "on": "2026-02-28", "reason": "Feil dag" });
    world.teacher.with_header("if-match", "\"1\"").post(&versions, change).await.expect(200);
    assert_eq!(ask(&world, &[&completion]).await.findings(), ["/completions certified_before"]);
    let path = under(&world, &issued, "/corrections");
    let again = json!({ "reason": "Feil dag på beviset" });
    let new = world.teacher.with_header("if-match", "\"1\"").post(&path, again).await.expect(201);
    world.app.mails().await;
    assert_eq!((&new["facts"]["lines"][0]["on"], &new["version"]), (&json!("2026-02-28"), &json!(2)));
    assert_eq!(ask(&world, &[&completion]).await.expect(201)["id"], issued["id"]);
}

#[actix_web::test]
async fn a_renewal_that_was_revoked_gives_the_old_certificate_its_worth_back_and_is_renewed_by_nobody() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let record = |on: &'static str| world.record(json!({ "course": course, "on": on }));
    let old = issue(&world, &[&record("2024-05-01").await]).await;
    let wrong = issue(&world, &[&record("2025-05-01").await]).await;
    assert_eq!(verify(&world, &old).await["status"], "superseded");
    let administrator = super::administrator(&world).await;
    let reason = json!({ "reason": "issued_in_error", "heard_on": "2026-03-01" });
    administrator.post(&under(&world, &wrong, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    assert_eq!(verify(&world, &old).await["status"], "valid");
    let new = issue(&world, &[&record("2026-03-01").await]).await;
    assert_eq!(new["renews"], old["id"]);
}

#[actix_web::test]
async fn what_cannot_be_printed_takes_no_number() {
    let world = World::start().await;
    let odd = json!({ "course": world.hydraulics, "name": "李小龍" });
    let refused = ask(&world, &[&world.record(odd).await]).await;
    assert_eq!(refused.findings(), ["/completions detail_missing"]);
    assert!(refused.body.to_string().contains("passet"), "{refused}");
    let odd = json!({ "course": world.hydraulics, "person_reference": "F-8", "email": null, "result": "優" });
    assert_eq!(ask(&world, &[&world.record(odd).await]).await.findings(), ["/completions/0 detail_missing"]);
    let marked =
        json!({ "course": world.hydraulics, "person_reference": "F-9", "email": null, "name": "\u{feff}Åse Vik" });
    ask(&world, &[&world.record(marked).await]).await.expect(201);
    assert_eq!((world.app.count("certificates"), world.app.count("certificate_numbers")), (1, 1));
}

#[actix_web::test]
async fn the_address_that_certificates_name_is_remembered_from_the_first_on() {
    let world = World::start().await;
    let asked = |here: &'static str| {
        let app = &world.app;
        async move { app.write(move |tx| Ok(attest::certificates::issue::store::other_address(tx, here)?)).await }
    };
    for here in ["https://one.example.no", "https://two.example.no"] {
        assert_eq!(asked(here).await, None, "nothing names an address yet");
    }
    certificate(&world).await;
    assert_eq!(asked("https://two.example.no").await, None);
    assert_eq!(asked("https://one.example.no").await.as_deref(), Some("https://two.example.no"));
}
