//! Invitations.

use chrono::TimeDelta;

use super::{Acceptance, Invitation, routes::NewInvitation};
use crate::{
    access::Permit,
    identity::{
        accounts::store::email_keys,
        actions::{AcceptInvitation, InviteMember, ListInvitations, WithdrawInvitation},
        letters,
    },
    organisations::store::join,
    people::{actions::WriteCards, claims, store::card_with_email},
    platform::{
        audit,
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{invitations, organisations, teams},
        },
        http::{Listed, Page},
        input::Email,
        jobs,
        problem::{Kind, Problem},
        vault,
    },
    words::*,
};

/// How long an invitation can be accepted.
const VALID: TimeDelta = TimeDelta::days(7);

#[derive(Queryable)]
struct Row {
    id: InvitationId,
    email: String,
    role: Option<Role>,
    team: Option<TeamId>,
    created_at: Instant,
    expires_at: Instant,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        invitations::id,
        invitations::email,
        invitations::role,
        invitations::team,
        invitations::created_at,
        invitations::expires_at,
    )
}

/// Invites somebody and writes to the address.
///
/// # Errors
/// `Unknown` at `/team` for a team of another organisation.
pub fn invite(
    tx: &mut Tx<'_>,
    permit: &Permit<InviteMember>,
    new: &NewInvitation,
    public_url: &str,
    lang: Lang,
) -> Result<InvitationId, Problem> {
    let organisation = permit.action().organisation;
    let team = new.team.map(|id| id.0);
    if let Some(team) = team {
        require_team(tx, organisation, team)?;
    }
    let to = To { role: Some(new.role.0), team, card: None };
    let (id, token) = insert(tx, organisation, new.email.as_str(), to)?;
    let name = name_of(tx, organisation)?;
    jobs::enqueue(tx, &letters::invitation(new.email.as_str(), &name, &token, public_url, lang))?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "role": new.role.0 })))?;
    Ok(id)
}

/// Invites the person of a card to claim it, at an address the card has.
///
/// # Errors
/// 404 without such a card, `Unknown` at `/email` for an address it does not have.
pub fn invite_to_claim(
    tx: &mut Tx<'_>,
    permit: &Permit<WriteCards>,
    person: PersonId,
    email: &Email,
    public_url: &str,
    lang: Lang,
) -> Result<InvitationId, Problem> {
    let organisation = permit.action().organisation;
    let card = card_with_email(tx, organisation, person, email)?;
    let to = To { role: None, team: None, card: Some(card) };
    let (id, token) = insert(tx, organisation, email.as_str(), to)?;
    let name = name_of(tx, organisation)?;
    jobs::enqueue(tx, &letters::claim(email.as_str(), &name, &token, public_url, lang))?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// What an invitation is to.
struct To {
    role: Option<Role>,
    team: Option<TeamId>,
    card: Option<CardId>,
}

fn insert(tx: &mut Tx<'_>, organisation: OrganisationId, email: &str, to: To) -> Result<(InvitationId, String), Error> {
    let (id, token): (InvitationId, _) = (tx.new_id(), vault::token());
    let now = tx.now();
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::organisation.eq(organisation),
            invitations::email.eq(email),
            invitations::role.eq(to.role),
            invitations::team.eq(to.team),
            invitations::card.eq(to.card),
            invitations::token_hash.eq(vault::sha256(token.as_bytes())),
            invitations::created_at.eq(now),
            invitations::expires_at.eq(now.plus(VALID)),
        ))
        .execute(tx.conn())?;
    Ok((id, token))
}

fn require_team(tx: &mut Tx<'_>, organisation: OrganisationId, team: TeamId) -> Result<(), Problem> {
    let own: i64 = teams::table
        .filter(teams::id.eq(team))
        .filter(teams::organisation.eq(organisation))
        .count()
        .get_result(tx.conn())
        .map_err(Error::from)?;
    if own == 0 { Err(Problem::at("/team", Fault::Unknown)) } else { Ok(()) }
}

