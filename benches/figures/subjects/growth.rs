//! How much dearer reading gets as the record grows: one person's completions, and a page of the staff of an employer of
//! one size, one connection, in worlds that differ by a factor of ten; and how much dearer the erasure of a person gets.

use std::time::Duration;

use attest::{
    platform::db::{
        connection::Purpose,
        run::prelude::*,
        schema::{employments, memberships},
    },
    words::{Identifier, Instant, MembershipId, OrganisationId, Role},
};
use diesel::dsl::count_star;
use indicatif::HumanCount;

use super::{erasing::letting_go, own_page, ratio_of, staff_page::Pages};
use crate::{
    Failure,
    load::{Seen, drive},
    place::Place,
    report::{Figure, Goal},
    serving::{self, Serving},
    world::World,
};

const ROUNDS: usize = 4;
const ROUND: Duration = Duration::from_secs(1);
const MOST: f64 = 1.3;
const DEAREST_ERASURE: f64 = 1.2;
const STAFF: i64 = 2_000;

/// A world with what is asked of it.
struct Grown {
    completions: u64,
    product: Serving,
    asked: [Vec<Vec<u8>>; 2],
    seen: [Seen; 2],
}

const WHAT: [&str; 2] = ["own completions", "page of the staff's completions"];

/// Compares worlds, the smallest first.
pub fn measure(worlds: &[(&Place, &World)]) -> Result<Vec<Figure>, Failure> {
    let mut grown = worlds.iter().map(|(place, world)| served(place, world)).collect::<Result<Vec<_>, _>>()?;
    // The first round only fetches from the disk what is asked for.
    for round in 0..=ROUNDS {
        for world in &mut grown {
            for (asked, seen) in world.asked.iter().zip(&mut world.seen) {
                let now = drive(world.product.address, 1, ROUND, asked)?;
                *seen = if round == 0 { Seen::default() } else { std::mem::take(seen).and(now) };
            }
        }
    }
    let place = worlds.first().ok_or("nothing to compare")?.0;
    let read = grown.windows(2).flat_map(|two| [0, 1].map(|which| dearer(place, &two[0], &two[1], which)));
    let mut figures: Vec<Figure> = read.collect();
    let erased = worlds.iter().map(|(place, world)| Ok(letting_go(place, world, &place.app()?)?.0));
    let erased = erased.collect::<Result<Vec<Duration>, Failure>>()?;
    for (two, grown) in erased.windows(2).zip(grown.windows(2)) {
        let (most, least) = (HumanCount(grown[1].completions), HumanCount(grown[0].completions));
        let what = format!("one person's erasure of {most} in all over {least}");
        figures.push(ratio_of(&what, place, two[1], two[0], Goal::AtMost(DEAREST_ERASURE)));
    }
    Ok(figures)
}

fn served(place: &Place, world: &World) -> Result<Grown, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let own = own_page::requests(&app, &own_page::readers(world))?;
    let alike = employer_alike(place, world, app.house.db.clock().now())?;
    let staff = Pages::walk(&app, product.address, world, alike)?.requests;
    Ok(Grown { completions: world.completions, product, asked: [own, staff], seen: Default::default() })
}

/// The employer with as many people as the largest has in a world of 100,000, where the staff officer works from now on.
fn employer_alike(place: &Place, world: &World, now: Instant) -> Result<OrganisationId, Failure> {
    let mut conn = place.location.open(Purpose::Write)?;
    let of = employments::organisation;
    let sizes: Vec<(OrganisationId, i64)> =
        employments::table.group_by(of).select((of, count_star())).load(&mut conn)?;
    let nearest = sizes.into_iter().min_by_key(|(organisation, size)| (size.abs_diff(STAFF), *organisation));
    let (employer, _) = nearest.ok_or("nobody employs anybody")?;
    let person = world.staff_officer().person;
    let there: i64 = memberships::table
        .filter(memberships::person.eq(person))
        .filter(memberships::organisation.eq(employer))
        .count()
        .get_result(&mut conn)?;
    if there == 0 {
        diesel::insert_into(memberships::table)
            .values((
                memberships::id.eq(MembershipId::from_uuid(employer.uuid())),
                memberships::organisation.eq(employer),
                memberships::person.eq(person),
                memberships::role.eq(Role::Hr),
                memberships::created_at.eq(now),
            ))
            .execute(&mut conn)?;
    }
    Ok(employer)
}

fn dearer(place: &Place, small: &Grown, large: &Grown, which: usize) -> Figure {
    let (most, least) = (HumanCount(large.completions), HumanCount(small.completions));
    let what = format!("{} of {most} in all over {least}", WHAT[which]);
    let (larger, smaller) = (large.seen[which].quantile(500), small.seen[which].quantile(500));
    ratio_of(&what, place, larger, smaller, Goal::AtMost(MOST))
}
