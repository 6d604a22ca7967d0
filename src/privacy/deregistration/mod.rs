//! Leaving: a person rests the account and may come back, or has it erased at once with everything that may go. The same end
//! comes to an account that was left alone for as long as the schedule says, and to one of a child.

pub mod routes;

use serde::Serialize;
use utoipa::ToSchema;

use super::{decisions::open, erasures::Receipt};
use crate::{
    completions::{
        erasing::{Because, end_custodies, forget_persons},
        store::all_own_ids,
    },
    identity::accounts::ends::{self, Idle},
    law::periods::{Case, periods},
    people,
    platform::{db::Tx, problem::Problem},
    records::{Ending, schedule},
    words::*,
};

/// What became of the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deregistered {
    /// Since when there is no account any more, or it rests.
    pub on: Day,
    /// The day on which the account goes by itself unless its person comes back; null if it is gone already.
    pub account_goes_on: Option<Day>,
    /// What went, and what stays with whom, why and until when; null if nothing was to be removed. Nobody can sign in to read
    /// it again: keep it.
    pub receipt: Option<Receipt>,
}

/// The day on which an account goes by itself (RS01).
pub fn goes_on(account: &Idle) -> Option<Day> {
    let case = match account.closed_at {
        Some(at) => Case::default().on(Anchor::Deregistered, crate::law::calendar::oslo_day(at)),
        None => Case::default().not_yet(Anchor::Deregistered),
    };
    periods(schedule().rule("RS01")?, &case.on(Anchor::LastActivity, account.last_used_on)).erase_on()
}

/// Erases an account, and what its person alone kept: the portfolio was the account's. What others keep stays with them.
/// Files nobody names any more are swept.
///
/// # Errors
/// The database's.
pub fn erase_account(tx: &mut Tx<'_>, account: &Idle) -> Result<(), Problem> {
    let known_as = people::store::known_as(tx, account.person)?;
    tx.lock_persons(&known_as)?;
    let (own, today) = (all_own_ids(tx, account.person)?, tx.today());
    // Whoever leaves asks for the end of what is the account's; a hold is still asked for.
    let ends = |one: &super::decisions::Open| {
        one.own.ground == Ground::Portfolio && one.decide(Trigger::Request, today).action.erases()
    };
    let portfolio: Vec<Ending> = open(tx, &own)?.iter().filter(|one| ends(one)).map(|one| one.ending()).collect();
    end_custodies(tx, &portfolio, Because::Decided)?;
    ends::store::erase(tx, account)?;
    forget_persons(tx, &known_as.into_iter().collect())?;
    Ok(())
}
