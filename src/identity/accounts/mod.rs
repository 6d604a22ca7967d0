//! Accounts: signing up, verifying the address, choosing a new password, closing.
//!
//! Nobody learns from an answer who has an account: what is known about an address is only ever said in a letter to it.

pub mod ends;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    organisations::store::join,
    platform::{
        audit,
        db::Tx,
        input::{Email, Name},
        problem::{Kind, Problem},
    },
    words::{AccountId, DoneBy, Identifier, Lang, OPERATOR, OrganisationId, PersonId, Role, TeamId},
};

/// An account that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountOpened {
    /// Its id.
    pub account: AccountId,
}

/// A role held in an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnMembership {
    /// Where.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// For which team, if the role is about one.
    pub team: Option<TeamId>,
}

/// A person with an account whose address is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub person: PersonId,
}

/// What an account is opened with.
pub struct Opening<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The day the person was born, if it is known.
    pub birth_date: Option<crate::words::Day>,
    /// The verified address.
    pub email: Email,
    /// The hash of the password.
    pub password_hash: &'a str,
    /// The language of letters.
    pub lang: Lang,
}

/// Makes an operator: who can run commands on the machine vouches for the address.
///
/// # Errors
/// 409 if there is an operator already and `another` is not meant, or if the address has an account.
pub fn create_operator(
    tx: &mut Tx<'_>,
    name: &Name,
    email: &Email,
    password_hash: &str,
    another: bool,
) -> Result<Opened, Problem> {
    tx.lead("operators")?;
    if !another && store::there_is_an_operator(tx)? {
        return Err(Kind::Conflict.into());
    }
    let opened = store::open(
        tx,
        &Opening { name: name.as_str(), birth_date: None, email: email.clone(), password_hash, lang: Lang::default() },
    )?;
    join(tx, OPERATOR, opened.person, Role::Operator, None)?;
    audit::note_by(tx, (DoneBy::Console, None), "create_operator", Some(opened.account.uuid()))?;
    Ok(opened)
}
