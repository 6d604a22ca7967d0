//! What must not be kept any longer.

use chrono::TimeDelta;

use super::sign_ins::REFRESH_DAYS;
use crate::platform::{
    db::{
        Error, Tx,
        run::prelude::*,
        schema::{attempts, invitations, password_resets, refresh_tokens, sign_ins, sign_ups},
    },
    http::forget_old,
};

/// Failed attempts say something about people too (RS48).
const KEEP_DAYS: i64 = 90;

/// Deletes what has run out: sign-ups, resets, sign-ins and their tokens, old attempts, invitations and idempotency keys.
///
/// # Errors
/// The database's.
pub fn housekeeping(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now();
    let long_past = now.plus(TimeDelta::days(-KEEP_DAYS));
    diesel::delete(sign_ups::table.filter(sign_ups::expires_at.le(now))).execute(tx.conn())?;
    diesel::delete(password_resets::table.filter(password_resets::expires_at.le(now))).execute(tx.conn())?;
    diesel::delete(invitations::table.filter(invitations::expires_at.le(now))).execute(tx.conn())?;
    diesel::delete(attempts::table.filter(attempts::last_at.le(long_past))).execute(tx.conn())?;
    let too_old = now.plus(TimeDelta::days(-REFRESH_DAYS));
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::issued_at.le(too_old))).execute(tx.conn())?;
    let expired = sign_ins::table.filter(sign_ins::expires_at.le(now));
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::sign_in.eq_any(expired.select(sign_ins::id))))
        .execute(tx.conn())?;
    diesel::delete(expired).execute(tx.conn())?;
    forget_old(tx)?;
    Ok(())
}
