//! What every request gets right, whatever it asks for.

use actix_web::http::Method;
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::support::{App, json};

#[actix_web::test]
async fn those_who_run_the_server_see_that_it_lives() {
    let app = App::start().await;
    assert_snapshot!(app.nobody().get("/healthz").await, @r"
    200 OK
    alive
    ");
    assert_snapshot!(app.nobody().get("/readyz").await, @r"
    200 OK
    ready
    ");
    let metrics = app.nobody().get("/metrics").await;
    assert!(
        metrics.text.contains("attest_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1"),
        "{metrics}"
    );
}

#[actix_web::test]
async fn an_unknown_path_is_a_problem_like_any_other() {
    let app = App::start().await;
    let reply = app.nobody().with_header("accept-language", "en").get("/v1/nothing").await;
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    let id = reply.header("x-request-id").expect("a request id").to_owned();
    assert_snapshot!(reply.to_string().replace(&id, "(request)"), @r#"
    404 Not Found
    {
      "detail": "Check the address. What you have no access to does not exist here either.",
      "errors": [],
      "instance": "(request)",
      "status": 404,
      "title": "Not found here",
      "type": "/problems/not-found"
    }
    "#);
}

#[actix_web::test]
async fn a_method_that_is_not_used_is_answered_with_those_that_are() {
    let app = App::start().await;
    let reply = app.nobody().call(Method::PUT, "/v1/organisations", None).await;
    assert_eq!((reply.problem(), reply.header("allow")), ("method-not-allowed", Some("GET, HEAD, POST, OPTIONS")));
    let options = app.nobody().call(Method::OPTIONS, "/v1/organisations", None).await;
    assert_eq!((options.status.as_u16(), options.header("allow")), (204, Some("GET, HEAD, POST, OPTIONS")));
}

#[actix_web::test]
async fn head_is_answered_as_get_is() {
    let app = App::start().await;
    let operator = app.operator().await;
    for path in ["/healthz", "/v1/organisations", "/v1/organisations/not-an-id", "/problems"] {
        let (get, head) = (operator.get(path).await, operator.call(Method::HEAD, path, None).await);
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "etag", "link"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[actix_web::test]
async fn methods_somebody_invents_are_counted_together() {
    let app = App::start().await;
    for invented in ["BREW", "PROPFIND", "BREW-AGAIN"] {
        let method = Method::from_bytes(invented.as_bytes()).expect("a method");
        app.nobody().call(method, "/v1/organisations", None).await.expect(405);
    }
    let metrics = app.nobody().get("/metrics").await;
    let line = "attest_requests_total{method=\"other\",route=\"/v1/organisations\",status=\"405\"} 3";
    assert!(metrics.text.contains(line) && !metrics.text.contains("BREW"), "{metrics}");
}

/// Passed over, a key would make two things of one, and an organisation another's thing.
#[actix_web::test]
async fn a_header_of_our_own_that_cannot_be_read_is_refused() {
    let app = App::start().await;
    let school = app.organisation("Skole AS", "974760673", &["provider"]).await;
    let admin = app.member(&school, attest::words::Role::Administrator).await;
    let long = "k".repeat(201);
    for (name, value, finding) in [
        ("Idempotency-Key", "nøkkel", "!Idempotency-Key damaged_text"),
        ("Idempotency-Key", "", "!Idempotency-Key empty"),
        ("Idempotency-Key", &long, "!Idempotency-Key too_long"),
        ("Attest-Organisation", "skolen på hjørnet", "!Attest-Organisation damaged_text"),
        ("Attest-Organisation", "the school", "!Attest-Organisation not_an_id"),
    ] {
        let course = json!({ "code": "T4", "title": { "nb": "Truck" } });
        let reply = admin.with_header(name, value).post("/v1/courses", course).await;
        assert_eq!(reply.findings(), [finding]);
    }
    let path = format!("/v1/organisations/{}", school["id"].as_str().expect("an id"));
    let reply = admin.patch(&path, &long, json!({ "name": "For lang" })).await;
    assert_eq!(reply.findings(), ["!If-Match too_long"]);
}

/// To Unicode some of them are blanks.
#[actix_web::test]
async fn a_control_character_is_refused_at_the_edge_of_a_text_as_in_its_middle() {
    let operator = App::start().await.operator().await;
    for cursor in ["%C2%85", "abc%C2%85", "%0Babc"] {
        let reply = operator.get(&format!("/v1/organisations?cursor={cursor}")).await;
        assert_eq!(reply.findings(), ["?cursor damaged_text"]);
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused_by_what_is_wrong_with_it() {
    let app = App::start().await;
    let operator = app.operator().await;
    operator.get("/v1/organisations/not-an-id").await.expect(404);
    let post = |media_type: &'static str, body: String| {
        let operator = operator.clone();
        async move { operator.call(Method::POST, "/v1/organisations", Some((media_type, body))).await }
    };
    let answers = [
        post("application/json", "{".into()).await,
        post("text/plain", "{}".into()).await,
        post("application/json", "[]".into()).await,
        post("application/json; charset=utf-8", "{}".into()).await,
        post("application/json", format!("\"{}\"", "x".repeat(1024 * 1024))).await,
    ];
    let lines: Vec<_> = answers.iter().map(|reply| format!("{} {:?}", reply.problem(), reply.findings())).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    malformed []
    unsupported-media-type []
    invalid [" wrong_type"]
    invalid ["/capacities required", "/name required", "/number required"]
    too-large []
    "#);
}

#[actix_web::test]
async fn every_answer_has_its_security_headers() {
    let app = App::start().await;
    for path in ["/healthz", "/v1/nothing", "/v1/organisations"] {
        let reply = app.nobody().get(path).await;
        let mut missing = Vec::new();
        for name in ["x-content-type-options", "strict-transport-security", "content-security-policy", "x-request-id"] {
            if reply.header(name).is_none() {
                missing.push(name);
            }
        }
        assert!(missing.is_empty(), "{path} lacks {missing:?}");
    }
}

#[actix_web::test]
async fn a_hundred_twins_with_one_key_make_one_thing() {
    let app = App::start().await;
    let operator = app.operator().await.with_header("idempotency-key", "the same");
    let body = json!({ "name": "Skole AS", "number": "974760673", "capacities": ["provider"] });
    let replies = join_all((0..100).map(|_| operator.post("/v1/organisations", body.clone()))).await;
    let mut made: Vec<_> = replies.into_iter().map(|reply| reply.expect(201)["id"].to_string()).collect();
    made.dedup();
    assert_eq!(made.len(), 1);
    assert_eq!(app.count("organisations"), 2, "this one and the operator");
    let other = json!({ "name": "Skole AS", "number": "974760673", "capacities": ["employer"] });
    assert_eq!(operator.post("/v1/organisations", other).await.problem(), "idempotency-key-reused");
}

#[actix_web::test]
async fn what_changes_needs_the_version_that_was_read() {
    let app = App::start().await;
    let school = app.organisation("Skole AS", "974760673", &["provider"]).await;
    let admin = app.member(&school, attest::words::Role::Administrator).await;
    let path = format!("/v1/organisations/{}", school["id"].as_str().expect("an id"));
    let etag = admin.get(&path).await.etag();
    let unconditional = admin.call(Method::PATCH, &path, Some(("application/json", "{}".into()))).await;
    assert_eq!(unconditional.status.as_u16(), 428);
    let changed = admin.patch(&path, &etag, json!({ "name": "Skole og Kurs AS" })).await;
    assert_ne!(changed.etag(), etag);
    changed.expect(200);
    admin.patch(&path, &etag, json!({ "name": "For sent" })).await.expect(412);
}
