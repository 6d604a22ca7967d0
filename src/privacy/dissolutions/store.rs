//! Who was dissolved, and what they still keep.

use diesel::dsl::count_star;

use super::{Dissolution, actions::ReadDissolutions, needs_successor_by};
use crate::{
    access::Permit,
    law::calendar::days_after,
    platform::{
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{custodies, organisations},
        },
        http::{Listed, Page},
    },
    records::Party,
    words::*,
};

/// A page of the organisations that were dissolved.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    _: &Permit<ReadDissolutions>,
    page: &Page<OrganisationId>,
) -> Result<Listed<Dissolution>, Error> {
    let after = page.after.unwrap_or(OrganisationId::nil());
    let rows = organisations::table
        .filter(organisations::dissolved_on.is_not_null())
        .filter(organisations::id.gt(after))
        .order(organisations::id)
        .limit(page.fetch())
        .select((organisations::id, organisations::name, organisations::dissolved_on.assume_not_null()))
        .load::<(OrganisationId, String, Day)>(tx.conn())?;
    let listed = page.listed(rows, |(id, ..)| *id);
    let mut items = Vec::with_capacity(listed.items.len());
    for (id, name, on) in listed.items {
        items.push(dissolution(tx, Party { id, name }, on)?);
    }
    Ok(Listed { items, next: listed.next })
}

/// One of them.
///
/// # Errors
/// The database's.
pub fn dissolution(tx: &mut Tx<'_>, organisation: Party, on: Day) -> Result<Dissolution, Error> {
    let needs_successor_by = needs_successor_by(on);
    let held = || custodies::table.filter(custodies::controller.eq(organisation.id));
    let all: i64 = held().select(count_star()).first(tx.conn())?;
    let over = held().filter(custodies::erase_on.le(days_after(needs_successor_by, 1)));
    let over: i64 = over.select(count_star()).first(tx.conn())?;
    Ok(Dissolution { organisation, on, needs_successor_by, custodies: all, to_be_taken_over: all - over })
}
