//! Organisations that are no more, and those who take over what they kept.

use attest::{platform::db::Tx, privacy::sweep::sweep, words::*};
use serde_json::Value;

use super::asked::Asked;
use crate::{
    certificates::{issue, verify},
    support::{Caller, Reply, World, json, of, text},
};

async fn dissolve(world: &World, organisation: &Value, on: &str) -> Reply {
    let operator = world.app.operator().await;
    let said = operator.put(&of(organisation, "dissolution"), json!({ "on": on })).await;
    world.app.run_jobs().await;
    said
}

async fn sweep_today(world: &World) {
    let today = world.app.db().read_here(|tx: &mut Tx<'_>| Ok::<_, attest::platform::db::Error>(tx.today()));
    sweep(&world.app.server.house, today.expect("today"), DoneBy::Job).await.expect("swept");
}

fn day(asked: &Option<Value>, field: &str) -> String {
    text(&asked.as_ref().expect("it is kept")[field])
}

#[actix_web::test]
async fn when_an_employer_is_dissolved_the_statutory_tail_runs_and_the_rest_is_gone_after_twelve_months() {
    let mut asked = Asked::start().await;
    asked.later(30).await;
    dissolve(&asked.world, &asked.world.crane.clone(), "2026-03-15").await.expect(200);
    let (statutory, policy) = (asked.kept_by_crane(&asked.statutory).await, asked.kept_by_crane(&asked.policy).await);
    assert_eq!(day(&statutory, "erase_on"), "2030-01-01", "three years after the end of work, to the year's end");
    assert_eq!(day(&policy, "erase_on"), "2027-03-16");
    let operator = asked.world.app.operator().await;
    let listed = operator.get("/v1/dissolutions").await.expect(200)["items"][0].clone();
    assert_eq!(
        (
            &listed["organisation"]["name"],
            &listed["needs_successor_by"],
            &listed["custodies"],
            &listed["to_be_taken_over"]
        ),
        (&json!("Bergen Kran AS"), &json!("2027-03-15"), &json!(2), &json!(1))
    );

    asked.world.app.on("2027-03-15");
    sweep_today(&asked.world).await;
    asked.later(0).await;
    assert!(asked.kept_by_crane(&asked.policy).await.is_some(), "its last day is its own");
    asked.world.app.on("2027-03-16");
    sweep_today(&asked.world).await;
    asked.later(0).await;
    assert!(asked.kept_by_crane(&asked.policy).await.is_none());
    assert!(asked.kept_by_crane(&asked.statutory).await.is_some());
    asked.world.app.on("2030-01-01");
    sweep_today(&asked.world).await;
    asked.later(0).await;
    assert!(asked.kept_by_crane(&asked.statutory).await.is_none());
}

#[actix_web::test]
async fn a_provider_that_is_no_more_confirms_for_twelve_months_and_a_dissolution_can_be_taken_back() {
    let mut world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let certificate = issue(&world, &[&completion]).await;
    let mut anna = world.anna_who_claimed().await;
    dissolve(&world, &world.school.clone(), "2026-03-02").await.expect(200);
    let refused = world.try_recording(json!({ "on": "2026-03-02" })).await;
    assert!(refused.status == 201 || refused.problem() == "lacks-capacity", "on its last day it acts still: {refused}");
    let erase_on = async |anna: &Caller| {
        let listed = anna.get("/v1/me/custodies").await.expect(200);
        let items = listed["items"].as_array().expect("items").clone();
        let one = items.into_iter().find(|one| one["record"] == completion["id"]).expect("kept");
        one["kept_by"][0]["erase_on"].clone()
    };
    assert_eq!(erase_on(&anna).await, json!("2027-03-03"));
    world.app.on("2026-03-03");
    world.teacher = world.app.signed_in_again(&world.teacher).await;
    assert_eq!(world.try_recording(json!({})).await.problem(), "lacks-capacity");

    let operator = world.app.operator().await;
    operator.delete(&of(&world.school, "dissolution")).await.expect(204);
    world.app.run_jobs().await;
    anna = world.app.signed_in_again(&anna).await;
    assert_eq!(erase_on(&anna).await, Value::Null);
    world.try_recording(json!({ "course": world.truck })).await.expect(201);

    dissolve(&world, &world.school.clone(), "2026-03-03").await.expect(200);
    world.app.on("2027-03-04");
    sweep_today(&world).await;
    assert_eq!(verify(&world, &certificate).await["status"], "erased");
}

#[actix_web::test]
async fn a_dissolution_is_the_operator_s_to_say_and_neither_of_tomorrow_nor_of_long_ago() {
    let world = World::start().await;
    let path = of(&world.school, "dissolution");
    let operator = world.app.operator().await;
    for (on, wrong) in [("2099-01-01", "/on in_the_future"), ("2020-01-01", "/on in_the_past")] {
        let refused = operator.put(&path, json!({ "on": on })).await;
        assert_eq!((refused.status.as_u16(), refused.findings()), (422, vec![wrong.to_owned()]));
    }
    let administrator = world.app.member(&world.school, Role::Administrator).await;
    administrator.put(&path, json!({ "on": "2026-03-01" })).await.expect(404);
    administrator.get("/v1/dissolutions").await.expect(404);
    let nobody = of(&json!({ "id": "019cadf2-0000-7000-8000-00000000ffff" }), "dissolution");
    operator.put(&nobody, json!({ "on": "2026-03-01" })).await.expect(404);
    let own = of(&json!({ "id": OPERATOR.to_string() }), "dissolution");
    operator.put(&own, json!({ "on": "2026-03-01" })).await.expect(404);
}

/// A certified school with two courses of Anna's, one a law orders to be kept, and a register that may take it over.
struct Closing {
    world: World,
    anna: Caller,
    giver: Caller,
    register: Value,
    receiver: Caller,
    truck: Value,
    hydraulics: Value,
}

impl Closing {
    async fn start() -> Self {
        let world = World::start().await;
        let certification = json!({ "competences": [world.t4], "from": "2020-01-01", "number": "SO-1" });
        world.app.operator().await.post(&of(&world.school, "certifications"), certification).await.expect(201);
        let register = world.app.organisation("Kompetanseregisteret", "310000086", &["register"]).await;
        let giver = world.app.member(&world.school, Role::PrivacyOfficer).await;
        let receiver = world.app.member(&register, Role::PrivacyOfficer).await;
        world.app.run_jobs().await;
        let truck = world.record(json!({})).await;
        let hydraulics = world.record(json!({ "course": world.hydraulics })).await;
        let anna = world.anna_who_claimed().await;
        world.app.mails().await;
        Self { world, anna, giver, register, receiver, truck, hydraulics }
    }

    fn proposal(categories: Value) -> Value {
        json!({ "to": "310000086", "reason": "closing", "categories": categories, "up_to": "2026-03-02" })
    }

    async fn propose(&self, categories: Value) -> Value {
        let path = of(&self.world.school, "transfers");
        self.giver.post(&path, Self::proposal(categories)).await.expect(201)
    }

    fn place(&self, transfer: &Value) -> String {
        of(&self.register, &format!("transfers/{}", text(&transfer["id"])))
    }

    async fn accept(&self, transfer: &Value) -> Reply {
        let shown = self.receiver.get(&self.place(transfer)).await.expect(200);
        // Of what was answered there is none any more.
        let plan = json!({ "plan": shown["preview"]["plan"].as_str().unwrap_or("none") });
        let accepted = self.receiver.post(&format!("{}/acceptance", self.place(transfer)), plan).await;
        self.world.app.run_jobs().await;
        accepted
    }

    async fn kept_by(&self, record: &Value) -> Vec<Value> {
        let listed = self.anna.get("/v1/me/custodies").await.expect(200);
        let items = listed["items"].as_array().expect("items").clone();
        let one = items.into_iter().find(|one| one["record"] == record["id"]);
        one.map(|one| one["kept_by"].as_array().expect("holders").clone()).unwrap_or_default()
    }

    async fn holders(&self, record: &Value) -> Vec<String> {
        self.kept_by(record).await.iter().map(|one| text(&one["controller"]["name"])).collect()
    }
}

#[actix_web::test]
async fn when_a_provider_closes_a_register_takes_over_what_the_law_orders_kept_and_the_rest_goes() {
    let closing = Closing::start().await;
    let world = &closing.world;
    let certificate = issue(world, &[&closing.truck]).await;
    let before = closing.kept_by(&closing.truck).await[0].clone();
    let transfer = closing.propose(json!(["RS09"])).await;
    assert_eq!(
        (
            &transfer["state"],
            &transfer["preview"]["parts"][0]["custodies"],
            &transfer["preview"]["parts"][0]["ordered_by_law"]
        ),
        (&json!("proposed"), &json!(1), &json!(1))
    );
    assert_eq!(closing.holders(&closing.truck).await, ["Fjordkurs AS"], "nothing has moved yet");
    closing.accept(&transfer).await.expect(200);

    let done = closing.giver.get(&of(&world.school, &format!("transfers/{}", text(&transfer["id"])))).await.expect(200);
    assert_eq!((&done["state"], &done["moved"], &done["preview"]), (&json!("done"), &json!(1), &Value::Null));
    let after = closing.kept_by(&closing.truck).await[0].clone();
    assert_eq!(
        (&after["controller"]["name"], &after["came_from"]["name"], &after["ground"], &after["category"]),
        (&json!("Kompetanseregisteret"), &json!("Fjordkurs AS"), &json!("delivered"), &json!("RS09"))
    );
    assert_eq!((&after["erase_on"], &after["decision"]["until"]), (&before["erase_on"], &before["decision"]["until"]));
    assert!(text(&after["why"]["nb"]).contains("overtatt fra Fjordkurs AS"), "{after}");
    let subjects: Vec<String> = world.app.mails().await.into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"Kompetanseregisteret har overtatt fra Fjordkurs AS".to_owned()), "{subjects:?}");

    let seen = world.seen(&closing.receiver, &closing.register, "provider").await;
    assert_eq!(seen, [text(&closing.truck["id"])]);
    assert_eq!(world.seen(&closing.giver, &world.school, "provider").await, [text(&closing.hydraulics["id"])]);
    assert_eq!(verify(world, &certificate).await["status"], "valid");
    let own = of(&closing.register, "certificates");
    let theirs = closing.receiver.get(&own).await;
    assert!(theirs.status == 403 || theirs.body["items"][0]["id"] == certificate["id"], "{theirs}");
    let administrator = world.app.member(&closing.register, Role::CourseAdministrator).await;
    assert_eq!(administrator.get(&own).await.expect(200)["items"][0]["id"], certificate["id"]);

    dissolve(world, &world.school.clone(), "2026-03-02").await.expect(200);
    world.app.on("2027-03-03");
    sweep_today(world).await;
    let anna = world.app.signed_in_again(&closing.anna).await;
    let closing = Closing { anna, ..closing };
    assert_eq!(closing.holders(&closing.hydraulics).await, Vec::<String>::new());
    assert_eq!(closing.holders(&closing.truck).await, ["Kompetanseregisteret"]);
}

