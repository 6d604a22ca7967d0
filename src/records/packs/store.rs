//! The rows of packs, and what is held under their rules.

use std::collections::BTreeSet;

use super::Packs;
use crate::{
    law::pack::Pack,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{custodies, packs},
    },
    words::*,
};

/// A pack as it was chosen.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Which version; 0 until somebody has chosen.
    pub version: i64,
    /// What was chosen.
    pub pack: Pack,
    /// When; nothing until then.
    pub at: Option<Instant>,
    /// By whom; nothing if that was a program.
    pub by: Option<PersonId>,
}

type Row = (OrganisationId, i64, i64, String, Instant, Option<PersonId>);

fn chosen((_, version, cooling_off_days, choices, at, by): Row) -> Result<Chosen, Error> {
    let choices = serde_json::from_str(&choices).map_err(|_| Error::Other("a pack cannot be read".into()))?;
    let cooling_off_days = u16::try_from(cooling_off_days).unwrap_or_default();
    Ok(Chosen { version, pack: Pack { cooling_off_days, choices }, at: Some(at), by })
}

/// The pack of an organisation that is in force.
///
/// # Errors
/// The database's.
pub fn in_force(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Chosen, Error> {
    let last = packs::table
        .filter(packs::organisation.eq(organisation))
        .order(packs::version.desc())
        .select(packs::all_columns)
        .first::<Row>(tx.conn())
        .optional()?;
    last.map_or_else(|| Ok(Chosen::default()), chosen)
}

/// The packs of these organisations that are in force.
///
/// # Errors
/// The database's.
pub fn all_in_force(tx: &mut Tx<'_>, organisations: &BTreeSet<OrganisationId>) -> Result<Packs, Error> {
    let rows = packs::table
        .filter(packs::organisation.among(organisations))
        .order((packs::organisation, packs::version))
        .select(packs::all_columns)
        .load::<Row>(tx.conn())?;
    let mut all = Packs::default();
    for row in rows {
        // The later version takes the place of the earlier.
        all.0.insert(row.0, chosen(row)?.pack);
    }
    Ok(all)
}

/// Writes the next version of a pack.
///
/// # Errors
/// The database's.
pub fn choose(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    version: i64,
    pack: &Pack,
    by: Option<PersonId>,
) -> Result<(), Error> {
    let choices = serde_json::to_string(&pack.choices).map_err(|_| Error::Other("a pack cannot be written".into()))?;
    diesel::insert_into(packs::table)
        .values((
            packs::organisation.eq(organisation),
            packs::version.eq(version),
            packs::cooling_off_days.eq(i64::from(pack.cooling_off_days)),
            packs::choices.eq(choices),
            packs::chosen_at.eq(tx.now()),
            packs::chosen_by.eq(by),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Some of the records after one that an organisation holds in a capacity under these rules.
///
/// # Errors
/// The database's.
pub fn held_under(
    tx: &mut Tx<'_>,
    (organisation, capacity): (OrganisationId, Capacity),
    rules: &[String],
    after: RecordId,
) -> Result<Vec<RecordId>, Error> {
    Ok(custodies::table
        .filter(custodies::controller.eq(organisation))
        .filter(custodies::capacity.eq(capacity))
        .filter(custodies::record.gt(after))
        .filter(custodies::category.among_texts(rules.iter().map(String::as_str)))
        .order(custodies::record)
        .limit(200)
        .select(custodies::record)
        .distinct()
        .load(tx.conn())?)
}
