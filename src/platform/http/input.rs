//! What a handler can take: path, query, body.

use std::{future::Future, num::NonZeroU32};

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema as _,
    openapi::{
        ObjectBuilder,
        schema::{SchemaType, Type},
    },
};

use super::{CredentialToken, House, Media, call::address, limits::Counted, operation::Description};
use crate::{
    access::Actor,
    law::calendar,
    platform::{
        input::{Field, Id, Reading},
        picture,
        problem::{Findings, Kind, Problem},
        vault,
    },
    words::{Fault, Identifier, NoCode, VerificationCode, Word},
};

/// The most a body may hold, outside uploads and imports.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// A request while its handler's arguments are taken from it.
pub struct Taking<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) payload: &'a mut Payload,
    pub(super) house: &'a House,
    segments: std::vec::IntoIter<String>,
}

impl<'a> Taking<'a> {
    pub(super) fn new(
        request: &'a HttpRequest,
        payload: &'a mut Payload,
        house: &'a House,
        segments: Vec<String>,
    ) -> Self {
        Self { request, payload, house, segments: segments.into_iter() }
    }

    /// What the server was given at start besides the house.
    pub fn given<T: Clone + 'static>(&self) -> Option<T> {
        self.request.app_data::<T>().cloned()
    }

    /// The next variable segment of the path.
    fn segment(&mut self) -> Option<String> {
        self.segments.next()
    }

    pub(super) fn reading(&self) -> Reading {
        Reading { today: calendar::oslo_day(self.house.db.clock().now()) }
    }
}

/// Something a handler takes.
pub trait Input: Sized {
    /// Takes it from the request.
    fn take(taking: &mut Taking<'_>) -> impl Future<Output = Result<Self, Problem>>;
    /// Says in the API document what is taken.
    fn describe(description: &mut Description);
}

/// What the next segment of the path names: a thing by its id, or a kind of problem. Anything else names nothing.
#[derive(Clone, Copy, Debug)]
pub struct Path<I>(pub I);

impl<I: Identifier + std::str::FromStr + utoipa::PartialSchema> Input for Path<I> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let reading = taking.reading();
        let id = taking.segment().and_then(|text| Id::<I>::read_text(&text, &reading).ok());
        id.map(|id| Self(id.0)).ok_or_else(|| Kind::NotFound.into())
    }

    fn describe(description: &mut Description) {
        description.path_segment(I::schema());
        description.may(&[Kind::NotFound]);
    }
}

impl Input for Path<Kind> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let slug = taking.segment().unwrap_or_default();
        let kind = Kind::ALL.iter().find(|kind| kind.slug() == slug);
        kind.map(|kind| Self(*kind)).ok_or_else(|| Kind::NotFound.into())
    }

    fn describe(description: &mut Description) {
        let slugs = Kind::ALL.iter().map(|kind| kind.slug());
        description.path_segment(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(slugs)).into());
        description.may(&[Kind::NotFound]);
    }
}

/// A code that somebody typed: what is wrong with it is said, because the remedy is to look again.
impl Input for Path<VerificationCode> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let text = taking.segment().unwrap_or_default();
        text.parse().map(Self).map_err(|wrong| Problem::at("code", wrong.into()))
    }

    fn describe(description: &mut Description) {
        description.path_segment(VerificationCode::schema());
        description.may(&[Kind::Invalid]);
    }
}

/// The same, where a page says what is wrong with it.
impl Input for Path<Result<VerificationCode, NoCode>> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        Ok(Self(taking.segment().unwrap_or_default().parse()))
    }

    fn describe(description: &mut Description) {
        // Whatever was typed: the page answers all of it.
        description.path_segment(ObjectBuilder::new().schema_type(Type::String).into());
    }
}

/// What something is called elsewhere: a name nobody here has given names nothing.
impl Input for Path<String> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.segment().map(Self).ok_or_else(|| Kind::NotFound.into())
    }

    fn describe(description: &mut Description) {
        description.path_segment(ObjectBuilder::new().schema_type(Type::String).into());
        description.may(&[Kind::NotFound]);
    }
}

/// The next part of the path, as a word of a closed list. Another word names nothing that exists.
#[derive(Clone, Copy, Debug)]
pub struct Segment<W>(pub W);

impl<W: Word + utoipa::PartialSchema> Input for Segment<W> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let text = taking.segment();
        text.and_then(|text| W::from_code(&text)).map(Self).ok_or_else(|| Kind::NotFound.into())
    }

    fn describe(description: &mut Description) {
        description.path_segment(W::schema());
        description.may(&[Kind::NotFound]);
    }
}

