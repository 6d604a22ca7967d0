//! Leaving, for a while or for good, and coming back.

use actix_web::http::Method;
use attest::{
    app::{run_clocks, tell_whose_accounts_go},
    identity::sign_ins::store::begin,
    platform::problem::Kind,
    words::{OPERATOR, Role},
};
use chrono::TimeDelta;
use serde_json::Value;

use super::asked::Asked;
use crate::{
    certificates::{issue, verify},
    support::{CRANE, Caller, NO_PASSWORD, World, json, of, text},
};

const EVERYTHING: &str = "/v1/me/deregistration";

/// Signs in with the right password.
async fn signs_in(world: &World, email: &str) -> Result<(), Kind> {
    let email = email.to_owned();
    let begun = world.app.db().write(move |tx| begin(tx, &email, NO_PASSWORD)).await;
    world.app.run_jobs().await;
    begun.map(drop).map_err(|problem| problem.kind)
}

/// Looks at everything and has it removed with the account: what became of it.
async fn leaves(person: &Caller) -> Value {
    let plan = person.post("/v1/me/erasure-plan", json!({})).await.expect(200)["plan"].clone();
    person.post(EVERYTHING, json!({ "remove_my_data": true, "plan": plan })).await.expect(200)
}

fn kept(left: &Value) -> Vec<(String, String)> {
    let stays = left["receipt"]["stays"].as_array().expect("a list");
    let said = |one: &Value| (text(&one["controller"]["name"]), text(&one["decision"]["provision"]));
    stays.iter().map(said).collect()
}

#[actix_web::test]
async fn who_leaves_for_good_has_no_account_and_is_told_what_the_law_keeps() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    world.anna_works_for_crane(Value::Null).await;
    let ordered = world.record(json!({ "ordered_by": CRANE })).await;
    let own = world.record(json!({ "course": world.hydraulics })).await;
    let certificate = issue(&world, &[&own]).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    let portfolio = format!("/v1/me/completions/{}/portfolio", text(&own["id"]));
    anna.call(Method::PUT, &portfolio, None).await.expect(204);
    world.app.run_jobs().await;
    let left = leaves(&anna).await;
    assert_eq!((&left["on"], &left["account_goes_on"]), (&json!("2026-03-02"), &json!(null)));
    let provision = "forskrift om utførelse av arbeid § 10-2";
    assert_eq!(kept(&left), [("Bergen Kran AS".into(), provision.into())]);
    assert_eq!(anna.get("/v1/me/custodies").await.status, 401);
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
    for table in ["account_emails", "claims", "portfolio"] {
        assert!(
            !world.app.dump(table).contains("anna@example.no") && table != "portfolio" || world.app.count(table) == 0
        );
    }
    assert_eq!(text(&verify(&world, &certificate).await["status"]), "erased");
    // The employer still has what it must be able to show, and knows when its employee leaves.
    let shown = world.seen(&world.hr, &world.crane, "employer").await;
    assert_eq!(shown, [text(&ordered["id"])]);
}

#[actix_web::test]
async fn who_comes_with_a_new_account_finds_again_what_was_kept() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    world.anna_works_for_crane(Value::Null).await;
    world.record(json!({ "ordered_by": CRANE })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    leaves(&anna).await;
    let again = world.app.person("Anna Ødegård", "anna@example.no", "1991-05-17").await;
    again.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let kept = again.get("/v1/me/custodies").await.expect(200)["items"].clone();
    assert_eq!(kept[0]["kept_by"][0]["decision"]["waits_for"], "relation_end", "{kept}");
    let stranger = world.app.person("Anna Ødegård", "anna.o@example.no", "1991-05-17").await;
    assert_eq!(stranger.get("/v1/me/custodies").await.expect(200)["items"], json!([]));
}

#[actix_web::test]
async fn an_account_that_rests_is_closed_to_everybody_and_opens_when_its_person_comes_back() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let left = anna.post(EVERYTHING, json!({ "remove_my_data": false })).await.expect(200);
    assert_eq!((&left["account_goes_on"], &left["receipt"]), (&json!("2029-03-03"), &json!(null)));
    assert_eq!(anna.get("/v1/me/custodies").await.status, 401);
    world.app.later(TimeDelta::days(900));
    assert_eq!(signs_in(&world, "anna@example.no").await, Ok(()));
    let back = world.app.signed_in_again(&anna).await;
    let found = back.get("/v1/me/completions").await.expect(200)["items"][0]["id"].clone();
    assert_eq!(found, completion["id"], "nothing has gone meanwhile");
    let again = back.post(EVERYTHING, json!({ "remove_my_data": false })).await.expect(200);
    assert_eq!(again["account_goes_on"], "2031-08-19", "the time runs anew");
}

