//! Keys that outlive the master key they were derived from: of hashes that cannot be made anew, because what they were made
//! of is not kept. From the first exchange of the master key on they lie in the database, sealed with the one in force.

use super::{
    db::{Db, Error, Tx, run::prelude::*, schema::lasting_keys},
    resealing::{Portion, anew},
    vault::{CannotOpen, Purpose},
};

const ROWS: &str = "import_rows";

/// Gives the vault of a database the keys that have outlived a master key. The first who comes with another master key than
/// the one they were derived from writes them down.
///
/// # Errors
/// The database's, or if they were sealed with another master key.
pub fn open(db: &Db) -> Result<(), Error> {
    let mut sealed = db.read_here(sealed)?;
    if sealed.is_none() && db.vault().has_former() {
        sealed = db.write_here(|tx| {
            write_down(tx)?;
            self::sealed(tx)
        })?;
    }
    let Some(sealed) = sealed else { return Ok(()) };
    let key = db.vault().unwrap_key(Purpose::LastingKeys, ROWS, &sealed);
    db.vault().keep_key_of_rows(key.map_err(|CannotOpen| Error::Other(format!("a lasting key: {CannotOpen}")))?);
    Ok(())
}

fn sealed(tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
    let row = lasting_keys::table.filter(lasting_keys::purpose.eq(ROWS)).select(lasting_keys::sealed);
    Ok(row.first(tx.conn()).optional()?)
}

fn write_down(tx: &mut Tx<'_>) -> Result<(), Error> {
    let sealed = tx.vault().wrap(Purpose::LastingKeys, ROWS, &tx.vault().key_of_rows());
    diesel::insert_into(lasting_keys::table)
        .values((lasting_keys::purpose.eq(ROWS), lasting_keys::sealed.eq(sealed)))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(())
}

/// Seals these keys with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &String) -> Result<Portion<String>, Error> {
    let rows = lasting_keys::table
        .filter(lasting_keys::purpose.gt(after))
        .order(lasting_keys::purpose)
        .select((lasting_keys::purpose, lasting_keys::sealed))
        .load::<(String, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, purpose, sealed| vault.reseal(Purpose::LastingKeys, purpose, sealed),
        |tx, purpose, before, sealed| {
            let row = lasting_keys::table.filter(lasting_keys::purpose.eq(purpose));
            let row = row.filter(lasting_keys::sealed.eq(before));
            Ok(diesel::update(row).set(lasting_keys::sealed.eq(sealed)).execute(tx.conn())?)
        },
    )
}
