//! Privacy: what people are told about what is kept about them, why, and for how long; what they can ask of those who keep it,
//! and what these can do about it.

pub mod actions;
pub mod annulments;
pub mod carrying;
pub mod cases;
pub mod clocks;
pub mod custodies;
pub mod decisions;
pub mod deregistration;
pub mod dissolutions;
pub mod erasures;
pub mod hand_overs;
pub mod holds;
pub mod notices;
pub mod packs;
pub mod releases;
pub mod rescheduling;
pub mod routes;
mod said;
pub mod sweep;
pub mod transfers;
pub mod undecided;

use serde::Serialize;
use utoipa::ToSchema;

use crate::law::schedule::{Rule, Schedule};

/// The retention schedule, as anyone may read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionSchedule {
    /// Which schedule it is. What is kept names the version that decided.
    pub version: &'static str,
    /// A rule for each category, by id.
    #[schema(value_type = Vec<Rule>)]
    pub rules: Vec<&'static Rule>,
}

impl From<&'static Schedule> for RetentionSchedule {
    fn from(schedule: &'static Schedule) -> Self {
        Self { version: schedule.version(), rules: schedule.rules().collect() }
    }
}
