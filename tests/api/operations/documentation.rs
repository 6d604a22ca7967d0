//! The API document and its page.

use std::collections::BTreeMap;

use attest::routes::routes;
use serde_json::Value;

use crate::support::{App, json};

#[test]
fn the_committed_document_has_not_drifted() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/attest.yaml");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let current = attest::cli::openapi::yaml().expect("the document can be written");
    assert!(committed == current, "openapi/attest.yaml has drifted: cargo run -- openapi > openapi/attest.yaml");
}

/// Two things under one name would be one thing in every client that is generated.
#[test]
fn every_name_in_the_document_means_one_thing() {
    let mut known = BTreeMap::new();
    for (name, schema) in routes().iter().flat_map(|route| route.schemas()) {
        let earlier = known.insert(name, schema);
        assert!(earlier.is_none_or(|earlier| earlier == schema), "{name} means two things");
    }
}

/// Generated clients are named after it, and a fuzzer finds its way by it.
#[actix_web::test]
async fn the_document_says_what_can_be_sent_and_what_comes_back() {
    let app = App::start().await;
    let document = app.nobody().get("/openapi.json").await.ok();
    let correct = "/paths/~1v1~1organisations~1{organisation}~1completions~1{completion}~1versions/post";
    let operation = document.pointer(correct).expect("the correction");
    let condition = operation["parameters"].as_array().and_then(|all| all.iter().find(|p| p["name"] == "If-Match"));
    assert_eq!(condition.map(|header| &header["required"]), Some(&json!(true)));
    assert!(operation["responses"]["200"]["headers"]["ETag"].is_object(), "{operation}");
    assert_eq!(operation["responses"]["412"]["$ref"], "#/components/responses/412");
    assert_eq!(
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/NewVersion"
    );

    let record = &document["paths"]["/v1/organisations/{organisation}/completions"];
    assert!(record["post"]["responses"]["201"]["headers"]["Location"].is_object());
    assert!(record["get"]["responses"]["200"]["headers"]["Link"].is_object());
    // There is no null in a query.
    let person = record["get"]["parameters"].as_array().and_then(|all| all.iter().find(|p| p["name"] == "person"));
    assert_eq!(person.map(|person| &person["schema"]["type"]), Some(&json!("string")));

    let names =
        |tags: &Value| tags.as_array().map(|tags| tags.iter().map(|tag| tag["name"].clone()).collect::<Vec<_>>());
    let described = names(&document["tags"]).unwrap_or_default();
    assert!(described.contains(&record["post"]["tags"][0]), "every room says what it is for");
    for media_type in ["application/jwk-set+json", "application/openmetrics-text", "text/html"] {
        assert!(document["paths"].to_string().contains(media_type), "{media_type} is documented");
    }
}

#[actix_web::test]
async fn the_page_loads_nothing_from_elsewhere_and_its_policy_lets_it_work() {
    let app = App::start().await;
    let redirected = app.nobody().get("/docs").await;
    assert_eq!((redirected.status.as_u16(), redirected.header("location")), (308, Some("/docs/")));
    let page = app.nobody().get("/docs/").await;
    assert_eq!(page.status.as_u16(), 200);
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    assert!(policy.contains("default-src 'self'"), "{policy}");
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "the page names another server");
    // default-src 'self' would block a script inside the page.
    assert!(!page.text.contains("<script>"), "the page has an inline script");

    let start = app.nobody().get("/docs/swagger-initializer.js").await;
    assert!(start.text.contains("/openapi.json"), "the page shows our document");
    assert!(!start.text.contains("petstore"));
    for file in ["swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "swagger-ui.css", "index.css"] {
        assert_eq!(app.nobody().get(&format!("/docs/{file}")).await.status.as_u16(), 200, "{file}");
    }
    assert_eq!(app.nobody().get("/openapi.json").await.ok()["openapi"], "3.1.0");
}
