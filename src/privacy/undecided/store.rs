//! Custodies whose end cannot be said.

use super::{Undecided, actions::ReadUndecided};
use crate::{
    access::Permit,
    completions::{About, store::titles},
    platform::{
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{cards, completions, custodies, records},
        },
        http::{Key, Listed, Page},
    },
    privacy::said,
    records::store::Shown,
    words::*,
};

/// What the list is sorted by.
#[derive(Clone, Copy, Debug)]
pub struct UndecidedKey {
    record: RecordId,
    ground: Ground,
}

impl Key for UndecidedKey {
    fn write(&self) -> String {
        format!("{} {}", self.record, self.ground)
    }
    fn read(text: &str) -> Option<Self> {
        let (record, ground) = text.split_once(' ')?;
        Some(Self { record: record.parse().ok()?, ground: Ground::from_code(ground)? })
    }
}

/// The custody, whom it is about, who recorded it, what is missing.
type Row = ((RecordId, Ground, String), (PersonId, Option<String>, Option<String>), OrganisationId, String);

/// A page of what an organisation keeps without its being known until when, with what must be written down before what
/// others recorded is shown.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadUndecided>,
    page: &Page<UndecidedKey>,
) -> Result<Shown<Listed<Undecided>>, Error> {
    let organisation = permit.action().organisation;
    let after = page.after.unwrap_or(UndecidedKey { record: RecordId::nil(), ground: Ground::Delivered });
    let rows = custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(completions::table.on(completions::record.eq(custodies::record)))
        .left_join(cards::table.on(cards::person.eq(records::person).and(cards::holder.eq(organisation))))
        .filter(custodies::controller.eq(organisation))
        .filter(custodies::missing.is_not_null())
        .filter(custodies::record.ge(after.record))
        .filter(custodies::record.gt(after.record).or(custodies::ground.gt(after.ground)))
        .order((custodies::record, custodies::ground))
        .limit(page.fetch())
        .select((
            (custodies::record, custodies::ground, custodies::category),
            (records::person, cards::name.nullable(), cards::external_reference.nullable()),
            completions::recorder,
            custodies::missing.assume_not_null(),
        ))
        .load::<Row>(tx.conn())?;
    let listed = page.listed(rows, |((record, ground, _), ..)| UndecidedKey { record: *record, ground: *ground });
    let ids: Vec<RecordId> = listed.items.iter().map(|((record, ..), ..)| *record).collect();
    let titles = titles(tx, &ids)?;
    let others = listed.items.iter().filter(|(_, _, recorder, _)| *recorder != organisation);
    let shown = others.map(|((record, ground, _), (person, ..), ..)| (*person, *record, *ground)).collect();
    let answer = listed.map(|((record, ground, category), (person, name, external_reference), recorder, missing)| {
        let missing: Vec<Anchor> = missing.split(',').filter_map(Anchor::from_code).collect();
        Undecided {
            record,
            person: About { id: person, name, external_reference },
            title: titles.get(&record).cloned().unwrap_or_else(said::untitled),
            ground,
            category,
            says: said::to_be_said(&missing, organisation, (recorder, record)),
            missing,
        }
    });
    Ok(Shown { organisation, rows: shown, answer })
}