#[actix_web::test]
async fn what_was_taken_over_stays_with_the_successor_whatever_its_category_becomes() {
    let world = World::start().await;
    let buyer = world.app.organisation("Vest Kurs AS", "310000094", &["provider"]).await;
    let (giver, receiver) = (
        world.app.member(&world.school, Role::PrivacyOfficer).await,
        world.app.member(&buyer, Role::Administrator).await,
    );
    let truck = world.record(json!({})).await;
    let anna = world.anna_who_claimed().await;
    let proposal = json!({ "to": "310000094", "reason": "merger", "categories": ["RS11"], "up_to": "2026-03-02" });
    let transfer = giver.post(&of(&world.school, "transfers"), proposal).await.expect(201);
    let place = of(&buyer, &format!("transfers/{}", text(&transfer["id"])));
    let plan = json!({ "plan": transfer["preview"]["plan"] });
    receiver.post(&format!("{place}/acceptance"), plan).await.expect(200);
    world.app.run_jobs().await;
    let kept_by = async || {
        let listed = anna.get("/v1/me/custodies").await.expect(200);
        let one = listed["items"][0]["kept_by"].as_array().expect("holders").clone();
        one.iter()
            .map(|one| format!("{} {}", text(&one["controller"]["name"]), text(&one["category"])))
            .collect::<Vec<_>>()
    };
    assert_eq!(kept_by().await, ["Vest Kurs AS RS11"]);
    let operator = world.app.operator().await;
    let certification = json!({ "competences": [world.t4], "from": "2020-02-01", "number": "SO-2" });
    operator.post(&of(&world.school, "certifications"), certification).await.expect(201);
    world.app.run_jobs().await;
    assert_eq!(kept_by().await, ["Vest Kurs AS RS09"], "worked out again, and not given back");
    let notices = of(&buyer, "erasure-notices");
    assert_eq!(receiver.get(&notices).await.expect(200)["items"], json!([]));
    assert_eq!(world.app.count("erasure_ledger"), 0, "nothing was erased");

    let versions = of(&buyer, &format!("completions/{}/versions", text(&truck["id"])));
    let corrected = json!({ "outcome": "failed", "reason": "Strøket ved en feil" });
    receiver.with_header("if-match", "\"1\"").post(&versions, corrected).await.expect(200);
    assert_eq!(kept_by().await.len(), 1, "whoever has it can put it right");
    assert_eq!(world.app.mails().await.len(), 1);
}

