//! API clients.

use super::{ApiClient, ClientWithSecret, routes::NewClient};
use crate::{
    access::Permit,
    identity::actions::{CreateClient, ListClients, RevokeClient, RotateClientSecret},
    platform::{
        audit,
        db::{Error, Tx, run::prelude::*, schema::api_clients},
        http::{Listed, Page},
        problem::Problem,
        vault,
    },
    words::*,
};

/// Makes a client. Its secret is known to the caller, not to the database.
///
/// # Errors
/// The database's.
pub fn create(
    tx: &mut Tx<'_>,
    permit: &Permit<CreateClient>,
    new: &NewClient,
    secret: &str,
) -> Result<ClientId, Problem> {
    let (id, now): (ClientId, _) = (tx.new_id(), tx.now());
    let scopes = Scopes::of(new.scopes.0.iter().map(|scope| scope.0).collect());
    diesel::insert_into(api_clients::table)
        .values((
            api_clients::id.eq(id),
            api_clients::organisation.eq(permit.action().organisation),
            api_clients::name.eq(new.name.as_str()),
            api_clients::scopes.eq(scopes.to_string()),
            api_clients::secret_hash.eq(vault::sha256(secret.as_bytes())),
            api_clients::created_at.eq(now),
            api_clients::version.eq(1_i64),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "scopes": scopes.to_string() })))?;
    Ok(id)
}

/// A page of the clients that are not revoked.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    permit: &Permit<ListClients>,
    page: &Page<ClientId>,
) -> Result<Listed<ApiClient>, Problem> {
    let after = page.after.unwrap_or(ClientId::nil());
    let rows = api_clients::table
        .filter(api_clients::organisation.eq(permit.action().organisation))
        .filter(api_clients::revoked_at.is_null())
        .filter(api_clients::id.gt(after))
        .order(api_clients::id)
        .limit(page.fetch())
        .select((api_clients::id, api_clients::name, api_clients::scopes, api_clients::created_at))
        .load::<(ClientId, String, String, Instant)>(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.0).map(|(client_id, name, scopes, created_at)| ApiClient {
        client_id,
        name,
        scopes: scopes_of(&scopes).iter().collect(),
        created_at,
    }))
}

/// A code no list has means the database is newer than the program: such a client may do nothing here.
fn scopes_of(stored: &str) -> Scopes {
    Scopes::parse(stored).unwrap_or_default()
}

/// Gives a client a new secret; the old one works no more.
///
/// # Errors
/// 404 if the organisation has no such client.
pub fn rotate(
    tx: &mut Tx<'_>,
    permit: &Permit<RotateClientSecret>,
    id: ClientId,
    secret: &str,
) -> Result<ClientId, Problem> {
    let changed = diesel::update(one(permit.action().organisation, id))
        .set((
            api_clients::secret_hash.eq(vault::sha256(secret.as_bytes())),
            api_clients::version.eq(api_clients::version + 1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    if changed == 0 {
        return Err(Error::NoRow.into());
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// Revokes a client at once.
///
/// # Errors
/// 404 if the organisation has no such client.
pub fn revoke(tx: &mut Tx<'_>, permit: &Permit<RevokeClient>, id: ClientId) -> Result<(), Problem> {
    let now = tx.now();
    let revoked = diesel::update(one(permit.action().organisation, id))
        .set((api_clients::revoked_at.eq(Some(now)), api_clients::version.eq(api_clients::version + 1)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    if revoked == 0 {
        return Err(Error::NoRow.into());
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(())
}

#[diesel::dsl::auto_type]
fn one(organisation: OrganisationId, id: ClientId) -> _ {
    api_clients::table
        .filter(api_clients::organisation.eq(organisation))
        .filter(api_clients::id.eq(id))
        .filter(api_clients::revoked_at.is_null())
}

/// A client as its administrator sees it on the day its secret is shown.
///
/// # Errors
/// 404 if there is none.
pub fn with_secret(tx: &mut Tx<'_>, id: ClientId, client_secret: String) -> Result<ClientWithSecret, Error> {
    let (name, scopes) = api_clients::table
        .filter(api_clients::id.eq(id))
        .select((api_clients::name, api_clients::scopes))
        .first::<(String, String)>(tx.conn())?;
    Ok(ClientWithSecret { client_id: id, client_secret, name, scopes: scopes_of(&scopes).iter().collect() })
}

/// What the client with this id and secret may do; `None` if there is none. The secret is random, so its hash needs no
/// slowness, and comparing hashes tells nothing about it.
///
/// # Errors
/// The database's.
pub fn scopes_by_secret(tx: &mut Tx<'_>, id: ClientId, secret: &str) -> Result<Option<Scopes>, Error> {
    let scopes = api_clients::table
        .filter(api_clients::id.eq(id))
        .filter(api_clients::secret_hash.eq(vault::sha256(secret.as_bytes())))
        .filter(api_clients::revoked_at.is_null())
        .select(api_clients::scopes)
        .first::<String>(tx.conn())
        .optional()?;
    Ok(scopes.map(|scopes| scopes_of(&scopes)))
}
