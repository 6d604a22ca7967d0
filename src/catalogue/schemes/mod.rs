//! Schemes: a certifying body's set of competences, and the most the body may receive about those who have them.
//!
//! Which records the body holds is not said here; it follows from the competences of the scheme.

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::*;

/// A certifying body's scheme.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scheme {
    /// Its id.
    pub id: SchemeId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Said,
    /// The body that owns it; null until one is here.
    pub body: Option<OrganisationId>,
    /// The most the body may receive of a completion.
    pub fields: Vec<SchemeField>,
    /// The page it was taken from.
    pub source: Option<String>,
    /// Counts its changes.
    pub version: i64,
}
