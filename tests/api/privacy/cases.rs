//! What a person asks of a controller, and a human there decides in time.

use attest::{cli::keys::reseal, platform::vault::Key, words::Role};
use futures_util::future::join_all;
use serde_json::Value;

use super::asked::Asked;
use crate::support::{Caller, json, of, text};

/// The states of the cases a query finds at the crane company, in their order, with the days they are due.
async fn listed(asked: &Asked, query: &str) -> Vec<String> {
    let list = asked.officer.get(&of(&asked.world.crane, &format!("privacy-cases{query}"))).await.expect(200);
    let line = |one: &Value| format!("{} {} {}", text(&one["kind"]), text(&one["state"]), text(&one["due_on"]));
    list["items"].as_array().expect("items").iter().map(line).collect()
}

async fn my(asked: &Asked, case: &Value) -> Value {
    asked.anna.get(&format!("/v1/me/cases/{}", text(&case["id"]))).await.expect(200)
}

fn keep() -> Value {
    json!({ "outcome": "keep", "answer": "Det er varslet et krav" })
}

#[actix_web::test]
async fn what_an_employer_answers_itself_becomes_a_case_there_and_a_human_lets_it_go() {
    let asked = Asked::start().await;
    let before = asked.kept_by_crane(&asked.policy).await.expect("kept");
    assert_eq!((&before["decision"]["action"], &before["opens"]), (&json!("refer"), &json!("refer")));
    assert!(text(&before["says"]["nb"]).contains("Ber du om sletting, får Bergen Kran AS en sak om det"), "{before}");

    let receipt = asked.erase(&asked.policy).await;
    let stays = &receipt["stays"][0];
    let case = stays["case"].clone();
    assert_eq!((&case["kind"], &case["due_on"]), (&json!("refer"), &json!("2026-04-01")));
    assert!(text(&stays["says"]["nb"]).contains("Et menneske der svarer senest 1. april 2026."), "{stays}");
    assert_eq!(asked.letters().await, ["En personvernsak må avgjøres senest 1. april 2026"]);
    assert_eq!(asked.seen().await.len(), 2, "a question restricts nothing");

    // Asked again there is the one case.
    let again = asked.erase(&asked.policy).await;
    assert_eq!(again["stays"][0]["case"], case);
    let now = asked.kept_by_crane(&asked.policy).await.expect("kept");
    assert_eq!((&now["opens"], &now["cases"]), (&Value::Null, &json!([case])));
    assert_eq!(listed(&asked, "").await, ["refer open 2026-04-01"]);

    let decided = asked.decide(&asked.officer, &case, json!({ "outcome": "release" })).await.expect(200);
    assert_eq!(
        (&decided["state"], &decided["decided_by"], &decided["custodies"][0]["kept"]),
        (&json!("decided"), &json!(asked.officer.person), &json!(false))
    );
    assert!(asked.kept_by_crane(&asked.policy).await.is_none());
    assert_eq!(asked.letters().await, ["Bergen Kran AS har svart deg", "En ny kvittering for sletting"]);
    let mine = my(&asked, &case).await;
    assert_eq!(mine["says"]["nb"], "Bergen Kran AS har sluppet dette, og det er slettet hos Bergen Kran AS.");
    assert_eq!(
        (&mine["decided_by"], &mine["people"]),
        (&Value::Null, &json!([])),
        "the organisation, never the employee"
    );
}

