//! What an organisation chooses inside the schedule's limits, seen first and applied as it was seen; and what was confirmed and
//! can be taken back.

use actix_web::http::Method;
use attest::{
    law::calendar::oslo_day,
    privacy::sweep::{look, sweep},
    words::{DoneBy, Role},
};
use serde_json::Value;

use super::asked::Asked;
use crate::support::{Caller, Reply, json, of, text};

fn pack(cooling_off_days: i64, rules: &Value) -> Value {
    json!({ "cooling_off_days": cooling_off_days, "rules": rules })
}

async fn preview(by: &Caller, organisation: &Value, pack: &Value) -> Reply {
    by.post(&of(organisation, "pack-preview"), json!({ "pack": pack })).await
}

async fn put(by: &Caller, organisation: &Value, pack: &Value, preview: &Value) -> Reply {
    let body = json!({ "pack": pack, "preview": preview }).to_string();
    by.call(Method::PUT, &of(organisation, "pack"), Some(("application/json", body))).await
}

/// Somebody who answers the persons of the school looks and applies at once: who, and what was seen.
async fn school_chooses(asked: &Asked, pack: &Value) -> (Caller, Value) {
    let school = &asked.world.school;
    let officer = asked.world.app.member(school, Role::PrivacyOfficer).await;
    let seen = preview(&officer, school, pack).await.expect(200);
    put(&officer, school, pack, &seen["preview"]).await.expect(200);
    asked.world.app.run_jobs().await;
    (officer, seen)
}

/// The school lets its people take back for seven days what they confirmed.
async fn school_cools_off(asked: &Asked) -> Caller {
    school_chooses(asked, &pack(7, &json!([]))).await.0
}

/// Sweeps what is due today: how many are gone, and how many lie under a hold.
async fn swept(asked: &Asked) -> (usize, usize) {
    let app = &asked.world.app;
    let swept = sweep(&app.server.house, oslo_day(app.clock.now()), DoneBy::Job).await.expect("swept");
    app.run_jobs().await;
    (swept.all().gone, swept.all().held)
}

async fn receipts(asked: &Asked) -> Vec<Value> {
    asked.anna.get("/v1/me/erasures").await.expect(200)["items"].as_array().expect("a list").clone()
}

#[actix_web::test]
async fn a_shorter_wish_is_seen_first_applied_as_it_was_seen_and_worked_out_for_what_is_there() {
    let asked = Asked::after_anna_left().await;
    let before = asked.officer.get(&of(&asked.world.crane, "pack")).await.expect(200);
    let named = |shown: &Value, rule: &str| {
        let rules = shown["rules"].as_array().expect("rules").clone();
        rules.into_iter().find(|one| one["rule"] == rule).expect("the rule")
    };
    assert_eq!((&before["version"], &before["cooling_off_days"]), (&json!(0), &json!(0)));
    assert_eq!(
        (&named(&before, "RS12")["answers"], &named(&before, "RS12")["most_months"]),
        (&json!("delegated"), &json!(12))
    );
    assert_eq!(asked.kept_by_crane(&asked.policy).await.expect("kept")["erase_on"], "2027-06-11");

    let shorter = pack(0, &json!([{ "rule": "RS12", "answers": "delegated", "may_keep": 6 }]));
    let seen = preview(&asked.officer, &asked.world.crane, &shorter).await.expect(200);
    assert_eq!(
        (&seen["sooner"], &seen["at_once"], &seen["first_due_on"], &seen["later"], &seen["referred"]),
        (&json!(1), &json!(0), &json!("2026-12-11"), &json!(0), &json!(0))
    );
    assert_eq!(asked.kept_by_crane(&asked.policy).await.expect("kept")["erase_on"], "2027-06-11", "nothing changed");

    let made = put(&asked.officer, &asked.world.crane, &shorter, &seen["preview"]).await;
    assert_eq!(made.header("etag"), Some("\"1\""));
    assert_eq!(
        (&named(&made.body, "RS12")["may_keep"], &made.body["chosen_by"]),
        (&json!(6), &json!(asked.officer.person))
    );
    asked.world.app.run_jobs().await;
    assert!(asked.world.app.dump("custodies").contains("2026-12-11"), "it was worked out again");
    let kept = asked.kept_by_crane(&asked.policy).await.expect("kept");
    assert_eq!(kept["erase_on"], "2026-12-11");

    let stale = put(&asked.officer, &asked.world.crane, &shorter, &seen["preview"]).await;
    assert_eq!((stale.status.as_u16(), stale.problem()), (409, "preview-changed"));
}

