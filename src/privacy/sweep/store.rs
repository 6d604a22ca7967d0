//! What is due, by its day.

use diesel::{
    dsl::sql,
    sql_types::{Bool, Date, Text},
};

use crate::{
    platform::db::{Error, Tx, run::prelude::*, schema::custodies, types::sql::Id},
    records::Ending,
    words::*,
};

/// A custody whose day has come.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// The day.
    pub erase_on: Day,
    /// The custody.
    pub ending: Ending,
}

impl Due {
    /// Before everything that can be due.
    pub fn first() -> Self {
        let ending = Ending { record: RecordId::nil(), controller: OrganisationId::nil(), ground: Ground::Delivered };
        Self { erase_on: Day::earliest(), ending }
    }
}

/// Some of what is due on a day, after one. The key is compared as a whole, as the index holds it: neither what stays before it
/// nor what has gone from there is read again.
///
/// # Errors
/// The database's.
pub fn due(tx: &mut Tx<'_>, on: Day, after: &Due, at_most: i64) -> Result<Vec<Due>, Error> {
    let Ending { record, controller, ground } = after.ending;
    let later = sql::<Bool>("(custodies.erase_on, custodies.record, custodies.controller, custodies.ground) > (")
        .bind::<Date, _>(after.erase_on)
        .sql(", ")
        .bind::<Id, _>(record)
        .sql(", ")
        .bind::<Id, _>(controller)
        .sql(", ")
        .bind::<Text, _>(ground)
        .sql(")");
    let rows = custodies::table
        .filter(later)
        .filter(custodies::erase_on.le(on))
        .order((custodies::erase_on, custodies::record, custodies::controller, custodies::ground))
        .limit(at_most)
        .select((custodies::erase_on.assume_not_null(), custodies::record, custodies::controller, custodies::ground))
        .load::<(Day, RecordId, OrganisationId, Ground)>(tx.conn())?;
    let due = |(erase_on, record, controller, ground)| Due { erase_on, ending: Ending { record, controller, ground } };
    Ok(rows.into_iter().map(due).collect())
}
