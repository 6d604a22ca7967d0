//! Hand-overs: that a person gave an employer a completion. It is a fact among those that say who holds it; what is asked before
//! is the business of those who answer the person.

pub mod store;

use super::facts::hold_again;
use crate::{
    people::claims::store::known_with,
    platform::db::{Error, Tx},
    words::PersonId,
};

/// Takes back what a person handed over of another they are not known as any more: whoever undoes a claim says that it was not
/// theirs to give.
///
/// # Errors
/// The database's.
pub fn after_claim(tx: &mut Tx<'_>, person: PersonId, claimed: PersonId) -> Result<(), Error> {
    tx.lock_persons(&[person, claimed])?;
    if known_with(tx, &[person])?.contains(&claimed) {
        return Ok(());
    }
    let handed_over = store::about(tx, claimed)?;
    store::take_back(tx, &handed_over)?;
    hold_again(tx, &handed_over)
}
