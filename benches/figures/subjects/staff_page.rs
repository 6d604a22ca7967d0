//! The largest employer reads page after page of what it holds of its staff; each page is written down as disclosed before
//! it is shown. The floor is the bare SQL of a page and the disclosures as bare inserts, in this process, without HTTP.

use std::time::Duration;

use attest::{
    access::Actor,
    app::App,
    platform::db::connection::Purpose,
    words::{Identifier, OrganisationId, RecordId},
};
use serde_json::Value;

use super::ratio_of;
use crate::{
    Failure, floor,
    load::{Line, Seen, drive, get},
    options::Options,
    place::Place,
    report::{Figure, Goal},
    serving,
    world::{LARGEST, World, employer},
};

const PAGES: usize = 100;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);

pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let pages = Pages::walk(&app, product.address, world, employer(LARGEST))?;
    let (mut reads, mut writes) = (place.location.open(Purpose::Read)?, place.location.open(Purpose::Write)?);
    let mut bare =
        |after| floor::staff_page::shown(&mut reads, &mut writes, employer(LARGEST), after, app.house.db.clock().now());
    let (mut ours, mut theirs, mut together) = (Seen::default(), Seen::default(), Seen::default());
    for (after, shown) in &pages.shown {
        if bare(*after)? != *shown {
            return Err("the floor of the staff's page finds something else than the product".into());
        }
    }
    let mut failed = None;
    for _ in 0..ROUNDS {
        ours = ours.and(drive(product.address, 1, ROUND, &pages.requests)?);
        theirs = theirs.and(Seen::of_calls(ROUND, |call| {
            let (after, _) = &pages.shown[call % pages.shown.len()];
            failed = failed.take().or(bare(*after).err());
        }));
        together = together.and(drive(product.address, 16, ROUND, &pages.requests)?);
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    Ok(vec![
        ratio_of(
            "page of the staff's completions, disclosed",
            place,
            ours.quantile(500),
            theirs.quantile(500),
            Goal::AtMost(1.5),
        ),
        super::rate_of("the same, 16 connections over one", place, &together, &ours, Goal::None),
    ])
}

/// Pages of the list: how each is asked for, what it begins after, what stands on it.
pub struct Pages {
    pub requests: Vec<Vec<u8>>,
    shown: Vec<(RecordId, Vec<RecordId>)>,
}

impl Pages {
    /// Walks from page to page of an employer that the staff officer works for, as a client does.
    pub fn walk(
        app: &App,
        address: std::net::SocketAddr,
        world: &World,
        employer: OrganisationId,
    ) -> Result<Self, Failure> {
        let officer = world.staff_officer();
        let actor = Actor::Account { account: officer.account, sign_in: officer.sign_in };
        let token = app.tokens.issue(actor, app.house.db.clock().now())?;
        let list = format!("/v1/organisations/{}/completions?capacity=employer", employer);
        let mut line = Line::open(address)?;
        let (mut pages, mut path, mut after) =
            (Self { requests: Vec::new(), shown: Vec::new() }, list.clone(), RecordId::nil());
        while pages.requests.len() < PAGES {
            let request = get(&path, &token);
            let page: Value = serde_json::from_slice(line.ask(&request)?)?;
            let ids: Vec<RecordId> = page["items"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|item| item["id"].as_str()?.parse().ok())
                .collect();
            let last = ids.last().copied();
            pages.requests.push(request);
            pages.shown.push((after, ids));
            match (page["next"].as_str(), last) {
                (Some(cursor), Some(last)) => (path, after) = (format!("{list}&cursor={cursor}"), last),
                _ => break,
            }
        }
        Ok(pages)
    }
}
