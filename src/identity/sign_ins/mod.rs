//! Sign-ins: one per device, kept alive by refresh tokens that rotate. A refresh token that is used twice was stolen from
//! somebody, so the whole sign-in ends.

pub mod routes;
pub mod store;

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{AccountId, SignInId};

/// How long a refresh token can be used.
pub const REFRESH_DAYS: i64 = 30;
/// How long a sign-in lasts at most; then the password is asked for again.
const LONGEST: TimeDelta = TimeDelta::days(90);

/// Why a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person signed out.
    SignedOut,
    /// A refresh token was used a second time.
    Reuse,
    /// A new password was chosen.
    NewPassword,
    /// The account was closed.
    Closed,
}

impl Ended {
    fn code(self) -> &'static str {
        match self {
            Ended::SignedOut => "signed_out",
            Ended::Reuse => "reuse",
            Ended::NewPassword => "new_password",
            Ended::Closed => "closed",
        }
    }
}

/// A sign-in that goes on, and the only token that carries it further.
#[derive(Debug)]
pub struct GoesOn {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub sign_in: SignInId,
    /// The next refresh token.
    pub refresh_token: String,
}

/// What came of a refresh token. A refusal is not an error: ending a stolen sign-in must be written down.
#[derive(Debug)]
pub enum Refreshed {
    /// It was good.
    Good(GoesOn),
    /// It was not.
    Refused,
}

/// The tokens of a sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// In how many seconds the access token expires.
    pub expires_in: i64,
    /// Exchange it, once, for the next pair of tokens.
    pub refresh_token: String,
}
