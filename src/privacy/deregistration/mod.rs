//! Leaving: a person rests the account and may come back, or has it erased at once with everything that may go. The same end
//! comes to an account that was left alone for as long as the schedule says, and to one of a child.

pub mod actions;
pub mod minors;
pub mod routes;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    cases,
    clocks::{TOGETHER, may_be_more},
    decisions::{Open, open},
    erasures::Receipt,
};
use crate::{
    completions::{
        erasing::{Because, end_custodies, forget_persons},
        store::{all_about, all_own_ids},
    },
    identity::{
        accounts::{
            self,
            ends::{
                self, Idle,
                store::{Over, Told},
            },
        },
        letters,
    },
    law::{
        calendar::{self, days_after, days_before},
        periods::{Case, over_up_to, periods},
    },
    organisations::staff,
    people,
    platform::{
        db::{Db, Error, Tx},
        jobs::{self, Job, Workers},
        problem::Problem,
    },
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
        Some(at) => Case::default().on(Anchor::Deregistered, calendar::oslo_day(at)),
        None => Case::default().not_yet(Anchor::Deregistered),
    };
    periods(schedule().rule("RS01")?, &case.on(Anchor::LastActivity, account.last_used_on)).erase_on()
}

/// Which accounts have gone by a day (RS01).
fn over_by(day: Day) -> Option<Over> {
    let rule = schedule().rule("RS01")?;
    let case = Case::default().on(Anchor::LastActivity, day);
    let ended = |case: &Case| {
        let last = over_up_to(rule, case, Anchor::Deregistered, day)?;
        Some(calendar::begins(days_after(last, 1)))
    };
    let used_up_to = over_up_to(rule, &Case::default().not_yet(Anchor::Deregistered), Anchor::LastActivity, day)?;
    let died_before = ended(&case.clone().under(Circumstance::Deceased))?;
    Some(Over { closed_before: ended(&case)?, died_before, used_up_to })
}

/// RS01: accounts nobody came back to. True if there may be more.
///
/// # Errors
/// The database's.
pub fn accounts(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(over) = over_by(tx.today()) else { return Ok(false) };
    let told = Told::By(days_before(tx.today(), TOLD_BEFORE_DAYS));
    let found = ends::store::idle(tx, over, told, FEW)?;
    let persons: Vec<PersonId> = found.iter().map(|account| account.person).collect();
    let known_as = people::claims::store::known_with(tx, &persons)?;
    tx.lock_persons(&known_as)?;
    let ids: BTreeSet<AccountId> = found.iter().map(|account| account.id).collect();
    // Asked again under the lock: somebody may be back.
    for account in ends::store::idle(tx, over, told, FEW)?.iter().filter(|account| ids.contains(&account.id)) {
        erase_account(tx, account).map_err(Problem::into_error)?;
    }
    Ok(i64::try_from(found.len()).is_ok_and(|found| found == FEW))
}

/// So many accounts are erased in one transaction: each may be about many records.
const FEW: i64 = 20;

/// So many days before an account goes its person is told.
const TOLD_BEFORE_DAYS: u16 = 30;

/// Writes to those whose accounts are to go, once each: who signs in keeps it. True if there may be more.
///
/// # Errors
/// The database's.
pub fn tell_whose_accounts_go(tx: &mut Tx<'_>, public_url: &str) -> Result<bool, Error> {
    let soon = days_after(tx.today(), TOLD_BEFORE_DAYS);
    let Some(over) = over_by(soon) else { return Ok(false) };
    let found = ends::store::idle(tx, over, Told::NotYet, TOGETHER)?;
    for account in &found {
        let day = goes_on(account).unwrap_or(soon).max(soon);
        if let Some((to, lang)) = ends::store::written_to(tx, account.id)? {
            jobs::enqueue(tx, &letters::account_goes(&to, day, public_url, lang))?;
        }
        ends::store::told(tx, account.id)?;
    }
    Ok(may_be_more(found.len()))
}

