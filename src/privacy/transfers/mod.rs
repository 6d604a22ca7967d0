//! Transfers: a business is sold, two become one, a provider closes or is bankrupt, and a successor, a register or an authority
//! takes over what it keeps, by category. Nobody becomes a controller by another's word: the receiver sees first what it would
//! take over, and names exactly that. Clocks, holds and objections go with the custodies; the persons are told.
//!
//! It moves some at a time, in the background. What a case is open about stays with whoever was asked until it is decided.

pub mod actions;
mod letters;
pub mod routes;
pub mod store;
pub mod work;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    law::succession::Succession,
    platform::{db::Tx, jobs::Job, problem::Problem, vault},
    records::{Party, schedule},
    words::*,
};

/// What one organisation is to take over, or has taken over, from another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Who hands on.
    pub from: Party,
    /// Who takes over.
    pub to: Party,
    /// Why.
    pub reason: TransferReason,
    /// The categories of the schedule.
    pub categories: Vec<String>,
    /// The last day on which it was recorded.
    pub up_to: Day,
    /// How far it has come.
    pub state: TransferState,
    /// Since when it is proposed.
    pub proposed_at: Instant,
    /// When it was answered, or taken back.
    pub answered_at: Option<Instant>,
    /// When everything had moved.
    pub done_at: Option<Instant>,
    /// How many custodies have moved.
    pub moved: i64,
}

/// A transfer, and what is still to move.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownTransfer {
    /// The transfer.
    #[serde(flatten)]
    pub transfer: Transfer,
    /// What would move today; null once nothing is to move any more.
    pub preview: Option<TransferPreview>,
}

/// What would move if it were accepted today.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferPreview {
    /// What is accepted: it stands for everything below.
    pub plan: String,
    /// By category and ground.
    pub parts: Vec<TransferPart>,
    /// How many records lie under a legal hold, which goes on with the receiver, or on a person with such a hold.
    pub under_hold: i64,
    /// Of how many custodies a case is being decided. They follow when it is.
    pub in_cases: i64,
}

/// What would move of one category, on one ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TransferPart {
    /// The category of the schedule.
    pub category: String,
    /// What it is called.
    pub name: Option<Said>,
    /// On which ground it is held.
    pub ground: Ground,
    /// How many.
    pub custodies: i64,
    /// Of these, those that a provision orders to be kept.
    pub ordered_by_law: i64,
}

/// A transfer was accepted: what it is about moves.
#[derive(Debug, Serialize, Deserialize)]
pub struct TransferAccepted {
    /// Which.
    pub transfer: TransferId,
}

impl Job for TransferAccepted {
    const KIND: &'static str = "transfer_accepted";
}

/// What would move by a transfer today.
///
/// # Errors
/// The database's.
pub fn preview(tx: &mut Tx<'_>, transfer: &Transfer) -> Result<TransferPreview, Problem> {
    let by = transfer.succession();
    let (parts, in_cases) = (store::parts(tx, &by)?, store::in_cases(tx, &by)?);
    let under_hold = store::under_hold(tx, &by)?;
    let counted: Vec<_> = parts.iter().map(|one| (&one.category, one.ground, one.custodies)).collect();
    let counted = serde_json::to_vec(&(transfer.id, counted, under_hold)).map_err(Problem::internal)?;
    Ok(TransferPreview { plan: vault::sha256(&counted), parts, under_hold, in_cases })
}

impl Transfer {
    /// As the law sees it.
    pub fn succession(&self) -> Succession {
        Succession {
            giver: self.from.id,
            receiver: self.to.id,
            categories: self.categories.iter().cloned().collect(),
            up_to: self.up_to,
        }
    }
}

/// The capacities in which something of a category is held: as those of the grounds that lead to it.
fn capacities(category: &str) -> impl Iterator<Item = Capacity> {
    let leads = move |ground: &&Ground| {
        Class::ALL.iter().any(|class| {
            [true, false].iter().any(|certified| schedule().category(*class, **ground, *certified).code() == category)
        })
    };
    Ground::ALL.iter().filter(leads).map(|ground| ground.capacity()).filter(|one| *one != Capacity::Operator)
}
