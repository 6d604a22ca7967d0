//! Deregistration over HTTP.

use super::{
    Deregistered,
    actions::{AnswerMinor, ReportDeath, ReportMinor},
    answer_later, end_with_death, forget_account, goes_on,
    minors::{self, MinorReport},
};
use crate::{
    completions::store::all_own_ids,
    documents,
    identity::accounts::{ends, store::end},
    law::calendar::months_before,
    organisations::store::is_the_last,
    people,
    platform::{
        audit,
        db::Tx,
        http::{Body, Call, Done, House, Path, Shown},
        input::{Text, body},
        problem::{Kind, Problem},
    },
    privacy::{
        actions::Deregister,
        decisions::open,
        erasures::{self, confirm_at_once},
    },
    words::*,
};

body! {
    /// How somebody leaves.
    pub struct Deregistration {
        /// Is everything to go that may go? It goes at once, also what would wait otherwise. If not, the account rests, and signing in again ends that.
        pub remove_my_data: bool,
        /// The plan of everything, as it was shown; needed if everything is to go.
        pub plan: Option<Text<200_000>>,
    }
    check |wish, _, findings| {
        if wish.remove_my_data && wish.plan.is_none() {
            findings.add("/plan", Fault::Required);
        }
    };
    example { "remove_my_data": false }
}

/// `POST /v1/me/deregistration`
pub async fn deregister(house: House, call: Call, body: Body<Deregistration>) -> Result<Shown<Deregistered>, Problem> {
    let public_url = house.config.public_url.clone();
    let (left, files) = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, Deregister)?;
            let person = permit.person()?;
            let account = ends::store::of(tx, person)?.ok_or(Kind::NotFound)?;
            if body.value.remove_my_data && is_the_last(tx, OPERATOR, Role::Operator, person)? {
                return Err(Kind::TheLast.into());
            }
            let plan = body.value.plan.as_ref().filter(|_| body.value.remove_my_data);
            let done = match plan {
                Some(plan) => leave(tx, &account, plan.as_str(), &public_url)?,
                None => (rest(tx, &account)?, Vec::new()),
            };
            let removed = serde_json::json!({ "remove_my_data": plan.is_some() });
            audit::note(tx, &permit, Some(account.id.uuid()), Some(removed))?;
            Ok::<_, Problem>(done)
        })
        .await?;
    documents::discard(&house, files).await;
    Ok(Shown::plain(left))
}

/// A day that lies further back is most likely mistyped, and employments would end that long ago.
const REPORTED_WITHIN_MONTHS: u16 = 12;

body! {
    /// That the person of an account has died.
    pub struct Death {
        /// The day of death, within the last twelve months.
        pub on: Day,
    }
    check |death, reading, findings| {
        if death.on > reading.today {
            findings.add("/on", Fault::InTheFuture);
        } else if death.on < months_before(reading.today, REPORTED_WITHIN_MONTHS) {
            findings.add("/on", Fault::InThePast);
        }
    };
    example { "on": "2026-03-01" }
}

/// `POST /v1/accounts/{account}/minor`
pub async fn report_minor(house: House, call: Call, path: Path<AccountId>) -> Result<Shown<MinorReport>, Problem> {
    let (public_url, min_age) = (house.config.public_url.clone(), house.config.min_age);
    let reported = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ReportMinor { account: path.0 })?;
        minors::report(tx, &permit, min_age, &public_url)
    });
    let (report, files) = reported.await?;
    documents::discard(&house, files).await;
    Ok(Shown::plain(report))
}

/// `POST /v1/accounts/{account}/minor/confirmation`
pub async fn confirm_minor(house: House, call: Call, path: Path<AccountId>) -> Result<Done, Problem> {
    let public_url = house.config.public_url.clone();
    let confirmed = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnswerMinor { account: path.0 })?;
        minors::confirm(tx, &permit, &public_url)
    });
    documents::discard(&house, confirmed.await?).await;
    Ok(Done)
}

/// `POST /v1/accounts/{account}/minor/refusal`
pub async fn refuse_minor(house: House, call: Call, path: Path<AccountId>) -> Result<Done, Problem> {
    let refused = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnswerMinor { account: path.0 })?;
        minors::refuse(tx, &permit)
    });
    refused.await?;
    Ok(Done)
}

/// `POST /v1/accounts/{account}/death`
pub async fn death(house: House, call: Call, path: Path<AccountId>, body: Body<Death>) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ReportDeath { account: path.0 })?;
            let account = ends::store::by_id(tx, permit.action().account)?;
            end_with_death(tx, &account, body.value.on)?;
            Ok::<_, Problem>(audit::note(tx, &permit, Some(account.id.uuid()), None)?)
        })
        .await?;
    Ok(Done)
}

/// The account stays as long as the schedule says, for coming back.
fn rest(tx: &mut Tx<'_>, account: &ends::Idle) -> Result<Deregistered, Problem> {
    end(tx, account.id, AccountEnd::OwnWish)?;
    let resting = ends::store::of(tx, account.person)?.ok_or(Kind::NotFound)?;
    Ok(Deregistered { on: tx.today(), account_goes_on: goes_on(&resting), receipt: None })
}

/// Everything that may go goes at once, and the account with it.
fn leave(
    tx: &mut Tx<'_>,
    account: &ends::Idle,
    plan: &str,
    public_url: &str,
) -> Result<(Deregistered, Vec<DocumentId>), Problem> {
    let known_as = people::store::lock_human(tx, account.person)?;
    let own = all_own_ids(tx, account.person)?;
    let open = open(tx, &own)?;
    let (receipt, erasure) = confirm_at_once(tx, account.person, open, plan, public_url)?;
    erasures::store::keep(tx, account.person, &receipt)?;
    answer_later(tx, account)?;
    forget_account(tx, account, known_as)?;
    Ok((Deregistered { on: tx.today(), account_goes_on: None, receipt: Some(receipt) }, erasure.files))
}
