//! Accounts, their addresses, sign-ups and resets.

use chrono::TimeDelta;

use super::{Opened, Opening, routes::NewAccount};
use crate::{
    access::Permit,
    identity::{
        actions::CloseAccount,
        attempts, letters,
        sign_ins::{Ended, store::end_all},
    },
    organisations::store::is_the_last,
    people::{
        claims,
        store::{CardContent, create_own},
    },
    platform::{
        audit,
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{account_emails, accounts, memberships, password_resets, persons, sign_ups},
        },
        input::{Email, Field, Reading},
        jobs,
        problem::{Kind, Problem},
        vault,
    },
    words::*,
};

/// How long a sign-up waits for its address to be verified.
const SIGN_UP: TimeDelta = TimeDelta::hours(48);
/// How long a reset can be used.
const RESET: TimeDelta = TimeDelta::hours(2);

/// Takes a sign-up and writes to the address: how to go on, or that there is an account already.
///
/// # Errors
/// The database's.
pub fn sign_up(tx: &mut Tx<'_>, new: &NewAccount, password_hash: &str, public_url: &str) -> Result<(), Problem> {
    if !attempts::store::may_write_to(tx, new.email.key())? {
        return Ok(());
    }
    let lang = new.locale.map_or(Lang::default(), |locale| locale.0);
    if account_of(tx, new.email.key())?.is_some() {
        jobs::enqueue(tx, &letters::account_exists(new.email.as_str(), public_url, lang))?;
        return Ok(());
    }
    let (id, token): (SignUpId, _) = (tx.new_id(), vault::token());
    let expires_at = tx.now().plus(SIGN_UP);
    diesel::insert_into(sign_ups::table)
        .values((
            sign_ups::id.eq(id),
            sign_ups::token_hash.eq(vault::sha256(token.as_bytes())),
            sign_ups::email.eq(new.email.as_str()),
            sign_ups::name.eq(new.name.as_str()),
            sign_ups::birth_date.eq(new.birth_date.day()),
            sign_ups::password_hash.eq(password_hash),
            sign_ups::locale.eq(lang),
            sign_ups::expires_at.eq(expires_at),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    jobs::enqueue(tx, &letters::verify_address(new.email.as_str(), &token, public_url, lang))?;
    Ok(())
}

#[derive(Queryable)]
struct SignUp {
    id: SignUpId,
    email: String,
    name: String,
    birth_date: Day,
    password_hash: String,
    locale: Lang,
}

/// Opens the account of a sign-up whose address its token proves.
///
/// # Errors
/// 410 if the token is spent, too old or nobody's, or the address got an account meanwhile.
pub fn verify(tx: &mut Tx<'_>, token: &str) -> Result<AccountId, Problem> {
    let now = tx.now();
    let waiting = sign_ups::table
        .filter(sign_ups::token_hash.eq(vault::sha256(token.as_bytes())))
        .filter(sign_ups::expires_at.gt(now))
        .select((
            sign_ups::id,
            sign_ups::email,
            sign_ups::name,
            sign_ups::birth_date,
            sign_ups::password_hash,
            sign_ups::locale,
        ))
        .first::<SignUp>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    let Some(waiting) = waiting else { return Err(Kind::LinkSpent.into()) };
    let taken =
        diesel::delete(sign_ups::table.filter(sign_ups::id.eq(waiting.id))).execute(tx.conn()).map_err(Error::from)?;
    if taken == 0 {
        return Err(Kind::LinkSpent.into());
    }
    let email = Email::read_text(&waiting.email, &Reading { today: tx.today() })?;
    let opening = Opening {
        name: &waiting.name,
        birth_date: Some(waiting.birth_date),
        email,
        password_hash: &waiting.password_hash,
        lang: waiting.locale,
    };
    let opened = open(tx, &opening).map_err(|problem| problem.if_taken(Kind::LinkSpent.into()))?;
    let done_by = (DoneBy::Account, Some(opened.account.uuid()));
    audit::note_by(tx, done_by, "verify_address", Some(opened.account.uuid()))?;
    claims::claim_by_email_and_birth_date(tx, opened.person)?;
    Ok(opened.account)
}

/// Makes a person with an account, a verified address and an own card.
///
/// # Errors
/// 409 if the address has an account.
pub fn open(tx: &mut Tx<'_>, opening: &Opening<'_>) -> Result<Opened, Problem> {
    let content = CardContent {
        name: Some(opening.name.to_owned()),
        emails: vec![opening.email.clone()],
        birth_date: opening.birth_date,
        ..CardContent::default()
    };
    let person = create_own(tx, content)?;
    let (account, now, today): (AccountId, _, _) = (tx.new_id(), tx.now(), tx.today());
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(account),
            accounts::person.eq(person),
            accounts::password_hash.eq(opening.password_hash),
            accounts::locale.eq(opening.lang),
            accounts::created_at.eq(now),
            accounts::last_used_on.eq(today),
            accounts::version.eq(1_i64),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    diesel::insert_into(account_emails::table)
        .values((
            account_emails::email_key.eq(opening.email.key()),
            account_emails::email.eq(opening.email.as_str()),
            account_emails::account.eq(account),
            account_emails::verified_at.eq(now),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    Ok(Opened { account, person })
}

/// Is there an operator who can sign in?
///
/// # Errors
/// The database's.
pub fn there_is_an_operator(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let operators: i64 = memberships::table
        .inner_join(accounts::table.on(accounts::person.eq(memberships::person)))
        .filter(memberships::organisation.eq(OPERATOR))
        .filter(memberships::role.eq(Role::Operator))
        .filter(memberships::ended_at.is_null())
        .filter(accounts::closed_at.is_null())
        .count()
        .get_result(tx.conn())?;
    Ok(operators > 0)
}

/// The account an address belongs to, closed or not.
///
/// # Errors
/// The database's.
pub fn account_of(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<AccountId>, Error> {
    Ok(account_emails::table
        .filter(account_emails::email_key.eq(email_key))
        .select(account_emails::account)
        .first(tx.conn())
        .optional()?)
}

/// An account somebody can come into: its id, the hash of its password, and the language of its letters.
pub struct OpenAccount {
    /// The account.
    pub id: AccountId,
    /// Whose it is.
    pub person: PersonId,
    /// The hash of its password.
    pub password_hash: String,
    /// The language of its letters.
    pub lang: Lang,
    /// Does it rest, because its person has deregistered?
    pub rests: bool,
    /// The last day somebody used it.
    pub last_used_on: Day,
}

/// Is an account open, or does it rest until its person comes back?
#[diesel::dsl::auto_type]
pub(super) fn can_be_entered(resting: AccountEnd) -> _ {
    accounts::closed_at.is_null().or(accounts::closed_because.assume_not_null().eq(resting))
}

/// Where a person is reached who has an account, under whichever id the person is known here, and in which language.
///
/// # Errors
/// The database's.
pub fn reached_at(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<(String, Lang)>, Error> {
    let (known, owner) = diesel::alias!(persons as known, persons as owner);
    Ok(known
        .inner_join(owner.on(owner.field(persons::same_as).eq(known.field(persons::same_as))))
        .inner_join(accounts::table.on(accounts::person.eq(owner.field(persons::id))))
        .inner_join(account_emails::table.on(account_emails::account.eq(accounts::id)))
        .filter(known.field(persons::id).eq(person))
        .filter(accounts::closed_at.is_null())
        .order(account_emails::verified_at)
        .select((account_emails::email, accounts::locale))
        .first::<(String, Lang)>(tx.conn())
        .optional()?)
}

/// The account an address belongs to, if somebody can come into it.
///
/// # Errors
/// The database's.
pub fn open_account(tx: &mut Tx<'_>, email_key: &str) -> Result<Option<OpenAccount>, Error> {
    let found = account_emails::table
        .inner_join(accounts::table.on(accounts::id.eq(account_emails::account)))
        .filter(account_emails::email_key.eq(email_key))
        .filter(can_be_entered(AccountEnd::OwnWish))
        .select((
            (accounts::id, accounts::person, accounts::password_hash, accounts::locale),
            (accounts::closed_at, accounts::last_used_on),
        ))
        .first::<((AccountId, PersonId, String, Lang), (Option<Instant>, Day))>(tx.conn())
        .optional()?;
    Ok(found.map(|((id, person, password_hash, lang), (closed_at, last_used_on))| OpenAccount {
        id,
        person,
        password_hash,
        lang,
        rests: closed_at.is_some(),
        last_used_on,
    }))
}

/// Somebody uses an account that is open: if it was to go, it does not. False if it is closed by now.
///
/// # Errors
/// The database's.
pub fn used(tx: &mut Tx<'_>, account: AccountId, last: Day) -> Result<bool, Error> {
    let today = tx.today();
    if last == today {
        return Ok(true);
    }
    let open = accounts::table.filter(accounts::id.eq(account)).filter(accounts::closed_at.is_null());
    let used = (accounts::last_used_on.eq(today), accounts::told_on.eq(None::<Day>));
    Ok(diesel::update(open).set(used).execute(tx.conn())? > 0)
}

/// Who had deregistered is back. False if somebody else has closed the account meanwhile.
///
/// # Errors
/// The database's.
pub fn come_back(tx: &mut Tx<'_>, account: AccountId) -> Result<bool, Error> {
    let today = tx.today();
    let resting = accounts::table
        .filter(accounts::id.eq(account))
        .filter(accounts::closed_because.assume_not_null().eq(AccountEnd::OwnWish));
    let open = (
        (accounts::last_used_on.eq(today), accounts::told_on.eq(None::<Day>)),
        (accounts::closed_at.eq(None::<Instant>), accounts::closed_because.eq(None::<AccountEnd>)),
    );
    let opened = diesel::update(resting).set(open).execute(tx.conn())?;
    audit::note_by(tx, (DoneBy::Account, Some(account.uuid())), "come_back", Some(account.uuid()))?;
    Ok(opened > 0)
}

/// The verified addresses of a person's account, as they are compared.
///
/// # Errors
/// The database's.
pub fn email_keys(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<String>, Error> {
    Ok(account_emails::table
        .inner_join(accounts::table.on(accounts::id.eq(account_emails::account)))
        .filter(accounts::person.eq(person))
        .select(account_emails::email_key)
        .load(tx.conn())?)
}

/// Writes a reset to an address that has an open account; does nothing for any other.
///
/// # Errors
/// The database's.
pub fn ask_for_reset(tx: &mut Tx<'_>, email: &Email, public_url: &str) -> Result<(), Problem> {
    let Some(account) = open_account(tx, email.key())? else { return Ok(()) };
    if !attempts::store::may_write_to(tx, email.key())? {
        return Ok(());
    }
    let token = vault::token();
    let expires_at = tx.now().plus(RESET);
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::token_hash.eq(vault::sha256(token.as_bytes())),
            password_resets::account.eq(account.id),
            password_resets::expires_at.eq(expires_at),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    jobs::enqueue(tx, &letters::new_password(email.as_str(), &token, public_url, account.lang))?;
    Ok(())
}

/// The account a reset is for, and its addresses.
///
/// # Errors
/// 410 if the token is spent, too old or nobody's.
pub fn reset_of(tx: &mut Tx<'_>, token: &str) -> Result<(AccountId, Vec<String>), Problem> {
    let now = tx.now();
    let account = password_resets::table
        .inner_join(accounts::table.on(accounts::id.eq(password_resets::account)))
        .filter(password_resets::token_hash.eq(vault::sha256(token.as_bytes())))
        .filter(password_resets::expires_at.gt(now))
        .filter(can_be_entered(AccountEnd::OwnWish))
        .select(accounts::id)
        .first::<AccountId>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    let account = account.ok_or(Kind::LinkSpent)?;
    let emails = account_emails::table
        .filter(account_emails::account.eq(account))
        .select(account_emails::email_key)
        .load(tx.conn())
        .map_err(Error::from)?;
    Ok((account, emails))
}

/// Sets a new password and ends every sign-in: whoever knew the old one is out.
///
/// # Errors
/// 410 if the token is spent, too old or nobody's.
pub fn reset(tx: &mut Tx<'_>, token: &str, password_hash: &str) -> Result<(), Problem> {
    let (account, emails) = reset_of(tx, token)?;
    let used = password_resets::table.filter(password_resets::token_hash.eq(vault::sha256(token.as_bytes())));
    if diesel::delete(used).execute(tx.conn()).map_err(Error::from)? == 0 {
        return Err(Kind::LinkSpent.into());
    }
    diesel::delete(password_resets::table.filter(password_resets::account.eq(account)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set((accounts::password_hash.eq(password_hash), accounts::version.eq(accounts::version + 1)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    end_all(tx, account, Ended::NewPassword)?;
    for email in emails {
        attempts::store::forget(tx, &email)?;
    }
    let done_by = (DoneBy::Account, Some(account.uuid()));
    audit::note_by(tx, done_by, "reset_password", Some(account.uuid()))?;
    Ok(())
}

/// Closes an account.
///
/// # Errors
/// 404 if there is none; 409 for that of the last operator.
pub fn close(tx: &mut Tx<'_>, permit: &Permit<CloseAccount>) -> Result<(), Problem> {
    let account = permit.action().account;
    let person: PersonId =
        accounts::table.find(account).select(accounts::person).first(tx.conn()).map_err(Error::from)?;
    if is_the_last(tx, OPERATOR, Role::Operator, person)? {
        return Err(Kind::TheLast.into());
    }
    end(tx, account, AccountEnd::Operator)?;
    audit::note(tx, permit, Some(account.uuid()), None)?;
    Ok(())
}

/// Closes an account and ends its sign-ins. The addresses stay with it until it is erased, so that nobody takes them over
/// meanwhile. What the operator closes is not opened by whoever had rested it, and a death is the last that is said.
///
/// # Errors
/// 404 if there is none.
pub fn end(tx: &mut Tx<'_>, account: AccountId, because: AccountEnd) -> Result<(), Error> {
    let now = tx.now();
    let it = accounts::table.filter(accounts::id.eq(account));
    let (closed_at, before) = it
        .select((accounts::closed_at, accounts::closed_because))
        .first::<(Option<Instant>, Option<AccountEnd>)>(tx.conn())?;
    let (closed_at, because) = match (before, because) {
        (Some(AccountEnd::Death), _) => (closed_at, AccountEnd::Death),
        (_, AccountEnd::Death) => (None, AccountEnd::Death),
        _ => (closed_at, because),
    };
    diesel::update(it)
        .set((
            accounts::closed_at.eq(Some(closed_at.unwrap_or(now))),
            accounts::closed_because.eq(Some(because)),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(tx.conn())?;
    diesel::delete(password_resets::table.filter(password_resets::account.eq(account))).execute(tx.conn())?;
    end_all(tx, account, Ended::Closed)
}
