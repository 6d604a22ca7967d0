//! A table that is sent while it is read: page by page, the next when the caller has taken the last, so that a million rows
//! take the memory of one page.
//!
//! Each page is a transaction of its own, with its own permit. When one fails, the connection is cut: whoever received less
//! than everything notices.

use std::fmt;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, http::header, web::Bytes};
use futures_util::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, LocalBoxStream},
};
use utoipa::ToSchema;

use super::{
    operation::Description,
    paging::{Key, Listed, Page},
    render::RequestId,
    reply::Output,
};
use crate::{
    platform::{
        problem::Problem,
        sheet::{self, Row},
    },
    words::{Lang, TableFormat},
};

const CSV: &str = "text/csv";
const CSV_AS_SENT: &str = "text/csv; charset=utf-8; header=present";
pub(super) const NDJSON: &str = "application/x-ndjson";
/// How many rows are read together.
const ROWS: i64 = 500;

/// 200 with a file of rows.
pub struct Table<T> {
    name: String,
    format: TableFormat,
    lang: Lang,
    pages: LocalBoxStream<'static, Result<Vec<T>, Problem>>,
}

impl<T: 'static> Table<T> {
    /// A table of a whole list, page by page. The name is the file's, without its ending, and in ASCII. The first page is
    /// read before anything is answered, so that what is wrong with it is still a problem.
    ///
    /// # Errors
    /// What reading the first page fails with.
    pub async fn of<K, Read, Reading>(
        name: String,
        format: TableFormat,
        lang: Lang,
        read: Read,
    ) -> Result<Self, Problem>
    where
        K: Key + Clone + 'static,
        Read: Fn(Page<K>) -> Reading + 'static,
        Reading: Future<Output = Result<Listed<T>, Problem>> + 'static,
    {
        let mut pages = pages(read).boxed_local();
        let first = pages.try_next().await?;
        let pages = stream::iter(first.map(Ok)).chain(pages).boxed_local();
        Ok(Self { name, format, lang, pages })
    }
}

fn pages<T, K, Read, Reading>(read: Read) -> impl Stream<Item = Result<Vec<T>, Problem>>
where
    K: Key + Clone,
    Read: Fn(Page<K>) -> Reading,
    Reading: Future<Output = Result<Listed<T>, Problem>>,
{
    stream::try_unfold(Some(Page::first("table", ROWS)), move |page| {
        let reading = page.map(|page| (page.clone(), read(page)));
        async move {
            let Some((page, reading)) = reading else { return Ok(None) };
            let listed = reading.await?;
            let following = page.following(&listed)?;
            Ok(Some((listed.items, following)))
        }
    })
}

/// The transfer was cut off before its end.
#[derive(Debug)]
pub(super) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer broke off before its end")
    }
}

impl std::error::Error for BrokenOff {}

/// What is sent while it is made: where it fails, the connection is cut, and the log says why.
pub(super) fn or_cut_off<S: Stream<Item = Result<Vec<u8>, Problem>>>(
    request: &HttpRequest,
    pieces: S,
) -> impl Stream<Item = Result<Bytes, BrokenOff>> + use<S> {
    let id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    pieces.map_ok(Bytes::from).map_err(move |problem| {
        let cause = problem.cause.as_deref().unwrap_or_default();
        tracing::warn!(request = id, kind = problem.kind.slug(), cause, "broke off");
        BrokenOff
    })
}

impl<T: Row + 'static> Table<T> {
    fn bytes(self) -> impl Stream<Item = Result<Vec<u8>, Problem>> {
        let Self { format, lang, pages, .. } = self;
        let head = match format {
            TableFormat::Csv => sheet::head::<T>().map_err(Problem::internal),
            TableFormat::Ndjson => Ok(Vec::new()),
        };
        let lines = move |rows: Vec<T>| match format {
            TableFormat::Csv => sheet::lines(&rows, lang).map_err(Problem::internal),
            TableFormat::Ndjson => objects(&rows).map_err(Problem::internal),
        };
        let body = pages.map(move |page| page.and_then(&lines));
        stream::iter([head]).chain(body)
    }
}

fn objects<T: Row>(rows: &[T]) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

impl<T: Row + ToSchema + 'static> Output for Table<T> {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        let media_type = if self.format == TableFormat::Csv { CSV_AS_SENT } else { NDJSON };
        let file = format!("attachment; filename=\"{}.{}\"", self.name, self.format);
        let bytes = or_cut_off(request, self.bytes());
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, media_type))
            .insert_header((header::CONTENT_DISPOSITION, file))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Authorization, Accept-Language"))
            .streaming(bytes)
    }

    fn describe(description: &mut Description) {
        description.answers_table::<T>(CSV, NDJSON);
    }
}