#[actix_web::test]
async fn an_objection_restricts_until_a_human_keeps_it_for_a_reason_the_person_reads() {
    let asked = Asked::after_anna_left().await;
    assert_eq!(asked.seen().await.len(), 2);
    let receipt = asked.erase(&asked.statutory).await;
    let stays = receipt["stays"].as_array().expect("a list");
    let stays = stays.iter().find(|one| one["controller"]["id"] == asked.world.crane["id"]).expect("it stays");
    let case = stays["case"].clone();
    assert_eq!(case["kind"], "objection");
    assert!(text(&stays["says"]["nb"]).contains("opplysningene sperret"), "{stays}");
    asked.letters().await;

    assert_eq!(asked.seen().await, [text(&asked.policy["id"])], "it is in no list");
    assert_eq!(asked.opened(&asked.statutory).await.expect(200)["contested"], true);
    assert_eq!(asked.opened(&asked.policy).await.expect(200)["contested"], false);
    let export = of(&asked.world.crane, "exports/completions?capacity=employer");
    assert!(!asked.officer.get(&export).await.body.to_string().contains(&text(&asked.statutory["id"])));
    let kept = asked.kept_by_crane(&asked.statutory).await.expect("kept");
    assert_eq!(kept["restricted"], true);

    let silent = asked.decide(&asked.officer, &case, json!({ "outcome": "keep" })).await;
    assert_eq!((silent.status.as_u16(), silent.findings()), (422, vec!["/answer required".to_owned()]));
    asked.decide(&asked.officer, &case, keep()).await.expect(200);
    assert_eq!(asked.seen().await.len(), 2);
    assert_eq!(asked.kept_by_crane(&asked.statutory).await.expect("kept")["restricted"], false);
    let mine = my(&asked, &case).await;
    assert_eq!((&mine["outcome"], &mine["answer"]), (&json!("keep"), &json!("Det er varslet et krav")));
    assert!(text(&mine["says"]["nb"]).ends_with("Du kan klage til Datatilsynet og bringe saken inn for domstolene."));
    assert_eq!(asked.letters().await, ["Bergen Kran AS har svart deg"]);
}

#[actix_web::test]
async fn a_body_s_feed_leaves_out_what_is_contested() {
    let asked = Asked::start().await;
    let app = &asked.world.app;
    let expired = asked.world.record(json!({ "course": asked.world.hot_work, "on": "2020-05-01" })).await;
    asked.anna.post_nothing("/v1/me/claims").await.expect(200);
    app.run_jobs().await;
    asked.erase(&expired).await;
    let receipt = asked.erase(&expired).await;
    assert_eq!(receipt["stays"][0]["case"]["kind"], "objection", "{receipt}");
    let officer = app.member(&asked.world.body, Role::SchemeOfficer).await;
    asked.letters().await;
    let feed = format!("/v1/schemes/{}/holders?since=0", text(&asked.world.scheme));
    let steps = officer.get(&feed).await.expect(200)["items"].as_array().expect("steps").clone();
    let last = steps.last().expect("a step");
    assert_eq!((&last["kind"], &last["held"]), (&json!("completion_changed"), &json!(false)));
}

#[actix_web::test]
async fn a_hold_set_meanwhile_keeps_it_whatever_a_human_decides_and_the_case_stays_open() {
    let asked = Asked::after_anna_left().await;
    let case = asked.ask("objection", &asked.statutory).await.expect(201);
    let hold = asked.hold(&asked.statutory).await;
    let refused = asked.decide(&asked.officer, &case, json!({ "outcome": "release" })).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "must-stay"));
    assert_eq!(refused.findings(), ["/custodies/0 kept_by_hold"]);
    assert_eq!(my(&asked, &case).await["state"], "open");
    asked.lift(&hold).await;
    asked.decide(&asked.officer, &case, json!({ "outcome": "release" })).await.expect(200);
    assert!(asked.kept_by_crane(&asked.statutory).await.is_none());
    assert_eq!(asked.world.app.count("restricted_custodies"), 0);
    asked.letters().await;
}