/// The query, as a body of texts.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// A declared set of query parameters.
pub trait Reads: Sized {
    /// The parameters: name, schema, required.
    fn parameters() -> Vec<(&'static str, utoipa::openapi::RefOr<utoipa::openapi::Schema>, bool)>;
    /// Reads them; `take` hands out each by name.
    fn read(query: &mut QueryFields<'_>) -> Option<Self>;
}

/// The parameters of a query while they are read one by one.
pub struct QueryFields<'a> {
    pairs: &'a Map<String, Value>,
    reading: Reading,
    known: Vec<&'static str>,
    findings: Findings,
}

impl QueryFields<'_> {
    /// Reads one parameter; `None` if something is wrong with it, which is noted.
    pub fn take<T: Field>(&mut self, name: &'static str) -> Option<T> {
        self.known.push(name);
        match self.pairs.get(name).and_then(Value::as_str) {
            Some(text) => match T::read_text(text, &self.reading) {
                Ok(value) => Some(value),
                Err(inner) => {
                    self.findings.add_under(&format!("?{name}"), inner);
                    None
                }
            },
            None => {
                let absent = T::absent();
                if absent.is_none() {
                    self.findings.add(&format!("?{name}"), Fault::Required);
                }
                absent
            }
        }
    }
}

impl<T: Reads> Input for Query<T> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let pairs = pairs(taking.request.query_string().as_bytes());
        let mut fields =
            QueryFields { pairs: &pairs, reading: taking.reading(), known: Vec::new(), findings: Findings::default() };
        let read = T::read(&mut fields);
        let QueryFields { known, mut findings, .. } = fields;
        for name in pairs.keys().filter(|name| !known.contains(&name.as_str())) {
            findings.add(&format!("?{}", crate::platform::input::shown_name(name)), Fault::UnknownField);
        }
        match read {
            Some(value) if findings.is_empty() => Ok(Self(value)),
            _ => Err(findings.into()),
        }
    }

    fn describe(description: &mut Description) {
        for (name, schema, required) in T::parameters() {
            description.query_parameter(name, schema, required);
        }
        description.may(&[Kind::Invalid]);
    }
}

/// Two sets of parameters in one query: a list's filters and its page.
impl<A: Reads, B: Reads> Reads for (A, B) {
    fn parameters() -> Vec<(&'static str, utoipa::openapi::RefOr<utoipa::openapi::Schema>, bool)> {
        A::parameters().into_iter().chain(B::parameters()).collect()
    }
    fn read(query: &mut QueryFields<'_>) -> Option<Self> {
        // Both are read before either is missed, so that everything that is wrong is said at once.
        let (one, other) = (A::read(query), B::read(query));
        Some((one?, other?))
    }
}

/// Declares the query parameters of a list.
#[macro_export]
#[doc(hidden)]
macro_rules! query {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[doc = $fdoc:literal])* pub $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name { $($(#[doc = $fdoc])* pub $field: $type),* }

        impl $crate::platform::http::Reads for $name {
            fn parameters() -> Vec<(&'static str, utoipa::openapi::RefOr<utoipa::openapi::Schema>, bool)> {
                vec![$({
                    let said: &[&str] = &[$($fdoc),*];
                    let schema = <$type as $crate::platform::input::Field>::describe_text();
                    (
                        stringify!($field),
                        $crate::platform::input::described(schema, said),
                        <$type as $crate::platform::input::Field>::absent().is_none(),
                    )
                }),*]
            }
            fn read(query: &mut $crate::platform::http::QueryFields<'_>) -> Option<Self> {
                $(let $field = query.take::<$type>(stringify!($field));)*
                Some(Self { $($field: $field?),* })
            }
        }
    };
}

/// `a=b&c=d`, percent-decoded; of a name given twice the last counts.
fn pairs(text: &[u8]) -> Map<String, Value> {
    text.split(|b| *b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = match pair.iter().position(|b| *b == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            (decoded(name), Value::String(decoded(value)))
        })
        .collect()
}

/// A form-encoded text.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let spaced: Vec<u8> = bytes.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_decoded(&spaced)
}

fn percent_decoded(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, hex.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &tail[2..];
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A JSON body, read into domain values, and the hash by which a repetition is known.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of its canonical JSON.
    pub hash: String,
}

