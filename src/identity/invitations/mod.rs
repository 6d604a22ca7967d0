//! Invitations: by mail, seven days, single use: to a role in an organisation, or to claim a card somebody holds.

pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{CardId, Instant, InvitationId, OrganisationId, Role, TeamId};

/// An invitation that nobody has answered yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The address it went to.
    pub email: String,
    /// To which role; none if it is to claim a card.
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
