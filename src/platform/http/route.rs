//! The route table's parts: a line names method, path and handler; everything else about the operation is read off the
//! handler's own type.

use std::{collections::BTreeMap, future::Future, rc::Rc};

use actix_web::{
    HttpRequest, HttpResponse, Resource,
    http::{Method, StatusCode, header},
    web,
};
use utoipa::{
    ToSchema,
    openapi::{
        ArrayBuilder, ContentBuilder, HttpMethod, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
        header::HeaderBuilder,
        path::{OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::Type,
        security::SecurityRequirement,
    },
};

use super::{
    House,
    input::{Input, Taking},
    render,
    reply::Output,
};
use crate::platform::problem::{Kind, Problem};

/// A line of the route table.
pub struct Route {
    method: Method,
    path: &'static str,
    says: &'static str,
    description: Description,
    add: Rc<dyn Fn(Resource) -> Resource>,
}

/// The route table.
pub struct Routes(Vec<Route>);

/// What an operation takes and answers, gathered from its handler's type.
#[derive(Default)]
pub struct Description {
    name: String,
    segments: Vec<RefOr<Schema>>,
    query: Vec<(&'static str, RefOr<Schema>, bool)>,
    body: Vec<(&'static str, RefOr<Schema>)>,
    signed_in: bool,
    creates: bool,
    writes: bool,
    success: Option<(StatusCode, utoipa::openapi::Response)>,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

impl Description {
    /// The operation needs a token.
    pub fn signed_in(&mut self) {
        self.signed_in = true;
    }

    pub(super) fn path_segment(&mut self, schema: RefOr<Schema>) {
        self.segments.push(schema);
    }

    pub(super) fn query_parameter(&mut self, name: &'static str, schema: RefOr<Schema>, required: bool) {
        self.query.push((name, schema, required));
    }

    pub(super) fn body(&mut self, media_type: &'static str, schema: RefOr<Schema>) {
        self.body.push((media_type, schema));
    }

    pub(super) fn creates(&mut self) {
        self.creates = true;
    }

    pub(super) fn answers<T: ToSchema>(&mut self, status: StatusCode, says: &str) {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build();
        let response = ResponseBuilder::new().description(says).content("application/json", content);
        self.success = Some((status, response.build()));
    }

    pub(super) fn answers_nothing(&mut self, status: StatusCode, says: &str) {
        self.success = Some((status, ResponseBuilder::new().description(says).build()));
    }

    pub(super) fn answers_text(&mut self, status: StatusCode) {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let content = ContentBuilder::new().schema(Some(schema)).build();
        self.success =
            Some((status, ResponseBuilder::new().description("As asked.").content("text/plain", content).build()));
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
        let name = ObjectBuilder::new().schema_type(Type::String);
        let response = ResponseBuilder::new()
            .description("The rows, sent while they are read. A transfer that breaks off is incomplete: ask again.")
            .content(csv, ContentBuilder::new().schema(Some(text)).build())
            .content(ndjson, ContentBuilder::new().schema(Some(rows)).build())
            .header("Content-Disposition", HeaderBuilder::new().schema(Some(name)).build());
        self.success = Some((StatusCode::OK, response.build()));
        self.writes = true;
    }

    /// The statuses a problem can have here.
    fn problems(&self, method: &Method) -> Vec<StatusCode> {
        let mut statuses =
            vec![StatusCode::TOO_MANY_REQUESTS, StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];
        if self.signed_in {
            statuses.extend([
                StatusCode::UNAUTHORIZED,
                StatusCode::FORBIDDEN,
                StatusCode::NOT_FOUND,
                StatusCode::UNPROCESSABLE_ENTITY,
            ]);
        }
        if !self.segments.is_empty() {
            statuses.push(StatusCode::NOT_FOUND);
        }
        if !self.query.is_empty() {
            statuses.push(StatusCode::UNPROCESSABLE_ENTITY);
        }
        if self.writes {
            statuses.push(StatusCode::INSUFFICIENT_STORAGE);
        }
        if !self.body.is_empty() {
            statuses.extend([
                StatusCode::BAD_REQUEST,
                StatusCode::PAYLOAD_TOO_LARGE,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                StatusCode::UNPROCESSABLE_ENTITY,
                StatusCode::CONFLICT,
                StatusCode::INSUFFICIENT_STORAGE,
            ]);
            if !self.signed_in {
                statuses.extend([StatusCode::UNAUTHORIZED, StatusCode::GONE]);
            } else {
                statuses.push(StatusCode::GONE);
            }
        }
        if *method == Method::PATCH || *method == Method::DELETE {
            statuses.extend([StatusCode::PRECONDITION_FAILED, StatusCode::PRECONDITION_REQUIRED, StatusCode::CONFLICT]);
        }
        statuses.sort_by_key(StatusCode::as_u16);
        statuses.dedup();
        statuses
    }
}

/// A function that can stand in the route table.
pub trait Handler<Args>: Clone + 'static {
    /// What it answers.
    type Out: Output;
    /// Takes its arguments and runs.
    fn run(&self, taking: Taking<'_>) -> impl Future<Output = Result<Self::Out, Problem>>;
    /// Describes arguments and answer.
    fn describe(description: &mut Description);
}

macro_rules! handler {
    ($($arg:ident),*) => {
        impl<F, Fut, Out, $($arg),*> Handler<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> Fut + Clone + 'static,
            Fut: Future<Output = Result<Out, Problem>>,
            Out: Output,
            $($arg: Input),*
        {
            type Out = Out;

            #[allow(non_snake_case, unused_mut, unused_variables, reason = "one body for every number of arguments")]
            async fn run(&self, mut taking: Taking<'_>) -> Result<Out, Problem> {
                $(let $arg = $arg::take(&mut taking).await?;)*
                self($($arg),*).await
            }

            #[allow(unused_variables, reason = "one body for every number of arguments")]
            fn describe(description: &mut Description) {
                $($arg::describe(description);)*
                Out::describe(description);
            }
        }
    };
}

handler!();
handler!(A);
handler!(A, B);
handler!(A, B, C);
handler!(A, B, C, D);
handler!(A, B, C, D, E);
handler!(A, B, C, D, E, G);

fn route<H: Handler<Args>, Args: 'static>(method: Method, path: &'static str, says: &'static str, handler: H) -> Route {
    let mut description = Description { name: operation_name(std::any::type_name::<H>()), ..Description::default() };
    H::describe(&mut description);
    let own = method.clone();
    let add = move |resource: Resource| {
        let handler = handler.clone();
        resource.route(web::method(own.clone()).to(move |request: HttpRequest, payload: web::Payload| {
            let handler = handler.clone();
            async move {
                let Some(house) = request.app_data::<House>().cloned() else {
                    return HttpResponse::InternalServerError().finish();
                };
                let mut payload = payload.into_inner();
                let answered = handler.run(Taking::new(&request, &mut payload, &house)).await;
                answered.map_or_else(|problem| render::render(&request, &problem), |answer| answer.respond(&request))
            }
        }))
    };
    Route { method, path, says, description, add: Rc::new(add) }
}

/// `attest::completions::routes::record` becomes `completions_record`.
fn operation_name(full: &str) -> String {
    let parts: Vec<&str> =
        full.split("::").filter(|part| !matches!(*part, "attest" | "routes" | "platform" | "http")).collect();
    parts.join("_").chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)+) => {$(
        $(#[$doc])*
        pub fn $name<H: Handler<Args>, Args: 'static>(path: &'static str, handler: H, says: &'static str) -> Route {
            route(Method::$method, path, says, handler)
        }
    )+};
}

methods! {
    /// A `GET` line.
    get = GET;
    /// A `POST` line.
    post = POST;
    /// A `PUT` line.
    put = PUT;
    /// A `PATCH` line.
    patch = PATCH;
    /// A `DELETE` line.
    delete = DELETE;
}

impl Route {
    /// Can anyone call it?
    pub fn is_public(&self) -> bool {
        !self.description.signed_in
    }

    /// Method and path.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The schemas its description refers to.
    pub(super) fn schemas(&self) -> &[(String, RefOr<Schema>)] {
        &self.description.schemas
    }

    pub(super) fn path(&self) -> &'static str {
        self.path
    }

    pub(super) fn http_method(&self) -> HttpMethod {
        match self.method.as_str() {
            "POST" => HttpMethod::Post,
            "PUT" => HttpMethod::Put,
            "PATCH" => HttpMethod::Patch,
            "DELETE" => HttpMethod::Delete,
            _ => HttpMethod::Get,
        }
    }

    pub(super) fn operation(&self) -> OperationBuilder {
        let d = &self.description;
        let tag = d.name.split('_').next().unwrap_or_default();
        let mut operation =
            OperationBuilder::new().operation_id(Some(d.name.clone())).summary(Some(self.says)).tag(tag);
        for (name, schema) in segment_names(self.path).zip(&d.segments) {
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(ParameterIn::Path)
                    .required(Required::True)
                    .schema(Some(schema.clone())),
            );
        }
        for (name, schema, required) in &d.query {
            let needed = if *required { Required::True } else { Required::False };
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(*name)
                    .parameter_in(ParameterIn::Query)
                    .required(needed)
                    .schema(Some(schema.clone())),
            );
        }
        operation = self.headers(operation);
        if !d.body.is_empty() {
            let body = RequestBodyBuilder::new().required(Some(Required::True));
            let body = d.body.iter().fold(body, |body, (media_type, schema)| {
                body.content(*media_type, ContentBuilder::new().schema(Some(schema.clone())).build())
            });
            operation = operation.request_body(Some(body.build()));
        }
        if let Some((status, response)) = &d.success {
            operation = operation.response(status.as_str(), response.clone());
        }
        for status in d.problems(&self.method) {
            operation = operation.response(status.as_str(), problem_response(status));
        }
        if d.signed_in {
            operation.security(SecurityRequirement::new("token", Vec::<String>::new()))
        } else {
            operation.securities(Some([SecurityRequirement::default()]))
        }
    }

    fn headers(&self, mut operation: OperationBuilder) -> OperationBuilder {
        let d = &self.description;
        let mut header = |name: &str, says: &str, required: bool| {
            let needed = if required { Required::True } else { Required::False };
            let parameter = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(needed)
                .description(Some(says))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(200))));
            operation = std::mem::take(&mut operation).parameter(parameter);
        };
        if d.signed_in && d.creates {
            header(
                "Idempotency-Key",
                "A key of your own; the same key makes the same thing at most once in 24 hours.",
                false,
            );
        }
        if d.signed_in && (self.method == Method::PATCH || self.method == Method::DELETE) {
            header("If-Match", "The `ETag` of the version you change, where the thing has one.", false);
        }
        if d.signed_in && d.segments.is_empty() && self.method == Method::POST {
            header("Attest-Organisation", "Which of your organisations you act for, if you have several.", false);
        }
        operation
    }
}

