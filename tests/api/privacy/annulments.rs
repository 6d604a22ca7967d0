//! Records that never should have been: two named people annul them, whatever a law orders of what happened.

use attest::{
    app::run_clocks,
    cli::keys::reseal,
    platform::{mail::Mail, vault::Key},
    words::Role,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;

use super::asked::Asked;
use crate::{
    certificates::{issue, verify},
    support::{CRANE, Caller, Reply, World, json, of, text},
};

/// Proposes that a record be annulled.
async fn propose(world: &World, who: &Caller, record: &Value, changes: Value) -> Reply {
    let mut body =
        json!({ "record": record["id"], "reason": "duplicate", "explanation": "Ført to ganger av Anna Ødegård" });
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    who.post(&of(&world.school, "annulments"), body).await
}

fn place(world: &World, annulment: &Value) -> String {
    of(&world.school, &format!("annulments/{}", text(&annulment["id"])))
}

async fn confirm(world: &World, who: &Caller, annulment: &Value) -> Reply {
    who.post_nothing(&format!("{}/confirmation", place(world, annulment))).await
}

/// Another who may.
async fn second(world: &World) -> Caller {
    world.app.member(&world.school, Role::Administrator).await
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    let mut subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    subjects.sort_unstable();
    subjects
}

#[actix_web::test]
async fn what_a_law_orders_kept_of_what_happened_goes_when_two_people_say_that_it_never_did() {
    let asked = Asked::start().await;
    let world = &asked.world;
    let other = second(world).await;
    let contact = json!({ "privacy_contact": "personvern@kran.example.no" });
    let admin = world.app.member(&world.crane, Role::Administrator).await;
    let here = format!("/v1/organisations/{}", text(&world.crane["id"]));
    admin.patch(&here, &admin.get(&here).await.etag(), contact).await.expect(200);
    let shown = world.seen(&world.hr, &world.crane, "employer").await;
    assert!(shown.contains(&text(&asked.statutory["id"])));

    let made = propose(world, &world.teacher, &asked.statutory, json!({})).await.expect(201);
    assert_eq!((&made["state"], &made["reason"]), (&json!("proposed"), &json!("duplicate")));
    assert_eq!(made["explanation"], "Ført to ganger av Anna Ødegård");
    assert_eq!(made["preview"], json!({ "grounds": ["delivered"], "others": 1, "told": 1, "first": [] }));
    assert_eq!(
        (&made["proposed_at"], &made["answer_by"]),
        (&json!("2026-03-02T09:00:00.000000Z"), &json!("2026-04-01"))
    );
    assert!(!world.app.every_row().contains("Ført to ganger"), "it is sealed");
    assert!(asked.kept_by_crane(&asked.statutory).await.is_some(), "nothing has changed");
    assert_eq!(world.seen(&world.hr, &world.crane, "employer").await, shown);

    let done = confirm(world, &other, &made).await.expect(200);
    assert_eq!(
        (&done["state"], &done["preview"], &done["explanation"]),
        (&json!("confirmed"), &Value::Null, &Value::Null)
    );
    assert_eq!((&done["proposed_by"], &done["answered_by"]), (&json!(world.teacher.person), &json!(other.person)));
    assert!(asked.kept_by_crane(&asked.statutory).await.is_none());
    assert_eq!(world.seen(&world.hr, &world.crane, "employer").await, [text(&asked.policy["id"])]);
    assert_eq!(world.seen(&world.teacher, &world.school, "provider").await, [text(&asked.policy["id"])]);

    let mails = world.app.mails().await;
    assert_eq!(
        subjects(&mails),
        ["Fjordkurs AS har fjernet noe som var feil", "Slett det dere har skrevet av / Erase what you have copied"]
    );
    let annas = mails.iter().find(|mail| mail.to == "anna@example.no").expect("Anna is told");
    assert!(!annas.text.contains("TRUCK") && !annas.text.contains("Ødegård"), "{annas:?}");
    let notices = asked.officer.get(&of(&world.crane, "erasure-notices")).await.expect(200)["items"].clone();
    assert_eq!((&notices[0]["record"], &notices[0]["kind"]), (&asked.statutory["id"], &json!("record_erased")));
    let listed = other.get(&of(&world.school, "annulments")).await.expect(200)["items"].clone();
    assert_eq!((&listed[0]["id"], &listed[0]["record"]), (&made["id"], &asked.statutory["id"]));
}

#[actix_web::test]
async fn nobody_annuls_alone_and_one_human_with_two_accounts_is_one() {
    let world = World::start().await;
    let record = world.record(json!({})).await;
    // Somebody the school has a card of, who works there too.
    let card = json!({ "name": "Ola Berg", "emails": ["ola@example.no"], "birth_date": "1980-01-01" });
    let admin = second(&world).await;
    admin.post(&of(&world.school, "persons"), card).await.expect(201);
    let ola = world.app.person("Ola Berg", "ola@example.no", "1980-01-01").await;
    ola.post_nothing("/v1/me/claims").await.expect(200);
    join(&world, &ola).await;
    let made = propose(&world, &ola, &record, json!({})).await.expect(201);
    for alone in
        [confirm(&world, &ola, &made).await, ola.post_nothing(&format!("{}/refusal", place(&world, &made))).await]
    {
        assert_eq!((alone.status.as_u16(), alone.problem()), (409, "another-human-needed"));
    }
    assert_eq!(
        admin.delete(&place(&world, &made)).await.status,
        403,
        "what another proposed is refused, not withdrawn"
    );

    let plan = ola.post("/v1/me/erasure-plan", json!({})).await.expect(200)["plan"].clone();
    ola.post("/v1/me/deregistration", json!({ "remove_my_data": true, "plan": plan })).await.expect(200);
    let again = world.app.person("Ola Berg", "ola@example.no", "1980-01-01").await;
    again.post_nothing("/v1/me/claims").await.expect(200);
    join(&world, &again).await;
    world.app.run_jobs().await;
    assert_eq!(confirm(&world, &again, &made).await.problem(), "another-human-needed", "he is who he was");
    confirm(&world, &admin, &made).await.expect(200);
    world.app.mails().await;
}

/// Makes somebody a course administrator of the school.
async fn join(world: &World, who: &Caller) {
    let (school, person) = (text(&world.school["id"]).parse().expect("an id"), who.person.expect("a person"));
    world
        .app
        .write(move |tx| Ok(attest::organisations::store::join(tx, school, person, Role::CourseAdministrator, None)?))
        .await;
}

#[actix_web::test]
async fn what_is_about_the_wrong_person_moves_to_whose_it_is() {
    let world = World::start().await;
    let other = second(&world).await;
    let anna = world.anna_who_claimed().await;
    let kari = json!({
        "person_reference": "F-002", "name": "Kari Dahl", "email": "kari@example.no", "birth_date": "2000-01-01",
    });
    let karis = world.record(kari).await["person"]["id"].clone();
    let wrong = json!({ "course": world.hydraulics, "on": "1999-12-31", "hours": 6.0, "result": "B" });
    let born_later = world.record(wrong).await;
    let wrong = world.record(json!({ "course": world.hydraulics, "hours": 6.0, "result": "B" })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;

    let whose = |person: &Value| json!({ "reason": "wrong_person", "belongs_to": person });
    for (record, changes, expected) in [
        (&wrong, json!({ "belongs_to": karis }), "/belongs_to only_for_wrong_person"),
        (&wrong, whose(&json!(anna.person)), "/belongs_to unknown"),
        (&wrong, whose(&wrong["person"]["id"]), "/belongs_to same_human"),
        (&born_later, whose(&karis), "/belongs_to before_birth"),
        (&json!({ "id": karis }), json!({}), "/record unknown"),
    ] {
        let refused = propose(&world, &world.teacher, record, changes).await;
        assert_eq!((refused.status.as_u16(), refused.findings()), (422, vec![expected.to_owned()]));
    }
    let made = propose(&world, &world.teacher, &wrong, whose(&karis)).await.expect(201);
    let done = confirm(&world, &other, &made).await.expect(200);
    assert_eq!(subjects(&world.app.mails().await), ["Fjordkurs AS har fjernet noe som var feil"]);
    let moved = of(&world.school, &format!("completions/{}?capacity=provider", text(&done["recorded_anew"])));
    let moved = world.teacher.get(&moved).await.expect(200);
    for field in ["course", "outcome", "on", "hours", "result", "recorder"] {
        assert_eq!(moved[field], wrong[field], "{field}");
    }
    assert_eq!((&moved["person"]["id"], &moved["version"]), (&karis, &json!(1)));
    assert_eq!(anna.get(&format!("/v1/me/completions/{}", text(&wrong["id"]))).await.status, 404);
    let kari = world.app.person("Kari Dahl", "kari@example.no", "2000-01-01").await;
    kari.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&kari, &json!({ "id": done["recorded_anew"] })).await, ["Fjordkurs AS: delivered"]);
}

