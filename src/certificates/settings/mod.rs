//! How an organisation issues: what its numbers begin with, and who signs.

pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

/// How an organisation issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Issuing {
    /// What its certificate numbers begin with.
    pub prefix: String,
    /// Who signs for it.
    pub signatory: Option<String>,
    /// Counts its changes; 0 until somebody has chosen.
    pub version: i64,
}