#[actix_web::test]
async fn what_the_operator_has_closed_its_person_does_not_open() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    anna.post(EVERYTHING, json!({ "remove_my_data": false })).await.expect(200);
    let operator = world.app.operator().await;
    let closure = format!("/v1/accounts/{}/closure", anna.account.expect("an account"));
    operator.post_nothing(&closure).await.expect(204);
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
}

#[actix_web::test]
async fn who_has_not_seen_what_goes_or_saw_something_else_leaves_nothing_half_removed() {
    let world = World::start().await;
    world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let unseen = anna.post(EVERYTHING, json!({ "remove_my_data": true })).await;
    assert_eq!((unseen.status.as_u16(), unseen.findings()), (422, vec!["/plan required".to_owned()]));
    let plan = anna.post("/v1/me/erasure-plan", json!({})).await.expect(200)["plan"].clone();
    world.record(json!({ "course": world.hydraulics, "on": "2026-02-02" })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    let changed = anna.post(EVERYTHING, json!({ "remove_my_data": true, "plan": plan })).await;
    assert_eq!((changed.status.as_u16(), changed.problem()), (409, "plan-changed"));
    assert_eq!(anna.get("/v1/me/custodies").await.expect(200)["items"].as_array().map(Vec::len), Some(2));
}

/// Runs what the server runs each hour.
async fn hour(world: &World) {
    let house = &world.app.server.house;
    tell_whose_accounts_go(house).await.expect("told");
    run_clocks(&house.db).await.expect("cleared");
}

#[actix_web::test]
async fn who_never_comes_back_is_told_and_present_for_three_years_and_gone_the_next_day() {
    let world = World::start().await;
    let own = world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let portfolio = format!("/v1/me/completions/{}/portfolio", text(&own["id"]));
    anna.call(Method::PUT, &portfolio, None).await.expect(204);
    anna.post(EVERYTHING, json!({ "remove_my_data": false })).await.expect(200);
    hour(&world).await;
    assert_eq!(world.app.mails().await.len(), 0);
    // From 2 March 2026 to 1 February 2029.
    world.app.later(TimeDelta::days(1067));
    hour(&world).await;
    let told = world.app.mails().await;
    assert!(told.len() == 1 && told[0].text.contains("slettes 3. mars 2029"), "{told:?}");
    hour(&world).await;
    assert_eq!(world.app.mails().await.len(), 0, "once is enough");
    world.app.later(TimeDelta::days(29));
    hour(&world).await;
    assert_eq!((world.app.count("account_emails"), world.app.count("portfolio")), (1 + others(&world), 1));
    world.app.later(TimeDelta::days(1));
    hour(&world).await;
    assert_eq!((world.app.count("account_emails"), world.app.count("portfolio")), (others(&world), 0));
    assert!(!world.app.dump("card_emails").is_empty(), "what the school keeps it keeps");
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
}

/// Accounts beside Anna's.
fn others(world: &World) -> usize {
    world.app.dump("account_emails").lines().filter(|line| !line.contains("anna@example.no")).count()
}

#[actix_web::test]
async fn an_account_that_is_used_once_a_year_stays_and_one_nobody_used_for_five_goes() {
    let world = World::start().await;
    world.anna_who_claimed().await;
    for _ in 0..6 {
        world.app.later(TimeDelta::days(365));
        assert_eq!(signs_in(&world, "anna@example.no").await, Ok(()));
        hour(&world).await;
        world.app.mails().await;
    }
    world.app.later(TimeDelta::days(5 * 365 + 3));
    for told in [1, 0] {
        hour(&world).await;
        assert_eq!(world.app.mails().await.len(), told, "nothing goes before its person was told");
        world.app.later(TimeDelta::days(30));
    }
    hour(&world).await;
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
}

#[actix_web::test]
async fn of_a_child_nothing_is_left_but_what_a_law_keeps() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    let own = world.record(json!({ "course": world.hydraulics })).await;
    let certificate = issue(&world, &[&own]).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    let portfolio = format!("/v1/me/completions/{}/portfolio", text(&own["id"]));
    anna.call(Method::PUT, &portfolio, None).await.expect(204);
    world.app.run_jobs().await;
    let path = format!("/v1/accounts/{}/minor", anna.account.expect("an account"));
    anna.post_nothing(&path).await.expect(404);
    let operator = world.app.operator().await;
    let report = operator.post_nothing(&path).await.expect(200);
    assert_eq!(report, json!({ "gone": false, "answer_by": "2026-03-16" }));
    assert_eq!(anna.get("/v1/me/custodies").await.status, 401);
    assert_eq!(operator.post_nothing(&path).await.problem(), "conflict");
    let confirmation = format!("{path}/confirmation");
    assert_eq!(operator.post_nothing(&confirmation).await.problem(), "another-human-needed");
    assert_eq!(text(&verify(&world, &certificate).await["status"]), "valid", "nothing has gone yet");
    world.app.operator().await.post_nothing(&confirmation).await.expect(204);
    assert_eq!(text(&verify(&world, &certificate).await["status"]), "unknown", "no mark is left of a child");
    let stored = world.app.everything_stored();
    for value in ["anna@example.no", "Anna Ødegård", "F-001"] {
        assert!(!stored.contains(value), "{value}");
    }
    operator.post_nothing(&path).await.expect(404);
}

