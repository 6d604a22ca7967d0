//! People: a person is a bare id; what is known stands on cards, one per holder; claims link persons that one human turned
//! out to be, rewrite nothing, and can be undone.
//!
//! A card is never found by anyone but its holder: a match elsewhere is neither made nor revealed.

pub mod actions;
pub mod claims;
pub mod routes;
pub mod store;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{platform::jobs::Job, words::*};

/// What one holder knows about a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Card {
    /// The person, as this holder knows it.
    pub person: PersonId,
    /// The holder's own reference, unique among its cards.
    pub external_reference: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// Mobile number, with country code.
    pub mobile: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Where the holder has it from.
    pub source: String,
    /// Counts its changes.
    pub version: i64,
}

/// A link between the person who signed in and the person a holder knows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The person that was claimed.
    pub claimed: PersonId,
    /// The holder of the card it was claimed by.
    pub holder: Option<String>,
    /// How it came about.
    pub claimed_by: ClaimedBy,
    /// When.
    pub made_at: Instant,
    /// When it was undone, if it was.
    pub undone_at: Option<Instant>,
}

/// Two persons turned out to be one, or to be two after all: an employment of the one bears on what was ordered for the
/// other, so who holds the records of both is worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct ClaimChanged {
    /// Who claimed.
    pub person: PersonId,
    /// Who was claimed.
    pub claimed: PersonId,
}

impl Job for ClaimChanged {
    const KIND: &'static str = "claim_changed";
}

/// Where a card's content came from.
pub mod source {
    /// The person's own account.
    pub const ACCOUNT: &str = "account";
    /// A member of the holder wrote it.
    pub const MEMBER: &str = "member";
    /// An import.
    pub const IMPORT: &str = "import";
    /// It came with a record that the holder got custody of.
    pub const CUSTODY: &str = "custody";
}
