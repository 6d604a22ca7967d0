//! A provider records one completion after the other over HTTP: custodies, audit row and answer, durable. The floor inserts
//! the same rows on one connection, a transaction each, just as durable, and asks nobody anything.

use std::time::Duration;

use attest::{
    access::Actor,
    platform::{
        clock::Clock,
        db::{Connection, connection::Purpose},
    },
    words::Identifier,
};
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::rate_of;
use crate::{
    Failure,
    load::{Seen, drive, post},
    options::Options,
    place::{Kind, Place},
    report::{Figure, Goal},
    serving,
    world::{Human, PROVIDERS, World, audited, company, course, one_more, provider, recorder, reference, rows::Trays},
};

const WRITERS: usize = 16;
const PEOPLE: usize = 2_000;
const ROUNDS: u64 = 4;
const ROUND: Duration = Duration::from_secs(1);
/// Whose people: the largest provider.
const RECORDER: u64 = 0;

pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let people: Vec<Human> = (0..world.people())
        .map(|n| world.human(n))
        .filter(|human| human.usual_provider() == RECORDER && human.employer.is_some())
        .take(PEOPLE)
        .collect();
    let token = app.tokens.issue(Actor::Client(recorder(RECORDER)), app.house.db.clock().now())?;
    let requests: Vec<_> = people.iter().map(|human| request(human, &token)).collect();
    let mut bare = place.location.open(Purpose::Write)?;
    let (mut one, mut many, mut floor) = (Seen::default(), Seen::default(), Seen::default());
    for round in 0..ROUNDS {
        one = one.and(drive(product.address, 1, ROUND, &requests)?);
        floor = floor.and(inserts(&mut bare, &people, round, app.house.db.clock())?);
        many = many.and(drive(product.address, WRITERS, ROUND, &requests)?);
    }
    let together = if place.kind == Kind::Sqlite { Goal::AtLeast(3.0) } else { Goal::None };
    Ok(vec![
        rate_of("recording over HTTP, one writer, over bare inserts", place, &one, &floor, Goal::AtLeast(0.5)),
        rate_of("recording over HTTP, 16 writers over one", place, &many, &one, together),
    ])
}

fn request(human: &Human, token: &str) -> Vec<u8> {
    let path = format!("/v1/organisations/{}/completions", provider(RECORDER));
    let employed = human.employer.unwrap_or_default();
    let body = json!({
        "person_reference": reference(human.n),
        "course": course(RECORDER, 0),
        "outcome": "passed",
        "on": "2026-03-02",
        "ordered_by": company(PROVIDERS + employed).number,
    });
    post(&path, token, &body)
}

fn inserts(conn: &mut Connection, people: &[Human], round: u64, clock: &Clock) -> Result<Seen, Failure> {
    let begin = if matches!(conn, Connection::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let mut trays = Trays::default();
    let mut failed = None;
    let seen = Seen::of_calls(ROUND, |call| {
        let human = &people[call % people.len()];
        let (n, at) = ((round << 32) + call as u64, clock.now());
        let id = one_more(n, human, human.employer.unwrap_or_default(), at, &mut trays);
        audited(n, at, id.uuid(), &mut trays);
        let written =
            conn.batch_execute(begin).and_then(|()| trays.insert(conn)).and_then(|()| conn.batch_execute("COMMIT"));
        failed = failed.take().or(written.err());
    });
    failed.map_or(Ok(seen), |error| Err(error.into()))
}
