//! The rows of what is restricted.

use crate::{
    platform::{
        db::{Error, Tx, run::prelude::*, schema::restricted_custodies},
        feed,
    },
    words::*,
};

/// Restricts what a controller holds, by record and ground. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn restrict(tx: &mut Tx<'_>, controller: OrganisationId, held: &[(RecordId, Ground)]) -> Result<(), Error> {
    let since = tx.now();
    for (record, ground) in held {
        diesel::insert_into(restricted_custodies::table)
            .values((
                (restricted_custodies::record.eq(*record), restricted_custodies::controller.eq(controller)),
                (restricted_custodies::ground.eq(*ground), restricted_custodies::since.eq(since)),
            ))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
        tell_body(tx, controller, *record, *ground)?;
    }
    Ok(())
}

/// Lifts the restriction of what a controller holds. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn lift(tx: &mut Tx<'_>, controller: OrganisationId, held: &[(RecordId, Ground)]) -> Result<(), Error> {
    for (record, ground) in held {
        let row = restricted_custodies::table.find((*record, controller, *ground));
        if diesel::delete(row).execute(tx.conn())? > 0 {
            tell_body(tx, controller, *record, *ground)?;
        }
    }
    Ok(())
}

/// A body that pulls what happens in its scheme looks again.
fn tell_body(tx: &mut Tx<'_>, controller: OrganisationId, record: RecordId, ground: Ground) -> Result<(), Error> {
    if ground == Ground::Scheme { feed::publish_again(tx, "completion_changed", controller, record) } else { Ok(()) }
}