/// Bergen Kran has sold what it kept to Vest Kran, which has a privacy officer.
async fn sold(asked: &Asked, categories: Value) -> (Value, Caller) {
    let world = &asked.world;
    let buyer = world.app.organisation("Vest Kran AS", "310000094", &["employer"]).await;
    let officer = world.app.member(&buyer, Role::PrivacyOfficer).await;
    let proposal = json!({ "to": "310000094", "reason": "sale", "categories": categories, "up_to": "2026-03-02" });
    let transfer = asked.officer.post(&of(&world.crane, "transfers"), proposal).await.expect(201);
    let place = of(&buyer, &format!("transfers/{}", text(&transfer["id"])));
    let plan = json!({ "plan": transfer["preview"]["plan"] });
    officer.post(&format!("{place}/acceptance"), plan).await.expect(200);
    world.app.run_jobs().await;
    (buyer, officer)
}

#[actix_web::test]
async fn when_the_seller_is_dissolved_what_it_sold_has_its_end_and_what_the_buyer_ordered_itself_has_not() {
    let asked = Asked::start().await;
    let (buyer, _) = sold(&asked, json!(["RS10", "RS12"])).await;
    let erase_on = async |record: &Value| {
        let listed = asked.anna.get("/v1/me/custodies").await.expect(200);
        let items = listed["items"].as_array().expect("items").clone();
        let one = items.into_iter().find(|one| one["record"] == record["id"]).expect("kept");
        let holders = one["kept_by"].as_array().expect("holders").clone();
        let at = holders.into_iter().find(|one| one["controller"]["id"] == buyer["id"]).expect("the buyer keeps it");
        at["erase_on"].clone()
    };
    assert_eq!(erase_on(&asked.statutory).await, Value::Null, "Anna still works for the seller");
    dissolve(&asked.world, &asked.world.crane.clone(), "2026-03-02").await.expect(200);
    assert_eq!(erase_on(&asked.statutory).await, json!("2030-01-01"));
    assert_eq!(erase_on(&asked.policy).await, json!("2027-03-03"));

    let own =
        asked.world.record(json!({ "course": asked.world.hydraulics, "ordered_by": "310000094", "on": "2026-03-02" }));
    let own = own.await;
    asked.anna.post_nothing("/v1/me/claims").await.expect(200);
    asked.world.app.run_jobs().await;
    assert_eq!(erase_on(&own).await, Value::Null, "of whom it never employed it has to say the day itself");
    assert_eq!(asked.letters().await, ["Vest Kran AS har overtatt fra Bergen Kran AS"]);
}

