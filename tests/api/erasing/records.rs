//! Records, cards and persons.

use attest::{
    completions::erasing::Because,
    platform::db::{Error, run::prelude::*, schema::erasure_ledger},
    records::ledger::{self, store::Erased},
    words::*,
};
use serde_json::Value;

use super::{correct, end, end_because, grounds, id, left, operator};
use crate::{
    certificates::administrator,
    support::{CRANE, World, json, of, text},
};

/// Tables with a row for each record, and what was in them before anything was recorded.
const OF_A_RECORD: [&str; 6] =
    ["records", "completions", "completion_versions", "custodies", "ended_custodies", "to_certify"];

#[actix_web::test]
async fn a_private_completion_goes_with_its_provider_s_custody_and_so_do_card_and_person() {
    let world = World::start().await;
    let (persons, cards) = (world.app.count("persons"), world.app.count("cards"));
    let completion = world.record(json!({ "course": world.hydraulics, "result": "A" })).await;
    let erasure = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!((grounds(&erasure), left(&erasure)), (vec![Ground::Delivered], vec![String::new()]));
    assert_eq!(erasure.custodies[0].category, "RS11");
    assert_eq!(world.app.count("erasure_ledger"), 1);
    for table in OF_A_RECORD {
        assert_eq!(world.app.count(table), 0, "{table}");
    }
    assert_eq!((world.app.count("persons"), world.app.count("cards")), (persons, cards));
    assert_eq!((erasure.cards.len(), erasure.persons.len()), (1, 1));
    let path = of(&world.school, &format!("completions/{}?capacity=provider", text(&completion["id"])));
    assert_eq!(world.teacher.get(&path).await.status, 404);
    // Twice is once.
    let again = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert!(again.custodies.is_empty() && again.records.is_empty());
    assert_eq!(world.app.count("erasure_ledger"), 1);
}

#[actix_web::test]
async fn what_an_employer_still_holds_stays_and_what_only_the_provider_held_goes() {
    let world = World::start().await;
    world.anna_works_for_crane(json!(null)).await;
    let ordered = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "result": "A", "hours": 12 });
    let completion = world.record(ordered).await;
    correct(&world, &completion, json!({ "reason": "Talte ikke lørdagen", "hours": 16 })).await.ok();
    let erasure = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!(left(&erasure), ["fact result hours document"]);
    let versions = world.app.dump("completion_versions");
    assert!(!versions.contains("lørdagen") && versions.lines().count() == 2, "{versions}");
    let shown = world.hr.get(&of(&world.crane, "completions?capacity=employer")).await.expect(200)["items"].clone();
    assert_eq!((&shown[0]["result"], &shown[0]["hours"]), (&json!("A"), &json!(16.0)));
    assert!(world.seen(&world.teacher, &world.school, "provider").await.is_empty());
    // The school's own card is gone, the employer's is not.
    assert_eq!(world.teacher.get(&of(&world.school, "persons")).await.expect(200)["items"], json!([]));
    assert!(erasure.persons.is_empty());
}

#[actix_web::test]
async fn what_a_gate_needs_is_the_fact_and_nothing_else_is_left_in_any_version() {
    let world = World::start().await;
    let harbour = world.app.organisation("Havna KF", "310000086", &["client"]).await;
    let completion = world.record(json!({ "ordered_by": "310000086", "result": "Særdeles godt", "hours": 12 })).await;
    let erasure = end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!(left(&erasure), ["fact"]);
    let versions = world.app.dump("completion_versions");
    assert!(!versions.contains("Særdeles") && !versions.contains("12"), "{versions}");
    let rest = end(&world, &[(&completion, &harbour, Ground::Client)]).await;
    assert_eq!((left(&rest), world.app.count("records")), (vec![String::new()], 0));
}

#[actix_web::test]
async fn who_let_go_gets_nothing_back_because_a_fact_arrives_late() {
    let world = World::start().await;
    world.anna_works_for_crane(json!(null)).await;
    let completion = world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    let anna = world.anna_who_claimed().await;
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!(world.held_by(&anna, &completion).await, ["Bergen Kran AS: ordered_offered"]);
    world.crane_requires_t4().await;
    assert_eq!(world.held_by(&anna, &completion).await, ["Bergen Kran AS: ordered_required"]);
    // Nor does the school correct or certify what it does not hold.
    assert_eq!(correct(&world, &completion, json!({ "reason": "Rettet", "hours": 1 })).await.status, 404);
    let asked = json!({ "completions": [completion["id"]] });
    let refused = world.teacher.post(&of(&world.school, "certificates"), asked).await;
    assert_eq!(refused.findings(), ["/completions/0 unknown"]);
    // And an employer that let go does not get it back by demanding the competence in another way.
    anna.call(actix_web::http::Method::PUT, &portfolio(&completion), None).await.expect(204);
    end(&world, &[(&completion, &world.crane, Ground::OrderedRequired)]).await;
    let requirements = world.hr.get(&of(&world.crane, "requirements")).await.expect(200)["items"].clone();
    let requirement = of(&world.crane, &format!("requirements/{}", text(&requirements[0]["id"])));
    world.hr.patch(&requirement, "\"1\"", json!({ "to": "2020-02-01" })).await.ok();
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&anna, &completion).await, ["Operator: portfolio"]);
}

