//! A provider issues certificates: one over HTTP with its document drawn and stored, and a batch of them, as its worker does.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use attest::{
    access::Actor,
    app::App,
    completions::certify::batches::work::do_some,
    platform::db::{connection::Purpose, run::prelude::*, schema::certificate_batches},
    words::{CertificateBatchState, Identifier},
};
use serde_json::json;

use super::ratio_of;
use crate::{
    Failure,
    load::{Line, Seen, post},
    options::Options,
    place::Place,
    report::{Figure, Goal},
    serving,
    world::{World, provider, recorder},
};

/// Who issues: the largest provider.
const ISSUER: u64 = 0;
const ISSUED: usize = 200;
const LASTING: Duration = Duration::from_secs(10);
/// How long one certificate may take, and how many a batch is to issue in a second on two cores.
const MOST: Duration = Duration::from_millis(60);
const LEAST: f64 = 60.0;

pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let token = app.tokens.issue(Actor::Client(recorder(ISSUER)), app.house.db.clock().now())?;
    let product = serving::product(&app)?;
    let one = one_by_one(&mut Line::open(product.address)?, world, &token)?;
    // With its workers: each certificate leaves a letter behind, as it does in use.
    let batch = batch(place, &app, product.address, &token)?;
    Ok(vec![
        ratio_of(
            "a certificate issued over HTTP, half of them within",
            place,
            one.quantile(500),
            MOST,
            Goal::AtMost(1.0),
        ),
        ratio_of("a certificate issued over HTTP, 99 of 100 within", place, one.quantile(990), MOST, Goal::None),
        Figure {
            what: "certificates issued by a batch, documents drawn and stored".into(),
            database: place.name(),
            ours: format!("{batch:.0}/s"),
            floor: format!("{LEAST:.0}/s"),
            ratio: Some(batch / LEAST),
            goal: Goal::AtLeast(1.0),
        },
    ])
}

/// What cannot be certified as it is, is passed over.
fn one_by_one(line: &mut Line, world: &World, token: &str) -> Result<Seen, Failure> {
    let path = format!("/v1/organisations/{}/certificates", provider(ISSUER));
    let mut latencies = Vec::new();
    for completion in world.not_certified(ISSUER).take(ISSUED * 10) {
        let request = post(&path, token, &json!({ "completions": [completion] }));
        let asked = Instant::now();
        if line.ask(&request).is_ok() {
            latencies.push(asked.elapsed());
        }
        if latencies.len() == ISSUED {
            return Ok(Seen::of_latencies(latencies));
        }
    }
    Err(format!("only {} completions could be certified", latencies.len()).into())
}

/// How many a second, once it is known which they are.
fn batch(place: &Place, app: &App, address: SocketAddr, token: &str) -> Result<f64, Failure> {
    let path = format!("/v1/organisations/{}/certificate-batches", provider(ISSUER));
    Line::open(address)?.ask(&post(&path, token, &json!({ "from": "2016-01-01" })))?;
    let mut conn = place.location.open(Purpose::Read)?;
    let mut issued = || {
        let latest = certificate_batches::table.order(certificate_batches::id.desc());
        let state = latest.select((certificate_batches::id, certificate_batches::state, certificate_batches::issued));
        state.first::<(attest::words::CertificateBatchId, CertificateBatchState, i64)>(&mut conn)
    };
    actix_web::rt::System::new().block_on(async {
        while issued()?.1 == CertificateBatchState::Gathering {
            some(app).await?;
        }
        let (began, before) = (Instant::now(), issued()?.2);
        while began.elapsed() < LASTING && some(app).await? > 0 {}
        let seconds = began.elapsed().as_secs_f64();
        let (id, _, after) = issued()?;
        let mut line = Line::open(address)?;
        line.ask(&post(&format!("{path}/{}/cancellation", id.uuid()), token, &json!({})))?;
        Ok((after - before) as f64 / seconds)
    })
}

async fn some(app: &App) -> Result<usize, Failure> {
    do_some(&app.house).await.map_err(|problem| format!("{problem:?}").into())
}
