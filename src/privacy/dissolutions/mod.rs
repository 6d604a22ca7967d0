//! Organisations that are no more. What no law orders to be kept goes within twelve months of the end, as the schedule says where
//! the controller was dissolved; what a law orders, and the time for claims after it, runs on, and needs a successor: a company
//! that is no more answers nobody. The operator has the list.

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{law::calendar::months_after, records::Party, words::*};

/// So many months a dissolved company may be the controller of anything.
const MONTHS: u16 = 12;

/// An organisation that was dissolved.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dissolution {
    /// Which.
    pub organisation: Party,
    /// On which day.
    pub on: Day,
    /// The last day on which it may still be the controller of anything.
    pub needs_successor_by: Day,
    /// On how many records it still has a hold, each ground counted by itself.
    pub custodies: i64,
    /// Of these, those whose time is not over by that day: somebody has to take them over.
    pub to_be_taken_over: i64,
}

/// The last day on which who was dissolved on a day may still be the controller of anything.
fn needs_successor_by(on: Day) -> Day {
    months_after(on, MONTHS)
}
