//! What an operation takes and answers, gathered from its handler's type, and how the API document says it.

use actix_web::http::{Method, StatusCode};
use utoipa::{
    ToSchema,
    openapi::{
        ArrayBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
        header::{Header, HeaderBuilder},
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::Type,
        security::SecurityRequirement,
    },
};

use crate::platform::{input::Field, problem::Kind};

/// What an operation takes and answers.
#[derive(Default)]
pub struct Description {
    pub(super) name: String,
    segments: Vec<RefOr<Schema>>,
    query: Vec<(&'static str, RefOr<Schema>, bool)>,
    headers: Vec<Parameter>,
    body: Vec<(&'static str, RefOr<Schema>)>,
    pub(super) signed_in: bool,
    creates: bool,
    kinds: Vec<Kind>,
    success: Option<(StatusCode, Response)>,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

/// A text of a few characters.
pub(super) fn short_text(max: usize) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(max)).pattern(Some(r"\S")).into()
}

impl Description {
    pub(super) fn of(name: String) -> Self {
        // These can befall everybody.
        Self { name, kinds: vec![Kind::Internal, Kind::Unavailable], ..Self::default() }
    }

    /// The operation needs a token.
    pub fn signed_in(&mut self) {
        self.signed_in = true;
    }

    /// The problems that may be answered.
    pub fn may(&mut self, kinds: &[Kind]) {
        self.kinds.extend(kinds);
    }

    pub(super) fn path_segment(&mut self, schema: RefOr<Schema>) {
        self.segments.push(schema);
    }

    pub(super) fn query_parameter(&mut self, name: &'static str, schema: RefOr<Schema>, required: bool) {
        self.query.push((name, schema, required));
    }

    pub(super) fn header(&mut self, name: &str, says: &str, required: bool, schema: RefOr<Schema>) {
        let header = parameter(name, ParameterIn::Header, required, schema).description(Some(says));
        self.headers.push(header.build());
    }

    pub(super) fn body<T: Field>(&mut self, media_type: &'static str) {
        let schema = match T::schema_name() {
            Some(name) => {
                self.schemas.push((name.to_owned(), T::describe()));
                RefOr::Ref(Ref::from_schema_name(name))
            }
            None => T::describe(),
        };
        self.content(media_type, schema);
        self.may(&[Kind::Malformed, Kind::TooLarge, Kind::UnsupportedMediaType, Kind::Invalid]);
    }

    /// A media type the body can have.
    pub(super) fn content(&mut self, media_type: &'static str, schema: RefOr<Schema>) {
        self.body.push((media_type, schema));
    }

    pub(super) fn creates(&mut self) {
        self.creates = true;
        self.answer_header("Location", "Where it is.", Type::String);
        let says = "A key of your own; the same key makes the same thing at most once in 24 hours.";
        if self.signed_in {
            self.header("Idempotency-Key", says, false, short_text(200));
            self.may(&[Kind::Invalid]);
        }
    }

    pub(super) fn answers<T: ToSchema>(&mut self, status: StatusCode, says: &str) {
        let schema = T::schema();
        let has_versions =
            matches!(&schema, RefOr::T(Schema::Object(object)) if object.properties.contains_key("version"));
        self.schemas.push((T::name().into_owned(), schema));
        T::schemas(&mut self.schemas);
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build();
        let response = ResponseBuilder::new().description(says).content("application/json", content);
        self.success = Some((status, response.build()));
        if has_versions {
            self.answer_header("ETag", "The version; `If-Match` takes it when you change the thing.", Type::String);
        }
    }

    pub(super) fn answers_nothing(&mut self, status: StatusCode, says: &str) {
        self.success = Some((status, ResponseBuilder::new().description(says).build()));
    }

    pub(super) fn answers_other(&mut self, media_type: &str, schema: RefOr<Schema>) {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        // A second form of the same answer stands beside the first.
        if let Some((_, response)) = self.success.as_mut().filter(|(status, _)| *status == StatusCode::OK) {
            response.content.insert(media_type.into(), content.into());
            return;
        }
        let response = ResponseBuilder::new().description("As asked.").content(media_type, content);
        self.success = Some((StatusCode::OK, response.build()));
    }

    /// A file of rows, as text for spreadsheets and as one JSON object a line. A sequence of JSON values is described as the
    /// array of them, as OpenAPI 3.2 has it.
    pub(super) fn answers_table<T: ToSchema>(&mut self, csv: &str, ndjson: &str) {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        let text = ObjectBuilder::new().schema_type(Type::String);
        let rows = ArrayBuilder::new()
            .items(RefOr::<Schema>::Ref(Ref::from_schema_name(T::name())))
            .description(Some("One JSON object a line, each ended by a line feed."));
        let response = ResponseBuilder::new()
            .description("The rows, sent while they are read. A transfer that breaks off is incomplete: ask again.")
            .content(csv, ContentBuilder::new().schema(Some(text)).build())
            .content(ndjson, ContentBuilder::new().schema(Some(rows)).build());
        self.success = Some((StatusCode::OK, response.build()));
        self.answer_header("Content-Disposition", "A name for the file.", Type::String);
        // What is shown of others' records is written down first.
        self.may(&[Kind::StorageFull]);
    }

