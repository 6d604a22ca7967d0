//! Completions: recorded, refused, corrected.

use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{BUILDER, CRANE, World, json, national_identity_number, of, text};

#[actix_web::test]
async fn a_completion_is_recorded_and_its_person_reads_who_holds_it_and_why() {
    let world = World::start().await;
    world.crane_requires_t4().await;
    world.anna_works_for_crane(Value::Null).await;
    let by_crane = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "hours": 34, "result": "A" });
    let reply = world.try_recording(by_crane).await;
    assert_eq!((reply.status.as_u16(), reply.etag().as_str()), (201, "\"1\""));
    let location = reply.header("location").expect("a location").to_owned();
    assert_eq!(location, format!("{}/{}?capacity=provider", of(&world.school, "completions"), text(&reply.body["id"])));
    let shown = world.teacher.get(&location).await;
    assert_eq!((shown.etag().as_str(), &shown.body), ("\"1\"", &reply.body));

    let anna = world.anna_who_claimed().await;
    let own = anna.get("/v1/me/completions").await.expect(200);
    let own = &own["items"][0];
    assert_eq!((&own["outcome"], &own["on"], &own["result"]), (&json!("passed"), &json!("2026-03-01"), &json!("A")));
    assert_eq!(
        (&own["recorder"]["name"], &own["ordered_by"]["name"]),
        (&json!("Fjordkurs AS"), &json!("Bergen Kran AS"))
    );
    let why: Vec<_> = own["custodies"]
        .as_array()
        .expect("custodies")
        .iter()
        .map(|one| format!("{}: {}", text(&one["controller"]["name"]), text(&one["why"]["nb"])))
        .collect();
    assert_snapshot!(why.join("\n"), @r"
    Fjordkurs AS: kursarrangøren registrerte den selv
    Bergen Kran AS: bestilt av arbeidsgiver, som krever kompetansen
    ");
    assert!(own["custodies"][1]["purpose"]["en"].is_string() && own["custodies"][1]["schedule_version"].is_string());
}