#[actix_web::test]
async fn what_has_a_certificate_that_stands_is_reported_until_that_is_revoked() {
    let world = World::start().await;
    let (other, record) = (second(&world).await, world.record(json!({ "course": world.hydraulics })).await);
    let certificate = issue(&world, &[&record]).await;
    let refused = propose(&world, &world.teacher, &record, json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "built-on"));
    assert_eq!(refused.findings(), ["/record certificate_stands"]);
    let said = text(&refused.body["errors"][0]["detail"]);
    assert!(said.contains(&text(&certificate["number"])), "{said}");
    let revocation = of(&world.school, &format!("certificates/{}/revocation", text(&certificate["id"])));
    other.post(&revocation, json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" })).await.expect(200);
    world.app.mails().await;
    let made = propose(&world, &world.teacher, &record, json!({ "reason": "forgery" })).await.expect(201);
    confirm(&world, &other, &made).await.expect(200);
    assert_eq!(text(&verify(&world, &certificate).await["status"]), "unknown", "of what never was no mark is left");
}

#[actix_web::test]
async fn what_lies_under_a_hold_is_reported_with_whoever_answers_for_the_own_one_and_nobody_of_another_s() {
    let asked = Asked::start().await;
    let (world, record) = (&asked.world, &asked.policy);
    let hold = asked.hold(record).await;
    let refused = propose(world, &world.teacher, record, json!({})).await;
    assert_eq!((refused.problem(), refused.findings()), ("built-on", vec!["/record kept_by_hold".to_owned()]));
    let said = refused.body.to_string();
    assert!(!said.contains(&asked.officer.person.expect("a person").to_string()) && !said.contains("Kran"), "{said}");
    asked.lift(&hold).await;

    let privacy = world.app.member(&world.school, Role::PrivacyOfficer).await;
    let new = json!({
        "record": record["id"], "reason": "dispute", "owner": privacy.person, "review_on": "2026-12-01",
    });
    let (other, made) = (second(world).await, propose(world, &world.teacher, record, json!({})).await.expect(201));
    let hold = privacy.post(&of(&world.school, "legal-holds"), new).await.expect(201);
    let refused = confirm(world, &other, &made).await;
    assert_eq!((refused.problem(), refused.findings()), ("built-on", vec!["/record held_by".to_owned()]));
    assert!(text(&refused.body["errors"][0]["detail"]).contains(&privacy.person.expect("a person").to_string()));
    let first = other.get(&place(world, &made)).await.expect(200)["preview"]["first"].clone();
    assert_eq!(first[0]["code"], "held_by");
    privacy.delete(&of(&world.school, &format!("legal-holds/{}", text(&hold["id"])))).await.expect(204);
    world.app.run_jobs().await;
    confirm(world, &other, &made).await.expect(200);
    world.app.mails().await;
}