impl<T: Field> Input for Body<T> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        media_type(taking, "application/json")?;
        let bytes = whole(taking.payload, BODY_LIMIT, Kind::TooLarge).await?;
        let json: Value = serde_json::from_slice(&bytes).map_err(|_| Problem::from(Kind::Malformed))?;
        // serde_json keeps object keys sorted, so that the order of fields does not matter.
        let hash = vault::sha256(json.to_string().as_bytes());
        let value = T::read(&json, &taking.reading())?;
        Ok(Self { value, hash })
    }

    fn describe(description: &mut Description) {
        description.body::<T>("application/json");
    }
}

/// A file of any length, taken piece by piece as it comes.
pub struct Upload {
    payload: Payload,
    /// Is it packed by gzip?
    pub packed: bool,
    /// How long it is as it comes, in bytes, if the client says so.
    pub length: Option<u64>,
}

impl Upload {
    const TYPES: [&str; 6] = [
        "text/csv",
        "application/x-ndjson",
        "application/jsonl",
        "text/tab-separated-values",
        "text/plain",
        "application/octet-stream",
    ];
    const SAYS: &str = "The file as it is, or packed, with `Content-Encoding: gzip`.";

    /// The next piece, as large as it comes; `None` at the end.
    ///
    /// # Errors
    /// 400 when the connection breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        match self.payload.next().await {
            None => Ok(None),
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(_)) => Err(Kind::Malformed.into()),
        }
    }
}

impl Input for Upload {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let headers = taking.request.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
        let essence = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !Self::TYPES.contains(&essence.as_str()) {
            return Err(Kind::FileType.into());
        }
        let packed = match text(header::CONTENT_ENCODING) {
            "" | "identity" => false,
            "gzip" => true,
            _ => return Err(Kind::FileType.into()),
        };
        let length = length(taking.request);
        Ok(Self { payload: std::mem::replace(taking.payload, Payload::None), packed, length })
    }

    fn describe(description: &mut Description) {
        describe_file(description, &Self::TYPES, Self::SAYS);
        description.may(&[Kind::Malformed, Kind::FileTooLarge, Kind::FileType]);
    }
}

/// A whole file, up to a size. What it is, its bytes say and not its header.
struct WholeFile {
    payload: Payload,
    length: Option<u64>,
}

impl WholeFile {
    fn take(taking: &mut Taking<'_>) -> Self {
        let length = length(taking.request);
        Self { payload: std::mem::replace(taking.payload, Payload::None), length }
    }

    async fn bytes(mut self, most: usize) -> Result<Vec<u8>, Problem> {
        if self.length.is_some_and(|length| length > most as u64) {
            return Err(Kind::FileTooLarge.into());
        }
        Ok(whole(&mut self.payload, most, Kind::FileTooLarge).await?.into())
    }

    fn describe(description: &mut Description, types: &[&'static str], says: &'static str) {
        describe_file(description, types, says);
        description.may(&[Kind::Malformed, Kind::FileTooLarge, Kind::Invalid]);
    }
}

/// Bytes as they are: in OpenAPI 3.1 a schema that demands nothing.
fn describe_file(description: &mut Description, types: &[&'static str], says: &'static str) {
    for media_type in types {
        let file = ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some(says));
        description.content(media_type, file.into());
    }
}

/// A picture, read once it is known that the caller may send one.
pub struct PictureSent(WholeFile);

impl PictureSent {
    /// The file.
    ///
    /// # Errors
    /// 413 if it is too large, 400 when the connection breaks off.
    pub async fn bytes(self) -> Result<Vec<u8>, Problem> {
        self.0.bytes(picture::MOST_BYTES).await
    }
}

impl Input for PictureSent {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        Ok(Self(WholeFile::take(taking)))
    }

    fn describe(description: &mut Description) {
        WholeFile::describe(description, &["image/jpeg", "image/png", "image/webp"], "The picture as it is.");
    }
}

/// A certificate that somebody sends to have it verified: a document, or a credential. What is sent as something else is looked
/// at too, because browsers do not know what a credential is.
pub struct CertificateSent(WholeFile);

impl CertificateSent {
    const TYPES: [&str; 4] = ["application/pdf", "application/vc", "application/json", "application/octet-stream"];
    /// How many questions it is as much work as, about.
    const COUNTS_AS: NonZeroU32 = NonZeroU32::new(20).expect("not nothing");
    /// The largest file that is looked at.
    pub const MOST_BYTES: usize = 10 * 1024 * 1024;

    fn count(taking: &Taking<'_>) -> Result<(), Problem> {
        taking.house.limits.count_as(Counted::of(&Actor::Anyone, address(taking)), Self::COUNTS_AS)
    }