#[actix_web::test]
async fn what_the_law_a_scheme_or_the_person_decides_is_nobody_s_to_choose_and_no_wish_goes_beyond_its_limit() {
    let asked = Asked::start().await;
    let rule = |rule: &str, months: Value| json!({ "rule": rule, "answers": "delegated", "may_keep": months });
    let wrong = pack(
        0,
        &json!([
            rule("RS09", json!(12)),
            rule("RS10", json!(157)),
            rule("RS11", json!(60)),
            rule("RS15", json!(12)),
            rule("RS12", json!(12)),
            rule("RS12", Value::Null),
        ]),
    );
    let refused = preview(&asked.officer, &asked.world.crane, &wrong).await;
    assert_eq!(
        (refused.status.as_u16(), refused.findings()),
        (
            422,
            vec![
                "/pack/rules/0/may_keep length_fixed".to_owned(),
                "/pack/rules/1/may_keep beyond_the_limit".to_owned(),
                "/pack/rules/2/may_keep length_fixed".to_owned(),
                "/pack/rules/3/may_keep length_fixed".to_owned(),
                "/pack/rules/5/rule taken".to_owned(),
            ]
        )
    );
    assert!(refused.body.to_string().contains("156 måneder"), "{refused}");
    let others = pack(15, &json!([rule("RS01", json!(1))]));
    let refused = preview(&asked.officer, &asked.world.crane, &others).await;
    assert_eq!(
        refused.findings(),
        ["/pack/cooling_off_days out_of_range".to_owned(), "/pack/rules/0/rule not_in_list".to_owned()]
    );
    let fits = pack(0, &json!([rule("RS10", json!(156))]));
    assert_eq!(preview(&asked.world.hr, &asked.world.crane, &fits).await.status, 403);
    assert_eq!(preview(&asked.world.teacher, &asked.world.crane, &fits).await.status, 404);
    let administrator = asked.world.app.member(&asked.world.crane, Role::Administrator).await;
    preview(&administrator, &asked.world.crane, &fits).await.expect(200);
}

#[actix_web::test]
async fn who_wants_to_answer_itself_gets_a_case_and_its_own_release_is_referred_to_nobody() {
    let asked = Asked::start().await;
    let refer = pack(0, &json!([{ "rule": "RS11", "answers": "refer" }]));
    let (school, seen) = school_chooses(&asked, &refer).await;
    assert_eq!((&seen["referred"], &seen["sooner"]), (&json!(2), &json!(0)));

    let receipt = asked.erase(&asked.policy).await;
    let stays = receipt["stays"].as_array().expect("a list");
    let at_school = stays.iter().find(|one| one["controller"]["id"] == asked.world.school["id"]).expect("it stays");
    assert_eq!(
        (&at_school["decision"]["action"], &at_school["decision"]["layer"], &at_school["case"]["kind"]),
        (&json!("refer"), &json!("pack"), &json!("refer"))
    );
    let case = of(&asked.world.school, &format!("privacy-cases/{}", text(&at_school["case"]["id"])));
    let decides = school.with_header("if-match", "\"1\"");
    decides.post(&format!("{case}/decision"), json!({ "outcome": "release" })).await.expect(200);
    asked.letters().await;
    assert_eq!(asked.world.held_by(&asked.anna, &asked.policy).await, ["Bergen Kran AS: ordered_offered"]);
}

