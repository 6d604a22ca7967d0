//! Cases the schedule was tried on before there was a line of code, as far as no other story tells them.

use attest::words::Role;
use serde_json::Value;

use super::asked::Asked;
use crate::{
    certificates::{issue, verify},
    support::{Caller, World, json, of, text},
};

/// Looks and confirms at once: the receipt.
async fn erases_everything(person: &Caller) -> Value {
    let plan = person.post("/v1/me/erasure-plan", json!({})).await.expect(200)["plan"].clone();
    person.post("/v1/me/erasures", json!({ "plan": plan })).await.expect(201)["receipt"].clone()
}

/// `controller: action` of what stays.
fn stays(receipt: &Value) -> Vec<String> {
    let one = |one: &Value| format!("{}: {}", text(&one["controller"]["name"]), text(&one["decision"]["action"]));
    receipt["stays"].as_array().expect("a list").iter().map(one).collect()
}

fn gone(receipt: &Value) -> Vec<String> {
    receipt["gone"].as_array().expect("a list").iter().map(|one| text(&one["controller"]["name"])).collect()
}

#[actix_web::test]
async fn a_certified_provider_keeps_a_truck_certificate_whoever_asks_and_goes_on_confirming_it() {
    let world = World::start().await;
    let certification = json!({ "competences": [world.t4], "from": "2020-01-01", "number": "SO-1" });
    world.app.operator().await.post(&of(&world.school, "certifications"), certification).await.expect(201);
    world.app.run_jobs().await;
    let completion = world.record(json!({})).await;
    let certificate = issue(&world, &[&completion]).await;
    let anna = world.anna_who_claimed().await;

    let receipt = erases_everything(&anna).await;
    assert_eq!((gone(&receipt), stays(&receipt)), (vec![], vec!["Fjordkurs AS: keep".to_owned()]));
    let decision = &receipt["stays"][0]["decision"];
    assert_eq!(
        (&decision["provision"], &decision["until"], &decision["layer"]),
        (&json!("forskrift om administrative ordninger § 8-2"), &json!("2066-05-17"), &json!("law"))
    );
    assert_eq!((&receipt["stays"][0]["case"], &receipt["certificates"]), (&json!(null), &json!([])));

    let officer = world.app.member(&world.school, Role::PrivacyOfficer).await;
    let own = json!({ "records": [{ "record": completion["id"] }] });
    let refused = officer.post(&of(&world.school, "releases"), own).await;
    assert_eq!((refused.problem(), refused.findings()), ("must-stay", vec!["/records/0 kept_by_law".to_owned()]));
    assert_eq!(verify(&world, &certificate).await["status"], "valid");
    assert_eq!(world.app.count("erasure_ledger"), 0);
}

#[actix_web::test]
async fn of_what_an_employer_ordered_the_provider_s_copy_goes_and_the_employer_s_stays_by_law_or_waits_for_its_answer()
{
    let asked = Asked::start().await;
    let receipt = erases_everything(&asked.anna).await;
    assert_eq!(gone(&receipt), ["Fjordkurs AS", "Fjordkurs AS"]);
    let by_record = |record: &Value| {
        let all = receipt["stays"].as_array().expect("a list");
        all.iter().find(|one| one["record"] == record["id"]).expect("it stays").clone()
    };
    let (statutory, policy) = (by_record(&asked.statutory), by_record(&asked.policy));
    assert_eq!(
        (&statutory["decision"]["action"], &statutory["decision"]["waits_for"], &statutory["case"]),
        (&json!("keep"), &json!("relation_end"), &json!(null))
    );
    assert_eq!(
        (&policy["decision"]["action"], &policy["decision"]["provision"], &policy["case"]["kind"]),
        (&json!("refer"), &json!(null), &json!("refer"))
    );
    assert_eq!(asked.letters().await.len(), 1);
    assert_eq!(asked.seen().await.len(), 2, "the employer's copies are all there");
}

