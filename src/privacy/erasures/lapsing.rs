//! When nothing is left of what a receipt said would stay, its person gets another by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{BACKUP_DAYS, Gone, Receipt, awaited, letters::tell_of_receipt, store};
pub use crate::completions::erasing::RestLapsed;
use crate::{
    law::calendar::{days_after, oslo_day},
    people,
    platform::{
        db::Tx,
        http::House,
        jobs::{Failure, Workers},
        problem::Problem,
    },
    privacy::said,
    records::{Ending, ending::store::all_held},
    words::*,
};

/// Says who writes the further receipts.
#[must_use]
pub fn workers(workers: Workers, house: &House) -> Workers {
    let (db, config) = (house.db.clone(), house.config.clone());
    workers.on(move |_, RestLapsed { erasure }| {
        let (db, url) = (db.clone(), config.public_url.clone());
        async move {
            let written = db.write(move |tx| write_receipt(tx, erasure, &url).map_err(Problem::into_error)).await;
            written.map_err(Failure::from)
        }
    })
}

/// Writes the receipt that says that the rest of an erasure has gone, unless some of it is there yet, or all has been said.
fn write_receipt(tx: &mut Tx<'_>, erasure: ErasureId, public_url: &str) -> Result<(), Problem> {
    let Some((person, erased_at, first)) = store::receipt(tx, erasure)? else { return Ok(()) };
    people::store::lock_human(tx, person)?;
    let awaited = awaited::store::on_receipt(tx, erasure)?;
    let gone: Option<BTreeMap<Ending, Day>> =
        awaited.into_iter().map(|(ending, one)| Some((ending, one.gone_on?))).collect();
    let Some(gone) = gone.filter(|gone| !gone.is_empty()) else { return Ok(()) };
    let further = Receipt { follows: Some(erasure), ..of_rest(tx, &first, &gone, oslo_day(erased_at))? };
    let id = store::keep(tx, person, &further)?;
    Ok(tell_of_receipt(tx, person, id, public_url)?)
}

fn of_rest(tx: &mut Tx<'_>, first: &Receipt, rest: &BTreeMap<Ending, Day>, asked_on: Day) -> Result<Receipt, Problem> {
    let ids: BTreeSet<RecordId> = rest.keys().map(|one| one.record).collect();
    let held: BTreeSet<RecordId> = all_held(tx, &ids)?.into_iter().map(|one| one.record).collect();
    let last = rest.values().copied().max().unwrap_or_else(|| tx.today());
    let stood = first.stays.iter().map(|one| (one.ending(), &one.title, &one.controller));
    let waited = first.waits.iter().map(|one| (one.ending(), &one.title, &one.controller));
    let gone = stood.chain(waited).filter_map(|(ending, title, controller)| {
        Some(Gone {
            record: ending.record,
            title: title.clone(),
            controller: controller.clone(),
            ground: ending.ground,
            with_everybody: !held.contains(&ending.record),
            gone_on: Some(*rest.get(&ending)?),
        })
    });
    let backups = days_after(last, BACKUP_DAYS);
    Ok(Receipt {
        gone: gone.collect(),
        says: said::rest_gone(asked_on, last, backups),
        ..Receipt::of_nothing(last, backups)
    })
}
