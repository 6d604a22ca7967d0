//! The audit: who did what to which thing. A row is ids and codes, a salt, an erasable payload, and the commitment
//! `H(salt || payload)`, so that a chain over commitments can outlive the payload.

use serde_json::Value;
use uuid::Uuid;

use super::{
    db::{Error, Tx, run::prelude::*, schema::audit},
    vault,
};
use crate::{
    access::Permit,
    words::{AnyId, AuditId, DoneBy, Identifier, Instant, OrganisationId},
};

#[derive(Insertable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
struct NewRow {
    id: AuditId,
    at: Instant,
    done_by: DoneBy,
    doer: Option<AnyId>,
    action: &'static str,
    organisation: Option<OrganisationId>,
    subject: Option<AnyId>,
    salt: Option<String>,
    payload: Option<String>,
    commitment: String,
}

/// Writes down that a permitted action was done to a subject. The payload is ids and codes too, never a name.
///
/// # Errors
/// The database's.
pub fn note<A: crate::access::Action>(
    tx: &mut Tx<'_>,
    permit: &Permit<A>,
    subject: Option<Uuid>,
    payload: Option<Value>,
) -> Result<(), Error> {
    let organisation = permit.organisation().ok();
    write(tx, permit.done_by(), permit.name(), organisation, subject, payload)
}

/// Writes down what was done without a permit: by someone who proved a secret, or by the house itself.
///
/// # Errors
/// The database's.
pub fn note_by(
    tx: &mut Tx<'_>,
    done_by: (DoneBy, Option<Uuid>),
    action: &'static str,
    subject: Option<Uuid>,
) -> Result<(), Error> {
    write(tx, done_by, action, None, subject, None)
}

fn write(
    tx: &mut Tx<'_>,
    (done_by, doer): (DoneBy, Option<Uuid>),
    action: &'static str,
    organisation: Option<OrganisationId>,
    subject: Option<Uuid>,
    payload: Option<Value>,
) -> Result<(), Error> {
    let payload = payload.map(|value| value.to_string());
    let salt = vault::token();
    let committed = format!("{salt}{}", payload.as_deref().unwrap_or_default());
    let row = NewRow {
        id: tx.new_id(),
        at: tx.now(),
        done_by,
        doer: doer.map(AnyId::from_uuid),
        action,
        organisation,
        subject: subject.map(AnyId::from_uuid),
        salt: Some(salt),
        payload,
        commitment: vault::sha256(committed.as_bytes()),
    };
    diesel::insert_into(audit::table).values(row).execute(tx.conn())?;
    Ok(())
}
