//! What can never go by itself as long as nobody says a day: the end of what an organisation keeps counts from something it
//! has not said yet. It is asked here, because what is not known lets nothing go.

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{completions::About, words::*};

/// Something an organisation keeps, and it cannot be said until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct Undecided {
    /// The record.
    pub record: RecordId,
    /// The person.
    pub person: About,
    /// What it is called.
    pub title: Said,
    /// On which ground it is kept.
    pub ground: Ground,
    /// In which category of the schedule.
    pub category: String,
    /// What is needed and not known.
    pub missing: Vec<Anchor>,
    /// Who is to say it, and where.
    pub says: Said,
}
