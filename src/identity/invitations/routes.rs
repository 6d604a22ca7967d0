//! Invitations over HTTP.

use super::{Acceptance, Invitation, store};
use crate::{
    access::Permit,
    identity::{
        accounts::routes::LetterToken,
        actions::{
            AcceptInvitation, InviteAdministrator, InviteMember, InviteOperator, ListInvitations, WithdrawInvitation,
        },
    },
    people::actions::WriteCards,
    platform::{
        db::Tx,
        http::{Body, Call, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Email, Id, One, body},
        problem::Problem,
    },
    words::{Fault, InvitationId, OPERATOR, OrganisationId, PersonId, Role, TeamId, Word},
};

body! {
    /// Somebody to invite to a role.
    pub struct NewInvitation {
        /// The address; a letter to it says how to accept.
        pub email: Email,
        /// To which role.
        pub role: One<Role>,
        /// For which team: a manager needs one, a safety representative without one stands for everybody, nobody else has one.
        pub team: Option<Id<TeamId>>,
    }
    check |new, _, findings| {
        match (new.role.0, new.team) {
            (Role::Manager, None) => findings.add("/team", Fault::Required),
            (Role::Manager | Role::SafetyRepresentative, Some(_)) | (_, None) => {}
            (_, Some(_)) => findings.add("/team", Fault::UnknownField),
        }
    };
    example { "email": "ny@example.no", "role": "course_administrator" }
}

body! {
    /// An address on the card of the person to invite.
    pub struct NewClaimInvitation {
        /// The address; a letter to it says how to accept.
        pub email: Email,
    }
}

body! {
    /// An invitation that is accepted.
    pub struct NewAcceptance {
        /// The token from the letter.
        pub token: LetterToken,
    }
}

/// `GET /v1/organisations/{organisation}/invitations`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Invitation>, Problem> {
    let page = query.0.of("invitations")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListInvitations { organisation: path.0 })?;
            store::list(tx, &permit, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/invitations`
pub async fn invite(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewInvitation>,
) -> Result<Created<Invitation>, Problem> {
    let public_url = house.config.public_url.clone();
    let value = house
        .db
        .write(move |tx| {
            let permit = may_invite(tx, &call, path.0, body.value.role.0)?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| {
                store::invite(tx, &permit, &body.value, &public_url, call.lang)
            })?;
            Ok::<_, Problem>(store::read(tx, made.id())?)
        })
        .await?;
    Ok(Created { location: format!("/v1/organisations/{}/invitations/{}", path.0, value.id), version: None, value })
}

/// `POST /v1/organisations/{organisation}/persons/{person}/invitation`
pub async fn invite_to_claim(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    person: Path<PersonId>,
    body: Body<NewClaimInvitation>,
) -> Result<Created<Invitation>, Problem> {
    let public_url = house.config.public_url.clone();
    let value = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, WriteCards { organisation: path.0 })?;
            let made = once(tx, &call, "invite_to_claim", &body.hash, |tx| {
                store::invite_to_claim(tx, &permit, person.0, &body.value.email, &public_url, call.lang)
            })?;
            Ok::<_, Problem>(store::read(tx, made.id())?)
        })
        .await?;
    Ok(Created { location: format!("/v1/organisations/{}/invitations/{}", path.0, value.id), version: None, value })
}

/// Operators are invited by operators, and nowhere but to the operator itself. The operator invites administrators to any
/// organisation; every other role is the administrator's to give.
fn may_invite(
    tx: &mut Tx<'_>,
    call: &Call,
    organisation: OrganisationId,
    role: Role,
) -> Result<Permit<InviteMember>, Problem> {
    match role {
        Role::Operator if organisation == OPERATOR => {
            Ok(tx.permit(&call.actor, InviteOperator)?.implies(InviteMember { organisation }))
        }
        Role::Operator => {
            tx.permit(&call.actor, InviteMember { organisation })?;
            let allowed = Role::ALL.iter().filter(|role| **role != Role::Operator).map(|role| role.code()).collect();
            Err(Problem::at("/role", Fault::NotInList { allowed }))
        }
        Role::Administrator => match tx.permit(&call.actor, InviteAdministrator { organisation }) {
            Ok(permit) => Ok(permit.implies(InviteMember { organisation })),
            Err(_) => Ok(tx.permit(&call.actor, InviteMember { organisation })?),
        },
        _ => Ok(tx.permit(&call.actor, InviteMember { organisation })?),
    }
}

/// `DELETE /v1/organisations/{organisation}/invitations/{invitation}`
pub async fn withdraw(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    invitation: Path<InvitationId>,
) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, WithdrawInvitation { organisation: path.0 })?;
            store::withdraw(tx, &permit, invitation.0)
        })
        .await?;
    Ok(Done)
}

/// `POST /v1/invitations/acceptance`
pub async fn accept(house: House, call: Call, body: Body<NewAcceptance>) -> Result<Shown<Acceptance>, Problem> {
    let accepted = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AcceptInvitation)?;
            store::accept(tx, &permit, body.value.token.as_str())
        })
        .await?;
    Ok(Shown::plain(accepted))
}
