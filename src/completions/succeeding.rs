//! What follows when completions move to a successor: who stands for their certificates, who has a card of whom, and until
//! when the successor keeps them.

use std::collections::BTreeSet;

use super::{
    erasing::{forget_cards_of, forget_what_was_to_come},
    facts::hold_again,
};
use crate::{
    certificates,
    law::{erasing::issues, succession::Succession},
    platform::db::{Error, Tx},
    records::{
        self,
        succession::{Moved, store::take_over as move_rows},
    },
    words::*,
};

/// The successor takes over custodies, with their clocks and holds. Whoever calls holds the persons, and has found the custodies
/// since.
///
/// # Errors
/// The database's.
pub fn take_over(tx: &mut Tx<'_>, by: &Succession, moved: &[Moved]) -> Result<(), Error> {
    let people: BTreeSet<PersonId> = moved.iter().map(|one| one.person).collect();
    let issued: BTreeSet<RecordId> = moved.iter().filter(|one| issues(one.ground)).map(|one| one.record).collect();
    move_rows(tx, by, moved)?;
    certificates::store::take_over(tx, by.giver, by.receiver, &issued)?;
    forget_what_was_to_come(tx, by.giver, &issued)?;
    records::store::take_over_cards(tx, by.giver, by.receiver, &people)?;
    // Files that nobody names any more are swept.
    forget_cards_of(tx, by.giver, &people)?;
    let ids: BTreeSet<RecordId> = moved.iter().map(|one| one.record).collect();
    hold_again(tx, &ids.into_iter().collect::<Vec<_>>())
}