#[actix_web::test]
async fn what_changed_since_it_was_proposed_is_not_annulled_unseen() {
    let world = World::start().await;
    let other = second(&world).await;
    let course = json!({ "course": world.hydraulics });
    let (corrected, certified, gone) =
        (world.record(course.clone()).await, world.record(course.clone()).await, world.record(course).await);
    let mut made = Vec::new();
    for record in [&corrected, &certified, &gone] {
        made.push(propose(&world, &world.teacher, record, json!({})).await.expect(201));
    }
    let path = of(&world.school, &format!("completions/{}/versions", text(&corrected["id"])));
    let change = json!({ "hours": 7.5, "reason": "timene manglet" });
    world.teacher.with_header("if-match", "\"1\"").post(&path, change).await.expect(200);
    issue(&world, &[&certified]).await;
    let anna = world.anna_who_claimed().await;
    let records = json!([gone["id"]]);
    let plan = anna.post("/v1/me/erasure-plan", json!({ "records": records })).await.expect(200)["plan"].clone();
    anna.post("/v1/me/erasures", json!({ "plan": plan, "records": records })).await.expect(201);
    for (annulment, problem, finding) in [
        (&made[0], "plan-changed", "/record corrected_since"),
        (&made[1], "built-on", "/record certificate_stands"),
        (&made[2], "plan-changed", "/record gone_since"),
    ] {
        let refused = confirm(&world, &other, annulment).await;
        assert_eq!(
            (refused.status.as_u16(), refused.problem(), refused.findings()),
            (409, problem, vec![finding.to_owned()])
        );
    }
    // What was corrected is proposed anew, once the first is out of the way.
    let again = propose(&world, &world.teacher, &corrected, json!({})).await;
    assert_eq!((again.status.as_u16(), again.problem()), (409, "conflict"));
    world.teacher.delete(&place(&world, &made[0])).await.expect(204);
    let again = propose(&world, &world.teacher, &corrected, json!({})).await.expect(201);
    assert_eq!(again["record_version"], 2);
    confirm(&world, &other, &again).await.expect(200);
    world.app.mails().await;
}