    pub(super) fn answer_header(&mut self, name: &str, says: &str, kind: Type) {
        if let Some((_, response)) = &mut self.success {
            response.headers.insert(name.to_owned(), RefOr::T(answer_header(says, kind)));
        }
    }

    /// What belongs to a method rather than to a type: what is written may clash, or find no room.
    pub(super) fn by(&mut self, method: &Method) {
        if *method != Method::GET {
            self.may(&[Kind::Conflict, Kind::StorageFull]);
        }
        if self.signed_in && *method == Method::POST {
            self.may(&[Kind::LacksCapacity]);
        }
    }

    /// The statuses a problem may have here.
    pub(super) fn problems(&self) -> Vec<u16> {
        let mut statuses: Vec<u16> = self.kinds.iter().map(|kind| kind.status()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    /// The conventions that hold here, for those who read one operation and not the guide.
    fn conventions(&self) -> String {
        let takes = |name: &str| self.headers.iter().any(|header| header.name == name);
        let says = |name: &str| self.success.as_ref().is_some_and(|(_, response)| response.headers.contains_key(name));
        let sentences = [
            (self.signed_in, "Needs an access token."),
            (!self.signed_in, "Needs no token."),
            (takes("Idempotency-Key"), "With an `Idempotency-Key` it can be repeated without making a second one."),
            (takes("If-Match"), "Needs `If-Match`: 428 without, 412 when somebody was faster."),
            (says("Link"), "Answers a page; `next` is the `cursor` of the one after."),
        ];
        let holding: Vec<_> = sentences.iter().filter(|(holds, _)| *holds).map(|(_, says)| *says).collect();
        holding.join(" ")
    }

    /// The operation as the API document has it.
    pub(super) fn operation(&self, path: &str, says: &str, tag: &str) -> OperationBuilder {
        let operation = OperationBuilder::new()
            .operation_id(Some(self.name.clone()))
            .summary(Some(says))
            .description(Some(self.conventions()))
            .tag(tag);
        let operation = self.parameters(path).into_iter().fold(operation, OperationBuilder::parameter);
        let operation = self.responses(self.taking_body(operation));
        if self.signed_in {
            operation.security(SecurityRequirement::new("token", Vec::<String>::new()))
        } else {
            operation.securities(Some([SecurityRequirement::default()]))
        }
    }

    fn parameters(&self, path: &str) -> Vec<Parameter> {
        let segments = segment_names(path).zip(&self.segments);
        let segments = segments.map(|(name, schema)| parameter(name, ParameterIn::Path, true, schema.clone()));
        let query = self.query.iter();
        let query = query.map(|(name, schema, needed)| parameter(name, ParameterIn::Query, *needed, schema.clone()));
        segments.chain(query).map(ParameterBuilder::build).chain(self.headers.iter().cloned()).collect()
    }

    fn taking_body(&self, operation: OperationBuilder) -> OperationBuilder {
        if self.body.is_empty() {
            return operation;
        }
        let body = RequestBodyBuilder::new().required(Some(Required::True));
        let body = self.body.iter().fold(body, |body, (media_type, schema)| {
            body.content(*media_type, ContentBuilder::new().schema(Some(schema.clone())).build())
        });
        operation.request_body(Some(body.build()))
    }

    fn responses(&self, operation: OperationBuilder) -> OperationBuilder {
        let operation = match &self.success {
            Some((status, response)) => operation.response(status.as_str(), response.clone()),
            None => operation,
        };
        self.problems().into_iter().fold(operation, |operation, status| {
            operation.response(status.to_string(), RefOr::Ref(Ref::new(format!("#/components/responses/{status}"))))
        })
    }
}

fn parameter(name: &str, place: ParameterIn, required: bool, schema: RefOr<Schema>) -> ParameterBuilder {
    let needed = if required { Required::True } else { Required::False };
    ParameterBuilder::new().name(name).parameter_in(place).required(needed).schema(Some(schema))
}

fn segment_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn answer_header(says: &str, kind: Type) -> Header {
    let schema = ObjectBuilder::new().schema_type(kind);
    HeaderBuilder::new().description(Some(says)).schema(Some(schema)).build()
}

/// The answer that is a problem of a status: one for all operations, whichever of the kinds each may meet.
pub(super) fn problem_response(status: u16) -> Response {
    let kinds = Kind::ALL.iter().filter(|kind| kind.status() == status);
    let links: Vec<String> = kinds.map(|kind| format!("[{0}](/problems/{0})", kind.slug())).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new()
        .description(format!("A problem: {}.", links.join(", ")))
        .content("application/problem+json", content);
    if status == Kind::TooMany.status() || status == Kind::Unavailable.status() {
        response = response.header("Retry-After", answer_header("Seconds to wait.", Type::Integer));
    }
    if status == Kind::Unauthenticated.status() {
        response = response.header("WWW-Authenticate", answer_header("How to sign in.", Type::String));
    }
    response.build()
}
