//! What those who run the server ask it: is it alive, does the database answer, what was counted.

use crate::platform::{
    http::{Answer, House},
    jobs,
    problem::Problem,
};

const TEXT: &str = "text/plain; charset=utf-8";

/// `GET /healthz`: the process is alive; it says nothing about the database.
pub async fn healthz() -> Result<Answer, Problem> {
    Ok(text("alive\n".to_owned()))
}

/// `GET /readyz`: the database answers.
pub async fn readyz(house: House) -> Result<Answer, Problem> {
    house.db.read(jobs::waiting).await.map_err(Problem::from)?;
    Ok(text("ready\n".to_owned()))
}

/// `GET /metrics`
pub async fn metrics(house: House) -> Result<Answer, Problem> {
    let body = house.metrics.text();
    Ok(Answer {
        media_type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
        body,
        cache_control: "no-store",
    })
}

fn text(body: String) -> Answer {
    Answer { media_type: TEXT, body, cache_control: "no-store" }
}
