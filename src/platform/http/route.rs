//! The route table's parts: a line names method, path and handler; everything else about the operation is read off the
//! handler's own type.

use std::{collections::BTreeMap, future::Future, rc::Rc, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::{ConnectionType, Method, header},
    web,
};
use futures_util::{StreamExt, future::LocalBoxFuture};
use utoipa::openapi::{HttpMethod, RefOr, Schema, path::OperationBuilder};

use super::{
    House,
    input::{Input, Taking},
    operation::Description,
    render,
    reply::Output,
};
use crate::platform::problem::{Kind, Problem};

/// A line of the route table.
pub struct Route {
    method: Method,
    path: &'static str,
    says: &'static str,
    tag: &'static str,
    description: Description,
    answering: Answering,
}

/// Answers a request, given the variable segments of its path.
type Answering = Rc<dyn for<'a> Fn(HttpRequest, &'a mut Payload, Vec<String>) -> LocalBoxFuture<'a, HttpResponse>>;

/// The path of the table that a request came by, for the log and the counters.
#[derive(Clone, Copy, Debug)]
pub(super) struct CameBy(pub(super) &'static str);

/// What the lines of one path answer.
struct Place {
    path: &'static str,
    methods: Vec<(Method, Answering)>,
    allow: String,
}

/// Lines that belong together, under a name and a sentence about what they are for.
pub struct Room {
    name: &'static str,
    says: &'static str,
    routes: Vec<Route>,
}

/// The route table.
pub struct Routes {
    rooms: Vec<(&'static str, &'static str)>,
    lines: Vec<Route>,
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
        impl<Run, Fut, Out, $($arg),*> Handler<($($arg,)*)> for Run
        where
            Run: Fn($($arg),*) -> Fut + Clone + 'static,
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
handler!(A, B, C, D, E, F);

fn route<H: Handler<Args>, Args: 'static>(method: Method, path: &'static str, says: &'static str, handler: H) -> Route {
    let mut description = Description::of(operation_name(std::any::type_name::<H>()));
    H::describe(&mut description);
    description.by(&method);
    let answering: Answering = Rc::new(move |request, payload, segments| {
        let handler = handler.clone();
        Box::pin(async move {
            let Some(house) = request.app_data::<House>() else {
                return HttpResponse::InternalServerError().finish();
            };
            let answered = handler.run(Taking::new(&request, payload, house, segments)).await;
            answered.map_or_else(|problem| render::render(&request, &problem), |answer| answer.respond(&request))
        })
    });
    Route { method, path, says, tag: "", description, answering }
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
    /// The problems it may answer besides those that follow from its types.
    #[must_use]
    pub fn may(mut self, kinds: &[Kind]) -> Self {
        self.description.may(kinds);
        self
    }

    /// Can anyone call it?
    pub fn is_public(&self) -> bool {
        !self.description.signed_in
    }

    /// Method and path.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The statuses a problem may have here.
    pub(super) fn problems(&self) -> Vec<u16> {
        self.description.problems()
    }

    /// The schemas its description refers to.
    pub fn schemas(&self) -> &[(String, RefOr<Schema>)] {
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
        self.description.operation(self.path, self.says, self.tag)
    }
}

impl Room {
    /// A room of the table.
    pub fn of(name: &'static str, says: &'static str, routes: Vec<Route>) -> Self {
        Self { name, says, routes }
    }
}

impl Routes {
    /// The table made of several rooms.
    pub fn of(rooms: impl IntoIterator<Item = Room>) -> Self {
        let mut table = Self { rooms: Vec::new(), lines: Vec::new() };
        for room in rooms {
            table.rooms.push((room.name, room.says));
            table.lines.extend(room.routes.into_iter().map(|route| Route { tag: room.name, ..route }));
        }
        table
    }

    /// The lines.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.lines.iter()
    }

    /// The rooms, by name and what they are for.
    pub(super) fn rooms(&self) -> &[(&'static str, &'static str)] {
        &self.rooms
    }

    /// Serves them, and answers for every path nobody else does. The path is looked up in a tree: going through a list of
    /// patterns costs more than many a handler.
    pub fn register(&self, config: &mut web::ServiceConfig) {
        let tree = Rc::new(self.tree());
        config.default_service(web::to(move |request: HttpRequest, payload: web::Payload| {
            let tree = tree.clone();
            async move {
                let mut payload = payload.into_inner();
                let mut response = answer(&tree, request, &mut payload).await;
                if !is_read_to_the_end(&mut payload).await {
                    response.head_mut().set_connection_type(ConnectionType::Close);
                }
                response
            }
        }));
    }

    fn tree(&self) -> matchit::Router<Place> {
        let mut by_path: BTreeMap<&'static str, Vec<&Route>> = BTreeMap::new();
        for route in &self.lines {
            by_path.entry(route.path).or_default().push(route);
        }
        let mut tree = matchit::Router::new();
        for (path, routes) in by_path {
            let methods = routes.iter().map(|route| (route.method.clone(), route.answering.clone())).collect();
            let place = Place { path, methods, allow: allowed(&routes) };
            tree.insert(path, place).expect("no two paths of the table can mean the same");
        }
        tree
    }
}

/// What nobody read of a body must be out of the way before the next request can come on the same connection: so much of it
/// is read and thrown away, as far as it is there. With more than that the connection is closed, and the answer says so.
const THROWN_AWAY: usize = 64 * 1024;
const SOON: Duration = Duration::from_millis(50);

async fn is_read_to_the_end(payload: &mut Payload) -> bool {
    let reading = async {
        let mut read = 0;
        while let Some(chunk) = payload.next().await {
            read += chunk.map_or(THROWN_AWAY, |bytes| bytes.len());
            if read >= THROWN_AWAY {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(SOON, reading).await.unwrap_or(false)
}

async fn answer(tree: &matchit::Router<Place>, request: HttpRequest, payload: &mut Payload) -> HttpResponse {
    let Ok(found) = tree.at(request.path()) else { return render::render(&request, &Kind::NotFound.into()) };
    request.extensions_mut().insert(CameBy(found.value.path));
    let segments = found.params.iter().map(|(_, value)| value.to_owned()).collect();
    let Some(answering) = found.value.answering(request.method()) else {
        return not_allowed(&request, &found.value.allow);
    };
    let answering = answering.clone();
    answering(request, payload, segments).await
}

impl Place {
    /// `GET` answers `HEAD` too: the server leaves the body out.
    fn answering(&self, asked: &Method) -> Option<&Answering> {
        let asked = if *asked == Method::HEAD { &Method::GET } else { asked };
        self.methods.iter().find(|(method, _)| method == asked).map(|(_, answering)| answering)
    }
}

fn allowed(routes: &[&Route]) -> String {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    if let Some(at) = methods.iter().position(|method| *method == "GET") {
        methods.insert(at + 1, "HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

/// A method the table does not have at a path is answered with 405 and what it does have.
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
