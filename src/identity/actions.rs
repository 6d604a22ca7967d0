//! What can be done with accounts, clients and invitations, and who may.

use crate::{
    access::{Action, Demand, Implies, Whom, about_oneself, within},
    words::{AccountId, OPERATOR, Role, Scope},
};

about_oneself! {
    /// A person ends the sign-in the call came from.
    EndOwnSignIn "end_own_sign_in";
    /// A person looks at the own memberships.
    ListOwnMemberships "list_own_memberships";
    /// A person accepts an invitation.
    AcceptInvitation "accept_invitation";
}

/// The operator closes an account.
#[derive(Clone, Copy, Debug)]
pub struct CloseAccount {
    /// Whose.
    pub account: AccountId,
}

impl Action for CloseAccount {
    const NAME: &'static str = "close_account";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

within! {
    /// The administrator looks at the organisation's API clients.
    ListClients "list_clients": None, &[Role::Administrator], None::<Scope>;
    /// The administrator makes an API client.
    CreateClient "create_client": None, &[Role::Administrator], None::<Scope>;
    /// The administrator gives an API client a new secret.
    RotateClientSecret "rotate_client_secret": None, &[Role::Administrator], None::<Scope>;
    /// The administrator revokes an API client.
    RevokeClient "revoke_client": None, &[Role::Administrator], None::<Scope>;
    /// Who is invited and has not answered.
    ListInvitations "list_invitations": None, &[Role::Administrator, Role::Operator], None::<Scope>;
    /// The administrator invites somebody to a role.
    InviteMember "invite_member": None, &[Role::Administrator], None::<Scope>;
    /// The operator invites an administrator, and nobody else: who sees personal data is the organisation's to decide.
    InviteAdministrator "invite_administrator": None, &[Role::Operator], None::<Scope>;
    /// Takes an invitation back.
    WithdrawInvitation "withdraw_invitation": None, &[Role::Administrator, Role::Operator], None::<Scope>;
}

/// An operator invites another: an administrator of the operator's organisation may not.
#[derive(Clone, Copy, Debug)]
pub struct InviteOperator;

impl Action for InviteOperator {
    const NAME: &'static str = "invite_operator";
    fn demand(&self) -> Demand {
        Demand::Member { of: Whom::Named(OPERATOR), capacity: None, roles: &[Role::Operator], scope: None }
    }
}

impl Implies<InviteMember> for InviteOperator {}
impl Implies<InviteMember> for InviteAdministrator {}
