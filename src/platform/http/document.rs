//! The API document, made from the route table.

use std::collections::BTreeSet;

use utoipa::openapi::{
    Components, Info, License, OpenApi, OpenApiBuilder, PathsBuilder, Server,
    path::PathItemBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::{Tag, TagBuilder},
};

use super::{operation::problem_response, render::problem_schema, route::Routes};

/// Says how to begin and what holds everywhere. Its commands are run against a demo, so that they cannot rot.
const GUIDE: &str = include_str!("../../../openapi/guide.md");

/// The document: the same for everyone, whatever the configuration.
pub fn document(routes: &Routes) -> OpenApi {
    let mut info = Info::new("Attest", env!("CARGO_PKG_VERSION"));
    info.description = Some(GUIDE.to_owned());
    let mut license = License::new("EUPL-1.2");
    license.identifier = Some("EUPL-1.2".to_owned());
    info.license = Some(license);
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .paths(paths(routes))
        .components(Some(components(routes)))
        .tags(Some(tags(routes)))
        .build()
}

fn paths(routes: &Routes) -> PathsBuilder {
    routes.iter().fold(PathsBuilder::new(), |paths, route| {
        let item = PathItemBuilder::new().operation(route.http_method(), route.operation());
        paths.path(route.path(), item.build())
    })
}

fn tags(routes: &Routes) -> impl Iterator<Item = Tag> {
    routes.rooms().iter().map(|(name, says)| TagBuilder::new().name(*name).description(Some(*says)).build())
}

fn components(routes: &Routes) -> Components {
    let mut components = Components::new();
    components.schemas.insert("Problem".to_owned(), problem_schema());
    for (name, schema) in routes.iter().flat_map(|route| route.schemas()) {
        components.schemas.insert(name.clone(), schema.clone());
    }
    let statuses: BTreeSet<u16> = routes.iter().flat_map(|route| route.problems()).collect();
    let responses = statuses.into_iter().map(|status| (status.to_string(), problem_response(status).into()));
    components.responses.extend(responses);
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    components
}
