//! Files that nobody names are swept: their transaction failed, or their row was deleted.
//!
//! A file that was just written waits for its row, so only what is older than a day goes. How old a file is, its id says: the
//! storage's own times change when it is copied. And only what was written while this database was in use goes, after its
//! first document and before its last: a database brought back from a backup, or a new one by mistake beside old files, takes
//! nothing away that it cannot know of.

use chrono::{DateTime, TimeDelta};

use super::store;
use crate::{
    platform::{http::House, problem::Problem},
    words::{DocumentId, Identifier, Instant},
};

/// From the id to the row it takes seconds.
const WAITS: TimeDelta = TimeDelta::days(1);
/// So many files are asked for at a time.
const PORTION: usize = 500;
const SECONDS_PER_HOUR: i64 = 60 * 60;

/// Sweeps one of the 256 parts the files are spread over; which, follows from the hour, so each comes up every eleven days
/// and none costs much. How many files went.
///
/// # Errors
/// The storage's, the database's.
pub async fn sweep(house: &House) -> Result<usize, Problem> {
    let hours = house.db.clock().now().seconds() / SECONDS_PER_HOUR;
    let [.., part] = hours.to_be_bytes();
    sweep_part(house, part).await
}

/// Sweeps one part. How many files went.
///
/// # Errors
/// The storage's, the database's.
pub async fn sweep_part(house: &House, part: u8) -> Result<usize, Problem> {
    let before = house.db.clock().now().plus(-WAITS);
    let mut old = house.files.list(part).await?;
    old.retain(|id| made_at(*id).is_some_and(|made| made < before));
    let mut swept = 0;
    for portion in old.chunks(PORTION) {
        let portion = portion.to_vec();
        // Read after the list: a row that came meanwhile is seen.
        for id in house.db.read(move |tx| store::unnamed(tx, &portion)).await? {
            house.files.remove(id).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

fn made_at(id: DocumentId) -> Option<Instant> {
    let (seconds, nanos) = id.uuid().get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos).map(Instant::new)
}
