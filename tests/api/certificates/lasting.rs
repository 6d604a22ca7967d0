//! How long a certificate lasts: rules that change on a day, repetitions, specialisations, what an authority moves, and what
//! ends with a job. The rules themselves stand in tables beside the law.

use super::{ask, issue, verify, verify_on};
use crate::support::{CRANE, World, json, of, text};
use attest::words::Role;
use chrono::TimeDelta;
use serde_json::Value;

/// A course of the school's that leads to a competence of its own; both.
async fn taught(world: &World, code: &str, competence: Value) -> (Value, Value) {
    let mut new = json!({ "code": code, "name": { "nb": code, "en": code }, "class": "none" });
    for (name, value) in competence.as_object().expect("an object") {
        new[name] = value.clone();
    }
    let made = world.teacher.post("/v1/competences", new).await.expect(201);
    (course(world, code, &made["id"]).await, made["id"].clone())
}

/// A course of the school's that leads to a competence.
async fn course(world: &World, code: &str, competence: &Value) -> Value {
    let new = json!({ "code": code, "title": { "nb": code, "en": code }, "competence": competence });
    world.teacher.post("/v1/courses", new).await.expect(201)["id"].clone()
}

/// The certificate of a completion of Anna's on a day.
async fn certified(world: &World, course: &Value, on: &str) -> Value {
    issue(world, &[&world.record(json!({ "course": course, "on": on })).await]).await
}

fn line_ends(certificate: &Value) -> &Value {
    &certificate["facts"]["lines"][0]["valid_until"]
}

const FIVE_YEARS: &str = r#"{ "kind": "renewal_window", "months": 60, "window_months": 12 }"#;

fn five_years() -> Value {
    serde_json::from_str(FIVE_YEARS).expect("JSON")
}

#[actix_web::test]
async fn a_completion_lasts_by_the_rule_of_its_day() {
    let world = World::start().await;
    let after = |months: u16| json!({ "kind": "after", "months": months });
    let changes = json!([{ "from": "2026-01-01", "expiry": after(36) }, { "from": "2027-01-01", "expiry": after(12) }]);
    let (course, id) = taught(&world, "VARM", json!({ "expiry": after(60), "expiry_changes": changes })).await;
    for (on, until) in [("2025-12-31", "2030-12-31"), ("2026-01-01", "2029-01-01")] {
        assert_eq!(line_ends(&certified(&world, &course, on).await), until, "{on}");
    }
    let path = format!("/v1/competences/{}", text(&id));
    let shown = world.app.nobody().get(&path).await;
    assert_eq!(shown.body["expiry_changes"], changes);
    let twice = json!({ "expiry_changes": [changes[0], changes[1], { "from": "2026-01-01", "expiry": after(24) }] });
    let refused = world.teacher.patch(&path, &shown.etag(), twice).await;
    assert_eq!(refused.findings(), ["/expiry_changes/2/from taken"]);
    let none = world.teacher.patch(&path, &shown.etag(), json!({ "expiry_changes": [] })).await.expect(200);
    assert_eq!(none["expiry_changes"], json!([]));
}

