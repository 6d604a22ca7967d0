//! A problem as RFC 9457 has it, in the caller's language, logged once.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde_json::json;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, schema::Type};

use super::call::lang;
use crate::{
    platform::problem::{Kind, Problem},
    words::Fault,
};

/// The id of a request, also on the answer and in the log.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// The first part of every problem's `type`: a page of the API's own documentation.
pub const TYPE_BASE: &str = "/problems/";

/// Renders a problem.
pub(super) fn render(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    log(problem, &id);
    let lang = lang(request);
    let errors: Vec<_> = problem
        .findings
        .iter()
        .map(|f| json!({ "pointer": f.pointer, "code": f.fault.code(), "detail": f.fault.remedy(lang) }))
        .collect();
    let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    response.insert_header((header::CONTENT_LANGUAGE, lang.code()));
    if status == StatusCode::UNAUTHORIZED {
        let scheme = if problem.kind == Kind::InvalidClient { "Basic" } else { "Bearer" };
        response.insert_header((header::WWW_AUTHENTICATE, format!("{scheme} realm=\"attest\"")));
    }
    if let Some(seconds) = problem.retry_after {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    let mut body = json!({
        "type": format!("{TYPE_BASE}{}", problem.kind.slug()),
        "title": problem.kind.title(lang),
        "status": problem.kind.status(),
        "detail": problem.kind.detail(lang),
        "instance": id,
        "errors": errors,
    });
    if let Some(code) = problem.kind.oauth_error() {
        body["error"] = code.into();
    }
    response.body(body.to_string())
}

fn log(problem: &Problem, id: &str) {
    let cause = problem.cause.as_deref().unwrap_or_default();
    match problem.kind {
        Kind::Internal | Kind::StorageFull => tracing::error!(request = id, kind = problem.kind.slug(), cause),
        Kind::Unavailable => tracing::warn!(request = id, kind = problem.kind.slug(), cause),
        _ => {
            // Codes only: a pointer may hold a name somebody sent.
            let codes: Vec<_> = problem.findings.iter().map(|f| f.fault.code()).collect();
            tracing::debug!(request = id, kind = problem.kind.slug(), ?codes);
        }
    }
}

/// What a problem looks like, for the API document.
pub fn problem_schema() -> RefOr<Schema> {
    let text = |says: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(says)).build();
    // Examples, not the whole list: a client made today must be able to read a problem made tomorrow.
    let types = Kind::ALL.iter().map(|kind| format!("{TYPE_BASE}{}", kind.slug()));
    let codes = Fault::ALL.iter().map(|(code, ..)| *code);
    let open = |says: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(says));
    let finding = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property(
            "pointer",
            text("Where: a JSON pointer into the body, ?name for a query parameter, !Name for a header."),
        )
        .property("code", open("What is wrong, for machines: a code of the page `/problems/invalid`.").examples(codes))
        .property("detail", text("What is wrong and what to do, for people."))
        .required("pointer")
        .required("code")
        .required("detail");
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("A problem (RFC 9457). Match on `type`, never on the texts."))
        .property("type", open("Which problem: the address of its page.").examples(types))
        .property("title", text("A few words, in the caller's language."))
        .property(
            "status",
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(400))
                .maximum(Some(599))
                .description(Some("The HTTP status.")),
        )
        .property("detail", text("What to do about it, in the caller's language."))
        .property("instance", text("The id of the request, as in the log."))
        .property("error", text("At `POST /oauth/token` only: the code RFC 6749 gives the problem."))
        .property("errors", ArrayBuilder::new().items(finding))
        .required("type")
        .required("title")
        .required("status")
        .required("detail")
        .required("instance")
        .required("errors")
        .into()
}
