//! What is due, by its day.

use chrono::NaiveDate;

use crate::{
    platform::db::{Error, Tx, run::prelude::*, schema::custodies},
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
        Self { erase_on: Day::new(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default()), ending }
    }
}

/// Some of what is due on a day, after one. The first condition alone is what the index is entered by.
///
/// # Errors
/// The database's.
pub fn due(tx: &mut Tx<'_>, on: Day, after: &Due, at_most: i64) -> Result<Vec<Due>, Error> {
    let Ending { record, controller, ground } = after.ending;
    let later =
        custodies::controller.gt(controller).or(custodies::controller.eq(controller).and(custodies::ground.gt(ground)));
    let later = custodies::record.gt(record).or(custodies::record.eq(record).and(later));
    let rows = custodies::table
        .filter(custodies::erase_on.ge(after.erase_on))
        .filter(custodies::erase_on.le(on))
        .filter(custodies::erase_on.gt(after.erase_on).or(later.nullable()))
        .order((custodies::erase_on, custodies::record, custodies::controller, custodies::ground))
        .limit(at_most)
        .select((custodies::erase_on.assume_not_null(), custodies::record, custodies::controller, custodies::ground))
        .load::<(Day, RecordId, OrganisationId, Ground)>(tx.conn())?;
    let due = |(erase_on, record, controller, ground)| Due { erase_on, ending: Ending { record, controller, ground } };
    Ok(rows.into_iter().map(due).collect())
}
