//! `Idempotency-Key`: the key is inserted first in the writing transaction, so that a twin waits, on any instance, and
//! then gets the same thing, rendered again under a fresh permit.

use super::call::Call;
use crate::{
    platform::{
        db::{Tx, run::prelude::*, schema::idempotency_keys},
        problem::{Kind, Problem},
    },
    words::{AnyId, Identifier, Instant},
};

/// The id of what was made, now or by an earlier twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made<I> {
    /// By this request.
    Now(I),
    /// By an earlier one with the same key.
    Before(I),
}

impl<I: Copy> Made<I> {
    /// The id, whoever made it.
    pub fn id(self) -> I {
        match self {
            Made::Now(id) | Made::Before(id) => id,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = idempotency_keys, treat_none_as_default_value = false)]
struct NewKey<'a> {
    actor: &'a str,
    operation: &'a str,
    key: &'a str,
    body_hash: &'a str,
    created_at: Instant,
}

/// Makes something at most once per actor, operation and key. The permit must have been asked for before.
///
/// # Errors
/// What `make` returns; 422 if the key was used for another body.
pub fn once<I: Identifier>(
    tx: &mut Tx<'_>,
    call: &Call,
    operation: &'static str,
    body_hash: &str,
    make: impl FnOnce(&mut Tx<'_>) -> Result<I, Problem>,
) -> Result<Made<I>, Problem> {
    let Some(key) = &call.idempotency_key else { return make(tx).map(Made::Now) };
    let (kind, id) = call.actor.done_by();
    let actor = format!("{kind}:{}", id.unwrap_or_default());
    let row = NewKey { actor: &actor, operation, key, body_hash, created_at: tx.now() };
    let inserted = diesel::insert_into(idempotency_keys::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(tx.conn())
        .map_err(crate::platform::db::Error::from)?;
    if inserted == 1 {
        let id = make(tx)?;
        diesel::update(at(&actor, operation, key))
            .set(idempotency_keys::made.eq(Some(id.any())))
            .execute(tx.conn())
            .map_err(crate::platform::db::Error::from)?;
        return Ok(Made::Now(id));
    }
    let (hash, made) = at(&actor, operation, key)
        .select((idempotency_keys::body_hash, idempotency_keys::made))
        .first::<(String, Option<AnyId>)>(tx.conn())
        .map_err(crate::platform::db::Error::from)?;
    if hash != body_hash {
        return Err(Kind::KeyReused.into());
    }
    let made = made.ok_or_else(|| Problem::internal("an idempotency key without what it made"))?;
    Ok(Made::Before(I::from_uuid(made.uuid())))
}

#[diesel::dsl::auto_type]
fn at<'a>(actor: &'a str, operation: &'a str, key: &'a str) -> _ {
    idempotency_keys::table
        .filter(idempotency_keys::actor.eq(actor))
        .filter(idempotency_keys::operation.eq(operation))
        .filter(idempotency_keys::key.eq(key))
}

/// Forgets keys older than a day.
///
/// # Errors
/// The database's.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<usize, crate::platform::db::Error> {
    let limit = tx.now().plus(chrono::TimeDelta::hours(-24));
    Ok(diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(limit))).execute(tx.conn())?)
}
