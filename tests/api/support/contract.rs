//! Every answer of every test is held against the API document: status, media type and headers must stand in it.

use std::sync::OnceLock;

use actix_web::http::Method;
use attest::{platform::http::document, routes::routes};
use serde_json::Value;

use super::Reply;

/// Headers that say something about one operation; the others are on every answer.
const HEADERS: [&str; 5] = ["ETag", "Location", "Link", "Retry-After", "WWW-Authenticate"];

fn described() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(document(&routes())).expect("the document is JSON"))
}

/// The operation the document has for a method and a path.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').collect();
    let paths = described()["paths"].as_object().expect("paths");
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t == p || t.starts_with('{'))
    };
    // A path without variables comes before one with.
    let known = paths.iter().filter(|(template, _)| fits(template)).min_by_key(|(t, _)| t.matches('{').count());
    known.and_then(|(_, item)| item.get(method.as_str().to_lowercase()))
}

/// What `$ref` leads to, or the thing itself.
fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => described().pointer(reference.trim_start_matches('#')).expect("what is referred to"),
        None => value,
    }
}

#[track_caller]
pub fn assert_documented(method: &Method, path: &str, reply: &Reply) {
    let Some(operation) = operation(method, path) else { return };
    let line = format!("{} for {method} {path}", reply.status.as_u16());
    let Some(response) = operation["responses"].get(reply.status.as_str()).map(resolved) else {
        panic!("the API document does not know {line}: {reply}")
    };
    if !reply.text.is_empty() {
        let given = reply.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
        assert!(response["content"].get(given).is_some(), "{given} is not documented as {line}");
    }
    for name in HEADERS {
        let documented = response["headers"].get(name).is_some();
        assert!(documented || reply.header(name).is_none(), "{name} is not documented on {line}");
    }
}
