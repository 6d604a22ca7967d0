//! Everything that is kept of a person: who keeps it, why, until when, and what would follow from asking for its erasure.

use attest::{
    platform::{
        db::{Error, Tx, run::prelude::*, schema::custodies},
        fixed,
    },
    records::{schedule, store::follow_schedule},
    words::Role,
};
use serde_json::Value;

use crate::support::{CRANE, Caller, World, json, of, text};

/// By record: `controller: action by layer (provision) until …`, as somebody reads it about oneself.
async fn kept(person: &Caller) -> Vec<Vec<String>> {
    let listed = person.get("/v1/me/custodies").await.expect(200);
    let records = listed["items"].as_array().expect("items").clone();
    let by = |one: &Value| {
        let decision = &one["decision"];
        let provision = decision["provision"].as_str().map_or(String::new(), |cited| format!(" ({cited})"));
        let until = decision["until"].as_str().or(decision["waits_for"].as_str());
        let until = until.map_or(String::new(), |until| format!(" until {until}"));
        let (controller, action) = (text(&one["controller"]["name"]), text(&decision["action"]));
        format!("{controller}: {action} by {}{provision}{until}", text(&decision["layer"]))
    };
    records.iter().map(|one| one["kept_by"].as_array().expect("holders").iter().map(by).collect()).collect()
}

async fn says(person: &Caller, record: usize, holder: usize) -> Value {
    let listed = person.get("/v1/me/custodies").await.expect(200);
    listed["items"][record]["kept_by"][holder]["says"].clone()
}

const BY_10_2: &str = "(forskrift om utførelse av arbeid § 10-2)";

#[actix_web::test]
async fn a_private_course_goes_when_its_person_asks_and_the_certificate_is_named_that_loses_its_issuer() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let certificate = crate::certificates::issue(&world, &[&completion]).await;
    let anna = world.anna_who_claimed().await;
    assert_eq!(kept(&anna).await, [["Fjordkurs AS: erase_after_warning by default"]]);
    let listed = anna.get("/v1/me/custodies").await.expect(200);
    let (record, by) = (&listed["items"][0], &listed["items"][0]["kept_by"][0]);
    assert_eq!((&record["record"], &record["title"]["nb"]), (&completion["id"], &json!("Kurs HYD")));
    assert_eq!(
        (&by["category"], &by["ground"], &by["review_on"]),
        (&json!("RS11"), &json!("delivered"), &json!("2031-03-01"))
    );
    assert_eq!((&by["early_release"], &by["erase_on"]), (&json!(["person"]), &json!(null)));
    let consequence = &by["consequences"][0];
    assert_eq!((&consequence["code"], &consequence["certificate"]), (&json!("certificate"), &certificate["id"]));
    assert!(text(&consequence["says"]["nb"]).starts_with("Beviset FA-2026-000001 blir ikke lenger bekreftet"));
}

