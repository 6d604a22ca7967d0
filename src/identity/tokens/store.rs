//! The keys that sign access tokens, the private halves sealed.

use super::{StoredKey, generate, thumbprint};
use crate::{
    platform::{
        audit,
        db::{Error, Tx, run::prelude::*, schema::signing_keys},
        resealing::{PORTION, Portion, anew},
        vault::Purpose,
    },
    words::{DoneBy, Instant},
};

/// Makes the first key, unless there is one that signs. One instance does, the others wait and find it.
///
/// # Errors
/// The database's.
pub fn make_first(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.lead("signing_keys")?;
    let signing: i64 = signing_keys::table.filter(signing_keys::retired_at.is_null()).count().get_result(tx.conn())?;
    if signing == 0 {
        make(tx)?;
    }
    Ok(())
}

/// Retires the key that signs and makes a new one; the name of the new one.
///
/// # Errors
/// The database's.
pub fn rotate(tx: &mut Tx<'_>) -> Result<String, Error> {
    tx.lead("signing_keys")?;
    let now = tx.now();
    diesel::update(signing_keys::table.filter(signing_keys::retired_at.is_null()))
        .set(signing_keys::retired_at.eq(Some(now)))
        .execute(tx.conn())?;
    audit::note_by(tx, (DoneBy::Console, None), "rotate_signing_keys", None)?;
    make(tx)
}

fn make(tx: &mut Tx<'_>) -> Result<String, Error> {
    let (public, private) = generate()?;
    let kid = thumbprint(&public);
    let sealed = tx.vault().seal(Purpose::SigningKeys, &kid, &private);
    let now = tx.now();
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(&kid),
            signing_keys::public_key.eq(&public),
            signing_keys::sealed.eq(&sealed),
            signing_keys::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(kid)
}

/// All keys, the oldest first.
///
/// # Errors
/// The database's.
pub fn keys(tx: &mut Tx<'_>) -> Result<Vec<StoredKey>, Error> {
    let rows = signing_keys::table
        .order((signing_keys::created_at, signing_keys::kid))
        .select((signing_keys::kid, signing_keys::public_key, signing_keys::sealed, signing_keys::retired_at))
        .load::<(String, String, String, Option<Instant>)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(kid, public, sealed, retired_at)| StoredKey { kid, public, sealed, retired_at })
        .collect())
}

/// Seals some of the keys that sign with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &String) -> Result<Portion<String>, Error> {
    let rows = signing_keys::table
        .filter(signing_keys::kid.gt(after))
        .order(signing_keys::kid)
        .limit(PORTION)
        .select((signing_keys::kid, signing_keys::sealed))
        .load::<(String, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, id, sealed| vault.reseal(Purpose::SigningKeys, id, sealed),
        |tx, id, before, sealed| {
            let row = signing_keys::table.filter(signing_keys::kid.eq(id)).filter(signing_keys::sealed.eq(before));
            Ok(diesel::update(row).set(signing_keys::sealed.eq(sealed)).execute(tx.conn())?)
        },
    )
}
