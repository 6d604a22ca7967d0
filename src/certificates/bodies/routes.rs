//! Certificates of a scheme over HTTP, for its body.

use super::SchemeCertificate;
use crate::{
    catalogue,
    certificates::{
        actions::{ReadSchemeCertificates, WatchOverScheme},
        acts::Ending,
        issue::{anew, finish},
        routes::NewRevocation,
    },
    platform::{
        db::Tx,
        http::{Body, Call, Done, House, Listed, PageQuery, Path, Query},
        problem::{Kind, Problem},
    },
    words::*,
};

/// Whose a scheme is. Without a body there is nobody to ask for a permit.
fn body_of(tx: &mut Tx<'_>, scheme: SchemeId) -> Result<OrganisationId, Problem> {
    catalogue::schemes::store::read(tx, scheme)?.body.ok_or_else(|| Kind::NotFound.into())
}

/// `GET /v1/schemes/{scheme}/certificates`
pub async fn list(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    query: Query<PageQuery>,
) -> Result<Listed<SchemeCertificate>, Problem> {
    let (page, url) = (query.0.of("scheme-certificates")?, house.config.public_url.clone());
    let listed = house.db.read_disclosing(move |tx| {
        let organisation = body_of(tx, path.0)?;
        let permit = tx.permit(&call.actor, ReadSchemeCertificates { organisation })?;
        super::store::issued_in(tx, &permit, path.0, &page, &url)
    });
    listed.await
}

/// `POST /v1/schemes/{scheme}/certificates/{certificate}/confirmation`
pub async fn confirm(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    certificate: Path<CertificateId>,
) -> Result<Done, Problem> {
    act(house, call, path, certificate, plain(CertificateAct::Confirmed)).await
}

/// `POST /v1/schemes/{scheme}/certificates/{certificate}/countersignature`
pub async fn countersign(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    certificate: Path<CertificateId>,
) -> Result<Done, Problem> {
    act(house, call, path, certificate, plain(CertificateAct::Countersigned)).await
}

/// `POST /v1/schemes/{scheme}/certificates/{certificate}/revocation`
pub async fn revoke(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    certificate: Path<CertificateId>,
    body: Body<NewRevocation>,
) -> Result<Done, Problem> {
    let (reason, heard_on) = (Some(body.value.reason.0), Some(body.value.heard_on.day()));
    act(house, call, path, certificate, Ending { act: CertificateAct::Revoked, reason, heard_on }).await
}

/// `DELETE /v1/schemes/{scheme}/certificates/{certificate}/revocation`
pub async fn annul(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    certificate: Path<CertificateId>,
) -> Result<Done, Problem> {
    let (scheme, id, url) = (path.0, certificate.0, house.config.public_url.clone());
    let begun = house.db.write(move |tx| {
        let organisation = body_of(tx, scheme)?;
        let permit = tx.permit(&call.actor, WatchOverScheme { organisation })?;
        super::act(tx, &permit, scheme, id, plain(CertificateAct::Annulled), &url)?;
        anew(tx, &permit, id)
    });
    let begun = begun.await?;
    finish(&house, begun).await?;
    Ok(Done)
}

fn plain(act: CertificateAct) -> Ending {
    Ending { act, reason: None, heard_on: None }
}

async fn act(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    certificate: Path<CertificateId>,
    ending: Ending,
) -> Result<Done, Problem> {
    let (scheme, id, url) = (path.0, certificate.0, house.config.public_url.clone());
    let done = house.db.write(move |tx| {
        let organisation = body_of(tx, scheme)?;
        let permit = tx.permit(&call.actor, WatchOverScheme { organisation })?;
        super::act(tx, &permit, scheme, id, ending, &url)
    });
    done.await?;
    Ok(Done)
}