#[actix_web::test]
async fn who_surrenders_a_valid_hot_work_certificate_is_warned_its_code_says_so_and_the_body_is_told() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hot_work })).await;
    let certificate = issue(&world, &[&completion]).await;
    let anna = world.anna_who_claimed().await;
    let officer = world.app.member(&world.body, Role::SchemeOfficer).await;
    let feed = format!("/v1/schemes/{}/holders", text(&world.scheme));
    let before = officer.get(&feed).await.expect(200)["since"].clone();
    assert_eq!(verify(&world, &certificate).await["status"], "valid");

    let plan = anna.post("/v1/me/erasure-plan", json!({})).await.expect(200);
    let warned = plan["records"][0]["kept_by"]
        .as_array()
        .expect("holders")
        .iter()
        .all(|one| one["decision"]["action"] == "erase_after_warning");
    assert!(warned && plan.to_string().contains(&text(&certificate["id"])), "{plan}");
    let receipt = erases_everything(&anna).await;
    world.app.run_jobs().await;

    assert_eq!((gone(&receipt), stays(&receipt)), (vec!["Fjordkurs AS".into(), "Varmesikker".into()], vec![]));
    let public = verify(&world, &certificate).await;
    assert_eq!((&public["status"], &public["certificate"]), (&json!("erased"), &json!(null)));
    let told = officer.get(&format!("{feed}?since={before}")).await.expect(200);
    let steps: Vec<_> = told["items"].as_array().expect("steps").iter().map(|one| text(&one["kind"])).collect();
    assert_eq!(steps, ["custody_ended"]);
    assert_eq!((&told["items"][0]["completion"], &told["items"][0]["name"]), (&completion["id"], &json!(null)));
}

#[actix_web::test]
async fn to_a_client_a_private_course_is_as_unknown_as_one_that_never_was() {
    let world = World::start().await;
    let private = world.record(json!({ "course": world.hydraulics, "ordered_by": "person" })).await;
    let client = world.app.organisation("Havna KF", "310000078", &["client", "employer"]).await;
    world.app.run_jobs().await;
    let never = json!({ "id": "019cadf2-0000-7000-8000-00000000ffff" });
    for role in [Role::Gatekeeper, Role::Hr, Role::PrivacyOfficer, Role::Administrator] {
        let member = world.app.member(&client, role).await;
        for capacity in ["employer", "client", "provider"] {
            let answer = async |one: &Value| {
                let path = of(&client, &format!("completions/{}?capacity={capacity}", text(&one["id"])));
                let reply = member.get(&path).await;
                (reply.status.as_u16(), reply.problem().to_owned())
            };
            let asked = answer(&private).await;
            assert_eq!(asked, answer(&never).await, "{role} as {capacity}");
            assert!([403, 404, 422].contains(&asked.0), "{role} as {capacity}: {asked:?}");
            assert!(asked.0 == 404 || role != Role::PrivacyOfficer || capacity != "employer", "{asked:?}");
        }
    }
    assert_eq!(world.app.count("disclosures"), 0);
}

#[actix_web::test]
async fn an_offshore_safety_course_of_3_march_2026_is_valid_until_the_last_day_of_march_2030() {
    let mut world = World::start().await;
    world.app.on("2026-03-03");
    world.teacher = world.app.signed_in_again(&world.teacher).await;
    let gsk = world.app.nobody().get("/v1/competences?code=GSK").await.expect(200)["items"][0]["id"].clone();
    let course = json!({ "code": "GSK", "title": { "nb": "Grunnkurs", "en": "Basics" }, "competence": gsk });
    let course = world.teacher.post("/v1/courses", course).await.expect(201)["id"].clone();
    let completion = world.record(json!({ "course": course, "on": "2026-03-03" })).await;
    let certificate = issue(&world, &[&completion]).await;
    assert_eq!(certificate["facts"]["lines"][0]["valid_until"], "2030-03-31");
    let mut said = Vec::new();
    for day in ["2026-03-03", "2030-03-31", "2030-04-01"] {
        world.app.on(day);
        said.push(text(&verify(&world, &certificate).await["status"]));
    }
    assert_eq!(said, ["valid", "valid", "expired"]);
}
