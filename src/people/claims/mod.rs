//! Claims: a person who signed in takes the records that holders keep under other ids. Verified e-mail and equal birth date
//! are enough by themselves; e-mail alone only by an invitation of the holder. A claim links, rewrites nothing, and can be
//! undone; what was undone is not claimed again by itself.

pub mod store;

use super::actions::*;
use crate::{
    access::Permit,
    platform::{
        audit,
        db::{Error, Tx},
        problem::{Kind, Problem},
    },
    words::*,
};

/// Claims every unclaimed person whose card has one of the account's verified e-mails and the own birth date; the number
/// of claims made. Run when an e-mail is verified, at every sign-in, and when the person asks.
///
/// # Errors
/// The database's.
pub fn claim_by_email_and_birth_date(tx: &mut Tx<'_>, person: PersonId) -> Result<usize, Error> {
    let found = store::claimable(tx, person)?;
    let mut claimed: Vec<PersonId> = found.iter().map(|(claimed, _)| *claimed).collect();
    claimed.push(person);
    let locked = store::known_with(tx, &claimed)?;
    tx.lock_persons(&locked)?;
    let mut made = 0;
    for (claimed, card) in found {
        if store::link(tx, person, claimed, card, ClaimedBy::EmailAndBirthDate)? {
            made += 1;
        }
    }
    Ok(made)
}

/// Claims the person of one card, by an invitation of its holder.
///
/// # Errors
/// 409 if somebody else has claimed it.
pub fn claim_by_invitation(tx: &mut Tx<'_>, person: PersonId, card: CardId) -> Result<(), Problem> {
    let claimed = store::person_of(tx, card)?;
    tx.lock_persons(&[person, claimed])?;
    if store::link(tx, person, claimed, card, ClaimedBy::Invitation)? { Ok(()) } else { Err(Kind::Conflict.into()) }
}

/// Undoes a claim: the persons are two again. It stays in the list, so undoing it once more is no fault, and does nothing.
///
/// # Errors
/// 404 if the person has no such claim.
pub fn undo(tx: &mut Tx<'_>, permit: &Permit<UndoClaim>, claim: ClaimId) -> Result<(), Problem> {
    let person = permit.person()?;
    if let Some(claimed) = store::undo(tx, person, claim)? {
        audit::note(tx, permit, Some(claimed.uuid()), None)?;
    }
    Ok(())
}
