//! Walks over the API document: what holds for every operation, also for those somebody adds tomorrow.

use actix_web::http::Method;
use attest::routes::routes;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{App, Caller, Reply};

/// An id that nothing has.
const NOTHING: &str = "019cadf2-1111-7000-8000-00000000ffff";

struct Operation {
    method: Method,
    path: String,
    is_public: bool,
    query: String,
    body: Option<Value>,
}

impl Operation {
    fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn names_something(&self) -> bool {
        self.path.contains('{')
    }

    /// Is it about what an id names? A code is typed by people and answers for itself.
    fn names_a_thing(&self) -> bool {
        self.names_something() && !self.path.contains("{code}")
    }

    /// Calls it with ids nothing has, and the smallest body its schema allows.
    async fn call(&self, caller: &Caller) -> Reply {
        let path = self.path.split('/').map(|part| if part.starts_with('{') { NOTHING } else { part });
        let path = format!("{}{}", path.collect::<Vec<_>>().join("/"), self.query);
        let body = self.body.as_ref().map(|body| ("application/json", body.to_string()));
        caller.call(self.method.clone(), &path, body).await
    }
}

async fn operations(app: &App) -> Vec<Operation> {
    let document = app.nobody().get("/openapi.json").await.ok();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let schema = named(&document, &operation["requestBody"]["content"]["application/json"]["schema"]);
            operations.push(Operation {
                method,
                path: path.clone(),
                is_public: operation["security"] == json!([{}]),
                query: required_query(operation),
                body: schema.is_object().then(|| example(schema)),
            });
        }
    }
    operations
}

/// What a reference leads to, or the schema itself.
fn named<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    reference.unwrap_or(schema)
}

/// The query parameters an operation cannot do without.
fn required_query(operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let needed = parameters.iter().filter(|p| p["in"] == "query" && p["required"] == true);
    let pairs: Vec<String> = needed
        .map(|p| format!("{}={}", p["name"].as_str().expect("a name"), example(&p["schema"]).as_str().expect("a text")))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// A value that fits a schema, good enough to pass the reading of a body.
fn example(schema: &Value) -> Value {
    if schema["examples"][0].is_object() {
        return schema["examples"][0].clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    match kind {
        "object" => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let names = required.iter().filter_map(Value::as_str);
            names.map(|name| (name.to_owned(), example(&schema["properties"][name]))).collect()
        }
        "array" => json!([example(&schema["items"])]),
        "integer" | "number" => schema["minimum"].as_i64().unwrap_or(1).into(),
        "boolean" => false.into(),
        _ => text(schema).into(),
    }
}

fn text(schema: &Value) -> &'static str {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("uuid"), _) => NOTHING,
        (Some("email"), _) => "somebody@example.no",
        (Some("date"), _) => "2020-01-01",
        (Some("password"), _) => "blå hest i regnvær",
        (_, Some(r"\S")) => "something",
        (_, Some(pattern)) if pattern.contains("+") => "+4790000000",
        (_, Some(_)) => "974760673",
        _ => "something",
    }
}

#[actix_web::test]
async fn without_a_token_every_operation_answers_401_but_the_public_list() {
    let app = App::start().await;
    let mut public = Vec::new();
    for operation in operations(&app).await {
        if operation.is_public {
            public.push(operation.line());
            continue;
        }
        let reply = operation.call(&app.nobody()).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (401, "unauthenticated"), "{}", operation.line());
    }
    public.sort();
    assert_snapshot!(public.join("\n"), @r"
    GET /.well-known/jwks.json
    GET /healthz
    GET /metrics
    GET /o/{organisation}/did.json
    GET /o/{organisation}/jwks.json
    GET /o/{organisation}/keys/{key}
    GET /o/{organisation}/status/{list}
    GET /o/{organisation}/status/{list}/suspension
    GET /openapi.json
    GET /problems
    GET /problems/{problem}
    GET /readyz
    GET /v
    GET /v/{code}
    GET /v1/competences
    GET /v1/competences/{competence}
    GET /v1/courses
    GET /v1/courses/{course}
    GET /v1/retention-schedule
    GET /v1/schemes
    GET /v1/schemes/{scheme}
    GET /v1/verify/snapshot
    GET /v1/verify/snapshot/key
    GET /v1/verify/{code}
    POST /oauth/token
    POST /v
    POST /v1/accounts
    POST /v1/accounts/password-resets
    POST /v1/accounts/password-resets/confirmation
    POST /v1/accounts/verification
    POST /v1/sessions
    POST /v1/sessions/refresh
    POST /v1/verify
    POST /v1/verify/file
    ");
}

/// To a stranger, whatever an id names does not exist, and neither do the operator's rooms. What names nothing is about
/// the stranger; those operations are listed, each with its answer, so that a new one is a diff.
#[actix_web::test]
async fn to_a_stranger_every_operation_that_names_something_answers_404() {
    let app = App::start().await;
    let stranger = app.person("Odd Fremmed", "odd@example.no", "1980-01-01").await;
    let mut own = Vec::new();
    for operation in operations(&app).await.into_iter().filter(|operation| !operation.is_public) {
        // What ends the stranger's own sign-in or account would end the walk.
        if ["DELETE /v1/sessions/current", "POST /v1/me/deregistration"].contains(&operation.line().as_str()) {
            continue;
        }
        let reply = operation.call(&stranger).await;
        if operation.names_something() {
            assert_eq!(reply.status.as_u16(), 404, "{}: {reply}", operation.line());
        } else {
            own.push(format!("{} {}", reply.status.as_u16(), operation.line()));
        }
    }
    own.sort();
    assert_snapshot!(own.join("\n"), @r"
    200 GET /v1/me
    200 GET /v1/me/cases
    200 GET /v1/me/certificates
    200 GET /v1/me/claims
    200 GET /v1/me/completions
    200 GET /v1/me/credentials
    200 GET /v1/me/custodies
    200 GET /v1/me/disclosures
    200 GET /v1/me/erasures
    200 GET /v1/me/memberships
    200 POST /v1/me/claims
    200 POST /v1/me/erasure-plan
    204 DELETE /v1/me/mobile
    403 POST /v1/competences
    403 POST /v1/courses
    404 GET /v1/dissolutions
    404 GET /v1/organisations
    404 POST /v1/organisations
    404 POST /v1/schemes
    409 POST /v1/me/erasures
    410 POST /v1/invitations/acceptance
    422 POST /v1/me/cases
    428 PATCH /v1/me
    ");
}

/// The same, to a member of another organisation: ids of a real one, and still 404.
#[actix_web::test]
async fn to_a_member_of_another_organisation_nothing_of_this_one_exists() {
    let app = App::start().await;
    let school = app.organisation("Skole AS", "974760673", &["provider"]).await;
    let other = app.organisation("Annen AS", "923609016", &["provider", "employer"]).await;
    let neighbour = app.member(&other, attest::words::Role::Administrator).await;
    for mut operation in operations(&app).await.into_iter().filter(Operation::names_a_thing) {
        operation.path = operation.path.replace("{organisation}", school["id"].as_str().expect("an id"));
        let reply = operation.call(&neighbour).await;
        assert_eq!(reply.status.as_u16(), 404, "{}: {reply}", operation.line());
    }
}

#[test]
fn the_document_and_the_table_agree_on_what_is_public() {
    let public = routes().iter().filter(|route| route.is_public()).count();
    assert_eq!(public, 34);
}