#[actix_web::test]
async fn a_person_whose_only_record_waited_for_a_case_is_told_when_it_moves() {
    let asked = Asked::start().await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    asked.letters().await;
    let (buyer, _) = sold(&asked, json!(["RS12"])).await;
    assert_eq!(asked.letters().await, Vec::<String>::new());
    asked.decide(&asked.officer, &case, json!({ "outcome": "keep", "answer": "Vi trenger det" })).await.expect(200);
    asked.letters().await;
    asked.world.app.later(chrono::TimeDelta::days(1));
    attest::privacy::sweep::daily(&asked.world.app.server.house).await.expect("swept");
    asked.world.app.run_jobs().await;
    assert_eq!(asked.letters().await, ["Vest Kran AS har overtatt fra Bergen Kran AS"]);
    let officer = asked.world.app.member(&buyer, Role::PrivacyOfficer).await;
    assert_eq!(asked.world.seen(&officer, &buyer, "employer").await, [text(&asked.policy["id"])]);
    assert_eq!(asked.world.app.count("transfer_told"), 0, "nobody has to be remembered any more");
}

#[actix_web::test]
async fn a_day_of_dissolution_that_was_wrong_is_put_right_and_takes_nothing_with_it() {
    let asked = Asked::start().await;
    let employment = async || {
        let path = of(&asked.world.crane, "employments");
        let hr = asked.world.app.member(&asked.world.crane, Role::Hr).await;
        let reply = hr.get(&path).await;
        if reply.status == 200 { reply.body["items"][0]["to"].clone() } else { json!(reply.problem()) }
    };
    for on in ["2025-06-01", "2026-02-01"] {
        dissolve(&asked.world, &asked.world.crane.clone(), on).await.expect(200);
    }
    let policy = asked.kept_by_crane(&asked.policy).await;
    assert_eq!(day(&policy, "erase_on"), "2027-02-02", "and not in the year of the first one");
    let operator = asked.world.app.operator().await;
    operator.delete(&of(&asked.world.crane, "dissolution")).await.expect(204);
    asked.world.app.run_jobs().await;
    assert_eq!(employment().await, Value::Null, "Anna works there as before");
    assert_eq!(asked.kept_by_crane(&asked.statutory).await.expect("kept")["decision"]["waits_for"], "relation_end");
    assert_eq!(asked.world.app.count("ended_employments"), 0);
}

