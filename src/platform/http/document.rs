//! The API document, made from the route table.

use utoipa::openapi::{
    Components, Info, License, OpenApi, OpenApiBuilder, PathsBuilder, Server,
    path::PathItemBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{render::problem_schema, route::Routes};

const ABOUT: &str = "The record of what people are qualified to do, who may know it, and for how long.\n\n\
    Sign in with `POST /v1/sessions` (people) or `POST /oauth/token` (integrators) and send the access token as \
    `Authorization: Bearer …`. Errors are problems (RFC 9457): match on `type`, the texts follow `Accept-Language` (nb, en). \
    Lists take `limit` and `cursor`. What can change carries an `ETag`; changing it needs `If-Match`. \
    What you have no access to answers 404.";

/// The document: the same for everyone, whatever the configuration.
pub fn document(routes: &Routes) -> OpenApi {
    let mut info = Info::new("Attest", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut license = License::new("EUPL-1.2");
    license.identifier = Some("EUPL-1.2".to_owned());
    info.license = Some(license);
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .paths(paths(routes))
        .components(Some(components(routes)))
        .build()
}

fn paths(routes: &Routes) -> PathsBuilder {
    routes.iter().fold(PathsBuilder::new(), |paths, route| {
        let item = PathItemBuilder::new().operation(route.http_method(), route.operation());
        paths.path(route.path(), item.build())
    })
}

fn components(routes: &Routes) -> Components {
    let mut components = Components::new();
    components.schemas.insert("Problem".to_owned(), problem_schema());
    for (name, schema) in routes.iter().flat_map(|route| route.schemas()) {
        components.schemas.insert(name.clone(), schema.clone());
    }
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    components
}
