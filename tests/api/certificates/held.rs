//! Whoever holds a completion and must be able to show its document gets the document, and of nothing else.

use super::{ask, issue};
use crate::support::{World, json, of, text};

#[actix_web::test]
async fn an_employer_reads_the_certificate_of_what_it_ordered_and_the_holder_sees_that_it_did() {
    let world = World::start().await;
    world.anna_works_for_crane(json!(null)).await;
    let ordered =
        json!({ "ordered_by": "310000019", "orderer_reference": "BK-001", "course": world.hydraulics, "result": "A" });
    let completion = world.record(ordered).await;
    let issued = issue(&world, &[&completion]).await;
    let anna = world.anna_who_claimed().await;
    let path = of(&world.crane, &format!("completions/{}/certificates", text(&completion["id"])));
    let listed = world.hr.get(&format!("{path}?capacity=employer")).await.expect(200)["items"].clone();
    assert_eq!((&listed[0]["code"], &listed[0]["status"]), (&issued["code"], &json!("valid")));
    assert_eq!(listed[0]["facts"], issued["facts"]);
    let pdf = format!("{path}/{}/pdf?capacity=employer", text(&issued["id"]));
    assert!(world.hr.get(&pdf).await.bytes.starts_with(b"%PDF"));
    let disclosures = anna.get("/v1/me/disclosures").await.expect(200)["items"].to_string();
    assert!(disclosures.contains("Bergen Kran"), "{disclosures}");
    for stranger in [&world.other_hr, &world.teacher] {
        assert_eq!(stranger.get(&pdf).await.status, 404);
    }
}

#[actix_web::test]
async fn a_certificate_about_something_else_too_is_nobody_elses_business() {
    let world = World::start().await;
    world.anna_works_for_crane(json!(null)).await;
    let ordered = json!({ "ordered_by": "310000019", "orderer_reference": "BK-001", "course": world.hydraulics });
    let completion = world.record(ordered).await;
    let private = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01", "ordered_by": "person" })).await;
    let both = issue(&world, &[&completion, &private]).await;
    world.anna_who_claimed().await;
    let path = of(&world.crane, &format!("completions/{}/certificates", text(&completion["id"])));
    assert_eq!(world.hr.get(&format!("{path}?capacity=employer")).await.expect(200)["items"], json!([]));
    let pdf = format!("{path}/{}/pdf?capacity=employer", text(&both["id"]));
    assert_eq!(world.hr.get(&pdf).await.status, 404);
    ask(&world, &[&completion]).await.expect(201);
    let listed = world.hr.get(&format!("{path}?capacity=employer")).await.expect(200)["items"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}