fn segment_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn problem_response(status: StatusCode) -> utoipa::openapi::Response {
    let slugs: Vec<&str> =
        Kind::ALL.iter().filter(|kind| kind.status() == status.as_u16()).map(|kind| kind.slug()).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new()
        .description(format!("A problem: {}.", slugs.join(", ")))
        .content("application/problem+json", content);
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer);
        response = response.header("Retry-After", HeaderBuilder::new().schema(Some(seconds)).build());
    }
    response.build()
}

impl Routes {
    /// The table made of several rooms' lines.
    pub fn of(rooms: impl IntoIterator<Item = Vec<Route>>) -> Self {
        Self(rooms.into_iter().flatten().collect())
    }

    /// The lines.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }

    /// Serves them. A method the table does not have at a path is answered with 405 and what it does have.
    pub fn register(&self, config: &mut web::ServiceConfig) {
        let mut by_path: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
        for route in &self.0 {
            by_path.entry(route.path).or_default().push(route);
        }
        for (path, routes) in by_path {
            let resource = routes.iter().fold(web::resource(path), |resource, route| (route.add)(resource));
            let allow = allowed(&routes);
            config.service(resource.default_service(web::to(move |request: HttpRequest| {
                let allow = allow.clone();
                async move { not_allowed(&request, &allow) }
            })));
        }
    }
}

fn allowed(routes: &[&Route]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    methods.push("OPTIONS");
    methods.join(", ")
}

fn not_allowed(request: &HttpRequest, allow: &str) -> HttpResponse {
    let mut response = if request.method() == Method::OPTIONS {
        HttpResponse::NoContent().finish()
    } else {
        render::render(request, &Kind::MethodNotAllowed.into())
    };
    if let Ok(value) = header::HeaderValue::from_str(allow) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
