//! The rows of accounts that end.

use diesel::IntoSql as _;

use crate::{
    identity::{accounts::store::can_be_entered, attempts},
    people::{self, claims},
    platform::db::{
        Error, Tx,
        run::prelude::*,
        schema::{account_emails, accounts, memberships, minor_reports, password_resets, refresh_tokens, sign_ins},
    },
    words::*,
};

/// An account nobody uses.
#[derive(Clone, Debug, Queryable)]
pub struct Idle {
    /// Which.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// When it was closed, if it was.
    pub closed_at: Option<Instant>,
    /// The last day somebody used it.
    pub last_used_on: Day,
    /// When its person was told that it goes.
    pub told_on: Option<Day>,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (accounts::id, accounts::person, accounts::closed_at, accounts::last_used_on, accounts::told_on)
}

/// From when on accounts are kept.
#[derive(Clone, Copy, Debug)]
pub struct Over {
    /// Whoever deregistered before this instant.
    pub closed_before: Instant,
    /// Whose death was reported before this one.
    pub died_before: Instant,
    /// Who was here last on this day or before it.
    pub used_up_to: Day,
}

/// Has the person of an account been told that it goes?
#[derive(Clone, Copy, Debug)]
pub enum Told {
    /// On this day or before it; or nobody can come back into it, so nobody is told.
    By(Day),
    /// Not yet, and somebody can come back.
    NotYet,
}

/// Some of the accounts whose time is over, by whether their persons were told.
///
/// # Errors
/// The database's.
pub fn idle(
    tx: &mut Tx<'_>,
    Over { closed_before, died_before, used_up_to }: Over,
    told: Told,
    at_most: i64,
) -> Result<Vec<Idle>, Error> {
    let dead = accounts::closed_because.eq(AccountEnd::Death).and(accounts::closed_at.lt(died_before));
    let (asks_untold, by) = match told {
        Told::By(day) => (false, day),
        Told::NotYet => (true, tx.today()),
    };
    let is_lost = accounts::closed_because.is_not_null().and(accounts::closed_because.ne(AccountEnd::OwnWish));
    let was_told = accounts::told_on.is_not_null().and(accounts::told_on.le(by));
    let asks_untold = asks_untold.into_sql::<diesel::sql_types::Bool>();
    let as_asked = asks_untold
        .and(accounts::told_on.is_null())
        .and(diesel::dsl::not(is_lost.assume_not_null()))
        .or(diesel::dsl::not(asks_untold).and(was_told.assume_not_null().or(is_lost.assume_not_null())));
    Ok(accounts::table
        .filter(
            accounts::closed_at
                .lt(closed_before)
                .assume_not_null()
                .or(dead.assume_not_null())
                .or(accounts::last_used_on.le(used_up_to)),
        )
        .filter(as_asked)
        // While it is asked whether one is a child's, nobody can come back into it, and so its time does not run out.
        .filter(
            accounts::closed_because
                .is_null()
                .or(accounts::closed_because.assume_not_null().ne(AccountEnd::MinorReported)),
        )
        .limit(at_most)
        .select(columns())
        .load(tx.conn())?)
}

