//! What an installation has fixed and the next start must know: one text a name.

use super::db::{Error, Tx, run::prelude::*, schema::fixed};

/// What was said last; nothing if nothing was.
///
/// # Errors
/// The database's.
pub fn said(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Error> {
    Ok(fixed::table.find(name).select(fixed::value).first(tx.conn()).optional()?)
}

/// Says something from now on.
///
/// # Errors
/// The database's.
pub fn say(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), Error> {
    diesel::insert_into(fixed::table)
        .values((fixed::name.eq(name), fixed::value.eq(value)))
        .on_conflict(fixed::name)
        .do_update()
        .set(fixed::value.eq(value))
        .execute(tx.conn())?;
    Ok(())
}
