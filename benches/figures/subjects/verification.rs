//! Anyone verifies codes, one after the other. Read from the database it is held against a bare handler with the same hop to
//! a thread that may block, the same statements and the same answer; from memory against a bare handler that has the same
//! answers in memory.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::web;
use attest::certificates::verify::cache::Answers;

use super::{rate_of, ratio_of};
use crate::{
    Failure,
    floor::verification::{Known, answer, remembered},
    load::{Line, Seen, drive},
    place::Place,
    report::{Figure, Goal},
    serving,
    world::{Chance, Of, World, code},
};

const CONNECTIONS: usize = 16;
const ROUNDS: u64 = 6;
const ROUND: Duration = Duration::from_secs(1);
/// So many codes are asked for in a round that reads them from the database: other ones in each.
const ASKED: u64 = 40_000;
/// And so many when they are in memory.
const POPULAR: u64 = 1_000;

pub fn measure(place: &Place, world: &World) -> Result<Vec<Figure>, Failure> {
    let mut figures = from_the_database(place, world)?;
    figures.extend(from_memory(place, world)?);
    Ok(figures)
}

fn from_the_database(place: &Place, world: &World) -> Result<Vec<Figure>, Failure> {
    let mut app = place.app()?;
    app.answers = Arc::new(Answers::with_room_for(0, 0));
    let product = serving::product(&app)?;
    let db = web::Data::new(app.house.db.clone());
    let floor = serving::bare(move |config| {
        config.app_data(db.clone()).route("/{code}", web::get().to(answer));
    })?;
    assert_same(product.address, floor.address, &codes(world, ROUNDS, 500))?;
    let (mut ours, mut theirs) = (Seen::default(), Seen::default());
    for round in 0..ROUNDS {
        let codes = codes(world, round, ASKED);
        ours = ours.and(drive(product.address, CONNECTIONS, ROUND, &asked("/v1/verify", &codes))?);
        theirs = theirs.and(drive(floor.address, CONNECTIONS, ROUND, &asked("", &codes))?);
    }
    Ok(vec![
        rate_of("verification from the database, 16 connections", place, &ours, &theirs, Goal::AtLeast(0.7)),
        ratio_of(
            "verification from the database, 99 of 100 within",
            place,
            ours.quantile(990),
            theirs.quantile(990),
            Goal::AtMost(2.0),
        ),
    ])
}

fn from_memory(place: &Place, world: &World) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let codes = codes(world, 0, POPULAR);
    let asked_ours = asked("/v1/verify", &codes);
    let mut line = Line::open(product.address)?;
    let mut known = Known::default();
    for (code, request) in codes.iter().zip(&asked_ours) {
        known.insert(code.clone(), line.ask(request)?.to_vec().into());
    }
    let known = web::Data::new(known);
    let floor = serving::bare(move |config| {
        config.app_data(known.clone()).route("/{code}", web::get().to(remembered));
    })?;
    let asked_theirs = asked("", &codes);
    assert_same(product.address, floor.address, &codes)?;
    let (mut ours, mut theirs) = (Seen::default(), Seen::default());
    for _ in 0..ROUNDS {
        ours = ours.and(drive(product.address, CONNECTIONS, ROUND, &asked_ours)?);
        theirs = theirs.and(drive(floor.address, CONNECTIONS, ROUND, &asked_theirs)?);
    }
    Ok(vec![rate_of("verification from memory, 16 connections", place, &ours, &theirs, Goal::AtLeast(0.8))])
}

/// Some codes, the same ones every time.
fn codes(world: &World, round: u64, count: u64) -> Vec<String> {
    let mut chance = Chance::of(Of::Caller, round + 1);
    (0..count).map(|_| code(chance.below(world.certificates)).to_string()).collect()
}

fn asked(path: &str, codes: &[String]) -> Vec<Vec<u8>> {
    let request = |code: &String| format!("GET {path}/{code} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").into_bytes();
    codes.iter().map(request).collect()
}

fn assert_same(product: SocketAddr, floor: SocketAddr, codes: &[String]) -> Result<(), Failure> {
    let (mut one, mut other) = (Line::open(product)?, Line::open(floor)?);
    for (ours, theirs) in asked("/v1/verify", codes).iter().zip(&asked("", codes)) {
        if one.ask(ours)? != other.ask(theirs)? {
            return Err("the floor of verification answers something else than the product".into());
        }
    }
    Ok(())
}
