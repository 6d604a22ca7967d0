//! What did not go at once: it waits for a day and can be taken back until then, or it stays for a reason and is watched, so that
//! its person hears of its end. Each hold is awaited on one receipt, the latest that speaks of it.

pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::{Receipt, Stays, Waits};
use crate::{platform::db::Error, platform::db::Tx, records::Ending, words::*};

/// A hold that did not end when its person asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The hold as it is now: whoever the receipt names may have handed it on.
    pub now: Ending,
    /// The receipt that said so.
    pub erasure: ErasureId,
    /// The day on which it goes, if it only waits.
    pub goes_on: Option<Day>,
    /// The day on which it went after all.
    pub gone_on: Option<Day>,
}

impl Receipt {
    /// What is to be watched from now on.
    pub(super) fn rest(&self) -> BTreeMap<Ending, Option<Day>> {
        let stays = self.stays.iter().map(|one| (one.ending(), None));
        let waits = self.waits.iter().map(|one| (one.ending(), Some(one.goes_on)));
        stays.chain(waits).collect()
    }
}

/// Says on receipts what has become of the rest since.
///
/// # Errors
/// The database's.
pub(super) fn say_since<'a>(tx: &mut Tx<'_>, receipts: impl IntoIterator<Item = &'a mut Receipt>) -> Result<(), Error> {
    let mut receipts: Vec<&mut Receipt> = receipts.into_iter().collect();
    let ids: BTreeSet<RecordId> =
        receipts.iter().flat_map(|one| one.rest().into_keys()).map(|one| one.record).collect();
    let awaited = store::about(tx, &ids)?;
    for receipt in &mut receipts {
        receipt.stays.iter_mut().for_each(|one: &mut Stays| {
            one.gone_since = awaited.get(&one.ending()).and_then(|now| now.gone_on);
        });
        receipt.waits.iter_mut().for_each(|one: &mut Waits| {
            let now = awaited.get(&one.ending());
            one.gone_since = now.and_then(|now| now.gone_on);
            one.taken_back = now.is_none();
        });
    }
    Ok(())
}
