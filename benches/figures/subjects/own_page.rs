//! Somebody who is signed in reads their own completions. The floor is a bare handler on the same server, with the same
//! hop to a thread that may block, the same statements and the same answer; it does not ask who calls.

use std::{net::SocketAddr, time::Duration};

use actix_web::web;
use attest::{access::Actor, app::App};

use super::{rate_of, ratio_of};
use crate::{
    Failure, floor,
    load::{Line, Seen, drive, get},
    options::Options,
    place::Place,
    report::{Figure, Goal},
    serving,
    world::{Chance, Of, Owner, World},
};

const CONNECTIONS: usize = 16;
const READERS: u64 = 4_000;
const ROUNDS: usize = 6;
const ROUND: Duration = Duration::from_secs(1);

pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let db = web::Data::new(app.house.db.clone());
    let floor = serving::bare(move |config| {
        config.app_data(db.clone()).route("/{person}", web::get().to(floor::own_page::answer));
    })?;
    let readers = readers(world);
    let asked = requests(&app, &readers)?;
    let bare: Vec<_> = readers.iter().map(|owner| get(&format!("/{}", owner.person), "nobody asks")).collect();
    assert_same(product.address, &asked, floor.address, &bare)?;
    let (mut ours, mut theirs) = (Seen::default(), Seen::default());
    for _ in 0..ROUNDS {
        ours = ours.and(drive(product.address, CONNECTIONS, ROUND, &asked)?);
        theirs = theirs.and(drive(floor.address, CONNECTIONS, ROUND, &bare)?);
    }
    Ok(vec![
        rate_of("own completions, 16 connections", place, &ours, &theirs, Goal::AtLeast(0.7)),
        ratio_of(
            "own completions, 99 of 100 within",
            place,
            ours.quantile(990),
            theirs.quantile(990),
            Goal::AtMost(3.0),
        ),
    ])
}

/// Some of those with an account, the same ones every time.
pub fn readers(world: &World) -> Vec<Owner> {
    let mut chance = Chance::of(Of::Caller, 0);
    (0..READERS).map(|_| world.owner(chance.below(world.owners()))).collect()
}

/// What they ask.
pub fn requests(app: &App, readers: &[Owner]) -> Result<Vec<Vec<u8>>, Failure> {
    let request = |owner: &Owner| {
        let actor = Actor::Account { account: owner.account, sign_in: owner.sign_in };
        Ok(get("/v1/me/completions", &app.tokens.issue(actor, app.house.db.clock().now())?))
    };
    readers.iter().map(request).collect()
}

fn assert_same(product: SocketAddr, asked: &[Vec<u8>], floor: SocketAddr, bare: &[Vec<u8>]) -> Result<(), Failure> {
    let (mut one, mut other) = (Line::open(product)?, Line::open(floor)?);
    for (ours, theirs) in asked.iter().zip(bare).take(200) {
        if one.ask(ours)? != other.ask(theirs)? {
            return Err("the floor of own completions answers something else than the product".into());
        }
    }
    Ok(())
}
