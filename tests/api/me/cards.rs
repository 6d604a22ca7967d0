//! The own card.

use std::path::Path;

use crate::support::{World, json, of, text};

#[actix_web::test]
async fn a_person_reads_and_changes_the_own_card() {
    let world = World::start().await;
    let anna = world.anna().await;
    let own = anna.get("/v1/me").await;
    assert_eq!((own.etag().as_str(), &own.body["name"]), ("\"1\"", &json!("Anna Ødegård")));
    anna.patch("/v1/me", "\"2\"", json!({ "name": "Anna" })).await.expect(412);
    let changed = anna.patch("/v1/me", "\"1\"", json!({ "mobile": "+47 911 22 333" })).await.expect(200);
    assert_eq!((&changed["mobile"], &changed["name"]), (&json!("+4791122333"), &json!("Anna Ødegård")));
    let wrong = anna.patch("/v1/me", "\"2\"", json!({ "mobile": "911", "birth_date": "1990-01-01" })).await;
    assert_eq!(wrong.findings(), ["/birth_date unknown_field", "/mobile not_a_telephone_number"]);
}

fn bytes_hold(folder: &Path, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[actix_web::test]
async fn a_mobile_number_disappears_from_every_card_and_from_the_files() {
    let world = World::start().await;
    let card = json!({
        "external_reference": "BK-001", "name": "Anna Ødegård", "emails": ["anna@example.no"],
        "birth_date": "1991-05-17", "mobile": "+4798765432",
    });
    let person = world.card(card).await;
    let anna = world.anna_who_claimed().await;
    anna.patch("/v1/me", "\"1\"", json!({ "mobile": "+4798765432" })).await.expect(200);
    assert!(world.app.dump("cards").contains("+4798765432"));
    if world.app.on_sqlite() {
        assert!(!bytes_hold(world.app.folder(), "98765432").is_empty(), "the search finds what is there");
    }
    anna.delete("/v1/me/mobile").await.expect(204);
    assert!(!world.app.dump("cards").contains("98765432"));
    assert_eq!(anna.get("/v1/me").await.ok()["mobile"], json!(null));
    let theirs = world.hr.get(&of(&world.crane, &format!("persons/{}", text(&person)))).await;
    assert_eq!((theirs.etag().as_str(), &theirs.body["mobile"]), ("\"2\"", &json!(null)));
    if world.app.on_sqlite() {
        assert_eq!(bytes_hold(world.app.folder(), "98765432"), Vec::<String>::new());
    }
    anna.delete("/v1/me/mobile").await.expect(204);
}
