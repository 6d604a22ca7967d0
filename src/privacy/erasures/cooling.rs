//! Cooling off: what a controller lets its people take back for some days is erased only then. On the day everything is decided
//! again; what happened since, a hold or a law's order, keeps it as it would have on any day.

use std::collections::BTreeSet;

use super::{Receipt, awaited, carried_out, lapsing::RestLapsed, letters::tell_of_receipt, store};
use crate::{
    access::Permit,
    people,
    platform::{
        audit,
        db::Tx,
        jobs,
        problem::{Kind, Problem},
    },
    privacy::{
        actions::EraseOwn,
        decisions::{Open, open},
    },
    records::Ending,
    words::*,
};

/// The person takes back what waits on a receipt. What is gone stays gone.
///
/// # Errors
/// 404; 409 if nothing waits on it any more.
pub fn take_back(tx: &mut Tx<'_>, permit: &Permit<EraseOwn>, id: ErasureId) -> Result<(), Problem> {
    let person = permit.person()?;
    people::store::lock_human(tx, person)?;
    store::own_one(tx, person, id)?;
    let today = tx.today();
    let taken_back = awaited::store::take_back(tx, id, today)?;
    if taken_back == 0 {
        return Err(Kind::NotNow.into());
    }
    // Of what is left of the rest the last may have gone before.
    jobs::enqueue(tx, &RestLapsed { erasure: id })?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "custodies": taken_back })))?;
    Ok(())
}

/// What waited on a receipt until a day, with everything that bears on its end.
///
/// # Errors
/// The database's.
pub fn waited(tx: &mut Tx<'_>, due: &BTreeSet<Ending>) -> Result<Vec<Open>, Problem> {
    let ids: BTreeSet<RecordId> = due.iter().map(|one| one.record).collect();
    let mut open = open(tx, &ids.into_iter().collect::<Vec<_>>())?;
    open.retain(|one| due.contains(&one.ending()));
    Ok(open)
}

/// The days of what waited on a receipt are over by a day: it is decided again and carried out, and the person gets a receipt
/// of that. What was looked at is handed over before; the files are to be discarded once this is committed.
///
/// # Errors
/// The database's.
pub fn carry_out_waiting(
    tx: &mut Tx<'_>,
    (erasure, on): (ErasureId, Day),
    done_by: DoneBy,
    public_url: &str,
    look: impl FnOnce(&[Open]),
) -> Result<Vec<DocumentId>, Problem> {
    let person = store::whose(tx, erasure)?;
    let known_as = people::store::lock_human(tx, person)?;
    // Asked under the lock: somebody may have taken it back, or another sweep been here.
    let due = awaited::store::wait_no_longer(tx, erasure, on)?;
    let mut open = waited(tx, &due)?;
    // What has turned out to be somebody else's since is not this person's to let go of.
    open.retain(|one| known_as.contains(&one.situation.person));
    if open.is_empty() {
        return Ok(Vec::new());
    }
    look(&open);
    let (receipt, done) = carried_out(tx, person, open, public_url)?;
    let receipt = Receipt { follows: Some(erasure), ..receipt };
    let further = store::keep(tx, person, &receipt)?;
    tell_of_receipt(tx, person, further, public_url)?;
    audit::note_by(tx, (done_by, None), "cooling_off_over", Some(erasure.uuid()))?;
    Ok(done.files)
}