#[actix_web::test]
async fn it_is_due_within_thirty_days_and_a_month_and_the_law_s_last_day_waits_for_a_working_day() {
    let mut asked = Asked::start().await;
    asked.later(335).await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    assert_eq!(
        (&case["opened_at"].as_str().expect("an instant")[..10], &case["due_on"], &case["due_last_on"]),
        ("2027-01-31", &json!("2027-02-28"), &json!("2027-03-01"))
    );
    // Maundy Thursday; the next working day is the Tuesday after Easter.
    asked.later(25).await;
    let case = asked.ask("review", &asked.policy).await.expect(201);
    assert_eq!((&case["due_on"], &case["due_last_on"]), (&json!("2027-03-25"), &json!("2027-03-30")));
    asked.letters().await;
    assert_eq!(listed(&asked, "").await, ["objection open 2027-02-28", "review open 2027-03-25"]);
}

#[actix_web::test]
async fn more_time_is_taken_once_within_the_first_month_and_with_a_reason() {
    let mut asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    asked.letters().await;
    let path = format!("{}/extension", asked.place(&case));
    let reason = json!({ "reason": "Vi må spørre tre ledere" });
    asked.officer.post(&path, reason.clone()).await.expect(428);
    asked.later(30).await;
    let extended = asked.officer.with_header("if-match", "\"1\"").post(&path, reason.clone()).await.expect(200);
    assert_eq!((&extended["due_on"], &extended["extended_to"]), (&json!("2026-06-02"), &json!("2026-06-02")));
    assert_eq!(asked.letters().await, ["Bergen Kran AS trenger mer tid"]);
    assert_eq!(my(&asked, &case).await["extension"], "Vi må spørre tre ledere");
    let twice = asked.officer.with_header("if-match", "\"2\"").post(&path, reason.clone()).await;
    assert_eq!((twice.status.as_u16(), twice.problem()), (409, "extension-too-late"));

    let late = asked.ask("review", &asked.policy).await.expect(201);
    asked.letters().await;
    asked.later(34).await;
    let path = format!("{}/extension", asked.place(&late));
    let refused = asked.officer.with_header("if-match", "\"1\"").post(&path, reason).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "extension-too-late"));
}

#[actix_web::test]
async fn nobody_else_knows_of_a_case() {
    let asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    asked.letters().await;
    let app = &asked.world.app;
    let own = format!("/v1/me/cases/{}", text(&case["id"]));
    let stranger = app.person("Bjørn Dahl", "bjorn@example.no", "1980-01-01").await;
    stranger.get(&own).await.expect(404);
    stranger.post_nothing(&format!("{own}/withdraw")).await.expect(404);
    assert_eq!(stranger.get("/v1/me/cases").await.expect(200)["items"], json!([]));
    asked.world.hr.get(&asked.place(&case)).await.expect(403);
    let neighbour = app.member(&asked.world.builder, Role::PrivacyOfficer).await;
    neighbour.get(&asked.place(&case)).await.expect(404);
    let theirs = of(&asked.world.builder, &format!("privacy-cases/{}", text(&case["id"])));
    neighbour.get(&theirs).await.expect(404);
    let decision = neighbour.with_header("if-match", "\"1\"").post(&format!("{theirs}/decision"), keep()).await;
    assert_eq!(decision.status.as_u16(), 404);
    assert!(!app.everything_stored().contains("Jeg vil ikke mer"), "what she says is sealed");
}

#[actix_web::test]
async fn of_two_who_decide_at_once_one_wins() {
    let asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    let other = asked.world.app.member(&asked.world.crane, Role::PrivacyOfficer).await;
    let path = format!("{}/decision", asked.place(&case));
    let decide = async |human: &Caller, decision| human.with_header("if-match", "\"1\"").post(&path, decision).await;
    let (release, humans) = (json!({ "outcome": "release" }), [&asked.officer, &other]);
    let all =
        join_all(humans.into_iter().zip([keep(), release]).map(|(human, decision)| decide(human, decision))).await;
    let mut statuses: Vec<u16> = all.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    asked.letters().await;
}