#[actix_web::test]
async fn of_two_who_confirm_at_once_one_does() {
    let world = World::start().await;
    let record = world.record(json!({ "ordered_by": CRANE })).await;
    let made = propose(&world, &world.teacher, &record, json!({})).await.expect(201);
    let others = [second(&world).await, second(&world).await, second(&world).await];
    let replies = join_all(others.iter().map(|other| confirm(&world, other, &made))).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409], "{replies:?}");
    world.app.mails().await;
    assert_eq!(world.app.count("records"), 0);
}

#[actix_web::test]
async fn a_hold_and_a_confirmation_in_the_same_instant_never_both_hold() {
    let asked = Asked::start().await;
    let world = &asked.world;
    let (other, made) =
        (second(world).await, propose(world, &world.teacher, &asked.policy, json!({})).await.expect(201));
    let hold = json!({
        "record": asked.policy["id"], "reason": "dispute", "owner": asked.officer.person, "review_on": "2026-12-01",
    });
    let holds = of(&world.crane, "legal-holds");
    let (confirmed, held) = futures_util::join!(confirm(world, &other, &made), asked.officer.post(&holds, hold));
    let outcome = (confirmed.status.as_u16(), held.status.as_u16());
    assert!([(200, 422), (409, 201)].contains(&outcome), "{confirmed} {held}");
    world.app.mails().await;
}

#[actix_web::test]
async fn an_open_case_about_it_is_settled_and_the_person_s_receipt_is_completed() {
    let asked = Asked::start().await;
    let world = &asked.world;
    let certification = json!({ "competences": [world.t4], "from": "2020-01-01", "number": "SO-1" });
    world.app.operator().await.post(&of(&world.school, "certifications"), certification).await.expect(201);
    world.app.run_jobs().await;
    let receipt = asked.erase(&asked.statutory).await;
    assert_eq!(receipt["stays"].as_array().map(Vec::len), Some(2), "a law binds both: {receipt}");
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    asked.letters().await;
    let other = second(world).await;
    for record in [&asked.statutory, &asked.policy] {
        let made = propose(world, &world.teacher, record, json!({ "reason": "test" })).await.expect(201);
        confirm(world, &other, &made).await.expect(200);
    }
    let shown = asked.anna.get(&format!("/v1/me/cases/{}", text(&case["id"]))).await.expect(200);
    assert_eq!((&shown["state"], &shown["outcome"]), (&json!("decided"), &json!("release")));
    let theirs = asked.officer.get(&asked.place(&case)).await.expect(200);
    assert_eq!(theirs["decided_by"], Value::Null, "nobody at the company decided it");
    let told = asked.letters().await;
    let removed = "Fjordkurs AS har fjernet noe som var feil".to_owned();
    assert_eq!(told, ["En ny kvittering for sletting".to_owned(), removed.clone(), removed]);
    assert_eq!((world.app.count("restricted_custodies"), world.app.count("records")), (0, 0));
}

