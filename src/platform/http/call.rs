//! Who is calling, in which language, for which organisation, under which conditions.

use actix_web::http::header;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::{
    input::{Input, Taking, decoded},
    limits::Counted,
    route::Description,
};
use crate::{
    access::Actor,
    platform::{
        input::{Field, Id, Reading},
        problem::{Kind, Problem},
    },
    words::{Instant, Lang, OrganisationId},
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
    /// The organisation the header `Attest-Organisation` names.
    pub acting: Option<OrganisationId>,
    pub(super) idempotency_key: Option<String>,
    if_match: Option<String>,
}

/// A call by anyone. Only the routes of the public list take it.
#[derive(Clone, Debug)]
pub struct Anyone {
    /// The language the caller prefers.
    pub lang: Lang,
}

impl Call {
    /// Checks that the caller changes the version that is there.
    ///
    /// # Errors
    /// 428 without `If-Match`, 412 when it names another version.
    pub fn expects(&self, version: i64) -> Result<(), Problem> {
        let Some(named) = &self.if_match else { return Err(Kind::ConditionNeeded.into()) };
        let current = etag(version);
        let fits = named.trim() == "*" || named.split(',').any(|tag| tag.trim() == current);
        if fits { Ok(()) } else { Err(Kind::Stale.into()) }
    }
}

/// The address at the other end of the connection.
fn address(taking: &Taking<'_>) -> Option<std::net::IpAddr> {
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
        let reading = Reading { today: crate::law::calendar::oslo_day(now) };
        let acting = header_text(taking, "attest-organisation")
            .map(|text| {
                Id::<OrganisationId>::read_text(&text, &reading)
                    .map(|id| id.0)
                    .map_err(|_| Problem::at("!Attest-Organisation", crate::words::Fault::NotAnId))
            })
            .transpose()?;
        let idempotency_key = header_text(taking, "idempotency-key").filter(|key| !key.is_empty());
        if idempotency_key.as_ref().is_some_and(|key| key.len() > 200) {
            return Err(Problem::at("!Idempotency-Key", crate::words::Fault::TooLong { max: 200 }));
        }
        Ok(Self {
            actor,
            lang: lang(taking.request),
            acting,
            idempotency_key,
            if_match: header_text(taking, "if-match"),
        })
    }

    fn describe(description: &mut Description) {
        description.signed_in();
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
    fn describe(_: &mut Description) {}
}