#[actix_web::test]
async fn another_look_is_had_by_another_human() {
    let asked = Asked::start().await;
    let first = asked.erase(&asked.policy).await["stays"][0]["case"].clone();
    asked.decide(&asked.officer, &first, keep()).await.expect(200);
    let review = asked.ask("review", &asked.policy).await.expect(201);
    let same = asked.decide(&asked.officer, &review, keep()).await;
    assert_eq!((same.status.as_u16(), same.problem()), (409, "another-human-needed"));
    let other = asked.world.app.member(&asked.world.crane, Role::PrivacyOfficer).await;
    asked.decide(&other, &review, json!({ "outcome": "release" })).await.expect(200);
    assert!(asked.kept_by_crane(&asked.policy).await.is_none());
    assert_eq!(listed(&asked, "?state=decided").await.len(), 2);
    asked.letters().await;
}

#[actix_web::test]
async fn a_law_is_not_objected_to_but_a_refusal_is_looked_at_again_also_long_after() {
    let mut asked = Asked::start().await;
    asked.erase(&asked.statutory).await;
    asked.later(300).await;
    let objected = asked.ask("objection", &asked.statutory).await;
    assert_eq!(objected.findings(), ["/custodies/0 not_to_be_objected"]);
    let review = asked.ask("review", &asked.statutory).await.expect(201);
    assert_eq!(asked.seen().await.len(), 2, "another look restricts nothing");
    let refused = asked.decide(&asked.officer, &review, json!({ "outcome": "release" })).await;
    assert_eq!(refused.findings(), ["/custodies/0 kept_by_law"]);
    asked.decide(&asked.officer, &review, keep()).await.expect(200);

    let at = |organisation: &Value, record: &Value, ground: &str| {
        json!({
            "kind": "review", "controller": organisation["id"],
            "custodies": [{ "record": record["id"], "ground": ground }],
        })
    };
    let own = asked.anna.post("/v1/me/cases", at(&asked.world.school, &asked.policy, "delivered")).await;
    assert_eq!(own.findings(), ["/custodies/0 can_be_erased"]);
    let elsewhere = asked.anna.post("/v1/me/cases", at(&asked.world.builder, &asked.policy, "delivered")).await;
    assert_eq!(elsewhere.findings(), ["/custodies/0 unknown"]);
    let other = asked.world.app.person("Bjørn Dahl", "bjorn@example.no", "1980-01-01").await;
    let not_hers = other.post("/v1/me/cases", at(&asked.world.school, &asked.policy, "delivered")).await;
    assert_eq!(not_hers.findings(), ["/custodies/0 unknown"]);
    asked.letters().await;
}

#[actix_web::test]
async fn who_asks_again_gets_the_case_there_is_and_who_takes_it_back_lifts_the_restriction() {
    let asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    let again = asked.ask("objection", &asked.policy).await.expect(201);
    assert_eq!(again["id"], case["id"]);
    assert_eq!(asked.seen().await.len(), 1);
    let path = format!("/v1/me/cases/{}/withdraw", text(&case["id"]));
    let withdrawn = asked.anna.post_nothing(&path).await.expect(200);
    assert_eq!((&withdrawn["state"], &withdrawn["outcome"]), (&json!("withdrawn"), &Value::Null));
    assert_eq!(asked.seen().await.len(), 2);
    let twice = asked.anna.post_nothing(&path).await;
    assert_eq!((twice.status.as_u16(), twice.problem()), (409, "not-now"));
    let late = asked.decide(&asked.officer, &case, keep()).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "not-now"));
    let anew = asked.ask("objection", &asked.policy).await.expect(201);
    assert_eq!(listed(&asked, "").await, ["objection open 2026-04-01", "objection withdrawn 2026-04-01"]);
    assert_eq!(listed(&asked, "?state=open&limit=1").await.len(), 1);
    let page = asked.officer.get(&of(&asked.world.crane, "privacy-cases?limit=1")).await.expect(200);
    assert_eq!(page["items"][0]["id"], anew["id"]);
    let next = format!("?limit=1&cursor={}", text(&page["next"]));
    assert_eq!(listed(&asked, &next).await, ["objection withdrawn 2026-04-01"]);
    asked.letters().await;
}