#[actix_web::test]
async fn within_eight_years_a_repetition_renews_the_whole_course_and_later_it_is_refused() {
    let world = World::start().await;
    let of_code = |code: &'static str| {
        let found = format!("/v1/competences?code={code}");
        let world = &world;
        async move { world.app.nobody().get(&found).await.expect(200)["items"][0].clone() }
    };
    let (whole, repetition) = (of_code("GSK").await, of_code("GSK-REP").await);
    assert_eq!(repetition["repeats"], whole["id"]);
    let gsk = course(&world, "GSK", &whole["id"]).await;
    let rep = course(&world, "REP", &repetition["id"]).await;
    let first = certified(&world, &gsk, "2016-03-03").await;
    assert_eq!(line_ends(&first), "2020-03-31");
    let again = certified(&world, &rep, "2018-03-03").await;
    assert_eq!((line_ends(&again), &again["renews"]), (&json!("2022-03-31"), &first["id"]));
    let late = world.record(json!({ "course": rep, "on": "2026-03-02" })).await;
    assert_eq!(issue(&world, &[&late]).await["renews"], again["id"], "on the last day of the eight years, almost");
    // Somebody else, whose last was longer ago.
    let other =
        |course: &Value, on: &str| json!({ "course": course, "on": on, "person_reference": "F-2", "email": null });
    issue(&world, &[&world.record(other(&gsk, "2018-02-28")).await]).await;
    let late = world.record(other(&rep, "2026-03-01")).await;
    let refused = ask(&world, &[&late]).await;
    assert_eq!(refused.findings(), ["/completions/0 repetition_too_late"]);
    assert!(refused.body.to_string().contains("2026-02-28"), "{refused}");
    // Whose first course was somewhere else is not refused: what is not known cannot be too old.
    let unknown = json!({ "course": rep, "on": "2026-03-01", "person_reference": "F-3", "email": null });
    issue(&world, &[&world.record(unknown).await]).await;
    // And the whole course may be taken at any time.
    issue(&world, &[&world.record(other(&gsk, "2026-03-01")).await]).await;
}

#[actix_web::test]
async fn a_specialisation_shares_the_last_day_of_what_it_is_added_to() {
    let world = World::start().await;
    let (base, base_id) = taught(&world, "BASE", json!({ "expiry": five_years() })).await;
    let (tank, _) = taught(&world, "TANK", json!({ "expiry": five_years(), "adds_to": base_id })).await;
    let alone = certified(&world, &tank, "2024-01-10").await;
    assert_eq!(line_ends(&alone), "2029-01-10", "there is nothing yet that it could be added to");
    certified(&world, &base, "2024-05-01").await;
    let added = certified(&world, &tank, "2025-06-01").await;
    assert_eq!(line_ends(&added), "2029-05-01");
    // On one document, in whatever order.
    let person =
        |course: &Value| json!({ "course": course, "person_reference": "F-2", "email": null, "on": "2026-02-01" });
    let (one, two) = (world.record(person(&tank)).await, world.record(person(&base)).await);
    let both = issue(&world, &[&one, &two]).await;
    let ends: Vec<&Value> =
        both["facts"]["lines"].as_array().expect("lines").iter().map(|l| &l["valid_until"]).collect();
    assert_eq!(ends, ["2031-02-01", "2031-02-01"]);
}

#[actix_web::test]
async fn what_an_authority_extends_is_valid_longer_and_its_renewal_keeps_the_anniversary() {
    let mut world = World::start().await;
    let (course, id) = taught(&world, "ADR", json!({ "expiry": five_years() })).await;
    let old = certified(&world, &course, "2021-04-20").await;
    let path = format!("/v1/competences/{}", text(&id));
    let etag = world.app.nobody().get(&path).await.etag();
    let extension = json!({ "from": "2026-03-01", "to": "2026-08-01", "until": "2026-08-31", "citation": "ADR M324" });
    let changed = world.teacher.patch(&path, &etag, json!({ "extensions": [extension] })).await;
    assert_eq!((changed.status.as_u16(), &changed.body["extensions"]), (200, &json!([extension])));
    let shown = verify(&world, &old).await;
    let line = &shown["certificate"]["lines"][0];
    assert_eq!((&line["valid_until"], &line["extended_by"]), (&json!("2026-08-31"), &json!("ADR M324")));
    assert_eq!(shown["certificate"]["valid_until"], "2026-08-31");
    let mine = world.teacher.get(&super::under(&world, &old, "")).await.expect(200);
    assert_eq!((line_ends(&mine), &mine["valid_until"]), (&json!("2026-04-20"), &json!("2026-08-31")));
    assert_eq!(mine["moved"], json!([{ "line": 0, "until": "2026-08-31", "citation": "ADR M324" }]));
    world.app.later(TimeDelta::days(200));
    world.teacher = world.app.member(&world.school, Role::CourseAdministrator).await;
    for (day, status) in [("2026-04-21", "valid"), ("2026-08-31", "valid"), ("2026-09-01", "expired")] {
        assert_eq!(verify_on(&world, &old, day).await["status"], status, "{day}");
    }
    let new = certified(&world, &course, "2026-08-20").await;
    assert_eq!((line_ends(&new), &new["renews"]), (&json!("2031-04-20"), &old["id"]));
    for wrong in [json!({ "to": "2026-02-01" }), json!({ "until": "2026-07-01" })] {
        let mut bad = extension.clone();
        wrong.as_object().expect("an object").iter().for_each(|(name, value)| bad[name] = value.clone());
        let refused = world.teacher.patch(&path, &changed.etag(), json!({ "extensions": [bad] })).await;
        let named = wrong.as_object().expect("an object").keys().next().expect("one").clone();
        assert!(refused.findings().contains(&format!("/extensions/0/{named} ends_before_it_begins")), "{refused}");
    }
}

