//! Signing in and out over HTTP.

use std::sync::Arc;

use super::{GoesOn, Refreshed, SignedIn, store};
use crate::{
    access::Actor,
    identity::{
        actions::EndOwnSignIn,
        password::{self, Password},
        tokens::{LIFETIME_SECONDS, Tokens},
    },
    platform::{
        http::{Anyone, Body, Call, Done, House, Shown},
        input::{Email, Text, body},
        problem::{Kind, Problem},
    },
    words::Instant,
};

body! {
    /// Somebody who signs in.
    pub struct Credentials {
        /// The e-mail address of the account.
        pub email: Email,
        /// The password.
        pub password: Password,
    };
    example { "email": "anna.odegard@example.no", "password": "try-attest-yourself" }
}

body! {
    /// A sign-in that is to go on.
    pub struct RefreshWish {
        /// The refresh token of the last answer; it works once.
        pub refresh_token: Text<100>,
    }
}

/// `POST /v1/sessions`
pub async fn begin(
    house: House,
    tokens: Arc<Tokens>,
    _: Anyone,
    body: Body<Credentials>,
) -> Result<Shown<SignedIn>, Problem> {
    let Credentials { email, password } = body.value;
    let key = email.key().to_owned();
    let hash = house.db.write(move |tx| store::knock(tx, &key)).await?;
    let verified = hash.clone().unwrap_or_default();
    if !password::matches(password, hash).await? {
        return Err(Kind::WrongCredentials.into());
    }
    let begun = house.db.write(move |tx| store::begin(tx, email.key(), &verified)).await?;
    signed_in(&tokens, begun, house.db.clock().now())
}

/// `POST /v1/sessions/refresh`
pub async fn refresh(
    house: House,
    tokens: Arc<Tokens>,
    _: Anyone,
    body: Body<RefreshWish>,
) -> Result<Shown<SignedIn>, Problem> {
    let refreshed = house.db.write(move |tx| store::refresh(tx, body.value.refresh_token.as_str())).await;
    match refreshed.map_err(Problem::from)? {
        Refreshed::Good(goes_on) => signed_in(&tokens, goes_on, house.db.clock().now()),
        Refreshed::Refused => Err(Kind::Unauthenticated.into()),
    }
}

/// `DELETE /v1/sessions/current`
pub async fn end(house: House, call: Call) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, EndOwnSignIn)?;
            store::end_own(tx, &permit)
        })
        .await?;
    Ok(Done)
}

fn signed_in(tokens: &Tokens, on: GoesOn, now: Instant) -> Result<Shown<SignedIn>, Problem> {
    let actor = Actor::Account { account: on.account, sign_in: on.sign_in };
    Ok(Shown::plain(SignedIn {
        access_token: tokens.issue(actor, now)?,
        token_type: "Bearer",
        expires_in: LIFETIME_SECONDS,
        refresh_token: on.refresh_token,
    }))
}