fn portfolio(completion: &Value) -> String {
    format!("/v1/me/completions/{}/portfolio", text(&completion["id"]))
}

#[actix_web::test]
async fn what_only_the_person_keeps_goes_when_the_person_lets_go() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics, "result": "A" })).await;
    let anna = world.anna_who_claimed().await;
    anna.call(actix_web::http::Method::PUT, &portfolio(&completion), None).await.expect(204);
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    assert_eq!(world.held_by(&anna, &completion).await, ["Operator: portfolio"]);
    let own = anna.get(&format!("/v1/me/completions/{}", text(&completion["id"]))).await.expect(200);
    assert_eq!(own["result"], "A");
    // A claim outlives the card it was made by.
    assert_eq!(anna.get("/v1/me/claims").await.expect(200)["items"][0]["holder"], "Fjordkurs AS");
    anna.delete(&portfolio(&completion)).await.expect(204);
    assert_eq!((world.app.count("records"), world.app.count("portfolio")), (0, 0));
    assert_eq!(world.app.count("erasure_ledger"), 2);
}

#[actix_web::test]
async fn the_operator_s_custody_is_the_portfolio_and_may_begin_again() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let anna = world.anna_who_claimed().await;
    anna.call(actix_web::http::Method::PUT, &portfolio(&completion), None).await.expect(204);
    end(&world, &[(&completion, &operator(), Ground::Portfolio)]).await;
    assert_eq!(world.app.count("portfolio"), 0);
    assert_eq!(world.held_by(&anna, &completion).await, ["Fjordkurs AS: delivered"]);
    anna.call(actix_web::http::Method::PUT, &portfolio(&completion), None).await.expect(204);
    assert_eq!(world.held_by(&anna, &completion).await, ["Fjordkurs AS: delivered", "Operator: portfolio"]);
}

#[actix_web::test]
async fn a_body_hears_of_the_end_and_loses_its_card() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hot_work })).await;
    let officer = world.app.member(&world.body, Role::SchemeOfficer).await;
    let erasure = end(&world, &[(&completion, &world.body, Ground::Scheme)]).await;
    assert_eq!((grounds(&erasure), erasure.custodies[0].category.as_str()), (vec![Ground::Scheme], "RS15"));
    let path = format!("/v1/schemes/{}/holders", text(&world.scheme));
    let steps = officer.get(&path).await.expect(200)["items"].clone();
    let kinds: Vec<_> = steps.as_array().expect("steps").iter().map(|step| text(&step["kind"])).collect();
    assert_eq!(kinds, ["custody_arose", "custody_ended"]);
    assert_eq!((&steps[1]["held"], &steps[1]["name"]), (&json!(false), &json!(null)));
    assert_eq!(erasure.cards, [(id(&world.body), id(&completion["person"]))]);
}

#[actix_web::test]
async fn a_card_stays_with_another_record_or_an_employment_and_a_member_s_own_goes_too() {
    let world = World::start().await;
    let card = json!({ "external_reference": "F-001", "name": "Anna Ødegård" });
    let person = world.teacher.post(&of(&world.school, "persons"), card).await.expect(201)["person"].clone();
    let first = world.record(json!({ "course": world.hydraulics })).await;
    let second = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    assert_eq!(first["person"]["id"], person);
    let path = of(&world.school, &format!("persons/{}", text(&person)));
    let erasure = end(&world, &[(&first, &world.school, Ground::Delivered)]).await;
    assert!(erasure.cards.is_empty());
    world.teacher.get(&path).await.expect(200);
    let administrator = administrator(&world).await;
    let invited = json!({ "email": "anna@example.no", "person": person });
    let _ = administrator.post(&of(&world.school, "invitations"), invited).await;
    world.app.mails().await;
    let erasure = end(&world, &[(&second, &world.school, Ground::Delivered)]).await;
    assert_eq!(erasure.cards, [(id(&world.school), id(&person))]);
    assert_eq!(world.teacher.get(&path).await.status, 404);

    world.anna_works_for_crane(json!(null)).await;
    let ordered = world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    let both = [(&ordered, &world.school, Ground::Delivered), (&ordered, &world.crane, Ground::OrderedOffered)];
    let erasure = end(&world, &both).await;
    assert_eq!((left(&erasure), erasure.custodies.len()), (vec![String::new()], 2));
    assert_eq!(world.hr.get(&of(&world.crane, "persons")).await.expect(200)["items"][0]["name"], "Anna Ødegård");
    assert!(erasure.persons.is_empty(), "she works there");
}