#[actix_web::test]
async fn what_lasts_while_employed_ends_with_the_job() {
    let world = World::start().await;
    let (course, _) = taught(&world, "KORT", json!({ "expiry": { "kind": "while_employed", "months": 24 } })).await;
    let nobody_ordered = world.record(json!({ "course": course })).await;
    assert_eq!(ask(&world, &[&nobody_ordered]).await.findings(), ["/completions/0 detail_missing"]);
    let anna = world.anna_who_claimed().await;
    let job = world.anna_works_for_crane(Value::Null).await;
    let ordered = world.record(json!({ "course": course, "ordered_by": CRANE, "on": "2026-02-28" })).await;
    let card = issue(&world, &[&ordered]).await;
    assert_eq!(card["facts"]["lines"][0]["employer"], "Bergen Kran AS");
    assert_eq!((line_ends(&card), &card["moved"]), (&json!("2028-02-28"), &json!([])));
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let path = of(&world.crane, &format!("employments/{}", text(&job["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": "2026-06-30" })).await.expect(200);
    world.app.run_jobs().await;
    let shown = world.teacher.get(&super::under(&world, &card, "")).await.expect(200);
    assert_eq!(shown["moved"], json!([{ "line": 0, "until": "2026-06-30", "citation": null }]));
    world.app.later(TimeDelta::days(130));
    for (day, status) in [("2026-06-30", "valid"), ("2026-07-01", "expired")] {
        assert_eq!(verify_on(&world, &card, day).await["status"], status, "{day}");
    }
    let page = world.app.nobody().get(&format!("/v/{}?lang=nb", text(&card["code"]))).await;
    let page = String::from_utf8_lossy(&page.bytes).into_owned();
    for said in ["30. juni 2026", "Så lenge ansettelsen varer hos", "Bergen Kran AS"] {
        assert!(page.contains(said), "{said} is missing in {page}");
    }
}

#[actix_web::test]
async fn a_competence_repeats_only_what_its_owner_may_refer_to_and_not_itself() {
    let world = World::start().await;
    let other = world.app.organisation("Fjellkurs AS", "310000051", &["provider"]).await;
    let theirs = world.app.member(&other, Role::CourseAdministrator).await;
    let new = json!({ "code": "X", "name": { "nb": "X", "en": "X" }, "class": "none", "expiry": { "kind": "never" } });
    let foreign = theirs.post("/v1/competences", new.clone()).await.expect(201);
    for field in ["repeats", "adds_to"] {
        let mut refused = new.clone();
        refused[field] = foreign["id"].clone();
        assert_eq!(world.teacher.post("/v1/competences", refused).await.findings(), [format!("/{field} unknown")]);
    }
    let own = world.teacher.post("/v1/competences", new).await;
    let path = format!("/v1/competences/{}", text(&own.body["id"]));
    let itself = world.teacher.patch(&path, &own.etag(), json!({ "repeats": own.body["id"] })).await;
    assert_eq!(itself.findings(), ["/repeats unknown"]);
    let fine = world.teacher.patch(&path, &own.etag(), json!({ "repeats": world.t4 })).await.expect(200);
    assert_eq!(fine["repeats"], world.t4);
}
