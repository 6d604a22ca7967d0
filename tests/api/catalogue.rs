//! The catalogue: anyone reads it, its owners write it.

use serde_json::json;

use crate::support::App;

#[tokio::test]
async fn the_operator_adds_a_national_competence_and_anyone_finds_it() {
    let app = App::start().await;
    let operator = app.operator().await;
    let crane = json!({
        "code": "TEST-1",
        "name": { "nb": "Brokran", "en": "Overhead crane" },
        "class": "certified",
        "obliged_party": "provider",
        "expiry": { "kind": "never" },
        "provisions": [{ "citation": "forskrift om utførelse av arbeid § 10-3", "from": "2013-01-01" }],
    });
    let made = operator.post("/v1/competences", crane).await.expect(201);
    let found = app.nobody().get("/v1/competences?code=TEST-1").await.expect(200);
    assert_eq!(found["items"][0]["id"], made["id"]);
    assert_eq!(found["items"][0]["owner"], json!(null));
}

#[tokio::test]
async fn a_statutory_class_names_the_law_and_whom_it_binds() {
    let app = App::start().await;
    let operator = app.operator().await;
    let lawless = json!({
        "code": "TEST-1",
        "name": { "nb": "Brokran", "en": "Overhead crane" },
        "class": "certified",
        "expiry": { "kind": "renewal_window", "months": 60, "window_months": 12 },
    });
    let wrong = operator.post("/v1/competences", lawless).await.expect(422);
    let at: Vec<_> = wrong["errors"].as_array().into_iter().flatten().map(|one| one["pointer"].clone()).collect();
    assert_eq!(at, ["/provisions", "/obliged_party"]);
}

#[tokio::test]
async fn the_catalogue_is_not_changed_without_signing_in() {
    let app = App::start().await;
    for path in ["/v1/competences", "/v1/schemes", "/v1/courses"] {
        app.nobody().post(path, json!({})).await.expect(401);
        app.nobody().get(path).await.expect(200);
    }
}
