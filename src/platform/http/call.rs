//! Who is calling, in which language, for which organisation, under which condition.

use actix_web::http::header;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use utoipa::PartialSchema;

use super::{
    input::{Input, Taking, decoded},
    limits::Counted,
    operation::{Description, short_text},
};
use crate::{
    access::Actor,
    platform::{
        input::{Field, Id},
        problem::{Kind, Problem},
    },
    words::{Fault, Instant, Lang, OrganisationId},
};

/// Turns an access token into an actor: who, nothing more.
pub trait ReadsTokens: Send + Sync {
    /// The actor of a token that is genuine and has not expired.
    fn read(&self, token: &str, now: Instant) -> Option<Actor>;
}

/// A call by somebody who is signed in. Without a valid token there is none, and the answer is 401.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who.
    pub actor: Actor,
    /// The language the caller prefers.
    pub lang: Lang,
    pub(super) idempotency_key: Option<String>,
}

/// The organisation the header `Attest-Organisation` names, for what no path names one for.
#[derive(Clone, Copy, Debug)]
pub struct Acting(pub Option<OrganisationId>);

/// The version the caller means to change, from `If-Match`. That it is missing is said after the permit, so that a
/// stranger does not learn from it what exists.
#[derive(Clone, Debug)]
pub struct Condition(Option<String>);

/// A call by anyone. Only the routes of the public list take it.
#[derive(Clone, Debug)]
pub struct Anyone {
    /// The language the caller prefers.
    pub lang: Lang,
}

impl Condition {
    /// Checks that the caller changes the version that is there.
    ///
    /// # Errors
    /// 428 without a condition, 412 when it names another version.
    pub fn expects(&self, version: i64) -> Result<(), Problem> {
        let Some(named) = &self.0 else { return Err(Kind::ConditionNeeded.into()) };
        let current = etag(version);
        let fits = named == "*" || named.split(',').any(|tag| tag.trim() == current);
        if fits { Ok(()) } else { Err(Kind::Stale.into()) }
    }
}

/// The address at the other end of the connection.
pub(super) fn address(taking: &Taking<'_>) -> Option<std::net::IpAddr> {
    taking.request.peer_addr().map(|peer| peer.ip())
}

/// The entity tag of a version.
pub(super) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

pub(super) fn lang(request: &actix_web::HttpRequest) -> Lang {
    request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or(Lang::default(), Lang::preferred)
}

fn header_text(taking: &Taking<'_>, name: &str) -> Option<String> {
    taking.request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The most that is read of a header of our own.
const HEADER_LENGTH: usize = 200;

/// A header whose meaning must not be lost: one that cannot be read is refused, not passed over.
fn own_header(taking: &Taking<'_>, name: &str) -> Result<Option<String>, Problem> {
    let Some(value) = taking.request.headers().get(name) else { return Ok(None) };
    let text = value.to_str().map(str::trim).map_err(|_| Fault::DamagedText);
    let text = text.and_then(|text| match text.len() {
        0 => Err(Fault::Empty),
        1..=HEADER_LENGTH => Ok(text.to_owned()),
        _ => Err(Fault::TooLong { max: HEADER_LENGTH }),
    });
    text.map(Some).map_err(|fault| Problem::at(&format!("!{name}"), fault))
}

impl Input for Condition {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        own_header(taking, "If-Match").map(Self)
    }

    fn describe(description: &mut Description) {
        description.header("If-Match", "The `ETag` of the version you change.", true, short_text(HEADER_LENGTH));
        description.may(&[Kind::Stale, Kind::ConditionNeeded, Kind::Invalid]);
    }
}

impl Input for Acting {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let Some(text) = own_header(taking, "Attest-Organisation")? else { return Ok(Self(None)) };
        let id = Id::<OrganisationId>::read_text(&text, &taking.reading());
        id.map(|id| Self(Some(id.0))).map_err(|_| Problem::at("!Attest-Organisation", Fault::NotAnId))
    }

    fn describe(description: &mut Description) {
        let says = "Which of your organisations you act for, if you have several.";
        description.header("Attest-Organisation", says, false, OrganisationId::schema());
        description.may(&[Kind::Invalid, Kind::ActingForWhom]);
    }
}

impl Input for Call {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let now = taking.house.db.clock().now();
        let actor = header_text(taking, "authorization")
            .as_deref()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| taking.house.tokens.read(token.trim(), now))
            .ok_or(Kind::Unauthenticated)?;
        taking.house.limits.count(Counted::of(&actor, address(taking)))?;
        let idempotency_key = own_header(taking, "Idempotency-Key")?;
        Ok(Self { actor, lang: lang(taking.request), idempotency_key })
    }

    fn describe(description: &mut Description) {
        description.signed_in();
        description.may(&[Kind::Unauthenticated, Kind::Forbidden, Kind::NotFound, Kind::TooMany]);
    }
}

/// Name and password of HTTP Basic, if they were given. A client's are form-encoded first (RFC 6749, 2.3.1).
pub struct Basic(pub Option<(String, String)>);

impl Input for Basic {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        Ok(Self(header_text(taking, "authorization").as_deref().and_then(basic)))
    }
    fn describe(_: &mut Description) {}
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = BASE64.decode(encoded.trim()).ok()?;
    let at = plain.iter().position(|byte| *byte == b':')?;
    Some((decoded(&plain[..at]), decoded(&plain[at + 1..])))
}

impl Input for Anyone {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.house.limits.count(Counted::of(&Actor::Anyone, address(taking)))?;
        Ok(Self { lang: lang(taking.request) })
    }
    fn describe(description: &mut Description) {
        description.may(&[Kind::TooMany]);
    }
}
