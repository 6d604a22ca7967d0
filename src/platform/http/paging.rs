//! Lists by keyset: a page begins after the last key of the one before, so that page 1,000 costs what page 1 costs.

use actix_web::{HttpRequest, HttpResponse, http::header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use super::{
    input::{QueryFields, Reads},
    operation::Description,
    reply::Output,
};
use crate::{
    platform::{
        input::{Field, Text, Whole},
        problem::Problem,
    },
    words::Fault,
};

/// How many rows a page holds when nobody says.
const DEFAULT_LIMIT: i64 = 50;

/// `limit` and `cursor`, as they were given.
#[derive(Debug)]
pub struct PageQuery {
    limit: Option<Whole<1, 500>>,
    cursor: Option<Text<400>>,
}

impl Reads for PageQuery {
    fn parameters() -> Vec<(&'static str, RefOr<Schema>, bool)> {
        let limit =
            crate::platform::input::described(Whole::<1, 500>::describe(), &["How many rows, 50 unless given."]);
        let cursor = crate::platform::input::described(Text::<400>::describe(), &["`next` of the page before."]);
        vec![("limit", limit, false), ("cursor", cursor, false)]
    }
    fn read(query: &mut QueryFields<'_>) -> Option<Self> {
        let (limit, cursor) = (query.take("limit"), query.take("cursor"));
        Some(Self { limit: limit?, cursor: cursor? })
    }
}

impl PageQuery {
    /// The page of a list that is asked for. The list's name keeps a cursor from being used elsewhere.
    ///
    /// # Errors
    /// `BadCursor` if the cursor was not made by this list.
    pub fn of<K: Key>(self, list: &'static str) -> Result<Page<K>, Problem> {
        let limit = self.limit.map_or(DEFAULT_LIMIT, |limit| limit.0);
        let bad = || Problem::at("?cursor", Fault::BadCursor);
        let after = match &self.cursor {
            None => None,
            Some(text) => Some(read_cursor(list, text.as_str()).ok_or_else(bad)?),
        };
        Ok(Page { list, limit, after })
    }
}

/// What a list is sorted by.
pub trait Key: Sized {
    /// The key as text.
    fn write(&self) -> String;
    /// Reads it back.
    fn read(text: &str) -> Option<Self>;
}

impl<I: crate::words::Identifier + std::str::FromStr> Key for I {
    fn write(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Key for i64 {
    fn write(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Key for String {
    fn write(&self) -> String {
        self.clone()
    }
    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// A page of a list sorted by `K`.
#[derive(Clone, Debug)]
pub struct Page<K> {
    list: &'static str,
    limit: i64,
    /// The key the page begins after.
    pub after: Option<K>,
}

fn read_cursor<K: Key>(list: &str, text: &str) -> Option<K> {
    let plain = String::from_utf8(BASE64.decode(text).ok()?).ok()?;
    K::read(plain.strip_prefix(list)?.strip_prefix(' ')?)
}

impl<K: Key> Page<K> {
    /// The first page of a list that is walked from its beginning to its end.
    pub fn first(list: &'static str, limit: i64) -> Self {
        Self { list, limit, after: None }
    }

    /// The page after this one, of which these are the rows; none after the last.
    ///
    /// # Errors
    /// `Internal` if the cursor leads nowhere: a list must not seem to end there.
    pub fn following<R>(&self, listed: &Listed<R>) -> Result<Option<Self>, Problem> {
        let Some(cursor) = &listed.next else { return Ok(None) };
        let after = read_cursor(self.list, cursor).ok_or_else(|| Problem::internal("a cursor that leads nowhere"))?;
        Ok(Some(Self { list: self.list, limit: self.limit, after: Some(after) }))
    }

    /// The page of a feed that begins after a key.
    pub fn after(key: K, limit: Option<i64>) -> Self {
        Self { list: "feed", limit: limit.unwrap_or(DEFAULT_LIMIT), after: Some(key) }
    }

    /// How many rows to ask the database for: one more than shown, to know whether there is a next page.
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// The list of the rows that were fetched.
    pub fn listed<R>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> K) -> Listed<R> {
        let shown = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > shown;
        rows.truncate(shown);
        let last = rows.last().filter(|_| more).map(key);
        self.up_to(rows, last)
    }

    /// The list of rows that were read up to a key; the next page begins after it. None after the last.
    pub fn up_to<R>(&self, items: Vec<R>, last: Option<K>) -> Listed<R> {
        let next = last.map(|key| BASE64.encode(format!("{} {}", self.list, key.write())));
        Listed { items, next }
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// The same page with other rows.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(make).collect(), next: self.next }
    }
}

impl<T: ToSchema> PartialSchema for Listed<T> {
    fn schema() -> RefOr<Schema> {
        let reference = utoipa::openapi::Ref::from_schema_name(T::name());
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("items", ArrayBuilder::new().items(RefOr::<Schema>::Ref(reference)))
            .property("next", ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null])))
            .required("items")
            .required("next")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Listed<T> {
    fn name() -> Cow<'static, str> {
        format!("{}List", T::name()).into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// The same question with the next cursor.
fn next_page(query: &str, cursor: &str) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    kept.map(str::to_owned).chain([format!("cursor={cursor}")]).collect::<Vec<_>>().join("&")
}

impl<T: Serialize + ToSchema> Output for Listed<T> {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(next) = &self.next {
            let target = next_page(request.query_string(), next);
            response.insert_header((header::LINK, format!("<?{target}>; rel=\"next\"")));
        }
        response.json(self)
    }
    fn describe(description: &mut Description) {
        description.answers::<Self>(actix_web::http::StatusCode::OK, "A page; `next` leads to the one after.");
        description.answer_header("Link", "The next page, as `rel=\"next\"`; absent on the last.", Type::String);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_the_next_page_keeps_the_question() {
        assert_eq!(next_page("capacity=provider&cursor=old&limit=2", "new"), "capacity=provider&limit=2&cursor=new");
        assert_eq!(next_page("", "new"), "cursor=new");
    }

    #[test]
    fn a_cursor_works_for_its_own_list_only() {
        let page = Page::<String> { list: "cards", limit: 2, after: None };
        let listed = page.listed(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], Clone::clone);
        let cursor = listed.next.expect("there is a third");
        assert_eq!(listed.items, ["a", "b"]);
        assert_eq!(read_cursor::<String>("cards", &cursor).as_deref(), Some("b"));
        assert_eq!(read_cursor::<String>("teams", &cursor), None);
        assert_eq!(read_cursor::<String>("cards", "not base64!"), None);
        assert_eq!(page.listed(vec!["a".to_owned()], Clone::clone).next, None);
    }
}