#[actix_web::test]
async fn what_was_confirmed_waits_can_be_taken_back_and_goes_on_its_day() {
    let mut asked = Asked::start().await;
    school_cools_off(&asked).await;
    let receipt = asked.erase(&asked.policy).await;
    let waits = receipt["waits"][0].clone();
    assert_eq!((&receipt["gone"], &waits["goes_on"]), (&json!([]), &json!("2026-03-09")));
    assert_eq!(waits["says"]["nb"], "Dette slettes hos Fjordkurs AS 9. mars 2026. Til da kan du ta det tilbake.");
    assert_eq!(asked.world.held_by(&asked.anna, &asked.policy).await.len(), 2, "meanwhile it is as it was");
    asked.letters().await;

    // Confirmed again it does not wait twice, nor longer.
    asked.later(2).await;
    let again = asked.erase(&asked.policy).await;
    assert_eq!(again["waits"][0]["goes_on"], "2026-03-09");
    assert_eq!(asked.world.app.dump("awaited_endings").matches("2026-03-09").count(), 1);

    let first = receipts(&asked).await[0]["id"].clone();
    let withdraw = format!("/v1/me/erasures/{}/withdraw", text(&first));
    let back = asked.anna.post_nothing(&withdraw).await.expect(200);
    assert_eq!(back["receipt"]["waits"][0]["taken_back"], true);
    assert_eq!(asked.anna.post_nothing(&withdraw).await.problem(), "not-now");
    asked.later(10).await;
    assert_eq!(swept(&asked).await, (0, 0));

    // Confirmed once more it goes on its day, and too late is too late.
    asked.erase(&asked.policy).await;
    let third = receipts(&asked).await[2].clone();
    assert_eq!(third["receipt"]["waits"][0]["goes_on"], "2026-03-21");
    let seen = look(asked.world.app.db(), "2026-03-21".parse().expect("a day")).expect("seen").all();
    assert_eq!((seen.gone, seen.held), (1, 0));
    asked.later(7).await;
    let withdraw = format!("/v1/me/erasures/{}/withdraw", text(&third["id"]));
    assert_eq!(asked.anna.post_nothing(&withdraw).await.problem(), "not-now");
    asked.letters().await;
    assert_eq!(swept(&asked).await, (1, 0));
    assert_eq!(asked.world.held_by(&asked.anna, &asked.policy).await, ["Bergen Kran AS: ordered_offered"]);
    assert_eq!(asked.letters().await, ["En ny kvittering for sletting"]);
    let all = receipts(&asked).await;
    assert_eq!(all[2]["receipt"]["waits"][0]["gone_since"], "2026-03-21");
    let further = &all[3]["receipt"];
    assert_eq!((&further["follows"], &further["gone_on"]), (&third["id"], &json!("2026-03-21")));
    assert_eq!(further["gone"][0]["controller"]["name"], "Fjordkurs AS");
    assert_eq!(swept(&asked).await, (0, 0), "twice is once");
    assert_eq!(receipts(&asked).await.len(), 4);
}

#[actix_web::test]
async fn what_lies_under_a_hold_on_its_day_stays_and_the_receipt_says_so() {
    let mut asked = Asked::start().await;
    let school = school_cools_off(&asked).await;
    asked.erase(&asked.policy).await;
    let hold = json!({
        "record": asked.policy["id"], "reason": "dispute", "owner": school.person, "review_on": "2026-12-01",
    });
    school.post(&of(&asked.world.school, "legal-holds"), hold).await.expect(201);
    asked.later(7).await;
    assert_eq!(swept(&asked).await, (0, 1));
    let all = receipts(&asked).await;
    assert_eq!(all[0]["receipt"]["waits"][0]["gone_since"], Value::Null);
    let said = &all[1]["receipt"]["stays"][0];
    assert_eq!((&said["decision"]["layer"], &said["controller"]["name"]), (&json!("hold"), &json!("Fjordkurs AS")));
    asked.letters().await;
}