    /// The file.
    ///
    /// # Errors
    /// 413 if it is too large, 400 when the connection breaks off.
    pub async fn bytes(self) -> Result<Vec<u8>, Problem> {
        self.0.bytes(Self::MOST_BYTES).await
    }
}

impl Input for CertificateSent {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        Self::count(taking)?;
        Ok(Self(WholeFile::take(taking)))
    }

    fn describe(description: &mut Description) {
        WholeFile::describe(description, &Self::TYPES, "The file as it is.");
        description.may(&[Kind::TooMany]);
    }
}

/// A certificate that somebody sends from a page: the file, and the code that stands on it if one was typed.
pub struct CertificateForm(Multipart);

impl CertificateForm {
    /// The file, empty if none was chosen; and the code, if one was typed.
    ///
    /// # Errors
    /// 413 if it is too large, 400 for what no browser sends and when the connection breaks off.
    pub async fn read(mut self) -> Result<(Vec<u8>, Option<String>), Problem> {
        let (mut file, mut code, mut length) = (Vec::new(), Vec::new(), 0);
        while let Some(field) = self.0.next().await {
            let mut field = field.map_err(|_| Kind::Malformed)?;
            let into = match field.name() {
                Some("file") => Some(&mut file),
                Some("code") => Some(&mut code),
                _ => None,
            };
            let mut read = Vec::new();
            while let Some(piece) = field.next().await {
                let piece = piece.map_err(|_| Kind::Malformed)?;
                length += piece.len();
                if length > CertificateSent::MOST_BYTES {
                    return Err(Kind::FileTooLarge.into());
                }
                read.extend_from_slice(&piece);
            }
            if let Some(into) = into {
                *into = read;
            }
        }
        let code = String::from_utf8(code).map_err(|_| Kind::Malformed)?;
        Ok((file, Some(code.trim().to_owned()).filter(|code| !code.is_empty())))
    }
}

impl Input for CertificateForm {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        CertificateSent::count(taking)?;
        let payload = std::mem::replace(taking.payload, Payload::None);
        Ok(Self(Multipart::new(taking.request.headers(), payload)))
    }

    fn describe(description: &mut Description) {
        let file = ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some("The file as it is."));
        let code = ObjectBuilder::new().schema_type(Type::String).description(Some("The code that stands on it."));
        let form = ObjectBuilder::new().property("file", file).property("code", code).required("file");
        description.content("multipart/form-data", form.into());
        description.may(&[Kind::TooMany, Kind::Malformed]);
    }
}

/// Does the caller want something signed as a token (`Accept: application/vc+jwt`)?
#[derive(Clone, Copy, Debug)]
pub struct AsToken(pub bool);

impl Input for AsToken {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        let accepted = taking.request.headers().get_all(header::ACCEPT);
        let mut kinds = accepted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        Ok(Self(kinds.any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == CredentialToken::TYPE))))
    }

    fn describe(description: &mut Description) {
        description.answers_other(CredentialToken::TYPE, CredentialToken::schema());
    }
}

/// An `application/x-www-form-urlencoded` body (RFC 6749 asks for it).
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: Field> Input for Form<T> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        media_type(taking, "application/x-www-form-urlencoded")?;
        let bytes = whole(taking.payload, BODY_LIMIT, Kind::TooLarge).await?;
        T::read(&Value::Object(pairs(&bytes)), &taking.reading()).map(Self).map_err(Problem::from)
    }

    fn describe(description: &mut Description) {
        description.body::<T>("application/x-www-form-urlencoded");
    }
}

fn media_type(taking: &Taking<'_>, expected: &str) -> Result<(), Problem> {
    let given = taking.request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = given.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) { Ok(()) } else { Err(Kind::UnsupportedMediaType.into()) }
}

/// How long the body is as it comes, in bytes, if the client says so.
fn length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// A whole body of so many bytes at most.
async fn whole(payload: &mut Payload, most: usize, beyond: Kind) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::from(Kind::Malformed))?;
        if bytes.len() + chunk.len() > most {
            return Err(beyond.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_as_browsers_encode_them() {
        let read = pairs(b"q=%C3%85se+%C3%98d&limit=5&empty=&flag&q=last%2");
        assert_eq!(read["q"], "last%2");
        assert_eq!(read["limit"], "5");
        assert_eq!((&read["empty"], &read["flag"]), (&Value::from(""), &Value::from("")));
        assert_eq!(pairs(b"n=%C3%85se+%C3%98d")["n"], "Åse Ød");
    }
}