#[actix_web::test]
async fn everything_wrong_with_a_completion_is_said_at_once() {
    let world = World::start().await;
    let wrong = json!({
        "name": "", "email": "anna", "birth_date": "2030-01-01", "course": "T4", "outcome": "won", "on": "2026-06-31",
        "hours": -1, "ordered_by": "310000018", "colour": "blue",
    });
    assert_snapshot!(world.try_recording(wrong).await.findings().join("\n"), @r"
    /birth_date in_the_future
    /colour unknown_field
    /course not_an_id
    /email not_an_email
    /hours out_of_range
    /name empty
    /on not_a_day
    /ordered_by not_an_organisation_number
    /outcome not_in_list
    ");
    let school = of(&world.school, "completions");
    assert_eq!(world.teacher.post(&school, json!({})).await.findings(), ["/outcome required"]);
    let nothing_named = json!({ "outcome": "attended" });
    assert_eq!(world.teacher.post(&school, nothing_named).await.findings(), ["/competence required", "/person one_of"]);
    assert_eq!(world.app.count("completions"), 0);
}

#[actix_web::test]
async fn a_completion_must_agree_with_the_calendar_and_with_the_person() {
    let world = World::start().await;
    for (what, changes, expected) in [
        ("passed without a day", json!({ "on": null }), "/on day_needed"),
        ("tomorrow", json!({ "on": "2026-03-03" }), "/on in_the_future"),
        ("before the birth it states", json!({ "on": "1991-05-16" }), "/on before_birth"),
        ("nameless", json!({ "person_reference": null, "name": null }), "/name required"),
        ("a reference without whose", json!({ "orderer_reference": "BK-001" }), "/ordered_by required"),
        ("a number nobody has", json!({ "ordered_by": "974760673" }), "/ordered_by unknown"),
        (
            "another competence than the course's",
            json!({ "competence": world.t4, "course": world.hot_work }),
            "/competence one_of",
        ),
        ("a course of nobody's", json!({ "course": "019cadf2-0000-7000-8000-00000000ffff" }), "/course unknown"),
        ("no subject", json!({ "course": null }), "/competence required"),
        (
            "a stranger by id",
            json!({
                "person": world.teacher.person, "person_reference": null, "name": null, "email": null,
            }),
            "/person unknown",
        ),
    ] {
        assert_eq!(world.try_recording(changes).await.findings(), [expected], "{what}");
    }
    assert_eq!((world.app.count("completions"), world.app.dump("cards").contains("F-001")), (0, false));

    // The birth date on the card counts although the second completion does not repeat it.
    world.record(json!({})).await;
    let long_ago = json!({ "on": "1991-05-16", "birth_date": null });
    assert_eq!(world.try_recording(long_ago).await.findings(), ["/on before_birth"]);
    world.record(json!({ "outcome": "withdrawn", "on": null })).await;
}

#[actix_web::test]
async fn a_course_of_another_provider_is_unknown() {
    let world = World::start().await;
    let other = world.app.organisation("Annen skole", "310000035", &["provider"]).await;
    let teacher = world.app.member(&other, attest::words::Role::CourseAdministrator).await;
    let reply = teacher.post(&of(&other, "completions"), world.completion(json!({}))).await;
    assert_eq!(reply.findings(), ["/course unknown"]);
    teacher.post(&of(&world.school, "completions"), world.completion(json!({}))).await.expect(404);
    world.hr.post(&of(&world.crane, "completions"), world.completion(json!({}))).await.expect(403);
}

#[actix_web::test]
async fn references_that_point_at_two_people_are_reported_and_never_guessed() {
    let world = World::start().await;
    world.anna_works_for_crane(Value::Null).await;
    world.card(json!({ "external_reference": "BK-002", "name": "Odd Berg" })).await;
    let by_crane = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" });
    world.record(by_crane.clone()).await;
    let mistaken = json!({ "ordered_by": CRANE, "orderer_reference": "BK-002" });
    assert_eq!(world.try_recording(mistaken).await.findings(), ["/orderer_reference ambiguous"]);
    world.record(by_crane).await;
    assert_eq!(world.app.count("completions"), 2);
}

#[actix_web::test]
async fn one_whom_only_the_orderer_has_a_reference_for_is_met_again() {
    let world = World::start().await;
    world.anna_works_for_crane(Value::Null).await;
    let by_crane = json!({
        "person_reference": null, "email": null, "birth_date": null,
        "ordered_by": CRANE, "orderer_reference": "BK-001",
    });
    let first = world.record(by_crane.clone()).await;
    let second = world.record(by_crane.clone()).await;
    assert_eq!(first["person"], second["person"]);

    // The school has given the person a reference of its own since; the next course knows it.
    let mut referred = by_crane.clone();
    referred["person_reference"] = json!("F-001");
    assert_eq!(world.record(referred).await["person"]["external_reference"], "F-001");
    let by_own = world.record(json!({ "email": null, "birth_date": null })).await;
    assert_eq!(by_own["person"]["id"], first["person"]["id"]);
    let mut another = by_crane;
    another["person_reference"] = json!("F-002");
    assert_eq!(world.try_recording(another).await.findings(), ["/orderer_reference ambiguous"]);
}

#[actix_web::test]
async fn a_card_without_a_reference_is_met_by_its_address_and_learns_the_reference() {
    let world = World::start().await;
    let first = world.record(json!({ "person_reference": null })).await;
    let second = world.record(json!({ "person_reference": "F-001" })).await;
    assert_eq!(second["person"]["id"], first["person"]["id"]);
    assert_eq!(second["person"]["external_reference"], "F-001");
    let twin = world.record(json!({ "person_reference": "F-002" })).await;
    assert_ne!(twin["person"]["id"], first["person"]["id"], "another reference is another person");
}

#[actix_web::test]
async fn two_cards_with_one_address_and_birth_date_are_ambiguous() {
    let world = World::start().await;
    world.record(json!({ "person_reference": "F-001" })).await;
    let no_reference = json!({ "person_reference": null });
    let same = world.record(no_reference.clone()).await;
    assert_eq!(same["person"]["external_reference"], "F-001");
    world.record(json!({ "person_reference": "F-002" })).await;
    assert_eq!(world.try_recording(no_reference).await.findings(), ["/email ambiguous"]);
}

#[actix_web::test]
async fn a_national_identity_number_is_refused_in_every_text_and_neither_kept_nor_echoed() {
    let world = World::start().await;
    let number = national_identity_number();
    for field in ["name", "person_reference", "result", "run", "orderer_reference"] {
        let mut body = json!({ "ordered_by": CRANE });
        body[field] = json!(format!("Anna {number}"));
        let reply = world.try_recording(body).await;
        assert_eq!(reply.findings(), [format!("/{field} national_identity_number")]);
        assert!(!reply.text.contains(&number), "{field}");
    }
    let mail = format!("{number}@example.no");
    assert_eq!(world.try_recording(json!({ "email": mail })).await.findings(), ["/email national_identity_number"]);
    let mut named = world.completion(json!({}));
    named[&number] = json!(1);
    let reply = world.teacher.post(&of(&world.school, "completions"), named).await;
    assert_eq!(reply.problem(), "invalid");
    assert!(!reply.text.contains(&number));
    for table in ["cards", "completion_versions", "idempotency_keys", "audit", "outbox"] {
        assert!(!world.app.dump(table).contains(&number), "{table}");
    }

    let made = world.record(json!({})).await;
    let path = of(&world.school, &format!("completions/{}/versions", text(&made["id"])));
    let version = json!({ "outcome": "passed", "on": "2026-03-01", "reason": number });
    let reply = world.teacher.with_header("if-match", "\"1\"").post(&path, version).await;
    assert_eq!(reply.findings(), ["/reason national_identity_number"]);
    assert!(!reply.text.contains(&number));
}

#[actix_web::test]
async fn a_hundred_twins_make_one_completion() {
    let world = World::start().await;
    let elsewhere = world.app.another_instance().await.with_token(world.teacher.token.as_deref().expect("a token"));
    let here = world.teacher.with_header("idempotency-key", "once");
    let there = elsewhere.with_header("idempotency-key", "once");
    let path = of(&world.school, "completions");
    let twins = (0..100).map(|n| {
        let caller = if n % 2 == 0 { here.clone() } else { there.clone() };
        let (path, body) = (path.clone(), world.completion(json!({})));
        async move { caller.post(&path, body).await.expect(201)["id"].clone() }
    });
    let ids = join_all(twins).await;
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!((world.app.count("completions"), world.app.count("completion_versions")), (1, 1));

    let other = here.post(&path, world.completion(json!({ "outcome": "failed" }))).await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency-key-reused"));
    assert_eq!(world.app.count("completions"), 1);
}

#[actix_web::test]
async fn completions_of_one_new_person_that_arrive_together_make_one_card() {
    for by_address in [false, true] {
        let world = World::start().await;
        let path = of(&world.school, "completions");
        let body = |n: usize| {
            let reference = if by_address { Value::Null } else { json!("F-001") };
            world.completion(json!({ "person_reference": reference, "run": format!("run {n}") }))
        };
        let replies = join_all((0..20).map(|n| world.teacher.post(&path, body(n)))).await;
        let refused: Vec<_> = replies.iter().filter(|reply| reply.status.as_u16() != 201).collect();
        assert!(refused.is_empty(), "{refused:#?}");
        assert_eq!(world.app.dump("cards").matches("Anna Ødegård").count(), 1);
    }
}

#[actix_web::test]
async fn a_correction_is_a_new_version_of_the_version_that_was_seen() {
    let world = World::start().await;
    let made = world.record(json!({})).await;
    let one = of(&world.school, &format!("completions/{}", text(&made["id"])));
    let versions = format!("{one}/versions");
    let failed = json!({ "outcome": "failed", "on": "2026-03-01", "reason": "Feil i listen" });
    world.teacher.post(&versions, failed.clone()).await.expect(428);
    world.teacher.with_header("if-match", "\"2\"").post(&versions, failed.clone()).await.expect(412);
    let first = world.teacher.with_header("if-match", "\"1\"");
    let no_day = json!({ "on": null, "reason": "Feil" });
    assert_eq!(first.post(&versions, no_day).await.findings(), ["/on day_needed"]);
    let unborn = json!({ "outcome": "passed", "on": "1991-05-16", "reason": "Feil" });
    assert_eq!(first.post(&versions, unborn).await.findings(), ["/on before_birth"]);
    let reasonless = json!({ "outcome": "failed" });
    assert_eq!(first.post(&versions, reasonless).await.findings(), ["/reason required"]);

    let corrected = first.post(&versions, failed.clone()).await;
    assert_eq!((corrected.status.as_u16(), corrected.etag().as_str()), (200, "\"2\""));
    assert_eq!((&corrected.body["outcome"], &corrected.body["version"]), (&json!("failed"), &json!(2)));
    first.post(&versions, failed).await.expect(412);
    let shown = world.teacher.get(&format!("{one}?capacity=provider")).await;
    assert_eq!((shown.etag().as_str(), &shown.body["outcome"]), ("\"2\"", &json!("failed")));
    assert_eq!(world.app.count("completion_versions"), 2);
    assert!(world.app.dump("completion_versions").contains("Feil i listen"));
    world
        .other_hr
        .with_header("if-match", "\"2\"")
        .post(&versions, json!({ "outcome": "failed", "reason": "x" }))
        .await
        .expect(404);
}

#[actix_web::test]
async fn correcting_who_ordered_it_moves_the_employers_custody() {
    let world = World::start().await;
    let made = world.record(json!({ "ordered_by": CRANE })).await;
    let anna = world.anna_who_claimed().await;
    assert_eq!(world.held_by(&anna, &made).await, ["Bergen Kran AS: ordered_offered", "Fjordkurs AS: delivered"]);
    let versions = of(&world.school, &format!("completions/{}/versions", text(&made["id"])));
    let to =
        |orderer: &str| json!({ "outcome": "passed", "on": "2026-03-01", "ordered_by": orderer, "reason": "Feil" });
    world.teacher.with_header("if-match", "\"1\"").post(&versions, to(BUILDER)).await.expect(200);
    assert_eq!(world.held_by(&anna, &made).await, ["Fjordkurs AS: delivered", "Nordlys Bygg AS: ordered_offered"]);
    world.teacher.with_header("if-match", "\"2\"").post(&versions, to("person")).await.expect(200);
    assert_eq!(world.held_by(&anna, &made).await, ["Fjordkurs AS: delivered"]);
    let own = anna.get(&format!("/v1/me/completions/{}", text(&made["id"]))).await.expect(200);
    assert_eq!((&own["ordered_by_me"], &own["ordered_by"]), (&json!(true), &Value::Null));
}

#[actix_web::test]
async fn who_did_not_pass_is_no_business_of_the_scheme() {
    let world = World::start().await;
    let anna = world.anna().await;
    let failed = world.record(json!({ "course": world.hot_work, "outcome": "failed" })).await;
    let passed = world.record(json!({ "course": world.hot_work })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&anna, &failed).await, ["Fjordkurs AS: delivered"]);
    assert_eq!(world.held_by(&anna, &passed).await, ["Fjordkurs AS: delivered", "Varmesikker: scheme"]);
}

#[actix_web::test]
async fn a_requirement_that_arrives_late_changes_the_ground() {
    let world = World::start().await;
    let made = world.record(json!({ "ordered_by": CRANE })).await;
    let anna = world.anna_who_claimed().await;
    world.crane_requires_t4().await;
    assert_eq!(world.held_by(&anna, &made).await, ["Bergen Kran AS: ordered_required", "Fjordkurs AS: delivered"]);
}
