//! How much dearer reading gets as the record grows: one person's completions and a page of the largest employer's staff,
//! one connection, in worlds that differ by a factor of ten.

use std::time::Duration;

use super::{own_page, ratio_of, staff_page::Pages};
use crate::{
    Failure,
    load::{Seen, drive},
    place::{Place, Server},
    report::{Figure, Goal},
    serving::{self, Serving},
    world::World,
};

const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_secs(1);
const MOST: f64 = 1.3;

/// A world with what is asked of it.
struct Grown {
    completions: u64,
    product: Serving,
    asked: [Vec<Vec<u8>>; 2],
    seen: [Seen; 2],
    // Dropped last: the server reads from it.
    place: Place,
}

const WHAT: [&str; 2] = ["own completions", "page of the staff's completions"];

pub fn measure(server: Option<&Server>, sizes: &[u64]) -> Result<Vec<Figure>, Failure> {
    let mut worlds = sizes.iter().map(|size| grown(server, *size)).collect::<Result<Vec<_>, _>>()?;
    // The first round only fetches from the disk what is asked for.
    for round in 0..=ROUNDS {
        for world in &mut worlds {
            for (asked, seen) in world.asked.iter().zip(&mut world.seen) {
                let now = drive(world.product.address, 1, ROUND, asked)?;
                *seen = if round == 0 { Seen::default() } else { std::mem::take(seen).and(now) };
            }
        }
    }
    Ok(worlds.windows(2).flat_map(|two| [0, 1].map(|which| dearer(&two[0], &two[1], which))).collect())
}

fn grown(server: Option<&Server>, completions: u64) -> Result<Grown, Failure> {
    let place = Place::new(server, &format!("grown_{completions}"))?;
    let world = World::fill(&place, completions)?;
    let app = place.app()?;
    let product = serving::product(&app)?;
    let own = own_page::requests(&app, &own_page::readers(&world))?;
    let staff = Pages::walk(&app, product.address, &world)?.requests;
    Ok(Grown { completions, product, asked: [own, staff], seen: Default::default(), place })
}

fn dearer(small: &Grown, large: &Grown, which: usize) -> Figure {
    let what = format!("{} of {} over {} in all", WHAT[which], counted(large.completions), counted(small.completions));
    let (larger, smaller) = (large.seen[which].quantile(500), small.seen[which].quantile(500));
    ratio_of(&what, &large.place, larger, smaller, Goal::AtMost(MOST))
}

fn counted(completions: u64) -> String {
    format!("10^{}", completions.ilog10())
}
