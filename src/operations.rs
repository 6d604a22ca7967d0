//! What those who run the server ask it: is it alive, does the database answer, what was counted, what can it do.

use std::sync::OnceLock;

use crate::{
    platform::{
        http::{Answer, House, document},
        jobs,
        problem::Problem,
    },
    routes::routes,
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
    Ok(Answer { media_type: "application/openmetrics-text; version=1.0.0; charset=utf-8", body, cache_control: "no-store" })
}

/// `GET /openapi.json`
pub async fn openapi() -> Result<Answer, Problem> {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let body = match DOCUMENT.get() {
        Some(body) => body.clone(),
        None => {
            let body = document(&routes()).to_json().map_err(Problem::internal)?;
            DOCUMENT.get_or_init(|| body).clone()
        }
    };
    Ok(Answer { media_type: "application/json", body, cache_control: "public, max-age=300" })
}

fn text(body: String) -> Answer {
    Answer { media_type: TEXT, body, cache_control: "no-store" }
}
