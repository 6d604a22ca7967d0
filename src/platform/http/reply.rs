//! What a handler can answer.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Bytes,
};
use serde::Serialize;
use std::{borrow::Cow, marker::PhantomData, sync::Arc};
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use super::{call::etag, operation::Description};
use crate::words::Lang;

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

/// 200 with the JSON of something anyone may see, written before.
#[derive(Debug)]
pub struct Written<T> {
    json: Cow<'static, str>,
    seconds: i64,
    version: Option<String>,
    from_anywhere: bool,
    of: PhantomData<T>,
}

impl<T> Written<T> {
    /// The JSON, which may be kept for so many seconds.
    pub fn to_anyone(json: impl Into<Cow<'static, str>>, seconds: i64) -> Self {
        Self { json: json.into(), seconds, version: None, from_anywhere: false, of: PhantomData }
    }

    /// The same, and which version it is: letters, digits and hyphens.
    #[must_use]
    pub fn of_version(self, version: &str) -> Self {
        Self { version: Some(format!("\"{version}\"")), ..self }
    }

    /// The same, for pages of any other place to read too.
    #[must_use]
    pub fn from_anywhere(self) -> Self {
        Self { from_anywhere: true, ..self }
    }
}

impl<T: ToSchema> Output for Written<T> {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        response.insert_header((header::CACHE_CONTROL, for_anyone(self.seconds)));
        if let Some(version) = self.version {
            response.insert_header((header::ETAG, version));
        }
        if self.from_anywhere {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        }
        response.body(self.json)
    }
    fn describe(description: &mut Description) {
        description.answers::<T>(StatusCode::OK, "As asked.");
    }
}

/// Says that any cache may keep an answer for so many seconds.
pub fn for_anyone(seconds: i64) -> String {
    format!("public, max-age={seconds}")
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

/// A media type that is answered besides JSON of our own types.
pub trait Media: 'static {
    /// Its name.
    const TYPE: &'static str;
    /// What a body of it looks like.
    fn schema() -> RefOr<Schema>;
}

macro_rules! media {
    ($($(#[$doc:meta])* $name:ident = $media:literal $kind:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Media for $name {
            const TYPE: &'static str = $media;
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::$kind).into()
            }
        }
    )+};
}

media! {
    /// Text.
    Plain = "text/plain; charset=utf-8" String;
    /// A page.
    Html = "text/html; charset=utf-8" String;
    /// Any JSON object.
    Json = "application/json" Object;
    /// Where the keys of somebody are found (W3C Decentralized Identifiers).
    DidDocument = "application/did+json" Object;
    /// Something that somebody signed (W3C Verifiable Credentials).
    Credential = "application/vc" Object;
    /// Something that somebody signed, as a token.
    CredentialToken = "application/vc+jwt" String;
    /// Several files in one.
    Zip = "application/zip" String;
    /// A set of public keys (RFC 7517).
    KeySet = "application/jwk-set+json" Object;
    /// A document to print or to keep.
    Pdf = "application/pdf" String;
    /// A photo.
    Jpeg = "image/jpeg" String;
    /// A drawing.
    Png = "image/png" String;
    /// Counters for Prometheus.
    OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8" String;
}

/// 200 with a file for whoever asked and nobody else.
#[derive(Debug)]
pub struct File<M> {
    /// What is in it.
    bytes: Vec<u8>,
    /// Its name, in ASCII.
    name: String,
    media: PhantomData<M>,
}

impl<M: Media> File<M> {
    /// A file under a name in ASCII.
    pub fn new(bytes: Vec<u8>, name: String) -> Self {
        Self { bytes, name, media: PhantomData }
    }
}

impl<M: Media> Output for File<M> {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, M::TYPE))
            .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{}\"", self.name)))
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .body(self.bytes)
    }
    fn describe(description: &mut Description) {
        description.answers_other(M::TYPE, M::schema());
    }
}

/// 200 with a body that is already written.
#[derive(Debug)]
pub struct Answer<M> {
    body: Bytes,
    cache_control: Cow<'static, str>,
    lang: Option<Lang>,
    policy: Option<&'static str>,
    from_anywhere: bool,
    instead: Option<&'static str>,
    varies: Option<&'static str>,
    media: PhantomData<M>,
}

impl<M: Media> Answer<M> {
    /// The body, and how long it may be kept.
    pub fn new(body: impl Into<Bytes>, cache_control: impl Into<Cow<'static, str>>) -> Self {
        Self {
            body: body.into(),
            cache_control: cache_control.into(),
            lang: None,
            policy: None,
            from_anywhere: false,
            instead: None,
            varies: None,
            media: PhantomData,
        }
    }

    /// A body that is kept in memory: it is sent from there, and copied by nobody.
    pub fn kept(body: Arc<str>, cache_control: impl Into<Cow<'static, str>>) -> Self {
        struct Kept(Arc<str>);
        impl AsRef<[u8]> for Kept {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
        Self::new(Bytes::from_owner(Kept(body)), cache_control)
    }

    /// The same body, said to be in a language that the caller's header chose.
    #[must_use]
    pub fn in_language(self, lang: Lang) -> Self {
        Self { lang: Some(lang), ..self }
    }

    /// The same body, said to depend on one of the caller's headers.
    #[must_use]
    pub fn by(self, header: &'static str) -> Self {
        Self { varies: Some(header), ..self }
    }

    /// A body in another form, because the caller's header chose it.
    #[must_use]
    pub fn instead<N: Media>(self) -> Self {
        Self { instead: Some(N::TYPE), ..self }
    }

    /// The same body, for pages of any other place to read too: it is the same for everybody.
    #[must_use]
    pub fn from_anywhere(self) -> Self {
        Self { from_anywhere: true, ..self }
    }

    /// The same body under a content policy of its own.
    #[must_use]
    pub fn under(self, policy: &'static str) -> Self {
        Self { policy: Some(policy), ..self }
    }
}

impl<M: Media> Output for Answer<M> {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_TYPE, self.instead.unwrap_or(M::TYPE)));
        response.insert_header((header::CACHE_CONTROL, self.cache_control.as_ref()));
        if let Some(lang) = self.lang {
            response.insert_header((header::CONTENT_LANGUAGE, lang.code()));
            response.insert_header((header::VARY, "Accept-Language"));
        }
        if let Some(header) = self.varies {
            response.insert_header((header::VARY, header));
        }
        if self.from_anywhere {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        }
        if let Some(policy) = self.policy {
            response.insert_header((header::CONTENT_SECURITY_POLICY, policy));
        }
        response.body(self.body)
    }
    fn describe(description: &mut Description) {
        let essence = M::TYPE.split(';').next().unwrap_or_default();
        description.answers_other(essence, M::schema());
    }
}
