//! The rows of the ledger.

use super::Entry;
use crate::{
    law::periods::Case,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{erasure_hashes, erasure_ledger},
    },
    records::over_up_to,
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = erasure_ledger, treat_none_as_default_value = false)]
struct NewEntry<'a> {
    id: LedgerEntryId,
    controller: OrganisationId,
    category: &'a str,
    schedule_version: &'a str,
    erased_on: Day,
    untrue: bool,
    reduced_to: Option<Content>,
    records: String,
}

#[derive(Insertable)]
#[diesel(table_name = erasure_hashes, treat_none_as_default_value = false)]
struct NewHash {
    entry: LedgerEntryId,
    hash: String,
}

/// Writes down what was erased or reduced.
///
/// # Errors
/// The database's.
pub fn write(tx: &mut Tx<'_>, entries: Vec<Entry<'_>>, untrue: bool) -> Result<(), Error> {
    let erased_on = tx.today();
    let (mut rows, mut hashes) = (Vec::with_capacity(entries.len()), Vec::new());
    for Entry { controller, category, schedule_version, reduced_to, records, found_by } in entries {
        let (id, records) = (tx.new_id(), records.join(" "));
        rows.push(NewEntry { id, controller, category, schedule_version, erased_on, untrue, reduced_to, records });
        hashes.extend(found_by.into_iter().map(|hash| NewHash { entry: id, hash }));
    }
    crate::insert_many!(tx, erasure_ledger::table, rows)?;
    crate::insert_many!(tx, erasure_hashes::table, hashes)?;
    Ok(())
}

/// What the ledger says of something that was erased and binds its controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The hash it was found by.
    pub hash: String,
    /// Whose it was.
    pub controller: OrganisationId,
    /// Under which category.
    pub category: String,
    /// On which day it was erased.
    pub erased_on: Day,
}

/// What the ledger says of these hashes.
///
/// # Errors
/// The database's.
pub fn erased(tx: &mut Tx<'_>, hashes: &[&str]) -> Result<Vec<Erased>, Error> {
    let rows = erasure_hashes::table
        .inner_join(erasure_ledger::table.on(erasure_ledger::id.eq(erasure_hashes::entry)))
        .filter(erasure_hashes::hash.among_texts(hashes.iter().copied()))
        .filter(erasure_ledger::reduced_to.is_null())
        .order(erasure_ledger::id)
        .select((erasure_hashes::hash, erasure_ledger::controller, erasure_ledger::category, erasure_ledger::erased_on))
        .load::<(String, OrganisationId, String, Day)>(tx.conn())?;
    let said = |(hash, controller, category, erased_on)| Erased { hash, controller, category, erased_on };
    Ok(rows.into_iter().map(said).collect())
}

/// Forgets some of the entries whose time is over, with the hashes they are found by; how many.
///
/// # Errors
/// The database's.
pub fn forget_old(tx: &mut Tx<'_>, at_most: i64) -> Result<usize, Error> {
    let last = over_up_to("RS42", &Case::default(), Anchor::Erased, tx.today());
    let Some(last) = last else { return Ok(0) };
    let old: Vec<LedgerEntryId> = erasure_ledger::table
        .filter(erasure_ledger::erased_on.le(last))
        .order(erasure_ledger::erased_on)
        .limit(at_most)
        .select(erasure_ledger::id)
        .load(tx.conn())?;
    diesel::delete(erasure_hashes::table.filter(erasure_hashes::entry.among(&old))).execute(tx.conn())?;
    Ok(diesel::delete(erasure_ledger::table.filter(erasure_ledger::id.among(&old))).execute(tx.conn())?)
}
