//! Where the law asks for a register that is independent of the provider, the provider's register sees, checks and issues.

use attest::certificates::credential::proof::check;
use serde_json::Value;

use super::{
    Register, administrator, ask,
    credentials::{credential, keys},
    verify,
};
use crate::support::{World, json, of, text};

#[actix_web::test]
async fn a_register_sees_and_certifies_what_its_providers_passed_people_in() {
    let world = World::start().await;
    let register = Register::of(&world).await;
    let completion = world.record(json!({})).await;
    let other = world.record(json!({ "course": world.hydraulics })).await;
    let before = world.record(json!({ "on": "2025-12-31" })).await;
    assert_eq!(world.seen(&register.keeper, &register.id, "register").await, [text(&completion["id"])]);

    let photo = super::pictures::picture(300, 400, [9; 3]);
    register.keeper.put_file(&register.photo(&completion), "image/png", photo).await.expect(200);
    let issued = register.ask(&world, &completion).await.expect(201);
    let (facts, line) = (&issued["facts"], &issued["facts"]["lines"][0]);
    assert_eq!((&facts["issuer"]["name"], &line["provider"]), (&json!("Nordregisteret AS"), &json!("Fjordkurs AS")));
    assert_eq!((&facts["kind"], &facts["number"]), (&json!("certificate"), &json!("NR-2026-000001")));
    let seen = verify(&world, &issued).await;
    assert_eq!((&seen["status"], &seen["issuer"]["name"]), (&json!("valid"), &json!("Nordregisteret AS")));
    for not_theirs in [&other, &before] {
        assert_eq!(register.ask(&world, not_theirs).await.findings(), ["/completions/0 unknown"]);
    }
    // The provider still confirms its own course, and nothing more.
    assert_eq!(ask(&world, &[&completion]).await.expect(201)["facts"]["kind"], "confirmation");
}

#[actix_web::test]
async fn what_a_register_certifies_is_signed_by_it_and_never_taken_for_what_the_provider_confirms() {
    let world = World::start().await;
    let register = Register::of(&world).await;
    let completion = world.record(json!({})).await;
    let photo = super::pictures::picture(300, 400, [9; 3]);
    register.keeper.put_file(&register.photo(&completion), "image/png", photo).await.expect(200);
    let certificate = register.ask(&world, &completion).await.expect(201);
    let path = of(&register.id, &format!("certificates/{}/credentials", text(&certificate["id"])));
    let proven = register.keeper.get(&path).await.expect(200)["items"][0]["credential"].clone();
    assert!(text(&proven["issuer"]["id"]).ends_with(&text(&register.id["id"])), "{proven}");
    check(&proven, &keys(&world, &proven).await).expect("signed by the register");
    let confirmation = ask(&world, &[&completion]).await.expect(201);
    let confirmed = credential(&world, &confirmation).await;
    assert!(text(&confirmed["issuer"]["id"]).ends_with(&text(&world.school["id"])), "{confirmed}");

    let said = |one: &Value| {
        let achievement = &one["credentialSubject"]["achievement"];
        ["achievementType", "name", "id"].map(|member| text(&achievement[member]))
    };
    let ([kind, name, id], [other_kind, other_name, other_id]) = (said(&proven), said(&confirmed));
    assert_eq!((kind.as_str(), other_kind.as_str()), ("Certification", "CertificateOfCompletion"));
    assert!(id.ends_with("/achievements/competences/T4"), "{id}");
    assert!(other_id.contains("/achievements/confirmations/courses/Fjordkurs%20AS/"), "{other_id}");
    assert_eq!((text(&proven["name"]), text(&confirmed["name"])), (name, format!("Kursbekreftelse: {other_name}")));
    let says = text(&confirmed["credentialSubject"]["achievement"]["description"]);
    assert!(says.contains("ikke et kompetansebevis"), "{says}");
}

#[actix_web::test]
async fn a_register_certifies_in_batches_too() {
    let world = World::start().await;
    let register = Register::of(&world).await;
    let completion = world.record(json!({})).await;
    world.record(json!({ "person_reference": "F-2", "email": null })).await;
    let photo = super::pictures::picture(300, 400, [9; 3]);
    register.keeper.put_file(&register.photo(&completion), "image/png", photo).await.expect(200);
    let asked = json!({ "competence": world.t4, "capacity": "register" });
    let batch = register.keeper.post(&of(&register.id, "certificate-batches"), asked).await;
    world.app.run_batches().await;
    world.app.mails().await;
    let done = register.keeper.get(batch.header("location").expect("a location")).await.expect(200);
    let told = ["state", "found", "issued", "refused"].map(|name| done[name].clone());
    assert_eq!(told, [json!("finished"), json!(2), json!(1), json!(1)], "one has no photo");
}

#[actix_web::test]
async fn a_register_is_one_and_is_not_the_provider_itself() {
    let world = World::start().await;
    let administrator = administrator(&world).await;
    let path = of(&world.school, "registers");
    for (number, finding) in [
        ("310000000", "/register not_independent"),
        ("310000019", "/register lacks_capacity"),
        ("310000051", "/register unknown"),
    ] {
        let choice = json!({ "from": "2026-01-01", "register": number });
        assert_eq!(administrator.post(&path, choice).await.findings(), [finding]);
    }
    assert_eq!(world.teacher.post(&path, json!({ "from": "2026-01-01" })).await.status, 403);
    assert_eq!(world.hr.post(&path, json!({ "from": "2026-01-01" })).await.status, 404);
}

#[actix_web::test]
async fn another_choice_takes_effect_from_its_day_and_takes_nothing_from_before() {
    let world = World::start().await;
    let register = Register::of(&world).await;
    let early = world.record(json!({ "on": "2026-02-01" })).await;
    world.record(json!({ "person_reference": "F-2", "email": null, "on": "2026-03-01" })).await;
    let path = of(&world.school, "registers");
    administrator(&world).await.post(&path, json!({ "from": "2026-02-15" })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.seen(&register.keeper, &register.id, "register").await, [text(&early["id"])]);
    let listed = world.teacher.get(&path).await.expect(200)["items"].clone();
    assert_eq!(listed[1], json!({ "from": "2026-02-15", "register": null }));
}
