//! HTTP for privacy.

use std::sync::OnceLock;

use super::RetentionSchedule;
use crate::{
    platform::{http::Written, problem::Problem},
    records::schedule,
};

/// The schedule changes with the program; five minutes is as long as the API document may be kept.
const KEPT_SECONDS: i64 = 300;

/// `GET /v1/retention-schedule`
pub async fn retention_schedule() -> Result<Written<RetentionSchedule>, Problem> {
    static JSON: OnceLock<String> = OnceLock::new();
    let json = match JSON.get() {
        Some(json) => json,
        None => {
            let json = serde_json::to_string(&RetentionSchedule::from(schedule())).map_err(Problem::internal)?;
            JSON.get_or_init(|| json)
        }
    };
    Ok(Written::to_anyone(json.as_str(), KEPT_SECONDS).of_version(schedule().version()))
}