/// The account is a child's (RS40): it goes at once, and with it all that no law orders somebody to keep, whoever has it. It
/// never should have been here, so nothing is left to answer by. With the files to be discarded once this is committed.
///
/// # Errors
/// The database's.
pub fn erase_child(tx: &mut Tx<'_>, account: &Idle, public_url: &str) -> Result<Vec<DocumentId>, Problem> {
    let known_as = people::store::lock_human(tx, account.person)?;
    let (own, today) = (all_own_ids(tx, account.person)?, tx.today());
    let open = open(tx, &own)?;
    let goes = open.iter().filter(|one| one.decide(Trigger::Minor, today).action.erases());
    let erasure = end_custodies(tx, &goes.map(Open::ending).collect::<Vec<_>>(), Because::Untrue)?;
    cases::deciding::settle(tx, &erasure, None, public_url)?;
    forget_account(tx, account, known_as)?;
    Ok(erasure.files)
}

/// The person of an account has died: nobody comes into it any more, roles and employments end, and the portfolio goes with the
/// account a year later (RS01, RS14). Others keep what they keep.
///
/// # Errors
/// The database's.
pub fn end_with_death(tx: &mut Tx<'_>, account: &Idle, on: Day) -> Result<(), Problem> {
    let known_as = people::store::lock_human(tx, account.person)?;
    accounts::store::end(tx, account.id, AccountEnd::Death)?;
    ends::store::end_roles(tx, account.person)?;
    staff::store::end_all(tx, &known_as, on)?;
    Ok(())
}

/// Erases an account, and what its person alone kept: the portfolio was the account's. What others keep stays with them.
/// Files nobody names any more are swept.
///
/// # Errors
/// The database's.
fn erase_account(tx: &mut Tx<'_>, account: &Idle) -> Result<(), Problem> {
    let known_as = people::store::lock_human(tx, account.person)?;
    let own = all_own_ids(tx, account.person)?;
    end_portfolio(tx, &own)?;
    answer_later(tx, account)?;
    Ok(forget_account(tx, account, known_as)?)
}

/// Ends what somebody kept in the portfolio of an account. Whoever leaves asks for it; a hold is still asked for.
fn end_portfolio(tx: &mut Tx<'_>, own: &[RecordId]) -> Result<(), Problem> {
    let today = tx.today();
    let ends = |one: &Open| one.own.ground == Ground::Portfolio && one.decide(Trigger::Request, today).action.erases();
    let portfolio: Vec<Ending> = open(tx, own)?.iter().filter(|one| ends(one)).map(|one| one.ending()).collect();
    end_custodies(tx, &portfolio, Because::Decided)?;
    Ok(())
}

/// No hold of the operator's lies on somebody's portfolio any more. If its account has gone meanwhile, the portfolio goes too.
#[derive(Debug, Serialize, Deserialize)]
pub struct PortfolioFreed {
    /// Whose.
    pub person: PersonId,
}

impl Job for PortfolioFreed {
    const KIND: &'static str = "portfolio_freed";
}

/// Says who ends portfolios whose accounts went while a hold lay on them.
#[must_use]
pub fn workers(workers: Workers, db: &Db) -> Workers {
    let db = db.clone();
    workers.on(move |_, PortfolioFreed { person }| {
        let db = db.clone();
        async move { Ok(db.write(move |tx| end_left_portfolio(tx, person).map_err(Problem::into_error)).await?) }
    })
}

fn end_left_portfolio(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Problem> {
    let known_as = people::store::lock_humans(tx, &[person])?;
    for one in &known_as {
        if ends::store::of(tx, *one)?.is_some() {
            return Ok(());
        }
    }
    let own = all_about(tx, &known_as)?;
    end_portfolio(tx, &own)
}

/// Cases that are open when an account goes are answered all the same: where is kept with them until they close.
fn answer_later(tx: &mut Tx<'_>, account: &Idle) -> Result<(), Error> {
    let Some((to, lang)) = ends::store::written_to(tx, account.id)? else { return Ok(()) };
    cases::store::reply_to(tx, account.person, &to, lang)
}

/// Forgets an account whose portfolio has been seen to, and whom nothing else refers to. Whoever calls holds everyone its
/// person is known as.
fn forget_account(tx: &mut Tx<'_>, account: &Idle, known_as: Vec<PersonId>) -> Result<(), Error> {
    ends::store::erase(tx, account)?;
    forget_persons(tx, &known_as.into_iter().collect())?;
    Ok(())
}
