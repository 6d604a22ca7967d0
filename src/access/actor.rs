//! Who is calling, as the token says it and nothing more: whether the account, sign-in or client is still open, and what
//! it may do, is asked inside the transaction.

use uuid::Uuid;

use crate::words::{AccountId, AnyId, ClientId, DoneBy, Identifier, SignInId};

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
    /// A worker that carries on what somebody began, with the rights that one has now.
    pub fn on_behalf_of(done_by: DoneBy, doer: Option<AnyId>) -> Self {
        match (done_by, doer) {
            (DoneBy::Account, Some(id)) => Actor::Delegate(AccountId::from_uuid(id.uuid())),
            (DoneBy::Client, Some(id)) => Actor::Client(ClientId::from_uuid(id.uuid())),
            (DoneBy::Console, _) => Actor::Console,
            _ => Actor::Anyone,
        }
    }

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
