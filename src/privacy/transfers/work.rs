//! Moves what a successor takes over, some in each transaction, and tells the persons. A walk that was broken off is begun again:
//! what has moved is not there to be moved any more.

use std::collections::BTreeSet;

use super::{TransferAccepted, letters, store};
use crate::{
    completions::succeeding::take_over,
    identity::letters::write_to,
    platform::{
        db::{Db, Error, Tx},
        jobs::{self, Failure, Workers},
    },
    records::succession::store::to_move,
    words::*,
};

/// How many custodies move in one transaction.
const TOGETHER: i64 = 100;

/// Says who moves what was accepted.
#[must_use]
pub fn workers(workers: Workers, db: &Db, public_url: &str) -> Workers {
    let (db, url) = (db.clone(), public_url.to_owned());
    workers.on(move |_, job: TransferAccepted| carry_out(db.clone(), job.transfer, url.clone()))
}

/// Goes on with what could not move when it was accepted, because a case was open about it.
///
/// # Errors
/// The database's.
pub fn resume(tx: &mut Tx<'_>) -> Result<(), Error> {
    store::unfinished(tx)?.into_iter().try_for_each(|transfer| jobs::enqueue(tx, &TransferAccepted { transfer }))
}

async fn carry_out(db: Db, id: TransferId, public_url: String) -> Result<(), Failure> {
    for capacity in Capacity::ALL {
        let mut next = Some(RecordId::nil());
        while let Some(from) = next {
            let url = public_url.clone();
            next = db.write(move |tx| portion(tx, id, *capacity, from, &url)).await?;
        }
    }
    db.write(move |tx| finish(tx, id)).await?;
    Ok(())
}

/// Moves some of what is held in a capacity, and writes to the persons; where to go on. That is the last record, which may be held
/// on another ground, too.
fn portion(
    tx: &mut Tx<'_>,
    id: TransferId,
    capacity: Capacity,
    from: RecordId,
    public_url: &str,
) -> Result<Option<RecordId>, Error> {
    let one = store::by_id(tx, id)?;
    let by = one.succession();
    let found = to_move(tx, &by, capacity, from, TOGETHER)?;
    let Some(last) = found.last().map(|one| one.record) else { return Ok(None) };
    tx.lock_persons(&found.iter().map(|one| one.person).collect::<Vec<_>>())?;
    // Asked again under the lock: something may have gone, or be asked about, since.
    let mut there = to_move(tx, &by, capacity, from, TOGETHER)?;
    there.retain(|one| found.contains(one));
    take_over(tx, &by, &there)?;
    store::moved(tx, id, there.len())?;
    let people: BTreeSet<PersonId> = there.iter().map(|one| one.person).collect();
    for person in store::to_tell(tx, id, &people)? {
        write_to(tx, person, |lang| letters::taken_over(&one, public_url, lang))?;
    }
    Ok(Some(last))
}

fn finish(tx: &mut Tx<'_>, id: TransferId) -> Result<(), Error> {
    let by = store::by_id(tx, id)?.succession();
    if store::is_empty(tx, &by)? { store::done(tx, id) } else { Ok(()) }
}