#[actix_web::test]
async fn a_hold_and_a_case_stand_when_what_they_are_about_is_taken_over() {
    let asked = Asked::start().await;
    let world = &asked.world;
    let (buyer, buyers) = {
        let buyer = world.app.organisation("Vest Kran AS", "310000094", &["employer"]).await;
        let officer = world.app.member(&buyer, Role::PrivacyOfficer).await;
        (buyer, officer)
    };
    asked.hold(&asked.statutory).await;
    let case = asked.ask("objection", &asked.policy).await.expect(201);
    let proposal =
        json!({ "to": "310000094", "reason": "sale", "categories": ["RS10", "RS12"], "up_to": "2026-03-02" });
    let transfer = asked.officer.post(&of(&world.crane, "transfers"), proposal).await.expect(201);
    assert_eq!((&transfer["preview"]["under_hold"], &transfer["preview"]["in_cases"]), (&json!(1), &json!(1)));
    let place = of(&buyer, &format!("transfers/{}", text(&transfer["id"])));
    let plan = json!({ "plan": transfer["preview"]["plan"] });
    buyers.post(&format!("{place}/acceptance"), plan).await.expect(200);
    world.app.run_jobs().await;

    assert!(asked.kept_by_crane(&asked.statutory).await.is_none());
    assert!(asked.kept_by_crane(&asked.policy).await.is_some(), "what is being decided stays with whoever was asked");
    assert_eq!(buyers.get(&place).await.expect(200)["state"], "accepted");
    let held = buyers.get(&of(&buyer, "legal-holds")).await.expect(200);
    assert_eq!(
        (&held["items"][0]["record"], &held["items"][0]["owner_is_member"]),
        (&asked.statutory["id"], &json!(false))
    );
    let records = json!([{ "record": asked.statutory["id"] }]);
    let release = |caller: Caller| {
        let (path, records) = (of(&buyer, "releases"), records.clone());
        async move { caller.post(&path, json!({ "records": records })).await }
    };
    assert_eq!(release(buyers.clone()).await.findings(), ["/records/0 kept_by_hold"]);
    let lifted = of(&buyer, &format!("legal-holds/{}", text(&held["items"][0]["id"])));
    buyers.delete(&lifted).await.expect(204);
    world.app.run_jobs().await;
    assert_eq!(release(buyers.clone()).await.findings(), ["/records/0 kept_by_law"], "Anna's work goes on counting");

    let decision = json!({ "outcome": "keep", "answer": "Vi trenger det" });
    asked.decide(&asked.officer, &case, decision).await.expect(200);
    asked.world.app.later(chrono::TimeDelta::days(1));
    attest::privacy::sweep::daily(&world.app.server.house).await.expect("swept");
    world.app.run_jobs().await;
    let buyers = world.app.signed_in_again(&buyers).await;
    assert_eq!(buyers.get(&place).await.expect(200)["state"], "done");
    assert_eq!(world.app.count("legal_holds"), 2);
    assert!(asked.letters().await.contains(&"Vest Kran AS har overtatt fra Bergen Kran AS".to_owned()));
}

