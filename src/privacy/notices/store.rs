//! The steps of an organisation's feed that are about what it was shown.

use std::collections::BTreeSet;

use super::{Notice, actions::HearOfErasures};
use crate::{
    access::Permit,
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{custodies, feed},
        },
        http::{Listed, Page},
    },
    words::*,
};

/// The notices after a number.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, permit: &Permit<HearOfErasures>, page: &Page<i64>) -> Result<Listed<Notice>, Error> {
    let organisation = permit.action().organisation;
    let rows = feed::table
        .filter(feed::audience.eq(organisation))
        .filter(feed::scheme.is_null())
        .filter(feed::number.gt(page.after.unwrap_or(0)))
        .filter(feed::kind.among_texts(NoticeKind::ALL.iter().map(|kind| kind.code())))
        .order(feed::number)
        .limit(page.fetch())
        .select((feed::number.assume_not_null(), feed::kind, feed::record, feed::at))
        .load::<(i64, NoticeKind, RecordId, Instant)>(tx.conn())?;
    let listed = page.listed(rows, |row| row.0);
    let ids: BTreeSet<RecordId> = listed.items.iter().map(|row| row.2).collect();
    let held = held(tx, organisation, &ids)?;
    Ok(listed.map(|(number, kind, record, at)| Notice { number, kind, record, held: held.contains(&record), at }))
}

fn held(tx: &mut Tx<'_>, organisation: OrganisationId, ids: &BTreeSet<RecordId>) -> Result<BTreeSet<RecordId>, Error> {
    let held: Vec<RecordId> = custodies::table
        .filter(custodies::record.among(ids))
        .filter(custodies::controller.eq(organisation))
        .select(custodies::record)
        .load(tx.conn())?;
    Ok(held.into_iter().collect())
}
