//! Accounts over HTTP.

use super::{AccountOpened, OwnMembership, store};
use crate::{
    identity::{
        actions::{CloseAccount, ListOwnMemberships},
        password::{self, NewPassword},
    },
    law::calendar,
    organisations::store::memberships_of,
    platform::{
        http::{Accepted, Anyone, Body, Call, Done, House, Listed, Path, Shown},
        input::{BirthDate, Email, Field, Name, One, Reading, Text, body},
        problem::Problem,
    },
    words::{AccountId, Fault, Lang},
};

/// A token from a letter.
pub type LetterToken = Text<100>;

body! {
    /// Somebody who signs up.
    pub struct NewAccount {
        /// The name.
        pub name: Name,
        /// The e-mail address; a letter to it says how to go on.
        pub email: Email,
        /// The day of birth. Below the least age nothing is stored.
        pub birth_date: BirthDate,
        /// A password of at least ten characters that is not among the first guesses.
        pub password: NewPassword,
        /// The language of letters, nb unless given.
        pub locale: Option<One<Lang>>,
    }
    check |new, _, findings| {
        if new.password.gives_away(&new.email) {
            findings.add("/password", Fault::CommonPassword);
        }
    };
    example { "name": "Åse Ødegård", "email": "ase@example.no", "birth_date": "1991-05-17", "password": "blå hest i regnvær" }
}

body! {
    /// The token from the letter that verifies an address.
    pub struct Verification {
        /// The token.
        pub token: LetterToken,
    }
}

body! {
    /// Whose password is forgotten.
    pub struct ResetWish {
        /// The e-mail address of the account.
        pub email: Email,
    }
}

body! {
    /// A new password, with the token from the letter.
    pub struct Reset {
        /// The token.
        pub token: LetterToken,
        /// The new password.
        pub password: NewPassword,
    }
}

/// `POST /v1/accounts`
pub async fn sign_up(house: House, _: Anyone, body: Body<NewAccount>) -> Result<Accepted, Problem> {
    let new = body.value;
    let age = house.config.min_age;
    let today = calendar::oslo_day(house.db.clock().now());
    if calendar::age_on(new.birth_date.day(), today) < i32::try_from(age).unwrap_or(i32::MAX) {
        return Err(Problem::at("/birth_date", Fault::TooYoung { age }));
    }
    // Hashed for a known address too: the answer must not come sooner.
    let hash = password::hash(new.password.clone().into_password()).await?;
    let public_url = house.config.public_url.clone();
    house.db.write(move |tx| store::sign_up(tx, &new, &hash, &public_url)).await?;
    Ok(Accepted)
}

/// `POST /v1/accounts/verification`
pub async fn verify(house: House, _: Anyone, body: Body<Verification>) -> Result<Shown<AccountOpened>, Problem> {
    let account = house.db.write(move |tx| store::verify(tx, body.value.token.as_str())).await?;
    Ok(Shown::plain(AccountOpened { account }))
}

/// `POST /v1/accounts/password-resets`
pub async fn ask_for_reset(house: House, _: Anyone, body: Body<ResetWish>) -> Result<Accepted, Problem> {
    let public_url = house.config.public_url.clone();
    house.db.write(move |tx| store::ask_for_reset(tx, &body.value.email, &public_url)).await?;
    Ok(Accepted)
}

/// `POST /v1/accounts/password-resets/confirmation`
pub async fn reset(house: House, _: Anyone, body: Body<Reset>) -> Result<Done, Problem> {
    let Reset { token, password } = body.value;
    let reading = Reading { today: calendar::oslo_day(house.db.clock().now()) };
    let asked = token.clone();
    let (_, emails) = house.db.read(move |tx| store::reset_of(tx, asked.as_str())).await?;
    let own = emails.into_iter().filter_map(|email| Email::read(&email.into(), &reading).ok());
    if own.into_iter().any(|email| password.gives_away(&email)) {
        return Err(Problem::at("/password", Fault::CommonPassword));
    }
    let hash = password::hash(password.into_password()).await?;
    house.db.write(move |tx| store::reset(tx, token.as_str(), &hash)).await?;
    Ok(Done)
}

/// `POST /v1/accounts/{account}/closure`
pub async fn close(house: House, call: Call, path: Path<AccountId>) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, CloseAccount { account: path.0 })?;
            store::close(tx, &permit)
        })
        .await?;
    Ok(Done)
}

/// `GET /v1/me/memberships`
pub async fn memberships(house: House, call: Call) -> Result<Listed<OwnMembership>, Problem> {
    let held = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListOwnMemberships)?;
            Ok::<_, Problem>(memberships_of(tx, permit.person()?)?)
        })
        .await?;
    let items =
        held.into_iter().map(|(organisation, name, role, team)| OwnMembership { organisation, name, role, team });
    Ok(Listed { items: items.collect(), next: None })
}