#[actix_web::test]
async fn an_employer_that_must_train_a_child_keeps_what_the_law_orders() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    world.anna_works_for_crane(Value::Null).await;
    let ordered = world.record(json!({ "ordered_by": CRANE })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let path = format!("/v1/accounts/{}/minor", anna.account.expect("an account"));
    world.app.operator().await.post_nothing(&path).await.expect(200);
    world.app.operator().await.post_nothing(&format!("{path}/confirmation")).await.expect(204);
    assert_eq!(world.seen(&world.hr, &world.crane, "employer").await, [text(&ordered["id"])]);
    assert_eq!(world.seen(&world.teacher, &world.school, "provider").await, Vec::<String>::new());
}

#[actix_web::test]
async fn with_a_death_roles_and_employments_end_and_the_portfolio_goes_a_year_later() {
    let world = World::start().await;
    let anna = world.anna_who_claimed().await;
    let job = world.anna_works_for_crane(Value::Null).await;
    let own = world.record(json!({ "ordered_by": CRANE })).await;
    anna.post_nothing("/v1/me/claims").await.expect(200);
    world.app.run_jobs().await;
    let portfolio = format!("/v1/me/completions/{}/portfolio", text(&own["id"]));
    anna.call(Method::PUT, &portfolio, None).await.expect(204);
    let operator = world.app.operator().await;
    let path = format!("/v1/accounts/{}/death", anna.account.expect("an account"));
    let ahead = operator.post(&path, json!({ "on": "2026-03-03" })).await;
    assert_eq!(ahead.findings(), ["/on in_the_future"]);
    operator.post(&path, json!({ "on": "2026-02-27" })).await.expect(204);
    world.app.run_jobs().await;
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
    let listed = world.hr.get(&of(&world.crane, "employments")).await.expect(200)["items"].clone();
    assert_eq!((&listed[0]["id"], &listed[0]["to"]), (&job["id"], &json!("2026-02-27")));
    for (days, left) in [(365, 1), (1, 0)] {
        world.app.later(TimeDelta::days(days));
        hour(&world).await;
        assert_eq!(world.app.count("portfolio"), left, "{days} days later");
    }
    assert_eq!(world.app.mails().await.len(), 0, "nobody writes to the dead");
    assert!(!world.app.dump("account_emails").contains("anna@example.no"));
}

#[actix_web::test]
async fn where_the_account_itself_says_so_one_operator_is_enough() {
    let world = World::start().await;
    let child = world.app.person("Nils Lie", "nils@example.no", "2012-01-01").await;
    let path = format!("/v1/accounts/{}/minor", child.account.expect("an account"));
    let report = world.app.operator().await.post_nothing(&path).await.expect(200);
    assert_eq!(report, json!({ "gone": true, "answer_by": null }));
    assert!(!world.app.everything_stored().contains("nils@example.no"));
}

#[actix_web::test]
async fn an_account_wrongly_said_to_be_a_child_s_is_what_it_was_before_when_that_is_refused_or_nobody_answers() {
    let world = World::start().await;
    let (anna, operator) = (world.anna_who_claimed().await, world.app.operator().await);
    let path = format!("/v1/accounts/{}/minor", anna.account.expect("an account"));
    operator.post_nothing(&path).await.expect(200);
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
    world.app.operator().await.post_nothing(&format!("{path}/refusal")).await.expect(204);
    assert_eq!(signs_in(&world, "anna@example.no").await, Ok(()));
    assert_eq!(operator.post_nothing(&format!("{path}/confirmation")).await.status, 404, "it is answered");

    let back = world.app.signed_in_again(&anna).await;
    back.post(EVERYTHING, json!({ "remove_my_data": false })).await.expect(200);
    operator.post_nothing(&path).await.expect(200);
    assert_eq!(signs_in(&world, "anna@example.no").await, Err(Kind::WrongCredentials));
    world.app.later(TimeDelta::days(15));
    let late = world.app.operator().await.post_nothing(&format!("{path}/confirmation")).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "not-now"));
    hour(&world).await;
    assert_eq!(
        signs_in(&world, "anna@example.no").await,
        Ok(()),
        "it rested before, and rests again until she is back"
    );
    assert_eq!(world.app.count("minor_reports"), 0);
    world.app.mails().await;
}