#[actix_web::test]
async fn an_employer_keeps_statutory_training_by_law_while_employed_then_by_its_own_wish_and_then_no_more() {
    let mut world = World::start().await;
    let anna = world.anna_who_claimed().await;
    let completion = world.record(json!({ "ordered_by": CRANE })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let employers = async |anna: &Caller| kept(anna).await[0].iter().find(|one| one.starts_with("Bergen")).cloned();
    let expected = format!("Bergen Kran AS: undecided by law {BY_10_2}");
    assert_eq!(employers(&anna).await, Some(expected), "nobody has said whether Anna works there");
    let said = text(&says(&anna, 0, 1).await["nb"]) + &text(&says(&anna, 0, 0).await["nb"]);
    assert!(said.contains("Bergen Kran AS må oppgi når arbeidsforholdet eller oppdraget slutter"), "{said}");

    let job = world.anna_works_for_crane(Value::Null).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let expected = format!("Bergen Kran AS: keep by law {BY_10_2} until relation_end");
    assert_eq!(employers(&anna).await, Some(expected));

    let path = of(&world.crane, &format!("employments/{}", text(&job["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": "2026-06-10" })).await.expect(200);
    world.app.run_jobs().await;
    let expected = format!("Bergen Kran AS: keep by law {BY_10_2} until 2026-06-10");
    assert_eq!(employers(&anna).await, Some(expected), "the last day is known");
    assert!(
        world.app.dump("custodies").contains("2030-01-01"),
        "and the day on which it goes by itself is written down"
    );

    world.app.later(chrono::TimeDelta::days(101));
    let anna = world.app.signed_in_again(&anna).await;
    assert_eq!(employers(&anna).await.as_deref(), Some("Bergen Kran AS: restrict by default until 2029-12-31"));
    let all = anna.get("/v1/me/custodies").await.expect(200).to_string();
    assert!(all.contains("Det er Bergen Kran ASs valg.") && all.contains("Du kan klage til Datatilsynet"), "{all}");
    world.app.later(chrono::TimeDelta::days(1300));
    let anna = world.app.signed_in_again(&anna).await;
    assert_eq!(employers(&anna).await.as_deref(), Some("Bergen Kran AS: erase by default"));
    world.teacher = world.app.member(&world.school, Role::CourseAdministrator).await;
    assert_eq!(
        world
            .teacher
            .get(&of(&world.school, &format!("completions/{}?capacity=provider", text(&completion["id"]))))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn what_an_employer_got_stays_when_its_provider_shows_less_from_another_day_on() {
    let mut world = World::start().await;
    world.record(json!({ "ordered_by": CRANE })).await;
    let views = async |world: &mut World, view: &str| {
        world.app.later(chrono::TimeDelta::days(1));
        world.teacher = world.app.member(&world.school, Role::CourseAdministrator).await;
        let administrator = world.app.member(&world.school, Role::Administrator).await;
        let path = format!("/v1/organisations/{}", text(&world.school["id"]));
        let version = administrator.get(&path).await.expect(200)["version"].to_string();
        administrator.patch(&path, &format!("\"{version}\""), json!({ "employer_view": view })).await.expect(200);
        world.app.run_jobs().await;
    };
    let held = |world: &World| world.app.dump("custodies").matches("ordered_offered").count();
    views(&mut world, "invoice").await;
    assert_eq!(held(&world), 1, "the law still binds the employer");
    world.record(json!({ "ordered_by": CRANE, "on": "2026-02-01" })).await;
    assert_eq!(held(&world), 1, "of what is recorded since it gets the invoice");
    views(&mut world, "record").await;
    world.record(json!({ "ordered_by": CRANE, "on": "2026-01-15" })).await;
    assert_eq!(held(&world), 2, "what was invoiced then stays an invoice");
}

#[actix_web::test]
async fn a_certified_providers_statutory_training_is_kept_until_the_holder_turns_seventy_five() {
    let world = World::start().await;
    let operator = world.app.operator().await;
    let certification = json!({ "competences": [world.t4], "from": "2020-01-01", "number": "SO-1" });
    operator.post(&of(&world.school, "certifications"), certification).await.expect(201);
    world.app.run_jobs().await;
    world.record(json!({})).await;
    let anna = world.anna_who_claimed().await;
    let opened = "(forskrift om administrative ordninger § 8-2)";
    assert_eq!(kept(&anna).await, [[format!("Fjordkurs AS: keep by law {opened} until 2066-05-17")]]);
    let said = says(&anna, 0, 0).await;
    assert_eq!(
        said["nb"],
        "Fjordkurs AS må kunne vise denne opplæringen (forskrift om administrative ordninger § 8-2). Loven setter ingen \
         sluttdato; den er satt til 17. mai 2066. Du kan klage til Datatilsynet og bringe saken inn for domstolene."
    );
}

#[actix_web::test]
async fn a_body_remembers_what_has_expired_as_long_as_its_scheme_lets_it_be_renewed() {
    let world = World::start().await;
    world.record(json!({ "course": world.hot_work })).await;
    world.record(json!({ "course": world.hot_work, "on": "2020-05-01" })).await;
    let anna = world.anna_who_claimed().await;
    let of_body: Vec<_> =
        kept(&anna).await.into_iter().flatten().filter(|one| one.starts_with("Varmesikker")).collect();
    assert_eq!(
        of_body,
        ["Varmesikker: erase_after_warning by scheme", "Varmesikker: reduce by scheme until 2028-05-01"]
    );
}

#[actix_web::test]
async fn nobody_reads_what_is_kept_of_another() {
    let world = World::start().await;
    world.record(json!({})).await;
    let other = world.app.person("Bjørn Dahl", "bjorn@example.no", "1980-01-01").await;
    assert_eq!(kept(&other).await, Vec::<Vec<String>>::new());
    assert_eq!(world.app.nobody().get("/v1/me/custodies").await.status, 401);
}

#[actix_web::test]
async fn an_employment_that_had_ended_before_says_nothing_of_the_one_a_course_was_ordered_for() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    let job = world.anna_works_for_crane(Value::Null).await;
    let path = of(&world.crane, &format!("employments/{}", text(&job["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": "2022-12-31" })).await.expect(200);
    world.app.run_jobs().await;
    world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let expected = format!("Bergen Kran AS: undecided by law {BY_10_2}");
    assert!(kept(&anna).await.concat().contains(&expected), "the one she came back for is not known yet");
}

#[actix_web::test]
async fn another_schedule_is_followed_once_by_every_custody_also_where_its_days_stay_the_same() {
    let world = World::start().await;
    world.record(json!({})).await;
    world.app.run_jobs().await;
    let (now, before) = (schedule().version(), world.app.dump("custodies"));
    let make_old = |tx: &mut Tx<'_>| {
        let old = custodies::schedule_version.eq("2020-01-01");
        diesel::update(custodies::table).set(old).execute(tx.conn()).map_err(Error::from)?;
        Ok(fixed::say(tx, "retention_schedule", "2020-01-01")?)
    };
    world.app.write(make_old).await;
    assert!(!world.app.dump("custodies").contains(now));
    world.app.write(|tx| Ok(follow_schedule(tx)?)).await;
    world.app.run_jobs().await;
    assert_eq!(world.app.dump("custodies"), before, "only the version has been written anew");
    world.app.write(|tx| Ok(follow_schedule(tx)?)).await;
    assert_eq!(world.app.count("outbox"), 0, "nothing is to be done twice");

    world.app.write(|tx| Ok(fixed::say(tx, "retention_schedule", "2999-01-01")?)).await;
    let later = world.app.write(|tx| Ok(follow_schedule(tx)?)).await;
    assert_eq!(later.as_deref(), Some("2999-01-01"), "what was decided by a later one is not worked out by this one");
    assert_eq!((world.app.count("outbox"), world.app.dump("custodies")), (0, before));
}
