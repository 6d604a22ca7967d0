//! What is kept about people and lies in nobody's custody ends by a clock of its own: logs, receipts, the ledger, who was a
//! member or employed. How long each is kept, its rule in the schedule says.
//!
//! Each clock is one transaction about some of what is over, found by an index, and says whether there may be more.

use std::collections::BTreeSet;

use super::{annulments, cases, deregistration, erasures, holds, releases};
use crate::{
    completions::{erasing::forget_persons, keeping::by_employment},
    imports,
    law::periods::Case,
    organisations::{self, staff},
    people::store::Cards,
    platform::db::{Error, Tx},
    records::{self, ending::store as ending, over_before, over_up_to},
    words::*,
};

/// A clock: ends some of what is over, and says whether there may be more.
pub type Clock = fn(&mut Tx<'_>) -> Result<bool, Error>;

/// All of them.
pub const CLOCKS: [Clock; 12] = [
    ledger,
    lifted_holds,
    receipts,
    closed_cases,
    old_releases,
    old_annulments,
    annulments::lapse,
    former_members,
    former_employees,
    disclosures,
    deregistration::accounts,
    deregistration::minors::lapse,
];

/// How many are ended in one transaction.
pub(super) const TOGETHER: i64 = 200;

/// RS42: entries of the ledger.
fn ledger(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let forgotten = records::ledger::store::forget_old(tx, TOGETHER)?;
    Ok(may_be_more(forgotten))
}

/// RS36: holds that were lifted.
fn lifted_holds(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(before) = over_before("RS36", Anchor::CaseClosed, tx.today()) else { return Ok(false) };
    Ok(may_be_more(holds::store::forget_lifted(tx, before, TOGETHER)?))
}

/// RS36: receipts of erasures. The case was closed when it was answered.
fn receipts(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(before) = over_before("RS36", Anchor::CaseClosed, tx.today()) else { return Ok(false) };
    let found = erasures::store::receivers(tx, before, TOGETHER)?;
    of_persons(tx, &found, |tx, people| erasures::store::forget_receipts(tx, before, people))
}

/// RS36: cases that are closed.
fn closed_cases(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(before) = over_before("RS36", Anchor::CaseClosed, tx.today()) else { return Ok(false) };
    let found = cases::store::closed(tx, before, TOGETHER)?;
    of_persons(tx, &found, |tx, people| cases::store::forget_closed(tx, before, people))
}

/// RS42: what was let go of, by ids and codes.
fn old_releases(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(before) = over_before("RS42", Anchor::Erased, tx.today()) else { return Ok(false) };
    Ok(may_be_more(releases::store::forget_old(tx, before, TOGETHER)?))
}

/// RS42: what was annulled, or was to be, by ids and codes.
fn old_annulments(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(before) = over_before("RS42", Anchor::Erased, tx.today()) else { return Ok(false) };
    Ok(may_be_more(annulments::store::forget_old(tx, before, TOGETHER)?))
}

/// RS45: memberships. The name of who signed a document is the document's own.
fn former_members(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(before) = over_before("RS45", Anchor::MembershipEnd, tx.today()) else { return Ok(false) };
    let found = organisations::store::former_members(tx, before, TOGETHER)?;
    of_persons(tx, &found, |tx, people| organisations::store::forget_memberships(tx, before, people))
}

/// RS26: who was shown what is gone since.
fn disclosures(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let found = records::disclosures::store::run_out(tx, TOGETHER)?;
    of_persons(tx, &found, records::disclosures::store::forget)
}

/// RS06: employments, unless the end of one still says until when its employer keeps something. With the last of them goes
/// the card of whoever the employer holds nothing else about.
fn former_employees(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(last) = over_up_to("RS06", &Case::default(), Anchor::RelationEnd, tx.today()) else { return Ok(false) };
    let counting: Vec<&str> = by_employment().collect();
    let found = ending::uncounted_employments(tx, last, &counting, TOGETHER)?;
    let whose: Vec<PersonId> = found.iter().map(|one| one.person).collect();
    of_persons(tx, &whose, |tx, people| {
        // Asked again under the lock: something may count from it since.
        let past = ending::uncounted_employments(tx, last, &counting, TOGETHER)?;
        for one in past.iter().filter(|one| people.contains(&one.person)) {
            imports::staff::forget_rows(tx, one.employment)?;
            imports::staff::forget_changes(tx, one.employment)?;
            staff::store::forget(tx, one.employment)?;
            let unheld = ending::unheld_by(tx, one.employer, &[one.person].into())?;
            ending::forget_cards(tx, one.employer, &unheld, Cards::Every)?;
        }
        Ok(())
    })
}

/// Holds the persons, forgets something about them, and those nothing else refers to.
fn of_persons(
    tx: &mut Tx<'_>,
    found: &[PersonId],
    forget: impl FnOnce(&mut Tx<'_>, &BTreeSet<PersonId>) -> Result<(), Error>,
) -> Result<bool, Error> {
    if found.is_empty() {
        return Ok(false);
    }
    tx.lock_persons(found)?;
    let people = found.iter().copied().collect();
    forget(tx, &people)?;
    forget_persons(tx, &people)?;
    Ok(may_be_more(found.len()))
}

pub(super) fn may_be_more(found: usize) -> bool {
    i64::try_from(found).is_ok_and(|found| found == TOGETHER)
}
