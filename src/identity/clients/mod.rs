//! API clients: an integrator's credential, for one organisation, with scopes. Its secret is shown once and kept hashed.

pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{ClientId, Instant, Scope};

/// An API client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiClient {
    /// Its id, also the `client_id` of `POST /oauth/token`.
    pub client_id: ClientId,
    /// What the administrator calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Since when it exists.
    pub created_at: Instant,
}

/// An API client with its secret, which is never shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientWithSecret {
    /// Its id.
    pub client_id: ClientId,
    /// Its secret.
    pub client_secret: String,
    /// What the administrator calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// An access token for a client (RFC 6749, 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientToken {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// In how many seconds it expires.
    pub expires_in: i64,
    /// What it may do, separated by spaces: always everything the client may do.
    pub scope: String,
}
