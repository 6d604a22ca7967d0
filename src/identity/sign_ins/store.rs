//! Sign-ins and their refresh tokens.

use chrono::TimeDelta;

use super::{Ended, GoesOn, LONGEST, REFRESH_DAYS, Refreshed};
use crate::{
    access::{Actor, Permit},
    identity::{
        accounts::store::{OpenAccount, come_back, open_account, used},
        actions::EndOwnSignIn,
        attempts,
    },
    people::claims,
    platform::{
        audit,
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{accounts, refresh_tokens, sign_ins},
        },
        problem::{Kind, Problem},
        vault,
    },
    words::*,
};

/// Takes a turn at signing in; the hash to compare the password with, if the address has an open account.
///
/// # Errors
/// 429 after many failures.
pub fn knock(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<String>, Problem> {
    attempts::store::take_turn(tx, email_key)?;
    Ok(open_account(tx, email_key)?.map(|account| account.password_hash))
}

/// Begins a sign-in for an address whose password was right a moment ago, when its hash was `verified`.
///
/// # Errors
/// 401 if the account was closed or got another password meanwhile.
pub fn begin(tx: &mut Tx<'_>, email_key: &str, verified: &str) -> Result<GoesOn, Problem> {
    let account = open_account(tx, email_key)?.filter(|account| account.password_hash == verified);
    let OpenAccount { id: account, person, rests, last_used_on, .. } = account.ok_or(Kind::WrongCredentials)?;
    attempts::store::forget(tx, email_key)?;
    let is_open = if rests { come_back(tx, account)? } else { used(tx, account, last_used_on)? };
    if !is_open {
        return Err(Kind::WrongCredentials.into());
    }
    claims::claim_by_email_and_birth_date(tx, person)?;
    let (sign_in, now): (SignInId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::id.eq(sign_in),
            sign_ins::account.eq(account),
            sign_ins::created_at.eq(now),
            sign_ins::last_used_at.eq(now),
            sign_ins::expires_at.eq(now.plus(LONGEST)),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    audit::note_by(tx, (DoneBy::Account, Some(account.uuid())), "sign_in", Some(account.uuid()))?;
    Ok(GoesOn { account, sign_in, refresh_token: next_token(tx, sign_in)? })
}

fn next_token(tx: &mut Tx<'_>, sign_in: SignInId) -> Result<String, Error> {
    let (token, now) = (vault::token(), tx.now());
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(vault::sha256(token.as_bytes())),
            refresh_tokens::sign_in.eq(sign_in),
            refresh_tokens::issued_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(token)
}

#[derive(Queryable)]
struct Presented {
    sign_in: SignInId,
    account: AccountId,
    issued_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
    closed_at: Option<Instant>,
    last_used_on: Day,
}

/// Exchanges a refresh token for the next one. A token that was used before ends its sign-in, for whoever holds it.
///
/// # Errors
/// The database's.
pub fn refresh(tx: &mut Tx<'_>, token: &str) -> Result<Refreshed, Error> {
    let hash = vault::sha256(token.as_bytes());
    let now = tx.now();
    let Some(presented) = presented(tx, &hash)? else { return Ok(Refreshed::Refused) };
    let is_over = presented.ended_at.is_some() || presented.closed_at.is_some() || presented.expires_at <= now;
    if is_over || presented.issued_at.plus(TimeDelta::days(REFRESH_DAYS)) <= now {
        return Ok(Refreshed::Refused);
    }
    // Of two that present the same token at once, one finds it unused; the other waits for that row and then does not.
    let unused =
        refresh_tokens::table.filter(refresh_tokens::token_hash.eq(&hash)).filter(refresh_tokens::used_at.is_null());
    let taken = diesel::update(unused).set(refresh_tokens::used_at.eq(Some(now))).execute(tx.conn())?;
    if taken == 0 {
        end(tx, presented.sign_in, Ended::Reuse)?;
        audit::note_by(tx, (DoneBy::Anyone, None), "reuse_refresh_token", Some(presented.account.uuid()))?;
        return Ok(Refreshed::Refused);
    }
    diesel::update(sign_ins::table.filter(sign_ins::id.eq(presented.sign_in)))
        .set(sign_ins::last_used_at.eq(now))
        .execute(tx.conn())?;
    if !used(tx, presented.account, presented.last_used_on)? {
        return Ok(Refreshed::Refused);
    }
    let refresh_token = next_token(tx, presented.sign_in)?;
    Ok(Refreshed::Good(GoesOn { account: presented.account, sign_in: presented.sign_in, refresh_token }))
}

fn presented(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Presented>, Error> {
    Ok(refresh_tokens::table
        .inner_join(sign_ins::table.on(sign_ins::id.eq(refresh_tokens::sign_in)))
        .inner_join(accounts::table.on(accounts::id.eq(sign_ins::account)))
        .filter(refresh_tokens::token_hash.eq(hash))
        .select((
            sign_ins::id,
            sign_ins::account,
            refresh_tokens::issued_at,
            sign_ins::expires_at,
            sign_ins::ended_at,
            accounts::closed_at,
            accounts::last_used_on,
        ))
        .first::<Presented>(tx.conn())
        .optional()?)
}

/// Ends the sign-in the call came from.
///
/// # Errors
/// The database's.
pub fn end_own(tx: &mut Tx<'_>, permit: &Permit<EndOwnSignIn>) -> Result<(), Problem> {
    let Actor::Account { sign_in, .. } = permit.actor() else { return Err(Kind::Forbidden.into()) };
    end(tx, sign_in, Ended::SignedOut)?;
    audit::note(tx, permit, Some(sign_in.uuid()), None)?;
    Ok(())
}

fn end(tx: &mut Tx<'_>, sign_in: SignInId, why: Ended) -> Result<(), Error> {
    let now = tx.now();
    let going_on = sign_ins::table.filter(sign_ins::id.eq(sign_in)).filter(sign_ins::ended_at.is_null());
    diesel::update(going_on)
        .set((sign_ins::ended_at.eq(Some(now)), sign_ins::end_reason.eq(Some(why.code()))))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends every sign-in of an account.
///
/// # Errors
/// The database's.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId, why: Ended) -> Result<(), Error> {
    let now = tx.now();
    let going_on = sign_ins::table.filter(sign_ins::account.eq(account)).filter(sign_ins::ended_at.is_null());
    diesel::update(going_on)
        .set((sign_ins::ended_at.eq(Some(now)), sign_ins::end_reason.eq(Some(why.code()))))
        .execute(tx.conn())?;
    Ok(())
}
