//! The rows of the log: who was shown what is about to go, and what has run out.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{exists, not};

use crate::{
    law::{calendar::days_before, periods::Case},
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{disclosure_records, disclosures, records},
    },
    records::over_up_to,
    words::*,
};

/// Writes down that records that were shown are gone. To be said before they are.
///
/// # Errors
/// The database's.
pub fn gone(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    let today = tx.today();
    let people: Vec<PersonId> =
        records::table.filter(records::id.among(ids)).select(records::person).load(tx.conn())?;
    let shown = disclosure_records::table
        .filter(disclosure_records::person.among(&people))
        .filter(disclosure_records::record.among(ids));
    diesel::update(shown).set(disclosure_records::gone_on.eq(Some(today))).execute(tx.conn())?;
    Ok(())
}

/// Who was shown what, by record.
pub type Recipients = BTreeMap<RecordId, BTreeSet<OrganisationId>>;

/// Who was shown these records: one question, however many they are. To be asked before they are gone.
///
/// # Errors
/// The database's.
pub fn recipients(tx: &mut Tx<'_>, ids: &BTreeSet<RecordId>) -> Result<Recipients, Error> {
    let mut found = Recipients::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let of_the_record = disclosure_records::person.eq(records::person).and(disclosure_records::record.eq(records::id));
    let rows = records::table
        .inner_join(disclosure_records::table.on(of_the_record))
        .filter(records::id.among(ids))
        .select((records::id, disclosure_records::organisation))
        .distinct()
        .load::<(RecordId, OrganisationId)>(tx.conn())?;
    for (record, organisation) in rows {
        found.entry(record).or_default().insert(organisation);
    }
    Ok(found)
}

/// The last day whose showings have run out, of what went before today.
fn last_day(today: Day) -> Option<Day> {
    let gone = Case::default().on(Anchor::RecordGone, days_before(today, 1));
    over_up_to("RS26", &gone, Anchor::Disclosed, today)
}

/// Some of those whose log has run out.
///
/// # Errors
/// The database's.
pub fn run_out(tx: &mut Tx<'_>, at_most: i64) -> Result<Vec<PersonId>, Error> {
    let today = tx.today();
    let Some(last) = last_day(today) else { return Ok(Vec::new()) };
    Ok(disclosure_records::table
        .filter(disclosure_records::gone_on.lt(today))
        .filter(disclosure_records::day.le(last))
        .order(disclosure_records::day)
        .limit(at_most)
        .select(disclosure_records::person)
        .load(tx.conn())?)
}

/// Forgets of these persons' log what has run out: the records that are gone, and the days that are about no other. Whoever
/// calls holds the persons.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, people: &BTreeSet<PersonId>) -> Result<(), Error> {
    let today = tx.today();
    let Some(last) = last_day(today) else { return Ok(()) };
    let shown = disclosure_records::table
        .filter(disclosure_records::person.among(people))
        .filter(disclosure_records::gone_on.lt(today))
        .filter(disclosure_records::day.le(last));
    diesel::delete(shown).execute(tx.conn())?;
    let rest = disclosure_records::table
        .filter(disclosure_records::person.eq(disclosures::person))
        .filter(disclosure_records::organisation.eq(disclosures::organisation))
        .filter(disclosure_records::ground.eq(disclosures::ground))
        .filter(disclosure_records::day.eq(disclosures::day));
    let bare = disclosures::table
        .filter(disclosures::person.among(people))
        .filter(disclosures::day.le(last))
        .filter(not(exists(rest)));
    diesel::delete(bare).execute(tx.conn())?;
    tx.erased();
    Ok(())
}