#[actix_web::test]
async fn who_turns_out_not_to_have_ordered_it_loses_the_card_that_came_with_it() {
    let world = World::start().await;
    let cards = world.app.count("cards");
    let completion = world.record(json!({ "ordered_by": CRANE })).await;
    assert_eq!(world.app.count("cards"), cards + 2);
    let correction = json!({ "reason": "Feil bestiller", "ordered_by": null });
    correct(&world, &completion, correction).await.expect(200);
    assert_eq!(world.app.count("cards"), cards + 1, "the school's own");
    assert_eq!(world.hr.get(&of(&world.crane, "persons")).await.expect(200)["items"], json!([]));
    let (found, named) = said(&world, &completion, &world.crane).await;
    assert!(
        named == [true] && found.iter().all(Vec::is_empty),
        "a restored backup gives nothing back, and nobody is bound"
    );
}

#[actix_web::test]
async fn who_knew_the_person_anyway_keeps_the_card_and_who_loses_one_ground_of_two_keeps_the_record() {
    let world = World::start().await;
    let anna = json!({ "name": "Anna Ødegård", "emails": ["anna@example.no"], "birth_date": "1991-05-17" });
    let own = world.hr.post(&of(&world.crane, "persons"), anna).await;
    let (ordered, cards) = (world.record(json!({ "ordered_by": CRANE })).await, world.app.count("cards"));
    correct(&world, &ordered, json!({ "reason": "Feil bestiller", "ordered_by": null })).await.expect(200);
    assert_eq!(world.app.count("cards"), cards - usize::from(own.status != 201));
    let offered = world.record(json!({ "ordered_by": CRANE, "on": "2026-02-02" })).await;
    let before = world.app.count("erasure_ledger");
    let required = json!({ "competence": world.t4, "from": "2020-01-01" });
    world.hr.post(&of(&world.crane, "requirements"), required).await.expect(201);
    world.app.run_jobs().await;
    assert!(world.app.dump("custodies").contains("ordered_required"), "{offered}");
    assert_eq!(world.app.count("erasure_ledger"), before, "another ground is no end");
}

/// What the ledger says by each of the two ways a controller may come with it again; and of each entry that
/// names the record whether it was untrue.
async fn said(world: &World, completion: &Value, controller: &Value) -> (Vec<Vec<Erased>>, Vec<bool>) {
    let (record, controller): (RecordId, OrganisationId) = (id(completion), id(controller));
    let subject = text(&world.hydraulics);
    world
        .app
        .write(move |tx| {
            let day = |text: &str| text.parse().expect("a day");
            let happening = ledger::Happening { subject, on: day("2026-03-01") };
            let born = ("anna@example.no", day("1991-05-17"));
            let named = ledger::of_record(tx.vault(), controller, record);
            let named = erasure_ledger::table.filter(erasure_ledger::records.eq(named)).select(erasure_ledger::untrue);
            let named: Vec<bool> = named.load(tx.conn()).map_err(Error::from)?;
            let ways = [
                ledger::of_reference(tx.vault(), controller, "F-001"),
                ledger::of_completion(tx.vault(), controller, born, &happening),
            ];
            let found = ways.iter().map(|way| ledger::store::erased(tx, &[way]));
            Ok((found.collect::<Result<Vec<_>, Error>>()?, named))
        })
        .await
}

#[actix_web::test]
async fn the_ledger_finds_what_was_erased_by_record_reference_and_address_and_for_its_controller_only() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    end(&world, &[(&completion, &world.school, Ground::Delivered)]).await;
    let (found, named) = said(&world, &completion, &world.school).await;
    assert_eq!(named, [false], "by its id, which a restored backup has");
    for (way, entries) in found.iter().enumerate() {
        let [one] = &entries[..] else { panic!("way {way}: {entries:?}") };
        assert_eq!((one.controller, one.category.as_str()), (id(&world.school), "RS11"));
        assert_eq!(one.erased_on.to_string(), "2026-03-02");
    }
    let (found, named) = said(&world, &completion, &world.crane).await;
    let others: Vec<usize> = found.iter().map(Vec::len).collect();
    assert_eq!((others, named), (vec![0, 0], vec![]), "no hash is the same for two");
    let ledger = world.app.dump("erasure_ledger") + &world.app.dump("erasure_hashes");
    let ids = [text(&completion["id"]), text(&completion["person"]["id"])];
    let as_bytes = ids.clone().map(|id| id.replace('-', "").to_uppercase());
    let values = ["Anna", "anna", "F-001", "1991"].map(str::to_owned);
    for value in ids.iter().chain(&as_bytes).chain(&values) {
        assert!(!ledger.contains(value), "{value} in {ledger}");
    }
}

#[actix_web::test]
async fn what_never_should_have_been_binds_nobody_and_the_ledger_says_so() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    end_because(&world, Because::Untrue, &[(&completion, &world.school, Ground::Delivered)]).await;
    let (found, named) = said(&world, &completion, &world.school).await;
    assert!(named == [true] && found.iter().all(Vec::is_empty), "{found:?}");
}
