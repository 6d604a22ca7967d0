//! Which register certifies what a provider may not certify itself: a register independent of it (forskrift om
//! administrative ordninger § 8-2), chosen by the provider. The register then holds those completions, sees them, checks them
//! and issues.

pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{Day, OrganisationId};

/// Which register certifies completions from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegisterChoice {
    /// Completions from this day on, until the next choice.
    pub from: Day,
    /// The register; null if none does.
    pub register: Option<OrganisationId>,
}
