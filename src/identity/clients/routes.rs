//! API clients and their tokens over HTTP.

use std::sync::Arc;

use serde_json::{Value, json};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use super::{ApiClient, ClientToken, ClientWithSecret, store};
use crate::{
    access::Actor,
    identity::{
        actions::{CreateClient, ListClients, RevokeClient, RotateClientSecret},
        tokens::{LIFETIME_SECONDS, Tokens},
    },
    platform::{
        http::{Basic, Body, Call, Created, Done, Form, House, Listed, Made, PageQuery, Path, Query, Shown, once},
        input::{Field, Name, One, Reading, Several, body},
        problem::{Findings, Kind, Problem},
        vault,
    },
    words::{ClientId, OrganisationId, Scope, Scopes},
};

body! {
    /// An API client to make.
    pub struct NewClient {
        /// What to call it.
        pub name: Name,
        /// What it may do.
        pub scopes: Several<One<Scope>, 9, 1>,
    };
    example { "name": "Kurssystemet", "scopes": ["completions:read", "completions:write"] }
}

/// `GET /v1/organisations/{organisation}/api-clients`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<ApiClient>, Problem> {
    let page = query.0.of("api-clients")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListClients { organisation: path.0 })?;
            store::list(tx, &permit, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/api-clients`
pub async fn create(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewClient>,
) -> Result<Created<ClientWithSecret>, Problem> {
    let value = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, CreateClient { organisation: path.0 })?;
            let secret = vault::token();
            let made =
                once(tx, &call, permit.name(), &body.hash, |tx| store::create(tx, &permit, &body.value, &secret))?;
            shown_once(made, |id| Ok(store::with_secret(tx, id, secret)?))
        })
        .await?;
    Ok(Created { location: location(path.0, value.client_id), version: None, value })
}

/// `POST /v1/organisations/{organisation}/api-clients/{client}/secret`
pub async fn rotate(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    client: Path<ClientId>,
) -> Result<Created<ClientWithSecret>, Problem> {
    let value = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, RotateClientSecret { organisation: path.0 })?;
            let secret = vault::token();
            let hash = vault::sha256(client.0.to_string().as_bytes());
            let made = once(tx, &call, permit.name(), &hash, |tx| store::rotate(tx, &permit, client.0, &secret))?;
            shown_once(made, |id| Ok(store::with_secret(tx, id, secret)?))
        })
        .await?;
    Ok(Created { location: location(path.0, value.client_id), version: None, value })
}

/// A twin of the request that made a secret cannot be given it again.
fn shown_once<T>(made: Made<ClientId>, show: impl FnOnce(ClientId) -> Result<T, Problem>) -> Result<T, Problem> {
    match made {
        Made::Now(id) => show(id),
        Made::Before(_) => Err(Kind::SecretShown.into()),
    }
}

fn location(organisation: OrganisationId, client: ClientId) -> String {
    format!("/v1/organisations/{organisation}/api-clients/{client}")
}

/// `DELETE /v1/organisations/{organisation}/api-clients/{client}`
pub async fn revoke(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    client: Path<ClientId>,
) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, RevokeClient { organisation: path.0 })?;
            store::revoke(tx, &permit, client.0)
        })
        .await?;
    Ok(Done)
}

/// A token request (RFC 6749, 4.4.2). What is missing is said in the words of that standard, and parameters nobody knows
/// are ignored, as it demands.
#[derive(Debug)]
pub struct TokenWish {
    grant_type: Option<String>,
    client: Option<(String, String)>,
    scope: Option<String>,
}

impl Field for TokenWish {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        // A parameter without a value counts as left out (RFC 6749, 3.2).
        let given = |name: &str| value.get(name).and_then(Value::as_str).filter(|v| !v.is_empty()).map(str::to_owned);
        Ok(Self {
            grant_type: given("grant_type"),
            client: given("client_id").zip(given("client_secret")),
            scope: given("scope"),
        })
    }

    fn schema_name() -> Option<&'static str> {
        Some("TokenWish")
    }

    fn describe() -> RefOr<Schema> {
        let text = |says: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(says)).build();
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("A token request (RFC 6749, 4.4.2). The client signs in here or by HTTP Basic."))
            .property(
                "grant_type",
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["client_credentials"])),
            )
            .property("client_id", text("The client's id, unless it signs in by HTTP Basic."))
            .property("client_secret", text("The client's secret, unless it signs in by HTTP Basic."))
            .property("scope", text("What the client needs, separated by spaces; refused if it may not do all of it."))
            .required("grant_type")
            .examples([json!({
                "grant_type": "client_credentials",
                "client_id": "019cadf2-1111-7000-8000-00000000ffff",
                "client_secret": "the secret that was shown once",
            })])
            .into()
    }
}

/// `POST /oauth/token`
pub async fn token(
    house: House,
    tokens: Arc<Tokens>,
    basic: Basic,
    form: Form<TokenWish>,
) -> Result<Shown<ClientToken>, Problem> {
    let wish = form.0;
    match wish.grant_type.as_deref() {
        None => return Err(Kind::InvalidTokenRequest.into()),
        Some("client_credentials") => {}
        Some(_) => return Err(Kind::UnsupportedGrantType.into()),
    }
    let (id, secret) = basic.0.or(wish.client).ok_or(Kind::InvalidClient)?;
    let client: ClientId = id.parse().map_err(|_| Kind::InvalidClient)?;
    let found = house.db.read(move |tx| store::scopes_by_secret(tx, client, &secret)).await.map_err(Problem::from)?;
    let scopes = found.ok_or(Kind::InvalidClient)?;
    if let Some(asked) = &wish.scope {
        let asked = Scopes::parse(asked).ok_or(Kind::InvalidScope)?;
        if !asked.iter().all(|scope| scopes.holds(scope)) {
            return Err(Kind::InvalidScope.into());
        }
    }
    Ok(Shown::plain(ClientToken {
        access_token: tokens.issue(Actor::Client(client), house.db.clock().now())?,
        token_type: "Bearer",
        expires_in: LIFETIME_SECONDS,
        scope: scopes.to_string(),
    }))
}