#[actix_web::test]
async fn when_nothing_is_left_of_the_rest_there_is_another_receipt_by_itself() {
    let asked = Asked::start().await;
    let receipt = asked.erase(&asked.policy).await;
    assert_eq!(receipt["gone"][0]["controller"]["name"], "Fjordkurs AS");
    let case = receipt["stays"][0]["case"].clone();
    assert_eq!(receipt["stays"][0]["gone_since"], Value::Null);
    asked.letters().await;
    asked.decide(&asked.officer, &case, json!({ "outcome": "release" })).await.expect(200);
    assert_eq!(asked.letters().await, ["Bergen Kran AS har svart deg", "En ny kvittering for sletting"]);
    let all = receipts(&asked).await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["receipt"]["stays"][0]["gone_since"], "2026-03-02");
    let further = &all[1]["receipt"];
    assert_eq!(
        (&further["follows"], &further["gone"][0]["with_everybody"], &further["gone"][0]["gone_on"]),
        (&all[0]["id"], &json!(true), &json!("2026-03-02"))
    );
    assert_eq!(
        further["says"]["nb"],
        "Det som ble igjen da du ba om sletting 2. mars 2026, er slettet; det siste gikk 2. mars 2026. Sikkerhetskopier er \
         borte senest 1. april 2026."
    );
    asked.world.app.run_jobs().await;
    assert_eq!(receipts(&asked).await.len(), 2);

    for one in &all {
        let path = format!("/v1/me/erasures/{}/pdf", text(&one["id"]));
        let paper = asked.anna.get(&path).await;
        assert_eq!((paper.status.as_u16(), paper.header("content-type")), (200, Some("application/pdf")));
        assert!(paper.bytes.starts_with(b"%PDF-1."));
        let english = asked.anna.with_header("accept-language", "en").get(&path).await;
        assert_ne!(paper.bytes, english.bytes);
        assert_eq!(asked.officer.get(&path).await.status, 404);
    }
}

#[actix_web::test]
async fn as_long_as_something_of_the_rest_is_there_the_receipt_says_what_has_gone_and_no_other_is_written() {
    let mut asked = Asked::start().await;
    let plan = asked.anna.post("/v1/me/erasure-plan", json!({})).await.expect(200);
    let receipt =
        asked.anna.post("/v1/me/erasures", json!({ "plan": plan["plan"] })).await.expect(201)["receipt"].clone();
    let stays = receipt["stays"].as_array().expect("a list").clone();
    assert_eq!(stays.len(), 2, "the law keeps one, and the company answers for the other itself");
    let case = stays.iter().find(|one| !one["case"].is_null()).expect("a case")["case"].clone();
    asked.letters().await;
    asked.decide(&asked.officer, &case, json!({ "outcome": "release" })).await.expect(200);
    assert_eq!(asked.letters().await, ["Bergen Kran AS har svart deg"]);
    let all = receipts(&asked).await;
    let since: Vec<&Value> =
        all[0]["receipt"]["stays"].as_array().expect("a list").iter().map(|one| &one["gone_since"]).collect();
    assert_eq!((all.len(), since.iter().filter(|day| day.is_null()).count()), (1, 1));

    // Receipts are kept for three years; what is awaited on them goes with them.
    asked.later(3 * 366 + 1).await;
    attest::app::run_clocks(asked.world.app.db()).await.expect("run");
    assert_eq!((asked.world.app.count("erasures"), asked.world.app.count("awaited_endings")), (0, 0));
}

#[actix_web::test]
async fn for_who_leaves_nothing_waits_because_nobody_could_take_it_back() {
    let asked = Asked::start().await;
    school_cools_off(&asked).await;
    let plan = asked.anna.post("/v1/me/erasure-plan", json!({})).await.expect(200);
    let body = json!({ "remove_my_data": true, "plan": plan["plan"] });
    let left = asked.anna.post("/v1/me/deregistration", body).await.expect(200);
    let count = |list: &str| left["receipt"][list].as_array().map(Vec::len);
    assert_eq!((count("waits"), count("gone")), (Some(0), Some(2)));
    asked.letters().await;
    asked.world.app.on("2026-03-09");
    assert_eq!(swept(&asked).await, (0, 0));
}
