//! What a handler can answer.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{call::etag, route::Description};

/// Something a handler answers.
pub trait Output {
    /// The response to a request.
    fn respond(self, request: &HttpRequest) -> HttpResponse;
    /// Says in the API document what is answered.
    fn describe(description: &mut Description);
}

/// 200 with a body, and an `ETag` if the thing has versions.
#[derive(Debug)]
pub struct Shown<T> {
    value: T,
    version: Option<i64>,
}

impl<T> Shown<T> {
    /// Something without versions.
    pub fn plain(value: T) -> Self {
        Self { value, version: None }
    }

    /// A version of something.
    pub fn version(value: T, version: i64) -> Self {
        Self { value, version: Some(version) }
    }
}

impl<T: Serialize + ToSchema> Output for Shown<T> {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(version) = self.version {
            response.insert_header((header::ETAG, etag(version)));
        }
        response.json(self.value)
    }
    fn describe(description: &mut Description) {
        description.answers::<T>(StatusCode::OK, "As asked.");
    }
}

/// 201 with a body, where to find it, and its `ETag`.
#[derive(Debug)]
pub struct Created<T> {
    /// What was made.
    pub value: T,
    /// Its path.
    pub location: String,
    /// Its version, if it has any.
    pub version: Option<i64>,
}

impl<T: Serialize + ToSchema> Output for Created<T> {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Created();
        response.insert_header((header::LOCATION, self.location));
        if let Some(version) = self.version {
            response.insert_header((header::ETAG, etag(version)));
        }
        response.json(self.value)
    }
    fn describe(description: &mut Description) {
        description.answers::<T>(StatusCode::CREATED, "Made; `Location` says where.");
        description.creates();
    }
}

/// 202: it will happen, and the answer does not say what.
#[derive(Debug)]
pub struct Accepted;

impl Output for Accepted {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Accepted().finish()
    }
    fn describe(description: &mut Description) {
        description.answers_nothing(StatusCode::ACCEPTED, "Taken. The answer is the same whatever happens next.");
    }
}

/// 204: done, nothing to show.
#[derive(Debug)]
pub struct Done;

impl Output for Done {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
    fn describe(description: &mut Description) {
        description.answers_nothing(StatusCode::NO_CONTENT, "Done.");
    }
}

/// 200 with bytes of another type than JSON.
#[derive(Debug)]
pub struct Answer {
    /// The media type.
    pub media_type: &'static str,
    /// The body.
    pub body: String,
    /// How long it may be kept.
    pub cache_control: &'static str,
}

impl Output for Answer {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, self.media_type))
            .insert_header((header::CACHE_CONTROL, self.cache_control))
            .body(self.body)
    }
    fn describe(description: &mut Description) {
        description.answers_text(StatusCode::OK);
    }
}
