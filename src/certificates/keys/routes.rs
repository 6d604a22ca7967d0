//! Where anyone finds the keys of an issuer.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{PublicKey, store};
use crate::{
    certificates::actions::RotateIssuerKey,
    platform::{
        audit,
        http::{Answer, Call, Created, DidDocument, House, Json, KeySet, Path},
        problem::{Kind, Problem},
    },
    words::*,
};

/// As long as a new key may be missing where somebody has fetched the keys before.
const KEEP: &str = "public, max-age=300";

/// A key that has just been made.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuerKey {
    /// The key itself, in multibase.
    pub name: String,
}

/// `POST /v1/organisations/{organisation}/issuer-keys`
pub async fn rotate(house: House, call: Call, path: Path<OrganisationId>) -> Result<Created<IssuerKey>, Problem> {
    let made = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, RotateIssuerKey { organisation: path.0 })?;
        let name = store::rotate(tx, permit.action().organisation)?;
        audit::note(tx, &permit, Some(path.0.uuid()), Some(json!({ "key": name })))?;
        Ok::<_, Problem>(name)
    });
    let name = made.await?;
    let location = format!("/o/{}/keys/{name}", path.0);
    Ok(Created { value: IssuerKey { name }, location, version: None })
}

/// `GET /o/{organisation}/did.json`
pub async fn did_document(house: House, organisation: Path<OrganisationId>) -> Result<Answer<DidDocument>, Problem> {
    let (keys, did) = keys(&house, organisation.0).await?;
    let methods: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "id": key.method(), "type": "Multikey", "controller": did, "publicKeyMultibase": key.name(),
            })
        })
        .collect();
    let names: Vec<String> = keys.iter().map(PublicKey::method).collect();
    let document = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did, "verificationMethod": methods, "assertionMethod": names,
    });
    Ok(Answer::new(document.to_string(), KEEP).from_anywhere())
}

/// `GET /o/{organisation}/jwks.json`
pub async fn key_set(house: House, organisation: Path<OrganisationId>) -> Result<Answer<KeySet>, Problem> {
    let (keys, _) = keys(&house, organisation.0).await?;
    let keys: Vec<Value> = keys.iter().map(jwk).collect();
    Ok(Answer::new(json!({ "keys": keys }).to_string(), KEEP).from_anywhere())
}

/// `GET /o/{organisation}/keys/{key}`
pub async fn key(house: House, organisation: Path<OrganisationId>, key: Path<String>) -> Result<Answer<Json>, Problem> {
    let (keys, _) = keys(&house, organisation.0).await?;
    let key = keys.iter().find(|one| one.name() == key.0).ok_or(Kind::NotFound)?;
    Ok(Answer::new(jwk(key).to_string(), KEEP).from_anywhere())
}

/// An issuer's keys, and its DID. Who has never issued anything has none.
async fn keys(house: &House, organisation: OrganisationId) -> Result<(Vec<PublicKey>, String), Problem> {
    let url = house.config.public_url.clone();
    let read = house.db.read(move |tx| {
        let did = store::address(tx, &url, organisation)?.did;
        Ok::<_, Problem>((store::all(tx, &url, organisation)?, did))
    });
    let (keys, did) = read.await?;
    if keys.is_empty() { Err(Kind::NotFound.into()) } else { Ok((keys, did)) }
}

/// A key as RFC 8037 writes it.
fn jwk(key: &PublicKey) -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.bytes()),
        "kid": key.name(), "use": "sig", "alg": "EdDSA",
    })
}