/// Where the person of an account is written to, and in which language; nowhere if nobody can come back into it.
///
/// # Errors
/// The database's.
pub fn written_to(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<(String, Lang)>, Error> {
    Ok(account_emails::table
        .inner_join(accounts::table.on(accounts::id.eq(account_emails::account)))
        .filter(account_emails::account.eq(id))
        .filter(can_be_entered(AccountEnd::OwnWish))
        .order(account_emails::verified_at)
        .select((account_emails::email, accounts::locale))
        .first(tx.conn())
        .optional()?)
}

/// An account.
///
/// # Errors
/// 404.
pub fn by_id(tx: &mut Tx<'_>, id: AccountId) -> Result<Idle, Error> {
    Ok(accounts::table.find(id).select(columns()).first(tx.conn())?)
}

/// The account of a person, if there is one.
///
/// # Errors
/// The database's.
pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Idle>, Error> {
    Ok(accounts::table.filter(accounts::person.eq(person)).select(columns()).first(tx.conn()).optional()?)
}

/// Its person has been told that it goes.
///
/// # Errors
/// The database's.
pub fn told(tx: &mut Tx<'_>, id: AccountId) -> Result<(), Error> {
    let today = tx.today();
    diesel::update(accounts::table.find(id)).set(accounts::told_on.eq(Some(today))).execute(tx.conn())?;
    Ok(())
}

/// Erases an account: addresses, password, sign-ins, roles from today, which persons it claimed, and the person's own card.
/// Which ids are one stays, as far as records that are kept need it to find their person's employment; whoever opens an
/// account anew claims them again.
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut Tx<'_>, Idle { id, person, .. }: &Idle) -> Result<(), Error> {
    let (id, person) = (*id, *person);
    let addresses: Vec<String> = account_emails::table
        .filter(account_emails::account.eq(id))
        .select(account_emails::email_key)
        .load(tx.conn())?;
    for address in &addresses {
        attempts::store::forget(tx, address)?;
    }
    let own = sign_ins::table.filter(sign_ins::account.eq(id)).select(sign_ins::id);
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::sign_in.eq_any(own))).execute(tx.conn())?;
    diesel::delete(sign_ins::table.filter(sign_ins::account.eq(id))).execute(tx.conn())?;
    diesel::delete(password_resets::table.filter(password_resets::account.eq(id))).execute(tx.conn())?;
    diesel::delete(account_emails::table.filter(account_emails::account.eq(id))).execute(tx.conn())?;
    diesel::delete(minor_reports::table.find(id)).execute(tx.conn())?;
    diesel::delete(accounts::table.find(id)).execute(tx.conn())?;
    end_roles(tx, person)?;
    claims::store::forget(tx, person)?;
    people::store::forget_own(tx, person)?;
    tx.erased();
    Ok(())
}

/// Ends whatever somebody is to organisations.
///
/// # Errors
/// The database's.
pub fn end_roles(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    let now = tx.now();
    let roles = memberships::table.filter(memberships::person.eq(person)).filter(memberships::ended_at.is_null());
    diesel::update(roles).set(memberships::ended_at.eq(Some(now))).execute(tx.conn())?;
    Ok(())
}

/// That an account is said to be a child's.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct MinorReport {
    /// Since when.
    pub at: Instant,
    /// Which operator said so.
    pub by: PersonId,
}

/// Writes down that an account is said to be a child's, and whether it was closed before. Whoever calls closes it.
///
/// # Errors
/// `Taken` if it is said already.
pub fn report_minor(tx: &mut Tx<'_>, account: AccountId, by: PersonId) -> Result<(), Error> {
    let now = tx.now();
    let (closed_at, because): (Option<Instant>, Option<AccountEnd>) =
        accounts::table.find(account).select((accounts::closed_at, accounts::closed_because)).first(tx.conn())?;
    diesel::insert_into(minor_reports::table)
        .values((
            (minor_reports::account.eq(account), minor_reports::reported_at.eq(now), minor_reports::reported_by.eq(by)),
            (minor_reports::closed_at.eq(closed_at), minor_reports::closed_because.eq(because)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// That an account is said to be a child's.
///
/// # Errors
/// 404 if it is not.
pub fn minor_report(tx: &mut Tx<'_>, account: AccountId) -> Result<MinorReport, Error> {
    let columns = (minor_reports::reported_at, minor_reports::reported_by);
    Ok(minor_reports::table.find(account).select(columns).first(tx.conn())?)
}

/// Some of the accounts that were said to be a child's before an instant.
///
/// # Errors
/// The database's.
pub fn reported_before(tx: &mut Tx<'_>, before: Instant, at_most: i64) -> Result<Vec<AccountId>, Error> {
    Ok(minor_reports::table
        .filter(minor_reports::reported_at.lt(before))
        .order(minor_reports::reported_at)
        .limit(at_most)
        .select(minor_reports::account)
        .load(tx.conn())?)
}

/// An account is no longer said to be a child's, and is what it was before, unless somebody closed it otherwise meanwhile.
///
/// # Errors
/// 404 if it was not said to be.
pub fn as_before_report(tx: &mut Tx<'_>, account: AccountId) -> Result<(), Error> {
    let row = minor_reports::table.find(account);
    let before: (Option<Instant>, Option<AccountEnd>) =
        row.select((minor_reports::closed_at, minor_reports::closed_because)).first(tx.conn())?;
    diesel::delete(row).execute(tx.conn())?;
    let closed_for_it = accounts::table.find(account).filter(accounts::closed_because.eq(AccountEnd::MinorReported));
    diesel::update(closed_for_it)
        .set((accounts::closed_at.eq(before.0), accounts::closed_because.eq(before.1)))
        .execute(tx.conn())?;
    Ok(())
}