#[actix_web::test]
async fn what_was_said_is_read_after_the_master_key_was_exchanged() {
    let mut asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    let more_time = json!({ "reason": "Vi må spørre tre ledere" });
    let path = format!("{}/extension", asked.place(&case));
    asked.officer.with_header("if-match", "\"1\"").post(&path, more_time).await.expect(200);
    asked.decide(&asked.officer, &case, keep()).await.expect(200);
    asked.letters().await;
    let before = my(&asked, &case).await;
    let (old, new) = (asked.world.app.server.house.config.master_key.clone(), Key::generate());
    let exchange = |config: &mut attest::platform::config::Config| {
        config.former_master_key = Some(old);
        config.master_key = new;
    };
    asked.world.app.restart_with(exchange).await;
    let first = reseal(asked.world.app.db()).expect("sealed anew");
    assert!(first.anew > 0 && first.unopened == 0, "{first:?}");
    assert_eq!(reseal(asked.world.app.db()).expect("sealed anew").anew, 0);
    asked.world.app.restart_with(|config| config.former_master_key = None).await;
    asked.anna = asked.world.app.again(&asked.anna);
    assert_eq!(my(&asked, &case).await, before);
}

#[actix_web::test]
async fn who_has_another_account_since_reads_the_old_case_and_a_stranger_s_keeps_nobody_from_asking() {
    let mut asked = Asked::start().await;
    let world = &asked.world;
    let mine = asked.ask("objection", &asked.policy).await.expect(201);
    // It turns out that the card was not hers: she undoes the claim, and whose it is claims it.
    let claims = asked.anna.get("/v1/me/claims").await.expect(200)["items"].clone();
    for claim in claims.as_array().expect("claims") {
        asked.anna.delete(&format!("/v1/me/claims/{}", text(&claim["id"]))).await;
    }
    world.app.run_jobs().await;
    let hers = world.app.person("Anna Ødegård", "anna@annet.example.no", "1991-05-17").await;
    let person = text(&asked.policy["person"]["id"]);
    let card = of(&world.school, &format!("persons/{person}"));
    let etag = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &etag, json!({ "emails": ["anna@annet.example.no"] })).await.expect(200);
    hers.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    asked.anna = hers;
    let kept = asked.kept_by_crane(&asked.policy).await.expect("kept");
    assert_eq!(kept["cases"], json!([]), "what a stranger asked is not hers to read");
    let own = asked.ask("objection", &asked.policy).await.expect(201);
    assert_ne!(own["id"], mine["id"]);
    assert_eq!(listed(&asked, "").await.len(), 2);

    asked.decide(&asked.officer, &mine, keep()).await.expect(200);
    assert_eq!(asked.world.app.count("restricted_custodies"), 1, "the other objection is open still");
    asked.decide(&asked.officer, &own, keep()).await.expect(200);
    assert_eq!(asked.world.app.count("restricted_custodies"), 0);
    asked.letters().await;
}

#[actix_web::test]
async fn who_left_and_came_back_reads_what_was_asked_before_and_does_not_ask_twice() {
    let mut asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    let plan = asked.anna.post("/v1/me/erasure-plan", json!({})).await.expect(200)["plan"].clone();
    let leave = json!({ "remove_my_data": true, "plan": plan });
    asked.anna.post("/v1/me/deregistration", leave).await.expect(200);
    asked.letters().await;
    asked.anna = asked.world.anna_who_claimed().await;
    assert_eq!(my(&asked, &case).await["state"], "open");
    assert_eq!(asked.ask("objection", &asked.policy).await.expect(201)["id"], case["id"]);
    asked.letters().await;
}
