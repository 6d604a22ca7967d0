//! Credentials: signing them, publishing what becomes of them, and telling from a file what it is. A list out of memory is held
//! against a bare handler that has the same bytes in memory; everything else against the time it may take.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use actix_web::{HttpResponse, web};
use attest::{
    access::Actor,
    app::App,
    certificates::{
        credential::proof::sign,
        keys::SigningKey,
        status::{
            Mark, PLACES,
            store::{Place as Bit, mark},
        },
    },
    platform::db::{Error, Tx, run::prelude::*, schema::credentials},
    words::{CertificateId, Identifier, StatusListId},
};
use serde_json::{Value, json};

use super::{rate_of, ratio_of};
use crate::{
    Failure,
    load::{Line, Seen, drive, get, post},
    options::Options,
    place::Place,
    report::{Figure, Goal},
    serving::{self, Serving},
    world::{World, provider, recorder},
};

/// Who issues: the largest provider.
const ISSUER: u64 = 0;
/// Credentials signed in a second on one core, and how long a list and a file may take.
const LEAST: f64 = 100.0;
const MOST_OF_A_LIST: Duration = Duration::from_millis(100);
const MOST_OF_A_FILE: Duration = Duration::from_millis(30);
const ROUND: Duration = Duration::from_secs(2);
/// How much has been revoked in the list before.
const REVOKED: i32 = 20_000;
const REVOCATIONS: usize = 30;
const FILES: usize = 200;
const CONNECTIONS: usize = 16;

pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let token = app.tokens.issue(Actor::Client(recorder(ISSUER)), app.house.db.clock().now())?;
    let mut line = Line::open(product.address)?;
    let certificate = issued(&mut line, world, &token)?;
    let (list, text) = app.house.db.read_here(|tx| signed(tx, certificate))?;
    let list = (format!("/o/{}/status/{}", provider(ISSUER), list.uuid()), list);
    let pdf = format!("/v1/organisations/{}/certificates/{}/pdf", provider(ISSUER), certificate.uuid());
    let pdf = line.ask(&get(&pdf, &token))?.to_vec();
    let files = files(&mut line, &pdf)?;
    let revoking = revoking(&app, &mut line, &list)?;
    let (kept, floor) = kept(&product, &list.0)?;
    let signing = signing(&text)?;
    Ok(vec![
        Figure {
            what: "credentials signed, on one core".into(),
            database: place.name(),
            ours: format!("{:.0}/s", signing.per_second()),
            floor: format!("{LEAST:.0}/s"),
            ratio: Some(signing.per_second() / LEAST),
            goal: Goal::AtLeast(1.0),
        },
        ratio_of(
            &format!("one of {PLACES} revoked and the new list served, {REVOKED} revoked before"),
            place,
            revoking.quantile(500),
            MOST_OF_A_LIST,
            Goal::AtMost(1.0),
        ),
        rate_of("a status list from memory, 16 connections", place, &kept, &floor, Goal::AtLeast(0.8)),
        ratio_of(
            &format!("a document of {} kB verified by its file, half of them within", pdf.len() / 1000),
            place,
            files.quantile(500),
            MOST_OF_A_FILE,
            Goal::AtMost(1.0),
        ),
    ])
}

/// A certificate that has just been issued.
fn issued(line: &mut Line, world: &World, token: &str) -> Result<CertificateId, Failure> {
    let path = format!("/v1/organisations/{}/certificates", provider(ISSUER));
    for completion in world.not_certified(ISSUER) {
        if let Ok(answer) = line.ask(&post(&path, token, &json!({ "completions": [completion] }))) {
            let answer: Value = serde_json::from_slice(answer)?;
            return Ok(answer["id"].as_str().unwrap_or_default().parse()?);
        }
    }
    Err("nothing could be certified".into())
}

fn signed(tx: &mut Tx<'_>, certificate: CertificateId) -> Result<(StatusListId, String), Error> {
    let its = credentials::table.filter(credentials::certificate.eq(certificate));
    Ok(its.select((credentials::list, credentials::signed.assume_not_null())).first(tx.conn())?)
}

/// What was signed, signed again.
fn signing(text: &str) -> Result<Seen, Failure> {
    let mut document: Value = serde_json::from_str(text)?;
    document.as_object_mut().map(|members| members.remove("proof"));
    let key = SigningKey::from_seed("did:web:example.no", &[7; 32]).ok_or("no key")?;
    let failed = Cell::new(None);
    let seen = Seen::of_calls(ROUND, |_| {
        if let Err(error) = sign(&document, &key, "2026-03-02T09:00:00Z".into()) {
            failed.set(Some(error));
        }
    });
    failed.take().map_or(Ok(seen), |error| Err(error.into()))
}

/// How long it takes from the wish to the list that shows it, of one after the other.
fn revoking(app: &App, line: &mut Line, (path, list): &(String, StatusListId)) -> Result<Seen, Failure> {
    let bit = |place: i32| -> Bit { (*list, place) };
    // All over the odd places, so that the even ones are free.
    let many: Vec<Bit> = (0..REVOKED).map(|n| bit((n.wrapping_mul(48_271) & (PLACES / 2 - 1)) * 2 + 1)).collect();
    app.house.db.write_here(move |tx| mark(tx, &many, Mark::Revoked))?;
    let request = anyone(path);
    let mut before = line.ask(&request)?.to_vec();
    let mut latencies = Vec::new();
    for n in 0..REVOCATIONS {
        let bits = [bit(n as i32 * 2)];
        let asked = Instant::now();
        app.house.db.write_here(move |tx| mark(tx, &bits, Mark::Revoked))?;
        let after = line.ask(&request)?.to_vec();
        latencies.push(asked.elapsed());
        if after == before {
            return Err("the list did not change".into());
        }
        before = after;
    }
    Ok(Seen::of_latencies(latencies))
}

/// The list out of memory, and the same bytes from a bare handler.
fn kept(product: &Serving, path: &str) -> Result<(Seen, Seen), Failure> {
    let bytes = Line::open(product.address)?.ask(&anyone(path))?.to_vec();
    let bytes = web::Data::new(web::Bytes::from(bytes));
    let floor = serving::bare(move |config| {
        config.app_data(bytes.clone()).route("/list", web::get().to(answer));
    })?;
    let (mut ours, mut theirs) = (Seen::default(), Seen::default());
    for _ in 0..3 {
        ours = ours.and(drive(product.address, CONNECTIONS, ROUND, &[anyone(path)])?);
        theirs = theirs.and(drive(floor.address, CONNECTIONS, ROUND, &[anyone("/list")])?);
    }
    Ok((ours, theirs))
}

async fn answer(list: web::Data<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/vc").body(list.get_ref().clone())
}

/// The document, sent again and again.
fn files(line: &mut Line, pdf: &[u8]) -> Result<Seen, Failure> {
    let head = format!(
        "POST /v1/verify/file HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/pdf\r\ncontent-length: {}\r\n\r\n",
        pdf.len()
    );
    let request = [head.as_bytes(), pdf].concat();
    let mut latencies = Vec::with_capacity(FILES);
    for _ in 0..FILES {
        let asked = Instant::now();
        let answer: Value = serde_json::from_slice(line.ask(&request)?)?;
        latencies.push(asked.elapsed());
        if answer["verdict"] != "as_issued" {
            return Err(format!("it was issued, and is called {}", answer["verdict"]).into());
        }
    }
    Ok(Seen::of_latencies(latencies))
}

fn anyone(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").into_bytes()
}
