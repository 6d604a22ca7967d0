//! What is measured, one file per subject.

mod credentials;
pub mod erasing;
pub mod growth;
mod idle;
pub mod importing;
mod issuing;
mod own_page;
mod plans;
mod recording;
mod staff_page;
pub mod verification;

use std::time::Duration;

use crate::{
    Failure,
    load::Seen,
    options::Options,
    place::Place,
    report::{Figure, Goal},
    world::World,
};

/// Measures something in a world.
type Subject = fn(&Place, &World, &Options) -> Result<Vec<Figure>, Failure>;

/// Those that share one world, in the order they are measured: what writes comes after what reads.
pub const ALL: [(&str, Subject); 9] = [
    ("own-page", own_page::measure),
    ("staff-page", staff_page::measure),
    ("idle", idle::measure),
    ("erasing", erasing::measure),
    ("credentials", credentials::measure),
    ("issuing", issuing::measure),
    ("recording", recording::measure),
    ("importing", importing::measure),
    ("plans", plans::measure),
];

/// Two rates, the first over the second.
fn rate_of(what: &str, place: &Place, ours: &Seen, floor: &Seen, goal: Goal) -> Figure {
    Figure {
        what: what.into(),
        database: place.name(),
        ours: format!("{:.0}/s", ours.per_second()),
        floor: format!("{:.0}/s", floor.per_second()),
        ratio: Some(ours.per_second() / floor.per_second().max(f64::EPSILON)),
        goal,
    }
}

/// Two durations, the first over the second.
fn ratio_of(what: &str, place: &Place, ours: Duration, floor: Duration, goal: Goal) -> Figure {
    Figure {
        what: what.into(),
        database: place.name(),
        ours: millis(ours),
        floor: millis(floor),
        ratio: Some(ours.as_secs_f64() / floor.as_secs_f64().max(f64::EPSILON)),
        goal,
    }
}

/// Memory against what it may be, both in MiB.
fn memory_of(what: &str, place: &Place, ours: f64, most: f64) -> Figure {
    Figure {
        what: what.into(),
        database: place.name(),
        ours: format!("{ours:.1} MiB"),
        floor: format!("{most:.0} MiB"),
        ratio: Some(ours / most),
        goal: Goal::AtMost(1.0),
    }
}

fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}
