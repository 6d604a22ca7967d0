//! What those who run the server ask it: is it alive, does the database answer, what was counted.

use crate::platform::{
    http::{Answer, House, OpenMetrics, Plain},
    jobs,
    problem::Problem,
};

/// `GET /healthz`: the process is alive; it says nothing about the database.
pub async fn healthz() -> Result<Answer<Plain>, Problem> {
    Ok(text("alive\n".to_owned()))
}

/// `GET /readyz`: the database answers.
pub async fn readyz(house: House) -> Result<Answer<Plain>, Problem> {
    house.db.read(jobs::waiting).await.map_err(Problem::from)?;
    Ok(text("ready\n".to_owned()))
}

/// `GET /metrics`
pub async fn metrics(house: House) -> Result<Answer<OpenMetrics>, Problem> {
    Ok(Answer::new(house.metrics.text(), "no-store"))
}

fn text(body: String) -> Answer<Plain> {
    Answer::new(body, "no-store")
}
