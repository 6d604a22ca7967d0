//! The API document and its page.

use crate::support::App;

#[test]
fn the_committed_document_has_not_drifted() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/attest.yaml");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let current = attest::cli::openapi::yaml().expect("the document can be written");
    assert!(committed == current, "openapi/attest.yaml has drifted: cargo run -- openapi > openapi/attest.yaml");
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
