//! Counting attempts.

use super::{LETTERS_A_DAY, Tried, is_yesterday, wait_after};
use crate::{
    platform::{
        db::{Error, Tx, run::prelude::*, schema::attempts},
        problem::Problem,
        vault::Purpose,
    },
    words::Instant,
};

/// Takes a turn at signing in. It counts as failed until it is known to have succeeded, so that many guesses at the same
/// time count as many.
///
/// # Errors
/// 429 with the seconds to wait; such a refusal does not count.
pub fn take_turn(tx: &mut Tx<'_>, email_key: &str) -> Result<(), Problem> {
    let key = key(tx, email_key);
    let before = counted(tx, Tried::SignIn, &key)?;
    let (failures, last_at) = before.unwrap_or((0, tx.now()));
    let wait = wait_after(failures, last_at, tx.now());
    if wait > 0 {
        return Err(Problem::too_many(wait));
    }
    count(tx, Tried::SignIn, &key)?;
    Ok(())
}

/// Forgets what failed: the right password was given, or a new one chosen.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, email_key: &str) -> Result<(), Error> {
    let key = key(tx, email_key);
    diesel::delete(row(Tried::SignIn.code(), &key)).execute(tx.conn())?;
    Ok(())
}

/// May another letter go to this address today? Nobody fills somebody else's mailbox from here.
///
/// # Errors
/// The database's.
pub fn may_write_to(tx: &mut Tx<'_>, email_key: &str) -> Result<bool, Error> {
    let key = key(tx, email_key);
    match counted(tx, Tried::Letter, &key)? {
        Some((_, last_at)) if is_yesterday(last_at, tx.now()) => {
            diesel::delete(row(Tried::Letter.code(), &key)).execute(tx.conn())?;
        }
        Some((letters, _)) if letters >= LETTERS_A_DAY => return Ok(false),
        _ => {}
    }
    count(tx, Tried::Letter, &key)?;
    Ok(true)
}

fn key(tx: &Tx<'_>, email_key: &str) -> String {
    tx.vault().keyed_hash(Purpose::Attempts, &[email_key])
}

fn counted(tx: &mut Tx<'_>, tried: Tried, key: &str) -> Result<Option<(i64, Instant)>, Error> {
    crate::lock!(tx, row(tried.code(), key).select(attempts::failures))?;
    let counted = row(tried.code(), key).select((attempts::failures, attempts::last_at));
    Ok(counted.first(tx.conn()).optional()?)
}

fn count(tx: &mut Tx<'_>, tried: Tried, key: &str) -> Result<(), Error> {
    let now = tx.now();
    let first = (
        attempts::kind.eq(tried.code()),
        attempts::key.eq(key),
        attempts::failures.eq(1_i64),
        attempts::last_at.eq(now),
    );
    diesel::insert_into(attempts::table)
        .values(first)
        .on_conflict((attempts::kind, attempts::key))
        .do_update()
        .set((attempts::failures.eq(attempts::failures + 1), attempts::last_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

#[diesel::dsl::auto_type]
fn row<'a>(kind: &'a str, key: &'a str) -> _ {
    attempts::table.filter(attempts::kind.eq(kind)).filter(attempts::key.eq(key))
}