#[actix_web::test]
async fn nobody_takes_over_what_was_not_shown_what_was_not_offered_or_what_it_cannot_answer_for() {
    let closing = Closing::start().await;
    let (world, transfers) = (&closing.world, of(&closing.world.school, "transfers"));
    for (changes, wrong) in [
        (json!({ "to": "310000000" }), "/to not_independent"),
        (json!({ "to": "974760673" }), "/to unknown"),
        (json!({ "categories": ["RS01"] }), "/categories/0 unknown"),
        (json!({ "categories": ["RS09", "RS99"] }), "/categories/1 unknown"),
        (json!({ "up_to": "2026-03-03" }), "/up_to in_the_future"),
        (json!({ "to": "310000019" }), "/categories/0 lacks_capacity"),
        (json!({ "categories": ["RS09", "RS11"] }), "/categories/1 lacks_capacity"),
    ] {
        let mut proposal = Closing::proposal(json!(["RS09"]));
        for (name, value) in changes.as_object().expect("changes") {
            proposal[name] = value.clone();
        }
        let refused = closing.giver.post(&transfers, proposal).await;
        assert_eq!((refused.status.as_u16(), refused.findings()), (422, vec![wrong.to_owned()]), "{changes}");
    }
    let transfer = closing.propose(json!(["RS09"])).await;
    let place = closing.place(&transfer);
    let stranger = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    stranger.get(&of(&world.crane, &format!("transfers/{}", text(&transfer["id"])))).await.expect(404);
    let plan = json!({ "plan": transfer["preview"]["plan"] });
    let own = of(&world.school, &format!("transfers/{}", text(&transfer["id"])));
    closing.giver.post(&format!("{own}/acceptance"), plan.clone()).await.expect(404);
    closing.receiver.delete(&place).await.expect(404);

    world.record(json!({ "course": world.truck, "on": "2026-02-01" })).await;
    let changed = closing.receiver.post(&format!("{place}/acceptance"), plan).await;
    assert_eq!((changed.status.as_u16(), changed.problem()), (409, "plan-changed"));
    assert_eq!(closing.receiver.get(&place).await.expect(200)["state"], "proposed", "nothing was half done");
    closing.receiver.post_nothing(&format!("{place}/refusal")).await.expect(204);
    assert_eq!(closing.accept(&transfer).await.problem(), "not-now");
    closing.giver.delete(&own).await.expect(409);
    let withdrawn = closing.propose(json!(["RS09"])).await;
    closing.giver.delete(&of(&world.school, &format!("transfers/{}", text(&withdrawn["id"])))).await.expect(204);
    assert_eq!(closing.holders(&closing.truck).await, ["Fjordkurs AS"]);
    let operator = world.app.operator().await;
    let for_it = of(&world.school, "dissolution/transfers");
    assert_eq!(operator.post(&for_it, Closing::proposal(json!(["RS09"]))).await.problem(), "not-now");
    dissolve(world, &world.school.clone(), "2026-03-02").await.expect(200);
    operator.post(&for_it, Closing::proposal(json!(["RS09"]))).await.expect(201);
}
