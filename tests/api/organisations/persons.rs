//! Cards: what an organisation itself knows about people.

use attest::words::Role;

use crate::support::{World, json, national_identity_number, of, text};

#[actix_web::test]
async fn a_card_is_made_read_and_changed_in_the_version_that_was_seen() {
    let world = World::start().await;
    let path = of(&world.crane, "persons");
    let new = json!({
        "external_reference": "BK-001", "name": " Åse-Marie Ødegård ", "emails": ["Ase@Example.no", "ase@example.no"],
        "birth_date": "1991-05-17", "mobile": "+47 900 00 000", "position": "Kranfører",
    });
    let made = world.hr.post(&path, new).await;
    assert_eq!((made.status.as_u16(), made.etag().as_str()), (201, "\"1\""));
    let one = made.header("location").expect("a location").to_owned();
    assert_eq!(made.body["name"], "Åse-Marie Ødegård");
    assert_eq!(
        (&made.body["emails"].as_array().map(Vec::len), &made.body["mobile"]),
        (&Some(1), &json!("+4790000000"))
    );
    assert_eq!(world.hr.get(&one).await.expect(200), made.body);

    world.hr.call(actix_web::http::Method::PATCH, &one, Some(("application/json", "{}".into()))).await.expect(428);
    let changed = world.hr.patch(&one, "\"1\"", json!({ "position": null, "emails": ["a@example.no"] })).await;
    assert_eq!((changed.etag().as_str(), &changed.body["position"]), ("\"2\"", &json!(null)));
    assert_eq!((&changed.body["emails"], &changed.body["name"]), (&json!(["a@example.no"]), &made.body["name"]));
    world.hr.patch(&one, "\"1\"", json!({ "name": "Åse" })).await.expect(412);
    let nameless = json!({ "name": null, "external_reference": null });
    assert_eq!(world.hr.patch(&one, "\"2\"", nameless).await.findings(), ["/name one_of"]);
    assert!(!world.app.dump("card_emails").contains("ase@example.no"), "what was replaced is gone");
}

#[actix_web::test]
async fn everything_wrong_with_a_card_is_said_at_once() {
    let world = World::start().await;
    let number = national_identity_number();
    let wrong = json!({
        "external_reference": number, "name": "", "emails": ["a@example.no", "nobody"], "birth_date": "1899-12-31",
        "mobile": "90000000", "position": 7, "shoe_size": 44,
    });
    let reply = world.hr.post(&of(&world.crane, "persons"), wrong).await;
    insta::assert_snapshot!(reply.findings().join("\n"), @r"
    /birth_date too_long_ago
    /emails/1 not_an_email
    /external_reference national_identity_number
    /mobile not_a_telephone_number
    /name empty
    /position wrong_type
    /shoe_size unknown_field
    ");
    assert!(!reply.text.contains(&number));
    assert_eq!(world.hr.post(&of(&world.crane, "persons"), json!({})).await.findings(), ["/name one_of"]);
    assert!(!world.app.dump("cards").contains("a@example.no"));
}

#[actix_web::test]
async fn a_reference_is_unique_in_an_organisation_and_free_for_another() {
    let world = World::start().await;
    let card = |name: &str| json!({ "external_reference": "A-17", "name": name });
    let crane = of(&world.crane, "persons");
    world.hr.post(&crane, card("Åse")).await.expect(201);
    assert_eq!(world.hr.post(&crane, card("Odd")).await.findings(), ["/external_reference taken"]);
    world.other_hr.post(&of(&world.builder, "persons"), card("Odd")).await.expect(201);
    let second = world.hr.post(&crane, json!({ "external_reference": "A-18" })).await;
    let one = second.header("location").expect("a location").to_owned();
    let taken = world.hr.patch(&one, "\"1\"", json!({ "external_reference": "A-17" })).await;
    assert_eq!(taken.findings(), ["/external_reference taken"]);
}

#[actix_web::test]
async fn a_search_finds_own_cards_only() {
    let world = World::start().await;
    world.card(json!({ "external_reference": "A-17", "name": "Åse", "emails": ["Ase@example.no"] })).await;
    let theirs = json!({ "external_reference": "A-17", "name": "Another Åse", "emails": ["ase@example.no"] });
    world.other_hr.post(&of(&world.builder, "persons"), theirs).await.expect(201);
    let search = of(&world.crane, "persons/search");
    for by in [json!({ "external_reference": "A-17" }), json!({ "email": "ASE@example.no" })] {
        let found = world.hr.post(&search, by).await.expect(200);
        assert_eq!((found["items"].as_array().map(Vec::len), &found["items"][0]["name"]), (Some(1), &json!("Åse")));
    }
    for nobody in [json!({ "external_reference": "a-17" }), json!({ "email": "odd@example.no" })] {
        assert_eq!(world.hr.post(&search, nobody).await.expect(200)["items"], json!([]));
    }
    for wrong in [json!({}), json!({ "external_reference": "A-17", "email": "ase@example.no" })] {
        assert_eq!(world.hr.post(&search, wrong).await.findings(), [" one_of"]);
    }
    world.other_hr.post(&search, json!({ "email": "ase@example.no" })).await.expect(404);
}

#[actix_web::test]
async fn cards_are_for_those_who_keep_them() {
    let world = World::start().await;
    let person = world.card(json!({ "name": "Åse" })).await;
    let one = of(&world.crane, &format!("persons/{}", text(&person)));
    let manager = {
        let team = text(&world.team("Tårnkran").await).parse().expect("an id");
        let crane = text(&world.crane["id"]).parse().expect("an id");
        world.app.member_of(crane, Role::Manager, Some(team)).await
    };
    manager.get(&one).await.expect(403);
    world.other_hr.get(&one).await.expect(404);
    let from_elsewhere = of(&world.builder, &format!("persons/{}", text(&person)));
    world.other_hr.get(&from_elsewhere).await.expect(404);
    world.other_hr.patch(&from_elsewhere, "\"1\"", json!({ "name": "Odd" })).await.expect(404);
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    officer.get(&one).await.expect(200);
    officer.patch(&one, "\"1\"", json!({ "name": "Odd" })).await.expect(403);
}

#[actix_web::test]
async fn twins_make_one_card() {
    let world = World::start().await;
    let keyed = world.hr.with_header("idempotency-key", "once");
    let path = of(&world.crane, "persons");
    let first = keyed.post(&path, json!({ "name": "Åse" })).await.expect(201);
    assert_eq!(keyed.post(&path, json!({ "name": "Åse" })).await.expect(201), first);
    assert_eq!(keyed.post(&path, json!({ "name": "Odd" })).await.problem(), "idempotency-key-reused");
    assert_eq!(world.app.dump("cards").matches("Åse").count(), 1);
}