#[actix_web::test]
async fn only_who_recorded_it_and_may_record_annuls_and_no_program_does() {
    let world = World::start().await;
    let record = world.record(json!({ "ordered_by": CRANE })).await;
    world.app.run_jobs().await;
    let made = propose(&world, &world.teacher, &record, json!({})).await.expect(201);
    let officer = world.app.member(&world.school, Role::PrivacyOfficer).await;
    assert_eq!(confirm(&world, &officer, &made).await.status, 403);
    officer.get(&place(&world, &made)).await.expect(200);
    assert_eq!(world.hr.get(&place(&world, &made)).await.status, 404);
    let cranes = world.app.member(&world.crane, Role::Administrator).await;
    let theirs = json!({ "record": record["id"], "reason": "test", "explanation": "ikke vår" });
    assert_eq!(cranes.post(&of(&world.crane, "annulments"), theirs).await.problem(), "lacks-capacity");
    let elsewhere = of(&world.crane, &format!("annulments/{}", text(&made["id"])));
    assert_eq!(cranes.get(&elsewhere).await.status, 404);
    let other = second(&world).await;
    other.post_nothing(&format!("{}/refusal", place(&world, &made))).await.expect(204);
    let shown = other.get(&place(&world, &made)).await.expect(200);
    assert_eq!((&shown["state"], &shown["explanation"]), (&json!("refused"), &Value::Null));
    assert_eq!(confirm(&world, &other, &made).await.problem(), "not-now");
    assert_eq!(world.seen(&world.teacher, &world.school, "provider").await, [text(&record["id"])]);
}

#[actix_web::test]
async fn a_proposal_nobody_answers_lapses_and_what_was_annulled_is_forgotten_three_years_later() {
    let mut world = World::start().await;
    let (first, second_one) =
        (world.record(json!({})).await, world.record(json!({ "course": world.hydraulics })).await);
    let lapsing = propose(&world, &world.teacher, &first, json!({})).await.expect(201);
    let confirmed = propose(&world, &world.teacher, &second_one, json!({})).await.expect(201);
    confirm(&world, &second(&world).await, &confirmed).await.expect(200);
    world.app.later(TimeDelta::days(30));
    run_clocks(world.app.db()).await.expect("cleared");
    world.teacher = world.app.signed_in_again(&world.teacher).await;
    assert_eq!(world.teacher.get(&place(&world, &lapsing)).await.expect(200)["state"], "proposed", "its last day");
    world.app.later(TimeDelta::days(1));
    assert_eq!(confirm(&world, &second(&world).await, &lapsing).await.problem(), "not-now");
    run_clocks(world.app.db()).await.expect("cleared");
    world.teacher = world.app.signed_in_again(&world.teacher).await;
    let shown = world.teacher.get(&place(&world, &lapsing)).await.expect(200);
    assert_eq!((&shown["state"], &shown["explanation"]), (&json!("lapsed"), &Value::Null));
    world.app.on("2029-03-02");
    run_clocks(world.app.db()).await.expect("cleared");
    assert_eq!(world.app.count("annulments"), 2);
    world.app.on("2029-03-03");
    run_clocks(world.app.db()).await.expect("cleared");
    assert_eq!(world.app.count("annulments"), 1);
    world.app.mails().await;
}

#[actix_web::test]
async fn why_is_read_after_the_master_key_was_exchanged() {
    let mut world = World::start().await;
    let record = world.record(json!({})).await;
    let made = propose(&world, &world.teacher, &record, json!({})).await.expect(201);
    let (old, new) = (world.app.server.house.config.master_key.clone(), Key::generate());
    world
        .app
        .restart_with(|config| {
            config.former_master_key = Some(old);
            config.master_key = new;
        })
        .await;
    let teacher = world.app.again(&world.teacher);
    let done = reseal(world.app.db()).expect("sealed anew");
    assert_eq!(done.unopened, 0);
    world.app.restart_with(|config| config.former_master_key = None).await;
    let teacher = world.app.again(&teacher);
    let shown = teacher.get(&place(&world, &made)).await.expect(200);
    assert_eq!(shown["explanation"], "Ført to ganger av Anna Ødegård");
}