fn name_of(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<String, Error> {
    let named = organisations::table.filter(organisations::id.eq(organisation)).select(organisations::name);
    Ok(named.first(tx.conn())?)
}

/// An invitation as it is.
///
/// # Errors
/// 404.
pub(super) fn read(tx: &mut Tx<'_>, id: InvitationId) -> Result<Invitation, Error> {
    let row = invitations::table.filter(invitations::id.eq(id)).select(columns()).first::<Row>(tx.conn())?;
    Ok(render(row))
}

fn render(row: Row) -> Invitation {
    let Row { id, email, role, team, created_at, expires_at } = row;
    Invitation { id, email, role, team, created_at, expires_at }
}

/// A page of the invitations to roles that can still be accepted.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ListInvitations>,
    page: &Page<InvitationId>,
) -> Result<Listed<Invitation>, Problem> {
    let after = page.after.unwrap_or(InvitationId::nil());
    let now = tx.now();
    let rows = invitations::table
        .filter(invitations::organisation.eq(permit.action().organisation))
        .filter(invitations::role.is_not_null())
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .filter(invitations::id.gt(after))
        .order(invitations::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.id).map(render))
}

/// Takes an invitation back.
///
/// # Errors
/// 404 if the organisation has no such invitation that is still open.
pub fn withdraw(tx: &mut Tx<'_>, permit: &Permit<WithdrawInvitation>, id: InvitationId) -> Result<(), Problem> {
    let now = tx.now();
    let open = invitations::table
        .filter(invitations::id.eq(id))
        .filter(invitations::organisation.eq(permit.action().organisation))
        .filter(invitations::role.is_not_null())
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null());
    let withdrawn =
        diesel::update(open).set(invitations::withdrawn_at.eq(Some(now))).execute(tx.conn()).map_err(Error::from)?;
    if withdrawn == 0 {
        return Err(Error::NoRow.into());
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(())
}

#[derive(Queryable)]
struct Open {
    id: InvitationId,
    organisation: OrganisationId,
    email: String,
    role: Option<Role>,
    team: Option<TeamId>,
    card: Option<CardId>,
}

/// Accepts an invitation: the token proves that the letter was read, the account that it was read by the invited.
///
/// # Errors
/// 410 if the token is spent, withdrawn, too old or nobody's; 403 if the invited address is not the account's.
pub fn accept(tx: &mut Tx<'_>, permit: &Permit<AcceptInvitation>, token: &str) -> Result<Acceptance, Problem> {
    let person = permit.person()?;
    let open = find_open(tx, token)?.ok_or(Kind::LinkSpent)?;
    if !email_keys(tx, person)?.contains(&open.email.to_lowercase()) {
        return Err(Kind::Forbidden.into());
    }
    use_up(tx, open.id)?;
    if let Some(role) = open.role {
        join(tx, open.organisation, person, role, open.team)?;
    }
    if let Some(card) = open.card {
        claims::claim_by_invitation(tx, person, card)?;
    }
    audit::note(tx, permit, Some(open.id.uuid()), None)?;
    Ok(Acceptance { organisation: open.organisation, role: open.role, card: open.card })
}

fn find_open(tx: &mut Tx<'_>, token: &str) -> Result<Option<Open>, Error> {
    let now = tx.now();
    Ok(invitations::table
        .filter(invitations::token_hash.eq(vault::sha256(token.as_bytes())))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .select((
            invitations::id,
            invitations::organisation,
            invitations::email,
            invitations::role,
            invitations::team,
            invitations::card,
        ))
        .first::<Open>(tx.conn())
        .optional()?)
}

/// Of two that accept at once, one finds it unused.
fn use_up(tx: &mut Tx<'_>, id: InvitationId) -> Result<(), Problem> {
    let now = tx.now();
    let unused = invitations::table
        .filter(invitations::id.eq(id))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null());
    let used =
        diesel::update(unused).set(invitations::accepted_at.eq(Some(now))).execute(tx.conn()).map_err(Error::from)?;
    if used == 0 { Err(Kind::LinkSpent.into()) } else { Ok(()) }
}
