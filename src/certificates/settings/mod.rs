//! How an organisation issues: what its numbers begin with, who signs, what its documents look like.

mod colour;
pub mod routes;
pub mod store;

pub use colour::Colour;
use serde::Serialize;
use utoipa::ToSchema;

/// How an organisation issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Issuing {
    /// What its certificate numbers begin with.
    pub prefix: String,
    /// Who signs for it.
    pub signatory: Option<String>,
    /// The colour of what stands out on its documents.
    pub colour: Option<String>,
    /// Do they bear a logo?
    pub has_logo: bool,
    /// Counts its changes; 0 until somebody has chosen.
    pub version: i64,
}
