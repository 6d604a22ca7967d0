//! Who is calling, as the token says it and nothing more: whether the account, sign-in or client is still open, and what
//! it may do, is asked inside the transaction.

use uuid::Uuid;

use crate::words::{AccountId, ClientId, DoneBy, Identifier, SignInId};

/// Who is calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in.
    Anyone,
    /// A person with an account.
    Account {
        /// The account.
        account: AccountId,
        /// The sign-in its token came from.
        sign_in: SignInId,
    },
    /// A worker on behalf of a person who began something long and may have signed out since.
    Delegate(AccountId),
    /// An API client.
    Client(ClientId),
    /// A command on the machine itself: who can run it can read the database anyway.
    Console,
    /// A worker, finishing what somebody was allowed to begin.
    Job,
}

impl Actor {
    /// The actor as audit rows and versions name it.
    pub fn done_by(&self) -> (DoneBy, Option<Uuid>) {
        match self {
            Actor::Anyone => (DoneBy::Anyone, None),
            Actor::Account { account, .. } => (DoneBy::Account, Some(account.uuid())),
            Actor::Delegate(account) => (DoneBy::Account, Some(account.uuid())),
            Actor::Client(client) => (DoneBy::Client, Some(client.uuid())),
            Actor::Console => (DoneBy::Console, None),
            Actor::Job => (DoneBy::Job, None),
        }
    }
}
