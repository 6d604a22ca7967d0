//! Lines of JSON that anyone may see, sent while they are made, so that however many there are they take the memory of one
//! piece.

use actix_web::{HttpRequest, HttpResponse, http::header};
use futures_util::{Stream, StreamExt, stream::LocalBoxStream};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, schema::Type};

use super::{
    operation::Description,
    reply::{Output, for_anyone},
    table::{NDJSON, or_cut_off},
};
use crate::platform::problem::Problem;

/// 200 with a file of lines for anyone, from anywhere.
pub struct Lines {
    name: &'static str,
    seconds: i64,
    pieces: LocalBoxStream<'static, Result<Vec<u8>, Problem>>,
}

impl Lines {
    /// Lines in pieces as large as they come, which may be kept for so many seconds. The name is the file's, and in ASCII. When
    /// a piece fails, the connection is cut: whoever received less than everything notices.
    pub fn to_anyone(
        name: &'static str,
        seconds: i64,
        pieces: impl Stream<Item = Result<Vec<u8>, Problem>> + 'static,
    ) -> Self {
        Self { name, seconds, pieces: pieces.boxed_local() }
    }
}

impl Output for Lines {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, NDJSON))
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)))
            .insert_header((header::CACHE_CONTROL, for_anyone(self.seconds)))
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .streaming(or_cut_off(request, self.pieces))
    }

    fn describe(description: &mut Description) {
        let lines = ArrayBuilder::new()
            .items(RefOr::<Schema>::from(ObjectBuilder::new().schema_type(Type::Object)))
            .description(Some("One JSON object a line, each ended by a line feed."));
        description.answers_other(NDJSON, lines.into());
        description.answer_header("Content-Disposition", "A name for the file.", Type::String);
    }
}
