//! Around every request: an id, security headers, one log line, the counters. The line names the route, never the path's
//! ids, and no header or body.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
};

use super::{House, render::RequestId, route::CameBy};

const SECURITY: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
];
const POLICY_API: &str = "default-src 'none'; frame-ancestors 'none'";
/// The documentation's own page has an inline style and draws with data: images; it loads nothing from elsewhere.
const POLICY_DOCS: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware.
///
/// # Errors
/// What the inner service fails with.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let id = request.app_data::<House>().map_or_else(String::new, request_id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = known(request.method());
    let is_docs = request.path().starts_with("/docs");

    let mut response = next.call(request).await?;

    let came_by = response.request().extensions().get::<CameBy>().copied();
    let route = came_by.map_or(if is_docs { "/docs" } else { "(none)" }, |CameBy(path)| path);
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = if is_docs { POLICY_DOCS } else { POLICY_API };
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    tracing::info!(request = id, method, route, status, ms = seconds * 1000.0, "answered");
    if let Some(house) = response.request().app_data::<House>() {
        house.metrics.answered(method, route, status, seconds);
    }
    Ok(response)
}

/// A method for the log and the counters. A caller can invent methods without end, and each would be a counter more.
fn known(method: &Method) -> &'static str {
    let names = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    names.into_iter().find(|name| method.as_str() == *name).unwrap_or("other")
}

/// Unguessable is not needed: it only ties an answer to its log line.
fn request_id(house: &House) -> String {
    house.db.new_uuid().simple().to_string()
}
