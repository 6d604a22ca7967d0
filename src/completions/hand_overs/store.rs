//! The rows of hand-overs.

use std::collections::{BTreeSet, HashMap};

use crate::{
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{hand_overs, records},
    },
    words::*,
};

/// The employers these completions were handed over to.
///
/// # Errors
/// The database's.
pub fn to_whom(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<HashMap<RecordId, BTreeSet<OrganisationId>>, Error> {
    let rows = hand_overs::table
        .filter(hand_overs::record.among(ids))
        .select((hand_overs::record, hand_overs::organisation))
        .load::<(RecordId, OrganisationId)>(tx.conn())?;
    let mut found: HashMap<RecordId, BTreeSet<OrganisationId>> = HashMap::new();
    for (record, organisation) in rows {
        found.entry(record).or_default().insert(organisation);
    }
    Ok(found)
}

/// Writes down that a completion was handed over. Whoever calls holds the person.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx<'_>, completion: RecordId, to: OrganisationId) -> Result<(), Error> {
    let now = tx.now();
    diesel::insert_into(hand_overs::table)
        .values((
            hand_overs::record.eq(completion),
            hand_overs::organisation.eq(to),
            hand_overs::handed_over_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The completions about a person, under this one id, that were handed over.
///
/// # Errors
/// The database's.
pub fn about(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<RecordId>, Error> {
    Ok(records::table
        .inner_join(hand_overs::table.on(hand_overs::record.eq(records::id)))
        .filter(records::person.eq(person))
        .order(records::id)
        .select(records::id)
        .distinct()
        .load(tx.conn())?)
}

/// Was this completion handed over to anybody?
///
/// # Errors
/// The database's.
pub fn is_handed_over(tx: &mut Tx<'_>, completion: RecordId) -> Result<bool, Error> {
    Ok(!to_whom(tx, &[completion])?.is_empty())
}

/// Forgets that these completions were handed over.
///
/// # Errors
/// The database's.
pub fn take_back(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    diesel::delete(hand_overs::table.filter(hand_overs::record.among(ids))).execute(tx.conn())?;
    Ok(())
}
