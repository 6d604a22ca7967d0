//! Accounts that the operator was told are a child's (RS40). Nobody is asked whom it is about, so two operators answer for it:
//! one reports it, and from then on nobody comes into the account; another confirms it. Where the account itself says that its
//! person is too young, there is nothing to confirm.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    actions::{AnswerMinor, ReportMinor},
    erase_child,
};
use crate::{
    access::Permit,
    identity::accounts::{
        self,
        ends::{Idle, store as ends},
    },
    law::calendar::{age_on, begins, days_after, days_before, oslo_day},
    people::store::{lock_human, read_own},
    platform::{
        audit,
        db::{Error, Tx},
        problem::{Kind, Problem},
    },
    privacy::{
        annulments::is_same_human,
        clocks::{TOGETHER, may_be_more},
    },
    words::*,
};

/// So many days a report waits for a second operator; then its person gets the account back.
const ANSWERED_WITHIN_DAYS: u16 = 14;

/// What became of an account that is said to be a child's.
#[derive(Debug, Serialize, ToSchema)]
pub struct MinorReport {
    /// Has it gone? The account itself said that its person is too young.
    pub gone: bool,
    /// The last day on which another operator can confirm it; null if it has gone.
    pub answer_by: Option<Day>,
}

/// Takes a report: the account goes at once if its own day of birth says so, and is closed to everybody until another operator
/// has answered if not. With the files to be discarded once this is committed.
///
/// # Errors
/// 404; 409 if it is reported already.
pub fn report(
    tx: &mut Tx<'_>,
    permit: &Permit<ReportMinor>,
    min_age: u32,
    public_url: &str,
) -> Result<(MinorReport, Vec<DocumentId>), Problem> {
    let account = locked(tx, permit.action().account)?;
    if is_too_young(tx, &account, min_age)? {
        let files = erase_child(tx, &account, public_url)?;
        audit::note(tx, permit, Some(account.id.uuid()), None)?;
        return Ok((MinorReport { gone: true, answer_by: None }, files));
    }
    ends::report_minor(tx, account.id, permit.person()?)?;
    accounts::store::end(tx, account.id, AccountEnd::MinorReported)?;
    audit::note(tx, permit, Some(account.id.uuid()), None)?;
    let answer_by = Some(days_after(tx.today(), ANSWERED_WITHIN_DAYS));
    Ok((MinorReport { gone: false, answer_by }, Vec::new()))
}

/// Another operator confirms a report: the account goes. With the files to be discarded once this is committed.
///
/// # Errors
/// 404; 409 for whoever reported it, and after its last day.
pub fn confirm(tx: &mut Tx<'_>, permit: &Permit<AnswerMinor>, public_url: &str) -> Result<Vec<DocumentId>, Problem> {
    let account = locked(tx, permit.action().account)?;
    let report = ends::minor_report(tx, account.id)?;
    if is_same_human(tx, report.by, permit.person()?)? {
        return Err(Kind::AnotherHuman.into());
    }
    if tx.today() > days_after(oslo_day(report.at), ANSWERED_WITHIN_DAYS) {
        return Err(Kind::NotNow.into());
    }
    let files = erase_child(tx, &account, public_url)?;
    audit::note(tx, permit, Some(account.id.uuid()), Some(serde_json::json!({ "confirmed": true })))?;
    Ok(files)
}

/// An operator refuses a report, also one's own: the account is what it was before.
///
/// # Errors
/// 404.
pub fn refuse(tx: &mut Tx<'_>, permit: &Permit<AnswerMinor>) -> Result<(), Problem> {
    let account = locked(tx, permit.action().account)?;
    ends::as_before_report(tx, account.id)?;
    Ok(audit::note(tx, permit, Some(account.id.uuid()), Some(serde_json::json!({ "confirmed": false })))?)
}

/// Opens accounts again of which no second operator has said that they are a child's. True if there may be more.
///
/// # Errors
/// The database's.
pub fn lapse(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let before = begins(days_before(tx.today(), ANSWERED_WITHIN_DAYS));
    let over = ends::reported_before(tx, before, TOGETHER)?;
    for account in &over {
        match ends::as_before_report(tx, *account) {
            // Somebody has answered it meanwhile.
            Ok(()) | Err(Error::NoRow) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(may_be_more(over.len()))
}

/// An account, its person held under every id.
fn locked(tx: &mut Tx<'_>, id: AccountId) -> Result<Idle, Error> {
    let person = ends::by_id(tx, id)?.person;
    lock_human(tx, person)?;
    // Asked again under the lock: it may have gone.
    ends::by_id(tx, id)
}

fn is_too_young(tx: &mut Tx<'_>, account: &Idle, min_age: u32) -> Result<bool, Error> {
    let (born, today) = (read_own(tx, account.person)?.birth_date, tx.today());
    Ok(born.is_some_and(|born| age_on(born, today) < i32::try_from(min_age).unwrap_or(i32::MAX)))
}