#[actix_web::test]
async fn who_leaves_with_a_case_open_is_written_to_when_it_is_decided_and_the_address_goes_with_the_case() {
    let mut asked = Asked::start().await;
    let case = asked.ask("review", &asked.policy).await.expect(201);
    asked.letters().await;
    leaves(&asked.anna).await;
    asked.letters().await;
    assert!(!asked.world.app.dump("account_emails").contains("anna@example.no"));
    assert!(!asked.world.app.dump("privacy_cases").contains("anna@example.no"), "it is sealed");
    asked.world.app.later(TimeDelta::days(3));
    asked.officer = asked.world.app.signed_in_again(&asked.officer).await;
    let etag = format!("\"{}\"", asked.officer.get(&asked.place(&case)).await.body["version"]);
    let more_time = json!({ "reason": "Vi må spørre tre ledere" });
    let extension = format!("{}/extension", asked.place(&case));
    asked.officer.with_header("if-match", &etag).post(&extension, more_time).await.expect(200);
    let keep = json!({ "outcome": "keep", "answer": "Loven krever det" });
    asked.decide(&asked.officer, &case, keep).await.expect(200);
    let mails = asked.world.app.mails().await;
    let told: Vec<(&str, &str)> = mails.iter().map(|mail| (mail.to.as_str(), mail.subject.as_str())).collect();
    assert_eq!(
        told,
        [("anna@example.no", "Bergen Kran AS trenger mer tid"), ("anna@example.no", "Bergen Kran AS har svart deg")]
    );
    assert!(mails[1].text.contains("får du av dem") && !mails[1].text.contains("Loven krever"), "{}", mails[1].text);
    let (row, resting) = (asked.world.app.dump("privacy_cases"), "v1.");
    assert!(!row.contains("anna@example.no") && row.matches(resting).count() < 4, "{row}");
}

#[actix_web::test]
async fn a_portfolio_that_a_hold_kept_when_its_account_went_goes_when_the_hold_is_lifted() {
    let world = World::start().await;
    let own = world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    let portfolio = format!("/v1/me/completions/{}/portfolio", text(&own["id"]));
    anna.call(Method::PUT, &portfolio, None).await.expect(204);
    world.app.run_jobs().await;
    let officer = world.app.member_of(OPERATOR, Role::PrivacyOfficer, None).await;
    let holds = format!("/v1/organisations/{OPERATOR}/legal-holds");
    let hold = json!({ "record": own["id"], "reason": "dispute", "owner": officer.person, "review_on": "2026-12-01" });
    let hold = officer.post(&holds, hold).await.expect(201);
    leaves(&anna).await;
    assert_eq!(world.app.count("portfolio"), 1, "the hold keeps it");
    officer.delete(&format!("{holds}/{}", text(&hold["id"]))).await.expect(204);
    world.app.run_jobs().await;
    assert_eq!((world.app.count("portfolio"), world.app.count("records")), (0, 0));
    world.app.mails().await;
}

#[actix_web::test]
async fn the_last_operator_does_not_leave_for_good_nor_closes_the_own_account() {
    let app = crate::support::App::start().await;
    let operator = app.operator().await;
    let plan = operator.post("/v1/me/erasure-plan", json!({})).await.expect(200)["plan"].clone();
    let leave = json!({ "remove_my_data": true, "plan": plan });
    let closure = format!("/v1/accounts/{}/closure", operator.account.expect("an account"));
    let refused = [operator.post(EVERYTHING, leave.clone()).await, operator.post_nothing(&closure).await];
    for alone in refused {
        assert_eq!((alone.status.as_u16(), alone.problem()), (409, "the-last-one"));
    }
    app.operator().await;
    operator.post(EVERYTHING, leave).await.expect(200);
}

#[actix_web::test]
async fn an_organisation_keeps_an_administrator() {
    let world = World::start().await;
    let (first, operator) = (world.app.member(&world.school, Role::Administrator).await, world.app.operator().await);
    let memberships = of(&world.school, "memberships");
    let listed = first.get(&memberships).await.expect(200)["items"].clone();
    let own =
        listed.as_array().expect("members").iter().find(|one| one["role"] == "administrator").expect("it is there");
    let own = format!("{memberships}/{}", text(&own["id"]));
    for who in [&first, &operator] {
        let refused = who.delete(&own).await;
        assert_eq!((refused.status.as_u16(), refused.problem()), (409, "the-last-one"));
    }
    world.app.member(&world.school, Role::Administrator).await;
    first.delete(&own).await.expect(204);
}
