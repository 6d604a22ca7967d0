//! Invitations: by mail, seven days, single use: to a role in an organisation, or to claim a card somebody holds.

pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    platform::{db::Tx, problem::Problem},
    words::{CardId, Instant, InvitationId, OrganisationId, PersonId, Role, TeamId},
};

/// An invitation to a role that nobody has answered yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The address it went to.
    pub email: String,
    /// To which role.
    pub role: Option<Role>,
    /// For which team, if the role is about one.
    pub team: Option<TeamId>,
    /// Since when.
    pub created_at: Instant,
    /// Until when it can be accepted.
    pub expires_at: Instant,
}

/// What an accepted invitation led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acceptance {
    /// The organisation that invited.
    pub organisation: OrganisationId,
    /// The role, if the invitation was to one.
    pub role: Option<Role>,
    /// The card, if the invitation was to claim one.
    pub card: Option<CardId>,
}

/// A card's holder invited the person the card is about, and the person accepts: the hook where `people` connects the
/// claim. It runs in the transaction that used up the invitation.
///
/// # Errors
/// The claim's.
pub fn accept_card(
    _tx: &mut Tx<'_>,
    _person: PersonId,
    _organisation: OrganisationId,
    card: CardId,
) -> Result<CardId, Problem> {
    Ok(card)
}
